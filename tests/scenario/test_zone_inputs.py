"""Zones as inputs: rows where nothing is stated, the scenario where it is, and lists where a province has one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from decarb.errors import InputError
from decarb.nation.sectors import SECTORS
from decarb.nation.zones import ARCHETYPES, LEVELS
from decarb.scenario.scenario import load_scenario
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.zone_inputs import default_zones, listed_zones, zone_inputs, zones_of_nation
from decarb.scenario.zone_list import ZoneListSpec
from decarb.scenario.zone_schema import ZoneSpec
from decarb.tables import provinces, table_value
from decarb.variables import variables

DEFAULT = zone_inputs(load_scenario("china-2060").spec)


def stated(**zones: Any) -> ScenarioSpec:
    return load_scenario("china-2060").replace(zones=zones).spec


def cohort(**changes: str) -> dict[str, str]:
    return {"level": "provincial", "archetype": "metals", "zones": "2 zone", "electricity": "400 GWh/yr"} | changes


def lists(*cohorts: dict[str, str]) -> dict[str, Any]:
    return {"Hebei": {"file": "hebei.csv", "cohorts": list(cohorts)}}


def listed(*cohorts: dict[str, str]) -> dict[str, Any]:
    return listed_zones({name: ZoneListSpec.model_validate(one) for name, one in lists(*cohorts).items()})


def test_every_archetype_and_level_stands_in_its_fixed_order() -> None:
    assert DEFAULT["archetype_mix"].dims == ("level", "archetype")
    assert tuple(DEFAULT["archetype_mix"]["level"].values) == LEVELS
    for name, array in DEFAULT.items():
        assert "units" in array.attrs, name
        if "archetype" in array.dims:
            assert tuple(array["archetype"].values) == ARCHETYPES, name
        if "province" in array.dims:
            assert tuple(array["province"].values) == provinces(), name


def test_the_shipped_mixes_add_to_one_and_a_general_zone_weighs_one() -> None:
    np.testing.assert_allclose(DEFAULT["archetype_mix"].sum("archetype"), 1.0, rtol=1e-12)
    for name in ("zone_electricity_weight", "zone_fuel_weight", "zone_process_weight", "zone_heat_weight"):
        assert float(DEFAULT[name].sel(archetype="general")) == 1.0


def test_zones_of_the_tables_add_to_all_zones_in_any_mix() -> None:
    default = default_zones()
    assert default.dims == ("province",) and default.attrs["units"] == "zone"
    # 552 national and 1,991 provincial.
    assert float(default.sum()) == pytest.approx(2543.0)
    for name in ("Hebei", "Guangdong"):
        provincial, places, national = (
            DEFAULT[f"{kind}_zone_count"] for kind in ("provincial", "development", "national")
        )
        part = float(places.sel(province=name) / places.sum()) * float(national)
        assert float(default.sel(province=name)) == pytest.approx(float(provincial.sel(province=name)) + part)


def test_without_a_list_nothing_is_listed() -> None:
    for name in ("listed_zone_count", "listed_zone_load", "listed_zone_co2"):
        assert bool(DEFAULT[name].isnull().all())
    assert DEFAULT["listed_zone_co2"].dims == ("province", "sector", "level", "archetype")


@pytest.mark.parametrize("bound", ["low", "high"])
def test_bounds_take_the_ends_of_the_rows_and_the_mix_as_it_is(bound: Any) -> None:
    ends = zone_inputs(load_scenario("china-2060").spec, bound)
    for name in ("national_zone_size", "zone_size_spread", "grid_connection_per_load"):
        assert float(ends[name]) == table_value("parameters", name, bound=bound).value
    for name in ("zone_fuel_weight", "usable_roof_share", "wind_density"):
        row = table_value("archetypes", name, archetype="metals", bound=bound).value
        assert float(ends[name].sel(archetype="metals")) == row
    np.testing.assert_array_equal(ends["archetype_mix"], DEFAULT["archetype_mix"])


@pytest.mark.parametrize(
    ("field", "name"),
    [("share_of_national_co2", "zone_share_of_national_co2"), ("captive_share", "captive_share"),
     ("national_size", "national_zone_size"), ("size_spread", "zone_size_spread"),
     ("grid_connection_per_load", "grid_connection_per_load")],
)  # fmt: skip
def test_what_a_scenario_states_stands_before_the_row(field: str, name: str) -> None:
    changed = zone_inputs(stated(**{field: "0.27"}))
    assert float(changed[name]) == 0.27 != float(DEFAULT[name])
    assert [other for other in changed if not changed[other].equals(DEFAULT[other])] == [name]


def test_a_share_of_one_archetype_leaves_the_others() -> None:
    changed = zone_inputs(stated(usable_roof_share={"logistics": "70 %"}))["usable_roof_share"]
    assert float(changed.sel(archetype="logistics")) == pytest.approx(0.7)
    others = [name for name in ARCHETYPES if name != "logistics"]
    np.testing.assert_array_equal(changed.sel(archetype=others), DEFAULT["usable_roof_share"].sel(archetype=others))


def test_a_mix_of_ones_own_adds_to_one_or_is_refused() -> None:
    mix = dict.fromkeys(ARCHETYPES, "0") | {"general": "0.4", "metals": "0.6"}
    changed = zone_inputs(stated(provincial_mix=mix))["archetype_mix"]
    assert changed.sel(level="provincial").values.tolist() == [0.0, 0.0, 0.0, 0.0, 0.6, 0.4]
    np.testing.assert_array_equal(changed.sel(level="national"), DEFAULT["archetype_mix"].sel(level="national"))
    with pytest.raises(InputError, match=r"zones\.provincial_mix: the six parts add to 1\.1; make them add to 1"):
        stated(provincial_mix=mix | {"metals": "0.7"})


def test_an_archetype_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match=r"zones\.usable_roof_share"):
        stated(usable_roof_share={"steel": "0.5"})


def test_a_list_fills_its_province_and_leaves_the_others_unknown() -> None:
    arrays = listed(cohort(), cohort(level="national", zones="1 zone", electricity="1.2 TWh/yr"))
    count, load = arrays["listed_zone_count"], arrays["listed_zone_load"]
    assert float(count.sel(province="Hebei").sum()) == 3.0
    assert float(load.sel(province="Hebei", level="national", archetype="metals")) == pytest.approx(1.2e6)
    assert float(load.sel(province="Hebei").sum()) == pytest.approx(1.6e6)
    assert bool(count.drop_sel(province="Hebei").isnull().all())


def test_co2_of_a_list_is_split_as_the_province_and_what_it_leaves_out_is_unknown() -> None:
    co2 = listed(cohort(fuel_co2="600 kt CO2/yr"))["listed_zone_co2"].sel(province="Hebei")
    metals = co2.sel(level="provincial", archetype="metals")
    assert float(metals.sel(sector=["energy_industry", "manufacturing"]).sum()) == pytest.approx(0.6)
    assert float(metals.sel(sector="manufacturing")) > float(metals.sel(sector="energy_industry")) > 0.0
    assert bool(co2.sel(sector=["process", "power_heat"]).isnull().all())
    outside = [name for name in SECTORS if name in ("transport", "buildings", "agriculture", "construction")]
    assert float(abs(co2.sel(sector=outside)).sum()) == 0.0
    assert float(co2.sel(sector="manufacturing", archetype="general").sum()) == 0.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"electricity": "900 TWh/yr"}, r"electricity: the zones hold 900,000 GWh/yr, Hebei has \d"),
        ({"fuel_co2": "1200 Mt CO2/yr"}, r"fuel_co2: .* 1,200,000 kt CO2/yr, .* in energy_industry and manufacturing"),
        ({"process_co2": "900 Mt CO2/yr"}, r"process_co2: .*Hebei has .* in process; check the unit of the column"),
        ({"heat_co2": "900 Mt CO2/yr"}, r"hebei\.csv: zones\.list\.Hebei: heat_co2: .* in power_heat"),
    ],
)
def test_a_list_that_holds_more_than_its_province_is_refused(changes: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        listed(cohort(**changes))


def test_one_cohort_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r"provincial zones of metals stand twice; keep one of the two"):
        listed(cohort(), cohort(electricity="1 GWh/yr"))


def test_zones_of_the_nation_count_own_lists_in_the_place_of_the_tables() -> None:
    usual = zones_of_nation(ZoneSpec())
    assert usual.dims == ("level", "archetype") and float(usual.sum()) == pytest.approx(2543.0)
    own = zones_of_nation(stated(list=lists(cohort(zones="7 zone"))).zones)
    assert float(own.sum()) == pytest.approx(2543.0 - float(default_zones().sel(province="Hebei")) + 7.0)


def test_every_new_row_is_in_the_dictionary() -> None:
    for name in ("national_zone_mix", "provincial_zone_mix", "national_zone_size", "zone_size_spread"):
        assert variables()[name].unit == "1"
