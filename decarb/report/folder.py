"""A run on disk: one folder that is whole or not there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import xarray as xr

from decarb.analysis.run import JUDGED, Results
from decarb.errors import CallError, InputError, Problem
from decarb.report.figures import pathway_figure
from decarb.report.iamc import iamc_table

RUN: Final = "run.json"
MARK: Final = "decarb-results"


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
    check_free(folder, replace=replace)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _fill(results, new)
        new.chmod(0o777 & ~_umask())
        _swap(new, folder) if folder.exists() else os.replace(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder


def _swap(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; what stood there comes back if that fails."""
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    aside = old / folder.name
    try:
        os.replace(folder, aside)
        os.replace(new, folder)
    finally:
        if aside.exists() and not folder.exists():
            os.replace(aside, folder)
        shutil.rmtree(old, ignore_errors=True)


def check_free(folder: Path, *, replace: bool) -> None:
    """Raise `CallError` unless a run may be written to `folder`: known before the run, not after it."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not replace:
        raise CallError(f"{folder} exists; name another folder or remove it")
    if not _is_ours(folder):
        raise CallError(f"{folder} exists and holds no {RUN} of decarb; name another folder with --out")


def read_annual(folder: Path) -> xr.Dataset:
    """Return the totals of a run on disk.

    Raises
    ------
    InputError
        The folder holds no whole run.
    """
    if not _is_ours(folder):
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


def _is_ours(folder: Path) -> bool:
    try:
        return json.loads((folder / RUN).read_text(encoding="utf-8")).get("kind") == MARK
    except (OSError, ValueError, AttributeError):
        return False


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _fill(results: Results, folder: Path) -> None:
    name = str(results.provenance["scenario"])
    results.annual.to_netcdf(folder / "annual.nc", engine="h5netcdf")
    results.park.to_netcdf(folder / "park.nc", engine="h5netcdf")
    results.zone.to_netcdf(folder / "zone.nc", engine="h5netcdf")
    results.base.to_netcdf(folder / "base.nc", engine="h5netcdf")
    _write_json(folder / "verdict.json", results.verdict.to_dict())
    table = iamc_table(results.annual, "decarb", name)
    table.to_csv(folder / "pathway.csv", index=False, encoding="utf-8", lineterminator="\n")
    pathway_figure(results.annual, results.verdict).savefig(folder / "pathway.png", dpi=150)
    _write_json(folder / RUN, {"kind": MARK, **results.provenance})


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
