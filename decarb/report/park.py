"""A park on disk: `park.json`, its claim and its statement in one folder, and its hours in a file beside it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import xarray as xr

from decarb.analysis.park import ParkResults
from decarb.errors import CallError
from decarb.park.learned import WORDS, Information
from decarb.report.claim import claim_json, claim_markdown, claim_record
from decarb.report.inventory import COLUMNS, INFORMATION, REMOVALS, inventory_record, is_emission, statement_rows
from decarb.report.offset import offset_record
from decarb.report.park_steps import steps_record
from decarb.report.record import dataset_record, plain
from decarb.report.stores import write_netcdf
from decarb.report.whole import (
    Mark,
    check_free_file,
    check_free_for,
    check_parent,
    file_beside,
    write_file,
    write_folder,
    write_json,
)
from decarb.units import dimension, units_of

PARK: Final = "park.json"
SCHEMA: Final = "decarb-park-1"
NETCDF: Final = ".nc"
OURS: Final = Mark(PARK, "schema", SCHEMA)

YIELDS: Final = ("full_load_hours_unscaled", "full_load_hours", "yield_gap")
NO_PART: Final = "no part of the park"
NO_STATION: Final = "no station in the tables"

_ELSEWHERE: Final = ("assumptions", "weather")
_ENERGY: Final = {dimension(unit) for unit in ("MWh", "MW", "h", "1")}


def park_record(results: ParkResults) -> dict[str, Any]:
    """Return a park for machines: plain values, every number with its unit, null only with a reason.

    Verdicts on standards keep their number, threshold and unit side by side, as they are printed.
    """
    claim, annual = results.claim, _with_reasons(results)
    return {
        "schema": SCHEMA,
        "park": results.name,
        "archetype": results.archetype,
        "province": results.province,
        "period": {"first_day": claim.first_day.isoformat(), "last_day": claim.last_day.isoformat()},
        "weather": _weather(results),
        "systems": {name: plain(system) for name, system in results.systems.items()},
        "energy": _kept(annual, energy=True) | {"range": _ranges(results.spread)},
        "activities": _kept(annual, energy=False),
        "inventory": inventory_record(results),
        "claim": claim_record(claim),
        "cost": {
            **dataset_record(results.cost),
            "twin": str(results.cost.coords["twin"].item()) if "twin" in results.cost.coords else None,
            "notes": [str(note) for note in results.cost.attrs.get("notes", ())],
            "offset": offset_record(claim),
        },
        "standards": [plain(standard.to_dict()) for standard in results.standards],
        "calibration": _with_sentences(results.calibration),
        "multiplied": _with_sentences(results.multiplied),
        "flags": list(results.flags),
        "assumptions": plain(results.provenance.get("assumptions", [])),
        "provenance": plain({key: value for key, value in results.provenance.items() if key not in _ELSEWHERE}),
    }


def _weather(results: ParkResults) -> Any:
    """Return what the weather was; a yield that is not known says why."""
    weather = results.provenance.get("weather", {})
    if isinstance(weather, str):
        return {"name": weather}
    record, why = plain(weather), _why_no_yield(results)
    for yields in (record.get(name, {}) for name in YIELDS):
        for technology, hours in yields.items():
            if hours["value"] is None and technology in why:
                hours["reason"] = why[technology]
    return record


def _with_reasons(results: ParkResults) -> xr.Dataset:
    """Return the year, its yields with words on why one is not known."""
    annual, why = results.annual, _why_no_yield(results)
    along = [name for name in YIELDS if name in annual and annual[name].dims == ("technology",)]
    return annual.assign({name: annual[name].assign_attrs(reason=why) for name in along})


def _why_no_yield(results: ParkResults) -> dict[str, str]:
    """Return why wind and PV may have no yield: a plant that is there lacks a station, which only wind needs."""
    systems = {name: results.systems.get(name) for name in ("wind", "pv")}
    return {name: NO_STATION if system is not None and system["on"] else NO_PART for name, system in systems.items()}


def _kept(annual: xr.Dataset, *, energy: bool) -> dict[str, Any]:
    """Return the flows that are energy, power, time or a share, or those that are not; the inventory has the rest."""
    chosen = [
        str(name)
        for name, array in annual.data_vars.items()
        if array.dtype != bool
        and "category" not in array.dims
        and name not in (*INFORMATION, *REMOVALS)
        and not is_emission(array)
        and (dimension(units_of(array)) in _ENERGY) == energy
    ]
    return dataset_record(annual[chosen])


def _ranges(spread: xr.Dataset) -> dict[str, Any]:
    """Return the range of every figure; the lines of the statement carry theirs in the inventory."""
    plain_ones = [name for name, array in spread.data_vars.items() if set(array.dims) == {"estimate"}]
    return dataset_record(spread[plain_ones])


def _with_sentences(dataset: xr.Dataset | None) -> dict[str, Any] | None:
    """Return a Dataset and what it says in words; codes of what was learned stand as words."""
    if dataset is None:
        return None
    record = dataset_record(dataset.drop_vars("information", errors="ignore"))
    if "information" in dataset:
        learned = dataset["information"]
        codes = zip(learned[learned.dims[0]].values, learned.values, strict=True)
        record["information"] = {str(name): WORDS[Information(int(code))] for name, code in codes}
    return {**record, "sentences": [str(line) for line in dataset.attrs.get("sentences", ())]}


def check_free(folder: Path, *, replace: bool) -> None:
    """Raise `CallError` unless a park may be written to `folder`: known before the run, not after it."""
    check_free_for(folder, OURS, replace=replace)


def check_places(folder: Path, hourly: Path | None = None, *, replace: bool) -> None:
    """Raise `CallError` unless a park and its steps may be written: known before the run, not after it.

    Folders on the way to a folder that may be replaced are made; a folder that was named must have its own.
    """
    check_free(folder, replace=replace)
    check_parent(folder, made=replace)
    if hourly is None:
        return
    if not _is_inside(hourly, folder):
        check_hourly(hourly)
    elif hourly.suffix.lower() != NETCDF or hourly.parent.resolve() != folder.resolve():
        raise CallError(f"{hourly} lies in the folder that is written; name {folder / 'hours.nc'}, or another place")


def write_park(
    results: ParkResults, folder: str | Path, *, hourly: str | Path | None = None, replace: bool = False
) -> Path:
    """Write a park: `park.json`, `claim.md`, `claim.json` and `statement.csv`, in a folder that is whole or not there.

    Parameters
    ----------
    results : ParkResults
        As `run_park` returns them.
    folder : str or Path
        Must not exist, unless `replace` is true and it holds a park of ours.
    hourly : str or Path, optional
        A netCDF file for every step of the year, in that folder or elsewhere; written before anything is replaced.
    replace : bool
        Put the new park in the place of the old.

    Raises
    ------
    CallError
        The folder or file exists and may not be replaced, or the results are of another kind.
    OSError
        It cannot be written; what stood there stays.
    """
    if not isinstance(results, ParkResults):
        raise CallError(f"write_park takes what run_park returns; found {type(results).__name__}")
    if not isinstance(folder, (str, Path)) or not isinstance(hourly, (str, Path, type(None))):
        raise CallError('write_park takes the names of a folder and a file; write "mine" and hourly="hours.nc"')
    folder, hourly = Path(folder), None if hourly is None else Path(hourly)
    if hourly is None:
        return write_folder(folder, lambda new: _fill(results, new), OURS, replace=replace)
    check_places(folder, hourly, replace=replace)
    steps = steps_record(results)
    if _is_inside(hourly, folder):
        name = hourly.name
        return write_folder(folder, lambda new: _fill(results, new, steps, name), OURS, replace=replace)
    with file_beside(hourly, lambda new: write_netcdf(steps, new)):
        return write_folder(folder, lambda new: _fill(results, new), OURS, replace=replace)


def _fill(results: ParkResults, folder: Path, steps: xr.Dataset | None = None, hourly: str = "") -> None:
    record = park_record(results)
    (folder / "claim.md").write_text(claim_markdown(results.claim), encoding="utf-8")
    (folder / "claim.json").write_text(claim_json(results.claim), encoding="utf-8")
    with (folder / "statement.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *statement_rows(record["inventory"])])
    if steps is not None:
        write_netcdf(steps, folder / hourly)
    write_json(folder / PARK, record)


def write_hourly(hourly: xr.Dataset, path: Path, *, replace: bool = False) -> Path:
    """Write a park's steps to a netCDF file that is whole or not there.

    Raises
    ------
    CallError
        The name does not end in .nc, there is no folder for it, or the file exists and may not be replaced.
    OSError
        It cannot be written.
    """
    check_hourly(path, replace=replace)
    return write_file(path, lambda new: write_netcdf(hourly, new), replace=replace)


def check_hourly(path: Path, *, replace: bool = False) -> None:
    """Raise `CallError` unless the steps may be written to `path`: known before the run, not after it."""
    if path.suffix.lower() != NETCDF:
        raise CallError(f"{path} is no netCDF name; write one that ends in {NETCDF}")
    check_free_file(path, replace=replace)


def _is_inside(path: Path, folder: Path) -> bool:
    return folder.resolve() in (path.resolve(), *path.resolve().parents)
