"""What a sweep says, for people: tables for the terminal, and the same numbers as JSON and as rows of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import xarray as xr
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from decarb.errors import CallError
from decarb.report.cells import text_cell
from decarb.report.terminal import shown
from decarb.report.whole import (
    Mark,
    check_free_file,
    check_free_for,
    check_parent,
    write_file,
    write_folder,
    write_json,
)
from decarb.sweeps.summary import Summary
from decarb.sweeps.summary_words import NO_PROBABILITY, Z, kind_of, rounded, share

KIND: Final = "decarb-sweep-summary"
OURS: Final = Mark("summary.json", "kind", KIND)
COLUMNS: Final = ("part", "variable", "label", "axis", "quantile", "value", "unit")


class Finding(Protocol):
    """What else is said of a sweep: what decides, or where targets hold."""

    def to_dataset(self) -> xr.Dataset:
        """Return the numbers."""
        ...

    def words(self) -> list[str]:
        """Return the sentences."""
        ...


HEADINGS: Final = {"variance": "What decides", "discovery": "Where targets hold"}


def terminal_summary(
    summary: Summary, variance: Finding | None = None, discovery: Finding | None = None, *,
    headline: Sequence[str] = (), lacking: Sequence[str] = (),
) -> RenderableType:  # fmt: skip
    """Return a sweep for a terminal: an answer in a few sentences, then tables and what else was found.

    Parameters
    ----------
    summary, variance, discovery
        What is known of the sweep.
    headline : sequence of str
        What stands first, and nowhere again. Default: that of the summary.
    lacking : sequence of str
        What cannot be told, and why.
    """
    head = list(headline) or summary.headline()
    first = [*head, *lacking, NO_PROBABILITY]
    parts: list[RenderableType] = [Text(_title(summary), "bold"), *_lines(first), Text(""), targets_table(summary)]
    parts += [Text(""), *_lines(_rest(summary, first))]
    if summary.series:
        parts += [Text(""), bands_table(summary)]
    for heading, found in zip(HEADINGS.values(), (variance, discovery), strict=True):
        if found is not None and (rest := _rest(found, first)):
            parts += [Text(""), Text(f"{heading}, in detail", "bold"), *_lines(rest)]
    return Group(*parts)


def _rest(found: Summary | Finding, first: Sequence[str]) -> list[str]:
    return [line for line in found.words() if line not in first]


def targets_table(summary: Summary) -> Table:
    """Return each target with the share that meets it, what else there is, and the number that decides in quantiles."""
    quantiles = summary.targets["quantile"].values.tolist()
    at = sorted({0, len(quantiles) // 2, len(quantiles) - 1})
    left, right = ("Target",), ("Meet", "± points", "Missed", "Undefined", "Missed alone")
    title = (
        f"Targets: {summary.computed:,} computed pathways, ± of the drawing at 95 %, and the number that decides in "
        "quantiles of the assumption range"
    )
    table = _table(title, left, (*right, *(f"{100 * quantiles[one]:g} %" for one in at)))
    for name in summary.targets["target"].values:
        row = summary.targets.sel(target=name)
        unit, beside = str(row["value_unit"].item()), bool(row["beside"])
        error = float(row["share_error"])
        met, missed = (
            share(int(row[kind]), summary.computed, error) if summary.computed else "-" for kind in ("met", "missed")
        )
        numbers = (shown(_known(row["value"].values[one]), unit) for one in at)
        alone = "-" if beside else f"{int(row['missed_alone']):,}"
        cells = (
            f"({name})" if beside else str(name),
            met,
            _points(error),
            missed,
            f"{int(row['undefined']):,}",
            alone,
            *numbers,
        )
        table.add_row(*map(Text, cells))
    return table


def _points(error: float) -> str:
    return f"{100.0 * Z * error:.2g}" if error > 0.0 else "-"


def bands_table(summary: Summary) -> Table:
    """Return each series in each year: its median and, below it, the outermost quantiles."""
    bands = summary.series
    quantiles = bands["quantile"].values
    low, high = (f"{100 * quantiles[end]:g} %" for end in (0, -1))
    middle = int(np.argmin(abs(quantiles - 0.5)))
    title = (
        f"Bands, {100 * quantiles[middle]:g} % quantile and below it {low} to {high}; assumption range, not probability"
    )
    table = _table(title, ("Series", "Unit"), tuple(str(year) for year in bands["year"].values))
    for name, array in bands.items():
        unit, kind = str(array.attrs["units"]), kind_of(str(name), str(array.attrs["units"]))
        cells = [
            f"{rounded(own[middle], kind)}\n{rounded(own[0], kind)} to {rounded(own[-1], kind)}"
            for own in array.transpose("year", "quantile").values
        ]
        label = str(array.attrs["long_name"])
        table.add_row(*map(Text, (label[0].upper() + label[1:], "" if unit == "1" else unit, *cells)))
    return table


def summary_record(
    summary: Summary, variance: Finding | None = None, discovery: Finding | None = None, *,
    headline: Sequence[str] = (), lacking: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Return what `summary.json` holds: plain numbers, text and null."""
    record: dict[str, Any] = {
        "kind": KIND,
        "note": NO_PROBABILITY,
        "sweep": {name: _plain(value) for name, value in summary.sweep.items()},
        "scenarios": summary.scenarios,
        "computed": summary.computed,
        "rows_together": summary.rows_together,
        "headline": list(headline) or summary.headline(),
        "lacking": list(lacking),
        "words": summary.words(),
        "together": {"targets": list(summary.of)}
        | {str(name): _plain(one.values) for name, one in summary.together.items()},
        "targets": _records(summary.targets, "target"),
        "series": [
            {"variable": str(name), "label": array.attrs["long_name"], "unit": array.attrs["units"],
             "undefined": _plain(summary.undefined[name].values), "year": _plain(array["year"].values),
             "quantiles": {f"{float(each):g}": _plain(array.sel(quantile=each).values) for each in array["quantile"]}}
            for name, array in summary.series.items()
        ],
        "status": _records(summary.status, "status"),
    }  # fmt: skip
    for name, found in (("variance", variance), ("discovery", discovery)):
        if found is not None:
            record[name] = {"words": found.words(), "numbers": _plain(found.to_dataset().to_dict())}
    return record


def summary_rows(
    summary: Summary, variance: Finding | None = None, discovery: Finding | None = None
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of `summary.csv`, one number a row; text that a spreadsheet would run is put in quotes."""
    yield _row("note", "about", value=NO_PROBABILITY)
    for key, value in summary.sweep.items():
        yield _row("sweep", key, value=value)
    for key in ("scenarios", "computed"):
        yield _row("sweep", key, value=getattr(summary, key), unit="1")
    parts = {
        "together": summary.together,
        "target": summary.targets.reset_coords("beside"),
        "series": summary.series,
        "undefined": summary.undefined,
        "status": summary.status,
        "variance": None if variance is None else variance.to_dataset(),
        "discovery": None if discovery is None else discovery.to_dataset(),
    }
    for part, dataset in parts.items():
        if dataset is not None:
            yield from _rows_of(part, dataset)


def write_summary(
    path: Path, summary: Summary, variance: Finding | None = None, discovery: Finding | None = None,
    *, headline: Sequence[str] = (), lacking: Sequence[str] = (), replace: bool = False,
) -> Path:  # fmt: skip
    """Write a summary, whole or not at all: a folder with `summary.json` and `summary.csv`, or one of the two.

    Parameters
    ----------
    path : Path
        A name that ends in .json or .csv is a file, any other a folder.
    summary, variance, discovery
        What is known of the sweep.
    headline, lacking : sequence of str
        Sentences that stand first, and what cannot be told; in the JSON.
    replace : bool
        Take the place of an earlier summary.

    Raises
    ------
    CallError
        It exists and may not be replaced, or the name ends in something else that files end in.
    OSError
        It cannot be written.
    """
    known = (summary, variance, discovery)

    def as_json(new: Path) -> None:
        write_json(new, summary_record(*known, headline=headline, lacking=lacking))

    def as_rows(new: Path) -> None:
        with new.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *summary_rows(*known)])

    def both(folder: Path) -> None:
        as_json(folder / OURS.file)
        as_rows(folder / "summary.csv")

    check_free(path, replace=replace)
    kinds = {".json": as_json, ".csv": as_rows}
    if path.suffix in kinds:
        return write_file(path, kinds[path.suffix], replace=replace)
    return write_folder(path, both, OURS, replace=replace)


def check_free(path: Path, *, replace: bool = False) -> None:
    """Raise `CallError` unless a summary may be written at a path: known before the work, not after it."""
    check_parent(path)
    if path.suffix in (".json", ".csv"):
        check_free_file(path, replace=replace)
    elif path.suffix:
        raise CallError(f"{path}: a summary is written as .json or .csv, or as a folder of both; found {path.suffix}")
    else:
        check_free_for(path, OURS, replace=replace)


def _title(summary: Summary) -> str:
    said = summary.sweep
    parts = [f"base {said['base']}", str(said["method"]), f"seed {said['seed']}"]
    known = ", ".join(part for part in parts if not part.endswith("None"))
    return f"{said['name'] or 'Sweep'} ({known}): {summary.scenarios:,} pathways"


def _lines(words: Iterable[str]) -> list[Text]:
    return [Text(f"- {line}") for line in words]


def _table(title: str, left: tuple[str, ...], right: tuple[str, ...]) -> Table:
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for heading in (*left, *right):
        table.add_column(heading, overflow="fold", justify="left" if heading in left else "right")
    return table


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _plain(value: Any) -> Any:
    """Return what JSON can hold: lists for arrays, null for what is no number."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, (bool, int, float)) or value is None else str(value)


def _records(dataset: xr.Dataset, along: str) -> list[dict[str, Any]]:
    """Return one object for each label of a dimension; what has quantiles is an object by quantile."""
    names = [along, *(str(name) for name in (*dataset.coords, *dataset.data_vars) if along in dataset[name].dims
                      and name != along)]  # fmt: skip
    return [{name: _record(dataset[name].isel({along: at})) for name in names} for at in range(dataset.sizes[along])]


def _record(array: xr.DataArray) -> Any:
    if array.dims:
        return {f"{float(each):g}": _plain(array.sel(quantile=each).values) for each in array["quantile"].values}
    return _plain(array.values)


def _rows_of(part: str, dataset: xr.Dataset) -> Iterator[tuple[str, ...]]:
    """Yield each number of a Dataset with its labels; what is said of the whole comes first."""
    for key, value in dataset.attrs.items():
        yield _row(part, str(key), value=value)
    for variable, array in dataset.data_vars.items():
        for at in np.ndindex(array.shape):
            one = array[at]
            labels = {str(dim): _plain(one[dim].values) for dim in array.dims}
            quantile = f"{labels.pop('quantile'):g}" if "quantile" in labels else ""
            label, axis = [*map(str, labels.values()), "", ""][:2]
            yield _row(part, str(variable), label, axis, quantile, one.values[()], _unit(one))


def _row(part: str, variable: str, label: str = "", axis: str = "", quantile: str = "", value: Any = None,
         unit: str = "") -> tuple[str, ...]:  # fmt: skip
    plain = _plain(value)
    number = isinstance(plain, (int, float)) and not isinstance(plain, bool)
    written = repr(plain) if number else "" if plain is None else text_cell(str(plain))
    return part, text_cell(variable), text_cell(label), text_cell(axis), quantile, written, unit


def _unit(one: xr.DataArray) -> str:
    """Return the unit of one number: its own, that of its target, or that of its axis for an end of a box."""
    own = f"{one.name}_unit" if f"{one.name}_unit" in one.coords else "axis_unit"
    of_axis = own in one.coords and "units" not in one.attrs
    return str(one.coords[own].item()) if of_axis else str(one.attrs.get("units", ""))
