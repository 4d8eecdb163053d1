"""What a person may write in a sweep file: the scenario it starts from, how it samples, and an axis for each lever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from decarb.errors import UnitError
from decarb.scenario.fields import Listed, Name, Spec, Text
from decarb.units import Quantity, parse_quantity

Method = Literal["sobol", "saltelli", "latin-hypercube", "grid", "table"]
Dispatch = Literal["direct", "surface", "auto"]

MAX_SCENARIOS: Final = 10**9
MAX_AXES: Final = 60
MAX_SEED: Final = 2**63 - 1
MAX_POINTS: Final = 10_000  # of one axis
DEFAULT_SCENARIOS: Final = 10_000


def _amount(value: Any) -> Quantity:
    """Return a quantity of any kind: only the lever, which is found later, knows the unit."""
    try:
        return parse_quantity(value)
    except UnitError as error:
        raise ValueError(str(error)) from None


Amount = Annotated[Quantity, BeforeValidator(_amount), Field(examples=["8 %/yr"])]
Amounts = Annotated[tuple[Amount, ...], Listed, Field(min_length=2, max_length=MAX_POINTS)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
AxisName = Annotated[str, Field(min_length=1, max_length=300)]


def _in_one_unit(stated: Mapping[str, Quantity | None]) -> dict[str, float]:
    """Return what is stated in the unit of the first, if all of it is of one dimension."""
    named = {key: quantity for key, quantity in stated.items() if quantity is not None}
    unit = next(iter(named.values())).unit if named else "1"
    first = next(iter(named), "")
    found = {}
    for key, quantity in named.items():
        try:
            found[key] = quantity.to(unit)
        except UnitError:
            raise ValueError(
                f"{key} {quantity} is of another kind than {first} {named[first]}; write both in one unit"
            ) from None
    return found


class _Ends(Spec):
    """The low and high end of an axis; an end that is left out is that of the lever's rows."""

    low: Amount | None = None
    high: Amount | None = None

    @model_validator(mode="after")
    def _rises(self) -> _Ends:
        middle = {key: getattr(self, key, None) for key in ("mode", "mean", "median")}
        found = _in_one_unit({"low": self.low, **middle, "high": self.high})
        if "low" in found and "high" in found and not found["low"] < found["high"]:
            raise ValueError(f"low {self.low} does not lie below high {self.high}; write the smaller one as low")
        if "mode" in found:
            for end, wrong in (("low", found["mode"] < found.get("low", found["mode"])),
                               ("high", found["mode"] > found.get("high", found["mode"]))):  # fmt: skip
                if wrong:
                    raise ValueError(f"mode {middle['mode']} lies beyond {end} {getattr(self, end)}; write it between")
        return self


class UniformSpec(_Ends):
    """Every value between the ends alike."""

    distribution: Literal["uniform"]


class TriangularSpec(_Ends):
    """Most at the mode, none at the ends; a mode that is left out is where the base scenario stands."""

    distribution: Literal["triangular"]
    mode: Amount | None = None


class NormalSpec(_Ends):
    """A normal distribution; stated ends cut it, and without them it has none.

    A mean that is left out is where the base scenario stands.
    """

    distribution: Literal["normal"]
    mean: Amount | None = None
    deviation: Amount

    @model_validator(mode="after")
    def _spreads(self) -> NormalSpec:
        if self.deviation.value <= 0.0:
            raise ValueError(f"the deviation {self.deviation} is not greater than 0; write a positive one")
        _in_one_unit({"deviation": self.deviation, "mean": self.mean, "low": self.low, "high": self.high})
        return self


class LogNormalSpec(_Ends):
    """A log-normal distribution: one standard deviation is a factor `spread`; stated ends cut it.

    A median that is left out is where the base scenario stands.
    """

    distribution: Literal["log-normal"]
    median: Amount | None = None
    spread: Annotated[float, Field(gt=1, le=1000, examples=[1.3])]

    @model_validator(mode="after")
    def _positive(self) -> LogNormalSpec:
        if self.median is not None and self.median.value <= 0.0:
            raise ValueError(f"the median {self.median} is not greater than 0; write a normal distribution")
        return self


class ChoiceSpec(Spec):
    """One of a few values, each as likely as its weight among the weights; alike where none are given."""

    distribution: Literal["choice"]
    values: Amounts
    weights: Annotated[tuple[Weight, ...], Listed] | None = None

    @model_validator(mode="after")
    def _fits(self) -> ChoiceSpec:
        _check_distinct(self.values)
        if self.weights is not None and len(self.weights) != len(self.values):
            raise ValueError(f"{len(self.weights)} weights for {len(self.values)} values; write one for each")
        if self.weights is not None and not sum(self.weights) > 0.0:
            raise ValueError("all weights are 0; write a positive one")
        return self


class GridSpec(_Ends):
    """Values that are all taken: a list, or a number of points from low to high, both ends among them."""

    distribution: Literal["grid"]
    values: Amounts | None = None
    points: Annotated[int, Field(ge=2, le=MAX_POINTS)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> GridSpec:
        if (self.values is None) == (self.points is None):
            raise ValueError('a grid needs either values or points; write "values: [...]" or "points: 5"')
        if self.values is not None and (self.low is not None or self.high is not None):
            raise ValueError("a grid of values has no low or high; delete them, or write points in place of values")
        if self.values is not None:
            _check_distinct(self.values)
        return self


def _check_distinct(values: tuple[Quantity, ...]) -> None:
    numbers = _in_one_unit({f"value {position + 1}:": quantity for position, quantity in enumerate(values)})
    seen: dict[float, Quantity] = {}
    for quantity, number in zip(values, numbers.values(), strict=True):
        if number in seen:
            raise ValueError(f"{quantity} stands twice; keep one of them")
        seen[number] = quantity


AxisBody: TypeAlias = Annotated[
    UniformSpec | TriangularSpec | NormalSpec | LogNormalSpec | ChoiceSpec | GridSpec,
    Field(discriminator="distribution"),
]


class CorrelationSpec(Spec):
    """The rank correlation of two axes."""

    between: Annotated[tuple[AxisName, AxisName], Listed]
    value: Annotated[float, Field(gt=-1, lt=1)]


class SweepSpec(Spec):
    """A sweep file as it is written."""

    kind: Literal["sweep"] = "sweep"
    name: Name | None = None
    description: Text = ""
    base: Annotated[str, Field(min_length=1, max_length=200, examples=["china-2060"])]
    method: Method = "sobol"
    scenarios: Annotated[int, Field(ge=1, le=MAX_SCENARIOS)] | None = None
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 1
    dispatch: Dispatch = "auto"
    axes: Annotated[dict[AxisName, AxisBody], Field(default_factory=dict)]
    correlations: Annotated[tuple[CorrelationSpec, ...], Listed] = ()
    table: Annotated[str, Field(min_length=1, max_length=200, examples=["points.csv"])] | None = None


@dataclass(frozen=True)
class AxisSpec:
    """One axis of a sweep as it is written.

    Attributes
    ----------
    name : str
        The lever: a key, several, a pattern, or a variable of the inputs.
    body : AxisBody, optional
        What is said of it; None for a column of a table.
    low, high : Quantity, optional
        The ends that are stated: of a list of values or a column of a table the least and the greatest.
    places : mapping of str to str
        `file:line:column` of each key of the body, and of the axis itself under "".
    """

    name: str
    body: AxisBody | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    places: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def written(cls, name: str, body: AxisBody, places: Mapping[str, str] | None = None) -> AxisSpec:
        """Return the axis of a checked body, with its ends."""
        values = getattr(body, "values", None)
        if values:
            unit = values[0].unit
            low, high = min(values, key=lambda one: one.to(unit)), max(values, key=lambda one: one.to(unit))
        else:
            low, high = getattr(body, "low", None), getattr(body, "high", None)
        return cls(name, body, low, high, places or {})

    @property
    def distribution(self) -> str:
        """How its values are spread: the word in the file, or "table"."""
        return "table" if self.body is None else self.body.distribution

    @property
    def stated(self) -> dict[str, Any]:
        """What is written for the axis beside its distribution: quantities, numbers, or tuples of them."""
        said = {} if self.body is None else {key: value for key, value in self.body if value is not None}
        said.pop("distribution", None)
        return said

    def place(self, key: str = "") -> str:
        """Return where one key stands; where it is not written, where the axis does."""
        return self.places.get(key) or self.places.get("") or self.name

    def to_dict(self) -> dict[str, Any]:
        """Return the axis as a file would hold it, with its name."""
        return {"name": self.name, "distribution": self.distribution} | {
            key: _plain(value) for key, value in self.stated.items()
        }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Quantity) else value
