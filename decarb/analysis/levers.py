"""A lever: one number that moves one or more fields of a scenario, inside the range of their rows in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

import numpy as np
import xarray as xr

from decarb.analysis.lever_fields import Field, fields_of_scenario, rows_of
from decarb.errors import CallError, InputError
from decarb.model import LAST_OBSERVED_YEAR
from decarb.scenario.scenario import Scenario
from decarb.tables import read_table
from decarb.units import Quantity, read_quantity, unit_factor, units_of
from decarb.variables import did_you_mean, variables

By = Literal["value", "factor", "range"]

WAYS: Final = ("value", "factor", "range")
HALVINGS: Final = 60  # to find how far a scenario may go
NEAR: Final = 1e-9  # of the range: ends that are the same


@dataclass(frozen=True)
class Term:
    """One field as a lever moves it: what it has now, and the ends of its rows; one entry for each year of a path."""

    field: Field
    years: tuple[int, ...]
    now: np.ndarray
    low: np.ndarray
    high: np.ndarray
    direction: int = 1

    def stated(self, by: By, place: float) -> Any:
        """Return what a file would say where the lever stands at `place`."""
        if by == "value":
            numbers = np.array([place])
        elif by == "factor":
            numbers = self.now * place
        else:
            reach = place * self.direction
            numbers = self.now + abs(reach) * ((self.high if reach > 0 else self.low) - self.now)
        if self.field.kind == "whole":
            return round(float(numbers[0]))
        written = [str(Quantity(float(number), self.field.unit)) for number in numbers]
        return dict(zip(self.years, written, strict=True)) if self.years else written[0]


@dataclass(frozen=True)
class Lever:
    """One number and the fields it moves.

    Attributes
    ----------
    name : str
        As it was asked for.
    by : {"value", "factor", "range"}
        The number is the value of the one field; a factor on each field, 1 as things are; or a place in the range of
        each field's rows, -1 their low ends, 0 as things are, 1 their high ends.
    unit : str
    low, high : float
        Where it is looked for.
    now : float
        Where the scenario stands.
    terms : tuple of Term
        The fields; none where the lever is a variable of the inputs.
    origin : str
        Where the bounds come from.
    whole : bool
        It takes whole numbers alone.
    variable : str
        A variable of the inputs that no field of a scenario states, else "".
    """

    name: str
    by: By
    unit: str
    low: float
    high: float
    now: float
    terms: tuple[Term, ...]
    origin: str
    whole: bool = False
    variable: str = ""

    def settings(self, place: float) -> dict[str, Any]:
        """Return the dotted keys and values that put the lever there, as `Scenario.replace` takes them."""
        return {term.field.key: term.stated(self.by, place) for term in self.terms}

    def set_in(self, scenario: Scenario, place: float) -> Scenario:
        """Return the scenario with the lever there.

        Raises
        ------
        InputError
            The scenario's own rules refuse the value.
        """
        return scenario.replace(self.settings(place))

    def allowed(self, scenario: Scenario, place: float) -> bool:
        """Return whether a scenario may say so, or for a variable whether the dictionary calls it plausible."""
        if self.variable:
            known = variables().get(self.variable) if self.by == "value" else None
            if known is None:
                return True
            return known.minimum <= place * unit_factor(self.unit, known.unit) <= known.maximum
        try:
            self.set_in(scenario, place)
        except InputError:
            return False
        return True

    def furthest(self, scenario: Scenario, start: float, place: float) -> float:
        """Return the last place on the way from one that a scenario may say to another that it may say, too."""
        if self.allowed(scenario, place):
            return place
        free, refused = start, place
        for _ in range(HALVINGS):
            middle = (free + refused) / 2.0
            free, refused = (middle, refused) if self.allowed(scenario, middle) else (free, middle)
        return free

    def refusal(self, scenario: Scenario, place: float, error: InputError) -> CallError:
        """Return what is wrong with one end of the lever, and which bounds the scenario takes."""
        side = "low" if place <= self.low else "high"
        end = f"the {side} bound" if self.origin == "given" else f"the {side} end of the lever's rows"
        found = "; ".join(f"{one.key}: {one.found}" if one.key else one.found for one in error.problems)
        if self.by == "range":
            return CallError(
                f"{self.name}: {scenario.name} refuses the {side} ends of the rows ({found}); leave it out"
            )
        ends = self._ends_allowed(scenario)
        fix = f"write bounds inside what it takes: --bounds {ends}" if ends else "write bounds inside what it takes"
        return CallError(f"{self.name}: {scenario.name} refuses {place:.6g}, {end} ({found}); {fix}")

    def _ends_allowed(self, scenario: Scenario) -> str:
        """Return the part of the lever that a scenario takes, as `--bounds` takes it; "" where none is known."""
        starts = [place for place in (self.now, self.low, self.high) if self.allowed(scenario, place)]
        if not starts or self.whole:
            return ""
        ends = [self._short(scenario, self.furthest(scenario, starts[0], end)) for end in (self.low, self.high)]
        texts = [f"{end:.12g}" if self.unit == "1" else f"{end:.12g} {self.unit}" for end in ends]
        return (":".join(texts) if self.unit == "1" else f'"{":".join(texts)}"') if ends[0] < ends[1] else ""

    def _short(self, scenario: Scenario, end: float) -> float:
        """Return an end with as few digits as say the same."""
        near = NEAR * (self.high - self.low)
        rounded = (float(f"{end:.{digits}g}") for digits in range(1, 13))
        return next((one for one in rounded if abs(one - end) <= near and self.allowed(scenario, one)), end)


def lever_of(scenario: Scenario, name: str, bounds: Sequence[object] | None = None) -> Lever:
    """Return a lever by its name.

    Parameters
    ----------
    scenario : Scenario
    name : str
        A dotted key (`rollout.growth`), several after commas, or a pattern (`power.*.capacity`). A single number is
        moved by value; a path over years and several fields by one factor, or, after `:range`, by their place in the
        range of their rows (`capture.level, -sectors.*.intensity_change:range`; a minus turns one round).
    bounds : pair, optional
        Low and high end: quantities for a field moved by value ("8 %/yr", "20 %/yr"), else plain numbers. By default
        the low and high end of the rows: for a factor, as far as every field stays inside its own.

    Raises
    ------
    CallError
        No field is called so, it holds no number, or no row gives its range.
    """
    keys, _, way = (part.strip() for part in name.partition(":"))
    if way and way not in WAYS:
        raise CallError(f'{name}: "{way}" is no way to move a lever; write {", ".join(WAYS)}')
    terms = tuple(_term(scenario, field, sign) for field, sign in _named_fields(keys))
    alone = len(terms) == 1 and terms[0].field.kind != "path"
    by: By = way or ("value" if alone else "factor")  # type: ignore[assignment]
    if by == "value" and not alone:
        raise CallError(f'{name}: a path or several fields have no one value; write "{keys}:factor" or ":range"')
    if by != "range" and any(term.direction < 0 for term in terms):
        raise CallError(f'{name}: a minus turns a place in a range round; write "{keys}:range"')
    if by != "value" and any(term.field.kind == "whole" for term in terms):
        raise CallError(f"{name}: a calendar year is moved by its value alone")
    if by == "range" and _without_rows(terms):
        raise CallError(f"{name}: no row of data/ gives the range of {', '.join(_without_rows(terms))}; leave it out")
    unit = terms[0].field.unit if by == "value" else "1"
    if bounds is not None:
        low, high = _given(name, bounds, unit, alone and terms[0].field.kind == "whole")
        origin = "given"
    else:
        low, high = _of_rows(name, by, terms)
        of_fields = terms[0].field.kind == "whole" and not terms[0].low.size
        origin = "scenario fields" if of_fields else "rows of data/"
    now = float(terms[0].now[0]) if by == "value" else 1.0 if by == "factor" else 0.0
    return Lever(name, by, unit, low, high, now, terms, origin, whole=by == "value" and terms[0].field.kind == "whole")


def _named_fields(keys: str) -> list[tuple[Field, int]]:
    known = fields_of_scenario()
    found: dict[str, tuple[Field, int]] = {}
    for written in (part.strip() for part in keys.split(",")):
        pattern, sign = written.removeprefix("-").strip(), -1 if written.startswith("-") else 1
        fitting = [field for key, field in known.items() if fnmatchcase(key, pattern)]
        if not fitting:
            raise CallError(f'"{pattern}" is no field of a scenario that holds a number; '
                            f"{did_you_mean(pattern, tuple(known))}")  # fmt: skip
        found |= {field.key: (field, sign) for field in fitting}
    return list(found.values())


def _term(scenario: Scenario, field: Field, direction: int) -> Term:
    stated: Any = scenario.spec
    for part in field.key.split("."):
        # One share for all archetypes is the share of each.
        stated = stated if isinstance(stated, Quantity) else getattr(stated, part, None)
    rows = rows_of(field.key, scenario.spec.land_view)
    limits = {end: rows[end].to_numpy(float) * [unit_factor(unit, field.unit) for unit in rows["unit"]]
              for end in ("value", "low", "high")}  # fmt: skip
    if field.kind == "whole":
        now = limits["value"][:1] if stated is None else np.array([float(stated)])
        if not now.size:
            raise CallError(f"{field.key}: neither the scenario nor data/ gives it a value; state one")
        return Term(field, (), now, limits["low"][:1], limits["high"][:1], direction)
    if field.kind == "quantity":
        if stated is None and not len(rows):
            raise CallError(f"{field.key}: neither the scenario nor data/ gives it a value; state one")
        now = limits["value"][:1] if stated is None else np.array([stated.to(field.unit)])
        return Term(field, (), now, limits["low"][:1], limits["high"][:1], direction)
    known = {int(year): at for at, year in enumerate(rows.get("year", ())) if year > LAST_OBSERVED_YEAR}
    path = {year: limits["value"][at] for year, at in known.items()} if stated is None else {
        year: quantity.to(field.unit) for year, quantity in stated.items()}  # fmt: skip
    years = tuple(path)
    ends = [
        np.array([limits[end][known[year]] if year in known else np.nan for year in years]) for end in ("low", "high")
    ]
    return Term(field, years, np.array(list(path.values())), ends[0], ends[1], direction)


def _without_rows(terms: Sequence[Term]) -> list[str]:
    """Return the keys whose range no row gives, or not for all years of a path."""
    return [term.field.key for term in terms if not term.low.size or np.isnan([*term.low, *term.high]).any()]


def _given(name: str, bounds: Sequence[object], unit: str, whole: bool) -> tuple[float, float]:
    if len(bounds) != 2:
        raise CallError(f"{name}: bounds are a pair, a low and a high end; found {len(bounds)}")
    low, high = (read_quantity(end, unit, key=name).to(unit) for end in bounds)
    if not low < high:
        raise CallError(f"{name}: the low bound {low:g} does not lie below the high bound {high:g}")
    if whole and not (low.is_integer() and high.is_integer()):
        raise CallError(f"{name}: bounds {low:g} and {high:g} are no whole years; write whole ones")
    return low, high


def _of_rows(name: str, by: By, terms: Sequence[Term]) -> tuple[float, float]:
    if terms[0].field.limits is not None and not terms[0].low.size:
        return terms[0].field.limits
    if by == "range":
        return -1.0, 1.0
    without = _without_rows(terms)
    if by == "value" and not without:
        return float(terms[0].low[0]), float(terms[0].high[0])
    ratios = [
        np.sort([term.low / term.now, term.high / term.now], axis=0)
        for term in terms
        if by == "factor" and term.field.key not in without and (term.now != 0).all()
    ]
    if not ratios:
        keys = ", ".join(term.field.key for term in terms)
        raise CallError(f"{name}: no row of data/ gives the range of {keys}; write bounds=(low, high)")
    low, high = max(ratio[0].max() for ratio in ratios), min(ratio[1].min() for ratio in ratios)
    if not low < high:
        raise CallError(f"{name}: no factor keeps all fields inside their rows; write bounds=(low, high)")
    return float(low), float(high)


def lever_of_inputs(inputs: xr.Dataset, name: str, bounds: Sequence[object] | None = None) -> Lever:
    """Return a lever on a variable of the inputs: a single number by value, an array by one factor.

    A factor leaves observed years as they are. Bounds as for `lever_of`; the row is that of the same name.
    """
    array = inputs[name]
    by: By = "factor" if array.ndim else "value"
    unit, now = (units_of(array), float(array)) if by == "value" else ("1", 1.0)
    if bounds is not None:
        return Lever(name, by, unit, *_given(name, bounds, unit, False), now, (), "given", variable=name)
    rows = read_table("parameters")
    rows = rows[rows["variable"] == name]
    if by == "factor" or len(rows) != 1:
        raise CallError(f"{name}: no one row of data/ gives its range; write bounds=(low, high)")
    low, high = (float(rows[end].iloc[0]) * unit_factor(rows["unit"].iloc[0], unit) for end in ("low", "high"))
    return Lever(name, by, unit, low, high, now, (), "rows of data/", variable=name)


def moved_variable(inputs: xr.Dataset, lever: Lever, place: float) -> xr.DataArray:
    """Return the variable of a lever of the inputs with the lever at `place`."""
    array = inputs[lever.variable]
    if lever.by == "value":
        return xr.full_like(array, place)
    free = array["year"] > LAST_OBSERVED_YEAR if "year" in array.dims else True
    return xr.where(free, array * place, array, keep_attrs=False).transpose(*array.dims).assign_attrs(array.attrs)
