"""Every combination of a few places of each knob, computed: what a page can look up without the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.explore import Explorable, explorable
from decarb.analysis.explore_knobs import Knob
from decarb.analysis.moves import Moved, Moves
from decarb.analysis.study import Study, inputs_apart_with, targets_of
from decarb.errors import CallError
from decarb.nation.fused import STATUS, national_pathway
from decarb.pathway.margins import VERDICTS, margin_unit, measures
from decarb.pathway.rules import Target, needed
from decarb.pathway.targets import TARGETS
from decarb.scenario.scenario import Scenario
from decarb.tables import with_labels
from decarb.variables import did_you_mean

Progress = Callable[[int, int], None]

PARTS: Final[Mapping[str, tuple[float, ...]]] = {
    "wind": (-1.0, 0.0, 0.5, 1.0),
    "solar": (-1.0, 0.0, 0.5, 1.0),
    "storage": (-1.0, 0.0, 1.0),
    "rollout": (-1.0, 0.0, 0.5, 1.0),
    "ccer": (-1.0, 0.0, 1.0),
}
"""Where knobs stand in a grid that nobody states: parts of the way from where the scenario is to the ends."""
KEPT: Final = (
    "gross_co2", "net_co2", "net_ghg", "claims_gap", "claims_gap_credits", "claims_gap_certificates",
    "nonfossil_share", "wind_solar_capacity", "adopted_zones",
)  # fmt: skip
"""National series of a grid."""
MOST: Final = 20_000  # combinations in memory together with their series
AT_ONCE: Final = 500  # scenarios in one call of the kernel, so that progress is told


def grid(
    scenario: Explorable | Study | Scenario | str | Path,
    points: Mapping[str, Sequence[float]] | None = None,
    *,
    targets: Sequence[str | Target] = TARGETS,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Return every combination of some places of each knob, computed and judged; nothing is interpolated.

    Parameters
    ----------
    scenario : Explorable, Study, Scenario, str or Path
        As of `explore`.
    points : mapping of str to sequence of float, optional
        Knob -> its places; a knob that is not named stays where the scenario has it. By default a few (`PARTS`).
    targets : sequence of str or Target
        Those to judge.
    progress : callable, optional
        Called with how many combinations are computed, and of how many.

    Returns
    -------
    xr.Dataset
        `KEPT` (scenario, year) in their units; `value`, `margin`, `relative_margin` and `verdict` (scenario, target) as
        of `decarb.pathway.margins.Measures`; `status` [1] (scenario), 0 where it was computed, else the series are NaN.
        Each knob is a coordinate along `scenario` that says its unit, range, origin, the keys it sets and where the
        scenario stands. The last knob varies fastest.

    Raises
    ------
    CallError
        A knob is unknown, a place lies outside its range, or there are too many combinations.

    Examples
    --------
    >>> few = grid("china-2060", {"wind": [1.0, 1.2]})
    >>> few["verdict"].sel(target="ndc-2035").values.tolist()
    [0, 1]
    """
    ready, said = explorable(scenario), progress or (lambda done, of: None)
    judged = targets_of(list(targets))
    at = _places(ready.knobs, points)
    of = int(np.prod([len(each) for each in at.values()]))
    if of > MOST:
        raise CallError(f"{of:,} combinations are more than {MOST:,}; write fewer places of a knob")
    combined = np.array(list(product(*at.values())))
    series = _series(ready, combined, at, judged, lambda done: said(done, of))
    found = _judged(ready, series, judged)
    coords = {knob.name: ("scenario", combined[:, number], _said(knob)) for number, knob in enumerate(ready.knobs)}
    told = {"source": "computed, one by one; nothing is interpolated", "base": ready.study.scenario.name}
    return _labelled(series[[*KEPT, "status"]].assign(found).assign_coords(coords)).assign_attrs(told)


def nearest(computed: xr.Dataset, settings: Mapping[str, float]) -> int:
    """Return the number of the computed combination nearest to a place of each knob, in parts of each knob's range.

    Parameters
    ----------
    computed : xr.Dataset
        As `grid` returns it.
    settings : mapping of str to float
        What is not named stands where the scenario has it.
    """
    names = [str(name) for name, knob in computed.coords.items() if "by" in knob.attrs]
    for name in settings:
        if name not in names:
            raise CallError(f'"{name}" is no knob of this grid; {did_you_mean(name, tuple(names))}')
    away = [
        ((computed[name] - settings.get(name, computed[name].attrs["now"]))
         / (computed[name].attrs["high"] - computed[name].attrs["low"])) ** 2
        for name in names
    ]  # fmt: skip
    return int(np.argmin(sum(part.values for part in away)))


def _places(knobs: Sequence[Knob], points: Mapping[str, Sequence[float]] | None) -> dict[str, list[float]]:
    known = {knob.name: knob for knob in knobs}
    if points is None:
        return {name: [_part(knob, part) for part in _reached(knob)] for name, knob in known.items()}
    for name in points:
        if name not in known:
            raise CallError(f'"{name}" is no knob of this scenario; {did_you_mean(name, tuple(known))}')
    return {name: sorted({knob.check(place) for place in points.get(name, [knob.now])}) for name, knob in known.items()}


def _reached(knob: Knob) -> list[float]:
    """Return the parts of the way that there are: where the scenario stands at an end, none beyond."""
    return [part for part in PARTS[knob.name] if part == 0.0 or _part(knob, part) != knob.now]


def _part(knob: Knob, part: float) -> float:
    end = knob.high if part > 0.0 else knob.low
    return end if abs(part) == 1.0 else knob.now + abs(part) * (end - knob.now)


def _series(
    ready: Explorable, combined: np.ndarray, at: Mapping[str, Sequence[float]], targets: Sequence[Target],
    said: Callable[[int], None],
) -> xr.Dataset:  # fmt: skip
    """Return the national series of every row, the zones once for each size of what they build."""
    study, turned = ready.study, [knob for knob in ready.knobs if len(at[knob.name]) > 1]
    columns = [number for number, knob in enumerate(ready.knobs) if knob in turned]
    still = {key: stated for knob in ready.knobs if knob not in turned
             for key, stated in knob.settings(at[knob.name][0]).items()}  # fmt: skip
    inputs = study.inputs.assign(inputs_apart_with(study, still))
    moves = Moves(tuple(_moved(study, inputs, knob, at[knob.name]) for knob in turned), inputs)
    series = {name for target in targets for name in needed(target)} - {"co2_per_gdp_2005"}
    parts, done = [], 0
    for rows in _of_one_site(ready.knobs, combined):
        zone = None
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            changed = inputs.assign(moves.at(combined[some][:, columns]))
            if zone is None:
                zone = model.zone_with_template(
                    changed.isel(scenario=0, missing_dims="ignore"), ready.base, study.series
                )
            parts.append(national_pathway(changed, ready.base, zone, keep=dict.fromkeys([*KEPT, *sorted(series)]))
                         .assign_coords(scenario=some))  # fmt: skip
            done += len(some)
            said(done)
    return xr.concat(parts, "scenario", combine_attrs="override").sortby("scenario")


def _moved(study: Study, inputs: xr.Dataset, knob: Knob, places: Sequence[float]) -> Moved:
    """Return the inputs that a knob moves at each of its places, as the scenario would have them there."""
    places = sorted({*places, knob.now})
    there = [inputs_apart_with(study, knob.settings(place)) for place in places]
    names = dict.fromkeys(str(name) for one in there for name in one)
    each = [study.inputs[list(names)].assign(one) for one in there]
    differ = [name for name in names if any(not one[name].equals(each[0][name]) for one in each)]
    stacked = {name: xr.concat([one[name] for one in each], "place").assign_attrs(inputs[name].attrs)
               for name in differ}  # fmt: skip
    return Moved(np.array(places), xr.Dataset(stacked))


def _of_one_site(knobs: Sequence[Knob], combined: np.ndarray) -> list[np.ndarray]:
    """Return the rows whose zones build the same, group by group."""
    columns = [number for number, knob in enumerate(knobs) if knob.on_site]
    _, group = np.unique(combined[:, columns], axis=0, return_inverse=True)
    return [np.flatnonzero(group.ravel() == number) for number in range(group.max() + 1)]


def _judged(ready: Explorable, series: xr.Dataset, targets: Sequence[Target]) -> xr.Dataset:
    study = ready.study
    counted = series.assign_coords(land_view=study.inputs.attrs["land_view"], gwp=study.inputs.attrs["gwp"])
    totals = {str(name): counted[name] for name in counted.data_vars if name != "status"}
    found = measures(
        targets, {**totals, "co2_per_gdp_2005": study.inputs["co2_per_gdp_2005"]}, series["status"].values == 0
    )
    dims = ("scenario", "target")
    flags = {"flag_values": np.arange(len(VERDICTS), dtype=np.int8), "flag_meanings": " ".join(VERDICTS)}
    return xr.Dataset(
        {
            "value": (dims, found.value, {"long_name": "number that decides, in value_unit"}),
            "margin": (dims, found.margin, {"long_name": "by how much it holds, in margin_unit"}),
            "relative_margin": (dims, found.relative_margin, {"units": "1"}),
            "verdict": (dims, found.verdict, flags),
        },
        {
            "target": [target.id for target in targets],
            "value_unit": ("target", [target.unit for target in targets]),
            "margin_unit": ("target", [margin_unit(target) for target in targets]),
        },
    )


def _said(knob: Knob) -> dict[str, object]:
    """Return what a knob says of itself beside its places."""
    return {
        "units": knob.unit, "by": knob.by, "low": knob.low, "high": knob.high, "now": knob.now,
        "origin": knob.origin, "sets": ", ".join(knob.keys),
    }  # fmt: skip


def _labelled(series: xr.Dataset) -> xr.Dataset:
    found = with_labels(series)
    found["status"].attrs["reasons"] = "; ".join(f"{code}: {said}" for code, said in sorted(STATUS.items()))
    return found
