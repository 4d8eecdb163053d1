"""The claim as a document: it adds up, it cannot be bent by a name, and it says what it does not say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from decarb.park.eligibility import credit_rules
from decarb.park.offset import SerialBlock, purchase, record, retire, retired_for
from decarb.report.claim import NOT_SAID, Claim, claim_json, claim_markdown, claim_record, escaped
from decarb.tables import read_table
from decarb.units import Quantity

DAY = date(2021, 1, 28)
GROUPED = {"direct": Quantity(3937.0, "t CO2e"), "energy indirect": Quantity(8.0, "kt CO2e")}


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
        "Boundary", "Period", "Standard", "Total", "Removals", "Grid", "Not", "Credits", "Cost", "Balance", "What",
    ]  # fmt: skip
    assert all(re.search("[\u4e00-\u9fff]", heading) for heading in (*headings, page.splitlines()[0]))
    for expected in (
        "2020-01-01 to 2020-12-31", "11,937.00 t CO2e (assumption range 9,000 to 15,000, not probability)",
        "0.6040 t CO2/MWh: Beijing convention", "| Serials | Credits | Owner |",
        "CCER, scheme before 2017 | 2015 | 1-11937 | 11,937 | Yizhuang |",
        *NOT_SAID.values(),
    ):  # fmt: skip
        assert expected in page
    assert "No ton left the national total" in page and "Other indirect emissions" in page


def test_the_record_has_the_same_keys_for_every_claim() -> None:
    def shape(value: Any) -> Any:
        return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else None

    full = claim(
        low=Quantity(1.0, "t CO2e"), high=Quantity(2.0, "t CO2e"), market_statement=Quantity(3.0, "t CO2e"),
        removals=Quantity(1.0, "t CO2"), groups=GROUPED, paid=Quantity(1.0, "CNY_2025"),
        announced=Quantity(1.0, "t CO2e"), unmet_load=Quantity(1.0, "MWh"),
    )  # fmt: skip
    for other in (claim(), claim(credits=()), claim(credits=None)):
        record = shape(claim_record(other))
        assert list(record) == list(claim_record(full)) and record["groups"].keys() == full.groups.keys() | {
            "other indirect"
        }
    assert list(claim_record(full)) == [
        "schema", "park", "boundary", "period", "standard", "statement", "market_statement", "assumption_range",
        "groups", "removals", "not_quantified", "grid_factor", "credits", "credits_retired", "announced",
        "unmet_load", "uncovered", "covered", "not_covered_because", "offset", "does_not_say",
    ]  # fmt: skip
    assert claim_record(claim())["assumption_range"] == {"low": None, "high": None}


def test_all_totals_stand_apart_and_removals_lower_none() -> None:
    made = claim(
        groups=GROUPED, market_statement=Quantity(9000.0, "t CO2e"), removals=Quantity(25.0, "t CO2"),
        not_quantified=("travel | cargo",),
    )  # fmt: skip
    written = claim_record(made)
    assert written["statement"]["value"] == claim_record(claim())["statement"]["value"] == 11937.0
    assert written["market_statement"] == {"value": 9000.0, "unit": "t CO2e"}
    assert written["removals"] == {"value": 25.0, "unit": "t CO2"} and written["uncovered"]["value"] == 0.0
    assert written["groups"] == {
        "direct": {"value": 3937.0, "unit": "t CO2e"}, "energy indirect": {"value": 8000.0, "unit": "t CO2e"},
        "other indirect": None,
    }  # fmt: skip
    assert written["not_quantified"] == ["travel | cargo"]
    page = claim_markdown(made)
    for expected in (
        "11,937.00 t CO2e, location-based", "9,000.00 t CO2e, market-based", "| direct | 直接排放 | 3,937.00 t CO2e |",
        "| other indirect | 其他间接排放 | not quantified |", "25.00 t CO2 taken up on site, taken off no total",
        "- travel \\| cargo",
    ):  # fmt: skip
        assert expected in page


def test_credits_that_are_not_known_are_neither_none_nor_a_claim() -> None:
    unknown, none = claim(credits=None), claim(credits=())
    assert (unknown.retired, unknown.uncovered, none.retired, none.uncovered) == (None, None, 0, 11937.0)
    written = claim_record(unknown)
    assert [written[key] for key in ("credits", "credits_retired", "uncovered", "covered")] == [None] * 4
    page = claim_markdown(unknown)
    assert page.startswith("# Statement and credits") and "is not known: this is no claim of neutrality" in page
    assert claim_markdown(none).startswith("# Statement and credits")
    assert "no credit beside them" in claim_markdown(none)


def test_load_that_was_not_met_stands_under_a_heading_and_takes_the_title_away() -> None:
    short, met = claim(unmet_load=Quantity(12.5, "MWh")), claim(unmet_load=Quantity(0.0, "MWh"))
    page = claim_markdown(short)
    assert page.startswith("# Statement and credits") and "## Load not met 未满足的用电\n\n12.50 MWh of load" in page
    assert "12.50 MWh of load were not met: this is no claim of neutrality." in page
    assert "Load not met" not in claim_markdown(met) and claim_markdown(met).startswith("# Claim of carbon neutrality")
    assert claim_markdown(met) == claim_markdown(claim())
    written = claim_record(short)
    assert written["unmet_load"] == {"value": 12.5, "unit": "MWh"} and written["uncovered"]["value"] == 0.0
    assert (written["covered"], written["not_covered_because"]) == (False, ["12.50 MWh of load were not met"])
    assert (claim_record(met)["covered"], claim_record(met)["not_covered_because"]) == (True, [])
    assert claim_record(claim())["unmet_load"] is None


def test_every_reason_against_neutrality_is_given() -> None:
    both = claim(11000, unmet_load=Quantity(1.0, "MWh"))
    said = ["937.00 t CO2e have no credit beside them", "1.00 MWh of load were not met"]
    assert claim_record(both)["not_covered_because"] == said
    assert f"{'; '.join(said)}: this is no claim of neutrality." in claim_markdown(both)


def test_credits_that_were_announced_without_a_serial_are_said_and_cover_nothing() -> None:
    made = claim(credits=None, announced=Quantity(11.937, "kt CO2e"))
    page, written = claim_markdown(made), claim_record(made)
    assert (
        "11,937 t CO2e announced as retired; no serial was published, so none is listed and none counts as covering."
    ) in page
    assert "Not stated" not in page and page.startswith("# Statement and credits")
    assert "No retired credit is listed: this is no claim of neutrality." in page
    assert written["announced"] == {"value": 11937.0, "unit": "t CO2e"}
    assert [written[key] for key in ("credits", "credits_retired", "uncovered", "covered")] == [None] * 4
    listed = claim_markdown(claim(100, announced=Quantity(11937.0, "t CO2e")))
    assert "| 1-100 | 100 | Yizhuang |" in listed and "only what is listed by serial counts." in listed
    assert "Not stated." in claim_markdown(claim(credits=None))


def test_prices_stand_with_their_range_their_status_and_their_money() -> None:
    def page(year: int) -> str:
        return claim_markdown(claim(first_day=date(year, 1, 1), last_day=date(year, 12, 31)))

    # 2025 for credits has a range in the table, 2024 has none; allowances never have one.
    assert "at 70.76 CNY_2025/t CO2e (range 60.00 to 80.00)" in page(2025)
    assert "at 62.36 CNY_2025/t CO2 (no range known)" in page(2025)
    assert "At prices of 2024, the 11,937 t CO2e" in page(2020) and "t CO2e (no range known)" in page(2020)
    assert "converted by the deflator" in page(2020)


def test_the_json_is_the_record_and_reads_back() -> None:
    made = claim(park="亦庄")
    assert json.loads(claim_json(made)) == claim_record(made)
    assert "亦庄" in claim_json(made)


hostile = st.text(st.sampled_from("\n\r\t|#*_[]()<>`\\!-+.~& $ab1\u2028\u202e"), min_size=1).filter(lambda t: t.strip())


def visible(text: str) -> str:
    """The text without what no name may hold."""
    return text.replace("\u202e", "")


@given(hostile, hostile)
def test_no_name_adds_a_line_a_heading_or_a_cell(park: str, project: str) -> None:
    plain = claim(park="P", boundary="B", credits=(SerialBlock("c", "d", 2015, 1, 9, "P", "retired", "ccer-2012"),))
    named = replace(plain.credits[0], project=f"c{visible(project)}", owner=f"P{visible(project)}")
    odd = replace(plain, park=f"P{visible(park)}", boundary=park, credits=(named,))
    said, meant = claim_markdown(odd), claim_markdown(plain)
    assert len(said.splitlines()) == len(meant.splitlines())
    assert len(re.findall(r"(?<!\\)\|", said)) == len(re.findall(r"(?<!\\)\|", meant))
    assert len(re.findall(r"^#", said, re.MULTILINE)) == len(re.findall(r"^#", meant, re.MULTILINE))


@given(hostile)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    shown = escaped(text)
    assert "".join(re.sub(r"\\(.)", r"\1", shown).split()) == re.sub("[\\s\u202e]", "", text)
    assert not re.search(r"(?<!\\)(\\\\)*[`*_\[<|#$]", shown)
