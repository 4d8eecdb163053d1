"""One block of a sweep: its samples, the nation's pathways for them, and how far each stands from each target."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.errors import DecarbError
from decarb.nation.fused import PROVINCIAL, STATUS, national_pathway
from decarb.pathway.margins import VERDICTS, margin_unit, measures
from decarb.pathway.rules import needed
from decarb.sweeps import sites
from decarb.sweeps.plan import Plan
from decarb.sweeps.sample import rows
from decarb.units import units_of

SITES_AT_ONCE: Final = 200  # scenarios with zones of their own that are in memory together
OUTSIDE, REFUSED = 100, 101
REASONS: Final = {
    **STATUS,
    OUTSIDE: "an axis lies outside what a scenario may say",
    REFUSED: "the base year or the park refuses the inputs; run this scenario alone to see why",
}
"""Status of a scenario -> what it means; 0 is computed."""


def block(plan: Plan, first: int, count: int) -> xr.Dataset:
    """Return scenarios `first` to `first + count` of a sweep.

    Parameters
    ----------
    plan : Plan
    first, count : int
        Scenario i depends on the seed and on i alone.

    Returns
    -------
    xr.Dataset
        `input` (scenario, axis), `status` (scenario), `value`, `margin` and `verdict` (scenario, target), and the kept
        series (scenario, year). NaN where the status is not 0 or a target is undefined; codes say which.
    """
    values = rows(plan.sampling, first, count)
    return _found(plan, values).assign_coords(scenario=np.arange(first, first + count))


def _found(plan: Plan, values: np.ndarray) -> xr.Dataset:
    allowed = np.all([axis.allows(column) for axis, column in zip(plan.axes, values.T, strict=True)], axis=0)
    status = np.where(allowed, 0, OUTSIDE).astype(np.int8)
    # What no scenario may say stands where the base does, so that its block goes through; what comes of it is dropped.
    inside = np.where(allowed[:, np.newaxis], values, [axis.now for axis in plan.axes])
    series = pathways(plan, inside)
    status = np.where(allowed, series["status"].values, status)
    computed = status == 0
    found = _judged(plan, series, computed)
    kept = {name: _where(series[name].transpose("scenario", ...), computed) for name in plan.keep}
    flags = {
        "flag_values": np.array(sorted(REASONS), np.int8),
        "flag_meanings": " ".join(f"status_{code}" if code else "computed" for code in sorted(REASONS)),
        "reasons": "; ".join(f"{code}: {REASONS[code]}" for code in sorted(REASONS)),
    }
    return xr.Dataset(
        {
            "input": (("scenario", "axis"), values, {"long_name": "value of each axis, in axis_unit"}),
            "status": (("scenario",), status, flags),
            **found,
            **kept,
        },
        {
            "axis": [axis.name for axis in plan.axes],
            "axis_unit": ("axis", [axis.unit for axis in plan.axes]),
            "axis_by": ("axis", [axis.by for axis in plan.axes]),
            "target": [target.id for target in plan.targets],
            "value_unit": ("target", [target.unit for target in plan.targets]),
            "margin_unit": ("target", [margin_unit(target) for target in plan.targets]),
        },
    )


def _where(array: xr.DataArray, computed: np.ndarray) -> xr.DataArray:
    """Return a series, NaN where a scenario was not computed; it is not copied where all were."""
    kept = array if computed.all() else array.where(xr.DataArray(computed, dims="scenario"))
    return kept.assign_attrs(units=units_of(array))


def pathways(plan: Plan, values: np.ndarray) -> xr.Dataset:
    """Return national series, and the status of each scenario, for values of the axes inside what they allow."""
    if "zone" in plan.moving and len(values) > SITES_AT_ONCE:
        parts = [pathways(plan, values[at : at + SITES_AT_ONCE]) for at in range(0, len(values), SITES_AT_ONCE)]
        return _joined(parts)
    inputs = plan.inputs.assign(plan.moved.at(values))
    try:
        base = _base(plan, inputs)
        zone = _zones(plan, inputs, base) if "zone" in plan.moving else plan.zone
    except DecarbError:
        if len(values) == 1:
            return _refused(plan)
        middle = len(values) // 2
        return _joined([pathways(plan, values[:middle]), pathways(plan, values[middle:])])
    return national_pathway(inputs, base, zone, keep=wanted(plan), provinces=PROVINCIAL in plan.keep)


def _joined(parts: list[xr.Dataset]) -> xr.Dataset:
    return xr.concat(parts, "scenario", join="exact", combine_attrs="override")


def wanted(plan: Plan) -> tuple[str, ...]:
    """Return the national series that the targets and the store need."""
    judged = [name for target in plan.targets for name in needed(target) if name != "co2_per_gdp_2005"]
    return tuple(dict.fromkeys([*judged, *(name for name in plan.keep if name != PROVINCIAL)]))


def _base(plan: Plan, inputs: xr.Dataset) -> xr.Dataset:
    if "base" in plan.moving:
        return model.base_year(inputs)
    if "power" in plan.moving:
        return plan.base.assign(model.power_and_heat(inputs, plan.base["base_level"]))
    return plan.base


def _zones(plan: Plan, inputs: xr.Dataset, base: xr.Dataset) -> xr.Dataset:
    site = plan.site
    if "site" in plan.moving and plan.surface is not None:
        site = sites.from_surface(plan.surface, plan.inputs, inputs)
    elif "site" in plan.moving:
        site = model.site_of_template(inputs, plan.series)
    return model.zone_of_sites(inputs, base, site)


def _refused(plan: Plan) -> xr.Dataset:
    """Return one scenario that could not be computed, with its status."""
    like = national_pathway(plan.inputs.expand_dims("scenario"), plan.base, plan.zone, keep=wanted(plan),
                            provinces=PROVINCIAL in plan.keep)  # fmt: skip
    return (like * np.nan).assign(status=xr.full_like(like["status"], REFUSED))


def _judged(plan: Plan, series: xr.Dataset, computed: np.ndarray) -> dict[str, xr.DataArray]:
    """Return the number that decides each target, its margin and its verdict; NaN where nothing was computed."""
    counted = {"land_view": plan.inputs.attrs["land_view"], "gwp": plan.inputs.attrs["gwp"]}
    given = series.assign_coords(counted)
    totals = {name: given[name] for name in wanted(plan)}
    found = measures(plan.targets, {**totals, "co2_per_gdp_2005": plan.inputs["co2_per_gdp_2005"]}, computed)
    flags = {"flag_values": np.arange(len(VERDICTS), dtype=np.int8), "flag_meanings": " ".join(VERDICTS)}
    dims = ("scenario", "target")
    return {
        "value": xr.DataArray(found.value, dims=dims, attrs={"long_name": "number that decides, in value_unit"}),
        "margin": xr.DataArray(found.margin, dims=dims, attrs={"long_name": "by how much it holds, in margin_unit"}),
        "verdict": xr.DataArray(found.verdict, dims=dims, attrs=flags),
    }
