"""The inventory of `park.json` and the rows of `statement.csv`: lines by gas and basis, and what is in no total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import xarray as xr

from decarb.analysis.park import ParkResults
from decarb.park.inventory import GASES
from decarb.report.cells import text_cell
from decarb.report.claim import claim_record
from decarb.report.record import UNKNOWN, dataset_record, number
from decarb.units import unit_factor, units_of

TOTAL_UNIT: Final = "t CO2e/yr"
STATEMENTS: Final = {"location": "statement", "market": "statement_market"}
GAS_COLUMNS: Final = {"location": "emissions_by_gas", "market": "emissions_by_gas_market"}
INFORMATION: Final = ("own_use", "own_use_at_grid_factor", "biogenic_co2")
REMOVALS: Final = ("agriculture_removal",)
ENDS: Final = {"low": "p5", "high": "p95"}
NO_RANGE: Final = "no range was computed"
COLUMNS: Final = ("line", "group_2006", "category_2018", "basis", "gas", "value", "unit")


def is_emission(array: xr.DataArray) -> bool:
    """Whether an array counts a gas."""
    return any(gas in units_of(array) for gas in GASES)


def inventory_record(results: ParkResults) -> dict[str, Any]:
    """Return the statement by line, gas and basis with its totals, and what stands beside them."""
    annual, statement = results.annual, results.annual["statement"]
    names = [name for name in INFORMATION if name in annual]
    other = [
        str(name)
        for name, array in annual.data_vars.items()
        if not array.dims and name not in (*INFORMATION, *REMOVALS) and is_emission(array)
    ]
    return {
        "gwp": str(statement.coords["report"].item()) if "report" in statement.coords else None,
        "lines": [_line(results, str(line)) for line in statement["category"].values],
        "totals": _totals(results),
        "groups": claim_record(results.claim)["groups"],
        "removals": dataset_record(annual[[name for name in REMOVALS if name in annual]]),
        "information": dataset_record(annual[names]),
        "figures": dataset_record(annual[other]),
        "not_quantified": list(results.claim.not_quantified),
    }


def _line(results: ParkResults, line: str) -> dict[str, Any]:
    annual = results.annual
    here = annual["statement"].sel(category=line)
    spread = results.spread.get("statement")
    ends = {} if spread is None else {end: spread.sel(category=line, estimate=mark) for end, mark in ENDS.items()}
    return {
        "line": line,
        "group_2006": _coordinate(here, "group"),
        "category_2018": _coordinate(here, "category_2018"),
        "gases": {basis: _gases(annual, name, line) for basis, name in GAS_COLUMNS.items() if name in annual},
        **{basis: _amount(annual, name, line) for basis, name in STATEMENTS.items()},
        **{end: _in_total_unit(ends.get(end), NO_RANGE) for end in ENDS},
    }


def _gases(annual: xr.Dataset, name: str, line: str) -> dict[str, Any]:
    """Return each gas of a line in tonnes of that gas; gases that do not leave by it are left out."""
    row = annual[name].sel(category=line)
    amounts = {str(gas): float(row.sel(gas=gas)) for gas in row["gas"].values}
    return {gas: number(amount, f"t {gas}/yr") for gas, amount in amounts.items() if amount != 0}


def _amount(annual: xr.Dataset, name: str, line: str) -> dict[str, Any]:
    return _in_total_unit(annual[name].sel(category=line) if name in annual else None, UNKNOWN)


def _in_total_unit(array: xr.DataArray | None, reason: str) -> dict[str, Any]:
    if array is None:
        return number(None, TOTAL_UNIT, reason)
    return number(float(array) * unit_factor(units_of(array), TOTAL_UNIT), TOTAL_UNIT, reason)


def _totals(results: ParkResults) -> dict[str, Any]:
    """Return the totals on both bases, and the range of the location-based one."""
    annual, claim = results.annual, results.claim
    totals = {
        basis: _in_total_unit(
            annual[name].sum("category", skipna=False).assign_attrs(annual[name].attrs) if name in annual else None,
            UNKNOWN,
        )
        for basis, name in STATEMENTS.items()
    }
    ends = {"low": claim.low, "high": claim.high}
    return totals | {
        end: number(None if amount is None else amount.to("t CO2e"), TOTAL_UNIT, NO_RANGE)
        for end, amount in ends.items()
    }


def _coordinate(array: xr.DataArray, name: str) -> str | None:
    return str(array.coords[name].item()) if name in array.coords else None


def statement_rows(inventory: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of `statement.csv` from the inventory of `park_record`: each line by basis, by gas and in CO2e.

    Market-based, a gas is moved on paper alone. Text that a spreadsheet would take for a formula gets an apostrophe in
    front.
    """
    for line in inventory["lines"]:
        named = tuple(text_cell(line[key] or "") for key in ("line", "group_2006", "category_2018"))
        for basis, gases in line["gases"].items():
            for gas, amount in gases.items():
                yield *named, basis, text_cell(gas), *_number_cells(amount)
        for basis in (*STATEMENTS, *ENDS):
            yield *named, basis, "CO2e", *_number_cells(line[basis])
    for basis, amount in inventory["totals"].items():
        yield "total", "", "", basis, "CO2e", *_number_cells(amount)
    for name, amount in inventory["removals"].items():
        yield text_cell(name), "", "", "beside the totals", "CO2", *_number_cells(amount)


def _number_cells(amount: dict[str, Any]) -> tuple[str, str]:
    return "" if amount["value"] is None else repr(amount["value"]), amount["unit"]
