"""The targets, each naming the total it is about, and the judgement of national totals against them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from decarb.errors import CallError, InputError, Problem, Problems, UnitError
from decarb.pathway.bridge import ORDER, refuse_unlike
from decarb.pathway.figures import verdict_on
from decarb.pathway.judging import judge
from decarb.pathway.rules import UNITS, Target
from decarb.pathway.series import annual, check_series
from decarb.pathway.verdict import Verdict
from decarb.units import converted, unit_factor
from decarb.variables import did_you_mean

ADDS = 1e-9
"""How far parts may miss their total, beside their sum without sign."""

EMISSIONS = ("gross_co2", "net_co2", "net_ghg", "co2")

TARGETS: tuple[Target, ...] = (
    Target("peak-2030", "gross_co2", 2030, "year", 2030, "unga-2020", "peak"),
    Target("peak-before-2030", "gross_co2", 2030, "year", 2030, "unga-2020", "peak_before", since=2029, beside=True),
    Target("ndc-2035", "net_ghg", 0.07, "1", 2035, "ndc-2035", "fall", since=2030),
    Target("neutral-2060-co2", "net_co2", 0, "Mt CO2/yr", 2060, "unga-2020", "neutral"),
    Target("neutral-2060-ghg", "net_ghg", 0, "Mt CO2e/yr", 2060, "unga-2020", "neutral"),
    Target("rate-2030-2060", "gross_co2", 0.08, "1/yr", 2060, "he-jiankun-2020", "rate", since=2030, band_top=0.10),
    Target("rate-2030-2050", "gross_co2", 0.08, "1/yr", 2050, "he-jiankun-2020", "rate", 2030, 0.10, beside=True),
    Target(
        "required-rate-2030-2060", "gross_co2", 0, "1/yr", 2060, "unga-2020", "required_rate", since=2030, beside=True
    ),
    Target("intensity-2030-vs-2005", "gross_co2", -0.65, "1", 2030, "ndc-2030", "intensity"),
    Target("intensity-2030-vs-2025", "gross_co2", -0.17, "1", 2030, "fyp15-2026", "intensity", since=2025),
    Target("nonfossil-2030", "nonfossil_share", 0.25, "1", 2030, "ndc-2030", "at_least"),
    Target("nonfossil-2035", "nonfossil_share", 0.30, "1", 2035, "ndc-2035", "at_least"),
    Target("wind-solar-2030", "wind_solar_capacity", 1200, "GW", 2030, "ndc-2030", "at_least"),
    Target("wind-solar-2035", "wind_solar_capacity", 3600, "GW", 2035, "ndc-2035", "at_least"),
)
"""The threshold of `required-rate-2030-2060` is computed from the pathway; the number here is not used."""

SHOWN_BESIDE = frozenset(target.id for target in TARGETS if target.beside)
"""Targets that decide nothing."""
FALL, RATE = (next(target for target in TARGETS if target.id == name) for name in ("ndc-2035", "rate-2030-2060"))
"""The targets whose thresholds the figures of every verdict stand beside."""


def target_named(name: str, annual: xr.Dataset | None = None) -> Target:
    """Return a target by its name; `ndc-2035:net_ghg` also says on which total it is to be judged.

    Parameters
    ----------
    name : str
    annual : xr.Dataset, optional
        A run, for what lies between two totals.

    Raises
    ------
    CallError
        There is no such target or no such total.
    InputError
        The target is defined on another total; with the table between the two where `annual` is given.
    """
    known = {target.id: target for target in TARGETS}
    wanted, colon, total = name.partition(":")
    if wanted not in known:
        raise CallError(f'"{wanted}" is no target; {did_you_mean(wanted, tuple(known))}')
    target = known[wanted]
    if colon and total not in (*ORDER, target.total):
        said = f'"{total}" is no total' if total else "the total behind the colon is missing"
        raise CallError(f"{name}: {said}; write {wanted}:{target.total} (the totals are {', '.join(ORDER)})")
    if colon:
        fix = f"write {wanted}:{target.total}, the total that the target names"
        refuse_unlike(total, target.total, annual, target.year, fix=fix)
    return target


def check_totals(
    totals: xr.Dataset,
    targets: Iterable[Target] = TARGETS,
    *,
    co2_per_gdp_2005: xr.DataArray | None = None,
    net_co2_by_sector: xr.DataArray | None = None,
) -> Verdict:
    """Judge national totals: each target passed, failed or undefined with its reason, and the figures behind it.

    A target is never guessed: it is undefined where its total is absent or its years are not covered. `co2`, a CO2
    total that does not say which, stands for the CO2 totals that are absent.

    Parameters
    ----------
    totals : xr.Dataset, (year,)
        Any of `gross_co2`, `net_co2`, `co2` [Mt CO2/yr], `net_ghg` [Mt CO2e/yr], `wind_solar_capacity` [GW],
        `nonfossil_share` [1] and `gdp` (real, any unit), already summed over provinces and sectors. NaN before the
        first or after the last value of a series means that it does not cover the year. Scalar coordinates
        `land_view` and `gwp` say how land and gases were counted.
    targets : iterable of Target
        The targets, by default all of `TARGETS`.
    co2_per_gdp_2005 : xr.DataArray, CO2 over the unit of `gdp`, optional
        Emissions for each unit of real GDP in 2005; by default that of `totals`, where it stands there.
    net_co2_by_sector : xr.DataArray, [Mt CO2/yr], (sector, year), optional
        Parts that add to `net_co2`, with land and removals: whose the residual is. By default that of `totals`.

    Raises
    ------
    InputError, UnitError
        No total, a dimension other than `year`, a year without any value, a hole in a series, a wrong unit.
    """
    series = _readable(totals)
    fixed = totals.get("co2_per_gdp_2005") if co2_per_gdp_2005 is None else co2_per_gdp_2005
    judged = series if fixed is None else {**series, "co2_per_gdp_2005": fixed}
    parts = totals.get("net_co2_by_sector") if net_co2_by_sector is None else net_co2_by_sector
    return verdict_on(
        {name: series[name] for name in EMISSIONS if name in series},
        tuple(judge(target, judged) for target in targets),
        rate=RATE.threshold,
        fall=FALL.threshold,
        net_by_owner=None if parts is None else _parts(parts, series),
    )


def _readable(totals: xr.Dataset) -> dict[str, xr.DataArray]:
    """Each known series in its own unit, cut to the years it covers."""
    names = [name for name in (*UNITS, "gdp") if name in totals]
    problems = Problems()
    if not set(names) & set(EMISSIONS):
        found = ", ".join(map(str, totals)) or "nothing"
        problems.add("", "totals", f"found {found}", f"give at least one of {', '.join(EMISSIONS)}")
    for name in names:
        if totals[name].dims != ("year",):
            dims = ", ".join(map(str, totals[name].dims)) or "none"
            problems.add("", name, f"has the dimensions {dims}", "sum over all but `year`")
    problems.raise_if_any()
    given = {name: totals[name].notnull() for name in names}
    empty = ~xr.concat(list(given.values()), "series", coords="minimal", compat="override").any("series")
    if bool(empty.any()):
        years = ", ".join(str(year) for year in totals["year"].values[empty.values])
        problems.add("", ", ".join(names), f"no number in {years}", "give a number for each year, or drop the year")
    problems.raise_if_any()
    series = {name: _covered(totals[name]) for name in names}
    for kept in series.values():
        try:
            check_series(kept)
        except InputError as error:
            problems.found.extend(error.problems)
    problems.raise_if_any()
    return {name: _in_unit(kept, UNITS[name]) if name in UNITS else kept for name, kept in series.items()}


def _covered(series: xr.DataArray) -> xr.DataArray:
    at = np.flatnonzero(series.notnull().values)
    return series.isel(year=slice(at[0], at[-1] + 1) if at.size else slice(0, 0))


def _in_unit(series: xr.DataArray, unit: str) -> xr.DataArray:
    try:
        factor = unit_factor(series.attrs["units"], unit)
    except UnitError as error:
        raise UnitError(f"{series.name}: {error}") from error
    return (series.astype(float) * factor).rename(series.name).assign_attrs(units=unit)


def _parts(parts: xr.DataArray, series: dict[str, xr.DataArray]) -> xr.DataArray:
    """Return the parts of net CO2 over the years in which all have a number; refused where they do not add to it."""
    covered = annual(converted(parts.dropna("year", how="any"), UNITS["net_co2"]))
    net = series.get("net_co2")
    if net is not None:
        gap = float(abs(covered.sum("sector") - annual(net)).max())
        if gap > ADDS * float(abs(covered).sum("sector").max()):
            found = f"parts that miss the total by up to {gap:,.6g} {UNITS['net_co2']}"
            raise InputError([Problem("", "net_co2_by_sector", found, "give every part once, with land and removals")])
    return covered
