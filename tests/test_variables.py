"""The dictionary is complete, consistent and bilingual."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import decarb.variables
from decarb.errors import DataError
from decarb.variables import did_you_mean, label, read_variables, shipped, variable, variables

HEADER = "variable,unit,dims,label_en,label_zh,iamc,minimum,maximum,description\n"
GOOD = "load,kW,province time,Load,负荷,,0,1000,Mean power\n"


def dictionary(folder: Path, text: str) -> Path:
    path = folder / "variables.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_keeps_all_nine_cells(tmp_path: Path) -> None:
    entry = read_variables(dictionary(tmp_path, HEADER + GOOD))["load"]
    assert (entry.unit, entry.dims, entry.label_zh) == ("kW", ("province", "time"), "负荷")
    assert (entry.minimum, entry.maximum, entry.iamc, entry.description) == (0.0, 1000.0, "", "Mean power")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD + GOOD, "variables.csv:3: load: stands twice"),
        (GOOD.replace("kW", "kWW"), 'variables.csv:2: load: unit "kWW"'),
        (GOOD.replace("time", "tyme"), '"tyme" is no dimension; did you mean "time"?'),
        (GOOD.replace("负荷", " "), "variables.csv:2: load: has no label_zh"),
        (GOOD.replace("0,1000", "1000,0"), "does not rise"),
        (GOOD.replace("0,1000", "5,5"), "does not rise"),
        (GOOD.replace("0,1000", "nan,1"), "does not rise"),
        (GOOD.replace("0,1000", ",1000"), "is no pair of numbers"),
        (GOOD.replace(",0,", ","), "8 cells, not 9"),
    ],
)
def test_a_bad_entry_is_refused_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        read_variables(dictionary(tmp_path, HEADER + row))


def test_all_bad_entries_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        read_variables(dictionary(tmp_path, HEADER + GOOD.replace("kW", "??") + GOOD.replace("Load", "")))
    assert [line.split(" ")[0] for line in str(refused.value).splitlines()] == ["variables.csv:2:", "variables.csv:3:"]


def test_another_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"variables\.csv:1: found columns"):
        read_variables(dictionary(tmp_path, HEADER.replace("iamc", "iam") + GOOD))


def test_every_label_is_chinese_in_chinese_and_ascii_in_english() -> None:
    for name in variables():
        assert re.search("[\u4e00-\u9fff]", label(name, "zh")), name
        assert label(name).isascii(), name


def test_labels_tell_variables_apart() -> None:
    for language in ("en", "zh"):
        labels = [label(name, language) for name in variables()]
        assert sorted(set(labels)) == sorted(labels)


def test_the_shipped_dictionary_stands_in_order() -> None:
    assert list(variables()) == sorted(variables())


def test_an_unknown_name_is_met_with_the_nearest() -> None:
    with pytest.raises(DataError, match=r'"generatoin" is no variable; did you mean "generation"'):
        variable("generatoin")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(DataError, match='"fr" is no language'):
        label("generation", "fr")  # type: ignore[arg-type]


def test_advice_without_a_near_name_lists_a_few() -> None:
    assert did_you_mean("zzzz", tuple("abcdefghij")) == "known: a, b, c, d, e, f, g, h, ..."


def test_the_checkout_comes_before_the_installed_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "decarb"
    monkeypatch.setattr(decarb.variables, "__file__", str(package / "variables.py"))
    with pytest.raises(DataError, match="neither beside nor inside"):
        shipped("data")
    for root in (package / "_shipped", tmp_path):  # the wheel alone first, then a checkout around it
        (root / "data").mkdir(parents=True)
        (root / "data" / "sources.yaml").touch()
        assert shipped("data", "a.csv") == (root / "data" / "a.csv").resolve()
        assert shipped("scenarios") == (root / "scenarios").resolve()
