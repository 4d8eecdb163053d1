"""The kinds of value a file may hold: quantities inside a plausible range, names, provinces, years in order."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from decarb.errors import UnitError
from decarb.tables import provinces
from decarb.units import Quantity, counts_alike, read_quantity
from decarb.variables import did_you_mean

FIRST_FREE_YEAR: Final = 2026  # what lies before is observed
FIRST_YEAR: Final = 2020  # of the model
LAST_YEAR: Final = 2060
_NUMBER: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
QUANTITY_PATTERN: Final = rf"^ *{_NUMBER} *[^0-9. eE+-].*$|^ *{_NUMBER} +\S.*$"
"""A number and a unit, as editors check it; whether the unit fits is for the reader to say."""
SHARE_PATTERN: Final = rf"^ *{_NUMBER} *(\S.*)?$"
"""A number alone, or with per cent."""


@dataclass(frozen=True)
class Reads:
    """What reads a quantity and refuses it outside a plausible range.

    Attributes
    ----------
    unit : str
        Of the range; whatever is written in a unit of its dimension is read.
    low, high : float
        [unit].
    reason : str
        Said where a value lies outside.
    """

    unit: str
    low: float
    high: float
    reason: str = ""

    @property
    def ends(self) -> str:
        """The range as people write it, such as "0 to 200 %/yr"."""
        if self.unit.startswith("1/"):
            return f"{self.low * 100:g} to {self.high * 100:g} %{self.unit[1:]}"
        return f"{self.low:g} to {self.high:g}" + ("" if self.unit == "1" else f" {self.unit}")

    def __call__(self, value: Any) -> Quantity:
        """Return the quantity; `ValueError` says what is wrong with it."""
        try:
            quantity = read_quantity(value, self.unit)
            amount = quantity.to(self.unit)
        except UnitError as error:
            raise ValueError(str(error)) from None
        if quantity.unit == "1" != self.unit:  # hours a year and zones are numbers to the registry, not to a reader
            raise ValueError(f'{quantity} has no unit; write "{quantity} {self.unit}"')
        if not counts_alike(quantity.unit, self.unit):
            if self.unit == "1":
                raise ValueError(f'{quantity} is no plain number; write it like "0.5" or "50 %"')
            raise ValueError(f'{quantity} is no amount in "{self.unit}"; write it in "{self.unit}"')
        if not self.low <= amount <= self.high:
            reason = self.reason and f", {self.reason}"
            raise ValueError(f"{quantity} is outside {self.ends}{reason}; write a value inside")
        return quantity

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read before anything else looks at the value."""
        return core_schema.no_info_before_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a file holds text with a unit, or also a plain number where the unit is 1."""
        text = {"type": "string", "pattern": SHARE_PATTERN if self.unit == "1" else QUANTITY_PATTERN}
        said = {"description": f"{self.ends}{self.reason and f', {self.reason}'}"}
        # Where a field may be left out, pydantic notes its examples beside what is read and not on its type.
        said |= schema.get("metadata", {}).get("pydantic_js_updates", {})
        if self.unit != "1":
            return text | said
        return {"anyOf": [{"type": "number", "minimum": self.low, "maximum": self.high}, text]} | said


def reads(unit: str, low: float, high: float, reason: str = "") -> Reads:
    """Return what reads a quantity and refuses it outside a plausible range, with the reason if given."""
    return Reads(unit, low, high, reason)


Share = Annotated[Quantity, reads("1", 0.0, 1.0), Field(examples=["0.5"])]
Ratio = Annotated[Quantity, reads("1", 0.01, 2.0), Field(examples=["0.35"])]
Efficiency = Annotated[Quantity, reads("1", 0.01, 1.0), Field(examples=["0.845"])]
SelfDischarge = Annotated[Quantity, reads("1/h", 0.0, 0.5), Field(examples=["0.003 %/h"])]
Power = Annotated[Quantity, reads("MW", 0.0, 1e5), Field(examples=["4.8 MW"])]
Energy = Annotated[Quantity, reads("MWh", 0.0, 1e6), Field(examples=["2 MWh"])]
AnnualEnergy = Annotated[Quantity, reads("GWh/yr", 0.001, 1e5), Field(examples=["14 GWh/yr"])]
Yield = Annotated[Quantity, reads("h/yr", 1.0, 5000.0), Field(examples=["1150 h/yr"])]
Change = Annotated[Quantity, reads("1/yr", -0.5, 0.5), Field(examples=["-2.5 %/yr"])]
StoreLossChange = Annotated[
    Quantity, reads("1/yr", -0.5, 0.0, "stores built later lose no more than those built before"),
    Field(examples=["-1 %/yr"]),
]  # fmt: skip
CaptiveRatio = Annotated[
    Quantity, reads("1", 0.8, 2.0, "captive coal plants are small and burn coal alone"), Field(examples=["1.1"])
]
CaptiveShare = Annotated[
    Quantity, reads("1", 0.0, 0.5, "captive coal is about an eighth of thermal capacity"), Field(examples=["0.13"])
]
Volume = Annotated[Quantity, reads("m3/d", 0.0, 1e6), Field(examples=["200 m3/d"])]
Area = Annotated[Quantity, reads("ha", 0.0, 1e5), Field(examples=["2 ha"])]
FloorArea = Annotated[Quantity, reads("m2", 0.0, 1e8), Field(examples=["60000 m2"])]
ElectricityIntensity = Annotated[Quantity, reads("kWh/m2/yr", 0.0, 2000.0), Field(examples=["80 kWh/m2/yr"])]
HeatIntensity = Annotated[Quantity, reads("GJ/m2/yr", 0.0, 20.0), Field(examples=["0.25 GJ/m2/yr"])]
VolumeElectricity = Annotated[Quantity, reads("kWh/m3", 0.0, 20.0), Field(examples=["0.3 kWh/m3"])]
Irrigation = Annotated[Quantity, reads("m3/ha/yr", 0.0, 1e5), Field(examples=["3000 m3/ha/yr"])]
NitrogenRate = Annotated[Quantity, reads("t/ha/yr", 0.0, 5.0), Field(examples=["0.2 t/ha/yr"])]
LandElectricity = Annotated[Quantity, reads("MWh/ha/yr", 0.0, 1e5), Field(examples=["50 MWh/ha/yr"])]
Vehicles = Annotated[Quantity, reads("vehicle", 0.0, 1e6), Field(examples=["40 vehicle"])]
Distance = Annotated[Quantity, reads("km/yr", 0.0, 1e6), Field(examples=["20000 km/yr"])]
Performance = Annotated[Quantity, reads("1", 0.5, 10.0), Field(examples=["3.8"])]
CO2Mass = Annotated[Quantity, reads("t CO2/yr", 0.0, 1e9), Field(examples=["0 t CO2/yr"])]
CO2eMass = Annotated[Quantity, reads("t CO2e/yr", 0.0, 1e9), Field(examples=["10000 t CO2e/yr"])]
BoughtEnergy = Annotated[Quantity, reads("GWh/yr", 0.0, 1e5), Field(examples=["2 GWh/yr"])]
Growth = Annotated[Quantity, reads("1/yr", 0.0, 2.0), Field(examples=["13.1 %/yr"])]
GasVolume = Annotated[Quantity, reads("Nm3/yr", 0.0, 1e12), Field(examples=["2000000 Nm3/yr"])]
FuelMass = Annotated[Quantity, reads("t/yr", 0.0, 1e8), Field(examples=["100 t/yr"])]
RefrigerantMass = Annotated[Quantity, reads("t HFC134a/yr", 0.0, 1e6), Field(examples=["0.05 t HFC134a/yr"])]
Heat = Annotated[Quantity, reads("GJ/yr", 0.0, 1e12), Field(examples=["0 GJ/yr"])]
NationalCapacity = Annotated[Quantity, reads("GW", 0.0, 5e4), Field(examples=["1200 GW"])]
NationalGeneration = Annotated[Quantity, reads("TWh/yr", 0.0, 1e5), Field(examples=["1500 TWh/yr"])]
NationalCO2 = Annotated[Quantity, reads("Mt CO2/yr", -5000.0, 5000.0), Field(examples=["-1346 Mt CO2/yr"])]
Allowances = Annotated[Quantity, reads("Mt CO2/yr", 0.0, 2e4), Field(examples=["8000 Mt CO2/yr"])]
Credits = Annotated[Quantity, reads("Mt CO2e/yr", 0.0, 1e4), Field(examples=["50 Mt CO2e/yr"])]
Zones = Annotated[Quantity, reads("zone", 0.0, 1e5), Field(examples=["100 zone"])]
BuildRate = Annotated[Quantity, reads("zone/yr", 0.0, 1e4), Field(examples=["40 zone/yr"])]
CapacityRate = Annotated[Quantity, reads("GW/yr", 0.0, 1e4), Field(examples=["20 GW/yr"])]
Delay = Annotated[Quantity, reads("yr", 0.0, 40.0), Field(examples=["3 yr"])]
Lifetime = Annotated[Quantity, reads("yr", 1.0, 100.0), Field(examples=["25 yr"])]
GridFactor = Annotated[Quantity, reads("kg CO2/kWh", 0.0, 2.0), Field(examples=["0.604 kg CO2/kWh"])]
FuelFactor = Annotated[Quantity, reads("t CO2/GJ", 0.0, 0.2), Field(examples=["0.05554 t CO2/GJ"])]
FreeYear = Annotated[int, Field(ge=FIRST_FREE_YEAR, le=LAST_YEAR)]
ListYear = Annotated[int, Field(ge=2020, le=LAST_YEAR)]


def _rising(path: dict[int, Quantity]) -> dict[int, Quantity]:
    for earlier, later in pairwise(path):
        if later < earlier:
            raise ValueError(f"the year {later} comes after {earlier}; sort the years")
    return path


CapacityPath = Annotated[dict[FreeYear, NationalCapacity], Field(min_length=1), AfterValidator(_rising)]
GenerationPath = Annotated[dict[FreeYear, NationalGeneration], Field(min_length=1), AfterValidator(_rising)]
ChangePath = Annotated[dict[FreeYear, Change], Field(min_length=1), AfterValidator(_rising)]
ZonePath = Annotated[dict[FreeYear, Zones], Field(min_length=1), AfterValidator(_rising)]
ZoneLists = Annotated[dict[ListYear, Zones], Field(min_length=1), AfterValidator(_rising)]
AllowancePath = Annotated[dict[FreeYear, Allowances], Field(min_length=1), AfterValidator(_rising)]
CreditsPath = Annotated[dict[FreeYear, Credits], Field(min_length=1), AfterValidator(_rising)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Text = Annotated[str, Field(max_length=2000)]


def known_province(value: Any) -> Any:
    """Return the name of a province; `ValueError` says which was meant by another."""
    if isinstance(value, str) and value not in provinces():
        alike = [name for name in provinces() if name[0] == value[:1].upper()]
        near = did_you_mean(value.strip().title(), tuple(alike)) if get_close_matches(value.title(), alike) else ""
        fix = near or did_you_mean("", provinces())
        raise ValueError(f"'{value[:60]}' is no province; {fix}")
    return value


Province = Annotated[str, BeforeValidator(known_province)]


Listed = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
"""A list of a file, kept as a tuple."""

AnyQuantity = TypeVar("AnyQuantity", bound=Quantity)


class Spec(BaseModel):
    """What all parts of a file share: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Range(Spec, Generic[AnyQuantity]):
    """The low and high end of an assumption."""

    low: AnyQuantity
    high: AnyQuantity

    @model_validator(mode="after")
    def _rises(self) -> Range[AnyQuantity]:
        if self.low.to(self.low.unit) > self.high.to(self.low.unit):
            raise ValueError(f"low {self.low} lies above high {self.high}; swap them")
        return self


class ShareByArchetype(Spec):
    """One share for each archetype that is named; the others take their rows of `data/`."""

    research_campus: Share | None = None
    electronics: Share | None = None
    chemicals: Share | None = None
    logistics: Share | None = None
    metals: Share | None = None
    general: Share | None = None
