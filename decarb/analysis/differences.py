"""What scenarios state differently: key by key the value that holds in each, from a file or a row of the tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import pandas as pd
from pydantic import BaseModel

from decarb.analysis.lever_fields import rows_of, table_of
from decarb.errors import UnitError
from decarb.model import LAST_OBSERVED_YEAR
from decarb.scenario.park_inputs import INTENSITIES, OF_WATER, TECHNOLOGY
from decarb.scenario.scenario import Scenario
from decarb.tables import read_table
from decarb.units import Quantity

ROW_YEAR: Final = 2020  # of the rows that a park reads where there are several
STATED: Final = "stated"
DEFAULT: Final = "default"
"""Nobody states it, and the schema says what then holds."""
ABSENT: Final = "absent"
"""Neither the scenario nor a row says anything: the park has no such system, or there is no such limit."""
BETWEEN: Final = "between"
"""The path of the scenario names other years, and the value lies on the line between them."""
NOTHING: Final = "-"
SAYS_NOTHING: Final = ("kind", "name", "description", "park.kind", "park.description")
"""Keys that nothing is computed from."""
SAME: Final = 1e-12  # relative
OF_PARK: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType({
    **{f"park.{system}.{field}": ("emission_factors" if name in OF_WATER else "parameters", name, "")
       for name, (system, field, _) in INTENSITIES.items()},
    **{f"park.{store}.round_trip_efficiency": ("technologies", "round_trip_efficiency", technology)
       for store, technology in TECHNOLOGY.items()},
    "park.heat.heat_pump_performance": ("technologies", "seasonal_performance", "heat_pump"),
})  # fmt: skip
"""Key of a park -> the table, variable and technology of the row that fills it, where it has the system at all."""

Leaves = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """What holds for a key in one scenario.

    Attributes
    ----------
    value : str
        With its unit, as a file would say it; "-" where nothing holds.
    origin : str
        "stated", "default", "absent", "between", or the table of `data/` whose row it is: "data/parameters.csv".
    """

    value: str
    origin: str


@dataclass(frozen=True)
class Difference:
    """One dotted key that scenarios do not agree on, and what holds in each, in their order."""

    key: str
    held: tuple[Held, ...]


def differences(scenarios: Sequence[Scenario]) -> tuple[Difference, ...]:
    """Return every key on which scenarios differ, in the order of the schema; a path has a key for each year.

    What one states and another leaves to a row of the same value is no difference.

    Parameters
    ----------
    scenarios : sequence of Scenario
    """
    leaves = [dict(_leaves(one.spec, ())) for one in scenarios]
    keys = list(dict.fromkeys(key for own in leaves for key in own))
    within = {key for key in keys if any(other.startswith(f"{key}.") for other in keys)}
    found = (
        Difference(year_key, held)
        for key in keys
        if key not in within and key not in SAYS_NOTHING
        for year_key, held in _by_year(key, [_held(one, own, key) for one, own in zip(scenarios, leaves, strict=True)])
    )
    return tuple(found)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield everything a spec says that is no section, by its dotted key; a path over years is one thing."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _leaves(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping) and not all(isinstance(key, int) for key in value):
        for name, inside in value.items():
            yield from _leaves(inside, (*path, str(name)))
    elif isinstance(value, tuple) and any(isinstance(one, BaseModel) for one in value):
        for place, inside in enumerate(value):
            yield from _leaves(inside, (*path, str(place)))
    else:
        yield ".".join(path), value


def _held(scenario: Scenario, own: Leaves, key: str) -> tuple[Any, str]:
    """Return what holds for a key in a scenario, and where it comes from."""
    value = own.get(key)
    above = key
    while value is None and "." in above:  # one share for all archetypes is the share of each
        above = above.rpartition(".")[0]
        value = own.get(above)
    if value is not None:
        return value, STATED if _states(scenario.stated, key) else DEFAULT
    if key.startswith("park."):
        rows, table = rows_of_park(key)
        if f"{key.rpartition('.')[0]}.on" not in own:  # no such system
            return None, ABSENT
    else:
        rows, table = rows_of(key, scenario.spec.land_view), table_of(key)
    return (rows, f"data/{table}.csv") if len(rows) else (None, ABSENT)


def rows_of_park(key: str) -> tuple[pd.DataFrame, str]:
    """Return the rows of `data/` that fill a key of a park which its file leaves out, and their table; often none."""
    table, variable, technology = OF_PARK.get(key, ("parameters", "", ""))
    rows = read_table(table)
    fitting = rows[rows["variable"] == variable]
    if technology:
        fitting = fitting[fitting["technology"] == technology]
    several = "year" in fitting and fitting["year"].nunique() > 1
    return (fitting[fitting["year"] == ROW_YEAR] if several else fitting), table


def _states(stated: Any, key: str) -> bool:
    for part in key.split("."):
        if isinstance(stated, (list, tuple)):
            return True
        if not isinstance(stated, Mapping):
            return stated is not None
        stated = stated.get(part)
    return stated is not None


def _by_year(key: str, found: Sequence[tuple[Any, str]]) -> Iterator[tuple[str, tuple[Held, ...]]]:
    """Yield a key with what holds in each scenario where that differs; for a path, each year that one of them names."""
    paths = [_path(value) for value, _ in found]
    if not any(paths):
        values = [_one(value) for value, _ in found]
        if not _alike(values):
            yield key, _told(values, found)
        return
    flat = [path or {0: _one(value)} for path, (value, _) in zip(paths, found, strict=True)]
    for year in sorted({year for path in flat for year in path if year}):
        values = [path.get(year, path.get(0)) for path in flat]
        if not _alike(values):
            yield f"{key}.{year}", _told(values, found)


def _path(value: Any) -> dict[int, Any]:
    """Return the years of a path with their values; empty where it is none."""
    if isinstance(value, Mapping):
        return {int(year): one for year, one in value.items()}
    if isinstance(value, pd.DataFrame) and "year" in value and value["year"].nunique() > 1:
        later = value[value["year"] > LAST_OBSERVED_YEAR]
        return {int(row["year"]): _quantity(row) for _, row in later.iterrows()}
    return {}


def _one(value: Any) -> Any:
    """Return rows of a table as the one value they say, or as the span of those of several archetypes."""
    if not isinstance(value, pd.DataFrame):
        return value
    if len(value) == 1:
        return _quantity(value.iloc[0])
    ordered = value.sort_values("value")
    return f"{_quantity(ordered.iloc[0])} to {_quantity(ordered.iloc[-1])}"


def _quantity(row: pd.Series[Any]) -> Quantity:
    return Quantity(float(row["value"]), str(row["unit"]))


def _told(values: Sequence[Any], found: Sequence[tuple[Any, str]]) -> tuple[Held, ...]:
    return tuple(
        Held(_text(value), origin if value is not None else BETWEEN if whole is not None else ABSENT)
        for value, (whole, origin) in zip(values, found, strict=True)
    )


def _text(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _alike(values: Sequence[Any]) -> bool:
    return all(_equal(values[0], other) for other in values[1:])


def _equal(one: Any, other: Any) -> bool:
    """Return whether two values say the same, in whatever units; a plain number is one without unit."""
    if one is None or other is None:
        return one is other
    first, second = _number(one), _number(other)
    if first is None or second is None:
        return bool(one == other)
    try:
        return math.isclose(first.to(second.unit), second.value, rel_tol=SAME)
    except UnitError:
        return False


def _number(value: Any) -> Quantity | None:
    if isinstance(value, Quantity):
        return value
    return Quantity(float(value), "1") if isinstance(value, (bool, int, float)) else None
