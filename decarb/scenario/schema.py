"""What a person may write in a scenario file: the park, how it spreads, and the rest of the economy.

Everything is frozen and strict, with a unit on every dimensional field. A field that is left out takes the value of its
row in `data/`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from decarb.scenario.cost_schema import CostSpec
from decarb.scenario.fields import (
    AllowancePath,
    CapacityPath,
    Change,
    ChangePath,
    CreditsPath,
    GenerationPath,
    Name,
    NationalCO2,
    Ratio,
    Share,
    Spec,
    Text,
    Yield,
)  # fmt: skip
from decarb.scenario.lever_schema import CaptiveSpec, TemplateSpec
from decarb.scenario.park_schema import ParkSpec, Ranges  # noqa: F401
from decarb.scenario.rollout_schema import RolloutSpec
from decarb.scenario.zone_schema import ZoneSpec


class EconomySpec(Spec):
    """Activity and electricity demand."""

    gdp_growth: ChangePath | None = None
    electricity_intensity_change: Change | None = None


class SectorSpec(Spec):
    """One sector that burns fuel or runs a process."""

    intensity_change: Change | None = None
    electrified_share_2060: Share | None = None
    electricity_per_fuel: Ratio | None = None


class SectorsSpec(Spec):
    """The sectors other than power and heat."""

    energy_industry: SectorSpec = SectorSpec()
    manufacturing: SectorSpec = SectorSpec()
    process: SectorSpec = SectorSpec()
    transport: SectorSpec = SectorSpec()
    buildings: SectorSpec = SectorSpec()
    agriculture: SectorSpec = SectorSpec()
    construction: SectorSpec = SectorSpec()


class VariableSpec(Spec):
    """Wind or solar power of the nation."""

    capacity: CapacityPath | None = None
    full_load_hours: Yield | None = None
    includes_parks: bool | None = None


class FirmSpec(Spec):
    """Hydro, nuclear or bioenergy of the nation."""

    generation: GenerationPath | None = None


class PowerSpec(Spec):
    """The power system and central heating."""

    wind: VariableSpec = VariableSpec()
    solar: VariableSpec = VariableSpec()
    hydro: FirmSpec = FirmSpec()
    nuclear: FirmSpec = FirmSpec()
    bioenergy: FirmSpec = FirmSpec()
    fossil_factor_change: Change | None = None
    heat_supply_change: Change | None = None
    thermal_minimum_share: Share | None = None
    market_traded_share: Share | None = None


class OriginSpec(Spec):
    """Where captured CO2 comes from; the four shares add to 1."""

    fossil: Share
    process: Share
    biomass: Share
    air: Share

    @model_validator(mode="after")
    def _adds_to_one(self) -> OriginSpec:
        total = sum(share.to("1") for share in (self.fossil, self.process, self.biomass, self.air))
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"the four shares add to {total:g}; make them add to 1")
        return self


class CaptureSpec(Spec):
    """CO2 that is captured and stored."""

    level: Share | None = None
    rate: Share | None = None
    origin: OriginSpec | None = None


class LandSpec(Spec):
    """The land sink, negative where it takes up CO2."""

    co2_2060: NationalCO2 | None = None


class NonCO2Spec(Spec):
    """Yearly change of the other gases by source."""

    agriculture: Change | None = None
    energy_industry: Change | None = None
    process: Change | None = None
    waste: Change | None = None


class CreditsSpec(Spec):
    """CCER on offer, who asks for them and who comes first, and what their money really causes."""

    issued: CreditsPath | None = None
    displacement_share: Share | None = None
    additionality: Share | None = None
    allowances: AllowancePath | None = None
    use_limit: Share | None = None
    market_use: Share | None = None
    priority: Literal["shared", "parks", "market"] = "shared"


class ScenarioSpec(Spec):
    """A whole scenario: a park, how it spreads, and the rest of the economy."""

    kind: Literal["scenario"]
    name: Name
    description: Text = ""
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 2021
    land_view: Literal["inventory", "bookkeeping"] = "inventory"
    park: ParkSpec
    rollout: RolloutSpec = RolloutSpec()
    zones: ZoneSpec = ZoneSpec()
    template: TemplateSpec = TemplateSpec()
    captive: CaptiveSpec = CaptiveSpec()
    economy: EconomySpec = EconomySpec()
    sectors: SectorsSpec = SectorsSpec()
    power: PowerSpec = PowerSpec()
    capture: CaptureSpec = CaptureSpec()
    land: LandSpec = LandSpec()
    non_co2: NonCO2Spec = NonCO2Spec()
    credits: CreditsSpec = CreditsSpec()
    cost: CostSpec = CostSpec()
