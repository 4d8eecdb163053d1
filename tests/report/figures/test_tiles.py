"""The tile grid: every province once, and all of the nation accounted for."""

from __future__ import annotations

import numpy as np
import pytest

from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.nation.totals import UNALLOCATED
from decarb.report.figures.picture import LANGUAGES, Cells, Picture
from decarb.report.figures.tiles import PLACES, tiles


def grid(picture: Picture) -> Cells:
    (cells,) = picture.marks
    assert isinstance(cells, Cells)
    return cells


def test_every_province_has_a_place_of_its_own(results: Results) -> None:
    assert set(PLACES) == set(map(str, results.annual["province"].values)) - {UNALLOCATED}
    assert len(set(PLACES.values())) == len(PLACES) == 31


def test_tiles_hold_the_values_of_the_run(results: Results) -> None:
    cells = grid(tiles(results.annual))
    expected = results.annual["gross_co2"].sel(year=2060).sum("sector")
    for name, place in PLACES.items():
        np.testing.assert_allclose(cells.values[place], expected.sel(province=name))
    np.testing.assert_allclose(np.nansum(cells.values), expected.sum())  # gross CO2 has no unallocated part


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_belongs_to_no_province_is_named_with_the_sum(results: Results, language: str) -> None:
    picture = tiles(results.annual, "net_co2", language=language)
    nowhere = results.annual["net_co2"].sel(year=2060, province=UNALLOCATED).sum()
    assert f"{float(nowhere):,.0f}" in picture.notes[0]
    assert any("Hong Kong" in note or "香港" in note for note in picture.notes)


def test_colours_part_at_zero_where_a_province_lies_below(results: Results) -> None:
    lower = results.annual[["net_co2"]] - 100.0
    lower["net_co2"].attrs["units"] = "Mt CO2/yr"
    assert grid(tiles(lower, "net_co2")).centre == 0.0
    assert grid(tiles(results.annual)).centre is None


def test_names_are_chinese_in_chinese(results: Results) -> None:
    assert str(grid(tiles(results.annual, language="zh")).words[PLACES["Inner Mongolia"]]).startswith("内蒙古\n")


def test_what_no_map_can_show_is_refused(results: Results) -> None:
    with pytest.raises(CallError, match="no year 2061"):
        tiles(results.annual, year=2061)
    with pytest.raises(CallError, match="a map takes"):
        tiles(results.annual, "capacity")
    with pytest.raises(CallError, match="lacks nothing_such"):
        tiles(results.annual, "nothing_such")
