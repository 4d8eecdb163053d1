"""The registry: what words mean, how unit texts are read, and that deflators are those of the data."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from decarb.errors import UnitError
from decarb.units.registry import (
    GASES,
    REGISTRY,
    WORDS,
    canonical,
    describe,
    dimension,
    nearest,
    parse_unit,
    pint_unit,
    unit_factor,
)

GDP_TABLE = Path(__file__).parents[2] / "data" / "gdp.csv"

words = st.sampled_from(sorted(set(WORDS) - {"%", "percent"}))
groups = st.lists(st.tuples(words, st.sampled_from(["", "^2", "^-1"])), min_size=1, max_size=2).map(
    lambda terms: " ".join(word + power for word, power in terms)
)
units = st.lists(groups, min_size=1, max_size=3).map("/".join)


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("kt", "t", 1000.0),
        ("Gt", "g", 1e15),
        ("EJ", "J", 1e18),
        ("TWh", "MWh", 1e6),
        ("kWh", "MJ", 3.6),
        ("tce", "GJ", 29.3076),
        ("kgce", "MJ", 29.3076),
        ("Mtce", "万吨标准煤", 100.0),
        ("万千瓦", "MW", 10.0),
        ("亿千瓦时", "TWh", 0.1),
        ("度", "kWh", 1.0),
        ("亿吨", "Mt", 100.0),
        ("mu", "m2", 10000 / 15),
        ("亩", "ha", 1 / 15),
        ("km2", "公顷", 100.0),
        ("m^2", "平方米", 1.0),
        ("m3", "L", 1000.0),
        ("yr", "h", 8760.0),
        ("年", "天", 365.0),
        ("TWh/yr", "GW", 1000 / 8760),
        ("GW yr", "TWh", 8.76),
        ("%/yr", "1/a", 0.01),
        ("g CO2/kWh", "Mt CO2/TWh", 0.001),
        ("MtCO2e/year", "kt CO2-equiv/yr", 1000.0),
        ("CNY_2020/t CO2", "CNY_2020/kg CO2", 0.001),
        ("million m2", "ha", 100.0),
        ("MWh/zone", "MWh/park", 1.0),
        ("persons", "1", 1.0),
        # A yuan of 2015 bought more: 1 / 0.89805 yuan of 2020.
        ("CNY_2015", "CNY_2020", 1 / 0.89805),
    ],
)
def test_factor_is_the_one_computed_by_hand(source: str, target: str, factor: float) -> None:
    assert unit_factor(source, target) == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize(("source", "target"), [("TWh", "Wh"), ("Gt", "kg"), ("GW", "kW"), ("km2", "m2"), ("%", "1")])
def test_decimal_factors_are_exact_both_ways(source: str, target: str) -> None:
    there, back = unit_factor(source, target), unit_factor(target, source)
    assert {there, back} <= {10.0**n for n in range(-20, 21)}
    assert there * back == 1.0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("kW", "kWh"),
        ("t CO2", "t CO2e"),
        ("t CO2", "t"),
        ("t CH4", "t CO2"),
        ("m3", "Nm3"),
        ("CNY_2020", "1"),
        ("GW", "TWh"),
        ("K", "1"),
    ],
)
def test_unlike_dimensions_are_refused_by_name_and_in_words(source: str, target: str) -> None:
    with pytest.raises(UnitError) as caught:
        unit_factor(source, target)
    for part in (source, target, describe(source), describe(target)):
        assert part in str(caught.value)
    assert describe(source) != describe(target)


def test_every_gas_has_a_dimension_of_its_own() -> None:
    assert len({dimension(gas) for gas in GASES}) == len(GASES)
    assert all(dimension(gas) == ((f"[{gas}]", 1),) for gas in GASES)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Mt CO2/yr", "Mt CO2/yr"),
        ("tCO2e/ha/a", "t CO2e/ha/yr"),
        ("CO2-equiv", "CO2e"),
        (" kWh / m^2 ", "kWh/m2"),
        ("GW*h", "GW h"),
        ("percent/year", "%/yr"),
        ("1/年", "1/yr"),
        ("1", "1"),
        ("m^-2", "m^-2"),
        ("MW^2", "MW^2"),
        ("万千瓦", "万千瓦"),
    ],
)
def test_canonical_changes_spelling_only(written: str, stored: str) -> None:
    assert canonical(written) == stored
    assert unit_factor(written, stored) == 1.0


@pytest.mark.parametrize(
    ("unit", "hint"),
    [
        ("mw", '"MW"'),
        ("mW", '"MW"'),
        ("KWH", '"kWh"'),
        ("MWp", '"MW"'),
        ("mtco2", '"Mt CO2"'),
        ("CO₂", '"CO2"'),
        ("HFC-134a", '"HFC134a"'),
        ("CNY", "CNY_2020"),
        ("元", "CNY_2020"),
        ("亿元", "CNY_2020"),
        ("CNY_2014", "2015 to 2025"),
        ("degC", '"K"'),
        ("℃", '"K"'),
        ("month", '"d"'),
        ("knot", "definitions.txt"),
        ("m**2", "m^2"),
        ("m^9", '"^"'),
        ("m^", '"^"'),
        ("t/(ha yr)", "t/ha/yr"),
        ("kg/kW*h", '"*" after "/"'),
        ("MW/", "complete"),
        ("/yr", "complete"),
        ("t//yr", "complete"),
        ("", "complete"),
        ("% MW", '"%"'),
        ("MW 1", '"1"'),
        ("W " * 51, "102 characters"),
    ],
)
def test_what_is_no_unit_is_refused_with_a_hint(unit: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        canonical(unit)
    assert hint in str(caught.value)


def test_space_binds_tighter_than_slash() -> None:
    assert dimension("CNY_2020/t CO2") == dimension("CNY_2020/t/CO2") != dimension("CNY_2020 CO2/t")


def test_no_prefix_is_invented() -> None:
    """Prefixes of pint would turn these into milliwatts, square megametres and knots."""
    for word in ("mW", "Mm2", "kn", "kL", "Mh", "MWs", "cm"):
        with pytest.raises(UnitError):
            parse_unit(word)


def test_nearest_offers_every_case_variant_before_any_other_word() -> None:
    assert nearest("gwh") == ("GWh",)
    assert nearest("qqqqqq") == ()


def test_ratio_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(UnitError, match="beyond all numbers"):
        unit_factor(" ".join(["EJ^3"] * 12), " ".join(["J^3"] * 12))


@settings(deadline=None)
@given(units)
def test_canonical_is_stable_and_keeps_the_size(unit: str) -> None:
    assert canonical(canonical(unit)) == canonical(unit)
    assert unit_factor(unit, canonical(unit)) == 1.0


@settings(deadline=None)
@given(units)
def test_our_factors_are_those_of_pint(unit: str) -> None:
    factor, root = REGISTRY.get_root_units(pint_unit(unit))
    ours = math.prod(
        WORDS[symbol].factor ** (power if place == 0 else -power)
        for place, group in enumerate(parse_unit(unit))
        for symbol, power in group
    )
    assert ours == pytest.approx(factor, rel=1e-12)
    assert dict(dimension(unit)) == {name: power for name, power in root.dimensionality.items() if power}


@settings(deadline=None)
@given(st.sampled_from(sorted(WORDS)), st.sampled_from(sorted(WORDS)), st.sampled_from(sorted(WORDS)))
def test_factors_chain_wherever_dimensions_agree(a: str, b: str, c: str) -> None:
    if not dimension(a) == dimension(b) == dimension(c):
        return
    assert unit_factor(a, b) * unit_factor(b, c) == pytest.approx(unit_factor(a, c), rel=1e-14)


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_a_unit_or_a_unit_error(text: str) -> None:
    try:
        spelled = canonical(text)
    except UnitError as error:
        assert ";" in str(error) or ":" in str(error)
    else:
        assert canonical(spelled) == spelled


@pytest.mark.skipif(not GDP_TABLE.exists(), reason="the GDP table is not there")
def test_price_years_follow_the_deflator_of_the_data() -> None:
    with GDP_TABLE.open(encoding="utf-8", newline="") as lines:
        index = {
            row["year"]: float(row["value"]) for row in csv.DictReader(lines) if row["variable"] == "gdp_deflator_index"
        }
    years = sorted(word.removeprefix("CNY_") for word in WORDS if word.startswith("CNY_"))
    assert years == [str(year) for year in range(2015, 2026)]
    for year in years:
        assert unit_factor("CNY_2020", f"CNY_{year}") == pytest.approx(index[year] / index["2020"], rel=1e-12)


def test_openscm_units_agrees_on_what_both_know() -> None:
    oracle = pytest.importorskip("openscm_units").unit_registry
    for source, target in (("Mt CO2", "kg CO2"), ("kt CH4", "t CH4"), ("TWh", "GJ"), ("EJ", "GWh"), ("ha", "km**2")):
        theirs = oracle.Quantity(1.0, source).to(target).magnitude
        assert unit_factor(source, target.replace("**", "^")) == pytest.approx(theirs, rel=1e-9)
