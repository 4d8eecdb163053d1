"""One park run whole: its year, its range, its cost against the twin, its claim, and three verdicts."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import xarray as xr

from decarb import __version__
from decarb.analysis.park import ParkResults
from decarb.analysis.park_call import ParkCall, park_call
from decarb.analysis.park_claim import claim_of, facts_of, on_announcement
from decarb.analysis.park_flags import flags_of
from decarb.analysis.park_questions import calibrated, multiplied, room_on_site
from decarb.analysis.park_stores import park_cost_against_twin, supercapacitor_effect, with_stores
from decarb.analysis.park_systems import systems_of
from decarb.analysis.run import PACKAGES
from decarb.park.dispatch import DESIGN, dispatch_steps
from decarb.park.eligibility import credit_rules
from decarb.park.series import (
    drawn_yields,
    finer_series,
    park_series,
    park_weather,
    scaled_weather,
    steps_per_hour,
)  # fmt: skip
from decarb.park.standards import judge, thresholds
from decarb.park.statement import REPORTED, SEEDS, park_draws, park_year, quantiles
from decarb.park.yields import yield_gap
from decarb.scenario.credits import park_credits
from decarb.scenario.parameters import park_assumptions
from decarb.scenario.park_inputs import park_inputs
from decarb.scenario.park_prices import park_prices
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.scenario import Scenario
from decarb.scenario.settings import Settings
from decarb.scenario.weather import park_weather as weather_of_file
from decarb.tables import read_table, tables_hash
from decarb.units import stamp, units_of

SEED: Final = 2021
SYNTHETIC: Final = "synthetic-default"
FINE_STEP: Final = "15 min"  # on which a supercapacitor has something to do


def run_park(
    park: ParkSpec | Scenario | str | Path,
    *,
    weather: str | Path | None = None,
    clock: str | None = None,
    seed: int = SEED,
    step: str = "1 h",
    settings: Settings = (),
) -> ParkResults:
    """Run one park's year: every system, its statement and claim, its cost, and its standing under three rulebooks.

    Parameters
    ----------
    park : ParkSpec, Scenario, str or Path
        A park file, the name of a shipped one, what `load_park` gives, or a scenario, whose park is taken.
    weather : str or Path, optional
        The user's own capacity factors or weather, as `decarb.scenario.weather.park_weather` reads them; scaled to the
        yields that the park states. By default a synthetic year.
    clock : str, optional
        "UTC", "UTC+8" and so on, where the weather file does not say by which clock its hours run.
    seed : int
        Of the synthetic weather and of all draws.
    step : {"1 h", "15 min", "5 min"}
        Length of a step; below an hour, gusts, clouds and switching are drawn inside each hour.
    settings : sequence of str, or mapping
        Over what the file says: `["pv.on=false"]` or `{"pv.on": False}`.

    Raises
    ------
    CallError
        An argument of the wrong kind, or two that do not go together.
    InputError
        The park or the weather cannot be read.
    DecarbError
        An input is impossible, or a law of conservation does not hold.

    Examples
    --------
    >>> results = run_park("yizhuang")
    >>> results.systems["water"]["size"]
    (200.0, 'm3/d')
    """
    asked = park_call(park, weather=weather, clock=clock, seed=seed, step=step, settings=settings)
    spec, seed, step = asked.spec, asked.seed, asked.step
    inputs, fine = park_inputs(spec, seed), steps_per_hour(step)
    yields = drawn_yields(inputs, range(seed, seed + SEEDS))
    source, years = _weather(asked, inputs, yields)
    first, hourly = (park_series(inputs, each) for each in (source, years))
    quarter = finer_series(inputs, first, steps_per_hour(FINE_STEP), source["capacity_factor_limit"])
    series = first if fine == 1 else finer_series(inputs, first, fine, source["capacity_factor_limit"])
    year = _described(park_year(inputs, series), inputs, source)
    drawn, outcomes = park_draws(inputs, hourly, yields)
    spread = quantiles(outcomes[[*REPORTED, "statement", "statement_market"]])
    prices = park_prices(spec)
    year = with_stores(year, inputs, prices)
    steps = dispatch_steps(inputs[list(DESIGN)], series["capacity_factor"], series["load_shape"], series["period"])
    cost = park_cost_against_twin(spec, inputs, series, year, steps, prices)
    year = year.assign(supercapacitor_effect(inputs, quarter)).assign(room_on_site(spec, year, inputs))
    retired = park_credits(spec.credits, park=spec.name, year=spec.year, rules=credit_rules(read_table("standards")))
    claim = claim_of(spec, inputs, year, spread, retired)
    verdicts = judge(facts_of(spec, inputs, year, retired), thresholds(read_table("standards")))
    if retired is None and spec.reported.credits_retired is not None:
        verdicts = on_announcement(verdicts, spec.reported.credits_retired, outcomes["emissions"])
    return ParkResults(
        name=spec.name, archetype=spec.archetype, province=spec.province, year=spec.year, spec=spec,
        systems=systems_of(spec, year), annual=year.assign_attrs(park=spec.name), spread=spread, cost=cost,
        standards=verdicts, claim=claim,
        calibration=calibrated(spec, drawn, outcomes), multiplied=multiplied(inputs, first, seed),
        flags=flags_of(spec, inputs, year, cost, steps, step), provenance=_provenance(spec, source, seed, step),
        steps=steps.assign_attrs(park=spec.name),
    )  # fmt: skip


def _weather(asked: ParkCall, inputs: xr.Dataset, yields: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset]:
    """Return the year of the stated yields, synthetic or from a file, and years of the drawn ones (weather_seed)."""
    if asked.weather is None:
        seeds = yields["weather_seed"].values.tolist()
        stated = park_weather(inputs, seeds[:1]).isel(weather_seed=0, drop=True)
        return stated.assign_attrs(weather=SYNTHETIC, notes=""), park_weather(inputs, seeds, yields)
    needed = [name for name in ("wind", "pv") if float(inputs[f"{name}_capacity"]) > 0.0]
    wanted = {name: inputs[f"{name}_full_load_hours"].reset_coords(drop=True) for name in needed}
    found = weather_of_file(asked.weather, asked.spec.province, wanted, needed=needed, clock=asked.clock)
    source = found.assign(yield_gap=yield_gap(found["full_load_hours_unscaled"], found["full_load_hours"]))
    return source, scaled_weather(source, yields)


def _described(year: xr.Dataset, inputs: xr.Dataset, source: xr.Dataset) -> xr.Dataset:
    """Return the year with the yields of its weather, before scaling and stated."""
    names = ("full_load_hours", "full_load_hours_unscaled", "yield_gap", "pv_full_load_hours_clear_sky")
    every = year["technology"].values
    built = [f"{name}_capacity" in inputs and float(inputs[f"{name}_capacity"]) > 0.0 for name in every]
    there = xr.DataArray(built, {"technology": every}, ("technology",))
    yields = {}
    for name in (name for name in names if name in source):
        array = source[name]
        known = array.reindex(technology=every).where(there) if "technology" in array.dims else array.where(
            there.sel(technology="pv", drop=True)
        )  # fmt: skip
        yields[name] = stamp(known, units_of(array))
    return year.assign(yields)


def _provenance(spec: ParkSpec, source: xr.Dataset, seed: int, step: str) -> MappingProxyType[str, Any]:
    return MappingProxyType(
        {
            "decarb": __version__,
            "stated": spec.model_dump(mode="json", exclude_none=True),
            "tables_sha256": tables_hash(),
            "seed": seed,
            "step": step,
            "weather": {
                "name": source.attrs["weather"],
                "seed": seed if source.attrs["weather"] == SYNTHETIC else None,
                "notes": source.attrs.get("notes", ""),
                **{
                    name: {str(tech): (float(source[name].sel(technology=tech)), units_of(source[name]))
                           for tech in source["technology"].values}
                    for name in ("full_load_hours_unscaled", "full_load_hours", "yield_gap")
                },
            },
            "python": platform.python_version(),
            "packages": {name: version(name) for name in PACKAGES},
            "assumptions": park_assumptions(),
        }
    )  # fmt: skip
