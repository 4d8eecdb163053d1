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
from decarb.report.record import dataset_record, plain
from decarb.report.whole import Mark, check_free_file, check_free_for, write_file, write_folder, write_json
from decarb.units import dimension, units_of

PARK: Final = "park.json"
SCHEMA: Final = "decarb-park-1"
OURS: Final = Mark(PARK, "schema", SCHEMA)

_ELSEWHERE: Final = ("assumptions", "weather")
_ENERGY: Final = {dimension(unit) for unit in ("MWh", "MW", "h", "1")}


def park_record(results: ParkResults) -> dict[str, Any]:
    """Return a park for machines: plain values, every number with its unit, null only with a reason.

    Verdicts on standards keep their number, threshold and unit side by side, as they are printed.
    """
    claim = results.claim
    return {
        "schema": SCHEMA,
        "park": results.name,
        "archetype": results.archetype,
        "province": results.province,
        "period": {"first_day": claim.first_day.isoformat(), "last_day": claim.last_day.isoformat()},
        "weather": _weather(results),
        "systems": {name: plain(system) for name, system in results.systems.items()},
        "energy": _kept(results.annual, energy=True) | {"range": _ranges(results.spread)},
        "activities": _kept(results.annual, energy=False),
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
    weather = results.provenance.get("weather", {})
    return {"name": weather} if isinstance(weather, str) else plain(weather)


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


def write_park(results: ParkResults, folder: Path, *, replace: bool = False) -> Path:
    """Write `park.json`, `claim.md`, `claim.json` and `statement.csv` to a folder that is whole or not there.

    Parameters
    ----------
    results : ParkResults
    folder : Path
        Must not exist, unless `replace` is true and it holds a park of ours.
    replace : bool
        Put the new park in the place of the old.

    Raises
    ------
    CallError
        The folder exists and may not be replaced.
    OSError
        It cannot be written.
    """
    return write_folder(folder, lambda new: _fill(results, new), OURS, replace=replace)


def _fill(results: ParkResults, folder: Path) -> None:
    record = park_record(results)
    (folder / "claim.md").write_text(claim_markdown(results.claim), encoding="utf-8")
    (folder / "claim.json").write_text(claim_json(results.claim), encoding="utf-8")
    with (folder / "statement.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *statement_rows(record["inventory"])])
    write_json(folder / PARK, record)


def write_hourly(hourly: xr.Dataset, path: Path, *, replace: bool = False) -> Path:
    """Write a park's steps to a netCDF file that is whole or not there.

    Raises
    ------
    CallError
        The name does not end in .nc, or the file exists and may not be replaced.
    OSError
        It cannot be written.
    """
    check_hourly(path, replace=replace)
    return write_file(path, lambda new: hourly.to_netcdf(new, engine="h5netcdf"), replace=replace)


def check_hourly(path: Path, *, replace: bool = False) -> None:
    """Raise `CallError` unless the steps may be written to `path`: known before the run, not after it."""
    if path.suffix.lower() != ".nc":
        raise CallError(f"{path} is no netCDF name; write one that ends in .nc")
    check_free_file(path, replace=replace)
