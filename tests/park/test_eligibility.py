"""A credit is eligible by the rules of its own scheme, and every reason against it is given."""

from __future__ import annotations

from datetime import date

import pytest

from decarb.errors import DataError
from decarb.park.eligibility import credit_rules, ineligible, objections
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
        ({"vintage": 2019}, "not after 2020-09-22"),
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


def test_all_reasons_are_given_at_once() -> None:
    wrong = block(project_class="photovoltaic", project_start=date(2010, 1, 1), vintage=2016)
    assert len(ineligible(wrong, RULES, date(2021, 1, 28))) == 4


def test_each_reason_names_the_field_it_concerns() -> None:
    wrong = block(project_class="photovoltaic", project_start=None, reductions_from=date(2020, 1, 1), vintage=2020)
    said = objections(wrong, RULES, date(2021, 1, 28))
    assert [each.field for each in said] == ["retired", "project_class", "project_start", "reductions_from"]
    assert tuple(each.reason for each in said) == ineligible(wrong, RULES, date(2021, 1, 28))
    old = block(scheme="ccer-2012")
    assert [each.field for each in objections(old, RULES, DAY, "ets")] == ["retired"]


def test_rules_without_a_row_are_named() -> None:
    rows = read_table("standards")
    with pytest.raises(DataError, match="no row for credit_reductions_after;"):
        credit_rules(rows[rows["variable"] != "credit_reductions_after"])
    with pytest.raises(DataError, match="no row for credit_class_allowed;"):
        credit_rules(rows[rows["variable"] != "credit_class_allowed"])
