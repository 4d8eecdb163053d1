"""A product split by its factors: nothing is left over, zeros have their limits, and time can run backwards."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb import model
from decarb.analysis.factors import lmdi, sector_factors
from decarb.errors import CallError, DecarbError, UnitError
from decarb.nation.totals import national

UNITS = {"activity": "CNY_2020/yr", "intensity": "TWh/CNY_2020", "factor": "Mt CO2/TWh"}


def product(*values: float) -> dict[str, xr.DataArray]:
    return {name: xr.DataArray(value, attrs={"units": unit})
            for (name, unit), value in zip(UNITS.items(), values, strict=True)}  # fmt: skip


def split(first: tuple[float, ...], last: tuple[float, ...]) -> list[float]:
    return [float(part) for part in lmdi(product(*first), product(*last), "Mt CO2/yr").values()]


def test_a_factor_that_doubles_alone_takes_the_whole_change() -> None:
    # 6 -> 12
    assert split((1.0, 2.0, 3.0), (2.0, 2.0, 3.0)) == pytest.approx([6.0, 0.0, 0.0])


def test_the_logarithmic_mean_shares_the_change() -> None:
    # 1 -> 8: L = 7/ln 8; ln 2, ln 4, 0.
    mean = 7.0 / math.log(8.0)
    assert split((1.0, 1.0, 1.0), (2.0, 4.0, 1.0)) == pytest.approx([mean * math.log(2.0), mean * math.log(4.0), 0.0])


def test_factors_that_cancel_keep_their_effects() -> None:
    # 10 -> 10: L = 10; +ln 2 and -ln 2.
    assert split((5.0, 2.0, 1.0), (10.0, 1.0, 1.0)) == pytest.approx([10 * math.log(2), -10 * math.log(2), 0.0])


def test_what_rises_from_zero_takes_the_whole_change_and_shares_it_with_its_like() -> None:
    assert split((0.0, 2.0, 3.0), (1.0, 4.0, 3.0)) == [12.0, 0.0, 0.0]
    assert split((0.0, 0.0, 3.0), (1.0, 4.0, 3.0)) == [6.0, 6.0, 0.0]
    assert split((1.0, 4.0, 3.0), (1.0, 0.0, 6.0)) == [0.0, -12.0, 0.0]
    assert split((0.0, 4.0, 3.0), (0.0, 1.0, 6.0)) == [0.0, 0.0, 0.0]
    assert split((0.0, 4.0, 3.0), (2.0, 0.0, 6.0)) == [0.0, 0.0, 0.0]


def test_the_limits_at_zero_are_those_that_ever_smaller_numbers_approach() -> None:
    near = split((1e-200, 2.0, 3.0), (1.0, 4.0, 3.0))
    assert near == pytest.approx([12.0, 0.0, 0.0], abs=0.03)


size = st.one_of(st.just(0.0), st.floats(1e-6, 1e6))


@given(st.tuples(size, size, size), st.tuples(size, size, size))
def test_contributions_add_to_the_change_and_turn_with_time(first: tuple[float, ...], last: tuple[float, ...]) -> None:
    change, parts = math.prod(last) - math.prod(first), split(first, last)
    assert sum(parts) == pytest.approx(change, rel=1e-9, abs=1e-9 * (math.prod(first) + math.prod(last)))
    back = split(last, first)
    scale = max(map(abs, parts))
    assert back == pytest.approx([-part for part in parts], rel=1e-12, abs=1e-12 * scale)


def test_each_place_is_split_by_itself_and_units_are_converted() -> None:
    sector = {"sector": ["a", "b"]}
    activity = xr.DataArray(1e6, attrs={"units": "CNY_2020/yr"})
    before = {"activity": activity, "factor": xr.DataArray([1.0, 2.0], sector, attrs={"units": "t CO2/CNY_2020"})}
    after = {"activity": activity, "factor": xr.DataArray([2e3, 2e3], sector, attrs={"units": "kg CO2/CNY_2020"})}
    parts = lmdi(before, after, "Mt CO2/yr")
    np.testing.assert_allclose(parts["factor"], [1.0, 0.0], atol=1e-12)
    assert parts["factor"].attrs == {"units": "Mt CO2/yr"}


@pytest.mark.parametrize("wrong", [-1.0, math.nan])
def test_what_has_no_logarithm_is_refused(wrong: float) -> None:
    with pytest.raises(CallError, match="non-negative"):
        lmdi(product(1.0, 1.0, wrong), product(1.0, 1.0, 1.0), "Mt CO2/yr")


def test_factors_of_another_name_or_product_are_refused() -> None:
    one = product(1.0, 1.0, 1.0)
    with pytest.raises(CallError, match="name the same"):
        lmdi(one, {"activity": one["activity"]}, "Mt CO2/yr")
    with pytest.raises(UnitError, match="same dimension"):
        lmdi(one, one, "TWh/yr")


@pytest.mark.parametrize("sector", ["power_heat", "manufacturing", "process", "transport"])
def test_on_the_model_the_factors_of_a_sector_split_its_change(china: model.Evaluation, sector: str) -> None:
    parts = lmdi(*(sector_factors(china.annual, sector, year) for year in (2030, 2060)), "Mt CO2/yr")
    gross = national(china.annual["gross_co2"].sel(sector=[sector]))
    change = float(gross.sel(year=2060) - gross.sel(year=2030))
    assert sum(float(part) for part in parts.values()) == pytest.approx(change, rel=1e-9)
    assert float(parts["gdp"]) > 0 > float(sum(parts.values()) - parts["gdp"])


def test_co2_that_no_product_gives_is_refused(china: model.Evaluation) -> None:
    nothing = china.annual.assign(thermal_generation=china.annual["thermal_generation"] * 0.0)
    nothing["thermal_generation"].attrs = china.annual["thermal_generation"].attrs
    with pytest.raises(DecarbError, match="no product of factors"):
        sector_factors(nothing, "power_heat", 2060)
    with pytest.raises(CallError, match="did you mean"):
        sector_factors(china.annual, "transprot", 2060)
