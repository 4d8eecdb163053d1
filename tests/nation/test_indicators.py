"""The non-fossil share by China's convention, and CO2 per GDP."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
import xarray as xr
from hypothesis import given

from decarb.nation import indicators

TONNES = st.floats(1.0, 2e4)


def array(value: float, unit: str) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": unit})


def share(co2: float, nonfossil: float, factor: float = 2.5) -> float:
    return float(
        indicators.nonfossil_share(
            array(co2, "Mt CO2/yr"), array(nonfossil, "TWh/yr"), array(0.3, "tce/MWh"), array(factor, "t CO2/tce")
        )
    )


def test_fossil_energy_is_what_non_fossil_power_leaves() -> None:
    factor = indicators.fossil_energy_factor(
        array(10000.0, "Mt CO2/yr"), array(5000.0, "Mtce/yr"), array(3000.0, "TWh/yr"), array(0.3, "tce/MWh")
    )
    # 3,000 TWh x 0.3 Mtce/TWh = 900; 10,000 / (5,000 - 900).
    assert float(factor) == pytest.approx(10000.0 / 4100.0, rel=1e-12)


def test_non_fossil_power_counts_as_the_coal_it_displaces() -> None:
    # 5,000 TWh x 0.3 = 1,500 Mtce beside 10,000 / 2.5 = 4,000 Mtce.
    assert share(10000.0, 5000.0) == pytest.approx(1500.0 / 5500.0, rel=1e-12)


@given(TONNES, TONNES, TONNES)
def test_the_share_rises_with_clean_power_and_falls_with_co2(co2: float, nonfossil: float, more: float) -> None:
    assert 0.0 < share(co2, nonfossil) < 1.0
    assert share(co2, nonfossil + more) > share(co2, nonfossil) > share(co2 + more, nonfossil)


def test_without_fossil_fuel_all_is_non_fossil() -> None:
    assert share(0.0, 5000.0) == 1.0


def test_co2_per_gdp() -> None:
    # 11,619 Mt over 112 trillion yuan.
    assert float(indicators.co2_per_gdp(array(11619.0, "Mt CO2/yr"), array(112e12, "CNY_2020/yr"))) == pytest.approx(
        11619e6 / 112e12, rel=1e-12
    )
