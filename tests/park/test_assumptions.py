"""Assumptions of the weather: all must be given, each in a unit of its own kind."""

from __future__ import annotations

import pytest
import xarray as xr

from decarb.errors import DecarbError, UnitError
from decarb.park.assumptions import ASSUMPTIONS, assumed
from decarb.tables import table_value
from decarb.units import stamp


def given() -> xr.Dataset:
    return xr.Dataset({name: stamp(xr.DataArray(2.0), unit) for name, unit in ASSUMPTIONS.items()})


def test_assumptions_are_scalars_in_the_units_of_the_models() -> None:
    rows = assumed(given().assign(wind_hub_height=stamp(xr.DataArray(0.12), "km"), other=xr.DataArray(1.0)))
    assert {name: row.attrs["units"] for name, row in rows.items()} == dict(ASSUMPTIONS)
    assert rows["wind_hub_height"].item() == pytest.approx(120.0)
    assert rows["pv_losses"].item() == 2.0


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_every_assumption_is_a_row_inside_a_range(name: str) -> None:
    low, value, high = (table_value("parameters", name, bound=bound).to(ASSUMPTIONS[name])
                        for bound in ("low", "value", "high"))  # fmt: skip
    assert low <= value <= high
    assert low < high


def test_what_is_not_given_is_named_all_at_once() -> None:
    with pytest.raises(DecarbError, match="no wind_hub_height, pv_losses; take"):
        assumed(given().drop_vars(["pv_losses", "wind_hub_height"]))


def test_an_assumption_without_a_unit_is_refused() -> None:
    with pytest.raises(UnitError):
        assumed(given().assign(wind_hub_height=xr.DataArray(120.0)))
