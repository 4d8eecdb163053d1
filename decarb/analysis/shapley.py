"""A difference split over groups of inputs by their mean effect in all orders (Shapley): exact, and adding up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.analysis.lever_groups import GROUPS, MERGES, OTHER, checked_groups, merged
from decarb.analysis.subsets import active_groups, in_units_of, mixed_inputs, owners_of, what_differs
from decarb.errors import CallError, DecarbError
from decarb.markup import card, small, table
from decarb.units import stamp, units_of

Evaluate = Callable[[xr.Dataset], xr.DataArray]

LIMIT: Final = 8
"""Groups told apart in one call: 2^8 = 256 scenarios."""
BLOCK: Final = 256  # scenarios of one call
BEGUN: Final = "begun before, and half of a first year"
TOLERANCE: Final = 1e-9  # of the totals
YEARS_APART: Final = 10  # in a notebook, back from the last


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        groups, unit = self.contributions.sizes["group"], units_of(self.contributions)
        return f"Attribution({groups} groups in {unit} over {', '.join(map(str, self.after.dims)) or 'no dimension'})"

    def __str__(self) -> str:
        """Say both totals and the parts that are not zero, over years those of the last."""
        if set(self.contributions.dims) - {"group", "year"}:
            return repr(self)
        picked, when = [self.before, self.contributions, self.after], ""
        if "year" in self.contributions.dims:
            when = f" in {int(self.contributions['year'][-1])}, the last year"
            picked = [array.isel(year=-1) if "year" in array.dims else array for array in picked]
        before, parts, after = picked
        named = {str(name): float(parts.sel(group=name)) for name in parts["group"].values}
        order = sorted((name for name in named if named[name]), key=lambda name: -abs(named[name]))
        body = "".join(f"\n  {named[name]:+,.1f} {name}" for name in order)
        return f"{float(before):,.1f} to {float(after):,.1f} {units_of(parts)}{when}:{body or ' no part'}"

    def _repr_html_(self) -> str:
        title, unit = repr(self), units_of(self.contributions)
        if set(self.contributions.dims) - {"group", "year"}:
            return card(title)
        over = "year" in self.contributions.dims
        years = [int(year) for year in self.contributions["year"].values][::-YEARS_APART][::-1] if over else [None]

        def row(name: str, array: xr.DataArray) -> tuple[str, ...]:
            at = (array if year is None or "year" not in array.dims else array.sel(year=year) for year in years)
            return (name, *(f"{float(one):,.1f}" for one in at))

        rows = [row("before", self.before)]
        moved = [
            str(name) for name in self.contributions["group"].values if (self.contributions.sel(group=name) != 0).any()
        ]
        rows += [row(name, self.contributions.sel(group=name)) for name in moved]
        head = ("group", *("" if year is None else str(year) for year in years))
        groups = self.contributions.sizes["group"]
        said = f"in {unit}; the parts add exactly; {groups - len(moved)} of {groups} groups change nothing"
        shown = table(head, [*rows, row("after", self.after)], right=range(1, len(head)))
        return card(title, shown, small(said))

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
        Lever -> inputs, as `decarb.analysis.lever_groups.GROUPS`.
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
    after = in_units_of(before, after)
    groups = checked_groups(groups, before)
    differing = what_differs(before, after)
    active = active_groups(groups, differing)
    idle: set[str] = set()
    if len(active) > limit:
        idle = {name for name, entries in active.items() if not depends_on(evaluate, before, entries)}
        groups = merged(groups, [name for name in active if name not in idle], limit, merges)
        active = active_groups(groups, differing)
    live = {name: entries for name, entries in active.items() if name not in idle}
    if len(live) > limit:
        raise CallError(
            f"{len(live)} groups of inputs differ ({', '.join(live)}) and {limit} can be told apart in "
            f"{2**limit} evaluations; put some into one group, or raise limit (each more doubles the work)"
        )
    values = _values(evaluate, before, after, live)
    names = [*groups, *([OTHER] if OTHER in active else [])]
    numbers = {name: place for place, name in enumerate(live)}
    parts = [mean_effect(values, numbers[name]) if name in numbers else xr.zeros_like(values[0]) for name in names]
    unit = units_of(values)
    result = Attribution(
        before=stamp(values.isel(scenario=0, drop=True), unit),
        after=stamp(values.isel(scenario=-1, drop=True), unit),
        contributions=stamp(
            xr.concat(
                [part.drop_vars("scenario", errors="ignore") for part in parts], dim=xr.IndexVariable("group", names)
            ),
            unit,
        ),
        inputs=MappingProxyType({name: active.get(name, ()) for name in names}),
    )
    check_adds_up(result)
    return result


def check_adds_up(attribution: Attribution, tolerance: float = TOLERANCE) -> None:
    """Raise `DecarbError` unless the contributions add to the difference of the two totals."""
    gap = np.abs(attribution.contributions.sum("group") - (attribution.after - attribution.before))
    scale = np.maximum(np.abs(attribution.before), np.abs(attribution.after)) + np.abs(attribution.contributions).max()
    if not bool((gap <= tolerance * scale).all()):
        raise DecarbError(f"attribution: the contributions miss the difference by {float(gap.max()):.3g}")


def _values(
    evaluate: Evaluate, before: xr.Dataset, after: xr.Dataset, active: Mapping[str, Sequence[str]]
) -> xr.DataArray:
    """Return the result of every subset of the groups, over `scenario`: its number has one bit for each group."""
    owners = owners_of(active, before)
    numbers = np.arange(2 ** len(active))
    blocks = []
    for start in range(0, numbers.size, BLOCK):
        block = numbers[start : start + BLOCK]
        values = evaluate(mixed_inputs(before, after, owners, block, len(active)))
        if "scenario" not in values.dims:
            values = values.expand_dims(scenario=block).assign_attrs(values.attrs)
        blocks.append(values)
    return stamp(xr.concat(blocks, dim="scenario"), units_of(blocks[0]))


def mean_effect(values: xr.DataArray, group: int) -> xr.DataArray:
    """Return Shapley's mean of what one group changes, over all subsets of the others; exactly 0 if it never does."""
    numbers = values["scenario"].values
    count = int(numbers.size).bit_length() - 1
    without = numbers[(numbers >> group) & 1 == 0]
    held = [int(number).bit_count() for number in without]
    weights = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in held]
    change = values.isel(scenario=without | 1 << group).drop_vars("scenario") - values.isel(scenario=without)
    return (change * xr.DataArray(weights, {"scenario": without}, ("scenario",))).sum("scenario")


def depends_on(evaluate: Evaluate, inputs: xr.Dataset, entries: Sequence[str]) -> bool:
    """Return whether a result can depend on inputs at all: a dimension put on them comes out at the other end."""
    marked = {name: inputs[name].expand_dims(scenario=[0]) for name in {entry.partition(".")[0] for entry in entries}}
    return "scenario" in evaluate(inputs.assign(marked)).dims


def _plain(array: xr.DataArray) -> Any:
    if not array.dims:
        return float(array)
    if array.dims == ("year",):
        return {int(year): float(array.sel(year=year)) for year in array["year"].values}
    return array.values.tolist()
