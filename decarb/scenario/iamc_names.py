"""Names of IAMC tables: what a pathway is written under, and what is read back as the same thing.

Names follow the common definitions of the consortium (github.com/IAMconsortium/common-definitions) where these hold
one. Theirs has none for the non-fossil share, for CO2 for each unit of GDP, and for power and heat together.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TOTALS: Mapping[str, str] = MappingProxyType(
    {
        "Gross Emissions|CO2": "gross_co2",
        "Emissions|CO2": "net_co2",
        "Emissions|Kyoto Gases [AR5GWP100]": "net_ghg",
    }
)
CAPACITY: Mapping[str, str] = MappingProxyType(
    {"Capacity|Electricity|Wind": "wind", "Capacity|Electricity|Solar": "solar"}
)
BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "Primary Energy|Non-Fossil Share [Coal Equivalent]": "nonfossil_share",
        "GDP|MER": "gdp",
        "Carbon Intensity|GDP": "co2_per_gdp",
    }
)
"""What targets set beside the totals."""

SECTORS: Mapping[str, str] = MappingProxyType(
    {
        "Emissions|CO2|Energy|Supply|Electricity and Heat": "power_heat",
        "Emissions|CO2|Energy|Supply|Other": "energy_industry",
        "Emissions|CO2|Energy|Demand|Industry|Manufacturing": "manufacturing",
        "Emissions|CO2|Industrial Processes": "process",
        "Emissions|CO2|Energy|Demand|Transportation": "transport",
        "Emissions|CO2|Energy|Demand|Residential and Commercial": "buildings",
        "Emissions|CO2|Energy|Demand|AFOFI": "agriculture",
        "Emissions|CO2|Energy|Demand|Industry|Construction": "construction",
        "Emissions|CO2|Waste": "waste",
        "Emissions|CO2|Other Capture and Removal": "removals",
    }
)
"""Parts that add, with the land, to net CO2."""

SUMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Emissions|CO2|Energy and Industrial Processes": (
            "Emissions|CO2|Energy|",
            "Emissions|CO2|Industrial Processes|",
        ),
        "Emissions|CO2|Energy": ("Emissions|CO2|Energy|",),
        "Emissions|CO2|Energy|Supply": ("Emissions|CO2|Energy|Supply|",),
        "Emissions|CO2|Energy|Demand": ("Emissions|CO2|Energy|Demand|",),
        "Emissions|CO2|Energy|Demand|Industry": ("Emissions|CO2|Energy|Demand|Industry|",),
    }
)
"""Sums of sectors -> how the names of the sectors begin that they hold."""

LAND: Mapping[str, str] = MappingProxyType(
    {"Emissions|CO2|AFOLU": "bookkeeping", "Emissions|CO2|AFOLU [NGHGI]": "inventory"}
)
"""Name of the land's row -> how it counts. Where a table has both, its totals count with the first."""

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "gross_co2": "Mt CO2/yr",
        "net_co2": "Mt CO2/yr",
        "co2": "Mt CO2/yr",
        "net_ghg": "Mt CO2e/yr",
        "wind": "GW",
        "solar": "GW",
        "nonfossil_share": "1",
        "gdp": "CNY_2020/yr",
        "co2_per_gdp": "t CO2/CNY_2020",
    }
)
"""What each is read into."""

BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "gross_co2": (-1e5, 1e5),
        "net_co2": (-1e5, 1e5),
        "co2": (-1e5, 1e5),
        "net_ghg": (-1e5, 1e5),
        "wind": (0, 1e5),
        "solar": (0, 1e5),
        "nonfossil_share": (0, 1),
        "gdp": (1e9, 1e17),
        "co2_per_gdp": (0, 0.1),
    }
)
"""What each may be, in its unit: beyond what the whole world emits, builds or earns, a unit or a digit has slipped."""

KYOTO = "Emissions|Kyoto Gases"
COLUMNS = ("model", "scenario", "region", "variable", "unit")
REFERENCE_YEAR = 2005
"""Of the CO2 for each unit of GDP that the target of 2030 counts from."""
