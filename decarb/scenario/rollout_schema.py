"""What a scenario file may say about how the template spreads."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from decarb.scenario.fields import (
    LAST_YEAR,
    BuildRate,
    CapacityRate,
    Delay,
    Growth,
    Lifetime,
    Share,
    ShareByArchetype,
    Spec,
    StoreLossChange,
    ZoneLists,
    ZonePath,
    Zones,
)  # fmt: skip
from decarb.units import Quantity

Curve = Literal["logistic", "bass", "policy", "table"]

ANCHOR_YEAR: Final = 2030
READS: Final[Mapping[str, tuple[str, ...]]] = {
    "anchor": ("logistic", "bass"),
    "anchor_year": ("logistic", "bass"),
    "growth": ("policy", "logistic"),
    "innovation": ("bass",),
    "imitation": ("bass",),
    "lists": ("policy",),
    "delay": ("policy",),
    "table": ("table",),
}
"""Field -> the curves that read it; fields that are not here hold for every curve."""
ROUNDING: Final = 1e-9  # of a cap, so that a path which runs at its cap passes


def _never_falls(path: dict[int, Quantity]) -> dict[int, Quantity]:
    for (earlier, few), (later, fewer) in pairwise(path.items()):
        if fewer.to("zone") < few.to("zone"):
            raise ValueError(
                f"{fewer} in {later} after {few} in {earlier}, and a list withdraws no zone; write all zones "
                f"named so far"
            )
    return path


def _whole_years(age: Quantity) -> Quantity:
    if not float(age.to("yr")).is_integer():
        raise ValueError(f'{age} is no whole number of years; write whole years, such as "12 yr"')
    return age


class CeilingSpec(ShareByArchetype):
    """Ceilings of some zones, by level or by archetype; where both name a zone, the lower one holds."""

    national: Share | None = None
    provincial: Share | None = None


class RolloutSpec(Spec):
    """How the template spreads: what it does in a zone, how many zones want it by when, and how many can be built."""

    mode: Literal["clone", "scale", "claim"] = "scale"
    curve: Curve = "policy"
    anchor: Zones | None = None
    anchor_year: Annotated[int, Field(ge=2020, le=LAST_YEAR)] = ANCHOR_YEAR
    growth: Growth | None = None
    ceiling: Share | None = None
    ceiling_of: CeilingSpec = CeilingSpec()
    innovation: Growth | None = None
    imitation: Growth | None = None
    lists: Annotated[ZoneLists, AfterValidator(_never_falls)] | None = None
    delay: Delay | None = None
    table: ZonePath | None = None
    build_rate: BuildRate | None = None
    capacity_rate: CapacityRate | None = None
    lifetime: Lifetime | None = None
    renewed_share: Share | None = None
    retrofit_age: Annotated[Lifetime, AfterValidator(_whole_years)] | None = None
    retrofit_share: Share | None = None
    store_loss_change: StoreLossChange | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> RolloutSpec:
        self._check_fields_are_read()
        self._check_ceilings()
        if self.table is not None:
            self._check_table(self.table)
        return self

    def _check_fields_are_read(self) -> None:
        """Refuse what the chosen curve does not look at: it would be no lever."""
        stated = {name for name in READS if getattr(self, name) is not None} - {"anchor_year"}
        if self.anchor_year != ANCHOR_YEAR:
            stated.add("anchor_year")
        idle = [name for name, curves in READS.items() if name in stated and self.curve not in curves]
        if idle:
            others = [curve for curve in READS[idle[0]] if all(curve in READS[name] for name in idle)]
            instead = f"write curve: {' or '.join(others)}, or " if others else ""
            raise ValueError(
                f"curve: {self.curve} does not read {', '.join(idle)}; {instead}delete {', '.join(idle)} (null drops "
                f"what is extended)"
            )
        if self.curve == "table" and self.table is None:
            raise ValueError('curve: table has no table; add table: {2030: "100 zone"}')

    def _check_ceilings(self) -> None:
        for name in CeilingSpec.model_fields:
            own = getattr(self.ceiling_of, name)
            if self.ceiling is not None and own is not None and own.to("1") > self.ceiling.to("1"):
                raise ValueError(
                    f"ceiling_of.{name}: {own} lies above ceiling: {self.ceiling}; raise ceiling, or write less"
                )

    def _check_table(self, table: Mapping[int, Quantity]) -> None:
        """Refuse a path that passes its own build rate, or falls while zones never retire."""
        path = {year: zones.to("zone") for year, zones in table.items()}
        for earlier, later in pairwise(path):
            if path[later] < path[earlier] and self.lifetime is None:
                raise ValueError(
                    f"table: {table[later]} in {later} after {table[earlier]} in {earlier}; zones close by age alone: "
                    f"state lifetime, or write as many or more"
                )
        if self.build_rate is not None:
            self._check_build_rate(path, self.build_rate)

    def _check_build_rate(self, path: Mapping[int, float], build_rate: Quantity) -> None:
        first, last = min(path), max(path)
        years = np.arange(first, last + 1)
        added = np.diff(np.interp(years, list(path), list(path.values())), prepend=0.0)
        over = added > build_rate.to("zone/yr") * (1.0 + ROUNDING)
        if over.any():
            at = int(over.argmax())
            raise ValueError(
                f"table: {added[at]:g} zones are built in {years[at]}, and build_rate allows {build_rate}; begin "
                f"earlier, write less, or raise build_rate"
            )
