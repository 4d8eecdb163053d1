"""Units: the words that exist, reading what people write, and functions that declare their units."""

from decarb.units.declare import converted, declare_units, stamp, strip, units_of
from decarb.units.kinds import counts_alike
from decarb.units.quantity import Quantity, UnitFloat, parse_quantity, read_quantity
from decarb.units.registry import canonical, describe, dimension, unit_factor

__all__ = [
    "Quantity",
    "UnitFloat",
    "canonical",
    "converted",
    "counts_alike",
    "declare_units",
    "describe",
    "dimension",
    "parse_quantity",
    "read_quantity",
    "stamp",
    "strip",
    "unit_factor",
    "units_of",
]
