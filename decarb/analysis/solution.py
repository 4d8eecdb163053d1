"""The answer of `solve`: where targets hold along a lever, in numbers, in words, and as settings to copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from typing import Any, Final

from decarb.analysis.levers import By
from decarb.analysis.wording import amount
from decarb.markup import badge, card, items, joined, small
from decarb.units import Quantity, parse_quantity

STILL: Final = 1e-6  # of what is missing: a lever that moves less does not move it
EXACT: Final = 17  # digits that hold any float
FEW: Final = 3  # values that are named in a sentence


@dataclass(frozen=True)
class Interval:
    """Values of the lever for which all targets hold, and what ends them: a target, or the end of the lever."""

    low: float
    high: float
    low_limit: str
    high_limit: str


@dataclass(frozen=True)
class Found:
    """One value of the lever, and the margin of each target there; None where a target is undefined."""

    value: float
    margins: dict[str, float | None]


@dataclass(frozen=True)
class Relaxation:
    """The nearest value outside the bounds for which all targets hold: past which bound, and by how much."""

    value: float
    bound: str
    by: float
    share_of_range: float


@dataclass(frozen=True, repr=False)
class Solution:
    """Which values of one lever make the targets hold.

    Attributes
    ----------
    scenario, lever, unit : str
    by : {"value", "factor", "range"}
        What the number of the lever is, as `decarb.analysis.levers.Lever` says.
    targets : tuple of str
    low, high : float
        Where it was looked for, and `bounds_from` where these ends come from.
    rising : bool
        The high end of the lever is nearer to the targets than the low end, or as near.
    now : Found
        Where the scenario stands.
    intervals : tuple of Interval
        All values inside the bounds that hold; none where it is empty.
    value : float or None
        The one of them nearest to where the scenario stands.
    settings : dict
        Dotted keys that put the lever there, as `Scenario.replace` takes them.
    towards : dict
        The same at the far end of what holds: `rounded` rounds towards them.
    digits : int
        With how many digits `settings` may be written: a run with them rounded so was judged, and holds.
    best : Found
        The value inside the bounds with the largest least margin.
    binding : str
        The target that is hardest at `best`, or at the end of the interval nearest to where the scenario stands.
    spread : dict
        By how much the lever moves each margin inside its bounds.
    relaxation : Relaxation or None
        Where nothing inside the bounds holds: the nearest value outside, or None where none was found.
    outside : tuple of float
        The lowest and highest value that was looked at; beyond the bounds where nothing inside them holds.
    curve : tuple of Found
        Every value that was tried.
    tolerance : float
        Within which an end of an interval lies, in `unit`.
    made : str
        Version, hashes and seed that it rests on.
    """

    scenario: str
    targets: tuple[str, ...]
    margin_units: dict[str, str]
    lever: str
    unit: str
    by: By
    low: float
    high: float
    bounds_from: str
    rising: bool
    now: Found
    intervals: tuple[Interval, ...]
    value: float | None
    settings: dict[str, Any]
    towards: dict[str, Any]
    digits: int
    best: Found
    binding: str
    spread: dict[str, float]
    relaxation: Relaxation | None
    outside: tuple[float, float]
    curve: tuple[Found, ...]
    tolerance: float
    made: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers, text and lists, never NaN."""
        return asdict(self) | {"rounded": self.rounded()}

    def rounded(self, digits: int | None = None) -> dict[str, Any]:
        """Return the settings with few digits, each rounded towards the side that holds and never past it.

        Parameters
        ----------
        digits : int, optional
            Significant digits, more where that few would leave what holds; by default as many as were judged.

        Notes
        -----
        For a lever of several fields the targets hold at all of them together; that they hold with each one rounded
        is judged for the default alone.
        """
        return rounded_towards(self.settings, self.towards, self.digits if digits is None else digits)

    def __repr__(self) -> str:
        ends = [f"{self._place(part.low)} to {self._place(part.high)}" for part in self.intervals]
        return f"Solution({' and '.join(self.targets)} by {self.lever}: {', '.join(ends) or 'no value holds'})"

    def _repr_html_(self) -> str:
        verdict, word = ("pass", "can be met") if self.intervals else ("fail", "cannot be met")
        where = f"{self.lever} of {self.scenario}, looked at from {self._ends(self.low, self.high)}"
        title = joined([" and ".join(self.targets), " ", badge(verdict, word)])
        return card(title, items(str(self).splitlines()), small(f"{where} ({self.bounds_from})"), small(self.made))

    def __str__(self) -> str:
        said = " and ".join(self.targets)
        lines = [self._holding(said) if self.intervals else self._missing(said)]
        if self.settings and self.settings != self.towards:
            lines.append(setting_line(self.rounded()))
        return "\n".join(lines)

    def _holding(self, said: str) -> str:
        verb = "holds" if len(self.targets) == 1 else "hold"
        ends = [(self._place(part.low), self._place(part.high), part) for part in self.intervals]
        where = "; ".join(f"from {low} ({part.low_limit}) to {high} ({part.high_limit})" for low, high, part in ends)
        stands = f"{self.scenario} {'has' if self.by == 'value' else 'stands at'} {self._place(self.now.value)}"
        return f"{said} {verb} for {self.lever} {where}; {stands}{self._meaning(self.value)}"

    def _missing(self, said: str) -> str:
        text = f"no value of {self.lever} inside {self._ends(self.low, self.high)} makes {said} hold; "
        missed = self._missed()
        still = all(self._is_still(name) for name in self.targets)
        text += f"missing {missed}" if still else f"the best is {self._place(self.best.value)}, missing {missed}"
        if self.relaxation is None:
            return f"{text}; nor does any value outside that was tried, {self._ends(*self.outside)}"
        past = self.relaxation
        by = f"{past.by:.6g}" if self.unit == "1" else f"{past.by:.6g} {self.unit}"
        return (
            f"{text}; the nearest value outside is {self._place(past.value)}, {by} past the {past.bound} end"
            f"{self._meaning(past.value)}"
        )

    def _ends(self, low: float, high: float) -> str:
        first = f"{low:.6g}" if self.by == "value" else self._place(low)
        return f"{first} to {self._place(high)}"

    def _place(self, value: float) -> str:
        """Return a place of the lever in words."""
        if self.by == "factor":
            return f"{value:.6g} times"
        if self.by == "value":
            return f"{value:.6g}" if self.unit == "1" else f"{value:.6g} {self.unit}"
        ends = "helping" if (value > 0) == self.rising else "hindering"
        return f"{abs(value):.6g} of the way" + (f" to the {ends} ends" if value else "")

    def _meaning(self, value: float | None) -> str:
        """Return what a factor makes of each value."""
        if self.by != "factor" or value is None or not self.settings:
            return ""
        plain = dict(_flat(self.rounded()))
        if len(plain) > FEW:
            return f"; {value:.6g} times each of {len(plain)} values"
        return f"; {value:.6g} times each: {', '.join(f'{key} {one}' for key, one in plain.items())}"

    def _missed(self) -> str:
        parts = []
        for name, margin in self.best.margins.items():
            if margin is None:
                parts.append(f"{name}, which is undefined")
            elif margin < 0:
                unit = self.margin_units[name]
                still = "does not move it" if self._is_still(name) else f"moves it by {amount(self.spread[name], unit)}"
                parts.append(f"{name} by {amount(-margin, unit)} (the lever {still})")
        return " and ".join(parts)

    def _is_still(self, name: str) -> bool:
        margin = self.best.margins[name]
        return margin is not None and self.spread[name] <= STILL * abs(margin)


def rounded_towards(settings: Mapping[str, Any], towards: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """Return settings with few digits, each between its value and that of `towards`.

    Examples
    --------
    >>> rounded_towards({"capture.level": "0.541314", "a.b": {2035: "-12.347 GW"}},
    ...                 {"capture.level": "1", "a.b": {2035: "-20 GW"}}, 4)
    {'capture.level': '0.5414', 'a.b': {2035: '-12.35 GW'}}
    """
    return {key: _rounded(value, towards.get(key, value), digits) for key, value in settings.items()}


def _rounded(value: Any, towards: Any, digits: int) -> Any:
    if isinstance(value, dict):
        return {year: _rounded(one, towards[year], digits) for year, one in value.items()}
    if not isinstance(value, str):
        return value
    here, there = parse_quantity(value), parse_quantity(towards)
    return str(Quantity(_between(here.value, there.to(here.unit), digits), here.unit))


def _between(value: float, towards: float, digits: int) -> float:
    """Return the shortest number of at least so many digits that lies from `value` towards another."""
    if value == towards:
        return value
    way = ROUND_CEILING if towards > value else ROUND_FLOOR
    for count in range(digits, EXACT):
        found = float(Context(prec=count, rounding=way).create_decimal(repr(value)))
        if min(value, towards) <= found <= max(value, towards):
            return found
    return value


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each key with its value; a path has a key for each year."""
    for key, value in settings.items():
        years = {f"{key}.{year}": one for year, one in value.items()} if isinstance(value, dict) else {key: value}
        yield from ((name, str(one)) for name, one in years.items())


def setting_line(settings: Mapping[str, Any]) -> str:
    """Return settings as the command line takes them.

    Examples
    --------
    >>> setting_line({"capture.level": "0.54", "power.wind.capacity": {2035: "1320 GW"}})
    '--set capture.level=0.54 --set "power.wind.capacity.2035=1320 GW"'
    """
    pairs = (f"{key}={value}" for key, value in _flat(settings))
    return " ".join(f'--set "{pair}"' if " " in pair or "%" in pair else f"--set {pair}" for pair in pairs)
