"""Files to begin from: valid as written, and valid with any one of their fields taken out of its comment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from decarb.errors import CallError, InputError
from decarb.report.starting import name_of, new_scenario
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.reading import Document, merge_mapping, read_document, read_yaml, validate
from decarb.scenario.scenario import load_park, load_scenario, stated_in
from decarb.scenario.schema import ScenarioSpec
from decarb.variables import shipped

FIELD = re.compile(r"# ( *)([a-z_0-9]+):( .*)?")


def uncommented(text: str) -> list[tuple[str, str]]:
    """Return, for each field in a comment, its key and the lines that take it and its headings out of the comment."""
    found, headings = [], {}
    for line in text.splitlines():
        match = FIELD.fullmatch(line)
        if match:
            depth = len(match[1])
            headings = {at: heading for at, heading in headings.items() if at < depth}
            if match[3]:
                found.append((match[2], "\n".join([*(one[2:] for one in headings.values()), line[2:]])))
            else:
                headings[depth] = line
    return found


def document(path: Path) -> Document:
    folders = [shipped("scenarios", inside) for inside in ("", "parks")]
    return read_document(
        path, shipped=lambda name: next(file for at in folders if (file := at / f"{name}.yaml").is_file())
    )


def test_a_new_scenario_is_what_it_extends_under_its_own_name(tmp_path: Path) -> None:
    new, base = load_scenario(new_scenario(tmp_path / "My plan.yaml")).spec, load_scenario("china-2060").spec
    assert new.name == "my-plan"
    assert new.model_copy(update={"name": base.name, "description": base.description}) == base


@pytest.mark.parametrize(("base", "park", "language"), [
    ("china-2060", False, "en"), ("late-peak", False, "zh"), ("electronics", True, "en"),
])  # fmt: skip
def test_each_field_validates_out_of_its_comment_(tmp_path: Path, base: str, park: bool, language: str) -> None:
    model = ParkSpec if park else ScenarioSpec
    path = new_scenario(tmp_path / "mine.yaml", base, park=park, language=language)
    as_written, fields = document(path), uncommented(path.read_text("utf-8"))
    assert len(fields) > (30 if park else 120)
    for key, lines in fields:
        (tmp_path / "one.yaml").write_text(lines, encoding="utf-8")
        changed = merge_mapping(as_written, read_yaml(tmp_path / "one.yaml").data)
        assert validate(model, changed), key


def test_all_fields_together_validate_too(tmp_path: Path) -> None:
    text = new_scenario(tmp_path / "mine.yaml").read_text("utf-8")
    every = "\n".join(line[2:] if FIELD.fullmatch(line) else line for line in text.splitlines())
    (tmp_path / "every.yaml").write_text(every, encoding="utf-8")
    new, base = load_scenario(tmp_path / "every.yaml").spec, load_scenario("china-2060").spec
    assert str(new.rollout.growth) == "13.1 %/yr" and new.park.wind == base.park.wind


def test_a_comment_says_unit_range_and_default_with_its_source(tmp_path: Path) -> None:
    text = new_scenario(tmp_path / "mine.yaml").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("#   growth:")]
    assert line.startswith(
        '#   growth: "13.1 %/yr"  # growth of adoption; 0 to 200 %/yr; data/: 13.1 %/yr, 8 to 20 %/yr ('
    )
    assert text.startswith("# yaml-language-server: $schema=scenario.schema.json\n")


def test_a_new_park_is_what_it_extends(tmp_path: Path) -> None:
    new, base = load_park(new_scenario(tmp_path / "own.yaml", park=True)), load_park("yizhuang")
    assert new.model_copy(update={"name": base.name, "description": base.description}) == base


def test_a_new_park_can_begin_from_that_of_a_scenario_in_a_workbook_alone(tmp_path: Path) -> None:
    assert load_park(new_scenario(tmp_path / "own.xlsx", "high-storage", park=True)).name == "own"
    with pytest.raises(CallError, match="is a scenario"):
        new_scenario(tmp_path / "own.yaml", "high-storage", park=True)


def test_a_workbook_begins_with_all_that_is_stated(tmp_path: Path) -> None:
    new = load_scenario(new_scenario(tmp_path / "mine.xlsx", "late-peak"))
    assert {**new.stated, "name": "late-peak"} == dict(stated_in("late-peak"))
    park = load_park(new_scenario(tmp_path / "own.xlsx", "chemicals", park=True))
    assert park.model_copy(update={"name": "chemicals"}) == load_park("chemicals")


def test_a_file_beside_is_extended_by_its_name_and_another_is_refused(tmp_path: Path) -> None:
    first = new_scenario(tmp_path / "first.yaml")
    assert "extends: first.yaml" in new_scenario(tmp_path / "second.yaml", first).read_text("utf-8").replace('"', "")
    assert load_scenario(tmp_path / "second.yaml").name == "second"
    (tmp_path / "other").mkdir()
    with pytest.raises(CallError, match="is not beside"):
        new_scenario(tmp_path / "other" / "third.yaml", first)


def test_what_stands_is_kept_and_a_wrong_call_is_told(tmp_path: Path) -> None:
    path = new_scenario(tmp_path / "mine.yaml")
    with pytest.raises(CallError, match="exists"):
        new_scenario(path)
    with pytest.raises(CallError, match=r"ends in \.yaml or \.xlsx"):
        new_scenario(tmp_path / "mine.txt")
    with pytest.raises(CallError, match="is a park"):
        new_scenario(tmp_path / "own.yaml", "yizhuang")
    with pytest.raises(InputError, match="did you mean"):
        new_scenario(tmp_path / "own.yaml", "china-2061")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize("stem", ["a" * 90, "规划", "A_b c", "-x-", "2060"])
def test_any_name_of_a_file_gives_a_name_that_is_allowed(stem: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name_of(Path(f"{stem}.yaml")))


def test_names_that_yaml_takes_for_other_things_stay_text(tmp_path: Path) -> None:
    assert load_scenario(new_scenario(tmp_path / "2060.yaml")).name == "2060"
    assert load_scenario(new_scenario(tmp_path / "no.yaml")).name == "no"
    assert load_scenario(new_scenario(tmp_path / "null.yaml")).name == "null"
