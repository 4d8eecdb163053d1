"""The change of a product split by its factors: activity, intensity, emission factor (LMDI), with nothing left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import xarray as xr

from decarb.errors import CallError, DecarbError
from decarb.nation.totals import national
from decarb.units import canonical, converted, stamp, strip, unit_factor, units_of
from decarb.variables import did_you_mean


def lmdi(parts0: Mapping[str, xr.DataArray], parts1: Mapping[str, xr.DataArray], unit: str) -> xr.Dataset:
    """Return by how much each factor of a product changes it, additive and with nothing left over.

    Parameters
    ----------
    parts0, parts1 : mapping of str to xr.DataArray
        The same factors, such as activity, intensity and emission factor, before and after; each with its unit, none
        negative. Shared dimensions (province, sector) are split place by place.
    unit : str
        Of the product, such as "Mt CO2/yr".

    Returns
    -------
    xr.Dataset
        One contribution for each factor; they add to the change of the product.

    Raises
    ------
    CallError
        The factors differ, or one is negative or unknown (a logarithm has no answer there).

    Notes
    -----
    L(V1, V0) ln(x1/x0), with L the logarithmic mean of the products. Zeros by analytical limit: what rises from zero,
    or falls to it, takes the whole change, several such factors in equal parts.

    References
    ----------
    `ang-2007`

    Examples
    --------
    >>> def numbers(gdp, factor):
    ...     return {"gdp": xr.DataArray(gdp, attrs={"units": "CNY_2020/yr"}),
    ...             "factor": xr.DataArray(factor, attrs={"units": "t CO2/CNY_2020"})}
    >>> split = lmdi(numbers(100.0, 1.0), numbers(200.0, 0.5), "t CO2/yr")
    >>> [round(float(split[name]), 6) for name in split]
    [69.314718, -69.314718]
    """
    if not parts0 or list(parts0) != list(parts1):
        raise CallError(
            f"lmdi: the factors are {', '.join(parts0)} and {', '.join(parts1)}; name the same, in one order"
        )
    names = list(parts0)
    same = [converted(parts1[name], units_of(parts0[name])).reset_coords(drop=True) for name in names]
    bare = [parts0[name].reset_coords(drop=True) for name in names]
    places = xr.broadcast(*bare, *same)
    first, last = (xr.concat(half, dim="part") for half in (places[: len(names)], places[len(names) :]))
    if not bool(((first >= 0) & (last >= 0)).all()):
        raise CallError("lmdi: a factor is negative or not known somewhere; split a product of non-negative factors")
    scale = unit_factor(product_unit([units_of(array) for array in bare]), unit)
    split = _logarithmic_mean_split(first, last) * scale
    return xr.Dataset({name: stamp(split.isel(part=place), unit) for place, name in enumerate(names)})


def sector_factors(annual: xr.Dataset, sector: str, year: int) -> dict[str, xr.DataArray]:
    """Return the factors whose product is the gross CO2 of one sector in the nation.

    Activity is real GDP for every sector: no output in tonnes or kilometres stands behind it.

    Parameters
    ----------
    annual : xr.Dataset
        As `decarb.model.evaluate` or a run gives it.
    sector : str
        Of `decarb.nation.sectors.SECTORS`.
    year : int

    Raises
    ------
    CallError
        The sector does not exist.
    DecarbError
        CO2 is emitted where a factor before it is zero, as heat without thermal power.
    """
    if sector not in annual["other_co2"]["sector"].values:
        known = tuple(str(name) for name in annual["other_co2"]["sector"].values)
        raise CallError(f'"{sector}" is no sector; {did_you_mean(sector, known)}')
    now = annual.sel(year=year, drop=True)
    gross = national(now["gross_co2"].sel(sector=[sector]))
    links_of = {"gdp": now["gdp"]}
    if sector == "power_heat":
        of_both = now["power_heat_co2"]
        left = stamp(of_both - strip(now["caused_abatement"], units_of(of_both)), units_of(of_both))
        links_of |= {
            "electricity per GDP": now["electricity_demand"], "thermal share": now["thermal_generation"],
            "CO2 per thermal power": now["power_heat_co2"], "not abated with credits": left, "not captured": gross,
        }  # fmt: skip
    else:
        links_of |= {"CO2 per GDP": national(now["other_co2"].sel(sector=[sector])), "not captured": gross}
    links = list(links_of.items())
    factors = {"gdp": now["gdp"]}
    for (_, above), (name, below) in pairwise(links):
        if float(above) == 0.0 and float(below) != 0.0:
            raise DecarbError(f"{sector} in {year}: CO2 without {name}: no product of factors gives it")
        ratio = below / above if float(above) else xr.zeros_like(below)
        factors[name] = xr.DataArray(ratio.values, attrs={"units": _ratio_unit(units_of(below), units_of(above))})
    return factors


def _logarithmic_mean_split(first: xr.DataArray, last: xr.DataArray) -> xr.DataArray:
    """Return L(V1, V0) ln(x1/x0) for each `part`, by analytical limits where a product is zero."""
    rises, falls = (first == 0) & (last > 0), (first > 0) & (last == 0)
    both = (first > 0) & (last > 0)
    ratio = xr.where(both, np.log(last.where(both, 1.0)) - np.log(first.where(both, 1.0)), 0.0)
    whole = ratio.sum("part")
    before, after = first.prod("part"), last.prod("part")
    half = whole / 2.0
    # sinh(d/2)/(d/2) instead of (V1 - V0)/d: no loss of digits where factors cancel and the product hardly moves.
    mean = np.sqrt(before * after) * xr.where(half == 0, 1.0, np.sinh(half) / xr.where(half == 0, 1.0, half))
    moved = xr.where(before == 0, rises, falls)
    count = moved.sum("part")
    limit = (after - before) * moved / xr.where(count > 0, count, 1)
    return xr.where((before > 0) & (after > 0), mean * ratio, limit)


def product_unit(units: Sequence[str]) -> str:
    """Return the unit of a product: all that stands above, then all that stands below."""
    above = [unit.split("/")[0].strip() for unit in units]
    below = [part for unit in units for part in unit.split("/")[1:]]
    return "/".join([" ".join(word for word in above if word != "1") or "1", *below])


def _ratio_unit(above: str, below: str) -> str:
    """Return the unit of a ratio; the same unit twice is a plain number."""
    if canonical(above) == canonical(below):
        return "1"
    numerator, *divisors = canonical(above).split("/")
    inverse, *back = canonical(below).split("/")
    left = [word for word in divisors if word not in back]
    risen = [word for word in back if word not in divisors]
    return canonical("/".join([" ".join([numerator, *risen]), inverse, *left]))
