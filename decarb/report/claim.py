"""A park's claim as a document: what was emitted, which credits were retired for it, and what that does not say."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

from decarb.park.claim import GROUPS, MONEY, Claim
from decarb.park.offset import SerialBlock
from decarb.report.offset import offset_record, price_text
from decarb.units import Quantity

__all__ = ["Claim", "claim_json", "claim_markdown", "claim_record", "escaped", "offset_record"]

SCHEMA: Final = "decarb-claim-1"
SCHEMES: Final = {"ccer-2012": "CCER, scheme before 2017", "ccer-2023": "CCER, relaunched 2024"}
NOT_SAID: Final = {
    "national-total": "No ton left the national total by this claim. What a credit stands for had already lowered the "
    "inventory where its project stands; retiring it settles who may speak of it.",
    "scope-3": "Other indirect emissions (goods, transport, travel, waste, use of products) are not covered.",
    "electricity": "Electricity made and used on site counts as zero, which holds only while its certificates are "
    "unsold. Another grid factor gives another total.",
    "standards": "It is no claim under ISO 14068-1:2023, and says nothing about a zero-carbon park under notice "
    "910 of 2025, where credits do not count.",
    "certificates": "Contracts and certificates move the market-based total and no ton; the claim stands on the "
    "location-based one.",
    "removals": "What grows on site stands on its own line and is taken off no total.",
    "future": "It covers the period above alone, and holds no promise to emit less.",
    "verification": "The figures were computed, not verified; this is no certificate.",
}
"""What a claim is often taken to say and does not."""

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&$])")


def claim_record(claim: Claim) -> dict[str, Any]:
    """Return the claim for machines: the same keys for every claim, null where nothing is stated."""
    retired, uncovered = claim.retired, claim.uncovered
    return {
        "schema": SCHEMA,
        "park": claim.park,
        "boundary": claim.boundary,
        "period": {"first_day": claim.first_day.isoformat(), "last_day": claim.last_day.isoformat()},
        "standard": claim.standard,
        "statement": _amount(claim.statement),
        "market_statement": _amount(claim.market_statement),
        "assumption_range": {"low": _amount(claim.low), "high": _amount(claim.high)},
        "groups": {name: _amount(claim.groups.get(name)) for name in GROUPS},
        "removals": _amount(claim.removals, "t CO2"),
        "not_quantified": list(claim.not_quantified),
        "grid_factor": {
            "value": claim.grid_factor.to("t CO2/MWh"),
            "unit": "t CO2/MWh",
            "source": claim.grid_factor_source,
        },
        "credits": None if claim.credits is None else [_block_record(block) for block in claim.credits],
        "credits_retired": None if retired is None else _amount(Quantity(retired, "t CO2e")),
        "announced": _amount(claim.announced),
        "unmet_load": _amount(claim.unmet_load, "MWh"),
        "uncovered": None if uncovered is None else _amount(Quantity(uncovered, "t CO2e")),
        "covered": claim.covered,
        "not_covered_because": list(_lacking(claim)),
        "offset": offset_record(claim),
        "does_not_say": [{"id": key, "text": text} for key, text in NOT_SAID.items()],
    }


def _amount(quantity: Quantity | None, unit: str = "t CO2e") -> dict[str, float | str] | None:
    return None if quantity is None else {"value": float(quantity.to(unit)), "unit": unit}


def _block_record(block: SerialBlock) -> dict[str, str | int]:
    return {
        "project": block.project,
        "project_class": block.project_class,
        "scheme": block.scheme,
        "vintage": block.vintage,
        "first_serial": block.first,
        "last_serial": block.last,
        "count": block.count,
        "owner": block.owner,
    }


def claim_json(claim: Claim) -> str:
    """Return the claim as JSON text."""
    return json.dumps(claim_record(claim), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def claim_markdown(claim: Claim) -> str:
    """Return the claim as a page for people, in English with Chinese headings.

    It is titled a claim of neutrality only where every ton is covered and all load was met. Names are escaped: none
    can add a heading, a link or a row.
    """
    title = "Claim of carbon neutrality 碳中和声明" if claim.covered else "Statement and credits 排放与抵销声明"
    factor = f"{claim.grid_factor.to('t CO2/MWh'):.4f} t CO2/MWh: {escaped(claim.grid_factor_source)}"
    left_out = "\n".join(f"- {escaped(name)}" for name in claim.not_quantified) or "Nothing was named."
    sections = {
        "Boundary 边界": escaped(claim.boundary),
        "Period 期间": f"{claim.first_day} to {claim.last_day}",
        "Standard 标准": escaped(claim.standard),
        "Total before credits 排放总量": _totals(claim),
        "Removals 清除量": _removals(claim),
        "Grid factor 电网排放因子": factor,
        "Not quantified 未量化的排放": left_out,
        **({"Load not met 未满足的用电": _unmet(claim.went_without)} if claim.went_without else {}),
        "Credits retired 注销的减排量": _retired(claim),
        "Cost of credits 抵销成本": _cost_text(claim),
        "Balance 结论": _balance(claim),
        "What this does not say 本声明不包含的内容": "\n".join(f"- {text}" for text in NOT_SAID.values()),
    }
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
    return f"# {title}: {escaped(claim.park)}\n\n{body}\n"


def _totals(claim: Claim) -> str:
    spread = "" if claim.low is None or claim.high is None else (
        f" (assumption range {claim.low.to('t CO2e'):,.0f} to {claim.high.to('t CO2e'):,.0f}, not probability)"
    )  # fmt: skip
    lines = [f"{claim.statement.to('t CO2e'):,.2f} t CO2e{spread}, location-based"]
    if claim.market_statement is not None:
        lines.append(f"{claim.market_statement.to('t CO2e'):,.2f} t CO2e, market-based")
    if not claim.groups:
        return "\n\n".join(lines)
    rows = [
        f"| {name} | {word} | {claim.groups[name].to('t CO2e'):,.2f} t CO2e |"
        if name in claim.groups
        else f"| {name} | {word} | not quantified |"
        for name, word in GROUPS.items()
    ]
    table = "\n".join(["| Group (2006) | 组别 | Location-based |", "|---|---|---:|", *rows])
    return "\n\n".join([*lines, table])


def _removals(claim: Claim) -> str:
    if claim.removals is None:
        return "None stated."
    return f"{claim.removals.to('t CO2'):,.2f} t CO2 taken up on site, taken off no total"


def _unmet(went_without: Quantity) -> str:
    return (
        f"{went_without.to('MWh'):,.2f} MWh of load were not met, as more was needed than the park may import; the "
        "total above leaves out what they would have emitted."
    )


def _retired(claim: Claim) -> str:
    said = "" if claim.announced is None else f"{claim.announced.to('t CO2e'):,.0f} t CO2e announced as retired; "
    if claim.credits is None and not said:
        return "Not stated."
    if claim.credits is None:
        return f"{said}no serial was published, so none is listed and none counts as covering."
    listed = f"{claim.retired:,} t CO2e\n\n{_table(claim.credits)}".rstrip()
    return f"{listed}\n\n{said}only what is listed by serial counts." if said else listed


def _cost_text(claim: Claim) -> str:
    said = offset_record(claim)
    paid, credits, allowances = said["paid"], said["needed_as_credits"], said["needed_as_allowances"]
    first = f"Paid: {paid['value']:,.0f} {MONEY}" if paid["value"] is not None else f"Paid: {paid['reason']}"
    return (
        f"{first}. At prices of {credits['price_year']}, the {claim.needed:,} t CO2e of the statement would cost "
        f"{credits['value']:,.0f} {MONEY} as credits at {price_text(credits['price'])}, and "
        f"{allowances['value']:,.0f} {MONEY} as allowances at {price_text(allowances['price'])}, which no park has to "
        f"surrender. {said['money']}"
    )


def _balance(claim: Claim) -> str:
    lacking = tuple(_lacking(claim))
    if not lacking:
        return "Every ton of the statement has a retired credit beside it."
    return f"{'; '.join(lacking)}: this is no claim of neutrality."


def _lacking(claim: Claim) -> Iterator[str]:
    """Yield each reason why the park may not speak of neutrality."""
    if claim.uncovered is None:
        yield "Whether credits were retired is not known" if claim.announced is None else "No retired credit is listed"
    elif claim.uncovered > 0:
        yield f"{claim.uncovered:,.2f} t CO2e have no credit beside them"
    if claim.went_without is not None:
        yield f"{claim.went_without.to('MWh'):,.2f} MWh of load were not met"


def _table(credits: Iterable[SerialBlock]) -> str:
    rows = [
        f"| {escaped(block.project)} | {escaped(block.project_class)} | {SCHEMES[block.scheme]} | {block.vintage} "
        f"| {block.first}-{block.last} | {block.count:,} | {escaped(block.owner)} |"
        for block in credits
    ]
    head = ["| Project | Class | Scheme | Vintage | Serials | Credits | Owner |", "|---|---|---|---:|---|---:|---|"]
    return "\n".join(head + rows) if rows else ""


def escaped(text: str) -> str:
    r"""Return text that Markdown shows as it is, on one line.

    Examples
    --------
    >>> print(escaped("A|B [x](y)\n# *z*"))
    A\|B \[x\]\(y\) \# \*z\*
    """
    visible = "".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in text)
    return _MARKS.sub(r"\\\1", " ".join(visible.split()))
