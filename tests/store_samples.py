"""A small sweep on disk, for tests of the store: 10 scenarios in blocks of 4, so that the last block is short."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from decarb.sweeps.lock import locked
from decarb.sweeps.store import Store, open_or_create

ROWS, BLOCK, BLOCKS = 10, 4, 3
HEADER: dict[str, Any] = {"model_version": "1.2", "seed": 7, "design": {"axes": {"growth": [0.1, 0.2]}}}
YEARS = np.array([2030, 2060])
TARGETS = ["ndc-2035", "碳中和"]
FLAGS = {"flag_values": np.array([0, 1], np.int8), "flag_meanings": "computed refused"}


def block(first: int, rows: int) -> xr.Dataset:
    """Scenarios whose values follow from their numbers; number 5 was not computed."""
    number = np.arange(first, first + rows)
    net = number[:, np.newaxis] * 100.0 + YEARS
    net[number == 5] = np.nan
    along = {
        "net_co2": (("scenario", "year"), net, {"units": "MtCO2/yr", "long_name": "Net CO2", "long_name_zh": "净排放"}),
        "margin": (("scenario", "target"), np.stack([number / 3, number / 7], axis=1)),
        "verdict": (("scenario", "target"), np.ones((rows, 2), np.int8)),
        "status": (("scenario",), (number == 5).astype(np.int8), FLAGS),
    }
    fixed = {"year": YEARS, "target": TARGETS, "margin_unit": ("target", ["Mt", "1"]), "land_view": "inventory"}
    return xr.Dataset(along, {"scenario": number, **fixed}, {"sweep": json.dumps({"seed": 7}), "title": "碳"})


def made(path: Path, header: dict[str, Any] = HEADER, rows: int = ROWS, size: int = BLOCK) -> Store:
    """The sample store, new or gone on with."""
    return open_or_create(path, header, block(0, 0), rows, size)


def filled(path: Path, blocks: Iterable[int] = range(BLOCKS)) -> Store:
    """The sample store with some of its blocks written, in that order."""
    store = made(path)
    for number in blocks:
        store.write(number, block(*store.span(number)))
    return store


def whole(path: Path) -> Store:
    """The sample store as a client leaves it: what is missing is done, and readers are let in."""
    with locked(path):
        store = made(path)
        for number in store.missing():
            store.write(number, block(*store.span(number)))
        store.finish()
    return store


def contents(path: Path) -> dict[str, bytes]:
    """Every file of a store and beside it; without what the clock and the machine say."""
    found = {file.relative_to(path.parent).as_posix(): file.read_bytes()
             for folder in (path, path.with_name(f"{path.name}.sweep"))
             for file in folder.rglob("*") if file.is_file() and file.name != "lock"}  # fmt: skip
    return {name.replace(path.name, "STORE", 1): content for name, content in found.items()}
