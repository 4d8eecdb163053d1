"""What a row of somebody's file is read as, and in which unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from decarb.errors import Problems, UnitError
from decarb.scenario import iamc_names
from decarb.scenario.foreign_rows import Row
from decarb.scenario.iamc_names import BESIDE, BOUNDS, CAPACITY, KYOTO, LAND, SECTORS, UNITS
from decarb.units import unit_factor

PER_GDP: Final = "Carbon Intensity|GDP"
_MONEY: Final = re.compile(r"[$€£¥元]|USD|EUR|CNY|RMB|JPY|GBP|INR|dollar|yuan|^index\b", re.IGNORECASE)
"""What the unit of GDP holds where it is money of some kind, or an index."""


def total_of(row: Row, *, asked: bool) -> tuple[str, str]:
    """Return what a row is read as, and in which unit; any CO2 variable that is asked for is an undeclared `co2`."""
    if asked and row.variable not in iamc_names.TOTALS:
        # Asked for alone, a capacity is no total: as `co2` its unit is refused.
        name = "net_ghg" if row.variable.startswith(KYOTO) else "co2"
        return name, UNITS[name]
    names = {**iamc_names.TOTALS, **CAPACITY, **BESIDE, **SECTORS, **dict.fromkeys(LAND, "land")}
    total, target = names[row.variable], UNITS.get(names[row.variable], UNITS["net_co2"])
    # In other money GDP serves as an index.
    return total, "1" if total == "gdp" and _MONEY.search(row.unit) and unlike(row.unit, target) else target


def says_something(row: Row) -> bool:
    """Return whether a row beside the totals can be used: CO2 for each unit of GDP in its money alone."""
    return row.variable != PER_GDP or not unlike(row.unit, UNITS["co2_per_gdp"])


def factor_of(row: Row, target: str, problems: Problems, place: str) -> float:
    """Return the factor from the unit of a row; an index has none."""
    if row.variable != "GDP|MER":
        return factor(row.unit, target, problems, place, row.variable)
    return 1.0 if target == "1" else factor(row.unit, target, problems, place, f"{row.variable}, in money or an index")


def beyond(total: str, unit: str, values: np.ndarray) -> tuple[int, str] | None:
    """Return the place of the first value that cannot be, and what is wrong with it; nothing where all can.

    Examples
    --------
    >>> beyond("nonfossil_share", "1", np.array([0.2, 25.0]))
    (1, '25 is outside 0 to 1 1')
    """
    low, high = (0.0, np.inf) if unit == "1" and total == "gdp" else BOUNDS.get(total, BOUNDS["net_co2"])
    odd = np.flatnonzero(~((values >= low) & (values <= high)) & ~np.isnan(values))
    return (int(odd[0]), f"{values[odd[0]]:g} is outside {low:g} to {high:g} {unit}") if odd.size else None


def factor(unit: str, target: str, problems: Problems, place: str, key: str) -> float:
    """Return the factor to `target`; a total of emissions without "/yr" is a total of its year."""
    plain = re.sub(r"CO2(?:-?(?:equiv\.?|eq))(?!\w)", "CO2e", unit.strip().replace("₂", "2"))
    plain = re.sub(r"(?<=[^\s/*])(?=CO2)", " ", plain)
    if plain and "/" not in plain and target.endswith("/yr"):
        plain += "/yr"
    if not plain:
        problems.add(place, key, "has no unit", f'write "{target}"')
        return np.nan
    try:
        return unit_factor(plain, target)
    except UnitError as error:
        problems.add(place, key, str(error), f'write "{target}" or a unit like it')
        return np.nan


def unlike(unit: str, target: str) -> bool:
    """Return whether a unit is no unit of the same thing."""
    try:
        unit_factor(unit, target)
    except UnitError:
        return True
    return False


def land_view(variables: Iterable[str]) -> str:
    """Return how the land of a file counts, by the name of its row; nothing where no row says."""
    there = set(variables)
    return next((view for name, view in LAND.items() if name in there), "")


def gwp_of(variables: Iterable[str]) -> str:
    """Return whose warming potentials all gases are added with, by the name of their row; nothing where none says."""
    reports = (re.search(r"SAR|AR\d", name) for name in variables if name.startswith(KYOTO))
    return next((report[0] for report in reports if report), "")
