"""The national series of every subset of levers: what parks do is computed once for each way in which it differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import xarray as xr

from decarb.analysis.lever_groups import GROUPS, MERGES, checked_groups, merged
from decarb.analysis.subsets import active_groups, in_units_of, mixed_inputs, owners_of, what_differs
from decarb.errors import CallError

Parks = Callable[[xr.Dataset], xr.Dataset]
Nation = Callable[[xr.Dataset, xr.Dataset], xr.Dataset]
Progress = Callable[[int, int], None]

ADDED: Final = ("land", "non-CO2", "credits", "prices")
"""Levers that the totals only add to, whatever the others do: land and other gases by definition, credits as long as
they cause no abatement; prices move nothing. Both ends of the difference are asked, and a lever that fails there is
treated as any other."""
OF_PARKS: Final = ("on-site wind", "on-site PV", "stores", "rollout", "captive plants")
"""Levers that may change what a zone builds and does; that no other does is checked."""
LIMIT: Final = 13
"""Groups told apart, without those of `ADDED`: 2^13 = 8,192 evaluations."""
BLOCK: Final = 256  # scenarios of one call
SAME: Final = 1e-9  # relative


@dataclass(frozen=True)
class Subsets:
    """National series for every subset of the levers that differ.

    Attributes
    ----------
    series : xr.Dataset
        (scenario, year): the number of a subset has one bit for each lever, set where it stands at `after`.
    levers : Mapping
        Lever -> the inputs that differ, in the order of the bits.
    evaluations : int
        Evaluations of the national chain; what `ADDED` levers do is added.
    """

    series: xr.Dataset
    levers: Mapping[str, tuple[str, ...]]
    evaluations: int


def every_subset(
    parks: Parks, nation: Nation, before: xr.Dataset, after: xr.Dataset,
    groups: Mapping[str, Sequence[str]] = GROUPS, *, limit: int = LIMIT, progress: Progress | None = None,
) -> Subsets:  # fmt: skip
    """Return the national series of every subset of the levers in which two scenarios differ.

    Parameters
    ----------
    parks : callable
        From inputs to what the zones do; dear, so it is asked once for each subset of the levers it depends on.
    nation : callable
        From inputs and what the zones do to series over `year`.
    before, after : xr.Dataset
        The same inputs on the same coordinates.
    groups : mapping
        Lever -> inputs; what differs and is in none makes the lever "other".
    limit : int
        Most levers told apart, without those of `ADDED`; more are merged, then refused.
    progress : callable, optional
        Called with the evaluations that are done and all of them.

    Raises
    ------
    CallError
        Too many levers differ, or the two are not the same inputs.
    """
    after = in_units_of(before, after)
    differing = what_differs(before, after)
    groups = checked_groups(groups, before)
    names = [name for name in active_groups(groups, differing) if name not in ADDED]
    active = active_groups(merged(groups, names, limit, MERGES), differing)
    ask = _Asked(parks, nation, before, after, active)
    names, added, asked = _in_order(ask)
    if len(names) > limit:
        raise CallError(
            f"{len(names)} levers differ ({', '.join(names)}) and {limit} can be told apart in {2**limit} "
            "evaluations; raise limit (each more doubles the work), or compare scenarios that lie closer"
        )
    count = 2 ** len(names)
    blocks = []
    for start in range(0, count, BLOCK):
        blocks.append(ask.series(names, np.arange(start, min(start + BLOCK, count))))
        if progress is not None:
            progress(min(start + BLOCK, count), count)
    core = xr.concat(blocks, dim="scenario") if len(blocks) > 1 else blocks[0]
    series = _with_added(core, [ask.alone[name] - ask.nothing for name in added])
    levers = {name: active[name] for name in (*names, *added)}
    return Subsets(series, levers, count + asked)


class _Asked:
    """The two callables asked for subsets of levers; what the zones do is kept."""

    def __init__(self, parks: Parks, nation: Nation, before: xr.Dataset, after: xr.Dataset,
                 active: Mapping[str, tuple[str, ...]]) -> None:  # fmt: skip
        self.parks, self.nation, self.before, self.after, self.active = parks, nation, before, after, active
        self.known: dict[frozenset[str], xr.Dataset] = {}
        self.of_parks = self._of_parks()
        self.nothing = self.one(frozenset())
        self.alone: dict[str, xr.Dataset] = {}

    def _of_parks(self) -> frozenset[str]:
        quiet = [name for name in self.active if name not in OF_PARKS]
        if quiet and "scenario" in self.parks(_marked(self.before, self.active, quiet)).dims:
            return frozenset(name for name in self.active if self._moves_parks(name))
        return frozenset(name for name in self.active if name in OF_PARKS and self._moves_parks(name))

    def _moves_parks(self, name: str) -> bool:
        return "scenario" in self.parks(_marked(self.before, self.active, [name])).dims

    def _inputs(self, names: Sequence[str], numbers: np.ndarray) -> xr.Dataset:
        chosen = {name: self.active[name] for name in names}
        return mixed_inputs(self.before, self.after, owners_of(chosen, self.before), numbers, len(names))

    def zones(self, switched: frozenset[str]) -> xr.Dataset:
        """What the zones do with some levers switched."""
        if switched not in self.known:
            names = sorted(switched)
            inputs = self._inputs(names, np.array([2 ** len(names) - 1])) if names else self.before
            self.known[switched] = self.parks(inputs)
        return self.known[switched]

    def one(self, switched: frozenset[str]) -> xr.Dataset:
        """The series with some levers switched, without `scenario`."""
        names = sorted(switched)
        inputs = self._inputs(names, np.array([2 ** len(names) - 1])) if names else self.before
        return self.nation(inputs, self.zones(switched & self.of_parks))

    def series(self, names: Sequence[str], numbers: np.ndarray) -> xr.Dataset:
        """The series of a few subsets of levers, by their numbers, in each of which the zones do the same."""
        bits = {name: (numbers >> place) & 1 == 1 for place, name in enumerate(names)}
        own = [name for name in names if name in self.of_parks]
        ways = [frozenset(name for name in own if bits[name][at]) for at in range(numbers.size)]
        found: list[xr.Dataset] = []
        for way in dict.fromkeys(ways):
            chosen = numbers[[one == way for one in ways]]
            values = self.nation(self._inputs(names, chosen), self.zones(way))
            found.append(_over(values, chosen))
        joined = xr.concat(found, dim="scenario") if len(found) > 1 else found[0]
        return joined.sortby("scenario")


def _in_order(ask: _Asked) -> tuple[list[str], list[str], int]:
    """Return the levers whose subsets are evaluated, those that are added, and what it took to find out.

    Levers of the parks come last: in one block of subsets the zones then do the same.
    """
    everything = frozenset(ask.active)
    whole = ask.one(everything)
    candidates = [name for name in ADDED if name in ask.active]
    added = []
    for name in candidates:
        ask.alone[name] = ask.one(frozenset({name}))
        if _same(ask.alone[name] - ask.nothing, whole - ask.one(everything - {name}), whole):
            added.append(name)
    names = [name for name in ask.active if name not in added]
    return sorted(names, key=lambda name: name in ask.of_parks), added, 2 + 2 * len(candidates)


def _same(one: xr.Dataset, other: xr.Dataset, scale: xr.Dataset) -> bool:
    return all(bool((abs(one[name] - other[name]) <= SAME * abs(scale[name]).max()).all()) for name in scale)


def _with_added(core: xr.Dataset, effects: Sequence[xr.Dataset]) -> xr.Dataset:
    """Return the series of all subsets: those of the core, with each combination of added effects."""
    for effect in effects:
        size = core.sizes["scenario"]
        more = (core + effect).assign_coords(scenario=core["scenario"] + size)
        more = more.assign({name: more[name].assign_attrs(core[name].attrs) for name in more})
        core = xr.concat([core, more], dim="scenario")
    return core


def _marked(inputs: xr.Dataset, active: Mapping[str, tuple[str, ...]], names: Sequence[str]) -> xr.Dataset:
    """Return the inputs with a `scenario` dimension on what some levers own: it comes out where they matter."""
    own = {entry.partition(".")[0] for name in names for entry in active[name]}
    return inputs.assign({name: inputs[name].expand_dims(scenario=[0]) for name in own})


def _over(values: xr.Dataset, numbers: np.ndarray) -> xr.Dataset:
    """Return all series along `scenario`, also those that no lever of the subsets changes."""
    along = xr.DataArray(np.ones(numbers.size, bool), {"scenario": numbers}, ("scenario",))
    wide = {
        name: array if "scenario" in array.dims else array.where(along).transpose("scenario", ...)
        for name, array in values.items()
    }
    return xr.Dataset(
        {name: array.assign_coords(scenario=numbers).assign_attrs(values[name].attrs) for name, array in wide.items()}
    )
