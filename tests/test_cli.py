"""The command line: bad input is told with its place, nothing is left behind, and exit codes mean what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from decarb import cli
from decarb.analysis.run import Results
from decarb.report import folder as folders
from decarb.variables import shipped

PARK = shipped("scenarios", "parks/yizhuang.yaml").read_text(encoding="utf-8")
SCENARIO = shipped("scenarios", "china-2060.yaml").read_text(encoding="utf-8")
MEETS_ALL = "year,co2 [Mt CO2/yr]\n2020,11000\n2025,12000\n2030,11000\n2050,2000\n2055,900\n2060,-10\n"


@dataclass(frozen=True)
class Said:
    """What one call of the command line gave."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def decarb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["decarb", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return Said(int(stopped.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a command starts to compute."""

    def refuse(scenario: object) -> Results:
        raise AssertionError("this was to be refused before the run")

    monkeypatch.setattr("decarb.analysis.run.run", refuse)


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
BAD_PARKS: dict[str, tuple[str | bytes, str]] = {
    "no unit": (park(CAPACITY, "4.8"), 'bad.yaml:8:13: wind.capacity: 4.8 has no unit; write "4.8 MW"'),
    "kW for kWh": (park('"2 MWh"', '"2 MW"'), 'bad.yaml:15:18: store.energy_rating: "2 MW" is power, expected energy'),
    "kWh for kW": (park(CAPACITY, '"4.8 MWh"'), 'bad.yaml:8:13: wind.capacity: "4.8 MWh" is energy, expected power'),
    "CO2e for CO2": (park("kg CO2/kWh", "kg CO2e/kWh"), "bad.yaml:30:14: grid_factor: "),
    "knots": (park(CAPACITY, '"10 kt"'), 'bad.yaml:8:13: wind.capacity: "10 kt" is mass'),
    "unknown unit": (park(CAPACITY, '"4.8 MV"'), "bad.yaml:8:13: wind.capacity: "),
    "unknown key": (park("capacity:", "capasity:"), "bad.yaml:8:3: wind.capasity: unknown key; did you mean capacity?"),
    "missing key": (park("province: Beijing\n", ""), "bad.yaml:3:1: province: this key is missing"),
    "negative": (park(CAPACITY, '"-4.8 MW"'), "bad.yaml:8:13: wind.capacity: -4.8 MW is outside 0 to 100000 MW"),
    "NaN with a unit": (park(CAPACITY, '"NaN MW"'), 'bad.yaml:8:13: wind.capacity: "NaN MW" is not a plain number'),
    "NaN": (park("0.845", ".nan"), "bad.yaml:16:26: store.round_trip_efficiency: nan is not a finite number"),
    "infinity": (park("0.845", ".inf"), "bad.yaml:16:26: store.round_trip_efficiency: inf is not a finite number"),
    "overflow": (park(CAPACITY, '"1e999 MW"'), 'bad.yaml:8:13: wind.capacity: "1e999 MW" is not a finite number'),
    "tower of powers": (park(CAPACITY, '"9**9**9 MW"'), "bad.yaml:8:13: wind.capacity: "),
    "comma": (park(CAPACITY, '"4,8 MW"'), 'bad.yaml:8:13: wind.capacity: "4,8 MW" has a comma in its number'),
    "full-width": (park(CAPACITY, '"４．８ MW"'), "bad.yaml:8:13: wind.capacity: "),
    "no choice": (park("province: Beijing", "province: Bejing"), "bad.yaml:6:11: province: 'Bejing' is no province"),
    "low above high": (park('"800 h/yr"', '"1800 h/yr"'), "bad.yaml:32:25: ranges.wind_full_load_hours: low 1800 h/yr"),
    "full below empty": (park("_charge: 0.1", "_charge: 0.95"), "bad.yaml:14:3: store: minimum_state_of_charge lies"),
    "hours without a unit": (park('"1150 h/yr"', "1150"), 'full_load_hours: 1150 has no unit; write "1150 h/yr"'),
    "no load": (park('"14 GWh/yr"', '"0 GWh/yr"'), "bad.yaml:21:11: load.annual: 0 GWh/yr is outside"),
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
    "tag": (park(CAPACITY, '!!python/object/apply:os.system ["ls"]'), "bad.yaml:8:13: wind.capacity: the YAML tag"),
    "twice": (park("kind: park", "kind: park\nkind: park"), "bad.yaml:4:1: kind: written twice"),
    "too large": ("# " + "x" * 99 + "\n" + "# y\n" * 400_000, "bad.yaml: is larger than 1 MiB"),
    "outside": (park("kind: park", "extends: ../b.yaml"), 'bad.yaml:3:10: extends: "../b.yaml" is no shipped name'),
    "absolute": (park("kind: park", "extends: /etc/other.yaml"), "bad.yaml:3:10: extends: "),
}  # fmt: skip
BAD_SCENARIOS: dict[str, tuple[str, str]] = {
    "years out of order": (
        SCENARIO + 'economy:\n  gdp_growth: {2035: "4 %/yr", 2030: "5 %/yr"}\n',
        "bad.yaml:17:15: economy.gdp_growth: the year 2030 comes after 2035; sort the years",
    ),
    "no years": (
        SCENARIO + "economy:\n  gdp_growth: {}\n",
        "bad.yaml:17:15: economy.gdp_growth: 0 entries are too few",
    ),
    "an observed year": (
        SCENARIO + 'economy:\n  gdp_growth: {2010: "4 %/yr"}\n',
        "bad.yaml:17:16: economy.gdp_growth.2010: 2010 is less than 2026",
    ),
    "CO2e for CO2": (
        SCENARIO + 'land:\n  co2_2060: "-1000 Mt CO2e/yr"\n',
        'bad.yaml:17:13: land.co2_2060: "-1000 Mt CO2e/yr" is mass of CO2e / time, expected mass of CO2 / time',
    ),
    "shares over 1": (
        SCENARIO + "capture:\n  origin: {fossil: 0.5, process: 0.5, biomass: 0.5, air: 0.5}\n",
        "bad.yaml:17:11: capture.origin: the four shares add to 2",
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
    "a park": (PARK, "bad.yaml:3:7: kind: this is a park, no scenario"),
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
    assert_refused(said, 'windy.yaml:8:13: park.wind.capacity: 5 has no unit; write "5 MW"', tmp_path,
                   {"windy.yaml", "mine.yaml"})  # fmt: skip


def test_all_faults_of_a_file_are_told_at_once(decarb: Call) -> None:
    faulty = park(CAPACITY, "5").replace('"2 MWh"', '"2 MW"').replace("diesel:", "deisel:")
    Path("bad.yaml").write_text(faulty, encoding="utf-8")
    keys = [line.split(": ")[1] for line in decarb("validate", "bad.yaml").err.splitlines()]
    assert keys == ["wind.capacity", "store.energy_rating", "fuels.diesel", "fuels.deisel"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "china-2061"], "china-2061: no shipped file is called"),
        (["run", "mine.yaml"], "mine.yaml: no such file"),
        (["validate", "."], ".: "),
        (["check", "nothing.csv"], "nothing.csv: is not there"),
        (["check", "."], "this folder holds no run.json of decarb"),
        (["run", "china-2060", "--set", "seed=x"], '--set seed: seed: "x" is not a whole number'),
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


@pytest.mark.parametrize("name", ["china-2060", "clone-yizhuang", "yizhuang"])
def test_what_is_shipped_is_valid(name: str, decarb: Call) -> None:
    said = decarb("validate", name)
    assert (said.code, said.err) == (0, "")
    assert f"'{name}' is valid" in said.out


def test_a_run_with_settings_writes_all_files_and_says_where(decarb: Call, tmp_path: Path) -> None:
    said = decarb("run", "china-2060", "--set", "seed=7", "--set", "land_view=bookkeeping", "--out", "mine")
    assert said.code == 0
    for part in ("peak-2030", "neutral-2060-ghg", "fail", "Base year 2021", "claims beside physics", "written to mine"):
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
    assert said.code == 1 and "results" in said.err and "Traceback" not in said.err
    assert Path("results").read_text(encoding="utf-8") == "mine"


def test_json_is_the_object_of_verdict_json_alone(decarb: Call, run_folder: Path, ready_run: Results) -> None:
    written = (run_folder / "verdict.json").read_text(encoding="utf-8")
    from_folder = decarb("check", run_folder, "--json")
    assert (from_folder.code, from_folder.out) == (3, written)
    assert decarb("check", "china-2060", "--json").out == written


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
    held = [item for item in held if not item["target"].startswith("intensity")]  # GDP is not in the file
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
    assert (said.code, said.err) == (code, "")
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
    assert (judged.returncode, judged.stderr) == (3, "")
    assert json.loads(judged.stdout)["residual_2060"] == 10.0
    refused = subprocess_of(tmp_path, "validate", "bad.yaml")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == ['bad.yaml:8:13: wind.capacity: 4.8 has no unit; write "4.8 MW"']
