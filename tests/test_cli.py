"""The command line: bad input is told with its place, nothing is left behind, and exit codes mean what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from cli_samples import Call, Said, command_line
from scenario_samples import PARK_TEXT as PARK
from scenario_samples import SYSTEMS, place
from weather_samples import csv

from decarb import api, cli
from decarb.analysis.park import ParkResults
from decarb.analysis.run import Results
from decarb.report import folder as folders
from decarb.report import park as parks
from decarb.variables import shipped

assert api.run  # bound before a test puts something in the place of a run, which would else stay for all later tests
SCENARIO = shipped("scenarios", "china-2060.yaml").read_text(encoding="utf-8")
MEETS_ALL = "year,co2 [Mt CO2/yr]\n2020,11000\n2025,12000\n2030,11000\n2050,2000\n2055,900\n2060,-10\n"


@pytest.fixture
def decarb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    return command_line(monkeypatch, capsys)


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a command starts to compute."""

    def refuse(scenario: object) -> Results:
        raise AssertionError("this was to be refused before the run")

    monkeypatch.setattr("decarb.analysis.run.run", refuse)


@pytest.fixture
def no_park_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a park is computed."""

    def refuse(*arguments: object, **options: object) -> ParkResults:
        raise AssertionError("this was to be refused before the run")

    monkeypatch.setattr("decarb.analysis.park_run.run_park", refuse)


@pytest.fixture
def ready_park(monkeypatch: pytest.MonkeyPatch, yizhuang_results: ParkResults) -> ParkResults:
    """Let the park command take the run of the test session."""
    monkeypatch.setattr("decarb.analysis.park_run.run_park", lambda *arguments, **options: yizhuang_results)
    return yizhuang_results


@pytest.fixture
def ready_run(monkeypatch: pytest.MonkeyPatch, results: Results) -> Results:
    """Let commands that compute take the run of the test session."""
    monkeypatch.setattr("decarb.analysis.run.run", lambda scenario: results)
    return results


def park(old: str, new: str) -> str:
    assert old in PARK
    return PARK.replace(old, new, 1)


def deep(levels: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(levels))


CAPACITY = '"4.8 MW"'
BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)


def told(old: str, new: str, said: str, at: str = "") -> tuple[str, str]:
    """A park file in which `new` stands for `old`, and what is said about it, at `at` or where `new` begins."""
    text = park(old, new)
    return text, f"bad.yaml:{place(text, at or new)}: {said}"


BAD_PARKS: dict[str, tuple[str | bytes, str]] = {
    "no unit": told(CAPACITY, "4.75", 'wind.capacity: 4.75 has no unit; write "4.75 MW"'),
    "kW for kWh": told('"2 MWh"', '"2 MW"', 'lithium.energy_rating: "2 MW" is power, expected energy'),
    "kWh for kW": told(CAPACITY, '"4.8 MWh"', 'wind.capacity: "4.8 MWh" is energy, expected power'),
    "CO2e for CO2": told('"0.604 kg CO2/kWh"', '"0.604 kg CO2e/kWh"', "grid_factor: "),
    "knots": told(CAPACITY, '"10 kt"', 'wind.capacity: "10 kt" is mass'),
    "unknown unit": told(CAPACITY, '"4.8 MV"', "wind.capacity: "),
    "unknown key": told("capacity:", "capasity:", "wind.capasity: unknown key; did you mean capacity?"),
    "unknown system": told("lithium:", "lithum:", "lithum: unknown key; did you mean lithium?"),
    "the old store": told("lithium:", "store:", "store: unknown key"),
    "missing key": told("province: Beijing\n", "", "province: this key is missing", at="kind: park"),
    "negative": told(CAPACITY, '"-4.8 MW"', "wind.capacity: -4.8 MW is outside 0 to 100000 MW"),
    "NaN with a unit": told(CAPACITY, '"NaN MW"', 'wind.capacity: "NaN MW" is not a plain number'),
    "NaN": told("_charge: 0.9", "_charge: .nan", "lithium.maximum_state_of_charge: nan is not a finite", at=".nan"),
    "infinity": told("_charge: 0.9", "_charge: .inf", "lithium.maximum_state_of_charge: inf is not a fin", at=".inf"),
    "overflow": told(CAPACITY, '"1e999 MW"', 'wind.capacity: "1e999 MW" is not a finite number'),
    "tower of powers": told(CAPACITY, '"9**9**9 MW"', "wind.capacity: "),
    "formula": told(CAPACITY, '"=4.8 MW"', "wind.capacity: "),
    "a name that is a formula": told("name: yizhuang", 'name: "=1+1"', 'name: "=1+1" has the wrong form', at='"=1+1"'),
    "comma": told(CAPACITY, '"4,8 MW"', 'wind.capacity: "4,8 MW" has a comma in its number'),
    "full-width": told(CAPACITY, '"４．８ MW"', "wind.capacity: "),
    "no choice": told("province: Beijing", "province: Bejing", "province: 'Bejing' is no province", at="Bejing"),
    "low above high": told('{low: "800', '{low: "1800', "ranges.wind_full_load_hours: low 1800 h/yr", at='{low: "1800'),
    "full below empty": told("_charge: 0.1 ", "_charge: 0.95 ", "lithium: minimum_state_of_charge lies",
                             at='power_rating: "1 MW"'),
    "hours without a unit": told('"1150 h/yr"', "1151", 'wind.full_load_hours: 1151 has no unit; write "1151'),
    "no process load": told('"8 GWh/yr"', '"0 GWh/yr"', "process.electricity: 0 GWh/yr is outside"),
    "shares of heat": told("gas_boiler: 0.5", "gas_boiler: 0.4", "heat.supply: the shares add to 0.9",
                           at="heat_pump: 0.5"),
    "no cap": told("rule: time-of-use", "rule: peak-shaving", "microgrid: peak-shaving needs a demand_cap",
                   at='import_limit: "10 MW"'),
    "a store twice": told("[lithium, flow_battery]", "[lithium, lithium]", "microgrid.order: lithium and lithium is"),
    "an unknown GWP": told("year: 2020", "gwp: AR7\nyear: 2020", 'gwp: "AR7" is no choice here; did', at="AR7"),
    "GBK": (PARK.replace("Goldwind", "金风").encode("gbk"), "bad.yaml:1:3: is not UTF-8 (it looks like GBK)"),
    "BOM": (b"\xef\xbb\xbf" + PARK.encode(), "bad.yaml: starts with a byte order mark (BOM)"),
    "UTF-16": (PARK.encode("utf-16"), "bad.yaml: is not UTF-8"),
    "zero bytes": (PARK.encode() + b"\0", "bad.yaml: is no text"),
    "empty": ("", "bad.yaml: is empty"),
    "comments alone": ("# nothing\n", "bad.yaml: is empty"),
    "a list": ("- 1\n", "bad.yaml:1:1: holds a list alone"),
    "bomb": (BOMB, 'bad.yaml:1:4: a: the YAML anchor "&a" is not read'),
    "deep flow": ("a: " + "[" * 4000 + "]" * 4000, "bad.yaml:1:23: a.0.0: nested more than 20 deep"),
    "deep block": (deep(100), "bad.yaml:21:21: a.a.a: nested more than 20 deep"),
    "tag": told(CAPACITY, '!!python/object/apply:os.system ["ls"]', "wind.capacity: the YAML tag"),
    "twice": told("kind: park", "kind: park\nkind:  park", "kind: written twice", at="kind:  park"),
    "too large": ("# " + "x" * 99 + "\n" + "# y\n" * 400_000, "bad.yaml: is larger than 1 MiB"),
    "outside": told("kind: park", "extends: ../b.yaml", 'extends: "../b.yaml" is no shipped name', at="../b.yaml"),
    "absolute": told("kind: park", "extends: /etc/other.yaml", "extends: ", at="/etc"),
}  # fmt: skip
SHIPPED = [path.stem for path in sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml"))]
KIND = "park\nname"
BAD_SCENARIOS: dict[str, tuple[str, str]] = {
    "years out of order": (
        SCENARIO + 'economy:\n  gdp_growth: {2035: "4 %/yr", 2030: "5 %/yr"}\n',
        "bad.yaml:14:15: economy.gdp_growth: the year 2030 comes after 2035; sort the years",
    ),
    "no years": (
        SCENARIO + "economy:\n  gdp_growth: {}\n",
        "bad.yaml:14:15: economy.gdp_growth: 0 entries are too few",
    ),
    "an observed year": (
        SCENARIO + 'economy:\n  gdp_growth: {2010: "4 %/yr"}\n',
        "bad.yaml:14:16: economy.gdp_growth.2010: 2010 is less than 2026",
    ),
    "CO2e for CO2": (
        SCENARIO + 'land:\n  co2_2060: "-1000 Mt CO2e/yr"\n',
        'bad.yaml:14:13: land.co2_2060: "-1000 Mt CO2e/yr" is mass of CO2e / time, expected mass of CO2 / time',
    ),
    "shares over 1": (
        SCENARIO + "capture:\n  origin: {fossil: 0.5, process: 0.5, biomass: 0.5, air: 0.5}\n",
        "bad.yaml:14:11: capture.origin: the four shares add to 2",
    ),
    "no such land view": (
        SCENARIO.replace("view: inventory", "view: inventry"),
        'bad.yaml:8:12: land_view: "inventry" is no choice here; did you mean inventory?',
    ),
    "no such park": (
        SCENARIO.replace("extends: yizhuang", "extends: yizuang"),
        'bad.yaml:10:12: park.extends: no shipped file is called "yizuang"; did you mean yizhuang?',
    ),
    "a park outside": (
        SCENARIO.replace("extends: yizhuang", "extends: ../yizhuang.yaml"),
        'bad.yaml:10:12: park.extends: "../yizhuang.yaml" is no shipped name and no file beside this one',
    ),
    "a name that is a path": (SCENARIO.replace("name: china-2060", "name: ../x"), 'bad.yaml:3:7: name: "../x" has the'),
    "a negative seed": (SCENARIO.replace("seed: 2021", "seed: -1"), "bad.yaml:7:7: seed: -1 is less than 0"),
    "a park": (PARK, f"bad.yaml:{place(PARK, KIND)}: kind: this is a park, no scenario"),
}


def assert_refused(said: Said, message: str, tmp_path: Path, files: set[str]) -> None:
    assert said.code == 1
    assert said.out == ""
    assert message in said.err
    assert "Traceback" not in said.err
    assert {path.name for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize(("content", "message"), BAD_PARKS.values(), ids=BAD_PARKS)
def test_a_bad_park_file_is_told_with_its_place(
    content: str | bytes, message: str, decarb: Call, tmp_path: Path
) -> None:
    Path("bad.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert_refused(decarb("validate", "bad.yaml"), message, tmp_path, {"bad.yaml"})


@pytest.mark.parametrize(("content", "message"), BAD_SCENARIOS.values(), ids=BAD_SCENARIOS)
def test_a_bad_scenario_is_refused_before_it_runs(
    content: str, message: str, decarb: Call, tmp_path: Path, no_run: None
) -> None:
    Path("bad.yaml").write_text(content, encoding="utf-8")
    for command in ("run", "check"):
        assert_refused(decarb(command, "bad.yaml"), message, tmp_path, {"bad.yaml"})


def test_a_fault_in_a_park_beside_a_scenario_names_the_file_of_the_park(decarb: Call, tmp_path: Path) -> None:
    Path("windy.yaml").write_text(park(CAPACITY, "5"), encoding="utf-8")
    Path("mine.yaml").write_text(SCENARIO.replace("extends: yizhuang", "extends: windy.yaml"), encoding="utf-8")
    said = decarb("run", "mine.yaml")
    where = place(PARK, CAPACITY)
    assert_refused(said, f'windy.yaml:{where}: park.wind.capacity: 5 has no unit; write "5 MW"', tmp_path,
                   {"windy.yaml", "mine.yaml"})  # fmt: skip


def test_all_faults_of_a_file_are_told_at_once(decarb: Call) -> None:
    faulty = park(CAPACITY, "5").replace('"2 MWh"', '"2 MW"').replace("diesel:", "deisel:")
    Path("bad.yaml").write_text(faulty, encoding="utf-8")
    keys = [line.split(": ")[1] for line in decarb("validate", "bad.yaml").err.splitlines()]
    assert keys == ["wind.capacity", "lithium.energy_rating", "process.diesel", "process.deisel"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "china-2061"], "china-2061: no shipped file is called"),
        (["run", "mine.yaml"], "mine.yaml: no such file"),
        (["validate", "."], ".: "),
        (["check", "nothing.csv"], "nothing.csv: is not there"),
        (["check", "."], "this folder holds no run.json of decarb"),
        (["run", "china-2060", "--set", "seed=x"], '--set seed: "x" is not a whole number'),
        (["run", "china-2060", "--set", "rolout.mode=clone"], "rolout: unknown key; did you mean rollout?"),
        (["run", "china-2060", "--set", "seed"], '--set: "seed" has no "="'),
        (["run", "china-2060", "--set", "seed=1", "--set", "park.wind.capacity=5"], '5 has no unit; write "5 MW"'),
    ],
)
def test_what_cannot_be_read_ends_with_1(
    arguments: list[str], message: str, decarb: Call, tmp_path: Path, no_run: None
) -> None:
    assert_refused(decarb(*arguments), message, tmp_path, set())


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["frobnicate"], ["run"], ["check"], ["run", "china-2060", "--frob"], ["run", "china-2060", "--out"],
        ["check", "china-2060", "--region", "China"], ["run", "china-2060", "--out", "taken"],
        ["check", "two.csv", "--region", "China"],
    ],
)  # fmt: skip
def test_a_bad_call_ends_with_2(arguments: list[str], decarb: Call, no_run: None) -> None:
    Path("taken").mkdir()
    Path("two.csv").write_text(MEETS_ALL, encoding="utf-8")
    said = decarb(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err and "Traceback" not in said.err
    assert list(Path("taken").iterdir()) == []


@pytest.mark.parametrize("name", [*SHIPPED, "yizhuang", "electronics", "chemicals", "logistics"])
def test_what_is_shipped_is_valid(name: str, decarb: Call) -> None:
    said = decarb("validate", name)
    assert (said.code, said.err) == (0, "")
    assert f"'{name}' is valid" in said.out


def test_a_run_with_settings_writes_all_files_and_says_where(decarb: Call, tmp_path: Path) -> None:
    said = decarb("run", "china-2060", "--set", "seed=7", "--set", "land_view=bookkeeping", "--out", "mine")
    assert said.code == 0
    for part in ("peak-2030", "neutral-2060-ghg", "fail", "Base year 2021", "claims gap in 2060", "written to mine"):
        assert part in said.out
    written = {path.name for path in Path("mine").iterdir()}
    assert written >= {"annual.nc", "verdict.json", "pathway.csv", "pathway.png", "run.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    run = json.loads(Path("mine/run.json").read_text(encoding="utf-8"))
    assert (run["seed"], run["land_view"]) == (7, "bookkeeping")


def test_the_default_folder_bears_the_name_of_the_scenario_and_is_replaced(decarb: Call, ready_run: Results) -> None:
    assert decarb("run", "china-2060").code == 0
    Path("results/china-2060/verdict.json").write_text("old", encoding="utf-8")
    assert decarb("run", "china-2060").code == 0
    assert json.loads(Path("results/china-2060/verdict.json").read_text(encoding="utf-8"))["peak_year"]


def test_a_folder_of_someone_else_is_not_replaced(decarb: Call, no_run: None) -> None:
    own = Path("results/china-2060")
    own.mkdir(parents=True)
    (own / "run.json").write_text('{"kind": "a marathon"}', encoding="utf-8")
    said = decarb("run", "china-2060")
    assert said.code == 2 and "holds no run.json of decarb" in said.err
    assert [path.name for path in own.iterdir()] == ["run.json"]


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing(
    decarb: Call, ready_run: Results, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(results: Results, folder: Path) -> None:
        (folder / "annual.nc").write_bytes(b"half")
        raise OSError(28, "No space left on device", "annual.nc")

    monkeypatch.setattr(folders, "_fill", full)
    said = decarb("run", "china-2060", "--out", "mine")
    assert said.code == 1
    assert said.err.splitlines()[-1] == "annual.nc: No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_results_folder_should_be_is_told(decarb: Call, ready_run: Results) -> None:
    Path("results").write_text("mine", encoding="utf-8")
    said = decarb("run", "china-2060")
    assert said.code == 2 and "results" in said.err and "Traceback" not in said.err
    assert Path("results").read_text(encoding="utf-8") == "mine"


def test_json_is_the_object_of_verdict_json_alone(decarb: Call, run_folder: Path, ready_run: Results) -> None:
    written = (run_folder / "verdict.json").read_text(encoding="utf-8")
    from_folder = decarb("check", run_folder, "--json")
    assert (from_folder.code, from_folder.out) == (3, written)
    assert decarb("check", "china-2060", "--json").out == written


CREDITS = """credits:
  - project: "=1+1 | **x** <script>"
    project_class: onshore_wind
    scheme: ccer-2012
    vintage: 2015
    first_serial: 1
    last_serial: 400
    bought: "2020-12-01"
    seller: '=HYPERLINK("http://x")'
    price: "30 CNY_2025/t CO2e"
    retired: "2021-01-28"
"""
STANDARDS = ["claim-2021", "ndrc-910-2025", "iso-14068-1"]


def read(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found


def assert_balanced(steps: xr.Dataset) -> None:
    """Energy that comes in is energy that goes out, in every step."""
    made = steps["wind_generation"] + steps["pv_generation"] + steps["chp_generation"]
    comes = made + steps["grid_import"] + steps["discharge"].sum("store") + steps["unmet_load"]
    goes = steps["load"] + steps["grid_export"] + steps["curtailment"] + steps["charge"].sum("store")
    np.testing.assert_allclose(comes, goes, rtol=0, atol=1e-9 * float(steps["load"].max()))
    assert float(steps["load"].min()) > 0 and not (steps < 0).to_array().any()


def test_a_park_writes_its_whole_year_its_credits_and_its_hours(decarb: Call, tmp_path: Path) -> None:
    Path("mine.yaml").write_text(PARK + CREDITS, encoding="utf-8")
    changes = [f"--set={change}" for change in ("fleet.on=false", "sports=null", "reported.product_energy_level=3")]
    said = decarb("park", "mine.yaml", "--out", "out", "--hourly", "out/hours.nc", "--standards", *changes)
    assert said.code == 0
    assert said.out.splitlines()[-1] == "written to out and out/hours.nc"
    assert all(standard in said.out for standard in STANDARDS) and "Traceback" not in said.err
    assert {path.name for path in Path("out").iterdir()} == {
        "park.json",
        "claim.md",
        "claim.json",
        "statement.csv",
        "hours.nc",
    }
    assert {path.name for path in tmp_path.iterdir()} == {"mine.yaml", "out"}
    found = read("out/park.json")
    assert list(found["systems"]) and set(found["systems"]) == set(SYSTEMS)
    for name, system in found["systems"].items():
        assert {"on", "size", "annual"} <= set(system)
        assert system["on"] == (name not in ("fleet", "sports"))
        assert (system["size"] is None) == (name == "sports")
        assert all(set(figure) >= {"value", "unit"} for figure in system["annual"].values()) and system["annual"]
    assert found["systems"]["wind"]["annual"]["generation"]["value"] == pytest.approx(4.8 * 1150, rel=1e-6)
    assert found["systems"]["fleet"]["annual"]["fleet_distance"]["value"] == 0
    assert [standard["id"] for standard in found["standards"]] == STANDARDS
    for standard in found["standards"]:
        assert standard["verdict"] and standard["rules"]
        assert all({"rule", "threshold", "value", "verdict", "source"} <= set(rule) for rule in standard["rules"])
    levels = {rule["rule"]: rule for standard in found["standards"] for rule in standard["rules"]}
    assert (levels["product_energy_level"]["value"], levels["product_energy_level"]["verdict"]) == (3, "fail")
    lines = sum(line["location"]["value"] for line in found["inventory"]["lines"])
    assert lines == pytest.approx(found["inventory"]["totals"]["location"]["value"], rel=1e-12)
    assert found["cost"]["twin"] and found["claim"]["schema"] == read("out/claim.json")["schema"]
    with xr.open_dataset("out/hours.nc") as steps:
        assert steps.sizes["time"] == 8760
        assert_balanced(steps)
        mean = float(steps["load"].mean()) * 8760
    assert mean == pytest.approx(found["energy"]["load"]["value"], rel=1e-9)
    claim, statement = (Path(f"out/{name}").read_text(encoding="utf-8") for name in ("claim.md", "statement.csv"))
    assert "1-400" in claim and "<script>" not in claim and "**x**" not in claim
    assert not any(cell[:1] in ("=", "+", "@") for line in statement.splitlines() for cell in line.split(","))


def test_the_park_of_a_scenario_runs_on_ones_own_weather_in_short_steps(decarb: Call, tmp_path: Path) -> None:
    own = csv(tmp_path, "time [UTC+8],wind,pv")
    yields = ["--set=park.wind.full_load_hours=2000 h/yr", "--set=park.pv.full_load_hours=1500 h/yr"]
    said = decarb("park", "china-2060", "--weather", own, "--step", "15 min", "--hourly", "fine.nc", *yields)
    assert said.code == 0, said.err
    assert "Why" not in said.out  # no rule by rule unless asked
    found = read("results/parks/china-2060/park.json")
    assert found["weather"]["name"] == "park.csv" and found["provenance"]["step"] == "15 min"
    # 0.25 in every hour is 2,190 h/yr before scaling.
    assert found["weather"]["full_load_hours_unscaled"]["wind"]["value"] == pytest.approx(2190.0)
    assert found["systems"]["wind"]["annual"]["generation"]["value"] == pytest.approx(4.8 * 2000, rel=1e-6)
    with xr.open_dataset("fine.nc") as steps:
        assert steps.sizes["time"] == 4 * 8760
        assert_balanced(steps)


def test_a_park_with_nothing_but_a_process_runs_without_a_warning(decarb: Call) -> None:
    off = [f"--set={name}=null" for name in SYSTEMS if name != "microgrid"]
    said = decarb("park", "yizhuang", *off, "--set", "microgrid.on=false", "--out", "bare")
    assert said.code == 0, said.err
    systems = read("bare/park.json")["systems"]
    assert set(systems) == set(SYSTEMS) and not any(system["on"] for system in systems.values())
    # 8 GWh of process alone, all of it bought.
    assert systems["microgrid"]["annual"]["grid_import"]["value"] == pytest.approx(8000.0)


def test_the_default_folder_of_a_park_is_replaced_and_a_chosen_one_is_not(
    decarb: Call, ready_park: ParkResults
) -> None:
    default = Path("results/parks/yizhuang")
    assert decarb("park", "yizhuang").code == 0
    (default / "claim.md").write_text("old", encoding="utf-8")
    assert decarb("park", "yizhuang").code == 0
    assert "yizhuang" in (default / "claim.md").read_text(encoding="utf-8")
    (default / "claim.md").write_text("mine", encoding="utf-8")
    said = decarb("park", "yizhuang", "--out", default)
    assert said.code == 2 and f"{default} exists; name another folder or remove it" in said.err
    assert (default / "claim.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["park"], 2, "Missing argument"),
        (["park", "yizuang"], 1, "did you mean yizhuang?"),
        (["park", "nothing.yaml"], 1, "nothing.yaml: no such file"),
        (["park", "."], 1, ".: "),
        (["park", "bad.yaml"], 1, "wind.capacity: 4.8 has no unit"),
        (["park", "yizhuang", "--set", "wind.capacity=5"], 1, 'wind.capacity: 5 has no unit; write "5 MW"'),
        (["park", "yizhuang", "--set", "watter.on=false"], 1, "watter: unknown key; did you mean water?"),
        (["park", "yizhuang", "--out", "taken"], 2, "taken exists; name another folder or remove it"),
        (["park", "yizhuang", "--out", ""], 2, "exists"),
        (["park", "yizhuang", "--hourly", "hours.csv"], 2, "hours.csv is no netCDF name; write one that ends in .nc"),
        (["park", "yizhuang", "--hourly", "taken.nc"], 2, "taken.nc exists"),
        (["park", "yizhuang", "--hourly", "nowhere/h.nc"], 2, "no folder nowhere; make it first"),
        (["park", "yizhuang", "--hourly", "bad.yaml/h.nc"], 2, "bad.yaml is a file, no folder; name another place"),
        (["park", "yizhuang", "--out", "x.nc", "--hourly", "x.nc"], 2, "x.nc lies in the folder that is written"),
        (["park", "yizhuang", "--hourly", "results/parks/yizhuang/a/h.nc"], 2, "lies in the folder that is written"),
        (["park", "yizhuang", "--out", "nowhere/mine"], 2, "no folder nowhere; make it first"),
        (["park", "yizhuang", "--out", "bad.yaml/mine"], 2, "bad.yaml is a file, no folder"),
        (["park", "yizhuang", "--out", "bad.yaml"], 2, "bad.yaml is a file; name a folder"),
        (["park", "yizhuang", "--weather", "nothing.nc"], 1, "nothing.nc: is not there"),
        (["park", "yizhuang", "--weather", "taken"], 1, "taken: is a directory"),
        (["park", "yizhuang", "--weather", "bad.yaml", "--clock", "China"], 1, '"China" is no clock; say it with'),
        (["park", "yizhuang", "--clock", "UTC+8"], 2, "clock is that of a weather file, and none is named"),
        (["park", "yizhuang", "--step", "7min"], 2, '"7 min" is no length of a step; write one of 1 h, 15 min'),
        (["park", "bad"], 1, 'no shipped file is called "bad"; did you mean bad.yaml?'),
        (["park", "china-2060", "--set", "wind.capacity=5 MW"], 1, "a key of its park: write park.wind.capacity"),
        (["park", "yizhuang", "--set", "kind=scenario"], 1, "--set kind: the kind of a file cannot be set"),
        (["park", "yizhuang", "--seed", "-1"], 2, "--seed"),
        (["park", "yizhuang", "--seed", "x"], 2, "--seed"),
        (["park", "yizhuang", "--frob"], 2, "--frob"),
    ],
)  # fmt: skip
def test_a_park_that_cannot_run_is_refused_before_it_does(
    arguments: list[str], code: int, message: str, decarb: Call, no_park_run: None
) -> None:
    Path("taken").mkdir()
    Path("taken.nc").write_bytes(b"mine")
    Path("bad.yaml").write_text(park(CAPACITY, "4.8"), encoding="utf-8")
    said = decarb(*arguments)
    assert (said.code, said.out) == (code, "")
    assert message in said.err and "Traceback" not in said.err
    assert {path.name for path in Path().iterdir()} == {"taken", "taken.nc", "bad.yaml"}
    assert list(Path("taken").iterdir()) == [] and Path("taken.nc").read_bytes() == b"mine"


BAD_WEATHER: dict[str, tuple[str, str]] = {
    "not there": ("", "own.csv: is not there"),
    "empty": ("\n", "own.csv"),
    "a short year": ("time [UTC+8],wind,pv\n2021-01-01 00:00,0.2,0.2\n", "own.csv"),
    "no number": ("time [UTC+8],wind,pv\n2021-01-01 00:00,NaN,=1+1\n", "own.csv"),
    "no netCDF": ("CDF", "own.csv"),
}


@pytest.mark.parametrize(("content", "message"), BAD_WEATHER.values(), ids=BAD_WEATHER)
def test_weather_that_cannot_be_read_is_told_and_leaves_no_folder(content: str, message: str, decarb: Call) -> None:
    if content:
        Path("own.csv").write_text(content, encoding="utf-8")
    said = decarb("park", "yizhuang", "--weather", "own.csv", "--out", "mine", "--hourly", "mine.nc")
    assert (said.code, said.out) == (1, "")
    assert message in said.err and "Traceback" not in said.err
    assert {path.name for path in Path().iterdir()} == ({"own.csv"} if content else set())


@pytest.mark.parametrize("step", ["7 min", "15", "", "nan h", "1e999 h", "1 yr"])
def test_a_step_that_is_not_offered_is_told_with_those_that_are(step: str, decarb: Call) -> None:
    said = decarb("park", "yizhuang", "--step", step, "--out", "mine")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1] == f'step: "{step}" is no length of a step; write one of 1 h, 15 min, 5 min'
    assert list(Path().iterdir()) == []


def test_a_park_whose_hours_cannot_be_written_leaves_no_folder(
    decarb: Call, ready_park: ParkResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(results: ParkResults, folder: Path) -> None:
        (folder / "park.json").write_bytes(b"half")
        raise OSError(28, "No space left on device", str(folder / "park.json"))

    monkeypatch.setattr(parks, "_fill", full)
    said = decarb("park", "yizhuang", "--out", "mine", "--hourly", "hours.nc")
    assert (said.code, said.err.splitlines()[-1]) == (1, "mine/park.json: No space left on device")
    assert list(Path().iterdir()) == []


def test_a_run_that_fails_leaves_the_last_good_park_where_it_was(
    decarb: Call, ready_park: ParkResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path("results/parks/yizhuang")
    assert decarb("park", "yizhuang").code == 0
    (folder / "claim.md").write_text("the last good one", encoding="utf-8")

    def full(steps: xr.Dataset, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(parks, "write_netcdf", full)
    for hourly in ("hours.nc", f"{folder}/hours.nc"):
        said = decarb("park", "yizhuang", "--hourly", hourly)
        assert (said.code, said.err.splitlines()[-1]) == (1, f"{hourly}: No space left on device")
        assert (folder / "claim.md").read_text(encoding="utf-8") == "the last good one"
        assert [path.name for path in Path().iterdir()] == ["results"]
        assert [path.name for path in folder.parent.iterdir()] == ["yizhuang"]


def test_a_run_that_was_killed_is_told_by_the_next_one(decarb: Call, ready_park: ParkResults) -> None:
    Path("results/parks/.yizhuang-abcd_123").mkdir(parents=True)
    said = decarb("park", "yizhuang", "--hourly", "hours.nc")
    assert said.code == 0
    assert said.err.splitlines()[-1] == (
        "results/parks/.yizhuang-abcd_123 was left by a run that was stopped; remove it unless one is at work"
    )


def test_a_clock_and_a_short_step_reach_the_run(decarb: Call, yizhuang_results: ParkResults, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    asked: dict[str, object] = {}

    def run_park(park: object, **options: object) -> ParkResults:
        asked.update(options)
        return yizhuang_results

    monkeypatch.setattr("decarb.analysis.park_run.run_park", run_park)
    said = decarb("park", "yizhuang", "--weather", csv(tmp_path, "time,wind,pv"), "--clock", "UTC", "--step", "15min")
    assert said.code == 0, said.err
    assert asked == {"weather": tmp_path / "park.csv", "clock": "UTC", "seed": 2021, "step": "15 min"}


def test_validate_finds_what_only_the_tables_know(decarb: Call, tmp_path: Path) -> None:
    text = PARK.replace("province: Beijing", "province: Tibet")
    lines = [line for line in text.splitlines() if not line.startswith("grid_factor:")]
    Path("bad.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert_refused(decarb("validate", "bad.yaml"), "province: grid_factors.csv: no factor for Tibet; state grid_factor",
                   tmp_path, {"bad.yaml"})  # fmt: skip


def test_the_rules_of_the_standards_are_printed_when_asked(decarb: Call, ready_park: ParkResults) -> None:
    plain, asked = (decarb("park", "yizhuang", *more) for more in ([], ["--standards"]))
    for standard in ready_park.standards:
        assert (
            f"{standard.id}: {standard.verdict}" not in plain.out and f"{standard.id}: {standard.verdict}" in asked.out
        )
        assert f"{standard.id} {standard.verdict}" in plain.out  # the verdict is always said
    assert asked.out.count("not enough data") > plain.out.count("not enough data")


def same(one: Any, other: Any) -> bool:
    """Whether two figures of JSON are the same but for rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other or (isinstance(one, float) and one == pytest.approx(other, rel=1e-9))


def test_our_own_iamc_file_gets_the_same_figures(decarb: Call, run_folder: Path) -> None:
    written = json.loads((run_folder / "verdict.json").read_text(encoding="utf-8"))
    read = json.loads(decarb("check", run_folder / "pathway.csv", "--json").out)
    figures = {key for key in written if key not in ("verdicts", "totals")}
    assert figures and [key for key in sorted(figures) if not same(written[key], read[key])] == []
    verdicts = {item["target"]: item["verdict"] for item in read["verdicts"]}
    held = [item for item in written["verdicts"] if item["total"] in ("gross_co2", "net_co2", "net_ghg")]
    assert len(held) >= 8
    assert all(verdicts[item["target"]] == item["verdict"] for item in held)


def test_a_province_of_our_own_iamc_file_can_be_judged(decarb: Call, run_folder: Path, results: Results) -> None:
    read = json.loads(decarb("check", run_folder / "pathway.csv", "--region", "China|Beijing", "--json").out)
    beijing = results.annual["gross_co2"].sel(province="Beijing").sum("sector")
    assert read["peak_value"] == pytest.approx(float(beijing.max()))


TWO_COLUMNS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "all met": (MEETS_ALL, 0, {"peak_year": 2025, "neutral_held": True, "residual_2060": -10.0}),
    "exact zero counts": (
        "year,net_co2 [Gt CO2/yr]\n2020,10\n2060,0\n",
        0,
        {"neutral_year": 2060, "neutral_held": True, "residual_2060": 0.0, "peak_year": None},
    ),
    "on a straight line, and back above": (
        # From 500 in 2050 to -500 in 2060 the line meets zero in 2055.
        "year,co2 [Mt CO2/yr]\n2020,900\n2050,500\n2060,-500\n2070,1\n",
        3,
        {"neutral_year": 2055, "neutral_held": False, "residual_2060": -500.0},
    ),
    "ends in 2050": (
        "year,co2 [Mt CO2/yr]\n2020,10000\n2030,12000\n2050,500\n",
        0,
        {"residual_2060": None, "neutral_year": None, "neutral_held": None, "mean_annual_reduction_rate": None},
    ),
    "gross alone": (
        "year,gross_co2 [Mt CO2/yr]\n2020,11000\n2030,12000\n2060,900\n",
        0,
        # 1 - (900/12000)^(1/30)
        {"peak_year": 2030, "mean_annual_reduction_rate": pytest.approx(0.0827198, abs=1e-7), "neutral_year": None},
    ),
    "peaks late": ("year,gross_co2 [Mt CO2/yr]\n2020,11000\n2035,12000\n2060,900\n", 3, {"peak_year": 2035}),
    "all gases": ("year,net_ghg [Mt CO2e/yr]\n2020,13000\n2030,12000\n2060,0\n", 0, {"peak_year": None}),
}


@pytest.mark.parametrize(("text", "code", "figures"), TWO_COLUMNS.values(), ids=TWO_COLUMNS)
def test_two_columns_are_judged_by_the_same_rules(text: str, code: int, figures: dict[str, Any], decarb: Call) -> None:
    Path("path.csv").write_text(text, encoding="utf-8")
    said = decarb("check", "path.csv", "--json")
    assert said.code == code
    assert said.err.startswith("path.csv: years of the file lie ")
    assert all(line.startswith("path.csv: ") for line in said.err.splitlines())
    found = json.loads(said.out)
    assert {key: found[key] for key in figures} == figures
    for key, value in found.items():
        assert value is not None or found["undefined"][key], key


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("year,co2\n2020,1\n2060,0\n", "bad.csv:1:6: co2: has no unit"),
        ("year,net_ghg [Mt CO2/yr]\n2020,1\n2060,0\n", "bad.csv:1:6: net_ghg: "),
        ("year,co2 [Mt CO2/yr]\n2030,1\n2020,2\n", "bad.csv:3:1: year: 2020 comes after 2030; sort the years"),
        ("year,co2 [Mt CO2/yr]\n2020,NaN\n", "bad.csv:2:6: co2: 'NaN' is no finite number"),
        ("year,co2 [Mt CO2/yr]\n2020,inf\n", "bad.csv:2:6: co2: 'inf' is no finite number"),
        ("year,co2 [Mt CO2/yr]\n2020,１０\n", "bad.csv:2:6: co2: '１０' has full-width characters"),
        ("", "bad.csv: the file is empty"),
        ("year,二氧化碳 [Mt CO2/yr]\n2020,1\n".encode("gbk"), "bad.csv:1:6: is not UTF-8 (it looks like GBK)"),
    ],
)
def test_a_bad_csv_is_told_with_its_place(content: str | bytes, message: str, decarb: Call, tmp_path: Path) -> None:
    Path("bad.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert_refused(decarb("check", "bad.csv", "--json"), message, tmp_path, {"bad.csv"})


def test_what_is_only_shown_beside_a_target_is_not_counted_as_missed(decarb: Call) -> None:
    # 1 % a year to 2050 misses the other reading of the rate, and no target.
    Path("late.csv").write_text(
        "year,gross_co2 [Mt CO2/yr]\n2020,9000\n2025,10000\n2030,9990\n2050,8000\n2060,500\n", encoding="utf-8"
    )
    said = decarb("check", "late.csv")
    assert said.code == 0
    assert "rate-2030-2050" in said.out and "fail" in said.out
    assert "2 met, 0 missed" in said.out


def subprocess_of(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    source = str(Path(cli.__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {source!r}); from decarb.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )


def test_a_real_process_keeps_its_streams_and_exit_codes_apart(tmp_path: Path) -> None:
    (tmp_path / "path.csv").write_text(MEETS_ALL.replace("-10", "10"), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(park(CAPACITY, "4.8"), encoding="utf-8")
    judged = subprocess_of(tmp_path, "check", "path.csv", "--json")
    assert judged.returncode == 3 and judged.stderr.startswith("path.csv: ")
    assert json.loads(judged.stdout)["residual_2060"] == 10.0
    refused = subprocess_of(tmp_path, "validate", "bad.yaml")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        f'bad.yaml:{place(PARK, CAPACITY)}: wind.capacity: 4.8 has no unit; write "4.8 MW"'
    ]


@pytest.mark.parametrize(("holds", "code"), [(True, 0), (False, 3)])
def test_solve_says_where_a_target_holds_and_exits_three_where_nowhere(
    decarb: Call, monkeypatch: pytest.MonkeyPatch, holds: bool, code: int
) -> None:
    asked: list[object] = []

    class Answer:
        intervals = (object(),) if holds else ()

        def to_dict(self) -> dict[str, bool]:
            return {"holds": holds}

        def __str__(self) -> str:
            return "the answer"

    def solved(*arguments: object, progress: Callable[[int, int], None]) -> Answer:
        progress(1, 1)
        asked.extend(arguments)
        return Answer()

    monkeypatch.setattr("decarb.analysis.solve.solve_for", solved)
    words = ("solve", "china-2060", "--target", "ndc-2035", "--lever", "capture.level", "--bounds", "0.4:0.9")
    said = decarb(*words)
    assert (said.code, said.out) == (code, "the answer\n")
    assert asked[1:] == [["ndc-2035"], "capture.level", ["0.4", "0.9"]]
    assert json.loads(decarb(*words, "--json").out) == {"holds": holds}


def test_solve_refuses_a_range_without_two_ends(decarb: Call, no_run: None) -> None:
    said = decarb("solve", "china-2060", "--target", "ndc-2035", "--lever", "capture.level", "--bounds", "0.4")
    assert (said.code, said.out) == (2, "") and "write it like 0.5:1" in said.err
