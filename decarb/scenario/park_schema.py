"""What a person may write in a park file: one park and its systems, each of which can be switched off.

A system that is left out is no part of the park. A field inside a system that is left out takes its row of `data/`.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from decarb.scenario.credits import CreditList
from decarb.scenario.fields import (
    AnnualEnergy,
    Area,
    BoughtEnergy,
    CO2eMass,
    CO2Mass,
    Distance,
    Efficiency,
    ElectricityIntensity,
    Energy,
    FloorArea,
    FuelMass,
    GasVolume,
    GridFactor,
    Heat,
    HeatIntensity,
    Irrigation,
    LandElectricity,
    Listed,
    Name,
    NitrogenRate,
    Performance,
    Power,
    Province,
    Range,
    RefrigerantMass,
    SelfDischarge,
    Share,
    Spec,
    Text,
    Vehicles,
    Volume,
    VolumeElectricity,
    Yield,
)  # fmt: skip

Archetype = Literal["research_campus", "electronics", "chemicals", "logistics", "metals", "general"]
Rule = Literal["self-consumption", "time-of-use", "peak-shaving"]
SlowStore = Literal["lithium", "flow_battery"]
SLOW_STORES: Final = ("lithium", "flow_battery")
Supply = Literal["heat_pump", "electric_boiler", "gas_boiler", "coal_boiler", "heat_import"]


def _each_once(order: tuple[str, ...]) -> tuple[str, ...]:
    if sorted(order) != sorted(SLOW_STORES):
        raise ValueError(f"{' and '.join(order) or 'nothing'} is no order; name {' and '.join(SLOW_STORES)} once each")
    return order


StoreOrder = Annotated[tuple[SlowStore, ...], Listed, AfterValidator(_each_once)]


class System(Spec):
    """A part of the park that can be switched off and keeps its size."""

    on: bool = True


class Generator(System):
    """Wind or PV on the park's ground."""

    capacity: Power
    full_load_hours: Yield


class Store(System):
    """One store of electricity."""

    power_rating: Power
    energy_rating: Energy
    round_trip_efficiency: Efficiency | None = None
    minimum_state_of_charge: Share
    maximum_state_of_charge: Share
    self_discharge: SelfDischarge

    @model_validator(mode="after")
    def _window_is_open(self) -> Store:
        if self.minimum_state_of_charge.to("1") > self.maximum_state_of_charge.to("1"):
            raise ValueError("minimum_state_of_charge lies above maximum_state_of_charge; swap them")
        return self


class Microgrid(System):
    """The connection to the public grid, and the rule by which the stores work; off, the stores stand still."""

    import_limit: Power
    export_limit: Power
    rule: Rule = "self-consumption"
    order: StoreOrder = SLOW_STORES
    demand_cap: Power | None = None

    @model_validator(mode="after")
    def _knows_its_cap(self) -> Microgrid:
        if self.rule == "peak-shaving" and self.demand_cap is None:
            raise ValueError('peak-shaving needs a demand_cap; write one, for example "2 MW"')
        return self


class Water(System):
    """Water used, treated on site and used again."""

    demand: Volume
    treatment_capacity: Volume
    return_share: Share | None = None
    reuse_share: Share | None = None
    treatment_electricity: VolumeElectricity | None = None
    reuse_electricity: VolumeElectricity | None = None


class Agriculture(System):
    """Fields and greenhouses, watered from reuse as far as it goes."""

    area: Area
    irrigation: Irrigation | None = None
    nitrogen: NitrogenRate | None = None
    electricity: LandElectricity | None = None
    crown_share: Share | None = None


class Building(System):
    """Floors that are lit, cooled and heated."""

    floor_area: FloorArea
    electricity_intensity: ElectricityIntensity | None = None
    heat_intensity: HeatIntensity | None = None


class HeatSupply(Spec):
    """Who delivers the heat; the shares add to 1."""

    heat_pump: Share | None = None
    electric_boiler: Share | None = None
    gas_boiler: Share | None = None
    coal_boiler: Share | None = None
    gas_chp: Share | None = None
    coal_chp: Share | None = None
    heat_import: Share | None = None

    @model_validator(mode="after")
    def _adds_to_one(self) -> HeatSupply:
        total = sum(share.to("1") for share in self.shares.values())
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"the shares add to {total:g}; make them add to 1")
        return self

    @property
    def shares(self) -> dict[str, Share]:
        """What is written, by supply."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


class HeatSpec(System):
    """Steam and hot water of processes, and the heat of buildings."""

    process_heat: Heat
    supply: HeatSupply
    chp_retires: Annotated[int, Field(ge=2000, le=2100)] | None = None
    chp_replaced_by: Supply = "heat_pump"
    heat_pump_performance: Performance | None = None


class Fleet(System):
    """The park's own vehicles."""

    vehicles: Vehicles
    distance: Distance | None = None
    electric_share: Share | None = None


class Process(Spec):
    """What machines use, burn, leak and emit beyond the systems above."""

    electricity: AnnualEnergy
    natural_gas: GasVolume
    coal: FuelMass
    diesel: FuelMass
    refrigerant_leakage: RefrigerantMass
    co2: CO2Mass


class Contracts(Spec):
    """Papers about electricity: they move the market-based column and no emission."""

    green_power: BoughtEnergy | None = None
    certificates_sold: BoughtEnergy | None = None


class Reported(Spec):
    """What the rules ask and no model computes; what is left out is not known.

    `credits_retired` is an announcement without serials: it counts where `credits` lists none, and in no claim.
    """

    waste_heat_use_share: Share | None = None
    solid_waste_use_share: Share | None = None
    water_reuse_share: Share | None = None
    product_energy_level: Annotated[int, Field(ge=1, le=3)] | None = None
    claims_as_organisation: bool | None = None
    reduction_plan_exists: bool | None = None
    base_year_emissions: CO2eMass | None = None
    planned_emissions: CO2eMass | None = None
    credits_retired: CO2eMass | None = None


class YieldRange(Range[Yield]):
    """Full-load hours."""


class EnergyRange(Range[AnnualEnergy]):
    """Electricity of a year."""


class GasRange(Range[GasVolume]):
    """Gas of a year."""


class FactorRange(Range[GridFactor]):
    """A grid factor."""


class Ranges(Spec):
    """What is not known of the park, as ranges that are sampled jointly (triangular around the stated value).

    A stated value outside its range widens it; a range that is left out has no width. `annual_load` is all electricity,
    `natural_gas` that of processes.
    """

    wind_full_load_hours: YieldRange | None = None
    pv_full_load_hours: YieldRange | None = None
    annual_load: EnergyRange
    natural_gas: GasRange
    grid_factor: FactorRange


class ParkSpec(Spec):
    """One park: the template of a zone."""

    kind: Literal["park"]
    name: Name
    description: Text = ""
    archetype: Archetype
    year: Annotated[int, Field(ge=2015, le=2060)]
    province: Province
    wind: Generator | None = None
    pv: Generator | None = None
    flow_battery: Store | None = None
    lithium: Store | None = None
    supercapacitor: Store | None = None
    microgrid: Microgrid
    water: Water | None = None
    agriculture: Agriculture | None = None
    sports: Building | None = None
    buildings: Building | None = None
    heat: HeatSpec | None = None
    fleet: Fleet | None = None
    process: Process
    grid_factor: GridFactor | None = None
    gwp: Literal["AR4", "AR5", "AR6"] = "AR5"
    contracts: Contracts | None = None
    reported: Reported = Reported()
    credits: CreditList | None = None
    ranges: Ranges
