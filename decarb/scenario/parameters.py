"""The model's own parameters, as rows people can read: what is assumed, how wide, and on whose word."""

from __future__ import annotations

from decarb.tables import read_table


def assumptions() -> list[dict[str, str | float | int | None]]:
    """Return every row of the parameter table; a scenario may state another value, its range stays the table's."""
    table = read_table("parameters")
    columns = ["variable", "sector", "technology", "year", "value", "low", "high", "unit", "status", "source", "note"]
    rows = table[columns].astype(object).where(table[columns].notna(), None)
    return [
        {str(key): value for key, value in row.items() if value not in (None, "")} for row in rows.to_dict("records")
    ]
