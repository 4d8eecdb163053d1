"""What the words of several figures share: labels of axes, names with a way out, and the scenario that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import xarray as xr

from decarb.errors import CallError
from decarb.report.figures.picture import Language
from decarb.report.words import labels, named, phrase
from decarb.units import units_of
from decarb.variables import label, variable

OURS: Final = "decarb scenario "
"""How the title of a run begins."""
JOINED: Final = " + "
"""Between the names of levers that were merged into one."""
LAND_VIEWS: Final = ("inventory", "bookkeeping")


def axis_label(name: str, language: Language, unit: str = "") -> str:
    """Return the label of a variable with its unit in brackets.

    Parameters
    ----------
    name : str
        Variable of the dictionary.
    language : {"en", "zh"}
    unit : str
        By default that of the dictionary.

    Examples
    --------
    >>> axis_label("net_co2", "en", "Gt CO2/yr"), axis_label("net_co2", "zh")
    ('Net CO2 [Gt CO2/yr]', '二氧化碳净排放 [Mt CO2/yr]')
    """
    return f"{label(name, language)} [{unit or variable(name).unit}]"


def own_or_given(kind: str, name: str, language: Language) -> str:
    """Return how a thing is called, or the name it was given where the tables have none, as for a reader's own lever.

    Examples
    --------
    >>> own_or_given("lever", "stores", "zh"), own_or_given("lever", "hydrogen", "zh")
    ('储能', 'hydrogen')
    """
    return named(kind, name, language) if (kind, name) in labels() else name


def lever(name: str, language: Language) -> str:
    """Return how a lever is called; of several merged into one, all.

    Examples
    --------
    >>> lever("land + non-CO2", "en")
    'Land + Non-CO2 gases'
    """
    return JOINED.join(own_or_given("lever", part, language) for part in name.split(JOINED))


def listed(words: Iterable[str], language: Language) -> str:
    """Return words one after the other, as a list in a sentence.

    Examples
    --------
    >>> listed(["wind", "solar"], "en"), listed(["风电", "光伏"], "zh")
    ('wind, solar', '风电、光伏')
    """
    return ("、" if language == "zh" else ", ").join(words)


def together(sentences: Sequence[str], language: Language) -> str:
    """Return sentences as one note."""
    return ("" if language == "zh" else " ").join(sentence for sentence in sentences if sentence)


def scenario_of(dataset: xr.Dataset) -> str:
    """Return the name of the scenario that a Dataset is of; "" where it does not say."""
    return str(dataset.attrs.get("title", "")).removeprefix(OURS)


def titled(words: str, dataset: xr.Dataset, language: Language) -> str:
    """Return a title with the name of the scenario behind it, where the Dataset says it."""
    name = scenario_of(dataset)
    return f"{words}{'：' if language == 'zh' else ': '}{name}" if name else words


def titled_park(words: str, dataset: xr.Dataset, language: Language) -> str:
    """Return a title with the name of the park behind it, where the Dataset says it as `park`."""
    return titled(words, xr.Dataset(attrs={"title": dataset.attrs.get("park", "")}), language)


def land_note(dataset: xr.Dataset, language: Language) -> str:
    """Return how the land sink is counted; "" where the Dataset does not say."""
    view = str(dataset["land_view"].item()) if "land_view" in dataset.coords else ""
    return phrase(f"land-{view}", language) if view in LAND_VIEWS else ""


def check_year(name: str, years: xr.DataArray, year: int) -> None:
    """Refuse a year that is not there.

    Raises
    ------
    CallError
    """
    if year not in years.values:
        raise CallError(f"{name}: no year {year}; name one of {int(years[0])} to {int(years[-1])}")


def check_one(dataset: xr.Dataset, *names: str) -> None:
    """Refuse what holds several scenarios, or lacks a variable or its unit.

    Raises
    ------
    CallError
    """
    if "scenario" in dataset.dims:
        count = dataset.sizes["scenario"]
        raise CallError(f"the Dataset holds {count} scenarios; choose one with dataset.isel(scenario=0)")
    lacking = [name for name in names if name not in dataset]
    if lacking:
        raise CallError(f"the Dataset lacks {', '.join(lacking)}; give it as the package returns it")
    for name in names:
        units_of(dataset[name])
