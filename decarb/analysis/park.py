"""One park: its year, its statement and claim, its cost, and its standing under three rulebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import xarray as xr

from decarb.analysis.wording import made_by
from decarb.markup import badge, card, details, items, small, table
from decarb.park.claim import Claim
from decarb.park.standards import StandardVerdict
from decarb.pathway.verdict import shown
from decarb.scenario.park_schema import ParkSpec
from decarb.units import units_of
from decarb.variables import variable

SHOWN: Final = ("load", "grid_import", "self_sufficiency", "emissions", "market_emissions", "credits_needed")
"""What a notebook shows of the year."""
System = Mapping[str, Any]
"""What one system is and does: `on`, `size` as (number, unit) or None, `annual` as {name: (number, unit)}."""


@dataclass(frozen=True, repr=False)
class ParkResults:
    """What a park's year computed.

    Attributes
    ----------
    name, archetype, province, year
        As the park file states them.
    spec : ParkSpec
        What the file says, with units.
    systems : Mapping of str to System
        Each system of the park, whether it is on, its size, and the flows it owns.
    annual : xr.Dataset
        Flows, shares and the statement, location- and market-based, each with its unit.
    spread : xr.Dataset
        The range of what is not known, (estimate): p5, median, p95.
    cost : xr.Dataset
        Investment, bills and worth against the twin; `attrs["notes"]` says what stands in.
    standards : tuple of StandardVerdict
        The three rulebooks, rule by rule.
    claim : Claim
        What the park claims, and the credits retired for it.
    calibration : xr.Dataset or None
        What published figures say about the park; `attrs["sentences"]` says it in words.
    multiplied : xr.Dataset or None
        How far many copies of the park stand from as many different parks.
    flags : tuple of str
        What a reader should see first.
    provenance : Mapping
        Versions, hashes, seed, `weather`, and every assumption with its range.
    steps : xr.Dataset or None
        Mean powers [MW] and states of charge [1] of every step (time).
    """

    name: str
    archetype: str
    province: str
    year: int
    spec: ParkSpec
    systems: Mapping[str, System]
    annual: xr.Dataset
    spread: xr.Dataset
    cost: xr.Dataset
    standards: tuple[StandardVerdict, ...]
    claim: Claim
    calibration: xr.Dataset | None
    multiplied: xr.Dataset | None
    flags: tuple[str, ...]
    provenance: Mapping[str, Any]
    steps: xr.Dataset | None = None

    def __repr__(self) -> str:
        said = ", ".join(f"{standard.id} {standard.verdict}" for standard in self.standards)
        return f"ParkResults({self.name!r}: {said})"

    def __str__(self) -> str:
        return "\n".join([repr(self), *self.flags, made_by(self.provenance)])

    def _repr_html_(self) -> str:
        rules = table(("rulebook", "verdict"), ((one.id, badge(one.verdict)) for one in self.standards))
        said = {name: self.annual[name] for name in SHOWN}
        rows = ((variable(name).label_en, shown(float(array), units_of(array))) for name, array in said.items())
        year = table(("quantity", "number"), rows, right=(1,))
        title = f"{self.name}, {self.province}, {self.year}"
        return card(title, rules, year, details("To be seen first", items(self.flags)), small(made_by(self.provenance)))
