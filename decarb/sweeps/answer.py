"""What a whole sweep says: how many pathways meet each target, what decides, and where targets hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xarray as xr

from decarb.sweeps.discovery import ALL, Discovery, discover
from decarb.sweeps.store import open_sweep
from decarb.sweeps.summary import Summary, summarise
from decarb.sweeps.variance import Variance, variance_by_axis

Progress = Callable[[int, int], None]

DIVIDED: Final = (0.005, 0.995)
"""Share met between which it is asked where a target holds."""


@dataclass(frozen=True)
class Discoveries:
    """Where each of some targets holds."""

    each: tuple[Discovery, ...]

    def words(self) -> list[str]:
        """Return the sentences, target by target; what is said of each stands once, at the end."""
        said = [found.words() for found in self.each]
        shared = [line for line in said[0] if all(line in lines for lines in said)] if said else []
        return [*(line for lines in said for line in lines if line not in shared), *shared]

    def to_dataset(self) -> xr.Dataset:
        """Return the boxes of all, with the target each is of, along `box`."""
        parts = [found.to_dataset() for found in self.each]
        named = [part.assign_coords(of=("box", [found.named] * part.sizes["box"]))
                 for part, found in zip(parts, self.each, strict=True)]  # fmt: skip
        return xr.concat(named, "box", join="outer") if named else xr.Dataset()


@dataclass(frozen=True)
class Answer:
    """What a sweep says.

    Attributes
    ----------
    summary : Summary
        Shares, bands and counts.
    variance : Variance
        What decides.
    discovery : Discoveries
        Where targets hold.
    """

    summary: Summary
    variance: Variance
    discovery: Discoveries

    def words(self) -> list[str]:
        """Return it in sentences."""
        return [*self.summary.words(), *self.variance.words(), *self.discovery.words()]

    def __str__(self) -> str:
        return "\n".join(self.words())


def summary(
    store: str | Path | xr.Dataset, *, targets: Sequence[str] | None = None, progress: Progress | None = None
) -> Answer:
    """Return what a whole sweep says.

    Parameters
    ----------
    store : str, Path or xr.Dataset
        A store, or what `open_sweep` gave.
    targets : sequence of str, optional
        Targets to ask where they hold. Default: all together, and each that some pathways meet and others miss.
    progress : callable, optional
        Called with how many questions are answered, and of how many.

    Raises
    ------
    DecarbError
        The store is not whole.
    CallError
        A target is unknown, or the packages for it are not installed.
    """
    said = progress or (lambda done, of: None)
    opened = store if isinstance(store, xr.Dataset) else open_sweep(store)
    counts = summarise(opened)
    asked = list(targets) if targets is not None else _divided(counts)
    of = len(asked) + 2
    said(1, of)
    variance = variance_by_axis(opened)
    said(2, of)
    found = []
    for number, name in enumerate(asked):
        found.append(discover(opened, name))
        said(number + 3, of)
    return Answer(counts, variance, Discoveries(tuple(found)))


def _divided(counts: Summary) -> list[str]:
    """Return the targets that are worth asking: those that do not hold, or fail, everywhere."""
    judged = counts.targets.where(~counts.targets["beside"].astype(bool), drop=True)
    low, high = DIVIDED
    names = [str(name) for name in judged["target"].values if low < float(judged["share_met"].sel(target=name)) < high]
    return [ALL, *names]
