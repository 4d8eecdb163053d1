"""Words of figures: every lever, economy and shipped axis has a name; a reader's own keeps what it was given."""

from __future__ import annotations

import pytest
import xarray as xr
from ruamel.yaml import YAML

from decarb.analysis.economies import ECONOMIES, PLAN
from decarb.analysis.lever_groups import GROUPS, OTHER
from decarb.nation.lever_cost import LEVERS
from decarb.report.figures.captions import land_note, lever, own_or_given, titled
from decarb.report.figures.picture import LANGUAGES
from decarb.report.words import labels
from decarb.variables import shipped


@pytest.mark.parametrize("kind, names", [("lever", {*GROUPS, *LEVERS, OTHER}), ("economy", {*ECONOMIES, PLAN})])
def test_every_name_of_a_figure_has_words(kind: str, names: set[str]) -> None:
    assert {name for name in names if (kind, name) not in labels()} == set()


def test_every_axis_of_the_shipped_sweeps_has_words() -> None:
    files = sorted(shipped("scenarios", "sweeps").glob("*.yaml"))
    axes = [axis for file in files for axis in YAML(typ="safe").load(file)["axes"]]
    assert axes and [axis for axis in axes if ("axis", axis) not in labels()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lever_of_the_reader_keeps_its_name_inside_a_merged_one(language: str) -> None:
    assert lever("my own + stores", language).startswith("my own + ")
    assert own_or_given("axis", "a.b", language) == "a.b"


def test_what_a_dataset_does_not_say_is_not_said() -> None:
    assert titled("Cost", xr.Dataset(), "en") == "Cost" and land_note(xr.Dataset(), "en") == ""
    assert titled("成本", xr.Dataset(attrs={"title": "decarb scenario mine"}), "zh") == "成本：mine"
