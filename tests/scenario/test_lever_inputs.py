"""Levers, contracts and captive plants: what a scenario states goes to its own input, the rows fill the rest."""

from __future__ import annotations

import pytest
import xarray as xr

from decarb.errors import DecarbError
from decarb.scenario.lever_inputs import ARCHETYPES, BY_ARCHETYPE, lever_inputs
from decarb.scenario.scenario import load_scenario
from decarb.tables import table_array
from decarb.units import dimension, units_of

CHINA = load_scenario("china-2060")


def inputs_of(*settings: str) -> dict[str, xr.DataArray]:
    return lever_inputs(load_scenario("china-2060", settings).spec)


DEFAULT = inputs_of()
NUMBERS = {
    "template.switched_fuel_factor": ("switched_fuel_factor", "0.02 t CO2/GJ", 0.02),
    "template.green_power_share": ("green_power_share", "31 %", 0.31),
    "power.market_traded_share": ("market_traded_share", "0.21", 0.21),
    "captive.retirement_start": ("captive_retirement_start", "2033", 2033),
    "captive.retirement_end": ("captive_retirement_end", "2048", 2048),
    "captive.factor_ratio": ("captive_factor_ratio", "1.23", 1.23),
    "captive.heat_share": ("captive_heat_share", "0.24", 0.24),
    "captive.heat_electrified_share": ("captive_heat_electrified_share", "0.25", 0.25),
    "captive.heat_performance": ("captive_heat_performance", "3.1", 3.1),
}


@pytest.mark.parametrize("bound", ["value", "low", "high"])
def test_every_input_has_a_unit_that_exists_and_no_hole(bound: str) -> None:
    for name, array in lever_inputs(CHINA.spec, bound).items():  # type: ignore[arg-type]
        dimension(units_of(array))
        assert bool(array.notnull().all()) and bool((array >= 0.0).all()), name
        assert array.dims == (("archetype",) if name in BY_ARCHETYPE else ()), name


@pytest.mark.parametrize("key", NUMBERS)
def test_a_stated_number_goes_to_its_own_input_and_moves_no_other(key: str) -> None:
    name, text, number = NUMBERS[key]
    found = inputs_of(f"{key}={text}")
    assert float(found[name]) == pytest.approx(number) != pytest.approx(float(DEFAULT[name]))
    for other in set(DEFAULT) - {name}:
        xr.testing.assert_identical(found[other], DEFAULT[other])


@pytest.mark.parametrize("name", BY_ARCHETYPE)
def test_one_share_holds_for_all_archetypes_and_a_mapping_for_those_it_names(name: str) -> None:
    one = inputs_of(f"template.{name}=0.77")
    assert one[name].values.tolist() == [0.77] * 6
    some = inputs_of(f"template.{name}.metals=0.66", f"template.{name}.general=0.55")[name]
    rows = table_array("archetypes", name, "archetype")
    for kind in ARCHETYPES:
        stated = {"metals": 0.66, "general": 0.55}.get(kind, float(rows.sel(archetype=kind)))
        assert float(some.sel(archetype=kind)) == stated
    for other in set(DEFAULT) - {name}:
        xr.testing.assert_identical(one[other], DEFAULT[other])


def test_archetypes_stand_in_one_order() -> None:
    assert list(ARCHETYPES) == ["research_campus", "electronics", "chemicals", "logistics", "metals", "general"]
    for name in BY_ARCHETYPE:
        assert DEFAULT[name]["archetype"].values.tolist() == list(ARCHETYPES)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("template.electrified_fuel_share=1.5", r"1\.5 is outside 0 to 1"),
        ("template.electrified_fuel_share.metalls=0.1", "unknown key; did you mean metals"),
        ("template.process_change_share.metals=-0.1", "is outside 0 to 1"),
        ("template.switched_fuel_factor=0.05", r'has no unit; write "0\.05 t CO2/GJ"'),
        ("template.electrified_share=0.2", "unknown key; did you mean electrified_fuel_share"),
        ("captive.retirement_start=2020", "is less than 2026"),
    ],
)
def test_a_wrong_lever_gets_one_clear_message(setting: str, said: str) -> None:
    with pytest.raises(DecarbError, match=said) as refused:
        inputs_of(setting)
    assert len(str(refused.value).splitlines()) == 1


def test_captive_plants_cannot_all_be_closed_before_the_first_closes() -> None:
    with pytest.raises(DecarbError, match="retirement_end 2040 is not after retirement_start 2050; write a later end"):
        inputs_of("captive.retirement_start=2050", "captive.retirement_end=2040")
    with pytest.raises(DecarbError, match=r"retirement_end 2055 is not after retirement_start 2058, one of .* write"):
        inputs_of("captive.retirement_start=2058")


def test_heat_of_gas_boilers_emits_the_fuel_over_the_efficiency() -> None:
    gas = float(table_array("emission_factors", "fuel_energy_factor", fuel="natural_gas"))
    # 0.05554 t CO2/GJ of gas at 97 %.
    assert float(DEFAULT["replaced_heat_factor"]) == pytest.approx(gas / 0.97) == pytest.approx(0.0572577, abs=1e-6)
    assert float(DEFAULT["switched_fuel_factor"]) == gas


def test_heavy_archetypes_electrify_less_than_light_ones() -> None:
    share = DEFAULT["electrified_fuel_share"]
    heavy, light = share.sel(archetype=["chemicals", "metals"]), share.sel(archetype=["research_campus", "electronics"])
    assert float(heavy.max()) < float(light.min())
