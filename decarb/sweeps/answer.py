"""What a whole sweep says: how many pathways meet each target, what decides, and where targets hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import xarray as xr

from decarb.errors import CallError
from decarb.markup import card, details, items, small
from decarb.sweeps.discovery_words import ALL, NO_PROBABILITY, findings, origin
from decarb.sweeps.progress import shown
from decarb.sweeps.store import open_sweep
from decarb.sweeps.summary import Summary, summarise
from decarb.variables import did_you_mean

LACKING: dict[str, str] = {}
"""What cannot be told because a package is not installed, and how to install it."""
try:
    from decarb.sweeps.variance import variance_by_axis
except CallError as error:
    LACKING["variance"] = str(error)
try:
    from decarb.sweeps.discovery import DRAWN, FEWEST, discover
except CallError as error:
    LACKING["discovery"] = str(error)

if TYPE_CHECKING:
    from decarb.sweeps.discovery import Discovery
    from decarb.sweeps.variance import Variance

Progress = Callable[[int, int], None]

DIVIDED: Final = (0.01, 0.99)
"""Share met between which it is asked where a target holds."""


@dataclass(frozen=True, repr=False)
class Discoveries:
    """Where each of some targets holds.

    Attributes
    ----------
    each : tuple of Discovery
    note : str
        Why it is not asked where all targets hold together, or any does, else "".
    """

    each: tuple[Discovery, ...]
    note: str = ""

    def __repr__(self) -> str:
        return f"Discoveries({', '.join(found.named for found in self.each)})"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def headline(self) -> list[str]:
        """Return where the first of them holds of which that can be said."""
        first = next((found for found in self.each if found.boxes), None)
        told = findings(first) if first else findings(self.each[0]) if self.each else []
        return [*([self.note] if self.note else []), *told]

    def words(self) -> list[str]:
        """Return the sentences, target by target; what is said of each stands once, at the end."""
        said = [line for found in self.each for line in findings(found)]
        shared = [line for found in self.each for line in origin(found)]
        return list(dict.fromkeys([*self.headline(), *said, *shared, *([NO_PROBABILITY] if self.each else [])]))

    def to_dataset(self) -> xr.Dataset:
        """Return the boxes of all, with the target each is of and what they tell, along `box`."""
        parts = [found.to_dataset() for found in self.each]
        named = [
            part.drop_attrs(deep=False).assign_coords(
                of=("box", [found.named] * part.sizes["box"]), tells=("box", [found.of] * part.sizes["box"])
            )
            for part, found in zip(parts, self.each, strict=True)
        ]
        boxes = xr.concat(named, "box", join="outer", combine_attrs="override") if named else xr.Dataset()
        counts = ("pathways", "met", "undefined", "left_out", "drawn", "why")
        asked = {f"asked_{name}": ("asked", [getattr(found, name) for found in self.each]) for name in counts}
        return boxes.assign(asked).assign_coords(asked=[found.named for found in self.each])


@dataclass(frozen=True, repr=False)
class Answer:
    """What a sweep says.

    Attributes
    ----------
    summary : Summary
        Shares, bands and counts.
    variance : Variance or None
        What decides; None where the package for it is not installed.
    discovery : Discoveries or None
        Where targets hold; None likewise.
    lacking : tuple of str
        What is not told for want of a package, and how to install it.
    """

    summary: Summary
    variance: Variance | None
    discovery: Discoveries | None
    lacking: tuple[str, ...] = ()

    def headline(self) -> list[str]:
        """Return it in a few sentences: what share meets the targets, what decides, and where they hold."""
        decides = self.variance.words()[:1] if self.variance else []
        return [*self.summary.headline(), *decides, *(self.discovery.headline() if self.discovery else [])]

    def words(self) -> list[str]:
        """Return it in sentences, the headline first; each stands once."""
        told = (part.words() for part in (self.summary, self.variance, self.discovery) if part is not None)
        lines = [*self.headline(), *self.lacking, *(line for part in told for line in part)]
        return list(dict.fromkeys(lines))

    def __repr__(self) -> str:
        return f"Answer({self.summary!r})"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def _repr_html_(self) -> str:
        head = self.headline()
        rest = [line for line in self.words() if line not in head]
        sweep = self.summary.sweep
        title = f"{sweep.get('name') or 'Sweep'}: {self.summary.scenarios:,} pathways"
        made = ", ".join(f"{key} {sweep[key]}" for key in ("base", "method", "seed") if sweep.get(key) is not None)
        return card(title, items(head), details("In detail", items(rest)), small(made))


@shown("reading the sweep")
def summary(
    store: str | Path | xr.Dataset, *, targets: Sequence[str] | None = None, progress: Progress | None = None
) -> Answer:
    """Return what a whole sweep says.

    Parameters
    ----------
    store : str, Path or xr.Dataset
        A store, or what `open_sweep` gave.
    targets : sequence of str, optional
        Targets to ask where they hold, "all" for all together. Default: all together, or the one that fewest meet where
        too few meet all, and each that between 1 and 99 % of the pathways meet; fewest first.
    progress : callable, optional
        Called with how many questions are answered, and of how many.

    Raises
    ------
    DecarbError
        The store is not whole.
    CallError
        A target is unknown.
    """
    said = progress or (lambda done, of: None)
    opened = store if isinstance(store, xr.Dataset) else open_sweep(store)
    named = None if targets is None else _named(opened, targets)
    counts = summarise(opened)
    asked, note = ([], "") if "discovery" in LACKING else _asked(counts) if named is None else (named, "")
    of = len(asked) + 2
    said(1, of)
    variance = None if "variance" in LACKING else variance_by_axis(opened)
    said(2, of)
    found = []
    for number, name in enumerate(asked):
        found.append(discover(opened, name))
        said(number + 3, of)
    discovery = None if "discovery" in LACKING else Discoveries(tuple(found), note)
    return Answer(counts, variance, discovery, tuple(LACKING.values()))


def _named(store: xr.Dataset, targets: Sequence[str]) -> list[str]:
    known = tuple(str(name) for name in store["target"].values) if "target" in store.coords else ()
    asked = [targets] if isinstance(targets, str) else list(dict.fromkeys(targets))
    for name in asked:
        if name != ALL and name not in known:
            raise CallError(f'"{name}" is no target of this sweep; {did_you_mean(name, (*known, ALL))}')
    return asked


def _asked(counts: Summary) -> tuple[list[str], str]:
    """Return where it is worth asking, and what to say where too few pathways meet all targets together."""
    judged = counts.targets.sel(target=list(counts.of))
    met = dict(zip(judged["target"].values.tolist(), judged["met"].values.tolist(), strict=True))
    ranked = sorted(met, key=lambda name: met[name])
    low, high = DIVIDED
    names = [name for name in ranked if low <= met[name] / max(counts.computed, 1) <= high]
    if _enough(int(counts.together["met"]), counts.computed):
        return [ALL, *names], ""
    hardest = next((name for name in ranked if _enough(met[name], counts.computed)), None)
    if hardest is None:
        return names, "" if names else "Every target is met by all pathways or by none, but for a few."
    few = int(counts.together["met"])
    said = f"Where all targets hold together cannot be said: {few:,} of {counts.computed:,} are too few." if few else ""
    return list(dict.fromkeys([hardest, *names])), said


def _enough(met: int, of: int) -> bool:
    """Return whether as many pathways meet and miss as a box can be learned from, among those that are drawn."""
    return min(met, of - met) * min(1.0, DRAWN / max(of, 1)) >= 2 * FEWEST
