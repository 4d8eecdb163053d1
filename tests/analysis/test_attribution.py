"""Contributions of levers add exactly, are zero where nothing happens, and do not care in which order groups stand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb import model
from decarb.analysis.attribution import UNDER_WAY, attribute, between_scenarios, between_years, check_adds_up
from decarb.analysis.held import OF_TEMPLATE, held_after
from decarb.analysis.lever_groups import GROUPS, MERGES, checked_groups, merged
from decarb.analysis.room import PULLED
from decarb.analysis.shapley import Attribution
from decarb.errors import CallError, DecarbError
from decarb.nation.totals import national
from decarb.units import stamp

Inputs = xr.Dataset
GROUPS_OF_THREE = {"a": ("a",), "b": ("b",), "c": ("c",)}
SECTORS = ["power", "steel", "roads"]


def numbers(**values: float | list[float]) -> Inputs:
    """A few inputs [Mt CO2/yr]; a list is one value for each of three sectors."""
    arrays = {
        name: xr.DataArray(value, {"sector": SECTORS}, ("sector",)) if isinstance(value, list) else xr.DataArray(value)
        for name, value in values.items()
    }
    return xr.Dataset({name: stamp(array, "Mt CO2/yr") for name, array in arrays.items()})


def of(formula: Callable[[Inputs], xr.DataArray]) -> Callable[[Inputs], xr.DataArray]:
    return lambda inputs: stamp(formula(inputs), "Mt CO2/yr")


def values_of(attribution: Attribution) -> dict[str, float]:
    parts = attribution.contributions
    return {str(name): float(parts.sel(group=name)) for name in parts["group"].values}


SUM = of(lambda x: x["a"] + 2.0 * x["b"] - x["c"])
PRODUCT = of(lambda x: x["a"] * x["b"] * x["c"])


def test_of_a_sum_each_lever_gets_its_own_change() -> None:
    # +1; 2 x +3; -(+5)
    split = attribute(SUM, numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=4.0, c=6.0), GROUPS_OF_THREE)
    assert values_of(split) == pytest.approx({"a": 1.0, "b": 6.0, "c": -5.0})


def test_of_a_product_each_lever_gets_its_mean_over_all_orders() -> None:
    # a 1->2, b 1->3, c = 1 both times: a alone +1, after b +3; b alone +2, after a +4.
    split = attribute(PRODUCT, numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=3.0, c=1.0), GROUPS_OF_THREE)
    assert values_of(split) == pytest.approx({"a": 2.0, "b": 3.0, "c": 0.0})
    # All from 1 to 2, 3, 4. Of a: alone +1 (1/3), after b +3 (1/6), after c +4 (1/6), after both +12 (1/3).
    split = attribute(PRODUCT, numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=3.0, c=4.0), GROUPS_OF_THREE)
    assert values_of(split)["a"] == pytest.approx(1 / 3 + 3 / 6 + 4 / 6 + 12 / 3)
    assert sum(values_of(split).values()) == pytest.approx(23.0)


some = st.floats(-1e3, 1e3).filter(lambda x: x == 0.0 or abs(x) > 1e-3)


@given(st.lists(some, min_size=3, max_size=3), st.lists(some, min_size=3, max_size=3))
def test_contributions_add_to_the_difference_also_through_zero(first: list[float], last: list[float]) -> None:
    before, after = (numbers(**dict(zip("abc", values, strict=True))) for values in (first, last))
    split = attribute(of(lambda x: x["a"] * x["b"] + abs(x["c"]) * x["a"]), before, after, GROUPS_OF_THREE)
    change = float(split.after - split.before)
    assert sum(values_of(split).values()) == pytest.approx(change, rel=1e-9, abs=1e-9 * (1 + float(abs(split.after))))
    for name, one, two in zip("abc", first, last, strict=True):
        if one == two:
            assert values_of(split)[name] == 0.0


@given(st.permutations(list("abc")))
def test_the_order_of_the_groups_changes_nothing(order: list[str]) -> None:
    before, after = numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=3.0, c=4.0)
    split = attribute(PRODUCT, before, after, {name: (name,) for name in order})
    assert list(values_of(split)) == order
    expected = values_of(attribute(PRODUCT, before, after, GROUPS_OF_THREE))
    assert values_of(split) == pytest.approx(expected, rel=1e-14)


def test_levers_of_equal_effect_get_equal_parts() -> None:
    split = attribute(PRODUCT, numbers(a=1.0, b=1.0, c=2.0), numbers(a=3.0, b=3.0, c=5.0), GROUPS_OF_THREE)
    assert values_of(split)["a"] == pytest.approx(values_of(split)["b"], rel=1e-14)


def test_a_lever_without_effect_gets_exactly_nothing() -> None:
    split = attribute(of(lambda x: x["a"] * x["b"] / 3.0), numbers(a=0.1, b=0.7, c=1.0), numbers(a=0.3, b=0.9, c=9.0),
                      GROUPS_OF_THREE)  # fmt: skip
    assert values_of(split)["c"] == 0.0
    assert split.inputs["c"] == ("c",)


def test_nothing_differs_nothing_is_contributed() -> None:
    split = attribute(PRODUCT, numbers(a=1.0, b=2.0, c=3.0), numbers(a=1.0, b=2.0, c=3.0), GROUPS_OF_THREE)
    assert values_of(split) == {"a": 0.0, "b": 0.0, "c": 0.0}
    assert set(split.inputs.values()) == {()}


def test_what_belongs_to_no_group_is_named_other_and_not_lost() -> None:
    split = attribute(SUM, numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=4.0, c=6.0), {"a": ("a",)})
    assert values_of(split) == pytest.approx({"a": 1.0, "other": 1.0})
    assert split.inputs["other"] == ("b", "c")


def test_a_label_of_an_input_can_be_a_lever_and_its_other_labels_are_other() -> None:
    before, after = numbers(a=[1.0, 1.0, 1.0]), numbers(a=[2.0, 5.0, 17.0])
    split = attribute(of(lambda x: x["a"].sum("sector")), before, after, {"steel": ("a.steel",), "power": ("a.power",)})
    # power +1, steel +4, roads +16
    assert values_of(split) == pytest.approx({"steel": 4.0, "power": 1.0, "other": 16.0})
    whole = attribute(of(lambda x: x["a"].sum("sector")), before, after, {"all": ("a",)})
    assert values_of(whole) == pytest.approx({"all": 21.0})


def test_every_subset_is_evaluated_once_in_one_call() -> None:
    calls = []

    def evaluate(inputs: Inputs) -> xr.DataArray:
        calls.append(inputs.sizes.get("scenario", 1))
        return PRODUCT(inputs)

    attribute(evaluate, numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=3.0, c=4.0), GROUPS_OF_THREE)
    assert calls == [8]


def many(count: int, value: float) -> Inputs:
    return numbers(**{f"x{place}": value for place in range(count)})


def test_too_many_groups_are_refused_with_their_names_and_more_are_exact_in_blocks() -> None:
    groups = {f"x{place}": (f"x{place}",) for place in range(9)}
    total = of(lambda x: sum(x[name] for name in x))
    with pytest.raises(CallError, match=r"9 groups of inputs differ \(x0, .*raise limit"):
        attribute(total, many(9, 0.0), many(9, 1.0), groups, merges=())
    split = attribute(total, many(9, 0.0), many(9, 1.0), groups, limit=9)
    assert values_of(split) == pytest.approx(dict.fromkeys(groups, 1.0))
    merging = attribute(total, many(9, 0.0), many(9, 1.0), groups, merges=[("x0", "x1")])
    assert values_of(merging)["x0 + x1"] == pytest.approx(2.0)


def test_groups_that_cannot_matter_are_put_aside_before_any_are_merged() -> None:
    groups = {f"x{place}": (f"x{place}",) for place in range(9)}
    split = attribute(of(lambda x: x["x0"] * x["x1"]), many(9, 1.0), many(9, 2.0), groups, merges=[("x0", "x1")])
    assert values_of(split) == pytest.approx({name: 1.5 if name in ("x0", "x1") else 0.0 for name in groups})


def test_a_pair_of_which_one_is_idle_stands_for_the_other() -> None:
    groups = {"wind": ("w",), "pv": ("p",), "store": ("s",), "rest": ("r",)}
    pairs = [("wind", "pv"), ("wind + pv", "store")]
    assert set(merged(groups, ["pv", "store", "rest"], 2, pairs)) == {"wind", "pv + store", "rest"}
    assert merged(groups, ["pv", "rest"], 2, pairs) == groups


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"a": ("aa",)}, '"aa" is no input'),
        ({"a": ("a",), "b": ("a",)}, '"a" of b stands in a too'),
        ({"a": ("a",), "b": ("a.steel",)}, '"a.steel" of b stands in a too'),
        ({"a": ("a.steal",)}, 'no label "steal"; did you mean "steel"'),
        ({"other": ("a",)}, "give the group another name"),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(groups: dict[str, tuple[str, ...]], message: str) -> None:
    with pytest.raises(CallError, match=message):
        checked_groups(groups, numbers(a=[1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (numbers(a=[1.0, 2.0, 3.0], b=1.0), "b stand in one of the two only"),
        (numbers(a=[1.0, 2.0, 3.0]).isel(sector=[1, 0, 2]), "same labels in one order"),
        (numbers(a=[1.0, 2.0, 3.0]).expand_dims(scenario=[0]), "select one scenario"),
    ],
)
def test_inputs_that_cannot_switch_one_by_one_are_refused(after: Inputs, message: str) -> None:
    with pytest.raises(CallError, match=message):
        attribute(SUM, numbers(a=[1.0, 2.0, 3.0]), after, {})


def test_contributions_that_miss_the_difference_are_refused() -> None:
    split = attribute(SUM, numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=4.0, c=6.0), GROUPS_OF_THREE)
    wrong = Attribution(split.before, split.after + 1e-3, split.contributions, split.inputs)
    with pytest.raises(DecarbError, match="miss the difference"):
        check_adds_up(wrong)


def scaled(inputs: Inputs, **factors: float) -> Inputs:
    """The inputs with some of them times a factor."""
    return inputs.assign({name: (inputs[name] * by).assign_attrs(inputs[name].attrs) for name, by in factors.items()})


@pytest.fixture(scope="module")
def more_wind(china_inputs: Inputs) -> Inputs:
    return scaled(china_inputs, capacity=1.3, capture_level=1.5, gdp_growth=0.9, ccer_issued=2.0)


@pytest.mark.parametrize("total", ["gross_co2", "net_ghg"])
def test_on_the_model_contributions_add_to_the_difference_of_two_runs(
    china: model.Evaluation, china_inputs: Inputs, china_weather: xr.Dataset, more_wind: Inputs, total: str
) -> None:
    split = between_scenarios(china_inputs, more_wind, total, series=china_weather)
    other = model.evaluate(more_wind, china_weather)
    change = national(other.annual[total]) - national(china.annual[total])
    np.testing.assert_allclose(split.contributions.sum("group"), change, rtol=1e-9, atol=1e-6)
    moved = {name for name, part in split.contributions.groupby("group") if float(np.abs(part).max()) > 0}
    assert moved == {"grid", "activity", "capture and removal"}
    assert split.inputs["credits"] == ("ccer_issued",)  # credits differ, and move no ton
    assert split.to_dict()["contributions"][0]["group"] == "grid"
    assert any("gdp_growth" in line for line in split.lines(2060))


def test_on_the_model_a_lever_alone_is_the_whole_difference(china_inputs: Inputs, china_weather: xr.Dataset) -> None:
    split = between_scenarios(china_inputs, scaled(china_inputs, land_co2_2060=1.2), series=china_weather)
    # 20 % more of -1,346 Mt in 2060.
    assert values_of_year(split, 2060)["land"] == pytest.approx(-0.2 * 1346.0, rel=1e-9)


def values_of_year(split: Attribution, year: int) -> dict[str, float]:
    return {str(name): float(split.contributions.sel(group=name, year=year)) for name in GROUPS}


def test_two_years_of_one_scenario_differ_by_its_levers_and_what_was_under_way(
    china: model.Evaluation, china_inputs: Inputs, china_weather: xr.Dataset
) -> None:
    four = {"grid": GROUPS["grid"], "activity": GROUPS["activity"], "sinks": GROUPS["capture and removal"]}
    split = between_years(china_inputs, 2030, 2060, series=china_weather, groups=four)
    net = national(china.annual["net_co2"])
    assert float(split.before) == pytest.approx(float(net.sel(year=2030)), rel=1e-12)
    assert float(split.contributions.sum()) == pytest.approx(float(net.sel(year=2060) - net.sel(year=2030)), rel=1e-9)
    parts = values_of(split)
    assert parts["activity"] > 0 > parts["grid"]
    assert abs(parts[UNDER_WAY]) < 0.02 * float(split.before)
    assert {"intensity_change", "electrified_share_2060"} <= set(split.inputs["other"])


def test_with_every_lever_held_the_nation_stands_still(china_inputs: Inputs, china_weather: xr.Dataset) -> None:
    still = national(model.evaluate(held_after(china_inputs, 2030), china_weather).annual["net_ghg"])
    # A plant or a zone of 2030 works half of that year and all of the next: from there on nothing moves.
    later = still.sel(year=slice(2031, None))
    np.testing.assert_allclose(later, later[0], rtol=1e-12)
    moving = national(model.evaluate(china_inputs, china_weather).annual["net_ghg"])
    np.testing.assert_allclose(still.sel(year=slice(None, 2030)), moving.sel(year=slice(None, 2030)), rtol=1e-12)


@pytest.mark.parametrize(("start", "end"), [(2021, 2060), (2030, 2061), (2040, 2030)])
def test_years_that_no_lever_moved_are_refused(
    china_inputs: Inputs, china_weather: xr.Dataset, start: int, end: int
) -> None:
    with pytest.raises(CallError, match=r"lmdi|no span"):
        between_years(china_inputs, start, end, series=china_weather)


def test_another_weather_or_view_of_the_land_is_refused(china_inputs: Inputs, china_weather: xr.Dataset) -> None:
    other = scaled(china_inputs, latitude=1.01).assign_attrs(china_inputs.attrs | {"seed": 1})
    with pytest.raises(CallError, match=r"latitude, seed \(2021 and 1\).*one weather"):
        between_scenarios(china_inputs, other, series=china_weather)
    view = china_inputs.assign_attrs(china_inputs.attrs | {"land_view": "bookkeeping"})
    with pytest.raises(CallError, match="unlike totals"):
        between_scenarios(china_inputs, view, series=china_weather)
    with pytest.raises(CallError, match="did you mean"):
        between_scenarios(china_inputs, china_inputs, "net_co", series=china_weather)


def test_the_inputs_of_the_weather_are_those_that_the_model_takes_for_it(
    china_inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model.resource, "capacity_factor", lambda *args, **kwargs: xr.Dataset())
    made = model.weather(china_inputs[list(model.OF_WEATHER)])
    assert "load_shape" in made
    with pytest.raises(KeyError):
        model.weather(china_inputs[list(model.OF_WEATHER)].drop_vars("electricity"))


def test_national_trends_and_what_zones_do_stand_in_levers_of_their_own() -> None:
    assert "efficiency" not in GROUPS
    assert GROUPS["intensity trend"] == (
        "electricity_intensity_change", "intensity_start", "intensity_change.energy_industry",
        "intensity_change.manufacturing", "intensity_change.process",
    )  # fmt: skip
    in_zones = {"fuel_saving_share", "electricity_saving_share", "switched_fuel_share", "process_change_share"}
    assert in_zones <= set(GROUPS["efficiency, fuel and process change in zones"]) & set(OF_TEMPLATE)
    assert set(PULLED) < set(GROUPS)
    assert all(set(own) <= set(GROUPS[lever]) | {"intensity_change"} for lever, own in PULLED.items())


def test_every_merge_names_levers_that_are_there_by_then() -> None:
    there = set(GROUPS)
    for first, second in MERGES:
        assert {first, second} <= there
        there = (there - {first, second}) | {f"{first} + {second}"}


def test_print_says_both_totals_and_the_parts_that_are_not_zero_in_a_few_lines() -> None:
    # a + 2 b - c: 1 + 2 - 1 = 2 to 2 + 8 - 1 = 9; a adds 1, b 6, c nothing.
    split = attribute(SUM, numbers(a=1.0, b=1.0, c=1.0), numbers(a=2.0, b=4.0, c=1.0), GROUPS_OF_THREE)
    unit = split.after.attrs["units"]
    assert str(split) == f"2.0 to 9.0 {unit}:\n  +6.0 b\n  +1.0 a"
    assert repr(split) == f"Attribution(3 groups in {unit} over no dimension)"
    years = xr.DataArray([1.0, 2.0], {"year": [2030, 2060]}, ("year",))
    over = attribute(of(lambda x: x["a"] * years), numbers(a=1.0), numbers(a=3.0), {"a": ("a",)})
    assert str(over) == f"2.0 to 6.0 {unit} in 2060, the last year:\n  +4.0 a"
    assert repr(over) == f"Attribution(1 groups in {unit} over year)"


def test_each_input_of_a_lever_exists(china_inputs: Inputs) -> None:
    assert checked_groups(GROUPS, china_inputs) == GROUPS
    assert not {entry.partition(".")[0] for entries in GROUPS.values() for entry in entries} & set(model.OF_WEATHER)
