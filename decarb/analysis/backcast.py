"""The equations of the nation tried on years that are over: trends to 2015, run on to 2023, beside naive growth.

Fixed before the result was seen: the window, the rule (compound change between its two ends, for every trend), the
level at which each series is estimated, and the approaches.
"""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.nation import power, sectors
from decarb.nation.trends import carried_on, relative_to
from decarb.pathway.rates import mean_annual_reduction_rate
from decarb.tables import table_array
from decarb.units import stamp, units_of

WINDOW: Final = (2010, 2015)  # the sector table starts in 2010
LAST_YEAR: Final = 2023  # of the Global Carbon Budget in the one vintage of the history table
NONFOSSIL: Final = ("hydro", "nuclear", "wind", "solar", "bioenergy")
APPROACHES: Final = ("trends", "observed_gdp", "observed_gdp_and_nonfossil", "naive_growth", "no_change")
"""What is known after the window: nothing; real GDP; GDP and non-fossil generation. The last two use no equation:
CO2 grows as in the window, or stays."""

_NO_CHANGE: Final = stamp(xr.DataArray(0.0), "1/yr")
_NO_HEAT: Final = stamp(xr.DataArray(0.0), "PJ/yr")
_NO_HEAT_FACTOR: Final = stamp(xr.DataArray(0.0), "Mt CO2/PJ")


def observations() -> xr.Dataset:
    """Return what the shipped tables hold of 2010 to 2023, as revised since: no forecaster had these in 2015.

    Returns
    -------
    xr.Dataset
        `co2` and `process_co2` [Mt CO2/yr] (year) of one vintage of the Global Carbon Budget, `sector_co2` [Mt CO2/yr]
        (sector, year) of another source and to 2015 only, `gdp` [1], `electricity_demand`, `net_imports` and
        `nonfossil_generation` [TWh/yr] (year), `thermal_minimum_share` [1].

    References
    ----------
    `gcb-2024`, `ceads-2019`, `wdi-gdp`, `ember-owid`
    """
    years = slice(WINDOW[0], LAST_YEAR)
    process = sum(table_array("history", f"{part}_co2", "year") for part in ("cement", "other_industry"))
    generation = table_array("power", "generation", "technology", "year").sel(technology=list(NONFOSSIL))
    yearly = {
        "co2": table_array("history", "fossil_co2", "year"),
        "process_co2": stamp(xr.DataArray(process), "Mt CO2/yr"),
        "gdp": table_array("gdp", "real_gdp_index", "year"),
        "electricity_demand": table_array("power", "electricity_demand", "year"),
        "net_imports": table_array("power", "net_imports", "year"),
        "nonfossil_generation": stamp(generation.sum("technology"), generation.attrs["units"]),
    }
    of_sectors = table_array("sectors", "sector_co2", "sector", "year").sel(sector=list(sectors.SECTORS))
    known = {name: array.sel(year=years) for name, array in yearly.items()}
    return xr.Dataset(
        known
        | {
            "sector_co2": of_sectors.sel(year=slice(*WINDOW)).reindex(year=known["co2"]["year"]),
            "thermal_minimum_share": table_array("parameters", "thermal_minimum_share"),
        }
    )


def backcast(record: xr.Dataset | None = None) -> xr.Dataset:
    """Return CO2 after the window by each approach, and how far it misses what came.

    The levels, sector shares and trends of all approaches come from the window alone; one named `observed_...` is
    told, of the years after it, what its name says. The national level is the budget's; below it the sectors of
    another table give shares and changes, as in the model. Non-fossil generation is carried on as one total, since a
    technology that starts from nothing has no compound change that could last; the model itself takes it as given.

    Parameters
    ----------
    record : xr.Dataset, optional
        As `observations` returns it, which is the default.

    Returns
    -------
    xr.Dataset
        `co2` [Mt CO2/yr] (approach, year) from the last year of the window; `observed_co2` (year); `error`
        [Mt CO2/yr] and `relative_error` [1] (approach, year), positive where the approach is too high;
        `electricity_demand` [TWh/yr] (approach, year), NaN where an approach needs none, and as it came.

    References
    ----------
    `gcb-2024`, `ceads-2019`, `wdi-gdp`, `ember-owid`
    """
    seen = observations() if record is None else record
    known = seen.sel(year=slice(*WINDOW))
    year = seen["year"].sel(year=slice(WINDOW[1], LAST_YEAR))
    gdp, nonfossil = (_carried_on(known[name], year) for name in ("gdp", "nonfossil_generation"))
    gdp_came, nonfossil_came = (seen[name].sel(year=year) for name in ("gdp", "nonfossil_generation"))
    runs = {
        "trends": run_on(known, gdp, nonfossil),
        "observed_gdp": run_on(known, gdp_came, nonfossil),
        "observed_gdp_and_nonfossil": run_on(known, gdp_came, nonfossil_came),
        "naive_growth": xr.Dataset({"co2": _carried_on(known["co2"], year)}),
        "no_change": xr.Dataset({"co2": carried_on(known["co2"], _NO_CHANGE, year)}),
    }
    names = xr.IndexVariable("approach", list(APPROACHES))
    run = xr.concat([runs[name] for name in APPROACHES], dim=names)
    co2, observed = run["co2"], seen["co2"].sel(year=year)
    return xr.Dataset(
        {
            "co2": stamp(co2, "Mt CO2/yr"),
            "observed_co2": stamp(observed, "Mt CO2/yr"),
            "error": stamp(co2 - observed, "Mt CO2/yr"),
            "relative_error": stamp(co2 / observed - 1.0, "1"),
            "electricity_demand": stamp(run["electricity_demand"], "TWh/yr"),
            "observed_electricity_demand": stamp(seen["electricity_demand"].sel(year=year), "TWh/yr"),
        },
        attrs={"window": f"{WINDOW[0]}-{WINDOW[1]}", "rule": "compound change between the two ends of the window"},
    )


def mean_absolute_error(missed: xr.Dataset) -> xr.DataArray:
    """Return the mean size of the relative error [1] by approach, over the years after the window.

    Parameters
    ----------
    missed : xr.Dataset
        As `backcast` returns it.
    """
    after = missed["relative_error"].sel(year=slice(WINDOW[1] + 1, None))
    return stamp(abs(after).mean("year"), "1")


def run_on(known: xr.Dataset, gdp: xr.DataArray, nonfossil: xr.DataArray) -> xr.Dataset:
    """Return CO2 and electricity demand from the last year of the window on, by the equations of sectors and power.

    Parameters
    ----------
    known : xr.Dataset
        `observations`, cut to the window.
    gdp : xr.DataArray, [1], (year)
    nonfossil : xr.DataArray, [TWh/yr], (year)
        Both from the last year of the window on.

    Returns
    -------
    xr.Dataset
        `co2` [Mt CO2/yr] and `electricity_demand` [TWh/yr] (year).
    """
    end = known.isel(year=-1, drop=True)
    burnt = stamp(end["co2"] - end["process_co2"], "Mt CO2/yr")
    level = sectors.base_levels(burnt, end["process_co2"], end["sector_co2"])
    start = stamp(xr.DataArray([1.0], {"year": [WINDOW[1]]}, ("year",)), "1")
    intensity = carried_on(start, _change(_per_gdp(known["sector_co2"], known)), gdp["year"])
    trend = sectors.trend_emissions(level, relative_to(gdp, WINDOW[1]), intensity)
    demand = demand_run_on(known, gdp)
    plants = power_heat_run_on(known, demand, nonfossil, level.sel(sector="power_heat", drop=True))
    others = trend.sel(sector=trend["sector"] != "power_heat").sum("sector")
    return xr.Dataset({"co2": stamp(others + plants, "Mt CO2/yr"), "electricity_demand": demand})


def demand_run_on(known: xr.Dataset, gdp: xr.DataArray) -> xr.DataArray:
    """Return electricity consumed and lost [TWh/yr]: it follows GDP and the trend of demand per GDP.

    Parameters
    ----------
    known, gdp
        As for `run_on`.
    """
    growth = stamp((gdp / gdp.shift(year=1) - 1.0).fillna(0.0), "1/yr")
    change = power.demand_change(growth, _change(_per_gdp(known["electricity_demand"], known)))
    return carried_on(known["electricity_demand"], change, gdp["year"])


def power_heat_run_on(
    known: xr.Dataset, demand: xr.DataArray, nonfossil: xr.DataArray, level: xr.DataArray
) -> xr.DataArray:
    """Return CO2 of power and heat [Mt CO2/yr]: what thermal plants must generate, times a factor with its trend.

    Heat has no yearly record before 2020: its CO2 stays inside the factor of thermal power.

    Parameters
    ----------
    known : xr.Dataset
        As for `run_on`.
    demand, nonfossil : xr.DataArray, [TWh/yr], (year)
    level : xr.DataArray, [Mt CO2/yr]
        Of power and heat in the last year of the window.
    """
    least, year = known["thermal_minimum_share"], demand["year"]
    past, ahead = (
        power.thermal_balance(needed, imports, clean, least)["thermal_generation"]
        for needed, imports, clean in (
            (known["electricity_demand"], known["net_imports"], known["nonfossil_generation"]),
            (demand, carried_on(known["net_imports"], _NO_CHANGE, year), nonfossil),
        )
    )
    factor = stamp(known["sector_co2"].sel(sector="power_heat", drop=True) / past, "Mt CO2/TWh")
    explained = power.power_heat_emissions(ahead, _carried_on(factor, year), _NO_HEAT, _NO_HEAT_FACTOR)
    return power.closed(explained, power.closing_factor(level, explained.sel(year=WINDOW[1], drop=True)))


def _per_gdp(series: xr.DataArray, known: xr.Dataset) -> xr.DataArray:
    return stamp(series / known["gdp"], units_of(series))


def _change(series: xr.DataArray) -> xr.DataArray:
    """Return the compound change between the two ends of the window [1/yr], positive where the series grows."""
    return stamp(-mean_annual_reduction_rate(series, *WINDOW), "1/yr")


def _carried_on(known: xr.DataArray, year: xr.DataArray) -> xr.DataArray:
    return carried_on(known, _change(known), year)
