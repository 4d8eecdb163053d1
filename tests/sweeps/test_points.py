"""A user's own table of scenarios: its units, and every cell that is no number."""

from __future__ import annotations

from pathlib import Path

import pytest

from decarb.errors import InputError
from decarb.sweeps import points
from decarb.sweeps.points import points_of, read_points


def table(folder: Path, text: str) -> Path:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path, units: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_points(path, units or {})
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def test_columns_come_in_the_units_of_their_axes(tmp_path: Path) -> None:
    path = table(tmp_path, '"a, b",size\n%,kW\n50,1000\n25,2500\n')
    assert read_points(path, {"a, b": "1", "size": "MW"}).tolist() == [[0.5, 1.0], [0.25, 2.5]]


def test_every_cell_that_is_no_number_is_told(tmp_path: Path) -> None:
    path = table(tmp_path, "a,b\n1,MW\n1,nan\nten,\n1e999,3\n")
    assert faults(path) == [
        '3:3: b: "nan" is no finite number; write a number',
        '4:1: a: "ten" is no finite number; write a number',
        '4:5: b: "" is no finite number; write a number',
        '5:1: a: "1e999" is no finite number; write a number',
    ]


@pytest.mark.parametrize(("text", "said"), [
    ("a,a\n1,1\n1,2\n", "1:3: a: the column stands twice"),
    ("a,\n1,1\n1,2\n", "1:3: a column without a name"),
    ("a,b\n1,\n1,2\n", "2:3: b: has no unit"),
    ("a,b\n1,mw\n1,2\n", '2:3: b: "mw" is not a unit; did you mean "MW"?'),
    ("a,b\n1,MW\n", "2:1: no row follows the units"),
    ("a,b\n1,MW\n1,2,3\n", "3:1: 3 cells where the header has 2"),
])  # fmt: skip
def test_a_table_that_cannot_be_read_says_where(tmp_path: Path, text: str, said: str) -> None:
    assert faults(table(tmp_path, text))[0].startswith(said)


def test_a_column_of_another_kind_than_its_axis_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, "a,b,c\nMWh,zone/yr,1\n1,2,3\n")
    found = faults(path, {"a": "MW", "b": "1/yr", "c": "1"})
    assert [one.split(": ")[:2] for one in found] == [["2:1", "a"], ["2:5", "b"]]


def test_a_table_too_long_to_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="at most 1e-05 MB are read"):
        points_of(table(tmp_path, "a,b\n1,MW\n1,2\n"))
