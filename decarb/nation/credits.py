"""CCER as one national ledger: what is issued, who uses it, what is left, and the abatement its money causes."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units, stamp, strip

ACCOUNTS: Final = ("projects", "held", "parks", "market")
"""Where a credit stands: with the project that earns it, with whoever holds it, or used by parks or the market."""
MOVEMENTS: Final = {
    "issued": ("projects", "held"),
    "used by parks": ("held", "parks"),
    "surrendered": ("held", "market"),
}
"""Every movement, with the account that gives and the one that takes."""


@declare_units("Mt CO2e/yr", path="Mt CO2e/yr", displacement_share="1", grid_factor="kg CO2/kWh")
def credits_issued(
    path: xr.DataArray, displacement_share: xr.DataArray, grid_factor: xr.DataArray, reference_year: int
) -> xr.DataArray:
    """Return the credits issued in a year: those for displaced electricity fall with what electricity emits.

    Parameters
    ----------
    path : xr.DataArray, [Mt CO2e/yr], (year)
        What would be issued if the grid stayed as in the reference year; no year issues more.
    displacement_share : xr.DataArray, [1]
        Part of it that is earned by displacing electricity.
    grid_factor : xr.DataArray, [kg CO2/kWh], (year)
        Average factor, before any abatement that credits cause: one pass, no circle.
    reference_year : int
        Last observed year.

    Notes
    -----
    path x (1 - share x (1 - factor(t) / factor(reference))), the ratio kept within 0 and 1.
    """
    before = grid_factor.sel(year=reference_year, drop=True)
    left = (grid_factor.clip(max=before) / before.where(before > 0)).fillna(0.0).clip(0.0)
    return path * (1.0 - displacement_share * (1.0 - left))


@declare_units("Mt CO2e/yr", allowances="Mt CO2/yr", use_limit="1", market_use="1", gwp_co2="Mt CO2e/Mt CO2")
def credits_wanted_by_market(
    allowances: xr.DataArray, use_limit: xr.DataArray, market_use: xr.DataArray, gwp_co2: xr.DataArray
) -> xr.DataArray:
    """Return the credits that the carbon market would surrender in place of allowances.

    Parameters
    ----------
    allowances : xr.DataArray, [Mt CO2/yr], (year)
        Due in the year.
    use_limit : xr.DataArray, [1]
        Most of them that credits may stand for.
    market_use : xr.DataArray, [1]
        Part of that limit which the market takes.
    gwp_co2 : xr.DataArray, [Mt CO2e/Mt CO2]
        1 by definition.
    """
    return allowances * use_limit * market_use * gwp_co2


@declare_units(
    {"used_by_parks": "Mt CO2e/yr", "surrendered": "Mt CO2e/yr", "held": "Mt CO2e"},
    issued="Mt CO2e/yr", parks="Mt CO2e/yr", market="Mt CO2e/yr", parks_first="1", market_first="1",
)  # fmt: skip
def yearly_accounts(
    issued: xr.DataArray,
    parks: xr.DataArray,
    market: xr.DataArray,
    parks_first: xr.DataArray,
    market_first: xr.DataArray,
) -> xr.Dataset:
    """Return what parks and the carbon market use in each year, and what is held at its end.

    Neither can use what is not there; what nobody asks for is held and offered again. No credit expires.

    Parameters
    ----------
    issued : xr.DataArray, [Mt CO2e/yr], (year)
    parks, market : xr.DataArray, [Mt CO2e/yr], (year)
        What either asks for.
    parks_first, market_first : xr.DataArray, [1]
        Weights of the rules "parks first" and "market first"; the rest of 1 is "in proportion to what they ask".

    Returns
    -------
    xr.Dataset, (..., year)
        `used_by_parks`, `surrendered` [Mt CO2e/yr] and `held` [Mt CO2e], with
        held before + issued = used by parks + surrendered + held.

    Raises
    ------
    DecarbError
        The two weights are negative or add to more than 1.
    """
    if bool(((parks_first < 0) | (market_first < 0) | (parks_first + market_first > 1)).any()):
        raise DecarbError(
            "credits.priority: the weights of parks first and market first lie outside 0 to 1, or add to more; "
            "write parks, market or shared"
        )
    together = [each.transpose(..., "year") for each in xr.broadcast(issued, parks, market, parks_first, market_first)]
    new, own, other, first, last = (each.data for each in together)
    held = np.zeros(new.shape[:-1])
    accounts = {name: np.empty(new.shape) for name in ("used_by_parks", "surrendered", "held")}
    for at in range(new.shape[-1]):
        there, ask_own, ask_other = held + new[..., at], own[..., at], other[..., at]
        asked = ask_own + ask_other
        used = np.minimum(asked, there)
        in_proportion = ask_own * np.divide(used, asked, out=np.zeros(used.shape), where=asked > 0)
        before, after = np.minimum(ask_own, there), np.minimum(ask_own, np.maximum(there - ask_other, 0.0))
        weight, other_weight = first[..., at], last[..., at]
        mixed = weight * before + other_weight * after + (1.0 - weight - other_weight) * in_proportion
        accounts["used_by_parks"][..., at] = np.minimum(mixed, used)
        accounts["surrendered"][..., at] = used - accounts["used_by_parks"][..., at]
        accounts["held"][..., at] = held = there - used
    return xr.Dataset({name: together[0].copy(data=values) for name, values in accounts.items()})


@declare_units("Mt CO2e/yr", wanted="Mt CO2e/yr", used="Mt CO2e/yr")
def credits_by_province(wanted: xr.DataArray, used: xr.DataArray) -> xr.DataArray:
    """Return the credits that the parks of each province use: in proportion to what they want.

    Parameters
    ----------
    wanted : xr.DataArray, [Mt CO2e/yr], (province, year)
    used : xr.DataArray, [Mt CO2e/yr], (year)
    """
    total = wanted.sum("province")
    return wanted * (used / total.where(total > 0)).fillna(0.0)


def credit_accounts(
    inputs: xr.Dataset, wanted: xr.DataArray, grid_factor: xr.DataArray, reference_year: int
) -> xr.Dataset:
    """Return the credits of every year: issued, used by parks of each province, surrendered and held.

    Parameters
    ----------
    inputs : xr.Dataset
        `ccer_issued`, `ccer_displacement_share`, `carbon_market_allowances`, `ccer_use_limit`, `ccer_market_use`,
        `ccer_parks_first`, `ccer_market_first` and `gwp_co2`.
    wanted : xr.DataArray, [Mt CO2e/yr], (province, year)
        What parks need to say zero: their market-based emissions.
    grid_factor, reference_year
        As of `credits_issued`.

    Returns
    -------
    xr.Dataset
        `ccer_issued`, `ccer_surrendered` [Mt CO2e/yr] (year), `ccer_retired` [Mt CO2e/yr] (province, year) and
        `ccer_held` [Mt CO2e] (year).
    """
    issued = credits_issued(inputs["ccer_issued"], inputs["ccer_displacement_share"], grid_factor, reference_year)
    by_market = credits_wanted_by_market(
        inputs["carbon_market_allowances"], inputs["ccer_use_limit"], inputs["ccer_market_use"], inputs["gwp_co2"]
    )
    # Rounding may leave books a hair below zero; nobody asks for less than no credit.
    wanted = stamp(strip(wanted, "Mt CO2e/yr").clip(0.0), "Mt CO2e/yr")
    by_parks = stamp(wanted.sum("province", skipna=False), "Mt CO2e/yr")
    accounts = yearly_accounts(issued, by_parks, by_market, inputs["ccer_parks_first"], inputs["ccer_market_first"])
    return xr.Dataset(
        {
            "ccer_issued": issued,
            "ccer_retired": credits_by_province(wanted, accounts["used_by_parks"]),
            "ccer_surrendered": accounts["surrendered"],
            "ccer_held": accounts["held"],
        }
    )


@declare_units("Mt CO2e/yr", issued="Mt CO2e/yr", used_by_parks="Mt CO2e/yr", surrendered="Mt CO2e/yr")
def credit_entries(issued: xr.DataArray, used_by_parks: xr.DataArray, surrendered: xr.DataArray) -> xr.DataArray:
    """Return the double entries of each year: what a movement takes from one account it gives to one other.

    Parameters
    ----------
    issued, used_by_parks, surrendered : xr.DataArray, [Mt CO2e/yr], (year)

    Returns
    -------
    xr.DataArray, [Mt CO2e/yr], (movement, account, ..., year)
        Negative where an account gives; each movement adds to 0 over `account`.
    """
    moved = xr.concat([issued, used_by_parks, surrendered], dim=xr.IndexVariable("movement", list(MOVEMENTS)))
    sides = [[float(name == takes) - float(name == gives) for name in ACCOUNTS] for gives, takes in MOVEMENTS.values()]
    return xr.DataArray(sides, {"movement": list(MOVEMENTS), "account": list(ACCOUNTS)}) * moved


@declare_units("Mt CO2e", entries="Mt CO2e/yr")
def account_balances(entries: xr.DataArray) -> xr.DataArray:
    """Return what stands on each account at the end of each year; projects stand at minus what they ever earned.

    Parameters
    ----------
    entries : xr.DataArray, [Mt CO2e/yr], (movement, account, year)
        As `credit_entries` returns them.
    """
    return entries.sum("movement").cumsum("year").assign_coords(year=entries["year"])


def check_ledger(annual: xr.Dataset, tolerance: float = 1e-9) -> None:
    """Check that every credit has one owner and at most one use.

    Parameters
    ----------
    annual : xr.Dataset
        `ccer_issued`, `ccer_retired` (over any provinces), `ccer_surrendered` and `ccer_held`.
    tolerance : float
        Of all credits ever issued.

    Raises
    ------
    DecarbError
        A movement is negative or no number, more is used than was issued so far, or what is held is not what the
        entries leave; with the year and both uses.
    """
    retired = annual["ccer_retired"]
    flows = {
        "issued": strip(annual["ccer_issued"], "Mt CO2e/yr"),
        "parks": strip(retired, "Mt CO2e/yr").sum([dim for dim in retired.dims if dim == "province"], skipna=False),
        "market": strip(annual["ccer_surrendered"], "Mt CO2e/yr"),
    }
    allowed = tolerance * max(1.0, float(flows["issued"].sum("year").max()))
    for name, flow in flows.items():
        _refuse(~(flow >= -allowed), flows, f"{name} moves a negative or undefined number of credits")
    entries = credit_entries(*(stamp(flow, "Mt CO2e/yr") for flow in flows.values()))
    left = strip(account_balances(entries).sel(account="held", drop=True), "Mt CO2e")
    _refuse(left < -allowed, flows, "more credits are used than were issued so far, so some are used twice")
    held = strip(annual["ccer_held"], "Mt CO2e")
    _refuse(~(abs(held - left) <= allowed), flows | {"held": held},
            "what is held is not what the entries leave: a movement is missing or stands twice")  # fmt: skip


def _refuse(broken: xr.DataArray, flows: dict[str, xr.DataArray], what: str) -> None:
    if not bool(broken.any()):
        return
    first = {dim: int(index) for dim, index in zip(broken.dims, np.argwhere(broken.values)[0], strict=True)}
    year = int(broken["year"][first["year"]])
    place = {dim: index for dim, index in first.items() if dim != "year"}
    shown = {}
    for name, flow in flows.items():
        here = flow.isel({dim: index for dim, index in place.items() if dim in flow.dims})
        so_far = here.sel(year=year) if name == "held" else here.sel(year=slice(None, year)).sum("year", skipna=False)
        shown[name] = float(so_far)
    said = ", ".join(f"{name} {value:,.6g}" for name, value in shown.items())
    raise DecarbError(f"credits: {what} in {year} (Mt so far: {said}); give each credit one owner and one use")


@declare_units({"caused_abatement": "Mt CO2/yr", "unmet_abatement": "Mt CO2/yr"}, used="Mt CO2e/yr", additionality="1",
               at_plants="Mt CO2/yr", gwp_co2="Mt CO2e/Mt CO2")  # fmt: skip
def caused_abatement(
    used: xr.DataArray, additionality: xr.DataArray, at_plants: xr.DataArray, gwp_co2: xr.DataArray
) -> xr.Dataset:
    """Return the abatement that credit money really causes, over all that happens without it.

    Parks' money alone is meant: a credit that the carbon market surrenders lets an emitter keep the ton it paid for.

    Parameters
    ----------
    used : xr.DataArray, [Mt CO2e/yr], (year)
        Credits that parks use.
    additionality : xr.DataArray, [1]
        0: credits move claims only; 1: every credit is a ton that would otherwise be in the air.
    at_plants : xr.DataArray, [Mt CO2/yr], (year)
        CO2 of power and heat after capture, which it lowers. Grid factors stay as they are without it.
    gwp_co2 : xr.DataArray, [Mt CO2e/Mt CO2]
        1 by definition.

    Returns
    -------
    xr.Dataset
        `caused_abatement`, never more than there is at the plants, and `unmet_abatement`, what is missing of it.

    Raises
    ------
    DecarbError
        Additionality lies outside 0 to 1.
    """
    if not bool(((additionality >= 0) & (additionality <= 1)).all()):
        raise DecarbError(f"credits.additionality: {additionality.values.tolist()}; write a share from 0 to 1")
    meant = used * additionality / gwp_co2
    caused = np.minimum(meant, at_plants.clip(0.0))
    return xr.Dataset({"caused_abatement": caused, "unmet_abatement": meant - caused})
