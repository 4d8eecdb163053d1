"""How far lines may be off: inside their ranges, each line by itself, totals as sums of joint draws."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from park_years import SEED, inputs_of

from decarb.errors import InputError
from decarb.park import statement as of_park
from decarb.park.inventory import LINES
from decarb.park.statement import UNCERTAIN, park_draws
from decarb.park.uncertainty import drawn, line_range, total_half_width
from decarb.tables import table_array
from decarb.units import stamp
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

SHARES = table_array("inventory", "line_uncertainty", "category")


def lines(**amounts: float) -> xr.DataArray:
    return by_line(amounts, "t CO2e/yr")


def shares(**amounts: float) -> xr.DataArray:
    return by_line(amounts, "1")


def by_line(amounts: dict[str, float], unit: str) -> xr.DataArray:
    return xr.DataArray(list(amounts.values()), {"category": list(amounts)}, ("category",), attrs={"units": unit})


def test_a_line_of_a_thousand_tons_within_five_percent() -> None:
    ends = line_range(lines(coal=1000.0, heat=200.0), shares(coal=0.05, heat=0.5))
    assert ends["low"].values.tolist() == [950.0, 100.0] and ends["high"].values.tolist() == [1050.0, 300.0]
    assert ends["high"].attrs == {"units": "t CO2e/yr"}


def test_independent_lines_add_by_the_root_of_squares() -> None:
    # (1,000 x 0.03)^2 + (100 x 0.4)^2 = 900 + 1,600 = 50^2
    total = total_half_width(lines(coal=1000.0, wastewater=100.0), shares(wastewater=0.4, coal=0.03))
    assert total.item() == pytest.approx(50.0) and total.attrs == {"units": "t CO2e/yr"}


def test_every_line_of_the_statement_has_a_half_width_in_the_table() -> None:
    assert set(SHARES["category"].values) == set(LINES)
    assert SHARES.sel(category="natural_gas") < SHARES.sel(category="refrigerants")


@settings(max_examples=30)
@given(st.lists(st.floats(0.0, 1e6), min_size=len(LINES), max_size=len(LINES)), st.integers(0, 2**31))
def test_draws_stay_inside_the_range_of_their_line(amounts: list[float], seed: int) -> None:
    statement = lines(**dict(zip(LINES, amounts, strict=True)))
    sample, ends = drawn(statement, SHARES, seed, 50), line_range(statement, SHARES)
    assert sample.dims == ("draw", "category") and sample.attrs == {"units": "t CO2e/yr"}
    assert bool(((sample >= ends["low"] * (1 - 1e-12)) & (sample <= ends["high"] * (1 + 1e-12))).all())


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    statement = lines(coal=1000.0, heat=200.0)
    xr.testing.assert_identical(drawn(statement, SHARES, 7, 20), drawn(statement, SHARES, 7, 20))
    assert bool((drawn(statement, SHARES, 7, 20) != drawn(statement, SHARES, 8, 20)).all())


def test_a_line_keeps_its_draws_whatever_the_others_do() -> None:
    alone = drawn(lines(heat=200.0), shares(heat=0.1), 3, 40).sel(category="heat")
    among = drawn(lines(coal=1e6, heat=200.0, diesel=5.0), SHARES, 3, 40).sel(category="heat")
    np.testing.assert_array_equal(alone, among)
    wider = drawn(lines(coal=1.0, heat=200.0), shares(coal=0.9, heat=0.1), 3, 40).sel(category="heat")
    np.testing.assert_array_equal(alone, wider)


def test_many_draws_have_the_mean_and_spread_of_their_triangle_and_lines_are_independent() -> None:
    sample = drawn(lines(coal=1000.0, heat=1000.0), shares(coal=0.3, heat=0.3), 1, 40_000)
    np.testing.assert_allclose(sample.mean("draw"), 1000.0, rtol=3e-3)
    # a symmetric triangle of half-width w has the standard deviation w / sqrt(6): 300 / 2.4495 = 122.47
    np.testing.assert_allclose(sample.std("draw"), 122.47, rtol=0.02)
    assert abs(float(xr.corr(sample.sel(category="coal"), sample.sel(category="heat")))) < 0.02
    spread = float(sample.sum("category").std("draw"))
    whole = total_half_width(lines(coal=1000.0, heat=1000.0), shares(coal=0.3, heat=0.3)).item()
    assert spread == pytest.approx(whole / 6**0.5, rel=0.02)


def test_no_line_errs_with_an_input_of_its_own_or_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gas use and the line of gas share a name, and must not share their draws."""
    inputs, seeds, draws = inputs_of("yizhuang"), [SEED, SEED + 1], 4000
    ones = stamp(xr.ones_like(inputs["line_uncertainty"]), "t CO2e/yr")
    year = xr.Dataset({"statement": ones, "statement_market": ones})
    monkeypatch.setattr(of_park, "_year", lambda *_: year)  # lines of one ton: what comes back is their error alone
    yields = xr.Dataset({"wind_full_load_hours": ("weather_seed", [1000.0, 1200.0], {"units": "h/yr"})},
                        {"weather_seed": seeds})  # fmt: skip
    found, outcomes = park_draws(inputs, year.assign_coords(weather_seed=seeds), yields, draws)
    samples = {name: found[name].values.ravel() for name in UNCERTAIN}
    errors = outcomes["statement"].transpose("category", "weather_seed", "draw")
    samples |= {f"line {name}": errors.sel(category=name).values.ravel() for name in errors["category"].values}
    matrix = np.corrcoef(list(samples.values()))
    assert len(samples) == len(UNCERTAIN) + len(LINES) and bool(np.isfinite(matrix).all())
    # Of 8,000 independent pairs the correlation has the standard deviation 1 / sqrt(8,000) = 0.011.
    assert np.abs(matrix - np.eye(len(samples))).max() < 0.05


@settings(max_examples=20)
@given(st.floats(1e-3, 1e3))
def test_twice_the_statement_twice_the_draws(factor: float) -> None:
    once = drawn(lines(coal=10.0, heat=2.0), SHARES, 5, 10)
    np.testing.assert_allclose(drawn(lines(coal=10.0 * factor, heat=2.0 * factor), SHARES, 5, 10), factor * once)


def test_draws_keep_the_lines_of_the_statement_in_their_order() -> None:
    order = ["heat", "coal", "diesel"]
    assert drawn(lines(heat=1.0, coal=1.0, diesel=1.0), SHARES, 5, 2)["category"].values.tolist() == order
    assert line_range(lines(heat=1.0, coal=1.0, diesel=1.0), SHARES)["category"].values.tolist() == order


def test_parks_share_the_draws_of_a_line() -> None:
    two = lines(coal=10.0, heat=2.0) * xr.DataArray([1.0, 3.0], dims="park")
    sample = drawn(two.assign_attrs(units="t CO2e/yr"), SHARES, 5, 10)
    assert sample.dims == ("draw", "category", "park")
    np.testing.assert_allclose(sample.isel(park=1), 3.0 * sample.isel(park=0))


def test_a_line_without_a_width_and_a_width_beyond_all_are_refused_at_once() -> None:
    with pytest.raises(InputError) as refused:
        drawn(lines(coal=1.0, heat=1.0), shares(coal=1.2, fleet=np.nan), 1, 5)
    assert [problem.key for problem in refused.value.problems] == ["heat", "coal", "fleet"]
    assert "1.2 is outside 0 to 1" in str(refused.value) and "data/inventory.csv" in str(refused.value)


def test_results_have_the_units_they_declare() -> None:
    statement, widths = quantify(lines(coal=2.0)), shares(coal=0.5)
    tons = pint_unit("t CO2e/yr").dimensionality
    assert total_half_width.__wrapped__(statement, widths).data.check(tons)
    assert all(end.data.check(tons) for end in line_range.__wrapped__(statement, widths).values())
    assert drawn.__wrapped__(statement, widths, 1, 3).data.check(tons)
