from __future__ import annotations

from page_samples import option

from decarb.analysis.run import Results
from decarb.report.page_words import brief, cards, limits


def test_a_run_is_told_in_a_few_lines_with_its_numbers(results: Results) -> None:
    said = brief(results, "en")
    assert said.count("<li>") == 6
    for number in ("12,080 Mt", "2.29 %", "4,252 Mt net CO2", "1,078 development zones", "312 Mt", "36,566 billion"):
        assert number in said
    assert "36.6万亿元" in brief(results, "zh") and "5,77" in brief(results, "zh")


def test_where_no_zone_adopts_nothing_is_said_of_claims(results: Results) -> None:
    none = results.annual.copy()
    none["adopted_zones"] = (none["adopted_zones"] * 0.0).assign_attrs(none["adopted_zones"].attrs)
    said = brief(option(Results(**{**vars(results), "annual": none})).results, "en")
    assert "No development zone adopts the template." in said and "claim" not in said


def test_cards_show_word_and_sign_beside_each_number(results: Results) -> None:
    said = cards(results, "en")
    assert said.count("<li") == 5 and said.count("✗ fail") == 3 and said.count("✓ pass") == 1


def test_limits_are_told_in_both_languages() -> None:
    assert limits("en").count("<li>") == limits("zh").count("<li>") == 7
