"""Success by axis: shares counted in fifths, with the error of drawing, of what was computed."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr
from sweep_summary_samples import few

from decarb.errors import CallError
from decarb.report.figures.picture import LANGUAGES, Cells, Picture
from decarb.report.figures.success import success

COUNT = 1_000


def swept(decides: int = 0, method: str = "sobol") -> xr.Dataset:
    """A sweep whose one target is met above the middle of one axis; the last tenth was not computed."""
    points = np.random.default_rng(3).random((COUNT, 3))
    status = np.where(np.arange(COUNT) < 0.9 * COUNT, 0, 7).astype(np.int8)
    verdict = np.where(status == 0, points[:, decides] > 0.5, 3).astype(np.int8)[:, np.newaxis]
    return xr.Dataset(
        {"input": (("scenario", "axis"), points), "status": ("scenario", status),
         "verdict": (("scenario", "target"), verdict)},
        {"scenario": np.arange(COUNT), "axis": ["economy.gdp_growth", "capture.level", "a.mine"],
         "axis_unit": ("axis", ["1", "1", "GW"]), "axis_by": ("axis", ["factor", "range", "value"]),
         "target": ["ndc-2035"]},
        {"sweep": json.dumps({"name": "made", "base": "china-2060", "method": method, "seed": 7})},
    )  # fmt: skip


def grid(picture: Picture) -> Cells:
    (cells,) = picture.marks
    assert isinstance(cells, Cells)
    return cells


def test_the_axis_that_decides_stands_first_with_all_and_nothing_at_its_ends() -> None:
    cells = grid(success(swept(decides=1)))
    assert cells.y[0].startswith("Level of carbon capture")
    np.testing.assert_allclose(cells.values[0, [0, 1, 3, 4]], [0.0, 0.0, 100.0, 100.0])


def test_fifths_hold_as_many_pathways_and_their_mean_is_the_share_of_the_whole() -> None:
    store = swept()
    cells = grid(success(store))
    met = store["verdict"].isel(target=0).values[: int(0.9 * COUNT)] == 1
    np.testing.assert_allclose(cells.values[0].mean(), 100.0 * met.mean(), atol=0.2)


def test_the_error_is_that_of_drawing_and_a_grid_has_none() -> None:
    drawn, chosen = (grid(success(swept(method=method))).words[0, 2] for method in ("sobol", "grid"))
    share = float(drawn.split("%")[0]) / 100.0
    error = 100.0 * np.sqrt(share * (1.0 - share) / (0.9 * COUNT / 5))  # of 180 pathways
    np.testing.assert_allclose(float(drawn.split("± ")[1]), error, atol=0.06)
    assert chosen.endswith("± 0.0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_ranges_say_what_their_numbers_are(language: str) -> None:
    rows = "\n".join(grid(success(swept(decides=0), "ndc-2035", language=language)).y)
    assert ("times the base" if language == "en" else "基准的") in rows
    assert "a.mine" not in rows or "GW" in rows


def test_a_target_is_chosen_where_too_few_pathways_meet_all() -> None:
    assert "all" not in success(few()).title
    assert "25.0%" in success(few(), "all").notes[0]  # 2 of 8
    with pytest.raises(CallError, match='"ndc-2053" is no target'):
        success(few(), "ndc-2053")


def test_nothing_computed_is_refused() -> None:
    store = swept()
    store["status"][:] = 7
    with pytest.raises(CallError, match="no pathway"):
        success(store)
