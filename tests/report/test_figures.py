"""The picture of a pathway: what it draws is what the run computed."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from decarb.analysis.run import Results
from decarb.nation.totals import national
from decarb.report.figures import pathway_figure
from decarb.report.terminal import verdict_line
from decarb.variables import label

UNITS = {"gross_co2": "Gt CO2/yr", "net_co2": "Gt CO2/yr", "net_ghg": "Gt CO2e/yr"}
LABELS = {name: f"{label(name)} [{unit}]" for name, unit in UNITS.items()}


@pytest.fixture(scope="module")
def figure(results: Results) -> Figure:
    """The figure of the shipped scenario."""
    return pathway_figure(results.annual, results.verdict)


def test_the_file_is_a_picture_of_sane_size_with_something_on_it(run_folder: Path) -> None:
    file = run_folder / "pathway.png"
    assert file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    pixels = imread(file)
    height, width = pixels.shape[:2]
    assert 600 <= height <= 2000 and 900 <= width <= 3000
    colours = {tuple(colour) for colour in (pixels[::3, ::3, :3].reshape(-1, 3) * 255).astype(int).tolist()}
    # The three colours of the totals, besides white and grey.
    assert {(0, 0, 0), (0, 114, 178), (213, 94, 0)} <= colours


def test_each_total_is_a_line_of_its_own_in_gigatonnes(figure: Figure, results: Results) -> None:
    (axes,) = figure.axes
    lines = {str(line.get_label()): line for line in axes.lines}
    for name, words in LABELS.items():
        np.testing.assert_allclose(lines[words].get_ydata(), national(results.annual[name]) / 1000)
        np.testing.assert_array_equal(lines[words].get_xdata(), results.annual["year"])
    styles = {(lines[words].get_color(), lines[words].get_linestyle()) for words in LABELS.values()}
    assert len(styles) == 3


def test_the_band_falls_by_8_to_10_per_cent_a_year_from_gross_co2_of_2030(figure: Figure, results: Results) -> None:
    (band,) = [area for area in figure.axes[0].collections if "8% to 10% a year" in str(area.get_label())]
    start = float(national(results.annual["gross_co2"]).sel(year=2030)) / 1000
    (outline,) = band.get_paths()
    in_2060 = outline.vertices[outline.vertices[:, 0] == 2060, 1]
    assert (in_2060.min(), in_2060.max()) == pytest.approx((start * 0.90**30, start * 0.92**30))


def test_targets_are_marked_where_they_look(figure: Figure, results: Results) -> None:
    marks = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in figure.axes[0].lines
        if len(line.get_xdata()) == 1
    }
    ghg = national(results.annual["net_ghg"]) / 1000
    assert (2060.0, 0.0) in marks
    assert any(x == 2035 and y == pytest.approx(0.93 * float(ghg.sel(year=slice(2035)).max())) for x, y in marks)


def test_the_title_counts_what_the_verdict_says_and_names_the_land_view(figure: Figure, results: Results) -> None:
    title = figure.axes[0].get_title()
    assert "china-2060" in title and "land: inventory view" in title
    assert verdict_line(results.verdict) in title


def test_the_same_run_gives_the_same_bytes(results: Results) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for target in (first, second):
        pathway_figure(results.annual, results.verdict).savefig(target, dpi=30)
    assert first.getvalue() == second.getvalue()
