"""The picture of a park's year of electricity: from where it comes and where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.report.figures.captions import check_one, listed, titled_park
from decarb.report.figures.palette import INK, look
from decarb.report.figures.picture import Axis, Flows, Language, Picture
from decarb.report.figures.typesetting import amount
from decarb.report.words import named, phrase
from decarb.units import strip

UNIT: Final = "MWh/yr"
NEEDED: Final = ("generation", "electricity", "load", "grid_import", "grid_export", "curtailment", "unmet_load",
                 "charge", "discharge", "storage_change")  # fmt: skip
CLOSES: Final = 1e-6
"""How far sources and uses may differ, of the sources: the dispatch closes each hour to 1e-9 of its load."""
Node = tuple[str, str, float]
"""The kind and name of a source or use, and its electricity [MWh/yr]."""


def energy(annual: xr.Dataset, *, language: Language = "en") -> Picture:
    """Return a Sankey of the electricity of a park's year: sources left, uses right, as much in as out.

    All passes one node, for the year does not say which source feeds which use.

    Parameters
    ----------
    annual : xr.Dataset
        As `ParkResults.annual` holds it [MWh/yr].
    language : {"en", "zh"}

    Raises
    ------
    CallError
        A flow is absent, or sources and uses differ.
    """
    check_one(annual, *NEEDED)
    of = {name: strip(annual[name], UNIT) for name in NEEDED}
    sources, uses = list(_sources(of)), list(_uses(of))
    entering, leaving = (sum(value for _, _, value in nodes) for nodes in (sources, uses))
    if abs(entering - leaving) > CLOSES * entering:
        raise CallError(f"{entering:,.1f} {UNIT} enter the park and {leaving:,.1f} leave it: not one year of one park")
    zero = [named(kind, name, language) for kind, name, value in (*sources, *uses) if value == 0.0]
    flows = _flows([node for node in sources if node[2] > 0.0], [node for node in uses if node[2] > 0.0], language)
    stores = {name: amount(float(of[name].sum())) for name in ("charge", "discharge")}
    return Picture(
        name="energy",
        title=titled_park(phrase("energy-title", language), annual, language),
        marks=(flows,),
        x=Axis("", hidden=True),
        y=Axis("", hidden=True),
        notes=(
            phrase("energy-mixed", language),
            phrase("energy-stores", language, unit=UNIT, **stores),
            *([phrase("energy-zero", language, names=listed(zero, language))] if zero else []),
        ),
        language=language,
    )


def _sources(of: dict[str, xr.DataArray]) -> Iterator[Node]:
    for name in of["generation"]["technology"].values:
        yield "technology", str(name), float(of["generation"].sel(technology=name))
    yield "flow", "grid_import", float(of["grid_import"])
    yield "flow", "unmet_load", float(of["unmet_load"])
    yield "flow", "from_stores", max(0.0, -float(of["storage_change"].sum()))


def _uses(of: dict[str, xr.DataArray]) -> Iterator[Node]:
    for name in of["electricity"]["use"].values:
        yield "use", str(name), float(of["electricity"].sel(use=name))
    rest = float(of["load"] - of["electricity"].sum())
    if abs(rest) > CLOSES * float(of["load"]):
        yield "flow", "unattributed", rest
    yield "flow", "losses", float((of["charge"] - of["discharge"] - of["storage_change"]).sum())
    yield "flow", "storage_change", max(0.0, float(of["storage_change"].sum()))
    yield "flow", "grid_export", float(of["grid_export"])
    yield "flow", "curtailment", float(of["curtailment"])


def _flows(sources: list[Node], uses: list[Node], language: Language) -> Flows:
    """Return the flows through one node in the middle, each in the colour of its source or use."""
    middle, last = len(sources), len(sources) + 1 + len(uses)
    nodes = [*sources, *uses]
    names = [named(kind, name, language) for kind, name, _ in nodes]
    colours = [look(kind, name).colour for kind, name, _ in nodes]
    names.insert(middle, phrase("energy-supply", language))
    tints = tuple(colours)
    colours.insert(middle, INK)
    return Flows(
        nodes=tuple(names), colours=tuple(colours), layers=(0,) * middle + (1,) + (2,) * len(uses),
        sources=(*range(middle), *[middle] * len(uses)), targets=(*[middle] * middle, *range(middle + 1, last)),
        amounts=np.array([value for _, _, value in nodes]), unit=UNIT, tints=tints,
    )  # fmt: skip
