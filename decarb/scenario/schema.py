"""What a person may write in a scenario or park file: frozen, strict, with a unit on every dimensional field.

A field that is left out takes the value of its row in `data/`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from decarb.errors import UnitError
from decarb.tables import provinces
from decarb.units import Quantity, read_quantity
from decarb.variables import did_you_mean

FIRST_FREE_YEAR: Final = 2026  # what lies before is observed
LAST_YEAR: Final = 2060


def _reads(unit: str, low: float, high: float) -> BeforeValidator:
    """Return a validator that reads a quantity and refuses it outside a plausible range."""

    def read(value: Any) -> Quantity:
        try:
            quantity = read_quantity(value, unit)
            amount = quantity.to(unit)
        except UnitError as error:
            raise ValueError(str(error)) from None
        if quantity.unit == "1" != unit:  # hours a year and zones are numbers to the registry, not to a reader
            raise ValueError(f'{quantity} has no unit; write "{quantity} {unit}"')
        if not low <= amount <= high:
            raise ValueError(f"{quantity} is outside {low:g} to {high:g} {unit}; write a value inside")
        return quantity

    return BeforeValidator(read)


Share = Annotated[Quantity, _reads("1", 0.0, 1.0), Field(examples=["0.5"])]
Ratio = Annotated[Quantity, _reads("1", 0.01, 2.0), Field(examples=["0.35"])]
Efficiency = Annotated[Quantity, _reads("1", 0.01, 1.0), Field(examples=["0.845"])]
SelfDischarge = Annotated[Quantity, _reads("1/h", 0.0, 0.5), Field(examples=["0.003 %/h"])]
Power = Annotated[Quantity, _reads("MW", 0.0, 1e5), Field(examples=["4.8 MW"])]
Energy = Annotated[Quantity, _reads("MWh", 0.0, 1e6), Field(examples=["2 MWh"])]
AnnualEnergy = Annotated[Quantity, _reads("GWh/yr", 0.001, 1e5), Field(examples=["14 GWh/yr"])]
Yield = Annotated[Quantity, _reads("h/yr", 1.0, 5000.0), Field(examples=["1150 h/yr"])]
Change = Annotated[Quantity, _reads("1/yr", -0.5, 0.5), Field(examples=["-2.5 %/yr"])]
Growth = Annotated[Quantity, _reads("1/yr", 0.0, 2.0), Field(examples=["13.1 %/yr"])]
GasVolume = Annotated[Quantity, _reads("Nm3/yr", 0.0, 1e12), Field(examples=["2000000 Nm3/yr"])]
FuelMass = Annotated[Quantity, _reads("t/yr", 0.0, 1e8), Field(examples=["100 t/yr"])]
RefrigerantMass = Annotated[Quantity, _reads("t HFC134a/yr", 0.0, 1e6), Field(examples=["0.05 t HFC134a/yr"])]
Heat = Annotated[Quantity, _reads("GJ/yr", 0.0, 1e12), Field(examples=["0 GJ/yr"])]
NationalCapacity = Annotated[Quantity, _reads("GW", 0.0, 5e4), Field(examples=["1200 GW"])]
NationalGeneration = Annotated[Quantity, _reads("TWh/yr", 0.0, 1e5), Field(examples=["1500 TWh/yr"])]
NationalCO2 = Annotated[Quantity, _reads("Mt CO2/yr", -5000.0, 5000.0), Field(examples=["-1346 Mt CO2/yr"])]
Credits = Annotated[Quantity, _reads("Mt CO2e/yr", 0.0, 1e4), Field(examples=["50 Mt CO2e/yr"])]
Zones = Annotated[Quantity, _reads("zone", 0.0, 1e5), Field(examples=["100 zone"])]
GridFactor = Annotated[Quantity, _reads("kg CO2/kWh", 0.0, 2.0), Field(examples=["0.604 kg CO2/kWh"])]
FreeYear = Annotated[int, Field(ge=FIRST_FREE_YEAR, le=LAST_YEAR)]


def _rising(path: dict[int, Quantity]) -> dict[int, Quantity]:
    for earlier, later in pairwise(path):
        if later < earlier:
            raise ValueError(f"the year {later} comes after {earlier}; sort the years")
    return path


CapacityPath = Annotated[dict[FreeYear, NationalCapacity], Field(min_length=1), AfterValidator(_rising)]
GenerationPath = Annotated[dict[FreeYear, NationalGeneration], Field(min_length=1), AfterValidator(_rising)]
ChangePath = Annotated[dict[FreeYear, Change], Field(min_length=1), AfterValidator(_rising)]
CreditsPath = Annotated[dict[FreeYear, Credits], Field(min_length=1), AfterValidator(_rising)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Text = Annotated[str, Field(max_length=2000)]


def _known_province(value: Any) -> Any:
    if isinstance(value, str) and value not in provinces():
        raise ValueError(f"'{value[:60]}' is no province; {did_you_mean(value, provinces())}")
    return value


Province = Annotated[str, BeforeValidator(_known_province)]


AnyQuantity = TypeVar("AnyQuantity", bound=Quantity)


class Spec(BaseModel):
    """What all parts of a file share: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Generator(Spec):
    """Wind or PV on the park's ground."""

    capacity: Power
    full_load_hours: Yield


class Store(Spec):
    """One store of electricity."""

    power_rating: Power
    energy_rating: Energy
    round_trip_efficiency: Efficiency
    minimum_state_of_charge: Share
    maximum_state_of_charge: Share
    self_discharge: SelfDischarge

    @model_validator(mode="after")
    def _window_is_open(self) -> Store:
        if self.minimum_state_of_charge.to("1") > self.maximum_state_of_charge.to("1"):
            raise ValueError("minimum_state_of_charge lies above maximum_state_of_charge; swap them")
        return self


class Grid(Spec):
    """The connection to the public grid."""

    import_limit: Power
    export_limit: Power


class Load(Spec):
    """Electricity that the park uses."""

    annual: AnnualEnergy


class Fuels(Spec):
    """What else the park burns, leaks and buys in a year."""

    natural_gas: GasVolume
    diesel: FuelMass
    refrigerant_leakage: RefrigerantMass
    heat_import: Heat


class Range(Spec, Generic[AnyQuantity]):
    """The low and high end of an assumption."""

    low: AnyQuantity
    high: AnyQuantity

    @model_validator(mode="after")
    def _rises(self) -> Range[AnyQuantity]:
        if self.low.to(self.low.unit) > self.high.to(self.low.unit):
            raise ValueError(f"low {self.low} lies above high {self.high}; swap them")
        return self


class Ranges(Spec):
    """What is not known of the park, as ranges that are sampled jointly (triangular around the stated value).

    A stated value outside its range widens it.
    """

    wind_full_load_hours: Range[Yield]
    pv_full_load_hours: Range[Yield]
    annual_load: Range[AnnualEnergy]
    natural_gas: Range[GasVolume]
    grid_factor: Range[GridFactor]


class ParkSpec(Spec):
    """One park: the template of a zone."""

    kind: Literal["park"]
    name: Name
    description: Text = ""
    province: Province
    wind: Generator
    pv: Generator
    store: Store
    load: Load
    grid: Grid
    fuels: Fuels
    grid_factor: GridFactor
    ranges: Ranges


class RolloutSpec(Spec):
    """How the template spreads: a logistic curve through one point."""

    mode: Literal["clone", "scale"] = "scale"
    anchor: Zones | None = None
    anchor_year: Annotated[int, Field(ge=2020, le=LAST_YEAR)] = 2030
    growth: Growth | None = None
    ceiling: Share | None = None


class ZoneSpec(Spec):
    """Development zones, and what one has room for."""

    share_of_national_co2: Share | None = None
    captive_share: Share | None = None
    pv_site_limit: Power | None = None
    wind_site_limit: Power | None = None
    electrified_fuel_share: Share | None = None


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
    """CCER on offer."""

    issued: CreditsPath | None = None


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
    economy: EconomySpec = EconomySpec()
    sectors: SectorsSpec = SectorsSpec()
    power: PowerSpec = PowerSpec()
    capture: CaptureSpec = CaptureSpec()
    land: LandSpec = LandSpec()
    non_co2: NonCO2Spec = NonCO2Spec()
    credits: CreditsSpec = CreditsSpec()
