"""The picture of a sweep: its bands are the quantiles of the summary, and it says what they are not."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.errors import CallError
from decarb.report.figures import fan
from decarb.report.figures.picture import Band, Line

YEARS = [2030, 2031, 2060]


def _bands(quantiles: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95), years: list[int] = YEARS) -> xr.Dataset:
    """Return bands of 1,000 Mt each, of net CO2."""
    steps = 1000.0 * np.arange(len(quantiles), dtype=float)[:, np.newaxis] * np.ones(len(years))
    net = (("quantile", "year"), steps, {"units": "Mt CO2/yr"})
    return xr.Dataset({"net_co2": net}, {"quantile": list(quantiles), "year": years})


def test_bands_join_quantiles_that_mirror_each_other_the_widest_first() -> None:
    bands = [mark for mark in fan(_bands()).marks if isinstance(mark, Band)]
    assert [(band.low[0], band.high[0]) for band in bands] == [(0.0, 4.0), (1.0, 3.0)]
    assert [band.label[:12] for band in bands] == ["5 % to 95 % ", "25 % to 75 %"]
    assert bands[0].opacity < bands[1].opacity


def test_the_median_is_a_line_where_it_was_asked_for() -> None:
    (line,) = [mark for mark in fan(_bands()).marks if isinstance(mark, Line)]
    np.testing.assert_array_equal(line.y, [2.0, 2.0, 2.0])
    assert not [mark for mark in fan(_bands((0.1, 0.9))).marks if isinstance(mark, Line)]


@pytest.mark.parametrize(("language", "said"), [("en", "not probability"), ("zh", "不是概率")])
def test_ranges_are_said_to_be_no_probabilities(language: str, said: str) -> None:
    assert said in fan(_bands(), language=language).notes[0]


def test_straight_lines_between_far_years_are_said() -> None:
    assert "2030, 2031, 2060" in fan(_bands()).notes[1]
    assert len(fan(_bands(years=[2030, 2031, 2032])).notes) == 1


def test_years_in_which_pathways_have_no_number_are_said() -> None:
    undefined = xr.Dataset({"net_co2": ("year", [0, 3, 0])}, {"year": YEARS})
    assert fan(_bands(), undefined=undefined).notes[2].startswith("In 2031 this total has no number in 3 of")
    assert len(fan(_bands(), undefined=0 * undefined).notes) == 2


def test_an_unknown_series_and_a_dataset_without_bands_are_refused() -> None:
    with pytest.raises(CallError, match=r'"net_c02" is no series.*did you mean "net_co2"'):
        fan(_bands(), "net_c02")
    with pytest.raises(CallError, match="give it the series of a summary"):
        fan(xr.Dataset({"net_co2": ("year", [1.0])}))
