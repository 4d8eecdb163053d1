"""The shipped park and a scenario around it as plain data, changed at one key: for the tests of what people write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from decarb.errors import UnitError
from decarb.scenario.reading import read_yaml
from decarb.units import Quantity, parse_quantity
from decarb.variables import shipped

PARK_TEXT = shipped("scenarios", "parks/yizhuang.yaml").read_text(encoding="utf-8")
PARKS = {path.stem: read_yaml(path).data for path in sorted(shipped("scenarios", "parks").glob("*.yaml"))}
PARK: dict[str, Any] = PARKS["yizhuang"]
SCENARIO: dict[str, Any] = {"kind": "scenario", "name": "mine", "park": PARK}
SYSTEMS = (
    "wind", "pv", "flow_battery", "lithium", "supercapacitor", "microgrid", "water", "agriculture", "sports",
    "buildings", "heat", "fleet",
)  # fmt: skip


def changed(data: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The data with one dotted key set."""
    copy = deepcopy(data)
    *parents, last = key.split(".")
    place = copy
    for parent in parents:
        place = place.setdefault(parent, {})
    place[last] = value
    return copy


def without(data: dict[str, Any], key: str) -> dict[str, Any]:
    """The data without one dotted key."""
    copy = deepcopy(data)
    *parents, last = key.split(".")
    place = copy
    for parent in parents:
        place = place[parent]
    del place[last]
    return copy


def quantities(data: dict[str, Any], at: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every dotted key that holds a quantity, or a share without a unit."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from quantities(value, f"{at}{key}.")
        elif isinstance(value, (str, int, float)) and key not in ("year", "chp_retires"):
            try:
                yield f"{at}{key}", parse_quantity(value)
            except UnitError:
                continue


def assert_refused(model: type[BaseModel], data: dict[str, Any], key: str, message: str) -> None:
    """The data has one fault, at this key or around it, and the message says so."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    (error,) = caught.value.errors()
    assert key.startswith(".".join(str(part) for part in error["loc"] if part != "[key]"))
    assert re.search(message, error["msg"])


def place(text: str, needle: str) -> str:
    """Where the first such text stands, as LINE:COLUMN."""
    before = text[: text.index(needle)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
