"""A park in a terminal: every number with its unit, every verdict with its rule, nothing that is not known as zero."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from park_samples import annual, claim, scalar, toy_park
from rich.console import Console
from rich.table import Table

from decarb.analysis.park import ParkResults
from decarb.park.offset import SerialBlock
from decarb.report.terminal_park import (
    energy_table,
    labelled,
    park_lines,
    park_tables,
    standard_table,
    statement_table,
)


def text_of(table: Table, width: int = 220) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(table)
    return stream.getvalue()


@pytest.fixture(scope="module")
def park() -> ParkResults:
    return toy_park()


def test_the_statement_shows_both_bases_the_range_and_removals_apart(park: ParkResults) -> None:
    lines = text_of(statement_table(park)).splitlines()
    assert lines[0].strip() == "toy 2020, greenhouse gas statement, AR5"
    (electricity,) = [line for line in lines if line.startswith("electricity")]
    for said in ("energy indirect", "4,000 t CO2e/yr", "1,000 t CO2e/yr", "3,000 t CO2e/yr to 5,000 t CO2e/yr"):
        assert said in electricity
    (total,) = [line for line in lines if line.startswith("total")]
    assert "7,028 t CO2e/yr" in total and "4,028 t CO2e/yr" in total and "5,000 t CO2e/yr to 9,000" in total
    assert "beside the totals" in lines[-1] and "5.5 t CO2/yr" in lines[-1]


def test_energy_shows_each_flow_with_its_unit_and_no_number_where_there_is_none(park: ParkResults) -> None:
    said = text_of(energy_table(park))
    rows = {
        name: next(line for line in said.splitlines() if line.startswith(labelled(name)))
        for name in ("load", "generation", "self_consumption")
    }
    assert "14,000 MWh/yr" in rows["load"]
    assert "7,015 MWh/yr" in rows["generation"]  # 5,520 + 1,495
    assert "45.0%" in said and "30.0% to 60.0%" in said and "3.1 MW" in said and "12 h/yr" in said
    assert rows["self_consumption"].split()[-1] == "-"


def test_each_standard_shows_every_rule_with_number_threshold_and_verdict(park: ParkResults) -> None:
    assert len(park_tables(park)) == 5
    for standard in park.standards:
        said = text_of(standard_table(standard))
        assert said.splitlines()[0].strip() == f"{standard.id}: {standard.verdict}"
        for rule in standard.rules:
            assert labelled(rule.rule) in said and rule.verdict in said
    ndrc = text_of(standard_table(park.standards[1]))
    assert "1.17 t CO2/tce" in ndrc and "<= 0.2 t CO2/tce" in ndrc  # 7,000 t over 6,000 tce
    assert ">= 90.0%" in ndrc and "<= 2" in ndrc


def test_the_lines_say_verdicts_claim_cost_and_flags(park: ParkResults) -> None:
    lines = park_lines(park)
    assert lines[0].startswith("standards: claim-2021 ") and "ndrc-910-2025 outside the scheme" in lines[0]
    assert "7,028 t CO2e of credits needed" in lines[1] and "not known" in lines[1]
    assert lines[2:5] == (
        f"cost against grid supply only: {labelled('net_present_value')} -1,500,000 CNY_2025",
        f"cost against grid supply only: {labelled('simple_payback')} "
        "- (the savings never make good what was spent, within the years looked at)",
        "cost rests on: prices of Beijing",
    )
    assert "as allowances" in lines[5] and "CNY_2025 at the price of 2024" in lines[5]
    assert lines[-2:] == (
        "published figures: the share falls at 60 % of the prior", "flag: the stores save money and raise emissions",
    )  # fmt: skip


def weather_lines(park: ParkResults, **weather: object) -> list[str]:
    told = {
        "name": "mine.nc",
        "full_load_hours_unscaled": {"wind": (920.0, "h/yr"), "pv": (1300.0, "h/yr"), "water": (1.0, "h/yr")},
        "full_load_hours": {"wind": (1150.0, "h/yr"), "pv": (1250.0, "h/yr"), "water": (1.0, "h/yr")},
    }  # fmt: skip
    lines = park_lines(replace(park, provenance={**park.provenance, "weather": told | weather}))
    return [line for line in lines if line.startswith("weather")]


def test_wind_and_sun_are_said_as_they_were_before_scaling_one_by_one(park: ParkResults) -> None:
    # 920 / 1,150 = 0.8; water is off and PV no part of the toy.
    (wind,) = weather_lines(park)
    assert wind == "weather mine.nc: wind 920 h/yr before scaling, -20%; stated 1,150 h/yr"
    both = replace(park, systems={**park.systems, "pv": {"on": True, "size": (1.3, "MW"), "annual": {}}})
    assert weather_lines(both)[1] == "weather mine.nc: pv 1,300 h/yr before scaling, +4%; stated 1,250 h/yr"


def test_a_yield_that_is_not_known_before_scaling_is_no_number(park: ParkResults) -> None:
    (wind,) = weather_lines(park, full_load_hours_unscaled={"wind": (np.nan, "h/yr")})
    assert wind == (
        "weather mine.nc: wind not known before scaling (no station in the tables); stated 1,150 h/yr"
    )  # fmt: skip


def test_what_the_weather_file_notes_is_passed_on(park: ParkResults) -> None:
    assert weather_lines(park, notes="24 hours of the leap day left out")[-1] == (
        "weather: 24 hours of the leap day left out"
    )
    assert weather_lines(replace(park, provenance={}), full_load_hours_unscaled={}) == []


def test_retired_credits_and_what_was_left_are_said(park: ParkResults) -> None:
    retired = SerialBlock("wind-1", "onshore_wind", 2015, 1, 7000, "toy", "retired", "ccer-2012")
    said = park_lines(replace(park, claim=claim(credits=(retired,))))[1]
    assert said == "claim: 7,028 t CO2e of credits needed, 7,000 retired, 28 uncovered"


def test_a_bare_park_is_shown_too() -> None:
    bare = toy_park(
        annual=annual()[["statement", "load"]], spread=xr.Dataset(), cost=xr.Dataset(), calibration=None, flags=(),
    )  # fmt: skip
    assert "not computed" in park_lines(bare)[2] and len(park_lines(bare)) == 4
    assert "14,000 MWh/yr" in text_of(energy_table(bare))
    assert text_of(statement_table(bare)).count(" - ") >= 1


def test_names_are_text_and_no_markup(park: ParkResults) -> None:
    assert "[red]x[/red]" in text_of(statement_table(replace(park, name="[red]x[/red]")))


def test_a_hole_in_a_flow_is_no_number() -> None:
    holed = annual().assign(load=scalar(np.nan, "MWh/yr"))
    row = next(line for line in text_of(energy_table(toy_park(annual=holed))).splitlines() if labelled("load") in line)
    assert row.split()[-1] == "-"
