"""What a calibration says in words: what was learned, what came back, and what absorbed the figure."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.park.learned import WORDS, Information, sentences


def result(correlation: dict[str, float], code: Information = Information.BARELY, effective: float = 800.0,
           percentile: float = 0.6, remainder: str = "") -> xr.Dataset:  # fmt: skip
    """A calibration of one figure, `verified_ghg`, by hand."""
    posterior = np.nan if code == Information.TOO_FEW_DRAWS else 1.0
    levels = np.array([[8.0, 10.0, 12.0], [9.0 * posterior, 10.0 * posterior, 11.0 * posterior]])
    names = list(correlation)
    one = {"units": "1"}
    made = xr.Dataset(
        {
            **{name: (("belief", "estimate"), levels, {"units": "GWh/yr"}) for name in names},
            "verified_ghg": (("belief", "estimate"), 1000.0 * levels, {"units": "t CO2e/yr"}),
            "prior_percentile": ("constraint", [percentile], one),
            "effective_draws": ((), effective, one),
            "width_ratio": ("input", [0.5 * posterior] * len(names), one),
            "median_shift": ("input", [0.125 * posterior] * len(names), one),
            "information": ("input", [int(code)] * len(names), one),
            "rank_correlation": (("constraint", "input"), [list(correlation.values())], one),
        },
        {"belief": ["prior", "posterior"], "estimate": ["p5", "median", "p95"], "constraint": ["verified_ghg"],
         "input": names},
    )  # fmt: skip
    made.attrs = {"draws": 1000, "remainder": remainder}
    return made


def said(made: xr.Dataset, figure: float = 10.5) -> tuple[str, ...]:
    """The lines, for a figure published in kilotonnes."""
    return sentences(made, xr.Dataset({"verified_ghg": xr.DataArray(figure, attrs={"units": "kt CO2e/yr"})}))


def test_each_figure_is_shown_beside_what_the_model_says_without_it() -> None:
    line = said(result({"annual_load": 0.9}))[0]
    assert "published 10,500 t CO2e/yr" in line and "8,000 to 12,000 t CO2e/yr" in line and "60%" in line


@pytest.mark.parametrize(("percentile", "side"), [(0.0, "below"), (1.0, "above")])
def test_a_figure_outside_all_draws_contradicts_the_assumptions(percentile: float, side: str) -> None:
    assert f"{side} every prior draw: it contradicts" in said(result({"annual_load": 0.9}, percentile=percentile))[0]


@pytest.mark.parametrize("code", [c for c in Information if c > Information.NOT_UNCERTAIN])
def test_each_input_has_its_range_before_and_after_and_a_word(code: Information) -> None:
    line = said(result({"annual_load": 0.9}, code))[2]
    assert (
        "10 (8 to 12) before, 10 (9 to 11) GWh/yr after, 0.50 of the width, middle moved by +0.12 of it" in line
        and WORDS[code] in line
    )


def test_a_stated_input_and_too_few_draws_have_no_posterior_in_words() -> None:
    assert "after" not in said(result({"annual_load": 0.9}, Information.NOT_UNCERTAIN))[2]
    lines = said(result({"annual_load": 0.9}, Information.TOO_FEW_DRAWS, effective=3.2))
    assert lines[1].startswith("Only 3.2 effective of 1,000 draws") and "nan" not in " ".join(lines)


def test_a_remainder_that_decides_the_figure_proves_nothing_and_the_text_says_so() -> None:
    line = said(result({"natural_gas": 0.9, "annual_load": 0.3}, remainder="natural_gas"))[-2]
    assert "rank correlation 0.90" in line and "absorbs" in line and "proves nothing" in line


def test_a_remainder_that_shares_the_figure_is_named_too() -> None:
    line = said(result({"natural_gas": -0.6, "annual_load": 0.8}, remainder="natural_gas"))[-2]
    assert "absorbs much of it too (-0.60)" in line and "proves little" in line


def test_a_remainder_that_hardly_moves_the_figure_does_not_absorb_it() -> None:
    line = said(result({"natural_gas": 0.1, "annual_load": 0.8}, remainder="natural_gas"))[-2]
    assert "does not absorb it" in line


def test_without_a_remainder_only_the_strongest_input_is_named() -> None:
    line = said(result({"natural_gas": -0.9, "annual_load": 0.8}))[-2]
    assert "(rank correlation -0.90)." in line and "remainder" not in line


def test_the_last_line_sorts_inputs_by_what_was_inferred() -> None:
    made = result({"first_input": 0.1, "other_input": 0.2})
    made["information"][:] = [int(Information.LEARNED), int(Information.NOTHING)]
    assert said(made)[-1] == ("Inferred: First input. Barely inferred: none. Not inferred, still assumptions: "
                              "Other input. Stated: none.")  # fmt: skip
    few = result({"annual_load": 0.1}, Information.TOO_FEW_DRAWS, effective=2.0)
    assert said(few)[-1] == "Nothing is inferred: all inputs are assumptions."


def test_every_code_has_words_and_every_word_its_own() -> None:
    assert set(WORDS) == set(Information) and len(set(WORDS.values())) == len(Information)
