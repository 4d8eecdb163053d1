"""What a scenario may say of development zones: how large and of which kind they are, and what room they have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from decarb.scenario.fields import CaptiveShare, Province, Share, Spec, reads
from decarb.scenario.park_schema import Archetype
from decarb.scenario.zone_list import ZoneList
from decarb.units import Quantity

RelativeSize = Annotated[Quantity, reads("1", 0.01, 1000.0), Field(examples=["4"])]
Spread = Annotated[Quantity, reads("1", 0.0, 3.0), Field(examples=["0.9"])]
ByArchetype = Annotated[dict[Archetype, Share], Field(min_length=1)]
"""Shares of some archetypes; those left out take their rows."""


class MixSpec(Spec):
    """Archetypes of the zones of one level; the six parts add to 1."""

    research_campus: Share
    electronics: Share
    chemicals: Share
    logistics: Share
    metals: Share
    general: Share

    @model_validator(mode="after")
    def _adds_to_one(self) -> MixSpec:
        total = sum(getattr(self, name).to("1") for name in type(self).model_fields)
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"the six parts add to {total:g}; make them add to 1")
        return self


class ZoneSpec(Spec):
    """Development zones, and what one has room for."""

    share_of_national_co2: Share | None = None
    captive_share: CaptiveShare | None = None
    national_mix: MixSpec | None = None
    provincial_mix: MixSpec | None = None
    national_size: RelativeSize | None = None
    size_spread: Spread | None = None
    usable_roof_share: ByArchetype | None = None
    wind_land_share: ByArchetype | None = None
    grid_connection_per_load: RelativeSize | None = None
    list: Annotated[dict[Province, ZoneList], Field(min_length=1)] | None = None
