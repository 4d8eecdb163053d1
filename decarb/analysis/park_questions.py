"""What published figures say about a park, how far its copies stand from other parks, and the room on its site."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from typing import Final

import xarray as xr

from decarb.park.calibration import calibration
from decarb.park.classes import SPREADS, classes_needed, different_parks
from decarb.park.dispatch import DESIGN, dispatch
from decarb.park.scaling import land_area, roof_area, site_limits
from decarb.scenario.park_schema import ParkSpec
from decarb.tables import read_table, table_array
from decarb.units import converted, stamp, units_of

PUBLISHED: Final = {"yizhuang": ("clean_electricity_share", "verified_ghg")}
"""Park -> what was published of its year, in the table of its name; compared with, never put in."""
PLANTS: Final = {"wind_capacity": "wind", "solar_capacity": "pv"}
HOME: Final = "Beijing"
COUNT: Final = 1000  # different parks that the template is compared with


def calibrated(spec: ParkSpec, drawn: xr.Dataset, outcomes: xr.Dataset) -> xr.Dataset | None:
    """Return what the published figures of this very park and year say about its assumptions; None without any.

    A park of its name with other plants, or elsewhere, is another park.
    """
    table, year = f"park_{spec.name}", spec.year
    names = PUBLISHED.get(spec.name, ())
    if not names or not _has_rows(table, (*names, *PLANTS), year) or not _is_published(spec, table, year):
        return None
    published = xr.Dataset({name: table_array(table, name, year=year) for name in names})
    tolerance = xr.Dataset({name: table_array(table, f"{name}_tolerance", year=year) for name in names})
    counted = {"generation_over_load": "clean_electricity_share", "emissions": "verified_ghg"}
    along = [_on_draws(each) for each in (drawn, outcomes[list(counted)].rename(counted))]
    result = calibration(along[0], along[1], published, tolerance, remainder="natural_gas")
    share = float(published["clean_electricity_share"])
    used = float((outcomes["clean_use_share"] < share).mean())
    said = (
        f"Here the clean share is wind and sun generated over the load. Counted as wind and sun used on site over the "
        f"load, {share:.0%} lies above {used:.0%} of the prior draws. Which was meant was never published, and it "
        "decides.",
        "The ranges of load and gas were drawn up with the published figures in view: the "
        "percentiles are no independent evidence.",
    )
    result.attrs["sentences"] = (*result.attrs["sentences"], *said)
    return result


def _is_published(spec: ParkSpec, table: str, year: int) -> bool:
    """Return whether a park stands where the published one does, with its plants."""
    built = {name: getattr(spec, system) for name, system in PLANTS.items()}
    return spec.province == HOME and all(
        plant is not None
        and plant.on
        and isclose(plant.capacity.to("MW"), float(converted(table_array(table, name, year=year), "MW")))
        for name, plant in built.items()
    )


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
