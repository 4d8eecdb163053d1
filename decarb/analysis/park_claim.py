"""From a park's year to its claim, and to what the rulebooks ask of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
import xarray as xr

from decarb.park import facts
from decarb.park.claim import Claim
from decarb.park.inventory import NOT_QUANTIFIED
from decarb.park.standards import StandardVerdict
from decarb.park.statement import burnt, burnt_mass
from decarb.scenario.credits import ParkCredits
from decarb.scenario.park_schema import ParkSpec
from decarb.tables import table_array
from decarb.units import Quantity

COAL_RATE_YEAR: Final = 2023  # coal burnt to supply electricity, in the nation
STATED_FACTOR: Final = "stated in the park file"


def claim_of(
    spec: ParkSpec, inputs: xr.Dataset, year: xr.Dataset, spread: xr.Dataset, credits: ParkCredits | None
) -> Claim:
    """Return what the park would claim for its year, with the credits that were retired for it."""
    lines = year["statement"]
    groups = {str(group): Quantity(float(lines.where(lines["group"] == group).sum()), "t CO2e")
              for group in np.unique(lines["group"].values)}  # fmt: skip
    low, high = (Quantity(float(spread["emissions"].sel(estimate=end)), "t CO2e") for end in ("p5", "p95"))
    factor = Quantity(float(inputs["grid_factor"]), "t CO2/MWh")
    announced = spec.reported.credits_retired
    source = STATED_FACTOR if spec.grid_factor else (
        f"average of {spec.province}, {int(inputs['grid_factor']['factor_year'])}"
    )  # fmt: skip
    return Claim(
        park=spec.name, boundary=f"the park as an organisation in {spec.province}: its systems, vehicles and processes",
        first_day=date(spec.year, 1, 1), last_day=date(spec.year, 12, 31), standard="ISO 14064-1:2006",
        statement=Quantity(float(year["emissions"]), "t CO2e"), grid_factor=factor, grid_factor_source=source,
        credits=None if credits is None else credits.retired, low=low, high=high,
        market_statement=Quantity(float(year["market_emissions"]), "t CO2e"), groups=groups,
        removals=Quantity(float(year["agriculture_removal"]), "t CO2"), not_quantified=tuple(NOT_QUANTIFIED),
        paid=None if credits is None else credits.paid,
        announced=None if announced is None else Quantity(announced.to("t CO2e/yr"), "t CO2e"),
        unmet_load=Quantity(float(year["unmet_load"]), "MWh"),
    )  # fmt: skip


def facts_of(spec: ParkSpec, inputs: xr.Dataset, year: xr.Dataset, credits: ParkCredits | None) -> dict[str, object]:
    """Return what the standards ask of the year, from the model and from what the file reports."""
    fuel = facts.fuel_energy(
        natural_gas=burnt(inputs["natural_gas"], year["heat_gas_volume"]),
        gas_calorific_value=inputs["gas_calorific_value"],
        coal=burnt_mass(inputs["coal"], year["heat_coal_mass"]),
        coal_calorific_value=inputs["coal_calorific_value"],
        diesel=inputs["diesel"], diesel_calorific_value=_oil(), fleet_fuel=year["fleet_fuel"],
        fleet_calorific_value=_oil(),
    )  # fmt: skip
    whole = year.assign(
        grid_factor=inputs["grid_factor"].reset_coords(drop=True), contracted=inputs["contracted"],
        certificates_sold=inputs["certificates_sold"], direct_line=xr.zeros_like(inputs["contracted"]),
        fuel_energy=fuel,
        electricity_coal_equivalent=table_array("emission_factors", "electricity_coal_equivalent"),
        coal_rate=table_array("power", "coal_rate", year=COAL_RATE_YEAR),
    )  # fmt: skip
    reported = {name: value for name in facts.REPORTED if (value := getattr(spec.reported, name)) is not None}
    retired = spec.reported.credits_retired
    if credits is not None:
        retired = Quantity(float(sum(block.count for block in credits.retired)), "t CO2e/yr")
    return facts.facts(whole, reported, credits_retired=retired)


def _oil() -> xr.DataArray:
    return table_array("emission_factors", "net_calorific_value", fuel="diesel")


def on_announcement(
    verdicts: tuple[StandardVerdict, ...], announced: Quantity, emissions: xr.DataArray
) -> tuple[StandardVerdict, ...]:
    """Return verdicts that say where they rest on credits announced without a serial, and how firmly.

    Parameters
    ----------
    announced : Quantity
        [t CO2e/yr].
    emissions : xr.DataArray, [t CO2e/yr]
        Statement total of joint draws.
    """
    beyond = float((emissions > announced.to("t CO2e/yr")).mean())
    said = f"credits announced, no serials; the statement exceeds them in {beyond:.0%} of the draws"
    return tuple(
        replace(
            standard,
            rules=tuple(
                replace(rule, reason=said) if rule.rule == "uncovered_emissions" else rule for rule in standard.rules
            ),
        )
        for standard in verdicts
    )
