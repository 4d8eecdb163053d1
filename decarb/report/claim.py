"""A park's claim as a document: what was emitted, which credits were retired for it, and what that does not say."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import xarray as xr

from decarb.errors import Problems, UnitError
from decarb.park.offset import SerialBlock, allowance_cost, credit_cost
from decarb.tables import Bound, table_value
from decarb.units import Quantity, read_quantity, stamp

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
    "future": "It covers the period above alone, and holds no promise to emit less.",
    "verification": "The figures were computed, not verified; this is no certificate.",
}
"""What a claim is often taken to say and does not."""

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&$])")


@dataclass(frozen=True)
class Claim:
    """What a park claims for one period, and the credits it retired for it.

    `statement` is the ISO 14064-1 total [t CO2e] before credits, `low` and `high` its assumption range;
    `credits` come from `decarb.park.offset.retired_for`.
    """

    park: str
    boundary: str
    first_day: date
    last_day: date
    standard: str
    statement: Quantity
    grid_factor: Quantity
    grid_factor_source: str
    credits: tuple[SerialBlock, ...] = ()
    low: Quantity | None = None
    high: Quantity | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        for key in ("park", "boundary", "standard", "grid_factor_source"):
            if not getattr(self, key).strip():
                problems.add("claim", key, "is empty", "write what the claim is about")
        if self.last_day < self.first_day:
            problems.add("claim", "last_day", f"{self.last_day} lies before {self.first_day}", "swap them")
        for key, unit in (("statement", "t CO2e"), ("low", "t CO2e"), ("high", "t CO2e"), ("grid_factor", "t CO2/MWh")):
            quantity = getattr(self, key)
            try:
                if quantity is not None and read_quantity(quantity, unit).value < 0:
                    problems.add("claim", key, f"{quantity} is negative", "removals are no part of a statement")
            except UnitError as error:
                problems.add("claim", key, str(error))
        for number, block in enumerate(self.credits):
            if block.state != "retired":
                problems.add("claim", "credits", f"{block.serials} is {block.state}", "retire it for this claim first")
            for other in self.credits[:number]:
                if block.project == other.project and block.first <= other.last and other.first <= block.last:
                    problems.add("claim", "credits", f"{block.serials} meets {other.serials}", "count a serial once")
        problems.raise_if_any()

    @property
    def retired(self) -> int:
        """Credits retired for the claim, each for 1 t CO2e."""
        return sum(block.count for block in self.credits)

    @property
    def uncovered(self) -> float:
        """Tonnes of CO2e that no retired credit stands against."""
        return max(0.0, self.statement.to("t CO2e") - self.retired)


def claim_cost(claim: Claim, *, credit_year: int, allowance_year: int, bound: Bound = "value") -> dict[str, float]:
    """Return what the retired credits cost at the market price of a year, and the same tonnes as allowances.

    Both in yuan of 2020. The price a park really paid is rarely published; no park has to surrender allowances.

    Raises
    ------
    DataError
        `data/credits.csv` has no price of that year, or no such bound of it.

    References
    ----------
    ccer-2020, ccer-2025, ets-2021, icap
    """
    credit = table_value("credits", "ccer_price", year=credit_year, bound=bound)
    allowance = table_value("credits", "ets_price", year=allowance_year)
    tonnes, gwp_co2 = _array(Quantity(claim.retired, "t CO2e")), _array(Quantity(1.0, "t CO2e/t CO2"))
    return {
        "as_credits": float(credit_cost(tonnes, _array(credit))),
        "as_allowances": float(allowance_cost(tonnes, _array(allowance), gwp_co2)),
    }


def _array(quantity: Quantity) -> xr.DataArray:
    return stamp(xr.DataArray(float(quantity.value)), quantity.unit)


def claim_record(claim: Claim) -> dict[str, Any]:
    """Return the claim for machines: the same keys for every claim, null where nothing is stated."""
    return {
        "schema": SCHEMA,
        "park": claim.park,
        "boundary": claim.boundary,
        "period": {"first_day": claim.first_day.isoformat(), "last_day": claim.last_day.isoformat()},
        "standard": claim.standard,
        "statement": _tonnes(claim.statement),
        "assumption_range": {"low": _tonnes(claim.low), "high": _tonnes(claim.high)},
        "grid_factor": {
            "value": claim.grid_factor.to("t CO2/MWh"),
            "unit": "t CO2/MWh",
            "source": claim.grid_factor_source,
        },
        "credits": [_block_record(block) for block in claim.credits],
        "credits_retired": _tonnes(Quantity(claim.retired, "t CO2e")),
        "uncovered": _tonnes(Quantity(claim.uncovered, "t CO2e")),
        "covered": claim.uncovered == 0,
        "does_not_say": [{"id": key, "text": text} for key, text in NOT_SAID.items()],
    }


def _tonnes(quantity: Quantity | None) -> dict[str, float | str] | None:
    return None if quantity is None else {"value": float(quantity.to("t CO2e")), "unit": "t CO2e"}


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

    It is titled a claim of neutrality only where every ton is covered. Names are escaped: none can add a heading,
    a link or a row.
    """
    tonnes = claim.statement.to("t CO2e")
    covered = claim.uncovered == 0
    title = "Claim of carbon neutrality 碳中和声明" if covered else "Statement and credits 排放与抵销声明"
    balance = (
        "Every ton of the statement has a retired credit beside it."
        if covered
        else f"{claim.uncovered:,.2f} t CO2e have no credit beside them: this is no claim of neutrality."
    )
    spread = "" if claim.low is None or claim.high is None else (
        f" (assumption range {claim.low.to('t CO2e'):,.0f} to {claim.high.to('t CO2e'):,.0f}, not probability)"
    )  # fmt: skip
    factor = f"{claim.grid_factor.to('t CO2/MWh'):.4f} t CO2/MWh: {escaped(claim.grid_factor_source)}"
    sections = {
        "Boundary 边界": escaped(claim.boundary),
        "Period 期间": f"{claim.first_day} to {claim.last_day}",
        "Standard 标准": escaped(claim.standard),
        "Total before credits 排放总量": f"{tonnes:,.2f} t CO2e{spread}",
        "Grid factor 电网排放因子": factor,
        "Credits retired 注销的减排量": f"{claim.retired:,} t CO2e\n\n{_table(claim.credits)}".rstrip(),
        "Balance 结论": balance,
        "What this does not say 本声明不包含的内容": "\n".join(f"- {text}" for text in NOT_SAID.values()),
    }
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
    return f"# {title}: {escaped(claim.park)}\n\n{body}\n"


def _table(credits: Iterable[SerialBlock]) -> str:
    rows = [
        f"| {escaped(block.project)} | {escaped(block.project_class)} | {SCHEMES[block.scheme]} | {block.vintage} "
        f"| {block.first}-{block.last} | {block.count:,} |"
        for block in credits
    ]
    head = ["| Project | Class | Scheme | Vintage | Serials | Credits |", "|---|---|---|---:|---|---:|"]
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
