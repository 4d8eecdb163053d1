"""A park on disk: every number has its unit, every null its reason, and the folder is whole or not there."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from park_samples import along, annual, claim, scalar, toy_park

from decarb.errors import CallError
from decarb.report import park as parks
from decarb.report.claim import claim_json, claim_markdown, claim_record
from decarb.report.inventory import statement_rows
from decarb.report.park import check_free, check_hourly, check_places, park_record, write_hourly, write_park
from decarb.report.record import UNKNOWN
from decarb.report.stores import with_both_units

KEYS = [
    "schema", "park", "archetype", "province", "period", "weather", "systems", "energy", "activities", "inventory",
    "claim", "cost", "standards", "calibration", "multiplied", "flags", "assumptions", "provenance",
]  # fmt: skip


def leaves(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every number with its unit, and every other leaf, by its keys."""
    if isinstance(value, dict) and not {"value", "unit"} <= set(value):
        for key, inside in value.items():
            yield from leaves(inside, (*at, key))
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from leaves(inside, (*at, str(place)))
    else:
        yield at, value


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_record_has_every_section_in_its_order() -> None:
    record = park_record(toy_park())
    assert list(record) == KEYS
    assert (record["schema"], record["park"], record["archetype"]) == ("decarb-park-1", "toy", "research_campus")
    assert record["period"] == {"first_day": "2020-01-01", "last_day": "2020-12-31"}
    assert record["weather"]["wind_yield_before_scaling"] == {"value": 900.0, "unit": "h/yr"}
    assert record["claim"] == claim_record(claim()) and record["multiplied"] is None
    assert record["provenance"] == {"decarb": "0.1.0", "seed": 2021}
    assert record["assumptions"] == [{"variable": "x", "value": 1.0, "low": None, "unit": "MW"}]


def test_every_number_has_its_unit_and_every_null_its_reason() -> None:
    record = park_record(toy_park())
    for section in ("systems", "energy", "activities", "inventory", "cost", "calibration"):
        for at, leaf in leaves(record[section], (section,)):
            assert not isinstance(leaf, float) and (isinstance(leaf, bool) or not isinstance(leaf, int)), at
            if isinstance(leaf, dict):
                assert leaf["unit"] and (leaf["value"] is not None or leaf["reason"]), at
                assert leaf["value"] is None or np.isfinite(leaf["value"]), at
    json.dumps(record, allow_nan=False)


def test_systems_stand_with_switch_size_and_flows() -> None:
    assert park_record(toy_park())["systems"] == {
        "wind": {
            "on": True, "size": {"value": 4.8, "unit": "MW"},
            "annual": {"generation": {"value": 5520.0, "unit": "MWh/yr"}},
        },
        "water": {"on": False, "size": None, "annual": {}},
    }  # fmt: skip


def test_energy_and_other_activities_and_emissions_stand_apart() -> None:
    record = park_record(toy_park())
    assert set(record["energy"]) == {
        "load", "generation", "discharge", "self_sufficiency", "self_consumption", "peak_import", "islanded_hours",
        "range",
    }  # fmt: skip
    assert record["energy"]["generation"]["pv"] == {"value": 1495.0, "unit": "MWh/yr"}
    assert record["energy"]["self_consumption"]["value"] is None
    assert record["energy"]["range"]["self_sufficiency"]["p95"] == {"value": 0.6, "unit": "1"}
    assert record["activities"] == {"reused_water": {"value": 58400.0, "unit": "m3/yr"}}
    assert record["inventory"]["figures"] == {"emissions": {"value": 7028.0, "unit": "t CO2e/yr"}}


def test_the_inventory_keeps_gases_bases_removals_and_information_apart() -> None:
    inventory = park_record(toy_park())["inventory"]
    assert inventory["gwp"] == "AR5"
    assert inventory["lines"][1] == {
        "line": "wastewater", "group_2006": "direct", "category_2018": "1 direct emissions and removals",
        "gases": {basis: {"CH4": {"value": 1.0, "unit": "t CH4/yr"}} for basis in ("location", "market")},
        "location": {"value": 28.0, "unit": "t CO2e/yr"}, "market": {"value": 28.0, "unit": "t CO2e/yr"},
        "low": {"value": 8.0, "unit": "t CO2e/yr"}, "high": {"value": 48.0, "unit": "t CO2e/yr"},
    }  # fmt: skip
    # Location: 3,000 + 28 + 4,000; market: electricity by contracts is 1,000 in the place of 4,000.
    totals = {name: amount["value"] for name, amount in inventory["totals"].items()}
    assert totals == pytest.approx({"location": 7028.0, "market": 4028.0, "low": 5000.0, "high": 9000.0})
    assert inventory["removals"] == {"agriculture_removal": {"value": 5.5, "unit": "t CO2/yr"}}
    assert set(inventory["information"]) == {"own_use", "own_use_at_grid_factor"}
    assert inventory["not_quantified"] == ["transport"]


def test_what_was_not_computed_is_null_with_its_reason_and_never_zero() -> None:
    bare = toy_park(
        annual=annual().drop_vars(["statement_market", "emissions_by_gas_market", "agriculture_removal"]),
        spread=xr.Dataset(),
    )
    inventory = park_record(bare)["inventory"]
    assert inventory["totals"]["market"]["value"] is None and inventory["totals"]["market"]["reason"]
    assert inventory["lines"][0]["low"] == {"value": None, "unit": "t CO2e/yr", "reason": "no range was computed"}
    assert inventory["removals"] == {} and set(inventory["lines"][0]["gases"]) == {"location"}


def test_an_undefined_cost_says_why_and_codes_become_words() -> None:
    cost = park_record(toy_park())["cost"]
    assert cost["simple_payback"] == {
        "value": None, "unit": "yr",
        "reason": "the savings never make good what was spent, within the years looked at",
    }  # fmt: skip
    assert cost["levelised_cost"]["wind"] == {"value": 0.4, "unit": "CNY_2025/kWh"}
    assert cost["levelised_cost"]["pv"]["reason"] == "no energy is delivered, so none has a cost"
    assert not [name for name in cost if name.endswith("_reason")]
    assert (cost["twin"], cost["notes"], cost["stores_raise_emissions"]) == (
        "grid supply only",
        ["prices of Beijing"],
        True,
    )
    assert cost["offset"]["needed"] == {"value": 7028, "unit": "t CO2e"}


def test_standards_stand_as_they_are_printed() -> None:
    record = park_record(toy_park())
    assert [standard["id"] for standard in record["standards"]] == ["claim-2021", "ndrc-910-2025", "iso-14068-1"]
    for standard in record["standards"]:
        for rule in standard["rules"]:
            assert {"rule", "threshold", "value", "verdict", "source", "unit"} <= set(rule)
    (core,) = [rule for rule in record["standards"][1]["rules"] if rule["rule"] == "core_indicator"]
    assert core["value"] == pytest.approx(7000 / 6000) and core["verdict"] == "outside the scheme"


def test_calibration_says_in_words_what_was_learned() -> None:
    calibration = park_record(toy_park())["calibration"]
    assert calibration["prior_percentile"] == {"clean_electricity_share": {"value": 0.6, "unit": "1"}}
    assert calibration["information"] == {"grid_factor": "nothing learned: the assumption comes back"}
    assert calibration["sentences"] == ["the share falls at 60 % of the prior"]


def test_the_folder_holds_the_record_the_claim_and_the_statement(tmp_path: Path) -> None:
    park = toy_park()
    folder = write_park(park, tmp_path / "deep" / "toy")
    assert set(contents(folder)) == {"park.json", "claim.md", "claim.json", "statement.csv"}
    assert json.loads((folder / "park.json").read_text(encoding="utf-8")) == json.loads(json.dumps(park_record(park)))
    assert (folder / "claim.md").read_text(encoding="utf-8") == claim_markdown(park.claim)
    assert (folder / "claim.json").read_text(encoding="utf-8") == claim_json(park.claim)
    assert contents(write_park(park, tmp_path / "again")) == contents(folder)


def test_the_statement_adds_up_in_the_file(tmp_path: Path) -> None:
    folder = write_park(toy_park(), tmp_path / "toy")
    with (folder / "statement.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["line", "group_2006", "category_2018", "basis", "gas", "value", "unit"]
    for basis, total in (("location", 7028.0), ("market", 4028.0)):
        found = [row for row in rows if (row["basis"], row["gas"]) == (basis, "CO2e")]
        assert sum(float(row["value"]) for row in found if row["line"] != "total") == pytest.approx(total)
        assert [float(row["value"]) for row in found if row["line"] == "total"] == pytest.approx([total])
    gases = {(row["line"], row["basis"], row["gas"]): (float(row["value"]), row["unit"]) for row in rows}
    assert gases["wastewater", "location", "CH4"] == (1.0, "t CH4/yr")
    assert gases["electricity", "location", "CO2"] == (4000.0, "t CO2/yr")
    assert gases["electricity", "market", "CO2"] == (1000.0, "t CO2/yr")
    assert rows[-1]["line"] == "agriculture_removal" and rows[-1]["basis"] == "beside the totals"
    assert all(row["unit"] for row in rows)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula_in_a_spreadsheet(name: str) -> None:
    inventory = park_record(toy_park())["inventory"]
    inventory["lines"][0] |= {"line": name, "group_2006": name}
    first = next(statement_rows(inventory))
    assert first[:2] == (f"'{name}", f"'{name}") and first[5] == "3000.0"


def test_a_folder_in_the_way_is_refused_unless_it_is_a_park_that_may_be_replaced(tmp_path: Path) -> None:
    folder = write_park(toy_park(), tmp_path / "toy")
    (folder / "old.txt").write_text("old")
    with pytest.raises(CallError, match="exists; name another folder"):
        write_park(toy_park(), folder)
    write_park(toy_park(), folder, replace=True)
    assert "old.txt" not in contents(folder)
    for kind in ('{"schema": "decarb-claim-1"}', '{"kind": "decarb-results"}', "[]"):
        (folder / "park.json").write_text(kind)
        before = contents(tmp_path)
        with pytest.raises(CallError, match=r"holds no park\.json of decarb"):
            write_park(toy_park(), folder, replace=True)
        assert contents(tmp_path) == before
    check_free(tmp_path / "free", replace=False)


def test_a_broken_write_leaves_the_old_park_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_park(toy_park(), tmp_path / "toy")
    before = contents(tmp_path)

    def broken(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(parks, "write_json", broken)
    with pytest.raises(OSError, match="no space"):
        write_park(toy_park(flags=()), folder, replace=True)
    assert contents(tmp_path) == before and [path.name for path in tmp_path.iterdir()] == ["toy"]


def hours() -> xr.Dataset:
    return xr.Dataset({"load": along("time", {"0": 1.0, "1": 2.0}, "MW")}, {"report": "AR5"})


def test_the_hours_are_written_beside_or_inside_the_folder(tmp_path: Path) -> None:
    park = toy_park(steps=hours())
    write_park(park, str(tmp_path / "one"), hourly=str(tmp_path / "hours.nc"))
    write_park(park, tmp_path / "two", hourly=tmp_path / "two" / "hours.nc")
    beside, inside = (xr.load_dataset(tmp_path / at, engine="h5netcdf") for at in ("hours.nc", "two/hours.nc"))
    xr.testing.assert_identical(beside, inside)
    assert set(contents(tmp_path / "two")) - set(contents(tmp_path / "one")) == {"hours.nc"}
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two", "hours.nc"}
    write_park(park, tmp_path / "two", hourly=tmp_path / "two" / "hours.nc", replace=True)  # they go with the folder


@pytest.mark.parametrize(
    ("hourly", "message"),
    [
        ("nowhere/hours.nc", r"no folder .*nowhere; make it first"),
        ("file/hours.nc", "file is a file, no folder"),
        ("taken.nc", r"taken\.nc exists"),
        ("hours.csv", r"ends in \.nc"),
        ("toy/deep/hours.nc", "lies in the folder that is written; name .*hours.nc"),
        ("toy/hours.csv", "lies in the folder that is written"),
        ("toy", "lies in the folder that is written"),
    ],
)
def test_hours_that_cannot_be_written_leave_the_last_park_as_it_was(hourly: str, message: str, tmp_path: Path) -> None:
    folder = write_park(toy_park(), tmp_path / "toy")
    (tmp_path / "file").touch()
    (tmp_path / "taken.nc").touch()
    before = contents(tmp_path)
    for check in (check_places, lambda *places, **how: write_park(toy_park(steps=hours(), flags=()), *places, **how)):
        with pytest.raises(CallError, match=message):
            check(folder, hourly=tmp_path / hourly, replace=True)
        assert contents(tmp_path) == before


def test_hours_that_fail_while_they_are_written_leave_the_last_park_as_it_was(tmp_path: Path) -> None:
    folder = write_park(toy_park(), tmp_path / "toy")
    before = contents(tmp_path)
    odd = toy_park(flags=(), steps=xr.Dataset({"odd": xr.DataArray([object()], dims="time")}))
    for place in ("hours.nc", "toy/hours.nc"):
        with pytest.raises((TypeError, ValueError)):
            write_park(odd, folder, hourly=tmp_path / place, replace=True)
        assert contents(tmp_path) == before and [path.name for path in tmp_path.iterdir()] == ["toy"]


def test_a_park_that_cannot_be_written_leaves_no_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(parks, "write_json", broken)
    with pytest.raises(OSError, match="no space"):
        write_park(toy_park(steps=hours()), tmp_path / "toy", hourly=tmp_path / "hours.nc")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_park_and_no_place_is_refused(tmp_path: Path) -> None:
    wrong: list[tuple[Any, Any, Any]] = [
        ({}, tmp_path / "x", None), (toy_park(), 3, None), (toy_park(), tmp_path / "x", 3)
    ]  # fmt: skip
    for park, folder, file in wrong:
        with pytest.raises(CallError, match="write_park takes"):
            write_park(park, folder, hourly=file)
    with pytest.raises(CallError, match="hold no steps; run the park again"):
        write_park(toy_park(), tmp_path / "x", hourly=tmp_path / "hours.nc")
    assert list(tmp_path.iterdir()) == []


def test_a_yield_that_is_not_known_says_why() -> None:
    unscaled = {"wind": (np.nan, "h/yr"), "pv": (np.nan, "h/yr")}
    weather = {"name": "synthetic-default", "full_load_hours_unscaled": unscaled, "full_load_hours": dict(unscaled)}
    record = park_record(toy_park(provenance={"weather": weather}))["weather"]
    # The toy has wind, and no PV among its systems.
    assert record["full_load_hours_unscaled"]["wind"]["reason"] == "no station in the tables"
    assert record["full_load_hours_unscaled"]["pv"]["reason"] == "no part of the park"
    assert record["full_load_hours"]["pv"] == {"value": None, "unit": "h/yr", "reason": "no part of the park"}
    hours = along("technology", {"wind": np.nan, "pv": np.nan, "chp": np.nan}, "h/yr")
    park = toy_park(annual=annual().assign(full_load_hours_unscaled=hours))
    told = park_record(park)["energy"]["full_load_hours_unscaled"]
    assert [told[name]["reason"] for name in ("wind", "pv", "chp")] == [
        "no station in the tables", "no part of the park", UNKNOWN
    ]  # fmt: skip
    assert "reason" not in park.annual["full_load_hours_unscaled"].attrs


def test_hours_come_back_as_they_were_and_never_over_another_file(tmp_path: Path) -> None:
    hours = xr.Dataset({"load": along("time", {"0": 1.0, "1": 2.0}, "MW"), "peak": scalar(2.0, "MW")})
    (tmp_path / "new").mkdir()
    path = write_hourly(hours, tmp_path / "new" / "hours.nc")
    xr.testing.assert_identical(xr.load_dataset(path, engine="h5netcdf"), with_both_units(hours))
    assert [each.name for each in path.parent.iterdir()] == ["hours.nc"]
    with pytest.raises(CallError, match="exists; name another file"):
        check_hourly(path)
    write_hourly(hours[["peak"]], path, replace=True)
    assert set(xr.load_dataset(path, engine="h5netcdf")) == {"peak"}
    for name, said in (("hours.csv", "ends in .nc"), ("hours", "ends in .nc")):
        with pytest.raises(CallError, match=said):
            check_hourly(tmp_path / name)
    (tmp_path / "folder.nc").mkdir()
    with pytest.raises(CallError, match="is a folder"):
        write_hourly(hours, tmp_path / "folder.nc", replace=True)


def test_a_broken_file_of_hours_leaves_nothing_behind(tmp_path: Path) -> None:
    unwritable = xr.Dataset({"odd": xr.DataArray([object()], dims="time")})
    with pytest.raises((TypeError, ValueError)):
        write_hourly(unwritable, tmp_path / "hours.nc")
    assert list(tmp_path.iterdir()) == []
