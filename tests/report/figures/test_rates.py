"""Rates between any two years: those of the verdict, the band in words, and no number where none exists."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.errors import CallError
from decarb.report.figures.picture import LANGUAGES, Cells, Picture
from decarb.report.figures.rates import rates


def grid(picture: Picture) -> Cells:
    (cells,) = picture.marks
    assert isinstance(cells, Cells)
    return cells


def falling(rate: float, residue: float = 0.0) -> xr.Dataset:
    years = np.arange(2025, 2061)
    values = 10_000.0 * (1.0 - rate) ** (years - 2025) - residue
    return xr.Dataset({"gross_co2": ("year", values, {"units": "Mt CO2/yr"})}, {"year": years})


def test_a_kept_rate_fills_every_cell_and_the_lower_triangle_stays_empty() -> None:
    cells = grid(rates(falling(0.09)))
    upper = np.triu(np.ones((7, 7), bool))
    np.testing.assert_allclose(cells.values[upper], 9.0)
    assert np.isnan(cells.values[~upper]).all() and set(cells.words[~upper]) == {""}
    assert all("in the band" in word for word in cells.words[upper])


@pytest.mark.parametrize(("rate", "word"), [(0.05, "5.0%"), (0.12, "12.0%\nabove it"), (-0.02, "-2.0%\nrises")])
def test_words_say_where_a_rate_stands(rate: float, word: str) -> None:
    assert grid(rates(falling(rate))).words[0, 0] == word


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rate_to_zero_or_below_is_named_undefined(language: str) -> None:
    picture = rates(falling(0.09, residue=500.0), language=language)  # below zero from 2057 on
    cells = grid(picture)
    assert np.isnan(cells.values[:, -1]).all() and set(cells.words[:, -1]) == {"–"}
    assert np.isfinite(cells.values[0, -2])
    assert "2025–2060" in picture.notes[-1] and "2050–2055" not in picture.notes[-1]


def test_fewer_than_two_years_are_refused() -> None:
    with pytest.raises(CallError, match="a rate takes two"):
        rates(falling(0.05).sel(year=slice(None, 2029)))
