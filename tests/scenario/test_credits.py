"""Credits from a park file: each serial has one owner and one use, and every refusal shows its place in the file."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from pydantic import TypeAdapter

from decarb.errors import InputError
from decarb.park.eligibility import credit_rules
from decarb.park.offset import account, standing
from decarb.scenario.credits import MAX_ENTRIES, CreditEntry, CreditList, ParkCredits, park_credits
from decarb.scenario.fields import Spec
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.reading import read_yaml, validate
from decarb.tables import read_table, shipped

RULES = credit_rules(read_table("standards"))
TODAY = date(2026, 1, 1)
OLD: dict[str, Any] = {
    "project": "wind-1", "project_class": "onshore_wind", "scheme": "ccer-2012", "vintage": 2015, "first_serial": 1,
    "last_serial": 100, "bought": "2020-12-01", "seller": "exchange",
}  # fmt: skip
NEW: dict[str, Any] = OLD | {
    "project": "sea-1", "project_class": "offshore_wind", "scheme": "ccer-2023", "vintage": 2022,
    "project_start": "2020-01-01", "bought": "2025-03-01",
}  # fmt: skip


class CreditsAlone(Spec):
    """A file that lists credits and nothing else."""

    credits: CreditList | None = None


def listed(*entries: dict[str, Any]) -> tuple[CreditEntry, ...]:
    return TypeAdapter(CreditList).validate_python(list(entries))


def credits_of(*entries: dict[str, Any], year: int = 2020, today: date = TODAY) -> ParkCredits:
    found = park_credits(listed(*entries), park="yizhuang", year=year, rules=RULES, today=today)
    assert found is not None
    return found


def serials(blocks: tuple[Any, ...]) -> list[str]:
    return [block.serials for block in blocks]


def test_purchase_sale_retirement_and_cancellation_are_all_reachable_from_the_file() -> None:
    found = credits_of(
        OLD | {"last_serial": 40, "retired": "2021-01-28"},
        OLD | {"first_serial": 41, "last_serial": 60, "sold": "2021-02-01", "sold_to": "trader"},
        OLD | {"first_serial": 61, "last_serial": 70, "cancelled": "2021-03-01", "cancelled_because": "printed twice"},
        OLD | {"first_serial": 71, "last_serial": 90},
        OLD | {"first_serial": 91, "last_serial": 100, "retired": "2022-01-28", "retired_for": 2021},
    )
    assert serials(found.retired) == ["wind-1 1-40"] and serials(found.held) == ["wind-1 71-90"]
    assert [(block.serials, block.state) for block in account(found.ledger, "yizhuang")] == [
        ("wind-1 1-40", "retired"), ("wind-1 61-70", "cancelled"), ("wind-1 71-90", "held"),
        ("wind-1 91-100", "retired"), ("wind-1 41-60", "sold"),
    ]  # fmt: skip
    assert [entry.on for entry in found.ledger] == sorted(entry.on for entry in found.ledger)
    (sold,) = (block for block in standing(found.ledger) if block.owner == "trader")
    assert sold.serials == "wind-1 41-60"


def test_credits_that_are_not_stated_are_not_known_and_an_empty_list_is_none() -> None:
    assert park_credits(None, park="yizhuang", year=2020, rules=RULES) is None
    none = credits_of()
    assert (none.ledger, none.retired, none.held) == ((), (), ())
    assert none.paid is not None and none.paid.to("CNY_2020") == 0.0


def test_what_was_retired_for_another_year_is_no_part_of_the_claim() -> None:
    entry = OLD | {"retired": "2021-01-28", "retired_for": 2019}
    assert serials(credits_of(entry, year=2019).retired) == ["wind-1 1-100"]
    assert credits_of(entry, year=2020).retired == ()


def test_credits_of_another_owner_count_for_no_claim_of_the_park() -> None:
    with pytest.raises(InputError) as refused:
        credits_of(OLD | {"owner": "Goldwind", "retired": "2021-01-28"})
    (problem,) = refused.value.problems
    assert problem.where == "credits.0.owner"
    assert 'belong to "Goldwind" and count for no claim of "yizhuang"' in problem.found
    found = credits_of(
        OLD | {"owner": "Goldwind"},
        OLD | {"bought": "2021-01-02", "seller": "Goldwind", "last_serial": 40, "retired": "2021-01-28"},
        NEW | {"owner": "Goldwind"},
    )
    assert serials(found.retired) == ["wind-1 1-40"] and found.held == ()  # the other 60 are still Goldwind's
    assert serials(account(found.ledger, "goldwind")) == ["sea-1 1-100", "wind-1 41-100", "wind-1 1-40"]


@pytest.mark.parametrize("spelling", ["Yizhuang", "yizhuang ", "ｙｉｚｈｕａｎｇ"])
def test_the_park_is_the_owner_however_its_name_is_spelt(spelling: str) -> None:
    found = credits_of(OLD | {"owner": spelling, "last_serial": 40, "retired": "2021-01-28"}, NEW | {"owner": spelling})
    assert serials(found.retired) == ["wind-1 1-40"] and serials(found.held) == ["sea-1 1-100"]


@pytest.mark.parametrize("spelling", ["Wind-1", "wind-1 ", "wind-1\u00a0", "ｗｉｎｄ－１", "WIND-1", "wind\ufe0f-1"])
def test_another_spelling_of_a_project_does_not_make_its_credits_anew(spelling: str) -> None:
    with pytest.raises(InputError, match=r"credits\.1\.bought: double use"):
        credits_of(OLD | {"retired": "2021-01-28"}, OLD | {"project": spelling, "retired": "2021-01-28"})


def test_a_retirement_on_a_day_that_has_not_come_is_refused_and_a_purchase_is_not() -> None:
    entry = NEW | {"bought": "2025-12-31", "retired": "2026-01-01"}
    assert serials(credits_of(entry, year=2025).retired) == ["sea-1 1-100"]
    with pytest.raises(InputError) as refused:
        credits_of(entry, year=2025, today=date(2025, 12, 31))
    (problem,) = refused.value.problems
    assert problem.where == "credits.0.retired"
    assert "are retired on 2026-01-01, a day that has not come" in problem.found and "2025-12-31" in problem.fix
    assert serials(credits_of(NEW | {"bought": "2030-01-01"}).held) == ["sea-1 1-100"]


def test_without_a_day_given_it_is_today() -> None:
    entry = NEW | {"retired": "2100-01-01"}
    with pytest.raises(InputError, match="a day that has not come"):
        park_credits(listed(entry), park="yizhuang", year=2025, rules=RULES)
    known = park_credits(listed(NEW | {"retired": "2025-04-01"}), park="yizhuang", year=2025, rules=RULES)
    assert known is not None and len(known.retired) == 1


def test_the_old_scheme_keeps_the_order_of_time_and_its_halt() -> None:
    wrong = OLD | {"vintage": 2018, "retired": "2021-01-28"}
    with pytest.raises(InputError) as refused:
        credits_of(wrong, OLD | {"project": "wind-2", "retired": "2021-01-28", "retired_for": 2014})
    found = [(problem.where, problem.found) for problem in refused.value.problems]
    assert [where for where, _ in found] == ["credits.0.vintage", "credits.1.vintage"]
    assert "after the halt of the old scheme on 2017-12-31" in found[0][1]
    assert "its vintage 2015 lies after 2014, the year that is claimed" in found[1][1]


def test_what_was_paid_is_computed_by_hand() -> None:
    found = credits_of(
        OLD | {"last_serial": 40, "retired": "2021-01-28", "price": "20 CNY_2020/t CO2e"},
        OLD | {"first_serial": 41, "retired": "2021-01-28", "price": "30 CNY_2020/t CO2e"},
        NEW,  # held, and without a price: no part of what the claim cost
    )
    assert found.paid is not None and found.paid.to("CNY_2020") == pytest.approx(40 * 20 + 60 * 30)


def test_one_price_that_is_not_written_leaves_the_cost_unknown() -> None:
    found = credits_of(
        OLD | {"last_serial": 40, "retired": "2021-01-28", "price": "20 CNY_2020/t CO2e"},
        OLD | {"first_serial": 41, "retired": "2021-01-28"},
    )
    assert found.paid is None


def test_what_was_sold_can_be_bought_back() -> None:
    found = credits_of(
        OLD | {"sold": "2021-02-01", "sold_to": "trader"},
        OLD | {"first_serial": 11, "bought": "2021-02-01", "seller": "trader", "retired": "2021-02-01"},
    )
    assert serials(found.retired) == ["wind-1 11-100"]
    assert [(b.serials, b.owner) for b in standing(found.ledger) if b.state == "held"] == [("wind-1 1-10", "trader")]


@pytest.mark.parametrize(
    "second",
    [
        OLD,
        OLD | {"first_serial": 100, "last_serial": 120},
        OLD | {"first_serial": 50, "last_serial": 60, "bought": "2021-06-01", "seller": "trader"},
        OLD | {"bought": "2022-01-01", "retired": "2022-01-28", "owner": "another"},
    ],
)
def test_a_double_use_is_refused_and_both_entries_are_shown(second: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        park_credits(
            listed(OLD | {"retired": "2021-01-28"}, second), park="yizhuang", year=2020, rules=RULES,
            place=lambda number, key: f"mine.yaml:{number + 1}:{len(key)}",
        )  # fmt: skip
    (line,) = str(refused.value).splitlines()
    assert line.startswith("mine.yaml:2:6: credits.1.bought: double use:")
    assert re.search(
        r"since mine\.yaml:1:[67]: credits\.0\.(bought|retired): 20\d\d-\d\d-\d\d (purchase|retirement)", line
    )


def test_the_same_credits_cannot_serve_two_years() -> None:
    second = OLD | {"bought": "2021-01-29", "retired": "2022-01-28", "retired_for": 2021}
    with pytest.raises(InputError, match=r"credits\.1\.bought: double use: .*since credits\.0\.retired"):
        credits_of(OLD | {"retired": "2021-01-28"}, second)


def test_every_reason_against_every_retired_block_is_given_at_its_key() -> None:
    wrong = NEW | {
        "project_class": "photovoltaic",
        "vintage": 2019,
        "project_start": "2018-01-01",
        "retired": "2025-04-01",
    }
    without = {key: value for key, value in NEW.items() if key != "project_start"} | {"project": "sea-2"}
    with pytest.raises(InputError) as refused:
        credits_of(wrong, without | {"retired": "2025-04-01"}, without | {"project": "held only"}, year=2025)
    assert [problem.where for problem in refused.value.problems] == [
        "credits.0.project_class", "credits.0.reductions_from", "credits.1.project_start",
    ]  # fmt: skip
    assert "sea-1 1-100 could not be retired on 2025-04-01: photovoltaic is outside the scheme" in str(refused.value)


def test_the_file_names_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "credits:\n"
        "- {project: a, project_class: mangrove, scheme: ccer-2023, vintage: 2022, first_serial: 1, last_serial: 9,\n"
        "   project_start: 2020-01-01, bought: 2025-03-01, seller: x, retired: null, price: 80 CNY_2025/t CO2e}\n"
        "- {project: a, project_class: mangrove, scheme: ccer-2023, vintage: 2022, first_serial: 9, last_serial: 9,\n"
        "   bought: 2025-03-02, seller: x}\n"
    )
    document = read_yaml(path)
    entries = validate(CreditsAlone, document).credits
    assert entries is not None and entries[0].bought == date(2025, 3, 1) and entries[0].retired is None
    with pytest.raises(InputError) as refused:
        park_credits(
            entries, park="mine", year=2025, rules=RULES,
            place=lambda number, key: str(document.place(("credits", number, key))),
        )  # fmt: skip
    assert str(refused.value).startswith(f"{path}:5:12: credits.1.bought: double use:")
    assert f"since {path}:3:39: credits.0.bought" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bought": "20201201"}, 'credits.0.bought: "20201201" is no date; write it like "2021-01-28"'),
        ({"bought": "2021-W04-4"}, "is no date"),
        ({"bought": "2021-02-29"}, "is no day of the calendar"),
        ({"bought": 20201201}, "int is no date"),
        ({"bought": None}, "credits.0.bought: NoneType is no date"),
        ({"retired": "soon"}, 'credits.0.retired: "soon" is no date'),
        ({"retired": "2020-11-30"}, "retired 2020-11-30 lies before bought 2020-12-01"),
        ({"retired_for": 2020}, "add retired with its day"),
        ({"retired": "2021-01-28", "sold": "2021-01-28", "sold_to": "x"}, "are two uses of the same serials"),
        ({"sold": "2021-01-28"}, "sold and sold_to stand together"),
        ({"cancelled_because": "error"}, "cancelled and cancelled_because stand together"),
        ({"first_serial": 101}, "last_serial 100 lies before first_serial 101"),
        ({"first_serial": 0}, "credits.0.first_serial: 0 is less than 1; write 1 or more"),
        ({"last_serial": 10**13}, "credits.0.last_serial"),
        ({"reductions_from": "2014-12-31"}, "is not in the vintage"),
        ({"vintage": "2015"}, "credits.0.vintage"),
        ({"vintage": 2021}, "vintage 2021 lies after bought 2020-12-01"),
        ({"last_serial": 10**9 + 1}, "first_serial and last_serial are 1,000,000,001 serials, more than 1,000,000,000"),
        ({"project": "wind\u200b-1"}, "credits.0.project: holds the invisible character U+200B"),
        ({"owner": "\u202eyizhuang"}, "credits.0.owner: holds the invisible character U+202E"),
        ({"seller": "ex\u00adchange"}, "credits.0.seller: holds the invisible character U+00AD"),
        ({"scheme": "ccer-2022"}, "did you mean ccer-2023?"),
        ({"project": " "}, "credits.0.project: is blank; write a name"),
        ({"seller": "x" * 201}, "credits.0.seller"),
        ({"price": "80"}, 'credits.0.price: '),
        ({"price": "80 CNY_2025/t CO2"}, "credits.0.price: "),
        ({"price": "-1 CNY_2025/t CO2e"}, "is outside 0 to 100000 CNY_2025/t CO2e"),
        ({"sold_too": "x"}, "did you mean sold_to?"),
    ],
)  # fmt: skip
def test_an_entry_that_means_nothing_is_refused_with_what_to_write(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps({"credits": [OLD | changes]}))
    with pytest.raises(InputError, match=re.escape(said)):
        validate(CreditsAlone, read_yaml(path))


def test_the_list_is_bounded() -> None:
    blocks = [OLD | {"first_serial": n, "last_serial": n} for n in range(1, MAX_ENTRIES + 2)]
    with pytest.raises(ValueError, match=f"at most {MAX_ENTRIES}"):
        listed(*blocks)
    assert len(credits_of(*blocks[:-1]).held) == MAX_ENTRIES


def test_a_park_file_with_as_many_entries_as_are_allowed_is_read(tmp_path: Path) -> None:
    """Every key is written, names are as long as they may be, and a whole park stands above them."""
    named = dict.fromkeys(CreditEntry.model_fields) | NEW | {
        "owner": "mine".ljust(180), "seller": "s" * 200, "project": "p" * 200, "project_start": "2020-01-01",
        "reductions_from": "2022-01-01", "price": "80 CNY_2025/t CO2e", "retired": "2025-04-01", "retired_for": 2025,
    }  # fmt: skip
    entries = [named | {"first_serial": n, "last_serial": n} for n in range(1, MAX_ENTRIES + 1)]
    park = shipped("scenarios", "parks/yizhuang.yaml").read_text(encoding="utf-8")
    lines = [line if not line.startswith("name:") else "name: mine" for line in park.splitlines()]
    path = tmp_path / "mine.yaml"
    path.write_text("\n".join([*lines, "credits:", *(f"- {json.dumps(entry)}" for entry in entries)]) + "\n")
    credits = validate(ParkSpec, read_yaml(path)).credits
    assert credits is not None and len(credits) == MAX_ENTRIES


parts = st.lists(st.integers(1, 30), min_size=1, max_size=8)
fates = st.sampled_from([{}, {"sold": "2021-02-01", "sold_to": "trader"}, {"retired": "2021-01-28"},
                         {"cancelled": "2021-03-01", "cancelled_because": "error"}])  # fmt: skip


@given(parts, st.data())
def test_every_credit_that_was_bought_is_held_sold_retired_or_cancelled(sizes: list[int], data: st.DataObject) -> None:
    entries, first = [], 1
    for size in sizes:
        entries.append(OLD | {"first_serial": first, "last_serial": first + size - 1} | data.draw(fates))
        first += size
    found = credits_of(*data.draw(st.permutations(entries)))
    blocks = account(found.ledger, "yizhuang")
    assert sum(block.count for block in blocks) == sum(sizes)
    assert sum(b.count for b in found.retired) == sum(b.count for b in blocks if b.state == "retired")
    assert sum(b.count for b in found.held) == sum(b.count for b in blocks if b.state == "held")
