"""One scenario asked many times: its inputs and weather once, and the margins of targets wherever its levers stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.levers import Lever, lever_of, lever_of_inputs, moved_variable
from decarb.analysis.moves import Moved
from decarb.analysis.run import summed
from decarb.errors import CallError, InputError
from decarb.pathway.judging import Target, judge
from decarb.pathway.margins import margin, relative_margin
from decarb.pathway.targets import target_named
from decarb.scenario.inputs import inputs_apart, scenario_inputs
from decarb.scenario.scenario import Scenario, load_scenario
from decarb.units import converted, stamp, units_of

BLOCK: Final = 250  # evaluations in one call of the model: more would only take more memory
BLOCK_OF_ZONES: Final = 12  # where each of them runs the hours of the zones again
STRAIGHT: Final = 1e-9  # relative: how far an input may stand from the line between two places of a lever
NAMED_BY: Final = {"intensity": ("gdp", "co2_per_gdp_2005"), "required_rate": ("net_co2",)}


@dataclass(frozen=True, repr=False)
class Study:
    """A scenario with the inputs and the weather that all its evaluations share."""

    scenario: Scenario
    inputs: xr.Dataset
    series: xr.Dataset

    def __repr__(self) -> str:
        return f"Study({self.scenario.name!r})"

    def lever(self, name: str | Lever, bounds: Sequence[object] | None = None) -> Lever:
        """Return a lever of this scenario by its name, as `lever_of` or `lever_of_inputs` reads it."""
        if isinstance(name, Lever):
            return name
        if name in self.inputs:
            return lever_of_inputs(self.inputs, name, bounds)
        return lever_of(self.scenario, name, bounds)


def study_of(scenario: Study | Scenario | str | Path) -> Study:
    """Return what many questions about one scenario share; it takes seconds, so build it once."""
    if isinstance(scenario, Study):
        return scenario
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    inputs = scenario_inputs(scenario.spec)
    return Study(scenario, inputs, model.weather(inputs))


def targets_of(target: str | Target | Sequence[str | Target]) -> tuple[Target, ...]:
    """Return targets by their names; one that is given whole stays as it is.

    Raises
    ------
    CallError, InputError
        As of `decarb.pathway.targets.target_named`, or none is named.
    """
    if isinstance(target, (str, Target)):
        target = (target,)
    if not target:
        raise CallError("no target is named; name one, such as rate-2030-2060")
    return tuple(target_named(one) if isinstance(one, str) else one for one in target)


def moved(study: Study, lever: Lever, *, check: bool = True) -> Moved:
    """Return the inputs that a lever moves.

    Parameters
    ----------
    study : Study
    lever : Lever
    check : bool
        Whether to ask the scenario between two places if the inputs follow the lever in a straight line.

    Raises
    ------
    CallError
        It moves nothing, or the weather, or an input that does not follow it in a straight line; or a bound is
        refused by the scenario's own rules.
    """
    places = np.array([-1.0, 0.0, 1.0] if lever.by == "range" else [lever.low, lever.high])
    there = [_at_end(study, lever, float(place)) for place in places]
    said = dict.fromkeys(name for one in there for name in one)
    there = [study.inputs[list(said)].assign(one) for one in there]
    names = [name for name in said if any(_differs(one[name], there[0][name]).any() for one in there[1:])]
    if not names:
        raise CallError(
            f"{lever.name}: the model does not change from {lever.low:g} to {lever.high:g}; take another lever"
        )
    shared = sorted(set(model.OF_WEATHER).intersection(map(str, names)))
    if shared:
        which = ", ".join(shared)
        raise CallError(f"{lever.name}: moves the weather ({which}), which all evaluations share; run each value")
    stacked = xr.Dataset({
        name: xr.concat([one[name] for one in there], "place").assign_attrs(study.inputs[name].attrs) for name in names
    })  # fmt: skip
    found = Moved(places, stacked)
    between = 0.5 * (places[-2] + places[-1])
    if check and not lever.whole:
        actual = study.inputs.assign(_inputs_at(study, lever, between))
        check_straight(lever.name, found.at(np.array([between])).isel(scenario=0), actual)
    return found


def zone_at_rest(study: Study, *levers: Moved) -> xr.Dataset | None:
    """Return what the template builds and does in a mean zone where none of the levers moves it, else None.

    Notes
    -----
    Each input that is moved carries a `scenario` dimension; what the zone has not taken over, it does not hang on.
    """
    marked = study.inputs
    for lever in levers:
        marked = marked.assign(lever.at(lever.places[:2]))
    zone = model.zone_with_template(marked, model.base_year(marked), study.series)
    return None if "scenario" in zone.dims else zone


def margins(
    study: Study, targets: Sequence[Target], changed: xr.Dataset, zone: xr.Dataset | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return relative margins and margins (target, scenario) with some inputs along `scenario` in place of the study's.

    Parameters
    ----------
    study : Study
    targets : sequence of Target
    changed : xr.Dataset
        Inputs along `scenario`.
    zone : xr.Dataset, optional
        As `zone_at_rest` returns it for what moves these inputs, so that no hour is run again.

    Raises
    ------
    DecarbError
        The model refuses one of the inputs.
    """
    count = changed.sizes["scenario"]
    blocks = [
        _block(study, targets, changed.isel(scenario=slice(first, first + BLOCK)), zone)
        for first in range(0, count, BLOCK)
    ]
    relative, own = (np.concatenate([block[kind] for block in blocks], axis=1) for kind in (0, 1))
    return relative, own


def why_undefined(study: Study, target: Target) -> str:
    """Return why a target is undefined where the scenario stands."""
    annual = model.evaluate(study.inputs, study.series).annual
    return judge(target, totals_of(study, [target], annual)).reason


def totals_of(study: Study, targets: Sequence[Target], annual: xr.Dataset) -> Mapping[str, xr.DataArray]:
    """Return the national series that the targets are judged on, by year."""
    wanted = {name for target in targets for name in (target.total, *NAMED_BY.get(target.rule, ()))}
    given = annual.assign_coords(land_view=study.inputs.attrs["land_view"], gwp=study.inputs.attrs["gwp"])
    unknown = wanted - {*map(str, given), "co2_per_gdp_2005"}
    if unknown:
        raise CallError(f"{', '.join(sorted(unknown))}: no yearly result of the model is called so")
    totals = {name: _national(given[name]) for name in wanted & set(map(str, given))}
    return {**totals, "co2_per_gdp_2005": study.inputs["co2_per_gdp_2005"]}


def _national(array: xr.DataArray) -> xr.DataArray:
    """Return a yearly result of the nation: amounts by level, archetype or technology are added, shares are not."""
    whole = summed(array)
    apart = [str(dim) for dim in whole.dims if dim not in ("scenario", "year")]
    if apart and units_of(whole) == "1":
        raise CallError(f"{array.name}: a share by {', '.join(apart)} has no sum; name a yearly result of the nation")
    return stamp(whole.sum(apart), units_of(whole))


def _block(
    study: Study, targets: Sequence[Target], changed: xr.Dataset, zone: xr.Dataset | None
) -> tuple[np.ndarray, np.ndarray]:
    count = changed.sizes["scenario"]
    totals = totals_of(study, targets, model.evaluate(study.inputs.assign(changed), study.series, zone=zone).annual)
    relative = np.stack([_along(relative_margin(target, totals), count) for target in targets])
    return relative, np.stack([_along(margin(target, totals), count) for target in targets])


def _along(array: xr.DataArray, count: int) -> np.ndarray:
    """Return the values for each scenario, also of what no scenario changes."""
    return np.broadcast_to(array.values.astype(float), (count,)).copy()


def _inputs_at(study: Study, lever: Lever, place: float) -> xr.Dataset:
    """Return inputs at a place of a lever: all that it moves, and others that stay."""
    if lever.variable:
        return study.inputs[[lever.variable]].assign({lever.variable: moved_variable(study.inputs, lever, place)})
    return inputs_apart_with(study, {} if place == lever.now else lever.settings(place))


def _at_end(study: Study, lever: Lever, place: float) -> xr.Dataset:
    try:
        return _inputs_at(study, lever, place)
    except InputError as error:
        raise lever.refusal(study.scenario, place, error) from None


def inputs_with(study: Study, settings: Mapping[str, Any]) -> xr.Dataset:
    """Return the inputs of the scenario with some settings, in the units of the study's.

    Raises
    ------
    InputError
        The scenario's own rules refuse one.
    """
    return study.inputs.assign(inputs_apart_with(study, settings))


def inputs_apart_with(study: Study, settings: Mapping[str, Any]) -> xr.Dataset:
    """Return those inputs of the scenario that some settings may move, in the units of the study's.

    Raises
    ------
    InputError
        The scenario's own rules refuse one.
    """
    apart = inputs_apart(study.scenario.replace(settings).spec, study.scenario.spec)
    xr.align(study.inputs, apart, join="exact", copy=False)
    # A row keeps the unit of its table, what a scenario states comes in that of the model.
    moved_units = {name: converted(array, units_of(study.inputs[name])) for name, array in apart.items()
                   if array.attrs.get("units") != study.inputs[name].attrs.get("units")}  # fmt: skip
    return apart.assign(moved_units)


def _differs(one: xr.DataArray, other: xr.DataArray) -> np.ndarray:
    if one.dims != other.dims:
        one, other = xr.broadcast(one, other)
    return ~((one.values == other.values) | ((one.values != one.values) & (other.values != other.values)))


def check_straight(name: str, line: xr.Dataset, actual: xr.Dataset) -> None:
    """Check that inputs between the places of a lever, or of several, are those that the scenario would have there.

    Raises
    ------
    CallError
        One is not.
    """
    for variable, array in line.items():
        gap = np.abs(array - actual[variable]).max()
        if float(gap) > STRAIGHT * float(np.abs(actual[variable]).max()):
            raise CallError(f"{name}: {variable} does not follow it in a straight line; run each value")
