"""Words stand in both languages for whatever the model can name."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from decarb.analysis.park import ParkResults
from decarb.analysis.run import Results
from decarb.errors import DataError
from decarb.pathway.targets import TARGETS
from decarb.report import words
from decarb.report.words import labels, named, phrase


def test_everything_a_run_counts_over_has_a_name(results: Results, yizhuang_results: ParkResults) -> None:
    annual = results.annual
    for kind in ("province", "sector", "store", "level", "archetype", "lever"):
        for name in annual[kind].values:
            assert named(kind, str(name), "zh") and named(kind, str(name))
    for kind in ("technology", "store", "use"):
        for name in yizhuang_results.annual[kind].values:
            assert named(kind, str(name), "zh")
    for target in TARGETS:
        assert named("target", target.id) != named("target", target.id, "zh")
    for name in results.cost["lever"].values:
        assert named("lever", str(name), "zh")


def test_places_of_a_phrase_have_names_in_both_languages() -> None:
    for (kind, name), said in labels().items():
        for text in said.values():
            places = (
                [place for _, place, _, _ in Formatter().parse(text) if place is not None] if kind == "phrase" else []
            )
            assert all(place.isidentifier() for place in places), (kind, name)


def test_no_name_stands_twice_in_a_kind_so_that_none_is_mistaken() -> None:
    for kind in ("province", "sector", "store", "target", "lever", "use", "flow"):
        for language in ("en", "zh"):
            own = [said[language] for (of, _), said in labels().items() if of == kind]
            assert len(own) == len(set(own)), (kind, language)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(DataError, match=r'no province is called "Beijin"; did you mean "Beijing"'):
        named("province", "Beijin")
    with pytest.raises(DataError, match='write "en" or "zh"'):
        named("province", "Beijing", "de")


def test_a_phrase_is_filled() -> None:
    assert phrase("peak-by", "zh", year=2030) == "2030年前达峰"


@pytest.mark.parametrize(
    "rows",
    ["kind,name,en\n", "kind,name,en,zh\na,b,c,\n", "kind,name,en,zh\na,b,c,d\na,b,e,f\n", "kind,name,en,zh\na,b,c\n"],
)
def test_a_faulty_table_is_refused_with_its_line(rows: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "labels.csv").write_text(rows, encoding="utf-8")
    monkeypatch.setattr(words, "shipped", lambda kind, name: tmp_path / name)
    with pytest.raises(DataError, match=r"labels\.csv:\d"):
        labels.__wrapped__()
