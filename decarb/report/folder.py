"""A run on disk: one folder that is whole or not there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import xarray as xr

from decarb.analysis.run import JUDGED, Results
from decarb.errors import InputError, Problem
from decarb.report.cost import cost_rows
from decarb.report.figures import pathway_figure
from decarb.report.iamc import iamc_table
from decarb.report.whole import Mark, check_free_for, write_folder, write_json

RUN: Final = "run.json"
MARK: Final = "decarb-results"
OURS: Final = Mark(RUN, "kind", MARK)


def write_results(results: Results, folder: Path, *, replace: bool = False) -> Path:
    """Write a run to `folder`: under a temporary name first, renamed when whole.

    Parameters
    ----------
    results : Results
    folder : Path
        Must not exist, unless `replace` is true and it holds a run of ours.
    replace : bool
        Put the new run in the place of the old.

    Raises
    ------
    CallError
        The folder exists and may not be replaced.
    OSError
        It cannot be written.
    """
    return write_folder(folder, lambda new: _fill(results, new), OURS, replace=replace)


def check_free(folder: Path, *, replace: bool) -> None:
    """Raise `CallError` unless a run may be written to `folder`: known before the run, not after it."""
    check_free_for(folder, OURS, replace=replace)


def read_annual(folder: Path) -> xr.Dataset:
    """Return the totals of a run on disk.

    Raises
    ------
    InputError
        The folder holds no whole run.
    """
    if not OURS.stands_in(folder):
        fix = "name the folder that `decarb run` wrote"
        raise InputError([Problem(str(folder), "", f"this folder holds no {RUN} of decarb", fix)])
    path, fix = folder / "annual.nc", "run the scenario again"
    try:
        annual = xr.load_dataset(path, engine="h5netcdf")
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError([Problem(str(path), "", f"cannot be read ({str(error)[:100]})", fix)]) from None
    lacking = [name for name in JUDGED if name not in annual or "units" not in annual[name].attrs]
    if lacking:
        raise InputError([Problem(str(path), "", f"holds no {', '.join(lacking)} with a unit", fix)])
    return annual


def _fill(results: Results, folder: Path) -> None:
    name = str(results.provenance["scenario"])
    results.annual.to_netcdf(folder / "annual.nc", engine="h5netcdf")
    results.park.to_netcdf(folder / "park.nc", engine="h5netcdf")
    results.zone.to_netcdf(folder / "zone.nc", engine="h5netcdf")
    results.base.to_netcdf(folder / "base.nc", engine="h5netcdf")
    results.cost.to_netcdf(folder / "cost.nc", engine="h5netcdf")
    cost_rows(results.cost).to_csv(folder / "cost.csv", index=False, encoding="utf-8", lineterminator="\n")
    write_json(folder / "verdict.json", results.verdict.to_dict())
    table = iamc_table(results.annual, "decarb", name)
    table.to_csv(folder / "pathway.csv", index=False, encoding="utf-8", lineterminator="\n")
    pathway_figure(results.annual, results.verdict).savefig(folder / "pathway.png", dpi=150)
    write_json(folder / RUN, {"kind": MARK, **results.provenance})
