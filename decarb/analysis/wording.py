"""Differences in words: of a share or rate in points of 1 %, of an amount with its unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from decarb import __version__
from decarb.tables import tables_hash

if TYPE_CHECKING:
    from decarb.scenario.scenario import Scenario

SHARES: Final = ("1", "1/yr")
"""Units of which a difference is said in points."""
POINTS: Final = 100.0  # of 1 % in 1
FINE: Final = 0.1  # points, below which two digits are shown and not two decimals
WHOLE: Final = 100.0  # from which an amount is said without decimals
SIGNS: Final = 8  # of a hash


def signed(value: float, unit: str) -> str:
    """Return a change with its sign; of a share or rate in points of 1 %.

    Examples
    --------
    >>> signed(-0.0013, "1"), signed(12.3, "Mt CO2/yr"), signed(0.0214, "1/yr")
    ('-0.13 points', '+12', '+2.14 points')
    """
    if unit in SHARES:
        return f"{value * POINTS:+.2f} points"
    return f"{value:+,.1f}" if abs(value) < 10 else f"{value:+,.0f}"


def amount(value: float, unit: str) -> str:
    """Return how large a difference is, with its unit; a small one keeps two digits.

    Examples
    --------
    >>> amount(8.02e-05, "1"), amount(0.0214, "1/yr"), amount(1234.5, "Mt CO2/yr"), amount(0.0123, "Mt CO2/yr")
    ('0.008 points', '2.14 points', '1,234 Mt CO2/yr', '0.0123 Mt CO2/yr')
    """
    if unit in SHARES:
        points = value * POINTS
        return f"{points:.2f} points" if abs(points) >= FINE else f"{points:.2g} points"
    return f"{value:,.0f} {unit}" if abs(value) >= WHOLE else f"{value:.3g} {unit}"


def made_by(provenance: Mapping[str, Any]) -> str:
    """Return in a line what numbers were made with: version, hashes by their first eight signs, seed, view of the land.

    Examples
    --------
    >>> made_by({"decarb": "0.1.0", "scenario_sha256": "57f9d69b0c", "seed": 2021, "land_view": "inventory"})
    'decarb 0.1.0, scenario 57f9d69b, seed 2021, land view inventory'
    """
    said = (("scenario", "scenario_sha256"), ("tables", "tables_sha256"), ("seed", "seed"), ("land view", "land_view"))
    parts = [f"{word} {str(provenance[key])[:SIGNS] if key.endswith('sha256') else provenance[key]}"
             for word, key in said if key in provenance]  # fmt: skip
    return ", ".join([f"decarb {provenance['decarb']}", *parts])


def made_from(scenario: Scenario) -> str:
    """Return the same line for what is computed from a scenario without a run of its own."""
    return made_by({
        "decarb": __version__, "scenario_sha256": scenario.digest, "tables_sha256": tables_hash(),
        "seed": scenario.spec.seed, "land_view": scenario.spec.land_view,
    })  # fmt: skip
