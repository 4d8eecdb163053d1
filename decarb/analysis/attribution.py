"""Why two totals differ: contributions of levers that add exactly (Shapley); `factors` has the split of a product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.levers import (
    GROUPS,
    MERGES,
    OF_WEATHER,
    OTHER,
    checked_groups,
    dimension_of,
    held_after,
    merged,
)
from decarb.errors import CallError, DecarbError
from decarb.nation.totals import national
from decarb.units import converted, stamp, units_of
from decarb.variables import did_you_mean

Evaluate = Callable[[xr.Dataset], xr.DataArray]

LIMIT: Final = 8
"""Groups told apart in one call: 2^8 = 256 scenarios."""
BLOCK: Final = 256  # scenarios of one call
UNDER_WAY: Final = "under way"
"""What was begun by the first year: plants of half a year, parks on their way."""
BEGUN: Final = "begun before, and half of a first year"
TOTALS: Final = ("gross_co2", "net_co2", "net_ghg")
TOLERANCE: Final = 1e-9  # of the totals
SAME: Final = 1e-12  # relative; what changing a unit may leave


@dataclass(frozen=True)
class Attribution:
    """A difference of two totals, split.

    Attributes
    ----------
    before, after : xr.DataArray
        The totals.
    contributions : xr.DataArray
        Of each group to `after` less `before`, over `group` and whatever the totals run over; they add up.
    inputs : Mapping
        Group -> the inputs that differ, in the form `name` or `name.label`.
    """

    before: xr.DataArray
    after: xr.DataArray
    contributions: xr.DataArray
    inputs: Mapping[str, tuple[str, ...]]

    def lines(self, year: int | None = None) -> tuple[str, ...]:
        """Return one line for each group that contributes, the largest first, between the two totals."""
        picked = [self.before, self.contributions, self.after]
        if "year" in self.contributions.dims:
            if year is None:
                raise CallError("the attribution runs over years; name one, such as year=2060")
            picked = [array.sel(year=year) if "year" in array.dims else array for array in picked]
        before, parts, after = picked
        unit = units_of(self.contributions)
        named = {str(name): float(parts.sel(group=name)) for name in parts["group"].values}
        order = sorted(named, key=lambda name: -abs(named[name]))
        body = [
            f"{named[name]:+,.1f} {unit} {name}: {', '.join(self.inputs.get(name, (BEGUN,)))}"
            for name in order
            if self.inputs.get(name, (BEGUN,))
        ]
        return f"{float(before):,.1f} {unit} before", *body, f"{float(after):,.1f} {unit} after"

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and words."""
        return {
            "unit": units_of(self.contributions),
            "before": _plain(self.before),
            "after": _plain(self.after),
            "contributions": [
                {"group": str(name), "value": _plain(self.contributions.sel(group=name, drop=True)),
                 "inputs": list(self.inputs.get(str(name), ()))}
                for name in self.contributions["group"].values
            ],
        }  # fmt: skip


def attribute(
    evaluate: Evaluate, before: xr.Dataset, after: xr.Dataset, groups: Mapping[str, Sequence[str]] = GROUPS, *,
    limit: int = LIMIT, merges: Sequence[tuple[str, str]] = MERGES,
) -> Attribution:  # fmt: skip
    """Return the exact Shapley contributions of groups of inputs to the change of a result.

    Each group's effect is its mean over all orders in which groups can switch from `before` to `after`: two levers
    that work only together share what they do in equal parts, which is a convention and no measurement.

    Parameters
    ----------
    evaluate : callable
        From inputs with a `scenario` dimension to a result in one unit.
    before, after : xr.Dataset
        The same inputs on the same coordinates. What differs and is in no group makes the group "other".
    groups : mapping of str to sequence of str
        Lever -> inputs, as `decarb.analysis.levers.GROUPS`.
    limit : int
        Most groups that may differ; all of their subsets are evaluated.
    merges : sequence of pairs
        Groups made one, in this order, while more differ.

    Raises
    ------
    CallError
        More groups differ than `limit`, an entry is no input, or the two are not the same inputs.

    Notes
    -----
    phi_i = sum over S without i of |S|! (k - |S| - 1)! / k! (v(S + i) - v(S)). The contributions add to v(all) -
    v(none), levers of equal effect get equal parts, a lever without effect gets 0. Sampling orders would not be exact
    and is not offered.

    References
    ----------
    `shapley-1953`
    """
    _check_same_inputs(before, after)
    after = after.assign({str(name): converted(after[name], units_of(before[name])) for name in before})
    differing = {str(name): _differs(before[name], after[name]) for name in before}
    differing = {name: places for name, places in differing.items() if bool(places.any())}
    groups = checked_groups(groups, before)
    active = _active(groups, differing)
    if len(active) > limit:
        groups = merged(groups, active, limit, merges)
        active = _active(groups, differing)
    if len(active) > limit:
        raise CallError(
            f"{len(active)} groups of inputs differ ({', '.join(active)}) and {limit} can be told apart in "
            f"{2**limit} evaluations; put some into one group, or raise limit (each more doubles the work)"
        )
    values = _values(evaluate, before, after, active)
    weights = _weights(len(active))
    parts = xr.DataArray(weights, {"group": list(active)}, ("group", "scenario")).dot(values, dim="scenario")
    names = [*groups, *([OTHER] if OTHER in active else [])]
    unit = units_of(values)
    result = Attribution(
        before=stamp(values.isel(scenario=0, drop=True), unit),
        after=stamp(values.isel(scenario=-1, drop=True), unit),
        contributions=stamp(parts.reindex(group=names, fill_value=0.0), unit),
        inputs=MappingProxyType({name: active.get(name, ()) for name in names}),
    )
    check_adds_up(result)
    return result


def between_scenarios(
    before: xr.Dataset, after: xr.Dataset, total: str = "net_co2", *, series: xr.Dataset | None = None,
    groups: Mapping[str, Sequence[str]] = GROUPS, limit: int = LIMIT,
) -> Attribution:  # fmt: skip
    """Return by which levers a national total of two scenarios differs, year by year.

    Parameters
    ----------
    before, after : xr.Dataset
        Inputs of the two, as `decarb.scenario.inputs.scenario_inputs` builds them.
    total : {"net_co2", "gross_co2", "net_ghg"}
    series : xr.Dataset, optional
        As `decarb.model.weather` returns it for `before`, to save its seconds.
    groups, limit
        As for `attribute`.

    Raises
    ------
    CallError
        The two do not share their weather or their view of the land, or as for `attribute`.
    """
    _check_one_weather(before, after)
    for word in ("land_view", "gwp"):
        if total != "gross_co2" and before.attrs.get(word) != after.attrs.get(word):
            raise CallError(
                f"{total}: {word} is {before.attrs.get(word)} in one scenario and {after.attrs.get(word)} in the "
                "other; these are unlike totals, compare gross_co2 or state one view"
            )
    return attribute(_national(total, before, series), before, after, groups, limit=limit)


def between_years(
    inputs: xr.Dataset, start: int, end: int, total: str = "net_co2", *, series: xr.Dataset | None = None,
    groups: Mapping[str, Sequence[str]] = GROUPS, limit: int = LIMIT,
) -> Attribution:  # fmt: skip
    """Return by which levers a national total of one scenario changes from one year to another.

    A lever's effect is what it does after `start`, against staying where it stood in that year. What happens with
    every lever held, because it was begun before, is the group "under way".

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.inputs.scenario_inputs` builds it.
    start, end : int
        Calendar years, from the last observed year on.
    total, series, groups, limit
        As for `between_scenarios`.

    Raises
    ------
    CallError
        A year is observed or not in the model, or as for `attribute`.
    """
    if not start < end <= int(inputs["year"][-1]):
        raise CallError(f"{start} to {end} is no span of the model; name two years up to {int(inputs['year'][-1])}")
    evaluate = _national(total, inputs, series)
    both = attribute(
        lambda switched: evaluate(switched).sel(year=[start, end]), held_after(inputs, start), inputs, groups,
        limit=limit,
    )  # fmt: skip
    before, after = both.after.sel(year=start, drop=True), both.after.sel(year=end, drop=True)
    begun = (both.before.sel(year=end, drop=True) - before).expand_dims(group=[UNDER_WAY])
    parts = xr.concat([both.contributions.sel(year=end, drop=True), begun], dim="group")
    result = Attribution(before, after, stamp(parts, units_of(after)), both.inputs)
    check_adds_up(result)
    return result


def check_adds_up(attribution: Attribution, tolerance: float = TOLERANCE) -> None:
    """Raise `DecarbError` unless the contributions add to the difference of the two totals."""
    gap = np.abs(attribution.contributions.sum("group") - (attribution.after - attribution.before))
    scale = np.maximum(np.abs(attribution.before), np.abs(attribution.after)) + np.abs(attribution.contributions).max()
    if not bool((gap <= tolerance * scale).all()):
        raise DecarbError(f"attribution: the contributions miss the difference by {float(gap.max()):.3g}")


def _check_same_inputs(before: xr.Dataset, after: xr.Dataset) -> None:
    """Refuse inputs that cannot switch one by one."""
    lonely = sorted(map(str, set(before) ^ set(after)))
    if lonely:
        raise CallError(f"attribution: {', '.join(lonely)} stand in one of the two only; give both the same inputs")
    for dim in sorted(map(str, {*before.dims, *after.dims})):
        if dim == "scenario":
            raise CallError('attribution: the inputs have a "scenario" dimension already; select one scenario')
        labels = [list(inputs[dim].values) for inputs in (before, after) if dim in inputs.dims]
        if len(labels) == 2 and labels[0] != labels[1]:
            raise CallError(
                f'attribution: "{dim}" is {_few(labels[0])} in one and {_few(labels[1])} in the other; give both the '
                "same labels in one order"
            )


def _check_one_weather(before: xr.Dataset, after: xr.Dataset) -> None:
    odd = [name for name in OF_WEATHER if name in before and name in after and not before[name].equals(after[name])]
    if before.attrs.get("seed") != after.attrs.get("seed"):
        odd.append(f"seed ({before.attrs.get('seed')} and {after.attrs.get('seed')})")
    if odd:
        raise CallError(
            f"attribution: the two differ in {', '.join(odd)}, which make the weather and the load's shape; all subsets "
            "share one weather, so give both the same, and compare the two runs whole"
        )


def _differs(before: xr.DataArray, after: xr.DataArray) -> xr.DataArray:
    one, two = xr.broadcast(before, after)
    return one.copy(data=~np.isclose(one, two, rtol=SAME, atol=0.0, equal_nan=True))


def _active(groups: Mapping[str, Sequence[str]], differing: Mapping[str, xr.DataArray]) -> dict[str, tuple[str, ...]]:
    """Return the groups in which something differs, each with its differing inputs; what is left is "other"."""
    found: dict[str, tuple[str, ...]] = {}
    left = dict(differing)
    for group, entries in groups.items():
        own = []
        for entry in entries:
            name = entry.partition(".")[0]
            if name in left and bool(_at(left[name], entry).any()):
                own.append(entry)
                left[name] = left[name] & ~_covers(left[name], entry)
        if own:
            found[group] = tuple(own)
    rest = tuple(name for name, places in left.items() if bool(places.any()))
    return found | ({OTHER: rest} if rest else {})


def _covers(array: xr.DataArray, entry: str) -> xr.DataArray:
    """Return where of an input an entry speaks: everywhere, or at its label."""
    _, _, label = entry.partition(".")
    if not label:
        return xr.DataArray(True)
    dim = dimension_of(array, entry)
    return xr.DataArray(array[dim].values.astype(str) == label, {dim: array[dim].values}, (dim,))


def _at(places: xr.DataArray, entry: str) -> xr.DataArray:
    return places & _covers(places, entry)


def _owners(active: Mapping[str, Sequence[str]], inputs: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return for each input that differs the number of the group that switches it, label by label where needed."""
    owners: dict[str, xr.DataArray] = {}
    # What no group claims of an input comes first, so that its labels are then taken out.
    for place, entry in sorted(
        ((place, entry) for place, entries in enumerate(active.values()) for entry in entries),
        key=lambda it: "." in it[1],
    ):
        name = entry.partition(".")[0]
        owners[name] = xr.where(_covers(inputs[name], entry), place, owners.get(name, xr.DataArray(place)))
    return owners


def _values(
    evaluate: Evaluate, before: xr.Dataset, after: xr.Dataset, active: Mapping[str, Sequence[str]]
) -> xr.DataArray:
    """Return the result of every subset of the groups, over `scenario`: its number has one bit for each group."""
    owners = _owners(active, before)
    numbers = np.arange(2 ** len(active))
    switches = (numbers[:, None] >> np.arange(len(active))) & 1 == 1
    blocks = []
    for start in range(0, numbers.size, BLOCK):
        block = slice(start, start + BLOCK)
        switch = xr.DataArray(switches[block], {"scenario": numbers[block]}, ("scenario", "group"))
        mixed = {name: _switched(switch.isel(group=owner), before[name], after[name]) for name, owner in owners.items()}
        values = evaluate(before.assign(mixed))
        if "scenario" not in values.dims:
            values = values.expand_dims(scenario=numbers[block]).assign_attrs(values.attrs)
        blocks.append(values)
    return stamp(xr.concat(blocks, dim="scenario"), units_of(blocks[0]))


def _switched(on: xr.DataArray, before: xr.DataArray, after: xr.DataArray) -> xr.DataArray:
    mixed = xr.where(on, after, before).transpose(*after.dims, ...)
    return mixed.assign_attrs(before.attrs)


def _weights(count: int) -> np.ndarray:
    """Return Shapley's weight of each subset (columns, one bit for each group) for each group (rows)."""
    numbers = np.arange(2**count)
    size = np.array([bin(number).count("1") for number in numbers])
    orders = [factorial(held) * factorial(count - held - 1) / factorial(count) for held in range(count)]
    weights = np.zeros((count, numbers.size))
    for group in range(count):
        inside = (numbers >> group) & 1 == 1
        weights[group, inside] = [orders[held - 1] for held in size[inside]]
        weights[group, ~inside] = [-orders[held] for held in size[~inside]]
    return weights


def _national(total: str, inputs: xr.Dataset, series: xr.Dataset | None) -> Evaluate:
    if total not in TOTALS:
        raise CallError(f'"{total}" is no total; {did_you_mean(total, TOTALS)}')
    shared = model.weather(inputs) if series is None else series
    return lambda switched: national(model.evaluate(switched, shared).annual[total])


def _few(labels: list[Any]) -> str:
    said = ", ".join(map(str, labels[:4]))
    return said + (f" and {len(labels) - 4} more" if len(labels) > 4 else "")


def _plain(array: xr.DataArray) -> Any:
    if not array.dims:
        return float(array)
    if array.dims == ("year",):
        return {int(year): float(array.sel(year=year)) for year in array["year"].values}
    return array.values.tolist()
