"""A park as a terminal shows it: statement, energy, three verdicts, and the lines that matter most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import xarray as xr
from rich.table import Table
from rich.text import Text

from decarb.analysis.park import ParkResults
from decarb.park.cost import REASONS, Reason
from decarb.park.standards import StandardVerdict
from decarb.report.inventory import ENDS, inventory_record
from decarb.report.offset import offset_record
from decarb.units import units_of
from decarb.variables import variables

ENERGY: Final = (
    "load", "generation", "grid_import", "grid_export", "curtailment", "unmet_load", "self_sufficiency",
    "self_consumption", "generation_over_load", "clean_use_share", "peak_import", "islanded_hours",
)  # fmt: skip
COST: Final = (
    "total_investment", "electricity_bill", "annual_saving", "net_present_value", "simple_payback",
    "discounted_payback", "abatement_cost",
)  # fmt: skip
STYLES: Final = {"pass": "green", "fail": "red"}


def park_tables(results: ParkResults, *, standards: bool = True) -> tuple[Table, ...]:
    """Return the tables of a park: its statement, its energy, and where asked each standard rule by rule."""
    rules = results.standards if standards else ()
    return statement_table(results), energy_table(results), *map(standard_table, rules)


def statement_table(results: ParkResults) -> Table:
    """Return the lines of the statement on both bases with their range, the totals, and removals beside them."""
    inventory = inventory_record(results)
    title = f"{results.name} {results.year}, greenhouse gas statement, {inventory['gwp'] or 'GWP not named'}"
    table = _table(title, ("Line", "Group (2006)", "Location-based", "Market-based", "Assumption range"), numbers=3)
    for line in inventory["lines"]:
        cells = (line["line"], line["group_2006"] or "", _said(line["location"]), _said(line["market"]), _span(line))
        table.add_row(*map(Text, cells))
    totals = inventory["totals"]
    table.add_row(*map(Text, ("total", "", _said(totals["location"]), _said(totals["market"]), _span(totals))))
    for name, amount in inventory["removals"].items():
        table.add_row(*map(Text, (labelled(name), "beside the totals", _said(amount), "", "")))
    return table


def energy_table(results: ParkResults) -> Table:
    """Return the flows of the year and the shares made of them, with their range where there is one."""
    table = _table("Energy of the year", ("Flow", "Amount", "Assumption range"), numbers=2)
    for name in ENERGY:
        if name in results.annual:
            array = results.annual[name]
            total = array.sum(list(array.dims), skipna=False)
            amount = {"value": float(total), "unit": units_of(array)}
            table.add_row(Text(labelled(name)), Text(_said(amount)), Text(_range_of(results.spread, name)))
    return table


def standard_table(standard: StandardVerdict) -> Table:
    """Return each rule of a standard with the park's number, the threshold and the verdict."""
    table = _table(f"{standard.id}: {standard.verdict}", ("Rule", "Number", "Threshold", "Verdict", "Why"), numbers=0)
    for rule in standard.rules:
        number, limit = (
            _said({"value": value, "unit": rule.unit}, share=rule.rule.endswith("_share"))
            for value in (rule.value, rule.threshold)
        )
        limit = limit if rule.threshold is None else f"{rule.relation} {limit}"
        verdict = Text(rule.verdict, STYLES.get(rule.verdict, "yellow"))
        table.add_row(Text(labelled(rule.rule)), Text(number), Text(limit), verdict, Text(rule.reason))
    return table


def park_lines(results: ParkResults) -> tuple[str, ...]:
    """Return what stands below the tables: the claim, the cost, what published figures teach, and the flags."""
    calibration = results.calibration
    taught = () if calibration is None else tuple(map(str, calibration.attrs.get("sentences", ())))
    verdicts = ", ".join(f"{standard.id} {standard.verdict}" for standard in results.standards)
    return (
        f"standards: {verdicts}",
        _claim_line(results),
        *_weather_lines(results),
        *_cost_lines(results.cost),
        _offset_line(results),
        *(f"published figures: {line}" for line in taught),
        *(f"many parks: {line}" for line in _copied(results.multiplied)),
        *(f"flag: {flag}" for flag in results.flags),
    )


def _copied(multiplied: xr.Dataset | None) -> tuple[str, ...]:
    return () if multiplied is None else tuple(map(str, multiplied.attrs.get("sentences", ())))


def labelled(name: str) -> str:
    """Return a name as people read it, in English and Chinese where the dictionary has it.

    Examples
    --------
    >>> labelled("clean_energy_share"), labelled("no_such_name")
    ('Clean share of energy 清洁能源消费占比', 'no such name')
    """
    known = variables().get(name)
    return f"{known.label_en} {known.label_zh}" if known else name.replace("_", " ")


def _claim_line(results: ParkResults) -> str:
    claim = results.claim
    if claim.retired is None or claim.uncovered is None:
        known = "whether any were retired is not known"
        if claim.announced is not None:
            known = f"{claim.announced.to('t CO2e'):,.0f} announced as retired, without a serial: none is listed"
        return f"claim: {claim.needed:,} t CO2e of credits needed; {known}"
    return (
        f"claim: {claim.needed:,} t CO2e of credits needed, {claim.retired:,} retired, {claim.uncovered:,.0f} uncovered"
    )


def _weather_lines(results: ParkResults) -> list[str]:
    """Return what wind and sun would have given before they were scaled to the stated yields."""
    weather = results.provenance.get("weather", {})
    if not isinstance(weather, Mapping):
        return []
    lines = []
    for technology, (hours, unit) in weather.get("full_load_hours_unscaled", {}).items():
        system = results.systems.get(technology)
        if system is not None and system["on"]:
            stated = weather["full_load_hours"][technology][0]
            before = "not known before scaling (no station in the tables)" if math.isnan(hours) else (
                f"{hours:,.0f} {unit} before scaling, {hours / stated - 1.0:+.0%}"
            )  # fmt: skip
            lines.append(f"weather {weather['name']}: {technology} {before}; stated {stated:,.0f} {unit}")
    notes = str(weather.get("notes", ""))
    return [*lines, *([f"weather: {notes}"] if notes else [])]


def _cost_lines(cost: xr.Dataset) -> list[str]:
    """Return the headline of the cost statement, one figure a line, and what it rests on."""
    twin = f" against {cost.coords['twin'].item()}" if "twin" in cost.coords else ""
    figures = [f"cost{twin}: {labelled(name)} {_money(cost, name)}" for name in COST if name in cost]
    notes = [f"cost rests on: {note}" for note in cost.attrs.get("notes", ())]
    return [*(figures or [f"cost{twin}: not computed"]), *notes]


def _money(cost: xr.Dataset, name: str) -> str:
    amount = {"value": float(cost[name]), "unit": units_of(cost[name])}
    reason = cost.get(f"{name}_reason")
    code = Reason.DEFINED if reason is None else Reason(int(reason))
    return _said(amount) if code == Reason.DEFINED else f"- ({REASONS[code]})"


def _offset_line(results: ParkResults) -> str:
    offset = offset_record(results.claim)
    credits, allowances = offset["needed_as_credits"], offset["needed_as_allowances"]
    paid = "" if offset["paid"]["value"] is None else f"; paid {_said(offset['paid'])}"
    return (
        f"credits for the whole statement: {_said(credits)} at the price of {credits['price_year']}; as allowances "
        f"{_said(allowances)} at that of {allowances['price_year']}{paid}"
    )


def _range_of(spread: xr.Dataset, name: str) -> str:
    if name not in spread or set(spread[name].dims) != {"estimate"}:
        return ""
    array = spread[name]
    return _span({end: {"value": float(array.sel(estimate=at)), "unit": units_of(array)} for end, at in ENDS.items()})


def _span(ends: dict[str, Any]) -> str:
    if ends["low"]["value"] is None or ends["high"]["value"] is None:
        return ""
    return f"{_said(ends['low'])} to {_said(ends['high'])}"


def _said(amount: dict[str, Any], *, share: bool = True) -> str:
    """Return a number with its unit, digits to its size; "-" for none."""
    value, unit = amount["value"], amount["unit"]
    if value is None or math.isnan(value):
        return "-"
    if unit == "1":
        return f"{value:.1%}" if share else f"{value:g}"
    return f"{value:,.0f} {unit}" if abs(value) >= 100 else f"{value:.3g} {unit}"


def _table(title: str, headings: tuple[str, ...], *, numbers: int) -> Table:
    """Return an empty table whose last `numbers` columns hold numbers."""
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        right = place >= len(headings) - numbers
        table.add_column(heading, overflow="fold", justify="right" if right else "left")
    return table
