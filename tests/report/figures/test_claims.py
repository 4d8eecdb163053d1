"""Claims beside physics: the gap adds, and parks never add to the nation."""

from __future__ import annotations

import numpy as np
import pytest

from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.report.figures.claims import claims
from decarb.report.figures.picture import LANGUAGES, Band, Line, Points

OF_PARKS = ["park_emissions", "claimed_net_emissions", "claims_gap_credits", "claims_gap_certificates"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_credits_and_certificates_fill_the_gap_between_the_two_lines(results: Results, language: str) -> None:
    picture = claims(results.annual, language=language)
    credits, certificates = (mark for mark in picture.marks if isinstance(mark, Band))
    emitted, claimed = (mark for mark in picture.marks if isinstance(mark, Line))
    np.testing.assert_allclose(credits.low, claimed.y)
    np.testing.assert_allclose(credits.high, certificates.low)
    np.testing.assert_allclose(certificates.high, emitted.y, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(emitted.y - claimed.y, results.annual["claims_gap"], rtol=1e-9, atol=1e-9)


def test_the_nation_stands_on_a_plane_of_its_own(results: Results) -> None:
    picture = claims(results.annual)
    assert picture.below is not None
    nation = next(mark for mark in picture.below.marks if isinstance(mark, Line))
    np.testing.assert_allclose(nation.y, results.annual["gross_co2"].sum(["province", "sector"]))
    assert picture.y.label != picture.below.y.label


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_parks_it_says_so_and_marks_no_end(results: Results, language: str) -> None:
    none = results.annual.assign(
        {name: results.annual[name].copy(data=0.0 * results.annual[name]) for name in OF_PARKS}
    )
    picture = claims(none, language=language)
    assert not any(isinstance(mark, Points) for mark in picture.marks)
    assert picture.notes[0].startswith("No zone" if language == "en" else "没有开发区")


def test_certificates_that_raise_a_statement_are_drawn_upright(results: Results) -> None:
    annual = results.annual.copy()
    annual["claims_gap_certificates"] = -annual["claims_gap_certificates"].assign_attrs(units="Mt CO2e/yr")
    annual["claims_gap_certificates"].attrs["units"] = "Mt CO2e/yr"
    _, certificates = (mark for mark in claims(annual).marks if isinstance(mark, Band))
    assert (certificates.high >= certificates.low).all()


def test_what_lacks_a_part_is_refused(results: Results) -> None:
    with pytest.raises(CallError, match="lacks claims_gap_credits"):
        claims(results.annual.drop_vars("claims_gap_credits"))
    with pytest.raises(CallError, match="holds 2 scenarios"):
        claims(results.annual.expand_dims(scenario=2))
