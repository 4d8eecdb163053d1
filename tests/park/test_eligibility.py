"""A credit is eligible by the rules of its own scheme, and every reason against it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from decarb.errors import DataError
from decarb.park.eligibility import Use, credit_rules, ineligible, objections
from decarb.park.offset import SerialBlock
from decarb.tables import read_table

RULES = credit_rules(read_table("standards"))
DAY = date(2025, 6, 1)


def block(**changes: object) -> SerialBlock:
    given = {"project_class": "offshore_wind", "vintage": 2022, "project_start": date(2020, 1, 1)} | changes
    return SerialBlock(project="A", first=1, last=100, owner="park", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"project_class": "onshore_wind"}, "onshore_wind is outside the scheme"),
        ({"project_class": "photovoltaic"}, "photovoltaic is outside the scheme"),
        ({"project_class": "biochar"}, "biochar has no known method"),
        ({"project_start": None}, "unknown day"),
        ({"project_start": date(2012, 11, 7)}, "started 2012-11-07"),
        ({"project_start": date(2012, 11, 8)}, None),
        ({"vintage": 2020}, "2020-01-01 (1 January, for want of a day), not after 2020-09-22"),
        ({"vintage": 2020, "reductions_from": date(2020, 9, 22)}, "begin on 2020-09-22, not after"),
        ({"vintage": 2020, "reductions_from": date(2020, 9, 23)}, None),
        ({"vintage": 2019, "project_start": date(2018, 1, 1)}, "not after 2020-09-22"),
        ({"project_start": date(2022, 12, 31)}, None),
        ({"project_start": date(2023, 1, 1)}, "started 2023-01-01, after its reductions of 2022"),
        ({"reductions_from": date(2022, 3, 1), "project_start": date(2022, 3, 2)}, "after its reductions of 2022"),
        ({"vintage": 2025}, None),
        ({"vintage": 2025, "reductions_from": DAY}, None),
        ({"vintage": 2025, "reductions_from": date(2025, 6, 2)}, "begin on 2025-06-02, after the day of use"),
        ({"vintage": 2026}, "begin on 2026-01-01 (1 January, for want of a day), after the day of use"),
    ],
)
def test_a_new_credit_meets_every_rule_of_its_scheme(changes: dict[str, object], said: str | None) -> None:
    reasons = ineligible(block(**changes), RULES, DAY)  # type: ignore[arg-type]
    assert len(reasons) == (said is not None)
    assert said is None or said in reasons[0]


def test_old_credits_served_the_claim_of_2021_and_left_the_trading_scheme_in_2025() -> None:
    old = block(scheme="ccer-2012", project_class="onshore_wind", vintage=2015, project_start=None)
    assert ineligible(old, RULES, date(2021, 1, 28)) == ineligible(old, RULES, DAY) == ()
    assert ineligible(old, RULES, date(2024, 12, 31), "ets") == ()
    assert ineligible(old, RULES, date(2025, 1, 1), "ets") == (
        "credits of the old scheme cannot be surrendered from 2025-01-01",
    )
    new = block(vintage=2021)
    assert "issued nothing before 2024-01-22" in ineligible(new, RULES, date(2024, 1, 21))[0]
    assert ineligible(new, RULES, date(2024, 1, 22)) == ineligible(new, RULES, DAY, "ets") == ()


@pytest.mark.parametrize("use", ["claim", "ets"])
def test_the_old_scheme_stands_for_nothing_reduced_after_its_halt(use: Use) -> None:
    old = block(scheme="ccer-2012", project_class="onshore_wind", project_start=None, vintage=2017)
    day = date(2021, 1, 28)
    assert ineligible(old, RULES, day, use) == ()
    (said,) = objections(replace(old, vintage=2018), RULES, day, use)
    assert said.field == "vintage" and "begin on 2018-01-01" in said.reason
    assert "after the halt of the old scheme on 2017-12-31" in said.reason


@pytest.mark.parametrize("changes", [{}, {"scheme": "ccer-2012", "vintage": 2015}])
def test_time_runs_forward_whatever_the_scheme(changes: dict[str, object]) -> None:
    credit = block(**changes, project_start=None if changes else date(2014, 1, 1))
    assert ineligible(credit, RULES, DAY, year=credit.vintage) == ineligible(credit, RULES, DAY) == ()
    (late,) = objections(credit, RULES, DAY, year=credit.vintage - 1)
    assert late.field == "vintage" and f"lies after {credit.vintage - 1}, the year that is claimed" in late.reason
    before = objections(credit, RULES, date(credit.vintage - 1, 12, 31))
    assert "after the day of use" in before[0].reason and before[0].field == "vintage"
    unborn = objections(replace(credit, project_start=date(credit.vintage + 1, 1, 1)), RULES, DAY)
    assert [each.field for each in unborn] == ["project_start"]


def test_all_reasons_are_given_at_once() -> None:
    wrong = block(project_class="photovoltaic", project_start=date(2010, 1, 1), vintage=2016)
    assert len(ineligible(wrong, RULES, date(2021, 1, 28))) == 4


def test_each_reason_names_the_field_it_concerns() -> None:
    wrong = block(project_class="photovoltaic", project_start=None, reductions_from=date(2020, 1, 1), vintage=2020)
    said = objections(wrong, RULES, date(2021, 1, 28))
    assert [each.field for each in said] == ["retired", "project_class", "project_start", "reductions_from"]
    assert tuple(each.reason for each in said) == ineligible(wrong, RULES, date(2021, 1, 28))
    old = block(scheme="ccer-2012", vintage=2015, project_start=None)
    assert [each.field for each in objections(old, RULES, DAY, "ets")] == ["retired"]


def test_rules_without_a_row_are_named() -> None:
    rows = read_table("standards")
    with pytest.raises(DataError, match="no row for credit_reductions_after;"):
        credit_rules(rows[rows["variable"] != "credit_reductions_after"])
    with pytest.raises(DataError, match="no row for credit_old_scheme_halt;"):
        credit_rules(rows[rows["variable"] != "credit_old_scheme_halt"])
    with pytest.raises(DataError, match="no row for credit_class_allowed;"):
        credit_rules(rows[rows["variable"] != "credit_class_allowed"])
