"""What published figures say about a park, how far its copies stand from other parks, and the room on its site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import xarray as xr

from decarb.park.calibration import calibration
from decarb.park.classes import SPREADS, classes_needed, different_parks
from decarb.park.dispatch import DESIGN, dispatch
from decarb.park.scaling import land_area, roof_area, site_limits
from decarb.scenario.park_schema import ParkSpec
from decarb.tables import read_table, table_array
from decarb.units import stamp, units_of

PUBLISHED: Final = {"yizhuang": ("clean_electricity_share", "verified_ghg")}
"""Park -> what was published of its year, in the table of its name; compared with, never put in."""
COUNT: Final = 1000  # different parks that the template is compared with


def calibrated(spec: ParkSpec, drawn: xr.Dataset, outcomes: xr.Dataset) -> xr.Dataset | None:
    """Return what the published figures of this very park and year say about its assumptions; None without any."""
    table, year = f"park_{spec.name}", spec.year
    names = PUBLISHED.get(spec.name, ())
    if not names or not _has_rows(table, names, year):
        return None
    published = xr.Dataset({name: table_array(table, name, year=year) for name in names})
    tolerance = xr.Dataset({name: table_array(table, f"{name}_tolerance", year=year) for name in names})
    outputs = outcomes[["clean_electricity_share", "emissions"]].rename(emissions="verified_ghg")
    along = [_on_draws(each) for each in (drawn, outputs)]
    return calibration(along[0], along[1], published, tolerance, remainder="natural_gas")


def _has_rows(table: str, names: Sequence[str], year: int) -> bool:
    rows = read_table(table)
    return {*names} <= {*rows[rows["year"] == year]["variable"]}


def _on_draws(dataset: xr.Dataset) -> xr.Dataset:
    """Return all weather years and draws as one row of draws."""
    flat = dataset.stack(all=("weather_seed", "draw")).reset_index("all", drop=True).rename(all="draw")
    return flat.assign({name: stamp(flat[name], units_of(dataset[name])) for name in dataset}).drop_vars(
        [name for name in flat.coords], errors="ignore"
    )


def multiplied(inputs: xr.Dataset, series: xr.Dataset, seed: int) -> xr.Dataset:
    """Return how far copies of the template stand from as many different parks, by the number of classes."""
    template = inputs[list(DESIGN)]
    spread = xr.Dataset({name: table_array("parameters", name) for name in SPREADS})
    parks = different_parks(template, spread, count=COUNT, seed=seed)
    result = classes_needed(
        parks, series["load_shape"],
        lambda design, shape: dispatch(design, series["capacity_factor"], shape, series["period"]),
        table_array("parameters", "copy_bias_bound"),
    )  # fmt: skip
    return result.assign_attrs(parks=COUNT)


def room_on_site(spec: ParkSpec, year: xr.Dataset, inputs: xr.Dataset) -> xr.Dataset:
    """Return the most wind and PV that a site of this archetype and load has land, wind and roofs for."""

    def row(name: str) -> xr.DataArray:
        return table_array("archetypes", name, archetype=spec.archetype)

    return site_limits(
        roof_area(year["load"], row("roof_area_per_load")), land_area(year["load"], row("land_area_per_load")),
        usable_roof_share=row("usable_roof_share"), pv_roof_density=table_array("archetypes", "pv_roof_density"),
        wind_land_share=row("wind_land_share"), wind_density=row("wind_density"),
        wind_full_load_hours=inputs["wind_full_load_hours"],
        least_wind_full_load_hours=table_array("archetypes", "least_wind_full_load_hours"),
    )  # fmt: skip
