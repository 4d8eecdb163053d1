"""What one park is asked to run with, checked before anything is computed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any, Final

from decarb.errors import CallError
from decarb.park.series import steps_per_hour
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.scenario import Scenario, load_park
from decarb.scenario.settings import Settings
from decarb.scenario.weather import check_clock
from decarb.scenario.weather_files import file_kind

LAST_SEED: Final = 2**32 - 1
_STEP: Final = re.compile(r"\s*(\d+)\s*(h|min)\s*")


@dataclass(frozen=True)
class ParkCall:
    """What a park is run with: each part as `run_park` takes it, and fit to be used."""

    spec: ParkSpec
    weather: Path | None
    clock: str | None
    seed: int
    step: str


def park_call(
    park: ParkSpec | Scenario | str | Path,
    *,
    weather: str | Path | None,
    clock: str | None,
    seed: int,
    step: str,
    settings: Settings,
) -> ParkCall:
    """Return the arguments of `run_park`, checked.

    Raises
    ------
    CallError
        An argument of the wrong kind, or two that do not go together.
    InputError
        The park cannot be read, or the weather is not there.
    """
    found = ParkCall(_spec(park, settings), _weather(weather, clock), clock, _seed(seed), written_step(step))
    steps_per_hour(found.step)
    return found


def written_step(step: Any) -> str:
    """Return the length of a step as the tables of steps write it: "15 min" for "15min".

    Examples
    --------
    >>> written_step("15min"), written_step("1h")
    ('15 min', '1 h')
    """
    if not isinstance(step, str):
        raise CallError(f'step: {_shown(step)} is no length of a step; write one such as "15 min"')
    written = _STEP.fullmatch(step)
    return f"{written[1]} {written[2]}" if written else step


def _spec(park: Any, settings: Any) -> ParkSpec:
    if isinstance(park, (str, Path)):
        return load_park(park, settings)
    if isinstance(park, (ParkSpec, Scenario)):
        if settings is not None and len(settings):
            fix = 'name its file, as in run_park("yizhuang", settings=["pv.on=false"])'
            raise CallError(f"settings go over a file, and {type(park).__name__} is read already; {fix}")
        return park if isinstance(park, ParkSpec) else park.spec.park
    fix = 'give a name such as "yizhuang", the path of a file, or what load_park returns'
    if isinstance(park, dict):
        fix = 'write it to a .yaml file, or change one with run_park("yizhuang", settings={"pv.on": False})'
    raise CallError(f"park: {_shown(park)} is no park; {fix}")


def _weather(weather: Any, clock: Any) -> Path | None:
    if weather is None:
        if clock is not None:
            raise CallError("clock is that of a weather file, and none is named; leave it out")
        return None
    if not isinstance(weather, (str, Path)):
        raise CallError(f"weather: {_shown(weather)} is no file; give the path of a netCDF, CSV, EPW or TMY3 file")
    kind = file_kind(Path(weather))
    if clock is not None:
        check_clock(clock, Path(weather), kind)
    return Path(weather)


def _seed(seed: Any) -> int:
    if not isinstance(seed, Integral) or isinstance(seed, bool) or not 0 <= int(seed) <= LAST_SEED:
        raise CallError(f"seed: {_shown(seed)} is no whole number from 0 to {LAST_SEED}; write one such as 2021")
    return int(seed)


def _shown(value: object) -> str:
    """Return a wrong argument in a word or two."""
    plain = value is None or isinstance(value, (bool, int, float, str))
    return repr(value)[:60] if plain else f"a {type(value).__name__}"
