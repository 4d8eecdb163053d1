"""What a person may write of the template's levers beyond its own power, and of captive coal plants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from decarb.scenario.fields import (
    FIRST_FREE_YEAR,
    CaptiveRatio,
    FuelFactor,
    Performance,
    Share,
    ShareByArchetype,
    Spec,
)  # fmt: skip


def _form(value: Any) -> str:
    return "each" if isinstance(value, (Mapping, ShareByArchetype)) else "all"


Shares = Annotated[
    Annotated[Share, Tag("all")] | Annotated[ShareByArchetype, Tag("each")],
    Discriminator(_form),
    Field(examples=["0.2", {"chemicals": "0.1", "general": "0.3"}]),
]
"""A share for all archetypes, or a mapping archetype -> share."""

Closing = Annotated[int, Field(ge=FIRST_FREE_YEAR, le=2100)]


class TemplateSpec(Spec):
    """What a zone does beyond its own power when it takes up the template; each lever acts on what is left."""

    fuel_saving_share: Shares | None = None
    electricity_saving_share: Shares | None = None
    electrified_fuel_share: Shares | None = None
    switched_fuel_share: Shares | None = None
    switched_fuel_factor: FuelFactor | None = None
    process_change_share: Shares | None = None
    green_power_share: Share | None = None


class CaptiveSpec(Spec):
    """Captive coal plants: when they close, and who then makes their heat."""

    retirement_start: Closing | None = None
    retirement_end: Closing | None = None
    factor_ratio: CaptiveRatio | None = None
    heat_share: Share | None = None
    heat_electrified_share: Share | None = None
    heat_performance: Performance | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> CaptiveSpec:
        if self.retirement_start and self.retirement_end and self.retirement_end <= self.retirement_start:
            raise ValueError(
                f"retirement_end {self.retirement_end} is not after retirement_start {self.retirement_start}; "
                "write a later end"
            )
        return self
