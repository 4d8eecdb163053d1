"""From what a scenario says about credits, and the tables, to the arrays of the credit ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import xarray as xr

from decarb.nation.sectors import LAST_HISTORY_YEAR
from decarb.scenario.fields import FIRST_FREE_YEAR
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.stated import stated, straight
from decarb.tables import Bound, table_array
from decarb.units import Quantity, stamp

LAST_OBSERVED_YEAR: Final = FIRST_FREE_YEAR - 1
STATED: Final = {
    "ccer_displacement_share": ("displacement_share", "parameters"),
    "additionality": ("additionality", "parameters"),
    "ccer_market_use": ("market_use", "parameters"),
    "ccer_use_limit": ("use_limit", "credits"),
}
"""Input, which is a share -> the field that may state it, and the table of its row."""


def credit_inputs(spec: ScenarioSpec, bound: Bound = "value") -> dict[str, xr.DataArray]:
    """Return every input of the credit ledger: what the scenario states, and the tables' rows for all else.

    Parameters
    ----------
    spec : ScenarioSpec
    bound : {"value", "low", "high"}
        Which column of the tables fills what the scenario leaves out.

    Returns
    -------
    dict of str to xr.DataArray
        `ccer_issued` [Mt CO2e/yr] and `carbon_market_allowances` [Mt CO2/yr] (year); `ccer_displacement_share`,
        `additionality`, `ccer_use_limit`, `ccer_market_use`, and the weights `ccer_parks_first` and
        `ccer_market_first` [1], both 0 where credits are shared in proportion to what is asked.
    """
    written = spec.credits
    allowances = table_array("parameters", "carbon_market_allowances", bound=bound)
    return {
        "ccer_issued": _issued(written.issued, bound),
        "carbon_market_allowances": _from_today(written.allowances, allowances),
        **{name: stated(getattr(written, field), name, "1", bound, table) for name, (field, table) in STATED.items()},
        **{f"ccer_{user}_first": stamp(xr.DataArray(float(written.priority == user)), "1")
           for user in ("parks", "market")},
    }  # fmt: skip


def _issued(written: Mapping[int, Quantity] | None, bound: Bound) -> xr.DataArray:
    """Return the path of issues: none until history ends, as observed, then straight lines, flat after the last."""
    table = table_array("parameters", "ccer_issued", "year", bound=bound)
    rows = dict(zip(table["year"].values.tolist(), table.values.tolist(), strict=True))
    known = {year: amount for year, amount in rows.items() if written is None or year <= LAST_OBSERVED_YEAR}
    return straight({LAST_HISTORY_YEAR: 0.0} | known | _values(written, "Mt CO2e/yr"), "Mt CO2e/yr")


def _from_today(written: Mapping[int, Quantity] | None, row: xr.DataArray) -> xr.DataArray:
    """Return allowances: the row held, and from the last observed year on along what the scenario names."""
    return straight({LAST_OBSERVED_YEAR: float(row)} | _values(written, "Mt CO2/yr"), "Mt CO2/yr")


def _values(written: Mapping[int, Quantity] | None, unit: str) -> dict[int, float]:
    return {} if written is None else {year: quantity.to(unit) for year, quantity in written.items()}
