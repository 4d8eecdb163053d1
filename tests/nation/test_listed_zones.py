"""A planner's list stands before the default of its province, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.errors import DecarbError
from decarb.nation.listed_zones import first_of, of_all, of_one, share_with_lists
from decarb.nation.zones import ARCHETYPES, LEVELS, check_partition, zones_in_base
from tests.nation.test_zones import shipped

LABELS = {"province": ["Hebei", "Tibet"], "level": ["national", "provincial"], "archetype": ["metals", "general"]}
SECTORS = {"sector": ["manufacturing", "process"]}


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def cohorts(value: float, unit: str, **coords: list[str]) -> xr.DataArray:
    labels = LABELS if not coords else {"province": LABELS["province"], **coords, "level": LABELS["level"],
                                        "archetype": LABELS["archetype"]}  # fmt: skip
    return array(np.full([len(names) for names in labels.values()], value), unit, **labels)


def listed(load: float, co2: float, sector: str = "process") -> tuple[xr.DataArray, xr.DataArray]:
    """A list of Hebei with one cohort, provincial metals; its CO2 in one sector, the other left to the default."""
    of_load, of_co2 = cohorts(np.nan, "MWh/yr"), cohorts(np.nan, "Mt CO2/yr", **SECTORS)
    of_load.loc["Hebei"] = 0.0
    of_load.loc["Hebei", "provincial", "metals"] = load
    of_co2.loc["Hebei", sector] = 0.0
    of_co2.loc["Hebei", sector, "provincial", "metals"] = co2
    return of_load, of_co2


CO2 = array([[100.0, 20.0], [10.0, 5.0]], "Mt CO2/yr", province=LABELS["province"], **SECTORS)
SHARE = cohorts(0.1, "1", **SECTORS)  # 0.4 of each province and sector inside
ELECTRICITY = cohorts(5e6, "MWh/yr")


def test_without_a_list_nothing_changes() -> None:
    nothing = (cohorts(np.nan, "MWh/yr"), cohorts(np.nan, "Mt CO2/yr", **SECTORS))
    xr.testing.assert_identical(share_with_lists(SHARE, CO2, ELECTRICITY, *nothing), SHARE)


def test_a_list_says_its_own_co2_and_the_default_intensity_fills_what_it_leaves_out() -> None:
    share = share_with_lists(SHARE, CO2, ELECTRICITY, *listed(2e6, 4.0))
    # Process: 4 of 20 Mt. Manufacturing: 0.1 x 110 Mt over 10 TWh is 1.1 Mt/TWh; x 2 TWh = 2.2 of 100 Mt.
    hebei = share.sel(province="Hebei", level="provincial", archetype="metals")
    assert hebei.values.tolist() == [pytest.approx(0.022), pytest.approx(0.2)]
    assert float(share.sel(province="Hebei").sum()) == pytest.approx(0.222)
    xr.testing.assert_equal(share.sel(province="Tibet"), SHARE.sel(province="Tibet"))


def test_a_list_that_holds_more_than_is_there_is_refused() -> None:
    for load, co2 in ((2e6, 21.0), (2e8, 4.0)):
        share = share_with_lists(SHARE, CO2, ELECTRICITY, *listed(load, co2))
        with pytest.raises(
            DecarbError, match=r"zones: Hebei: zones hold .* not 0 to 1; write less.*zones\.list\.Hebei"
        ):
            check_partition(share)


def test_a_sector_without_co2_holds_none_and_refuses_any() -> None:
    co2 = CO2.where(CO2["sector"] != "process", 0.0)
    check_partition(share_with_lists(SHARE, co2, ELECTRICITY, *listed(2e6, 0.0)))
    with pytest.raises(DecarbError, match="Hebei: zones hold inf of process"):
        check_partition(share_with_lists(SHARE, co2, ELECTRICITY, *listed(2e6, 0.1)))


def test_a_mean_listed_zone_is_the_cohort_over_its_number() -> None:
    total, _ = listed(6e6, 0.0)
    count = array(total.where(total.isnull(), 0.0), "zone", **LABELS)
    count.loc["Hebei", "provincial", "metals"] = 3.0
    mean = of_one(total, count)
    assert float(mean.sel(province="Hebei", level="provincial", archetype="metals")) == 2e6
    assert float(mean.sel(province="Hebei").sum()) == 2e6 and bool(mean.sel(province="Tibet").isnull().all())
    load = first_of(mean, cohorts(7.0, "MWh/yr"))
    assert float(load.sel(province="Tibet").min()) == 7.0 and load.attrs == {"units": "MWh/yr"}
    assert float(of_all(load, array(count.fillna(0.0), "zone", **LABELS)).sum()) == 6e6


def test_a_list_changes_its_own_province_alone() -> None:
    inputs, level, share = shipped()
    count, load = inputs["listed_zone_count"].copy(deep=True), inputs["listed_zone_load"].copy(deep=True)
    count.loc["Beijing"], load.loc["Beijing"] = 0.0, 0.0
    at = {"province": "Beijing", "level": LEVELS[0], "archetype": ARCHETYPES[0]}
    count.loc[at], load.loc[at] = 1.0, 2e6
    with_list = zones_in_base(inputs.assign(listed_zone_count=count, listed_zone_load=load), level, share)
    without = zones_in_base(inputs, level, share)
    others = without["province"] != "Beijing"
    xr.testing.assert_equal(with_list.isel(province=others.values), without.isel(province=others.values))
    beijing = with_list.sel(province="Beijing")
    assert float(beijing["zone_count"].sum()) == 1.0
    assert float(beijing["zone_load"].sum()) == 2e6
    assert 0.0 < float(beijing["zone_share"].sum()) < float(without["zone_share"].sel(province="Beijing").sum())
