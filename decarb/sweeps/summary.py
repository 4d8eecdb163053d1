"""What a sweep says: how many of its pathways meet each target, and the bands in which its series lie.

Ranges of the axes are assumptions, so shares and bands count assumptions; they are no probabilities.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.errors import CallError
from decarb.pathway.margins import MET, MISSED, NOT_COMPUTED, UNDEFINED
from decarb.pathway.rules import margin_unit
from decarb.pathway.targets import TARGETS
from decarb.sweeps.outputs import COMPUTED, binding, called, design_of, error_of_share, rows_together
from decarb.sweeps.summary_words import headline, sentences
from decarb.units import units_of
from decarb.variables import did_you_mean

YEARS: Final = (2030, 2035, 2040, 2050, 2060)
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
READ: Final = 50_000  # scenarios in memory at once, over all their years
COUNTS: Final = {"met": MET, "missed": MISSED, "undefined": UNDEFINED, "not_computed": NOT_COMPUTED}
"""What is counted, and its code in `verdict`."""


@dataclass(frozen=True, eq=False, repr=False)
class Summary:
    """What a sweep says.

    Attributes
    ----------
    sweep : dict
        Its `name`, `base`, `method` and `seed`, as far as the store says them.
    scenarios, computed : int
        How many there are, and of how many there is something to say; shares [1] are of `computed`.
    targets : xr.Dataset, (target,) and (quantile, target)
        `met`, `missed`, `undefined` and `not_computed` scenarios, `share_met` with its standard error `share_error`,
        `missed_alone` (all other binding
        targets met), and quantiles of `value` and `margin` where they are defined, in `value_unit` and `margin_unit`.
    together : xr.Dataset, ()
        The same counts and share for all targets of `of` at once: missed where one is, else undefined where one is.
    of : tuple of str
        Targets that can be missed; those only shown beside are not among them.
    series : xr.Dataset, (quantile, year)
        Quantiles of each kept series over the scenarios in which it is defined.
    undefined : xr.Dataset, (year,)
        In how many computed scenarios each series has no number.
    status : xr.Dataset, (status,)
        `count` of scenarios and the `sentence` that says what the status means; those that occur, and computed.
    rows_together : int
        How many rows share values as one group of a sample; 0 where rows were chosen, as in a grid.
    """

    sweep: dict[str, Any]
    scenarios: int
    computed: int
    targets: xr.Dataset
    together: xr.Dataset
    of: tuple[str, ...]
    series: xr.Dataset
    undefined: xr.Dataset
    status: xr.Dataset
    rows_together: int = 1

    def __repr__(self) -> str:
        return f"Summary({self.sweep.get('name', 'sweep')!r}, {self.computed:,} of {self.scenarios:,} computed)"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def words(self) -> list[str]:
        """Return the summary in sentences."""
        return sentences(self)

    def headline(self) -> list[str]:
        """Return the sentences that stand first: shares, and what was not computed or is undefined."""
        return headline(self)


def summarise(
    store: xr.Dataset,
    *,
    years: Sequence[int] = YEARS,
    quantiles: Sequence[float] = QUANTILES,
    targets: Sequence[str] | None = None,
) -> Summary:
    """Return what a sweep says; of a million scenarios one variable is in memory at a time, in the years asked for.

    Parameters
    ----------
    store : xr.Dataset
        A sweep as `decarb.sweeps.store.open_sweep` opens it.
    years : sequence of int
        For the bands of series.
    quantiles : sequence of float, [1]
    targets : sequence of str, optional
        By default all of the store.

    Raises
    ------
    CallError
        The Dataset is no sweep; a year or target is not in it; quantiles do not rise inside 0 to 1.
    """
    design = design_of(store)
    _check_asked(store, years, quantiles)
    names = _chosen(store, targets)
    status = store["status"].values
    computed = status == COMPUTED
    verdict = store["verdict"].sel(target=list(names)).transpose("scenario", "target").values
    of = tuple(name for name in names if name in binding(store)) or names
    size = rows_together(design, store.sizes["axis"])
    judged = _judged(store, verdict, names, of).merge(_deciding(store, computed, names, quantiles))
    errors = [error_of_share(own == MET, computed, size) for own in verdict.T]
    judged["share_error"] = ("target", errors, {"units": "1"})
    series, undefined = _bands(store, computed, years, quantiles)
    together = np.select(
        [(verdict[:, _places(names, of)] == code).any(axis=1) for code in (NOT_COMPUTED, MISSED, UNDEFINED)],
        [NOT_COMPUTED, MISSED, UNDEFINED], MET,
    )  # fmt: skip
    counted = _counted(together[:, np.newaxis]).isel(target=0)
    counted["share_error"] = ((), error_of_share(together == MET, computed, size), {"units": "1"})
    of_sweep = {key: store.attrs.get(key, design.get(key)) for key in ("name", "base", "method", "seed")}
    return Summary(
        of_sweep, int(status.size), int(computed.sum()), judged, counted, of,
        series.assign_attrs(title=str(of_sweep["name"] or "")),
        undefined, _statuses(store["status"], status), size,
    )  # fmt: skip


def _check_asked(store: xr.Dataset, years: Sequence[int], quantiles: Sequence[float]) -> None:
    lacking = [year for year in years if year not in store["year"].values]
    if lacking or not len(years):
        first, last = int(store["year"].values[0]), int(store["year"].values[-1])
        said = f"the sweep has no year {lacking[0]}" if lacking else "no year is named"
        raise CallError(f"{said}; name years of {first} to {last}")
    if not len(quantiles) or min(quantiles) < 0 or max(quantiles) > 1 or np.any(np.diff(quantiles) <= 0):
        found = ", ".join(f"{each:g}" for each in quantiles) or "none"
        raise CallError(f"quantiles: found {found}; write numbers that rise inside 0 to 1, such as 0.05, 0.5, 0.95")


def _chosen(store: xr.Dataset, targets: Sequence[str] | None) -> tuple[str, ...]:
    known = tuple(str(name) for name in store["target"].values)
    if targets is None:
        return known
    asked = (targets,) if isinstance(targets, str) else tuple(dict.fromkeys(targets))
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        said = f'"{unknown[0]}" is no target of this sweep' if unknown else "no target is named"
        raise CallError(f"{said}; {did_you_mean(unknown[0] if unknown else '', known)}")
    return asked


def _places(names: tuple[str, ...], of: tuple[str, ...]) -> list[int]:
    return [names.index(name) for name in of]


def _counted(verdict: np.ndarray) -> xr.Dataset:
    """Return how often each code stands in each column, and the share that meets of those that were computed."""
    counts = {name: (verdict == code).sum(axis=0) for name, code in COUNTS.items()}
    computed = verdict.shape[0] - counts["not_computed"]
    share = np.divide(counts["met"], computed, out=np.full(computed.shape, np.nan), where=computed > 0)
    return xr.Dataset(
        {name: ("target", array, {"units": "1"}) for name, array in {**counts, "share_met": share}.items()}
    )


def _judged(store: xr.Dataset, verdict: np.ndarray, names: tuple[str, ...], of: tuple[str, ...]) -> xr.Dataset:
    at = _places(names, of)
    missed = verdict[:, at] == MISSED
    alone = (missed.sum(axis=1) == 1) & ((verdict[:, at] == MET).sum(axis=1) == len(at) - 1)
    lonely = np.zeros(len(names), np.int64)
    lonely[at] = missed[alone].sum(axis=0)
    known = {target.id: target for target in TARGETS}
    units: dict[str, list[str]] = {}
    for kind, own in (("value_unit", lambda target: target.unit), ("margin_unit", margin_unit)):
        if kind in store.coords:
            units[kind] = [str(unit) for unit in store[kind].sel(target=list(names)).values]
        else:
            units[kind] = [own(known[name]) if name in known else "1" for name in names]
    coords = {"target": list(names), "beside": ("target", [name not in binding(store) for name in names])}
    return _counted(verdict).assign(missed_alone=("target", lonely, {"units": "1"})).assign_coords(
        {**coords, **{kind: ("target", each) for kind, each in units.items()}}
    )  # fmt: skip


def _deciding(
    store: xr.Dataset, computed: np.ndarray, names: tuple[str, ...], quantiles: Sequence[float]
) -> xr.Dataset:
    """Return the quantiles of what each target is judged on, over the scenarios in which it is defined."""
    at = store.get_index("target").get_indexer(pd.Index(names))
    found = {name: _quantiles(_read(store[name], "target", at), computed, quantiles)[0] for name in ("value", "margin")}
    dims = ("quantile", "target")
    return xr.Dataset({name: (dims, array) for name, array in found.items()},
                      {"quantile": list(quantiles), "target": list(names)})  # fmt: skip


def _bands(
    store: xr.Dataset, computed: np.ndarray, years: Sequence[int], quantiles: Sequence[float]
) -> tuple[xr.Dataset, xr.Dataset]:
    """Return quantiles of each series in some years, and in how many computed scenarios it is undefined there."""
    at = store.get_index("year").get_indexer(pd.Index(years))
    bands, missing = {}, {}
    for name in (str(one) for one in store.data_vars if set(store[one].dims) == {"scenario", "year"}):
        found, lacking = _quantiles(_read(store[name], "year", at), computed, quantiles)
        attrs = {"units": units_of(store[name]), "long_name": called(store, name)}
        bands[name] = (("quantile", "year"), found, attrs)
        missing[name] = (("year",), lacking, {"units": "1"})
    labels = {"quantile": list(quantiles), "year": list(years)}
    return xr.Dataset(bands, labels), xr.Dataset(missing, {"year": list(years)})


def _read(array: xr.DataArray, along: str, at: np.ndarray) -> np.ndarray:
    """Return some columns of a variable over all scenarios, (scenario, column), block by block as they are stored."""
    array = array.transpose("scenario", along)
    found = np.empty((array.sizes["scenario"], len(at)))
    for part in _parts(array):
        found[part] = array.isel(scenario=part).values[:, at]
    return found


def _parts(array: xr.DataArray) -> Iterator[slice]:
    """Yield slices of scenarios that end where blocks of the store do."""
    stored = array.encoding.get("chunks") or tuple(sizes[0] for sizes in array.chunks or ())
    block = int(stored[0]) if stored else READ
    step, count = max(1, READ // block) * block, array.sizes["scenario"]
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def _quantiles(values: np.ndarray, computed: np.ndarray, quantiles: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return quantiles (quantile, column) of what is defined, and in how many computed scenarios nothing is."""
    found = np.full((len(quantiles), values.shape[1]), np.nan)
    lacking = np.zeros(values.shape[1], np.int64)
    for column, own in enumerate(values.T):
        defined = own[computed & np.isfinite(own)]
        lacking[column] = int(computed.sum()) - defined.size
        if defined.size:
            found[:, column] = np.quantile(defined, quantiles)
    return found, lacking


def _statuses(array: xr.DataArray, status: np.ndarray) -> xr.Dataset:
    codes, counts = np.unique(status, return_counts=True)
    number = {COMPUTED: 0, **dict(zip(codes.tolist(), counts.tolist(), strict=True))}
    said = _sentences(array.attrs)
    return xr.Dataset(
        {"count": ("status", list(number.values()), {"units": "1"}),
         "sentence": ("status", [said.get(code, f"status {code}") for code in number])},
        {"status": list(number)},
    )  # fmt: skip


def _sentences(attrs: Mapping[str, Any]) -> dict[int, str]:
    """Return what each status means: `reasons` is a JSON list beside `flag_values`, or "code: sentence; ..."."""
    text = str(attrs.get("reasons", ""))
    if text.startswith("["):
        codes = [int(code) for code in np.atleast_1d(attrs["flag_values"])]
        return {COMPUTED: "computed", **dict(zip(codes, map(str, json.loads(text)), strict=True))}
    found = re.findall(r"(-?\d+): (.*?)(?=; -?\d+: |$)", text)
    return {COMPUTED: "computed", **{int(code): sentence for code, sentence in found}}
