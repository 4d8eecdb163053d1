"""Claims: what parks emit by their books, the credits they retire, and what they say is left."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from decarb.nation import ledger, sectors

CO2, CO2E, ENERGY = "Mt CO2/yr", "Mt CO2e/yr", "TWh/yr"
AMOUNT = st.floats(0.0, 1000.0)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def test_abatement_lowers_the_books_of_the_parks_in_which_it_happened() -> None:
    names = {"sector": ["manufacturing", "transport"]}
    direct = ledger.direct_emissions_of_parks(
        array([900.0, 500.0], CO2, **names), array([100.0, 0.0], CO2, **names), array([0.6, 0.0], "1", **names),
        array(0.5, "1"), array(1.0, "1"),
    )  # fmt: skip
    # 1,000 Mt before abatement x 0.6 in zones x 0.5 adopted = 300, and all 100 Mt were abated inside them.
    assert float(direct) == pytest.approx(200.0)


@given(AMOUNT, st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_parks_and_everything_else_are_a_partition(
    emitted: float, zone: float, adopted: float, covered: float, electrified: float
) -> None:
    names = {"sector": ["manufacturing"]}
    before, share = array([emitted], CO2, **names), array([zone], "1", **names)
    operating, part = array(adopted, "1"), array(covered, "1")
    abated = sectors.abated_in_zones(before, share, operating, part, array(electrified, "1"))
    after = sectors.burnt(before, abated)
    parks = float(ledger.direct_emissions_of_parks(after, abated, share, operating, part))
    rest = emitted * (1.0 - zone * adopted * covered)
    assert parks >= -1e-9
    assert parks + rest == pytest.approx(float(after.sum()), abs=1e-9)


def test_parks_buy_what_they_do_not_generate() -> None:
    bought = ledger.electricity_bought_by_parks(
        array([1.0, 0.1], ENERGY, province=["Hebei", "Tibet"]), array([0.3, 0.3], ENERGY, province=["Hebei", "Tibet"]),
        array([1.0, 2.0], "1", year=[2025, 2050]), array([100.0, 10.0], "zone", province=["Hebei", "Tibet"]),
        array([0.1, 0.5], "1", year=[2025, 2050]),
        array([[0.0, 2.0], [0.0, 0.5]], ENERGY, province=["Hebei", "Tibet"], year=[2025, 2050]),
    )  # fmt: skip
    # Hebei: (1 - 0.3) x 100 x 0.1 = 7, (2 - 0.3) x 100 x 0.5 + 2 = 87; Tibet generates more than it uses and buys
    # only what replaces its fuel.
    np.testing.assert_allclose(bought.transpose("province", "year"), [[7.0, 87.0], [0.0, 0.5]], rtol=1e-13)


def test_a_park_answers_for_the_power_it_buys() -> None:
    emitted = ledger.park_emissions(
        array(200.0, CO2), array(85.0, ENERGY), array(0.4, "kg CO2/kWh"), array(1.0, "t CO2e/t CO2")
    )
    # 200 + 85 TWh x 0.4 Mt/TWh.
    assert float(emitted) == pytest.approx(234.0)
    assert emitted.attrs["units"] == CO2E


def test_provinces_share_a_scarce_year_in_proportion() -> None:
    needed = array([[30.0, 30.0], [10.0, 10.0]], CO2E, province=["Hebei", "Tibet"], year=[2025, 2026])
    retired = ledger.credits_retired(needed, array([20.0, 100.0], CO2E, year=[2025, 2026]))
    # 2025: 20 issued for 40 needed, half of each; 2026: plenty, and no more than is needed.
    assert retired.values.tolist() == [[15.0, 30.0], [5.0, 10.0]]


@given(st.lists(AMOUNT, min_size=3, max_size=3), AMOUNT)
def test_no_credit_is_retired_that_was_not_issued_or_not_needed(need: list[float], issued: float) -> None:
    needed = array([[value] for value in need], CO2E, province=["Hebei", "Hainan", "Tibet"], year=[2030])
    retired = ledger.credits_retired(needed, array([issued], CO2E, year=[2030]))
    assert float(retired.sum()) == pytest.approx(min(issued, sum(need)), rel=1e-12, abs=1e-12)
    assert bool(((retired >= 0) & (retired <= needed)).all())


def test_a_claim_is_the_inventory_less_what_was_retired_and_the_gap_is_the_difference() -> None:
    emitted = array([234.0, 10.0], CO2E, province=["Hebei", "Tibet"])
    retired = array([34.0, 1.0], CO2E, province=["Hebei", "Tibet"])
    claimed = ledger.claimed_net_emissions(emitted, retired)
    assert claimed.values.tolist() == [200.0, 9.0]
    assert float(ledger.claims_gap(emitted, claimed)) == 35.0
