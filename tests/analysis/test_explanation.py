"""A total walked back: all terms add to their parent, every input that moves a total is named with its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import xarray as xr

from decarb import model
from decarb.analysis.explanation import SPLITS, check_tree, explain, tree_lines
from decarb.analysis.lever_groups import GROUPS
from decarb.analysis.origins import FIELDS, FIXED, origin_of
from decarb.analysis.run import Results
from decarb.errors import CallError, DecarbError
from decarb.nation.totals import national
from decarb.tables import sources

Node = dict[str, Any]


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for split in SPLITS:
        for part in node.get(split, ()):
            yield from nodes(part)
    if "balance" in node:
        yield from nodes(node["balance"])


def named(tree: Node, name: str) -> Node:
    return next(node for node in nodes(tree) if node["name"] == name)


@pytest.fixture(scope="module")
def tree(china: model.Evaluation, china_inputs: xr.Dataset) -> Node:
    return explain(china, "net_ghg", year=2041, inputs=china_inputs)


@pytest.mark.parametrize("total", ["gross_co2", "net_co2", "net_ghg"])
@pytest.mark.parametrize("year", [2020, 2021, 2024, 2060])
def test_every_list_of_terms_adds_to_its_parent(
    china: model.Evaluation, china_inputs: xr.Dataset, total: str, year: int
) -> None:
    for known in (china_inputs, None):
        whole = explain(china, total, year=year, inputs=known)
        assert whole["value"] == pytest.approx(float(national(china.annual[total]).sel(year=year)), rel=1e-12)
        splits = 0
        for node in nodes(whole):
            for split in SPLITS:
                if split in node:
                    parts = [part["value"] for part in node[split]]
                    assert sum(parts) == pytest.approx(node["value"], abs=1e-9 * sum(map(abs, parts)))
                    splits += 1
        assert splits > 20


def test_net_co2_is_gross_and_waste_less_removals_and_land(tree: Node, china: model.Evaluation) -> None:
    now = china.annual.sel(year=2041)
    net = named(tree, "net_co2")
    values = [term["value"] for term in net["terms"]]
    expected = [float(now["gross_co2"].sum()), 9.0, -float(now["removed_co2"]), float(now["land_co2_path"])]
    assert values == pytest.approx(expected, rel=1e-12)


def test_thermal_power_is_demand_less_imports_and_each_other_source(
    tree: Node, china: model.Evaluation, china_inputs: xr.Dataset
) -> None:
    thermal = named(tree, "thermal_generation")
    terms = {term["name"]: term["value"] for term in thermal["terms"]}
    now = china.annual.sel(year=2041)
    assert terms["solar"] == pytest.approx(-float(now["nonfossil_generation"].sel(technology="solar")))
    observed = float(china_inputs["net_imports"].dropna("year")[-1])  # net imports are held
    assert terms["net imports"] == pytest.approx(-observed, rel=1e-9)
    losses = {part["name"]: part["value"] for part in named(tree, "electricity_demand")["by_use"]}
    assert losses["losses"] == pytest.approx(float(now["electricity_demand"] * china_inputs["line_loss_rate"]))


def test_the_trend_of_a_sector_is_its_start_times_gdp_times_intensity(
    tree: Node, china: model.Evaluation, china_inputs: xr.Dataset
) -> None:
    start = float(china.annual["other_co2"].sel(sector="transport", year=2023).sum())
    gdp = float(china.annual["gdp"].sel(year=2041) / china.annual["gdp"].sel(year=2023))
    change = float(china_inputs["intensity_change"].sel(sector="transport")) / 100
    trend = next(term for term in named(tree, "transport")["terms"] if term["name"] == "by activity and intensity")
    assert trend["value"] == pytest.approx(start * gdp * (1 + change) ** 18, rel=1e-9)


def test_what_cannot_be_told_apart_without_the_inputs_stays_together(china: model.Evaluation) -> None:
    bare = explain(china.annual, "gross_co2", year=2041)
    terms = [term["name"] for term in named(bare, "transport")["terms"]]
    assert terms == ["by activity and intensity"]
    assert "by_use" not in named(bare, "electricity_demand")


def test_every_input_that_moves_a_total_is_named_in_the_tree(
    tree: Node, china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    # An age takes whole years alone, and a ton of CO2 is one of CO2e by definition.
    kept = (*model.OF_WEATHER, *GROUPS["prices"], "rollout_retrofit_age", "gwp_co2")
    names = [str(name) for name in china_inputs if name not in kept]
    alone = xr.DataArray(1.0 - 1e-3 * np.eye(len(names)), dims=("input", "scenario"))
    moved = {name: (china_inputs[name] * alone[place]).assign_attrs(china_inputs[name].attrs)
             for place, name in enumerate(names)}  # fmt: skip
    ghg = national(model.evaluate(china_inputs.assign(moved), china_weather).annual["net_ghg"])
    change = np.abs(ghg - national(china.annual["net_ghg"])).max("year").values
    behind = {origin["input"] for node in nodes(tree) for origin in node.get("inputs", ())}
    lost = {name for name, by in zip(names, change, strict=True) if by > 1e-6} - behind
    assert lost == set(), "name them in decarb/analysis/explanation.py behind the term they move"
    assert float(change.max()) > 1.0


def test_every_input_comes_from_a_row_with_a_source_or_from_a_field(tree: Node) -> None:
    for node in nodes(tree):
        for origin in node.get("inputs", ()):
            assert origin["rows"] or origin["input"] in FIELDS or origin["input"] in FIXED
            for row in origin["rows"]:
                assert row["sources"] and set(row["sources"]) <= set(sources())
                assert set(row["status"]) <= {"read", "derived", "assumption"}


def test_every_input_of_the_model_has_an_origin(china_inputs: xr.Dataset) -> None:
    for name in map(str, china_inputs):
        assert origin_of(name)["rows"] or name in FIELDS or name in FIXED, name
    assert {*FIELDS, *FIXED} <= set(china_inputs)


def test_an_origin_says_what_the_scenario_states(results: Results) -> None:
    stated = results.provenance["stated"]
    assert origin_of("scaled", stated)["stated"] == "scale"
    assert "stated" not in origin_of("capture_level", stated)
    assert origin_of("capture_level")["rows"] == [{
        "table": "parameters.csv", "variable": "capture_level", "count": 1, "sources": ["decarb-assumption"],
        "status": ["assumption"], "value": 0.5, "low": 0.0, "high": 1.0, "unit": "1",
    }]  # fmt: skip
    assert origin_of("gdp_growth")["rows"][0]["count"] == 7


def test_a_run_explains_itself_as_plain_words_and_numbers(results: Results) -> None:
    whole = explain(results, "net_co2", year=2041)
    assert json.loads(json.dumps(whole)) == whole
    zones = next(node for node in nodes(whole) if node["name"] == "electrification in zones")
    assert next(origin for origin in zones["inputs"] if origin["input"] == "rollout_growth")["rows"][0]["value"] == 13.1
    lines = tree_lines(whole, depth=2, most=2)
    assert lines[0].endswith("Mt CO2/yr net_co2")
    assert any("by province" in line and "more" in line for line in lines)
    assert len(tree_lines(whole, depth=0)) == 1


def test_a_tree_that_does_not_add_up_is_refused(tree: Node) -> None:
    net = named(tree, "net_co2")
    with pytest.raises(DecarbError, match="terms of net_co2 miss"):
        check_tree({**net, "terms": net["terms"][1:]})
    sector = named(tree, "transport")
    with pytest.raises(DecarbError, match="factors of transport"):
        check_tree({**sector, "factors": [*sector["factors"][:-1], {**sector["factors"][-1], "value": 2.0}]})


def test_a_total_or_year_that_is_not_there_is_refused(china: model.Evaluation) -> None:
    with pytest.raises(CallError, match="did you mean"):
        explain(china, "net_c02", year=2041)
    with pytest.raises(CallError, match="name one from 2020 to 2060"):
        explain(china, "net_co2", year=2061)
    with pytest.raises(CallError, match="select one"):
        explain(china.annual.expand_dims(scenario=[0]), "net_co2", year=2041)
