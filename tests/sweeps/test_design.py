"""Sweep files: what they may say, and how every fault is told before a lever is looked up."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from decarb.errors import CallError, InputError
from decarb.sweeps.design import SweepDesign, load_sweep, shipped_sweeps
from decarb.units import Quantity
from decarb.variables import shipped

UNIFORM = "  capture.level: {distribution: uniform}\n"
DRAWN = "base: china-2060\naxes:\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a file in a fresh working folder and name it as a user there would."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "mine.yaml") -> Path:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
        return Path(name)

    return write


def faults(path: Path | str, settings: list[str] | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_sweep(path, settings or [])
    return str(caught.value).splitlines()


def test_a_design_says_what_its_file_says(write: Callable[..., Path]) -> None:
    text = """
    description: Growth and the rollout.
    base: china-2060
    method: latin-hypercube
    scenarios: 500
    seed: 9
    dispatch: direct
    axes:
      rollout.growth: {distribution: triangular, low: "8 %/yr", mode: "12 %/yr", high: "20 %/yr"}
      "power.*.capacity:factor": {distribution: log-normal, median: 1, spread: 1.2, high: 2}
      capture.level: {distribution: choice, values: [40 %, 0.2, 0.6], weights: [1, 1, 2]}
      power.wind.full_load_hours: {distribution: normal, mean: 2200 h/yr, deviation: 100 h/yr, low: 1900 h/yr}
    correlations:
      - {between: [rollout.growth, capture.level], value: -0.3}
    """
    design = load_sweep(write(text))
    assert (design.name, design.base, design.method, design.scenarios) == ("mine", "china-2060", "latin-hypercube", 500)
    assert (design.seed, design.dispatch, design.description) == (9, "direct", "Growth and the rollout.")
    growth, capacity, level, hours = design.axes
    assert (growth.name, growth.low, growth.high) == ("rollout.growth", Quantity(8, "%/yr"), Quantity(20, "%/yr"))
    assert capacity.stated == {"high": Quantity(2, "1"), "median": Quantity(1, "1"), "spread": 1.2}
    assert (level.low, level.high) == (Quantity(0.2, "1"), Quantity(0.6, "1")), "of values the least and greatest"
    assert (hours.low, hours.high) == (Quantity(1900, "h/yr"), None)
    assert growth.place("mode").endswith("mine.yaml:9:71")
    assert design.ranks == ((1, 0, -0.3, 0), (0, 1, 0, 0), (-0.3, 0, 1, 0), (0, 0, 0, 1))


def test_what_is_left_out_has_a_default(write: Callable[..., Path]) -> None:
    design = load_sweep(write(DRAWN + UNIFORM))
    assert (design.method, design.scenarios, design.seed, design.dispatch) == ("sobol", 10_000, 1, "auto")
    assert design.ranks is None and design.axes[0].low is None


def test_a_design_goes_through_json_and_pickle(write: Callable[..., Path]) -> None:
    design = load_sweep(write(DRAWN + UNIFORM + '  rollout.delay: {distribution: choice, values: ["1 yr", "3 yr"]}\n'))
    said = json.loads(json.dumps(design.to_dict(), allow_nan=False))
    assert said["axes"][1] == {"name": "rollout.delay", "distribution": "choice", "values": ["1 yr", "3 yr"]}
    assert pickle.loads(pickle.dumps(design)) == design


def test_the_digest_follows_what_is_said_and_not_where(write: Callable[..., Path]) -> None:
    one = load_sweep(write(DRAWN + UNIFORM))
    assert load_sweep(write(f"# a remark\n{DRAWN}{UNIFORM}", "elsewhere/mine.yaml")).digest == one.digest
    assert load_sweep(Path("mine.yaml"), ["seed=2"]).digest != one.digest


@pytest.mark.parametrize("name", ["national-uncertainty", "storage-mix"])
def test_a_shipped_sweep_is_found_by_its_name(name: str) -> None:
    assert name in shipped_sweeps()
    design = load_sweep(name)
    assert design.name == name and design.path == shipped("scenarios", f"sweeps/{name}.yaml")
    assert isinstance(design, SweepDesign) and design.axes


def test_a_sweep_extends_another_and_settings_go_on_top(write: Callable[..., Path]) -> None:
    design = load_sweep(write("extends: storage-mix\nscenarios: 7\nseed: 5\n"), {"seed": 6})
    assert (design.scenarios, design.seed, design.axes) == (7, 6, load_sweep("storage-mix").axes)


def test_all_problems_are_told_at_once_with_their_places(write: Callable[..., Path]) -> None:
    text = """base: china-2o60
method: soboll
seed: -1
axes:
  a: {distribution: unifrom}
  b: {distribution: uniform, low: 3 MW, high: 2 MW}
  c: {distribution: normal, deviation: "1,5 MW"}
scenaros: 5
"""
    assert faults(write(text)) == [
        'mine.yaml:2:9: method: "soboll" is no choice here; did you mean sobol?',
        "mine.yaml:3:7: seed: -1 is less than 0; write 0 or more",
        'mine.yaml:5:21: axes.a.distribution: "unifrom" is no choice here; did you mean uniform?',
        "mine.yaml:6:6: axes.b: low 3 MW does not lie below high 2 MW; write the smaller one as low",
        'mine.yaml:7:40: axes.c.deviation: "1,5 MW" has a comma in its number; write "1.5 MW"',
        "mine.yaml:8:1: scenaros: unknown key; did you mean scenarios?",
        'mine.yaml:1:7: base: no shipped scenario is called "china-2o60"; did you mean "china-2060"?',
    ]


BODIES = {
    "{distribution: uniform, low: 1 MW, high: 2 yr}": "another kind",
    "{distribution: uniform, mode: 1 MW}": "unknown key",
    "{distribution: triangular, low: 1 %/yr, mode: 3 %/yr, high: 2 %/yr}": "mode 3 %/yr lies beyond high",
    "{distribution: normal}": "deviation: this key is missing",
    "{distribution: normal, deviation: 0 MW}": "not greater than 0",
    "{distribution: normal, mean: 1 MW, deviation: 1 h}": "another kind",
    "{distribution: log-normal, median: 1, spread: 1}": "1 is not greater than 1",
    "{distribution: log-normal, median: -1 MW, spread: 1.5}": "not greater than 0",
    "{distribution: choice, values: [1]}": "entries are too few",
    "{distribution: choice, values: [1, 100 %]}": "stands twice",
    "{distribution: choice, values: [1, 2], weights: [1]}": "1 weights for 2 values",
    "{distribution: choice, values: [1, 2], weights: [0, 0]}": "all weights are 0",
    "{distribution: choice, values: [1, 2], weights: [1, -1]}": "less than 0",
    "{distribution: grid, values: [1, 2], points: 3}": "either values or points",
    "{distribution: grid, values: [1, 2], low: 3}": "no low or high",
    "{low: 1, high: 2}": "distribution: this key is missing",
    "uniform": "not a mapping",
}


@pytest.mark.parametrize("body", BODIES)
def test_an_axis_that_says_no_distribution_is_refused_at_its_place(write: Callable[..., Path], body: str) -> None:
    found = faults(write(f"{DRAWN}  x: {body}\n"))
    assert len(found) == 1 and BODIES[body] in found[0] and found[0].startswith("mine.yaml:3:")


@pytest.mark.parametrize(("method", "body", "said"), [
    ("grid", "{distribution: uniform}", "uniform is no grid"),
    ("grid", "{distribution: choice, values: [1, 2], weights: [1, 2]}", "weights have no meaning in a grid"),
    ("sobol", "{distribution: grid, points: 3}", "a grid is not drawn"),
    ("saltelli", "{distribution: grid, points: 3}", "a grid is not drawn"),
])  # fmt: skip
def test_a_method_takes_only_axes_it_can_sample(write: Callable[..., Path], method: str, body: str, said: str) -> None:
    found = faults(write(f"base: china-2060\nmethod: {method}\naxes:\n  x: {body}\n"))
    assert len(found) == 1 and said in found[0] and found[0].startswith("mine.yaml:4:")


def test_a_grid_has_the_size_of_its_axes(write: Callable[..., Path]) -> None:
    text = "base: china-2060\nmethod: grid\naxes:\n  a: {distribution: grid, points: 7}\n"
    text += "  b: {distribution: choice, values: [1, 2, 3]}\n"
    assert load_sweep(write(text)).scenarios == 21  # 7 * 3
    assert "its own size, here 21" in faults(write(f"scenarios: 5\n{text}"))[0]
    many = "".join(f"  x{number}: {{distribution: grid, points: 1000}}\n" for number in range(4))
    assert "a grid of 2.1e+13 scenarios" in faults(write(text + many))[0]  # 21 * 1000**4


@pytest.mark.parametrize("count", [0, 61])
def test_a_sweep_has_from_one_to_sixty_axes(write: Callable[..., Path], count: int) -> None:
    axes = "".join(f"  x{number}: {{distribution: uniform}}\n" for number in range(count))
    found = faults(write(DRAWN + axes if count else "base: china-2060\n"))
    assert len(found) == 1 and ("61 axes are too many" if count else "without an axis") in found[0]


THREE = "".join(f"  {name}: {{distribution: uniform}}\n" for name in "abc")


@pytest.mark.parametrize(("pairs", "said"), [
    ("[{between: [a, aa], value: 0.3}]", '"aa" is no axis; did you mean "a"?'),
    ("[{between: [a, a], value: 0.3}]", "with itself"),
    ("[{between: [a, b], value: 0.3}, {between: [b, a], value: 0.2}]", "stand twice"),
    ("[{between: [a, b], value: 1}]", "not less than 1"),
    # With 0.9, 0.9 and -0.9 the determinant 1 + 2 r s t - r^2 - s^2 - t^2 is negative: no three variables do so.
    ("[{between: [a, b], value: 0.9}, {between: [b, c], value: 0.9}, {between: [a, c], value: -0.9}]", "contradict"),
])  # fmt: skip
def test_correlations_that_cannot_be_are_refused(write: Callable[..., Path], pairs: str, said: str) -> None:
    found = faults(write(f"{DRAWN}{THREE}correlations: {pairs}\n"))
    assert said in found[0] and found[0].startswith("mine.yaml:6:")


def test_saltelli_takes_no_correlations(write: Callable[..., Path]) -> None:
    text = f"method: saltelli\n{DRAWN}{THREE}correlations: [{{between: [a, b], value: 0.3}}]\n"
    assert "its indices need independent axes" in faults(write(text))[0]


@pytest.mark.parametrize(
    "base", ["../china.yaml", "/etc/china.yaml", "a/../../china.yaml", "china.csv", "c:china.yaml"]
)
def test_a_base_outside_the_folder_is_refused(write: Callable[..., Path], base: str) -> None:
    found = faults(write(f"base: {base}\naxes:\n{UNIFORM}"))
    assert len(found) == 1 and "is no YAML file beside this one" in found[0]


def test_a_base_that_a_link_leads_outside_is_refused(write: Callable[..., Path], tmp_path: Path) -> None:
    write("kind: scenario\n", "outside.yaml")
    path = write(f"base: link.yaml\naxes:\n{UNIFORM}", "inside/mine.yaml")
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    assert "leads outside its folder" in faults(path)[0]


def test_a_base_beside_the_file_is_taken(write: Callable[..., Path]) -> None:
    write("kind: scenario\n", "folder/own.yaml")
    path = write(f"base: own.yaml\naxes:\n{UNIFORM}", "folder/mine.yaml")
    assert load_sweep(path).base == Path("folder/own.yaml")
    assert load_sweep(path).to_dict()["base"] == "own.yaml"
    assert "write own.yaml" in faults(write(f"base: own\naxes:\n{UNIFORM}", "folder/mine.yaml"))[0]


def test_the_columns_of_a_table_are_the_axes(write: Callable[..., Path]) -> None:
    write("capture.level,rollout.growth\n%,%/yr\n40,8\n20,12\n30,9\n", "points.csv")
    design = load_sweep(write("base: china-2060\nmethod: table\ntable: points.csv\n"))
    assert (design.scenarios, design.table) == (3, Path("points.csv"))
    assert [(axis.name, axis.distribution) for axis in design.axes] == [
        ("capture.level", "table"), ("rollout.growth", "table"),
    ]  # fmt: skip
    assert (design.axes[0].low, design.axes[0].high) == (Quantity(20, "%"), Quantity(40, "%"))
    write("capture.level,rollout.growth\n%,%/yr\n40,8\n20,12\n30,10\n", "points.csv")
    assert load_sweep(Path("mine.yaml")).digest != design.digest, "the digest follows the table"


def test_a_table_and_its_method_go_together(write: Callable[..., Path]) -> None:
    write("x\n1\n1\n2\n", "points.csv")
    assert "table needs a file" in faults(write("base: china-2060\nmethod: table\n"))[0]
    assert "reads no table" in faults(write(f"table: points.csv\n{DRAWN}{UNIFORM}"))[0]
    assert "are its columns" in faults(write(f"table: points.csv\nmethod: table\n{DRAWN}{UNIFORM}"))[0]
    assert (
        "its own size, here 2" in faults(write("base: china-2060\nmethod: table\ntable: points.csv\nscenarios: 3\n"))[0]
    )
    assert "no CSV file beside" in faults(write("base: china-2060\nmethod: table\ntable: ../points.csv\n"))[0]


def test_faults_of_a_setting_stand_where_it_was_set() -> None:
    assert faults("storage-mix", ["seed=x"]) == ['--set seed: "x" is not a whole number; write a whole number']
    assert "an axis has dots of its own" in faults("storage-mix", ["axes.park.pv.capacity.low=1 MW"])[0]


def test_a_name_that_is_no_sweep_says_what_it_is(write: Callable[..., Path]) -> None:
    write(f"base: china-2060\naxes:\n{UNIFORM}")
    assert "is a scenario, no sweep" in faults("china-2060")[0]
    assert "did you mean mine.yaml?" in faults("mine")[0]
    assert "did you mean storage-mix?" in faults("storage-mx")[0]
    assert "this is a scenario, no sweep" in faults(write("kind: scenario\nname: x\n"))[0]
    with pytest.raises(CallError, match="a int is no name of a sweep"):
        load_sweep(5)  # type: ignore[arg-type]
