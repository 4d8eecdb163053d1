"""A list of zones is read whole or refused with every fault, and a scenario holds what it says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.errors import InputError
from decarb.nation.zones import ARCHETYPES, LEVELS
from decarb.scenario.document import Document
from decarb.scenario.park_schema import Archetype
from decarb.scenario.reading import merge_mapping, read_document, validate
from decarb.scenario.scenario import load_park, load_scenario, validate_file
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.zone_list import AMOUNTS, CohortSpec, Level, read_zone_list, summed, with_zone_lists
from decarb.variables import shipped

HEADER = "zone,level,archetype,electricity [GWh/yr],process_co2 [kt CO2/yr]\n"
LIST = HEADER + "A,national,metals,1200,300\nB,provincial,metals,300,50.5\nC,provincial,metals,100,0\n"
SCENARIO = "kind: scenario\nname: mine\npark:\n  extends: yizhuang\nzones:\n  list:\n    Hebei: {}\n"


def written(folder: Path, text: str, name: str = "hebei.csv") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def document(folder: Path, name: str = "hebei.csv") -> Document:
    path = written(folder, SCENARIO.format(name), "mine.yaml")
    return read_document(path, shipped=lambda one: shipped("scenarios", f"parks/{one}.yaml"))


def faults(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(InputError) as refused:
        read_zone_list(path)
    return [str(problem).replace(f"{path}:", "") for problem in refused.value.problems]


def test_a_list_is_summed_by_cohort(tmp_path: Path) -> None:
    said = summed(read_zone_list(written(tmp_path, LIST)), "hebei.csv")
    # 300 + 100 GWh and 50.5 + 0 kt in the two provincial zones; no column for fuel, so no fuel.
    assert said == {"file": "hebei.csv", "cohorts": [
        {"level": "national", "archetype": "metals", "zones": "1 zone", "electricity": "1200.0 GWh/yr",
         "process_co2": "300.0 kt CO2/yr"},
        {"level": "provincial", "archetype": "metals", "zones": "2 zone", "electricity": "400.0 GWh/yr",
         "process_co2": "50.5 kt CO2/yr"},
    ]}  # fmt: skip


def test_columns_come_in_any_order_and_in_any_unit_of_their_kind(tmp_path: Path) -> None:
    text = "Heat_CO2 [t CO2/yr],archetype,electricity [MWh/yr],zone,level\n2000,general,3000,A,national\n"
    row = read_zone_list(written(tmp_path, text))[0]
    assert row.amounts == {"electricity": pytest.approx(3.0), "heat_co2": pytest.approx(2.0)}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("zone,level,electricity [GWh/yr]", ["1:1: archetype: this column is missing; add \"archetype\""]),
        ("zone,level,archetype,electricity", ['1:22: electricity: has no unit; write "electricity [GWh/yr]"']),
        ("zone,level,archetype,electricity [GW]", ['1:22: electricity: "GW" is no amount in a year; write']),
        ("zone [1],level,archetype,electricity [GWh/yr]", ["1:1: zone: has the unit"]),
        ("zone,level,archetype,electricity [GWh/yr],fuel [kt CO2/yr]", ["1:43: ", "is no column of a list of zones"]),
        ("zone,level,archetype,electricity [GWh/yr],zone", ["1:43: zone: the column stands twice"]),
    ],
)  # fmt: skip
def test_a_wrong_header_is_refused_with_its_column(tmp_path: Path, header: str, said: list[str]) -> None:
    cells = ",".join("1" for _ in header.split(","))
    found = faults(tmp_path, f"{header}\n{cells}\n")
    assert all(any(part in line for line in found) for part in said)


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    rows = [",provincial,metals,1,1", "B,nationl,metals,1,1", "C,provincial,steel,-1,1", "D,provincial,metals,0,",
            "D,provincial,metals,1e12,1"]  # fmt: skip
    found = faults(tmp_path, HEADER + "\n".join(rows) + "\n")
    expected = [
        ("2:1: zone: the cell is empty", "write the zone's name"),
        ("3:3: level: 'nationl' is none", 'did you mean "national"'),
        ("4:14: archetype: 'steel' is none", ""),
        ("4:20: electricity: -1 GWh/yr is negative", "write 0 or more"),
        ("5:23: process_co2: the cell is empty", ""),
        ("5:21: electricity: a zone that uses nothing", "take it out"),
        ("6:21: electricity: 1e+12 GWh/yr is more than the nation has", "check the unit"),
        ("6:1: zone: 'D' stands on line 5 too", "keep one of the two"),
    ]
    for start, fix in expected:
        assert any(line.replace('"', "'").startswith(start) and fix in line for line in found), (start, found)
    assert len(found) == len(expected)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.sampled_from(ARCHETYPES), st.floats(0.01, 1e5)), min_size=1,
                max_size=20))  # fmt: skip
def test_cohorts_hold_all_zones_and_all_electricity(tmp_path_factory: pytest.TempPathFactory,
                                                    zones: list[tuple[str, str, float]]) -> None:  # fmt: skip
    lines = [f"Z{number},{level},{archetype},{used!r}" for number, (level, archetype, used) in enumerate(zones)]
    text = "zone,level,archetype,electricity [GWh/yr]\n" + "\n".join(lines) + "\n"
    said = summed(read_zone_list(written(tmp_path_factory.mktemp("lists"), text)), "x.csv")["cohorts"]
    assert sum(int(cohort["zones"].split()[0]) for cohort in said) == len(zones)
    total = sum(float(cohort["electricity"].split()[0]) for cohort in said)
    assert total == pytest.approx(sum(used for *_, used in zones), rel=1e-12)


def test_a_scenario_holds_what_its_list_says(tmp_path: Path) -> None:
    written(tmp_path, LIST)
    read = with_zone_lists(document(tmp_path))
    spec = validate(ScenarioSpec, read)
    assert spec.zones.list is not None
    cohorts = spec.zones.list["Hebei"].cohorts
    assert [cohort.zones.to("zone") for cohort in cohorts] == [1.0, 2.0]
    assert cohorts[1].process_co2 is not None and cohorts[1].process_co2.to("Mt CO2/yr") == pytest.approx(0.0505)
    assert cohorts[1].fuel_co2 is None
    assert with_zone_lists(read) == read
    changed = with_zone_lists(merge_mapping(read, {"seed": 7}))
    assert validate(ScenarioSpec, changed).zones == spec.zones


def test_a_list_may_lie_in_a_folder_below(tmp_path: Path) -> None:
    written(tmp_path, LIST, "lists/hebei.csv")
    read = with_zone_lists(document(tmp_path, "lists/hebei.csv"))
    assert read.data["zones"]["list"]["Hebei"]["file"] == "lists/hebei.csv"


@pytest.mark.parametrize("name", ["../hebei.csv", "/tmp/hebei.csv", "hebei.xlsx", '"a\\\\b.csv"', '"c:hebei.csv"'])
def test_a_path_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"mine\.yaml:7:12: zones\.list\.Hebei: .* is no CSV file beside this one"):
        with_zone_lists(document(tmp_path, name))


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    outside = written(tmp_path, LIST, "outside.csv")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "hebei.csv").symlink_to(outside)
    with pytest.raises(InputError, match="leads outside its folder; copy the file"):
        with_zone_lists(document(folder))


def test_a_missing_list_and_a_large_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*hebei\.csv.* beside this one; check its name"):
        with_zone_lists(document(tmp_path))
    path = written(tmp_path, HEADER + "A,national,metals,1,1\n" * 100_000)
    with pytest.raises(InputError, match=r"has 2\.2 MB; at most 2 MB are read; write one line for each zone"):
        read_zone_list(path)


def test_a_list_that_cannot_be_used_is_told_beside_all_other_faults(tmp_path: Path) -> None:
    text = SCENARIO.format("hebei.csv").replace("Hebei", "Hebai")
    rollout = 'rollout: {curve: table, table: {2030: "100 zone", 2040: "90 zone"}}\n'
    path = written(tmp_path, text + rollout, "mine.yaml")
    with pytest.raises(InputError) as refused:
        validate_file(path)
    found = [str(problem).removeprefix(f"{path}:") for problem in refused.value.problems]
    assert found[0].startswith("7:5: zones.list.Hebai: 'Hebai' is no province; did you mean \"Hebei\"")
    assert found[1].startswith("8:10: rollout: table: 90 zone in 2040 after 100 zone in 2030")
    assert found[2].startswith('7:12: zones.list.Hebai: there is no file "hebei.csv" beside this one')
    assert len(found) == 3


def test_faults_inside_a_list_are_told_beside_those_of_the_scenario(tmp_path: Path) -> None:
    rows = written(tmp_path, HEADER + "A,nationl,metals,1,1\n")
    path = written(tmp_path, SCENARIO.format("hebei.csv") + "seed: x\n", "mine.yaml")
    for way in (validate_file, load_scenario, load_park):
        with pytest.raises(InputError) as refused:
            way(path)
        places = [problem.where for problem in refused.value.problems]
        assert places == [f"{path}:8:7", f"{rows}:2:3"]


def test_a_name_in_capitals_is_the_same_zone(tmp_path: Path) -> None:
    found = faults(tmp_path, HEADER + "A,national,metals,1,1\na,national,metals,1,1\n")
    assert found == ['3:1: zone: "a" stands on line 2 too; keep one of the two']


def test_a_list_without_zones_asks_for_a_row_for_each(tmp_path: Path) -> None:
    assert "add a row for each zone" in faults(tmp_path, HEADER)[0]
    assert "write a header and a row for each zone" in faults(tmp_path, "\n")[0]


def test_more_zones_than_a_province_can_have_are_refused_with_the_file(tmp_path: Path) -> None:
    # Hainan has 4.5 zones in the tables: 20 times as many are 90.
    rows = "".join(f"Z{number},provincial,general,1,0\n" for number in range(92))
    path = written(tmp_path, HEADER + rows)
    mine = written(tmp_path, SCENARIO.format("hebei.csv").replace("Hebei", "Hainan"), "mine.yaml")
    for way in (validate_file, load_scenario):
        with pytest.raises(InputError, match=r"92 zones where the tables have \d, and at most 9\d ") as refused:
            way(mine)
        assert refused.value.problems[0].where == str(path)


def test_a_list_larger_than_its_province_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "A,national,metals,900000,1\n")
    mine = written(tmp_path, SCENARIO.format("hebei.csv"), "mine.yaml")
    for way in (validate_file, load_scenario):
        with pytest.raises(InputError, match=r"electricity: the zones hold 900,000 GWh/yr, Hebei has") as refused:
            way(mine)
        assert refused.value.problems[0].where == str(path)


def test_a_list_that_was_not_read_is_refused(tmp_path: Path) -> None:
    written(tmp_path, LIST)
    with pytest.raises(InputError, match="was not read; load the scenario with load_scenario"):
        validate(ScenarioSpec, document(tmp_path))


def test_an_unknown_province_is_met_with_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, LIST)
    path = written(tmp_path, SCENARIO.format("hebei.csv").replace("Hebei", "Hebay"), "mine.yaml")
    read = read_document(path, shipped=lambda one: shipped("scenarios", f"parks/{one}.yaml"))
    with pytest.raises(InputError, match=r"'Hebay' is no province; did you mean .*Hebei"):
        validate(ScenarioSpec, with_zone_lists(read))


def test_every_amount_is_a_field_of_the_cohort() -> None:
    assert set(AMOUNTS) < set(CohortSpec.model_fields)


def test_parks_and_zones_have_the_same_archetypes() -> None:
    assert get_args(Archetype) == ARCHETYPES and get_args(Level) == LEVELS
