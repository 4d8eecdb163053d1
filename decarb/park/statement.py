"""The year of one park: energy, inventory and the credits a claim would need, with the range of what is not known."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
import xarray as xr

from decarb.park import inventory, load, resource
from decarb.park.dispatch import DESIGN, check_energy_balance, dispatch, own_use
from decarb.units import declare_units, stamp

SEEDS: Final = 20  # weather years in the range
DRAWS: Final = 50  # joint draws of the uncertain inputs in each weather year
ESTIMATES: Final = {"p5": 0.05, "median": 0.5, "p95": 0.95}
UNCERTAIN: Final = ("wind_full_load_hours", "pv_full_load_hours", "annual_load", "natural_gas", "grid_factor")
REPORTED: Final = ("self_sufficiency", "self_consumption", "emissions", "electricity_emissions", "credits_needed")


def park_year(inputs: xr.Dataset) -> xr.Dataset:
    """Return flows, inventory, credits needed and own supply of a park as it is written.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.inputs.park_inputs` builds it.

    Returns
    -------
    xr.Dataset
        The annual flows of `dispatch` [MWh/yr], `statement` [t CO2e/yr] (category), and `REPORTED`.
    """
    series = _weather(inputs, [int(inputs.attrs["seed"])]).isel(weather_seed=0, drop=True)
    return _year(inputs, inputs, series)


def park_range(inputs: xr.Dataset) -> xr.Dataset:
    """Return quantiles of what a park reports, over its stated ranges and weather years.

    Yields, load, gas use and the grid factor are drawn together, each from a triangle with its stated value at the
    top; the weather is drawn `SEEDS` times. The ranges are assumptions, so are the quantiles: no probabilities.

    Returns
    -------
    xr.Dataset
        `REPORTED`, (estimate): 5 %, 50 % and 95 % of all draws.
    """
    seed = int(inputs.attrs["seed"])
    series = _weather(inputs, [seed + year for year in range(SEEDS)])
    drawn = {}
    for name in UNCERTAIN:
        draws = np.random.default_rng([seed, zlib.crc32(name.encode())])  # its own, whatever else is uncertain
        low, middle, high = (float(inputs[part]) for part in (f"{name}_low", name, f"{name}_high"))
        values = draws.triangular(low, middle, high, (SEEDS, DRAWS)) if low < high else np.full((SEEDS, DRAWS), low)
        sample = xr.DataArray(values, {"weather_seed": series["weather_seed"]}, ("weather_seed", "draw"))
        drawn[name] = stamp(sample, inputs[name].attrs["units"])
    reported = _year(inputs, inputs.assign(drawn), series)[list(REPORTED)]
    quantiles = reported.quantile(list(ESTIMATES.values()), dim=("weather_seed", "draw"), skipna=False)
    named = quantiles.rename(quantile="estimate").assign_coords(estimate=list(ESTIMATES))
    return named.assign({name: stamp(named[name], reported[name].attrs["units"]) for name in REPORTED})


def _weather(inputs: xr.Dataset, seeds: list[int]) -> xr.Dataset:
    """Return capacity factors of several weather years, and the load shape."""
    place = inputs["province"].values
    years = [
        resource.capacity_factor(
            inputs["latitude"], inputs["longitude"], inputs["wind_full_load_hours"].expand_dims(province=place),
            inputs["pv_full_load_hours"].expand_dims(province=place), inputs["wind_speed_ratio"], seed=seed,
            tilt=float(inputs["pv_tilt"]), performance_ratio=float(inputs["pv_performance_ratio"]),
        ).isel(province=0, drop=True)
        for seed in seeds
    ]  # fmt: skip
    temperature = resource.by_hour(inputs["air_temperature"], resource.hours_of_year())
    return xr.concat(years, dim=xr.IndexVariable("weather_seed", seeds)).assign(
        load_shape=load.load_shape(temperature, *(inputs[f"load_{part}"] for part in load.PARTS))
    )


def _year(inputs: xr.Dataset, drawn: xr.Dataset, series: xr.Dataset) -> xr.Dataset:
    """Return the year of a park whose yields, load and factors are `drawn`, in the weather of the stated yields."""
    design = drawn[list(DESIGN)].assign(
        wind_capacity=rescaled(inputs["wind_capacity"], drawn["wind_full_load_hours"], inputs["wind_full_load_hours"]),
        pv_capacity=rescaled(inputs["pv_capacity"], drawn["pv_full_load_hours"], inputs["pv_full_load_hours"]),
    )
    flows = dispatch(design, series["capacity_factor"], series["load_shape"])
    check_energy_balance(flows)
    used = own_use(flows["load"], flows["grid_import"], flows["unmet_load"])
    statement = inventory.inventory(
        natural_gas=drawn["natural_gas"], gas_factor=inputs["gas_factor"], diesel=drawn["diesel"],
        diesel_factor=inputs["diesel_factor"], refrigerant_leakage=drawn["refrigerant_leakage"],
        grid_import=flows["grid_import"], grid_factor=drawn["grid_factor"], heat_import=drawn["heat_import"],
        heat_factor=inputs["heat_factor"], gwp_co2=inputs["gwp_co2"], gwp_refrigerant=inputs["gwp_refrigerant"],
    )  # fmt: skip
    return flows.assign(
        statement=statement,
        emissions=stamp(statement.sum("category"), "t CO2e/yr"),
        electricity_emissions=stamp(
            statement.sel(category="electricity", drop=True).reset_coords(drop=True), "t CO2e/yr"
        ),
        credits_needed=inventory.credits_needed(statement),
        own_use=used,
        self_sufficiency=share(used, flows["load"]),
        self_consumption=share(used, stamp(flows["generation"].sum("technology"), "MWh/yr")),
    )


@declare_units("MW", capacity="MW", drawn_hours="h/yr", stated_hours="h/yr")
def rescaled(capacity: xr.DataArray, drawn_hours: xr.DataArray, stated_hours: xr.DataArray) -> xr.DataArray:
    """Return the capacity that gives the drawn yield in weather made for the stated one."""
    return capacity * drawn_hours / stated_hours


@declare_units("1", part="MWh/yr", whole="MWh/yr")
def share(part: xr.DataArray, whole: xr.DataArray) -> xr.DataArray:
    """Return a part of a whole; undefined (NaN) where there is no whole."""
    return part / whole.where(whole > 0)
