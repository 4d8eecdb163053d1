"""The picture of a pathway: what it draws is what the run computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.nation.totals import national
from decarb.pathway.targets import SHOWN_BESIDE
from decarb.report.figures import Picture, pathway
from decarb.report.figures.pathway import UNITS
from decarb.report.figures.picture import Band, Line, Points
from decarb.report.words import named
from decarb.variables import label


@pytest.fixture(scope="module")
def picture(results: Results) -> Picture:
    """The picture of the shipped scenario."""
    return pathway(results.annual, results.verdict)


def test_each_total_is_a_line_of_its_own_in_gigatonnes(picture: Picture, results: Results) -> None:
    lines = {mark.label: mark for mark in picture.marks if isinstance(mark, Line)}
    for name, unit in UNITS.items():
        line = lines[f"{label(name)} [{unit}]"]
        np.testing.assert_allclose(line.y, national(results.annual[name]) / 1000)
        np.testing.assert_array_equal(line.x, results.annual["year"])
    assert len({(line.colour, line.dash) for line in lines.values()}) == 3


def test_the_band_falls_by_8_to_10_per_cent_a_year_from_gross_co2_of_2030(picture: Picture, results: Results) -> None:
    (band,) = [mark for mark in picture.marks if isinstance(mark, Band)]
    start = float(national(results.annual["gross_co2"]).sel(year=2030)) / 1000
    assert (band.x[0], band.x[-1]) == (2030, 2060) and "8% to 10% a year" in band.label
    assert (band.low[-1], band.high[-1]) == pytest.approx((start * 0.90**30, start * 0.92**30))


def test_targets_are_marked_where_they_look(picture: Picture, results: Results) -> None:
    points = {float(mark.x[0]): float(mark.y[0]) for mark in picture.marks if isinstance(mark, Points)}
    ghg = national(results.annual["net_ghg"]) / 1000
    assert points == pytest.approx({2060.0: 0.0, 2035.0: 0.93 * float(ghg.sel(year=slice(2035)).max())})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_verdict_is_said_in_words_with_the_land_view(results: Results, language: str) -> None:
    said = pathway(results.annual, results.verdict, language=language)
    for item in results.verdict.verdicts:
        own = named("target", item.target, language)
        assert [own in note for note in said.notes].count(True) >= 1, item.target
        if item.target not in SHOWN_BESIDE:
            beginning = {"pass": ("Met", "达到"), "fail": ("Missed", "未达到")}[item.verdict]
            assert any(own in note and note.startswith(beginning) for note in said.notes)
    met = sum(item.verdict == "pass" for item in results.verdict.verdicts if item.target not in SHOWN_BESIDE)
    assert "china-2060" in said.title and f"{met}" in said.title
    assert {"en": "inventory view", "zh": "国家清单"}[language] in said.notes[-1]


def test_several_scenarios_are_refused(results: Results) -> None:
    several = results.annual[list(UNITS)].expand_dims(scenario=2)
    with pytest.raises(CallError, match="2 scenarios"):
        pathway(several, results.verdict)


def test_a_run_that_ends_early_has_no_marks_beyond_it(results: Results) -> None:
    early = pathway(results.annual.sel(year=slice(None, 2029)), results.verdict)
    assert not [mark for mark in early.marks if isinstance(mark, Band | Points)]


def test_the_file_of_a_run_is_a_picture_of_sane_size_with_the_colours_of_the_totals(run_folder: Path) -> None:
    pixels = imread(run_folder / "pathway.png")
    height, width = pixels.shape[:2]
    assert 600 <= height <= 2000 and 900 <= width <= 3000
    colours = {tuple(colour) for colour in (pixels[::3, ::3, :3].reshape(-1, 3) * 255).astype(int).tolist()}
    assert {(0, 0, 0), (0, 114, 178), (213, 94, 0)} <= colours


def test_an_absent_total_is_named(results: Results) -> None:
    with pytest.raises(CallError, match="net_ghg"):
        pathway(results.annual.drop_vars("net_ghg"), results.verdict)
