"""What a field of a file is in words, what it takes, and the rows of `data/` that hold where it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

import pandas as pd

from decarb.analysis.differences import rows_of_park
from decarb.analysis.lever_fields import rows_of
from decarb.report.words import labels, named, phrase
from decarb.scenario.describing import ANY, SchemaField
from decarb.tables import read_table
from decarb.units import Quantity, unit_factor

ALSO_WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "1": ("%",), "1/yr": ("1/yr",), "1/h": ("1/h",), "MW": ("kW", "GW"), "GW": ("MW", "万千瓦", "亿千瓦"),
    "GW/yr": ("MW/yr",), "MWh": ("kWh", "GWh"), "GWh/yr": ("MWh/yr", "TWh/yr"), "TWh/yr": ("GWh/yr", "亿千瓦时/yr"),
    "m3/d": ("m3/yr",), "ha": ("m2", "km2"), "m2": ("ha",), "kWh/m2/yr": ("MJ/m2/yr",), "GJ/m2/yr": ("kWh/m2/yr",),
    "t/ha/yr": ("kg/ha/yr",), "MWh/ha/yr": ("kWh/m2/yr",), "t CO2/yr": ("kt CO2/yr",), "t CO2e/yr": ("kt CO2e/yr",),
    "Mt CO2/yr": ("Gt CO2/yr",), "Mt CO2e/yr": ("Gt CO2e/yr",), "t/yr": ("kt/yr",), "GJ/yr": ("TJ/yr",),
    "t HFC134a/yr": ("kg HFC134a/yr",), "kg CO2/kWh": ("t CO2/MWh",), "t CO2/GJ": ("t CO2/TJ",),
    "CNY_2025/kWh": ("CNY_2025/MWh",),
}  # fmt: skip
"""Unit -> others in which people write the same; whatever else has the dimension is read as well."""
RowOf = tuple[str, str, Mapping[str, str]]
"""Table, variable, and what further columns of the row say; `{last}` is the last part of the key."""

MORE_ROWS: Final[Mapping[str, RowOf]] = {
    "zones.usable_roof_share.*": ("archetypes", "usable_roof_share", {"archetype": "{last}"}),
    "zones.wind_land_share.*": ("archetypes", "wind_land_share", {"archetype": "{last}"}),
    "credits.allowances": ("parameters", "carbon_market_allowances", {}),
    "template.switched_fuel_factor": ("emission_factors", "fuel_energy_factor", {"fuel": "natural_gas"}),
}
"""Key of a scenario -> its row, where `rows_of` knows none."""


def described(key: str, language: str = "en", *, begin: int = 0) -> str:
    """Return what a field of a scenario is, from its section to itself, without as many parts as `begin` says.

    Examples
    --------
    >>> described("power.wind.capacity")
    'power: wind: capacity at year end'
    """
    parts = [part for part in key.split(".") if part != ANY and not part.isdecimal()]
    mark = "：" if language == "zh" else ": "
    return mark.join(_word(parts[: place + 1], language) for place in range(begin, len(parts)))


def _word(parts: list[str], language: str) -> str:
    """Return how the last part of a key is called; a row that names more of what stands before it comes first."""
    names = (".".join(parts[start:]) for start in range(len(parts)))
    return named("field", next((name for name in names if ("field", name) in labels()), parts[-1]), language)


@lru_cache(maxsize=1024)
def default_rows(key: str, land_view: str = "inventory") -> pd.DataFrame:
    """Return the rows that fill a field which a file leaves out, one for each year of a path; none where none does."""
    if key.startswith("park."):
        return rows_of_park(key)[0]
    match = next((row for pattern, row in MORE_ROWS.items() if fnmatchcase(key, pattern)), None)
    if match is None:
        return rows_of(key, land_view)
    table, variable, columns = match
    rows = read_table(table)
    rows = rows[rows["variable"] == variable]
    for column, wanted in columns.items():
        rows = rows[rows[column].astype(str) == wanted.format(last=key.split(".")[-1])]
    return rows


def written(number: float, unit: str) -> str:
    """Return a number of the tables as a file holds it.

    Examples
    --------
    >>> written(13.1, "%/yr"), written(0.5, "1")
    ('13.1 %/yr', '0.5')
    """
    return str(Quantity(float(number), unit))


def takes(field: SchemaField, language: str = "en") -> str:
    """Return what can be written in a field: its choices, or the range outside of which nothing is plausible."""
    if field.choices:
        many = len(field.choices) > 8
        return phrase("field-one-of-list", language) if many else " | ".join(field.choices)
    if field.kind == "day":
        return "2021-01-28"
    if field.limits is None:
        return phrase("field-text", language)
    low, high = field.limits
    unit = units_offered(field)[0] if field.unit else "1"
    scale = unit_factor(field.unit, unit) if field.unit else 1.0
    ends = phrase("field-range", language, low=f"{low * scale:.12g}", high=f"{high * scale:.12g}")
    return ends if unit == "1" else f"{ends} {unit}"


def units_offered(field: SchemaField) -> tuple[str, ...]:
    """Return the units in which a field can be written, the usual one first; "1" is none.

    Examples
    --------
    >>> units_offered(SchemaField("x", "quantity", "1/yr")), units_offered(SchemaField("x", "quantity", "1"))
    (('%/yr', '1/yr'), ('1', '%'))
    """
    unit = field.unit
    usual = f"%{unit[1:]}" if unit.startswith("1/") else unit
    return (usual, *ALSO_WRITTEN.get(unit, ())) if unit else ()
