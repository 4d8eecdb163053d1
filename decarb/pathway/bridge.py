"""The bridge between two national totals: terms that add exactly, and the refusal to compare what is unlike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError, DecarbError, InputError, Problem, UnitError
from decarb.units import stamp, strip, unit_factor, units_of

ORDER: Final = ("gross_co2", "net_co2", "net_ghg")
"""The totals, each of which counts more than the one before."""
BEYOND: Mapping[str, str] = MappingProxyType({"net_co2": "net_co2_beyond_gross", "net_ghg": "net_ghg_beyond_co2"})
"""A total, and the variable by sector that it adds to the one before."""
WORDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("net_co2", "waste"): "CO2 of waste",
        ("net_co2", "land"): "CO2 of the land",
        ("net_co2", "removals"): "stored CO2 of biomass and air",
        ("net_ghg", "land"): "CH4 and N2O of the land",
    }
)
MATTERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"gross_co2": (), "net_ghg": ("land_view", "gwp"), "net_co2": ("land_view",), "co2": ("land_view",)}
)
"""What a total depends on beside its name."""
OTHER_VIEW: Final = "land in the other view"
ROUNDING: Final = 1e-9
SHOWN: Final = 0.1  # of the unit of the totals, the step to which a table is rounded


def bridge(
    annual: xr.Dataset, first_total: str, second_total: str, year: int | None = None,
    *, other_land: xr.DataArray | None = None,
) -> xr.Dataset:  # fmt: skip
    """Return two totals and the terms between them, which add exactly.

    A ton of CO2 is a ton of CO2e: the bridge to net GHG counts CO2 as it is.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it: the totals over provinces and sectors, or summed; `net_co2_beyond_gross` [Mt CO2/yr] and
        `net_ghg_beyond_co2` [Mt CO2e/yr] (sector, year).
    first_total, second_total : str
        Of `ORDER`, in either order, or the same one with `other_land`.
    year : int, optional
        One year; all of them where it is left out.
    other_land : xr.DataArray, [Mt CO2/yr], (year), optional
        CO2 of the land in the view that `annual` does not count in: the second total is then in that view.

    Returns
    -------
    xr.Dataset
        `first`, `second` (..., year) and `terms` (term, ..., year), in Mt CO2/yr, or Mt CO2e/yr where net GHG is one of
        them: first + sum of terms = second.

    Raises
    ------
    CallError
        A total is not known, a variable or a year is missing.
    DecarbError
        The terms do not add.
    """
    names = (first_total, second_total)
    _check_call(annual, names, year, other_land)
    unit = "Mt CO2e/yr" if "net_ghg" in names else "Mt CO2/yr"
    at = [ORDER.index(name) for name in names]
    sign = 1.0 if at[0] <= at[1] else -1.0
    terms = {words: sign * array for _, above in pairwise(ORDER[min(at) : max(at) + 1])
             for words, array in _terms_of(annual, above)}  # fmt: skip
    first, second = (_national(annual[name]) for name in names)
    if other_land is not None:
        own = strip(annual[BEYOND["net_co2"]], "Mt CO2/yr").sel(sector="land", drop=True)
        terms[OTHER_VIEW] = strip(other_land, "Mt CO2/yr") - own
        second = second + terms[OTHER_VIEW]
    joined = xr.concat(
        list(xr.broadcast(*terms.values())) or [0.0 * first], dim=xr.IndexVariable("term", list(terms) or ["nothing"])
    )
    bridged = xr.Dataset({"first": first, "second": second, "terms": joined})
    off = float(abs(first + joined.sum("term", skipna=False) - second).max(skipna=False))
    if not off <= ROUNDING * max(1.0, float(abs(first).max())):
        raise DecarbError(f"bridge from {names[0]} to {names[1]}: the terms are off by {off:.3g} {unit}")
    if year is not None:
        bridged = bridged.sel(year=year)
    said = {end: _named(name, annual) for end, name in zip(("first", "second"), names, strict=True)}
    if other_land is not None:
        said["second"] += ", the other view of the land"
    return xr.Dataset({name: stamp(array, unit) for name, array in bridged.items()}, attrs=said)


def bridge_in_words(bridged: xr.Dataset) -> str:
    """Return a bridge of one year as a table whose printed figures add exactly.

    Parameters
    ----------
    bridged : xr.Dataset
        As `bridge` returns it for one year of one scenario.

    Raises
    ------
    CallError
        It holds more than one year or scenario.
    """
    wide = [str(dim) for dim in bridged["first"].dims]
    if wide:
        raise CallError(f"a table shows one year of one scenario; select one of {', '.join(wide)}")
    unit = units_of(bridged["first"])
    printed = _rounded([float(bridged["first"]), *bridged["terms"].values.tolist()], float(bridged["second"]))
    words = [bridged.attrs["first"], *(str(term) for term in bridged["term"].values), bridged.attrs["second"]]
    when = f" in {int(bridged['year'])}" if "year" in bridged.coords else ""
    wide_words = max(map(len, words))
    marks = ["", *("+" for _ in words[2:]), "="]
    lines = [f"{mark:1} {word:<{wide_words}} {figure:>12,.1f}"
             for mark, word, figure in zip(marks, words, printed, strict=True)]  # fmt: skip
    return "\n".join([f"{unit}{when}", *lines])


def refuse_unlike(
    first: xr.DataArray | str, second: xr.DataArray | str, annual: xr.Dataset | None = None, year: int | None = None,
    *, fix: str = "judge each total by the target that names it",
) -> None:  # fmt: skip
    """Refuse to compare two totals that do not count the same thing, and show what lies between them.

    Parameters
    ----------
    first, second : xr.DataArray or str
        A series by name, unit, and scalar coordinates `land_view` and `gwp` where its total depends on them; or the
        name of a total alone, as a target gives it, which is compared by name.
    annual : xr.Dataset, optional
        A run, as for `bridge`: the refusal then holds the table between the two totals.
    year : int, optional
        Of that table; by default the last year of `annual`.
    fix : str
        What to do where the totals are not the same.

    Raises
    ------
    InputError
        With one problem for each difference in total, unit, land view or GWP report, and the bridge as the last: each
        begins a line, and the table stands on lines of its own.
    """
    problems = list(_differences(first, second, fix))
    if not problems:
        return
    names = (_name(first), _name(second))
    if annual is not None and names[0] != names[1] and set(names) <= set(ORDER) and _can_bridge(annual, names):
        last = int(annual["year"].max()) if year is None else year
        table = bridge_in_words(bridge(annual, *names, year=last))
        problems.append(Problem("", "bridge", table))
    elif names[0] == names[1] and isinstance(first, xr.DataArray) and isinstance(second, xr.DataArray):
        problems += _gap(first, second, year)
    raise InputError(problems)


def _check_call(
    annual: xr.Dataset, names: tuple[str, str], year: int | None, other_land: xr.DataArray | None
) -> None:  # fmt: skip
    for name in names:
        if name not in ORDER:
            raise CallError(f'"{name}" is no total; write one of {", ".join(ORDER)}')
    if other_land is not None and names[1] == "gross_co2":
        raise CallError("gross_co2 holds no land; leave other_land out")
    needed = [*names, *_between(names), *((BEYOND["net_co2"],) if other_land is not None else ())]
    lacking = [name for name in dict.fromkeys(needed) if name not in annual]
    if lacking:
        raise CallError(f"the data hold no {', '.join(lacking)}, so no bridge can be made; give the `annual` of a run")
    if year is not None and year not in annual["year"].values:
        years = annual["year"].values
        raise CallError(f"the data hold no year {year}; write one from {years.min()} to {years.max()}")


def _between(names: tuple[str, str]) -> list[str]:
    at = sorted(ORDER.index(name) for name in names)
    return [BEYOND[name] for name in ORDER[at[0] + 1 : at[1] + 1]]


def _can_bridge(annual: xr.Dataset, names: tuple[str, str]) -> bool:
    one = all(dim in ("province", "sector", "year") for name in names if name in annual for dim in annual[name].dims)
    return one and all(name in annual for name in (*names, *_between(names)))


def _terms_of(annual: xr.Dataset, above: str) -> Iterator[tuple[str, xr.DataArray]]:
    """Yield what a total adds to the one before, in words, without what is nothing in all years."""
    unit = "Mt CO2e/yr" if above == "net_ghg" else "Mt CO2/yr"
    added = strip(annual[BEYOND[above]], unit)
    for sector in added["sector"].values:
        term = added.sel(sector=sector, drop=True)
        if bool((term != 0.0).any()):
            yield WORDS.get((above, str(sector)), f"other gases, {sector}"), term


def _national(total: xr.DataArray) -> xr.DataArray:
    unit = "Mt CO2e/yr" if total.name == "net_ghg" else "Mt CO2/yr"
    return strip(total, unit).sum([dim for dim in ("province", "sector") if dim in total.dims], skipna=False)


def _named(name: str, annual: xr.Dataset) -> str:
    said = [f"{key.replace('_', ' ')} {annual[key].item()}" for key in MATTERS[name] if key in annual.coords]
    return f"{name} ({', '.join(said)})" if said else name


def _rounded(parts: list[float], total: float) -> list[float]:
    """Return parts and total in steps of `SHOWN`; the parts with the largest rests are rounded up until they add."""
    steps = np.array(parts) / SHOWN
    down = np.floor(steps + ROUNDING)
    missing = round(total / SHOWN) - int(down.sum())
    up = np.argsort(down - steps, kind="stable")[: max(missing, 0)]
    down[up] += 1.0
    return [*(down * SHOWN).tolist(), round(total / SHOWN) * SHOWN]


def _name(one: xr.DataArray | str) -> str:
    return one if isinstance(one, str) else str(one.name)


def _differences(first: xr.DataArray | str, second: xr.DataArray | str, of_total: str) -> Iterator[Problem]:
    fix = "compare series of the same total"
    names = (_name(first), _name(second))
    if names[0] != names[1]:
        yield Problem("", "total", f"{names[0]} against {names[1]}", of_total)
    if isinstance(first, str) or isinstance(second, str):
        return
    units = tuple(str(each.attrs.get("units", "not declared")) for each in (first, second))
    if units[0] != units[1] and not _same_dimension(*units):
        yield Problem("", "unit", f"{units[0]} against {units[1]}", fix)
    for key in ("land_view", "gwp"):
        said = [str(each[key].item()) if key in each.coords and key in MATTERS.get(name, ("land_view",)) else
                "not declared" for name, each in zip(names, (first, second), strict=True)]  # fmt: skip
        if said[0] != said[1]:
            yield Problem("", key, f"{said[0]} against {said[1]}", fix)


def _same_dimension(one: str, other: str) -> bool:
    try:
        unit_factor(one, other)
    except UnitError:
        return False
    return True


def _gap(first: xr.DataArray, second: xr.DataArray, year: int | None) -> Iterator[Problem]:
    """Yield by how much two views of one total differ in a year that both cover."""
    if not all(each.dims == ("year",) and "units" in each.attrs for each in (first, second)):
        return
    both = np.intersect1d(first["year"].values, second["year"].values)
    when = year if year is not None else int(both[-1]) if both.size else None
    if when is None or when not in both or not _same_dimension(units_of(first), units_of(second)):
        return
    unit = units_of(first)
    ours, theirs = (float(strip(each, unit).sel(year=when)) for each in (first, second))
    found = f"{ours:,.1f} and {theirs:,.1f} {unit} in {when}: {theirs - ours:+,.1f} lies between them"
    yield Problem("", "bridge", found, "count both in one view")
