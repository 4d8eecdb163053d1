"""Why a national total differs between two scenarios, or two years of one: contributions of levers that add exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import xarray as xr

from decarb import model
from decarb.analysis.factors import lmdi, sector_factors
from decarb.analysis.held import held_after
from decarb.analysis.lever_groups import GROUPS
from decarb.analysis.shapley import LIMIT, Attribution, Evaluate, attribute, check_adds_up
from decarb.errors import CallError
from decarb.nation.totals import national
from decarb.units import stamp, units_of
from decarb.variables import did_you_mean

__all__ = [
    "Attribution", "attribute", "between_scenarios", "between_years", "check_adds_up", "lmdi", "sector_factors",
]  # fmt: skip

TOTALS: Final = ("gross_co2", "net_co2", "net_ghg")
UNDER_WAY: Final = "under way"
"""What was begun by the first year: plants of half a year, parks on their way."""


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
    check_comparable(before, after, () if total == "gross_co2" else ("land_view", "gwp"))
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


def check_comparable(before: xr.Dataset, after: xr.Dataset, views: Sequence[str]) -> None:
    """Refuse inputs of two scenarios that do not share their weather, or count unlike.

    Parameters
    ----------
    before, after : xr.Dataset
    views : sequence of str
        Which of `land_view` and `gwp` matter.

    Raises
    ------
    CallError
        Naming what differs.
    """
    _check_one_weather(before, after)
    for word in views:
        if before.attrs.get(word) != after.attrs.get(word):
            raise CallError(
                f"{word} is {before.attrs.get(word)} in one scenario and {after.attrs.get(word)} in the other; net "
                "totals are then unlike totals: compare gross_co2, or state one view"
            )


def _check_one_weather(before: xr.Dataset, after: xr.Dataset) -> None:
    shared = (name for name in model.OF_WEATHER if name in before and name in after)
    odd = [name for name in shared if not before[name].equals(after[name])]
    if before.attrs.get("seed") != after.attrs.get("seed"):
        odd.append(f"seed ({before.attrs.get('seed')} and {after.attrs.get('seed')})")
    if odd:
        raise CallError(
            f"attribution: the two differ in {', '.join(odd)}, which make the weather and the load's shape; all "
            "subsets share one weather: give both the same, or compare the two runs whole"
        )


def _national(total: str, inputs: xr.Dataset, series: xr.Dataset | None) -> Evaluate:
    if total not in TOTALS:
        raise CallError(f'"{total}" is no total; {did_you_mean(total, TOTALS)}')
    shared = model.weather(inputs) if series is None else series
    return lambda switched: national(model.evaluate(switched, shared).annual[total])
