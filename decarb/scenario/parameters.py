"""The model's own parameters, as rows people can read: what is assumed, how wide, and on whose word."""

from __future__ import annotations

from typing import Final

import pandas as pd

from decarb.park.assumptions import ASSUMPTIONS as WEATHER
from decarb.park.classes import SPREADS
from decarb.park.demand import ASSUMPTIONS as DEMAND
from decarb.scenario.park_inputs import FACTORS, INTENSITIES, ROWS
from decarb.tables import read_table

COLUMNS: Final = (
    "variable", "sector", "technology", "fuel", "archetype", "category", "province", "region", "year", "value", "low",
    "high", "unit", "status", "source", "note",
)  # fmt: skip
OF_PARKS: Final = ("technologies", "inventory", "archetypes", "tariffs", "credits", "emission_factors", "grid_factors")
"""Tables that a park reads beside the parameters."""
OF_COST: Final = ("discount_rate", "appraisal_horizon", "gas_metered_volume", "copy_bias_bound")


def park_assumptions() -> list[dict[str, str | float | int | None]]:
    """Return every assumption that a park's year may rest on: rows of that status, and the parameters of parks."""
    names = {*ROWS, *INTENSITIES, *FACTORS, *WEATHER, *DEMAND, *SPREADS, *OF_COST}
    parameters = read_table("parameters")
    own = [table[table["status"] == "assumption"] for table in map(read_table, OF_PARKS)]
    return [row for table in (parameters[parameters["variable"].isin(names)], *own) for row in _rows(table)]


def assumptions() -> list[dict[str, str | float | int | None]]:
    """Return what the parameter table assumes; a scenario may state another value, its range stays the table's."""
    table = read_table("parameters")
    return _rows(table[table["status"] != "read"])


def _rows(table: pd.DataFrame) -> list[dict[str, str | float | int | None]]:
    chosen = table[list(COLUMNS)]
    rows = chosen.astype(object).where(chosen.notna(), None)
    return [
        {str(key): value for key, value in row.items() if value not in (None, "")} for row in rows.to_dict("records")
    ]
