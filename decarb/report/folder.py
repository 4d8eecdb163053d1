"""A run on disk: one folder that is whole or not there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

from decarb.analysis.run import JUDGED, TOTALS, Results
from decarb.errors import InputError, Problem, Problems, UnitError
from decarb.report.cost import write_costs
from decarb.report.figures.pathway import pathway
from decarb.report.iamc import iamc_table
from decarb.report.iamc_files import iamc_netcdf, write_iamc_workbook
from decarb.report.iamc_meta import iamc_meta
from decarb.report.stores import write_netcdf, write_zarr
from decarb.report.whole import Mark, check_free_for, check_parent, write_folder, write_json
from decarb.scenario.stated import YEARS
from decarb.units import unit_factor
from decarb.variables import variables

RUN: Final = "run.json"
MARK: Final = "decarb-results"
PARTS: Final = ("annual", "park", "zone", "base", "cost")
"""Datasets of a run, each a netCDF file of that name."""
SUMS: Final = "SHA256SUMS"
"""What each file held when it was written."""
FIX: Final = "run the scenario again"
OURS: Final = Mark(RUN, "kind", MARK)


def write_results(results: Results, folder: Path, *, replace: bool = False, zarr: bool = False) -> Path:
    """Write a run to `folder`: under a temporary name first, renamed when whole.

    `pathway.csv`, `pathway.xlsx` and `pathway.nc` are the same IAMC table, which pyam opens; the other netCDF files are
    the parts of the run. `SHA256SUMS`, which is written last, says what every file held: `sha256sum -c` checks it.

    Parameters
    ----------
    results : Results
    folder : Path
        Must not exist, unless `replace` is true and it holds a run of ours.
    replace : bool
        Put the new run in the place of the old.
    zarr : bool
        Write the parts as groups of a Zarr store too, `results.zarr`.

    Raises
    ------
    CallError
        The folder exists and may not be replaced.
    OSError
        It cannot be written.
    """

    def _write(new: Path) -> None:
        _fill(results, new)
        if zarr:
            write_zarr({name: getattr(results, name) for name in PARTS}, new / "results.zarr")
        sums = (f"{_digest(file)}  {file.name}\n" for file in sorted(new.iterdir()) if file.is_file())
        (new / SUMS).write_text("".join(sums), encoding="utf-8")

    return write_folder(folder, _write, OURS, replace=replace)


def check_free(folder: Path, *, replace: bool) -> None:
    """Raise `CallError` unless a run may be written to `folder`: known before the run, not after it."""
    check_parent(folder, made=True)
    check_free_for(folder, OURS, replace=replace)


def read_annual(folder: Path) -> xr.Dataset:
    """Return the totals of a run on disk.

    Raises
    ------
    InputError
        The folder holds no whole run: a file is missing or is not what the run wrote; or one of another version, in
        which a variable, a unit or a year is missing, or a value is not finite.
    """
    _check_sums(folder)
    path = folder / "annual.nc"
    try:
        annual = xr.load_dataset(path, engine="h5netcdf")
    except (OSError, ValueError, KeyError, RuntimeError):
        what = "it is no whole netCDF file" if path.is_file() else "there is no such file"
        raise InputError([Problem(str(path), "", f"cannot be read: {what}", FIX)]) from None
    lacking = [name for name in JUDGED if name not in annual or "units" not in annual[name].attrs]
    if lacking:
        raise InputError([Problem(str(path), "", f"holds no {', '.join(lacking)} with a unit", FIX)])
    found = [*_of_years(annual), *(fault for name in JUDGED for fault in _of_variable(annual[name]))]
    if found:
        raise InputError([Problem(str(path), key, said, FIX) for key, said in found])
    return annual


def _check_sums(folder: Path) -> None:
    """Raise `InputError` unless a folder is a run of ours, and what is read of it is as the run wrote it."""
    if not OURS.stands_in(folder):
        fix = "name the folder that `decarb run` wrote"
        raise InputError([Problem(str(folder), "", f"this folder holds no {RUN} of decarb", fix)])
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise InputError([Problem(str(folder / SUMS), "", "cannot be read: the folder is not whole", FIX)]) from None
    said = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    problems = Problems()
    for file in (folder / name for name in (RUN, *(f"{part}.nc" for part in PARTS))):
        if not file.is_file():
            problems.add(str(file), "", "is missing", FIX)
        elif _digest(file) != said.get(file.name):
            problems.add(str(file), "", f"is not what the run wrote, says {SUMS}", FIX)
    problems.raise_if_any()


def _of_years(annual: xr.Dataset) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the years: a run holds every one of the model's."""
    years = annual["year"].values if "year" in annual.coords else np.array([])
    if not np.array_equal(years, YEARS) or not np.issubdtype(years.dtype, np.integer):
        covered = f"{years[0]} to {years[-1]}, {years.size} values" if years.size else "no year"
        yield "year", f"holds {covered}, and a run holds each year from {YEARS[0]} to {YEARS[-1]}"


def _of_variable(array: xr.DataArray) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one variable that a verdict reads."""
    name, said = str(array.name), str(array.attrs["units"])
    try:
        unit_factor(said, variables()[name].unit if name in variables() else said)
    except UnitError as error:
        yield name, str(error)
    if not np.issubdtype(array.dtype, np.number) or not bool(np.isfinite(array.values).all()):
        yield name, "has a value that is no finite number"
    needed = [dim for dim in ("province", "sector", "year") if name in TOTALS and dim not in array.dims]
    if needed:
        yield name, f"has no dimension {', '.join(needed)}"


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _fill(results: Results, folder: Path) -> None:
    name = str(results.provenance["scenario"])
    for part in PARTS:
        write_netcdf(getattr(results, part), folder / f"{part}.nc")
    write_costs(results.cost, folder / "cost.csv")
    write_json(folder / "verdict.json", results.verdict.to_dict())
    table = iamc_table(results.annual, "decarb", name)
    table.to_csv(folder / "pathway.csv", index=False, encoding="utf-8", lineterminator="\n")
    meta = iamc_meta(results.annual, results.verdict, "decarb", name)
    write_iamc_workbook(table, meta, folder / "pathway.xlsx")
    write_netcdf(iamc_netcdf(table, meta), folder / "pathway.nc")
    pathway(results.annual, results.verdict).save(folder / "pathway.png")
    write_json(folder / RUN, {"kind": MARK, **results.provenance})
