"""A total walked back: to the terms of its identity, to sectors and provinces, to the power balance, to table rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import xarray as xr

from decarb.analysis.behind import (
    CAPTIVE,
    CREDITS,
    LEVEL,
    LEVERS,
    PARKS,
    TREND,
    WHERE,
    ZONES,
)
from decarb.analysis.factors import product_unit, sector_factors
from decarb.analysis.origins import origin_of
from decarb.analysis.run import Results
from decarb.errors import CallError, DecarbError
from decarb.model import LAST_OBSERVED_YEAR, Evaluation
from decarb.nation.sectors import LAST_HISTORY_YEAR, electrified_share
from decarb.nation.totals import national
from decarb.units import converted, strip, unit_factor, units_of
from decarb.variables import did_you_mean

Node = dict[str, Any]

TOLERANCE: Final = 1e-9  # of the sum of the terms' sizes
SPLITS: Final = ("terms", "by_use", "by_sector", "by_province")
"""Keys of a node under which lists of nodes stand that each add to its value."""


def explain(
    source: Results | Evaluation | xr.Dataset, total: str = "net_co2", *, year: int, inputs: xr.Dataset | None = None
) -> Node:
    """Return a national total of one year as a tree of terms down to inputs and the table rows behind them.

    Parameters
    ----------
    source : Results, Evaluation or xr.Dataset
        A run, what the model computed, or its `annual` Dataset.
    total : {"net_co2", "gross_co2", "net_ghg"}
    year : int
    inputs : xr.Dataset, optional
        What the model computed with; without it line losses and what electricity replaced are not told apart from
        what they are part of.

    Returns
    -------
    dict
        A node: `name`, `value`, `unit`; `terms`, `by_sector` and `by_province`, where there are any, each a list of
        nodes that adds to the value; `factors`, whose product is the value; `balance`, a node in another unit that the
        value follows from; `inputs`, as `decarb.analysis.origins.origin_of` says where each comes from.

    Raises
    ------
    CallError
        There is no such total or year, or a dimension `scenario` is left.
    DecarbError
        The terms do not add up.
    """
    annual = source if isinstance(source, xr.Dataset) else source.annual
    stated = source.provenance.get("stated") if isinstance(source, Results) else None
    if "scenario" in annual.dims:
        raise CallError("explain: the results hold several scenarios; select one with .isel(scenario=0)")
    if year not in annual["year"].values:
        raise CallError(f"explain: no year {year}; name one from {int(annual['year'][0])} to {int(annual['year'][-1])}")
    if total not in _TOTALS:
        raise CallError(f'explain: "{total}" is no total; {did_you_mean(total, tuple(_TOTALS))}')
    tree = _TOTALS[total](annual, year, inputs)
    check_tree(tree)
    return _with_origins(tree, stated)


def check_tree(node: Mapping[str, Any], tolerance: float = TOLERANCE) -> None:
    """Raise `DecarbError` unless every list of terms adds to its node, and every product of factors gives it."""
    for split in SPLITS:
        if split in node:
            parts = [part["value"] for part in node[split]]
            gap = abs(sum(parts) - node["value"])
            if gap > tolerance * (abs(node["value"]) + sum(map(abs, parts))):
                raise DecarbError(f"explain: {split} of {node['name']} miss its value by {gap:.3g} {node['unit']}")
    if "factors" in node:
        factors = node["factors"]
        unit = product_unit([part["unit"] for part in factors])
        product = math.prod(part["value"] for part in factors) * unit_factor(unit, node["unit"])
        if abs(product - node["value"]) > tolerance * abs(node["value"]):
            raise DecarbError(f"explain: factors of {node['name']} give {product:.6g} {node['unit']}")
    for child in _children(node):
        check_tree(child, tolerance)


def tree_lines(node: Mapping[str, Any], *, depth: int = 3, most: int = 6) -> tuple[str, ...]:
    """Return a tree as short lines of text.

    Parameters
    ----------
    node : mapping
        As `explain` returns it.
    depth : int
        Levels of terms shown.
    most : int
        Sectors or provinces shown of a split, the largest first; the rest is one line.
    """
    return tuple(_lines(node, "", depth, most))


def _lines(node: Mapping[str, Any], indent: str, depth: int, most: int) -> Iterator[str]:
    names = [entry["input"] if isinstance(entry, Mapping) else entry for entry in node.get("inputs", ())]
    behind = f"  <- {', '.join(names)}" if names else ""
    yield f"{indent}{node['value']:+,.6g} {node['unit']} {node['name']}{behind}"
    if depth <= 0:
        return
    for term in node.get("terms", ()):
        yield from _lines(term, f"{indent}  ", depth - 1, most)
    for split in SPLITS[1:]:
        parts = sorted(node.get(split, ()), key=lambda part: -abs(part["value"]))
        for part in parts[:most]:
            yield f"{indent}  {split.replace('_', ' ')}: {part['value']:+,.6g} {part['unit']} {part['name']}"
        if parts[most:]:
            rest = sum(part["value"] for part in parts[most:])
            yield f"{indent}  {split.replace('_', ' ')}: {rest:+,.6g} {node['unit']} in {len(parts) - most} more"
    if "factors" in node:
        said = " x ".join(f"{part['value']:.4g} {part['unit']} ({part['name']})" for part in node["factors"])
        yield f"{indent}  = {said}"
    if "balance" in node:
        yield from _lines(node["balance"], f"{indent}  | ", depth, most)


def _children(node: Mapping[str, Any]) -> Iterator[Node]:
    for split in SPLITS:
        yield from node.get(split, ())
    if "balance" in node:
        yield node["balance"]


def _with_origins(node: Node, stated: Mapping[str, Any] | None) -> Node:
    """Return the tree with what is known of each input in the place of its name."""
    told: Node = {**node}
    if "inputs" in node:
        told["inputs"] = [origin_of(name, stated) for name in node["inputs"]]
    for split in SPLITS:
        if split in node:
            told[split] = [_with_origins(part, stated) for part in node[split]]
    if "balance" in node:
        told["balance"] = _with_origins(node["balance"], stated)
    return told


def _node(name: str, array: xr.DataArray | float, unit: str, inputs: Sequence[str] = (), **more: Any) -> Node:
    value = float(strip(array, unit)) if isinstance(array, xr.DataArray) else float(array)
    node: Node = {"name": name, "value": value, "unit": unit}
    return node | ({"inputs": list(inputs)} if inputs else {}) | {key: part for key, part in more.items() if part}


def _by(array: xr.DataArray, dim: str, unit: str) -> list[Node]:
    rest = [other for other in array.dims if other != dim]
    values = strip(array, unit).sum(rest)
    pairs = zip(values[dim].values, values.values, strict=True)
    return [_node(str(label), float(value), unit) for label, value in pairs if value != 0.0]


def _gross(annual: xr.Dataset, year: int, inputs: xr.Dataset | None) -> Node:
    gross = annual["gross_co2"].sel(year=year)
    unit = units_of(gross)
    sectors = [str(name) for name in gross["sector"].values if bool((gross.sel(sector=name) != 0).any())]
    return _node(
        "gross_co2", national(gross), unit,
        terms=[_sector(annual, name, year, inputs) for name in sectors], by_province=_by(gross, "province", unit),
    )  # fmt: skip


def _net(annual: xr.Dataset, year: int, inputs: xr.Dataset | None) -> Node:
    net = annual["net_co2"].sel(year=year)
    unit = units_of(net)
    gross = _gross(annual, year, inputs)
    waste, removed, land = (float(net.sel(sector=name).sum()) for name in ("waste", "removals", "land"))
    capture = ("capture_low", "capture_high", "capture_level", "capture_share")
    terms = [
        gross,
        _node("waste CO2", waste, unit, ["waste_co2"]),
        _node("removed: stored CO2 of biomass and air", removed, unit, capture),
        _node("land", land, unit, ["land_co2", "land_co2_2060"]),
    ]
    return _node(
        "net_co2", national(net), unit, terms=terms,
        by_sector=_by(net, "sector", unit), by_province=_by(net, "province", unit),
    )  # fmt: skip


def _ghg(annual: xr.Dataset, year: int, inputs: xr.Dataset | None) -> Node:
    ghg, net = annual["net_ghg"].sel(year=year), annual["net_co2"].sel(year=year)
    unit = units_of(ghg)
    co2 = _net(annual, year, inputs)
    # A ton of CO2 is a ton of CO2e by definition; the tree below keeps its own unit.
    others = strip(ghg, "Mt CO2e/yr").sum("province") - strip(net, "Mt CO2/yr").sum("province")
    terms = [_node("net CO2 as CO2e", co2["value"], unit, ["gwp_co2"], balance=co2)]
    for name in others["sector"].values:
        if float(others.sel(sector=name)) != 0.0:
            behind = ["land_non_co2"] if name == "land" else ["non_co2_ghg", "non_co2_change"]
            terms.append(_node(f"other gases: {name}", float(others.sel(sector=name)), unit, behind))
    return _node("net_ghg", national(ghg), unit, terms=terms, by_sector=_by(ghg, "sector", unit))


def _sector(annual: xr.Dataset, name: str, year: int, inputs: xr.Dataset | None) -> Node:
    """Return gross CO2 of a sector: what it would emit, less what the template abates and what is captured."""
    gross, now = annual["gross_co2"].sel(sector=[name], year=year), annual.sel(year=year)
    unit = units_of(gross)
    caught = -float(national(now["captured_co2"].sel(sector=[name])))
    terms = _power(now, unit, inputs) if name == "power_heat" else _burnt(now, name, unit, year, inputs)
    if caught:
        behind = ("capture_low", "capture_high", "capture_level", "capture_rate", "capture_share")
        terms = [*terms, _node("captured", caught, unit, behind)]
    factors = [_node(key, part, units_of(part)) for key, part in sector_factors(annual, name, year).items()]
    return _node(
        name, national(gross), unit, terms=terms, by_province=_by(gross, "province", unit), factors=factors,
        inputs=WHERE,
    )  # fmt: skip


def _burnt(now: xr.Dataset, name: str, unit: str, year: int, inputs: xr.Dataset | None) -> list[Node]:
    by_lever = strip(now["abated_by_lever"], unit).sel(sector=name)
    left, abated = float(strip(now["other_co2"], unit).sel(sector=name)), float(by_lever.sum())
    behind = ("official_process_co2", *TREND) if name == "process" else TREND
    before, terms = left + abated, []
    if inputs is not None and year > LAST_HISTORY_YEAR:
        final = inputs["electrified_share_2060"]
        share = float(electrified_share(final, inputs["year"], LAST_OBSERVED_YEAR).sel(sector=name, year=year))
        if 0.0 < share < 1.0:
            terms = [_node("replaced by electricity", -before * share / (1 - share), unit, ["electrified_share_2060"])]
            before /= 1 - share
    elif year > LAST_HISTORY_YEAR:
        behind = (*behind, "electrified_share_2060")
    terms = [_node("by activity and intensity", before, unit, behind), *terms]
    for lever in by_lever["lever"].values:
        less = -float(by_lever.sel(lever=lever))
        if less:
            terms.append(_node(f"{lever} in zones", less, unit, (*LEVERS[str(lever)], *ZONES)))
    return terms


def _power(now: xr.Dataset, unit: str, inputs: xr.Dataset | None) -> list[Node]:
    both, plants = (float(strip(now[key], unit)) for key in ("power_heat_co2", "power_co2"))
    factors = ("fossil_factor", "fossil_factor_change", *CAPTIVE, *LEVEL)
    heat = ("heat_supply", "heat_supply_change", "heat_factor", *CAPTIVE, *LEVEL)
    terms = [
        _node("power plants", plants, unit, factors, balance=_thermal(now, inputs)),
        _node("heat", both - plants, unit, heat),
    ]
    nodes = [_node("power and heat before capture", both, unit, terms=terms)]
    caused = -float(strip(now["caused_abatement"], unit))
    return nodes + ([_node("abated with the money of credits", caused, unit, (*CREDITS, *PARKS))] if caused else [])


def _thermal(now: xr.Dataset, inputs: xr.Dataset | None) -> Node:
    """Return what thermal plants generate: demand less net imports and non-fossil power, with what finds no use."""
    unit = "TWh/yr"
    own = now["nonfossil_generation"]
    demand, thermal, spilt = (
        float(strip(now[key], unit)) for key in ("electricity_demand", "thermal_generation", "curtailment")
    )
    generated = {str(name): float(strip(own, unit).sel(technology=name)) for name in own["technology"].values}
    terms = [
        _demand(now, inputs),
        _node("net imports", thermal + sum(generated.values()) - spilt - demand, unit,
              ["net_imports", "net_imports_change"]),
        *(_node(name, -made, unit, _behind_technology(name)) for name, made in generated.items()),
        _node("without use, or kept for thermal plants", spilt, unit, ["thermal_minimum_share"]),
    ]  # fmt: skip
    return _node("thermal_generation", thermal, unit, terms=terms)


def _behind_technology(name: str) -> tuple[str, ...]:
    variable = ("capacity", "full_load_hours", "includes_parks", *PARKS)
    return ("nonfossil_generation", *(variable if name in ("wind", "solar") else ("firm_generation",)))


def _demand(now: xr.Dataset, inputs: xr.Dataset | None) -> Node:
    """Return demand with losses: the trend, fuel and captive heat replaced, what zones save and stores lose."""
    unit = "TWh/yr"
    total, trend, fuel, zones, saved, charged, given, kept, own = (
        float(strip(now[key], unit).sum()) for key in (
            "electricity_demand", "demand_trend", "electricity_for_fuel", "electricity_for_fuel_in_zones",
            "electricity_saved", "park_charge", "park_discharge", "park_storage_change", "park_own_use",
        )
    )  # fmt: skip
    stores = charged - given - kept
    rate = None if inputs is None else float(converted(inputs["line_loss_rate"], "1"))
    losses = 0.0 if rate is None else own * rate / (1.0 - rate)
    pumps = total - trend - fuel - zones + saved - stores + losses
    replaced = ("fuel_factor", "electricity_per_fuel")
    of_pumps = (*CAPTIVE, "captive_heat_performance", "heat_supply", "heat_supply_change")
    of_losses = ("line_loss_rate", *PARKS)
    terms = [
        _node("by activity and intensity", trend, unit,
              ("electricity_demand", "gdp_growth", "electricity_intensity_change")),
        _node("in place of fuel", fuel, unit, ("electrified_share_2060", *replaced)),
        _node("in place of fuel in zones", zones, unit, (*LEVERS["electrification"], *ZONES, *replaced)),
        _node("saved in zones", -saved, unit, ("electricity_saving_share", *ZONES)),
        _node("lost in stores of parks", stores, unit, PARKS),
    ]  # fmt: skip
    if rate is None:
        name = "heat pumps in place of captive plants, less line losses saved by own use"
        terms.append(_node(name, pumps, unit, (*of_pumps, *of_losses)))
        return _node("electricity_demand", total, unit, terms=terms)
    terms += [
        _node("heat pumps in place of captive plants", pumps, unit, of_pumps),
        _node("line losses saved by own use", -losses, unit, of_losses),
    ]
    use = [_node("consumption", total * (1 - rate), unit), _node("losses", total * rate, unit, ["line_loss_rate"])]
    return _node("electricity_demand", total, unit, terms=terms, by_use=use)


_TOTALS: Final = {"net_co2": _net, "gross_co2": _gross, "net_ghg": _ghg}
