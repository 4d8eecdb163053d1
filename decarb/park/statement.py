"""The year of one park: energy, inventory and the credits a claim would need, with the range of what is not known."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
import xarray as xr

from decarb.park import inventory, uncertainty
from decarb.park.clock import by_hour, hours_of_year
from decarb.park.dispatch import DESIGN, check_energy_balance, dispatch, own_use
from decarb.park.facts import at_most, clean_own_use
from decarb.park.market import electricity_market, local_residual, market_based
from decarb.park.systems import system_year
from decarb.units import declare_units, stamp

SEEDS: Final = 40  # weather years in the range, each with yields of its own
DRAWS: Final = 100  # joint draws of the other uncertain inputs in each weather year
ESTIMATES: Final = {"p5": 0.05, "median": 0.5, "p95": 0.95}
UNCERTAIN: Final = ("annual_load", "natural_gas", "grid_factor")  # and the yields, which come with the weather
REPORTED: Final = (
    "self_sufficiency", "self_consumption", "generation_over_load", "clean_use_share", "emissions", "market_emissions",
    "electricity_emissions", "credits_needed",
)  # fmt: skip


def park_year(inputs: xr.Dataset, series: xr.Dataset, systems: xr.Dataset | None = None) -> xr.Dataset:
    """Return flows, inventory, credits needed and own supply of a park.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.park_inputs` builds it; scalars may carry further dimensions of parks or draws.
    series : xr.Dataset
        As `park_series` gives it, made for the stated yields.
    systems : xr.Dataset, optional
        The year of the park's systems, where it is known; else computed.

    Returns
    -------
    xr.Dataset
        The annual flows of `dispatch` and of `system_year`; `emissions_by_gas` [t/yr] (category, gas), `statement`
        and `statement_market` [t CO2e/yr] (category), the information beside them, and `REPORTED`.
    """
    return _year(inputs, inputs, series, systems)


def park_draws(
    inputs: xr.Dataset,
    series: xr.Dataset,
    yields: xr.Dataset,
    draws: int = DRAWS,
    systems: xr.Dataset | None = None,
) -> tuple[xr.Dataset, xr.Dataset]:
    """Return joint draws of what is not known of a park, and its year under each.

    Yields, load, gas use and the grid factor are drawn together, each from a triangle with its stated value at the
    top, and each line of the statement from its own range. The ranges are assumptions, so is what comes of them: no
    probabilities.

    Parameters
    ----------
    inputs : xr.Dataset
        As for `park_year`.
    series : xr.Dataset, (weather_seed)
        As `park_series` gives it, of weather with the `yields`.
    yields : xr.Dataset, [h/yr], (weather_seed)
        As `decarb.park.series.drawn_yields` gives them.
    draws : int
        In each weather year.
    systems : xr.Dataset, optional
        As for `park_year`.

    Returns
    -------
    xr.Dataset
        The yields and `UNCERTAIN`, (weather_seed, draw).
    xr.Dataset
        As `park_year` returns it, with those dimensions.
    """
    seed, years = int(inputs.attrs["seed"]), series["weather_seed"]
    shape = (years.size, draws)
    drawn = {}
    for name in UNCERTAIN:
        stream = np.random.default_rng([seed, zlib.crc32(name.encode())])  # its own, whatever else is uncertain
        low, middle, high = (float(inputs[part]) for part in (f"{name}_low", name, f"{name}_high"))
        values = stream.triangular(low, middle, high, shape) if low < high else np.full(shape, low)
        sample = xr.DataArray(values, {"weather_seed": years.values}, ("weather_seed", "draw"))
        drawn[name] = stamp(sample, inputs[name].attrs["units"])
    year = _year(inputs, inputs.assign(drawn), series, systems)
    one = stamp(xr.ones_like(inputs["line_uncertainty"]), "t CO2e/yr")
    error = uncertainty.drawn(one, inputs["line_uncertainty"], seed, years.size * draws).sel(category=year["category"])
    off = xr.DataArray(error.values.reshape(*shape, -1), dims=("weather_seed", "draw", "category"))
    lines = {name: stamp(year[name] * off, "t CO2e/yr") for name in ("statement", "statement_market")}
    along = {name: stamp(yields[name].broadcast_like(drawn["annual_load"]), "h/yr") for name in yields}
    return xr.Dataset(along | drawn), year.assign(lines).assign(_totals(**lines))


def park_range(
    inputs: xr.Dataset, series: xr.Dataset, yields: xr.Dataset, systems: xr.Dataset | None = None
) -> xr.Dataset:
    """Return quantiles of what a park reports, over its stated ranges and weather years; see `park_draws`.

    Returns
    -------
    xr.Dataset
        `REPORTED`, and the lines `statement` and `statement_market` (category), by `estimate`: 5 %, 50 % and 95 % of
        all draws.
    """
    reported = park_draws(inputs, series, yields, systems=systems)[1]
    return quantiles(reported[[*REPORTED, "statement", "statement_market"]])


def quantiles(reported: xr.Dataset) -> xr.Dataset:
    """Return the three `ESTIMATES` over all draws, in the units of the draws."""
    spread = reported.quantile(list(ESTIMATES.values()), dim=("weather_seed", "draw"), skipna=False)
    named = spread.rename(quantile="estimate").assign_coords(estimate=list(ESTIMATES))
    return named.assign({name: stamp(named[name], reported[name].attrs["units"]) for name in reported})


def _year(inputs: xr.Dataset, drawn: xr.Dataset, series: xr.Dataset, systems: xr.Dataset | None) -> xr.Dataset:
    """Return the year of a park whose load, fuels and factors are `drawn`, in the weather of `series`."""
    flows = dispatch(drawn[list(DESIGN)], series["capacity_factor"], series["load_shape"], series["period"])
    check_energy_balance(flows)
    if systems is None:
        systems = system_year(inputs, by_hour(inputs["air_temperature"], hours_of_year()))
    systems = systems.drop_vars(["annual_load", "chp_generation"]).drop_dims("time")
    gas = emissions_of_year(drawn, flows, systems)
    used = own_use(flows["load"], flows["grid_import"], flows["unmet_load"])
    contracted, sold, own = drawn["contracted"], drawn["certificates_sold"], clean_own_use(used, flows["generation"])
    if drawn is not inputs:
        contracted, sold = at_most(contracted, flows["grid_import"]), at_most(sold, own)
    rest = local_residual(drawn["grid_factor"], inputs["residual_ratio"])
    papers = electricity_market(flows["grid_import"], contracted, rest, own, sold)
    lines = inventory.statement(gas, inputs["gwp"])
    market = inventory.statement(market_based(gas, papers), inputs["gwp"])
    generation = stamp(flows["generation"].sum("technology"), "MWh/yr")
    clean = stamp(flows["generation"].sel(technology=["wind", "pv"]).sum("technology"), "MWh/yr")
    beside = inventory.information(used, drawn["grid_factor"], systems["agriculture_removal"])
    whole = flows.merge(systems, join="exact", compat="no_conflicts").assign(beside).assign(_totals(lines, market))
    return whole.assign(
        emissions_by_gas=gas,
        statement=lines,
        statement_market=market,
        self_sufficiency=share(stamp(used.clip(min=0.0), "MWh/yr"), flows["load"]),
        self_consumption=share(stamp(used.clip(min=0.0), "MWh/yr"), generation),
        generation_over_load=share(clean, flows["load"]),
        clean_use_share=share(own, flows["load"]),
    )


def emissions_of_year(inputs: xr.Dataset, flows: xr.Dataset, systems: xr.Dataset) -> xr.DataArray:
    """Return emissions by line and gas [t/yr] of a dispatched year."""
    return inventory.emissions_by_gas(
        natural_gas=burnt(inputs["natural_gas"], systems["heat_gas_volume"]), gas_factor=inputs["gas_factor"],
        coal=burnt_mass(inputs["coal"], systems["heat_coal_mass"]), coal_factor=inputs["coal_factor"],
        diesel=inputs["diesel"], diesel_factor=inputs["diesel_factor"],
        fleet_fuel=systems["fleet_fuel"], fleet_factor=inputs["diesel_factor"],
        process_co2=inputs["process_co2"], refrigerant_leakage=inputs["refrigerant_leakage"],
        wastewater_ch4=systems["wastewater_ch4"], wastewater_n2o=systems["wastewater_n2o"],
        fertiliser_n2o=systems["fertiliser_n2o"],
        grid_import=flows["grid_import"], grid_factor=inputs["grid_factor"],
        heat_import=systems["heat_import"], heat_factor=inputs["heat_factor"],
    )  # fmt: skip


@declare_units("Nm3/yr", processes="Nm3/yr", heat="Nm3/yr")
def burnt(processes: xr.DataArray, heat: xr.DataArray) -> xr.DataArray:
    """Return the gas that processes and heat burn together."""
    return processes + heat


@declare_units("t/yr", processes="t/yr", others="t/yr")
def burnt_mass(processes: xr.DataArray, others: xr.DataArray) -> xr.DataArray:
    """Return the fuel that processes and others burn together: coal with heat plants, diesel with vehicles."""
    return processes + others


@declare_units("1", part="MWh/yr", whole="MWh/yr")
def share(part: xr.DataArray, whole: xr.DataArray) -> xr.DataArray:
    """Return a part of a whole; undefined (NaN) where there is no whole."""
    return part / whole.where(whole > 0)


def _totals(statement: xr.DataArray, statement_market: xr.DataArray) -> dict[str, xr.DataArray]:
    return {
        "emissions": stamp(statement.sum("category", skipna=False), "t CO2e/yr"),
        "market_emissions": stamp(statement_market.sum("category", skipna=False), "t CO2e/yr"),
        "electricity_emissions": stamp(
            statement.sel(category="electricity", drop=True).reset_coords(drop=True), "t CO2e/yr"
        ),
        "credits_needed": inventory.credits_needed(statement),
    }
