"""The claim as a document: it adds up, it cannot be bent by a name, and it says what it does not say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from decarb.errors import DataError, InputError
from decarb.park.eligibility import credit_rules
from decarb.park.offset import SerialBlock, purchase, record, retire, retired_for
from decarb.report.claim import NOT_SAID, Claim, claim_cost, claim_json, claim_markdown, claim_record, escaped
from decarb.tables import read_table
from decarb.units import Quantity

DAY = date(2021, 1, 28)


def credits_of_2021(wanted: int) -> tuple[SerialBlock, ...]:
    old = SerialBlock("wind-1", "onshore_wind", 2015, 1, 20000, "Yizhuang", scheme="ccer-2012")
    ledger = record((), purchase(old, date(2020, 12, 1), "exchange"))
    rules = credit_rules(read_table("standards"))
    return retired_for(retire(ledger, wanted, owner="Yizhuang", on=DAY, claim="2020", rules=rules), "2020")


def claim(wanted: int = 11937, **changes: Any) -> Claim:
    stated: dict[str, Any] = {
        "park": "Yizhuang",
        "boundary": "One site, operational control",
        "first_day": date(2020, 1, 1),
        "last_day": date(2020, 12, 31),
        "standard": "ISO 14064-1:2006",
        "statement": Quantity(11.937, "kt CO2e"),
        "grid_factor": Quantity(604.0, "kg CO2/MWh"),
        "grid_factor_source": "Beijing convention",
        "credits": credits_of_2021(wanted),
    }
    return Claim(**stated | changes)


def test_the_claim_of_the_seed_park_adds_up() -> None:
    written = claim_record(claim())
    assert written["statement"] == {"value": 11937.0, "unit": "t CO2e"}
    assert written["credits_retired"] == {"value": 11937.0, "unit": "t CO2e"}
    assert (written["uncovered"]["value"], written["covered"]) == (0.0, True)
    assert written["grid_factor"] == {"value": 0.604, "unit": "t CO2/MWh", "source": "Beijing convention"}
    assert written["credits"] == [
        {"project": "wind-1", "project_class": "onshore_wind", "scheme": "ccer-2012", "vintage": 2015,
         "first_serial": 1, "last_serial": 11937, "count": 11937, "owner": "Yizhuang"},
    ]  # fmt: skip


@given(st.integers(1, 20000))
def test_a_claim_is_covered_exactly_when_every_ton_has_a_credit(wanted: int) -> None:
    made = claim(wanted)
    assert made.uncovered == max(0, 11937 - wanted)
    assert claim_record(made)["covered"] == (wanted >= 11937)
    title = claim_markdown(made).splitlines()[0]
    assert title.startswith("# Claim of carbon neutrality") == (wanted >= 11937)


def test_a_fraction_of_a_ton_is_not_covered() -> None:
    made = claim(11937, statement=Quantity(11937.25, "t CO2e"))
    assert made.uncovered == 0.25
    assert "0.25 t CO2e have no credit beside them: this is no claim of neutrality." in claim_markdown(made)


def test_the_page_has_every_part_of_a_certificate_and_what_it_does_not_say() -> None:
    page = claim_markdown(claim(low=Quantity(9000.0, "t CO2e"), high=Quantity(15000.0, "t CO2e")))
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert [heading.split(" ")[0] for heading in headings] == [
        "Boundary", "Period", "Standard", "Total", "Grid", "Credits", "Balance", "What",
    ]  # fmt: skip
    assert all(re.search("[\u4e00-\u9fff]", heading) for heading in (*headings, page.splitlines()[0]))
    for expected in (
        "2020-01-01 to 2020-12-31", "11,937.00 t CO2e (assumption range 9,000 to 15,000, not probability)",
        "0.6040 t CO2/MWh: Beijing convention", "CCER, scheme before 2017 | 2015 | 1-11937 | 11,937 |",
        *NOT_SAID.values(),
    ):  # fmt: skip
        assert expected in page
    assert "No ton left the national total" in page and "Other indirect emissions" in page


def test_the_record_has_the_same_keys_for_every_claim() -> None:
    def shape(value: Any) -> Any:
        return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else None

    full = claim(low=Quantity(1.0, "t CO2e"), high=Quantity(2.0, "t CO2e"))
    bare = shape(claim_record(claim(credits=())))
    bare["assumption_range"] = shape(claim_record(full)["assumption_range"])
    assert shape(claim_record(full)) == bare
    assert list(claim_record(full)) == [
        "schema", "park", "boundary", "period", "standard", "statement", "assumption_range", "grid_factor", "credits",
        "credits_retired", "uncovered", "covered", "does_not_say",
    ]  # fmt: skip
    assert claim_record(claim())["assumption_range"] == {"low": None, "high": None}


def test_the_json_is_the_record_and_reads_back() -> None:
    made = claim(park="亦庄")
    assert json.loads(claim_json(made)) == claim_record(made)
    assert "亦庄" in claim_json(made)


hostile = st.text(st.sampled_from("\n\r\t|#*_[]()<>`\\!-+.~& $ab1\u2028\u202e"), min_size=1).filter(lambda t: t.strip())


@given(hostile, hostile)
def test_no_name_adds_a_line_a_heading_or_a_cell(park: str, project: str) -> None:
    plain = claim(park="P", boundary="B", credits=(SerialBlock("c", "d", 2015, 1, 9, "P", "retired", "ccer-2012"),))
    odd = replace(plain, park=park, boundary=park, credits=(replace(plain.credits[0], project=f"c{project}"),))
    said, meant = claim_markdown(odd), claim_markdown(plain)
    assert len(said.splitlines()) == len(meant.splitlines())
    assert len(re.findall(r"(?<!\\)\|", said)) == len(re.findall(r"(?<!\\)\|", meant))
    assert len(re.findall(r"^#", said, re.MULTILINE)) == len(re.findall(r"^#", meant, re.MULTILINE))


@given(hostile)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    shown = escaped(text)
    assert "".join(re.sub(r"\\(.)", r"\1", shown).split()) == re.sub("[\\s\u202e]", "", text)
    assert not re.search(r"(?<!\\)(\\\\)*[`*_\[<|#$]", shown)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"park": " "}, "park: is empty"),
        ({"boundary": ""}, "boundary: is empty"),
        ({"last_day": date(2019, 12, 31)}, "lies before 2020-01-01"),
        ({"statement": Quantity(1.0, "t CO2")}, "statement"),
        ({"statement": Quantity(-1.0, "t CO2e")}, "is negative"),
        ({"grid_factor": Quantity(1.0, "t CO2e/MWh")}, "grid_factor"),
        ({"high": Quantity(1.0, "MWh")}, "high"),
    ],
)
def test_a_claim_that_means_nothing_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        claim(**changes)


def test_only_retired_credits_count_and_each_serial_once() -> None:
    retired = SerialBlock("a", "mangrove", 2022, 1, 10, "P", "retired")
    with pytest.raises(InputError, match="a 1-10 is held; retire it"):
        claim(credits=(replace(retired, state="held"),))
    with pytest.raises(InputError, match="a 10-12 meets a 1-10; count a serial once"):
        claim(credits=(retired, replace(retired, first=10, last=12)))
    apart = claim(credits=(retired, replace(retired, first=11, last=12), replace(retired, project="b")))
    assert apart.retired == 22


def test_cost_is_credits_at_their_price_beside_allowances_at_theirs() -> None:
    cost = claim_cost(claim(), credit_year=2020, allowance_year=2021)
    assert cost == pytest.approx({"as_credits": 11937 * 20, "as_allowances": 11937 * 42.85 / 1.04552})
    high = claim_cost(claim(), credit_year=2020, allowance_year=2021, bound="high")
    assert high["as_credits"] == pytest.approx(11937 * 30) and high["as_allowances"] == cost["as_allowances"]


def test_a_year_without_a_price_is_refused() -> None:
    with pytest.raises(DataError, match="ets_price"):
        claim_cost(claim(), credit_year=2020, allowance_year=2019)
