"""What a scenario file may hold, where each value came from, and how every fault is told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from decarb.errors import InputError, Problem, UnitError
from decarb.scenario.reading import (
    Document,
    Mark,
    apply_settings,
    merge_mapping,
    read_document,
    read_yaml,
    validate,
)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a file in a fresh working folder and name it as a user there would."""
    monkeypatch.chdir(tmp_path)

    def write(content: str | bytes, name: str = "mine.yaml") -> Path:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return Path(name)

    return write


def problems_of(call: Callable[..., object], *arguments: object, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        call(*arguments, **options)
    return caught.value.problems


def test_values_are_the_core_scalars_of_yaml_1_2(write: Callable[..., Path]) -> None:
    text = """
    words: [NO, on, yes, 1_000, 12:30, 2021-01-01, 0b11, ５, 4.8 MW, "5", 'null', 1.2.3, +0o7, .e3]
    nothing: [null, ~, Null, ]
    empty:
    flags: [true, False, TRUE]
    whole: [0, -12, +7, 010, 0o10, 0xfF]
    real: [1.5, 1e3, -.5, 5., 1E-2]
    block: |
      a: 1
      b
    2030: a year
    """
    assert read_yaml(write(text)).data == {
        "words": [
            "NO",
            "on",
            "yes",
            "1_000",
            "12:30",
            "2021-01-01",
            "0b11",
            "５",
            "4.8 MW",
            "5",
            "null",
            "1.2.3",
            "+0o7",
            ".e3",
        ],
        "nothing": [None, None, None],
        "empty": None,
        "flags": [True, False, True],
        "whole": [0, -12, 7, 10, 8, 255],
        "real": [1.5, 1000.0, -0.5, 5.0, 0.01],
        "block": "a: 1\nb\n",
        2030: "a year",
    }


def test_infinity_and_nan_are_read_as_numbers_for_the_schema_to_refuse(write: Callable[..., Path]) -> None:
    low, high, nan = read_yaml(write("a: [-.inf, .Inf, .NaN]")).data["a"]
    assert (low, high) == (float("-inf"), float("inf"))
    assert nan != nan


def test_marks_name_the_place_of_keys_and_values(write: Callable[..., Path]) -> None:
    document = read_yaml(
        write("name: 中国\npark:\n  wind: {capacity: 5 MW}\n  stores:\n    - a\n  empty:\n\nlast: 1\n")
    )
    assert str(document.marks["park", "wind", "capacity"]) == "mine.yaml:3:20"
    assert document.key_marks["park", "wind", "capacity"] == Mark("mine.yaml", 3, 10)
    assert document.marks["park", "stores", 0] == Mark("mine.yaml", 5, 7)
    assert document.marks["park", "empty"] == Mark("mine.yaml", 6, 3)
    assert document.marks[()] == Mark("mine.yaml", 1, 1)


BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "mine.yaml: is empty"),
        ("# only a comment\n\n", "mine.yaml: is empty"),
        ("--- ~\n", "mine.yaml: is empty"),
        ("- a\n- b\n", "mine.yaml:1:1: holds a list alone"),
        ("just text", 'mine.yaml:1:1: holds "just text" alone'),
        ("a: 1\n名: 中".encode("gb18030"), "mine.yaml:2:1: is not UTF-8 (it looks like GBK); save it as UTF-8"),
        ("中: 1\nb: ".encode() + b"\xff\n", "mine.yaml:2:4: is not UTF-8; save it as UTF-8"),
        (b"\xef\xbb\xbfa: 1", "mine.yaml: starts with a byte order mark (BOM); save it as UTF-8 without BOM"),
        ("a: 1".encode("utf-16"), "mine.yaml: is not UTF-8 (it looks like UTF-16); save it as UTF-8"),
        ("a: 1".encode("utf-16-be"), "mine.yaml: is no text (it holds NUL characters); save it as UTF-8"),
        ("a: 1\nb: \x07", "mine.yaml:2:4: holds the character U+0007; delete it"),
        ("a: b\u2028c", "mine.yaml:1:5: holds the character U+2028"),
        ('a: "x\\0"', "mine.yaml:1:4: a: holds the character U+0000"),
        ('a: "\\ud800"', "mine.yaml:1:4: a: holds the character U+D800"),
        ('a: "\\UFFFFFFFF"', "mine.yaml:1:1: what follows cannot be read"),
        ('a: "\\q"', "mine.yaml:1:6: YAML cannot be read: found unknown escape"),
        ("a:\n\t- b\n", "mine.yaml:2:1: a tab stands where YAML wants spaces; indent with spaces"),
        ("a: b: c", 'mine.yaml:1:5: no ":" can stand here'),
        ("a: 1\nfoo\nb: 2", 'mine.yaml:2:1: a key without its value; write "key: value"'),
        ('a: 1\nb: "x\n', "mine.yaml:2:4: a quote opens here and never closes"),
        ("a: [1,\n 2", "mine.yaml:1:4: a bracket opens here and is not well closed"),
        ("a:\n  - b\n c: 1", "mine.yaml:3:2: this does not fit the lines above"),
        ("a: @b", "mine.yaml:1:4: no value starts with this character; put the text in quotes"),
        ("a: 1\nb: {a: 2, a: 3}\na: 4", "mine.yaml:3:1: a: written twice (first at mine.yaml:1:1); keep one of them"),
        ("a: 1\nb: {a: 2, a: 3}\na: 4", "mine.yaml:2:11: b.a: written twice (first at mine.yaml:2:5)"),
        (
            "a: !!python/object:os.system x",
            'mine.yaml:1:4: a: the YAML tag "tag:yaml.org,2002:python/object:os.system" is',
        ),
        ("a: ! 1", 'mine.yaml:1:4: a: the YAML tag "!" is not read'),
        ("a: !t {b: 1}", 'mine.yaml:1:4: a: the YAML tag "!t" is not read'),
        ("&x a: 1", 'mine.yaml:1:1: the YAML anchor "&x" is not read'),
        ("!x a: 1", 'mine.yaml:1:1: the YAML tag "!x" is not read'),
        ("a: &x 1", 'mine.yaml:1:4: a: the YAML anchor "&x" is not read'),
        ("a: 1\nb: *x", 'mine.yaml:2:4: b: the YAML alias "*x" is not read'),
        ("a:\n  <<: {b: 1}", 'mine.yaml:2:3: a: the merge key "<<" is not read'),
        ("a: {true: 1}", 'mine.yaml:1:5: a: the key "true" is neither a word nor a whole number'),
        ("1.5: 1", 'mine.yaml:1:1: the key "1.5" is neither'),
        ("~: 1", 'mine.yaml:1:1: the key "~" is neither'),
        ('"": 1', 'mine.yaml:1:1: the key "" is neither'),
        ('"a\\nb": 1', r'mine.yaml:1:1: the key "a\nb" is neither'),
        ("? [a]\n: 1", "mine.yaml:1:3: a key that is no plain word or number"),
        ("a: 1\n---\nb: 2", "mine.yaml:2:1: a second document starts here"),
        ("%YAML 1.1\n---\na: no", 'mine.yaml:1:1: a line starts with "%"'),
        ("a: " + "9" * 31, "mine.yaml:1:4: a: a number of 31 digits"),
        ("a: " + "x" * 10_000, "mine.yaml:1:1: a line of 10,003 characters"),
        ("a: b\n" + "#\n" * 2**19, "mine.yaml: is larger than 1 MiB"),
        ("a:\n" + "- b\n" * 20_000, "mine.yaml:19999:3: more than 20,000 keys and values"),
        ("[" * 10_000, "mine.yaml:1:21: 0.0.0: nested more than 20 deep"),
        ("a: " + "{a: " * 2_000, "mine.yaml:1:80: a.a.a: nested more than 20 deep"),
        ("- " * 5_000, "mine.yaml:1:41: 0.0.0: nested more than 20 deep"),
        (BOMB, 'mine.yaml:2:8: b.0: the YAML alias "*a" is not read'),
    ],
)
def test_what_is_not_read_is_refused_at_its_place(
    content: str | bytes, message: str, write: Callable[..., Path]
) -> None:
    problems = problems_of(read_yaml, write(content))
    assert any(str(problem).startswith(message) for problem in problems), [*map(str, problems)]
    assert all(problem.fix for problem in problems)


@pytest.mark.parametrize(
    "content", ["a: " + "9" * 30, "a: " + "x" * 9_997, "a:\n" + "- b\n" * 19_997, "a: " + "[" * 19 + "]" * 19]
)
def test_the_bounds_themselves_are_allowed(content: str, write: Callable[..., Path]) -> None:
    assert list(read_yaml(write(content)).data) == ["a"]


def test_a_file_of_exactly_one_mebibyte_is_read(write: Callable[..., Path]) -> None:
    assert read_yaml(write("a: b\n#".ljust(99, "x") + "\n#" * (2**19 - 50) + "\n")).data == {"a": "b"}


def test_a_path_that_is_no_file_is_told_plainly(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    write("a: 1", "folder/mine.yaml")
    assert "folder: is a folder" in str(problems_of(read_yaml, "folder")[0])
    assert "none.yaml: no such file" in str(problems_of(read_yaml, "none.yaml")[0])
    assert "cannot be read" in str(problems_of(read_yaml, "nul\0.yaml")[0])

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read (Permission denied)" in str(problems_of(read_yaml, "folder/mine.yaml")[0])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "is no ordinary file" in str(problems_of(read_yaml, tmp_path / "pipe.yaml")[0])


printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=8)
keys = printable.filter(str.strip).filter(str.isprintable)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | printable
)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=12
)


@settings(max_examples=60, deadline=None)
@given(data=st.dictionaries(keys, trees, max_size=4))
@example(data={"no": "NO", "null": "null", "x": "1e3", "<<": "a: b", "y": [[], {}], "5": "5"})
def test_what_is_written_as_yaml_is_read_back_with_a_mark_for_each_value(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.yaml"
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    document = read_yaml(path)
    assert document.data == data
    assert set(document.marks) == paths_of(data)
    assert set(document.key_marks) <= set(document.marks)


def paths_of(data: Any, at: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return {at}.union(*(paths_of(value, (*at, key)) for key, value in items))


signs = st.sampled_from(
    ["a", ":", ": ", " ", "\n", "\n  ", "-", "- ", "?", "[", "]", "{", "}", ",", '"', "'", "|", ">", "&x ", "*x"]
)
more_signs = st.sampled_from(
    ["!", "!!str ", "#", "%", "\t", "\r", "\\", "---\n", "...\n", "<<", "0x", "5", "~", '"\\x', "中", "\ufeff"]
)


@settings(max_examples=200, deadline=None)
@given(
    raw=st.binary(max_size=60) | st.lists(signs | more_signs, max_size=30).map(lambda parts: "".join(parts).encode())
)
def test_any_bytes_give_a_document_or_an_input_error(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(raw)
    try:
        assert isinstance(read_yaml(path).data, dict)
    except InputError as error:
        assert all(problem.where.startswith(str(path)) and problem.found and problem.fix for problem in error.problems)


SHIPPED = {"china-2060": Path("shipped/china-2060.yaml"), "yizhuang": Path("shipped/parks/yizhuang.yaml")}


def read(path: str | Path) -> Document:
    return read_document(path, shipped=SHIPPED.get, shipped_names=SHIPPED)


@pytest.fixture
def shipped(write: Callable[..., Path]) -> Callable[..., Path]:
    """A folder with two shipped files, and a way to write more."""
    write(
        "seed: 1\npark: {extends: yizhuang}\nshare:\n  2030: 0.3\n  2060: 0.8\nlist: [1, 2]\n",
        "shipped/china-2060.yaml",
    )
    write("wind: {capacity: 4.8 MW, hub: 100}\npv: {capacity: 1.3 MW}\n", "shipped/parks/yizhuang.yaml")
    return write


def test_a_file_goes_over_what_it_extends_key_by_key(shipped: Callable[..., Path]) -> None:
    document = read(shipped("extends: china-2060\npark: {wind: {capacity: 9 MW}}\nlist: [3]\n"))
    assert document.data == {
        "seed": 1,
        "park": {"wind": {"capacity": "9 MW", "hub": 100}, "pv": {"capacity": "1.3 MW"}},
        "share": {2030: 0.3, 2060: 0.8},
        "list": [3],
    }
    assert str(document.marks["park", "wind", "capacity"]) == "mine.yaml:2:25"
    assert str(document.marks["park", "wind", "hub"]) == f"{SHIPPED['yizhuang']}:1:31"
    assert str(document.marks[("seed",)]) == f"{SHIPPED['china-2060']}:1:7"
    assert set(document.marks) == paths_of(document.data)
    assert document.path == Path("mine.yaml")


def test_a_path_over_the_years_replaces_the_one_below_whole(shipped: Callable[..., Path]) -> None:
    document = read(shipped("extends: china-2060\nshare: {2040: 0.5}\n"))
    assert document.data["share"] == {2040: 0.5}
    assert ("share", 2030) not in document.marks


def test_an_empty_mapping_changes_nothing_and_null_replaces(shipped: Callable[..., Path]) -> None:
    document = read(shipped("extends: china-2060\npark: {wind: {}, pv: }\n"))
    assert document.data["park"] == {"wind": {"capacity": "4.8 MW", "hub": 100}, "pv": None}


def test_a_mapping_that_extends_starts_from_that_alone(shipped: Callable[..., Path]) -> None:
    shipped("pv: {capacity: 2 MW}\n", "other.yaml")
    document = read(shipped("extends: china-2060\npark: {extends: ./other.yaml, load: 1 GWh}\n"))
    assert document.data["park"] == {"pv": {"capacity": "2 MW"}, "load": "1 GWh"}


def test_extends_works_in_lists_and_in_shipped_names(shipped: Callable[..., Path]) -> None:
    document = read(shipped("parks: [{extends: yizhuang, pv: 1}]\n"))
    assert document.data == {"parks": [{"wind": {"capacity": "4.8 MW", "hub": 100}, "pv": 1}]}
    assert read("china-2060").data["park"]["pv"] == {"capacity": "1.3 MW"}


def test_the_same_file_may_be_extended_twice(shipped: Callable[..., Path]) -> None:
    data = read(shipped("a: {extends: yizhuang, pv: 1}\nb: {extends: yizhuang}\n")).data
    assert (data["a"]["pv"], data["b"]["pv"]) == (1, {"capacity": "1.3 MW"})


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("yizhuan", 'mine.yaml:2:12: park.extends: no shipped file is called "yizhuan"; did you mean yizhuang?'),
        ("zzz", 'park.extends: no shipped file is called "zzz"; write china-2060, yizhuang'),
        ("my-hebei", 'park.extends: no shipped file is called "my-hebei"; write my-hebei.yaml'),
        ("../outside.yaml", 'park.extends: "../outside.yaml" is no shipped name and no file beside this one'),
        ("folder/inside.yaml", "is no shipped name and no file beside this one"),
        (r"folder\inside.yaml", "is no shipped name and no file beside this one"),
        ("/etc/passwd", "is no shipped name and no file beside this one"),
        ("C:mine.yaml", "is no shipped name and no file beside this one"),
        ("..", "is no shipped name and no file beside this one"),
        ("notes.txt", "is no shipped name and no file beside this one"),
        ("[a]", "park.extends: a list is no shipped name"),
        ("", "park.extends: nothing is no shipped name"),
        ("5", "park.extends: 5 is no shipped name"),
        ("none.yaml", 'park.extends: there is no file "none.yaml" beside this one; check its name'),
        ("mine.yaml", "park.extends: mine.yaml -> mine.yaml goes round in a circle"),
        ("broken.yaml", "broken.yaml:1:4: no value starts with this character"),
    ],
)
def test_what_cannot_be_extended_is_refused(extends: str, message: str, shipped: Callable[..., Path]) -> None:
    shipped("a: 1", "folder/inside.yaml")
    shipped("a: 1", "notes.txt")
    shipped("a: 1", "my-hebei.yaml")
    shipped("a: @", "broken.yaml")
    [problem] = problems_of(read, shipped(f"park:\n  extends: {extends}\n"))
    assert message in str(problem)
    assert problem.fix


def test_a_symlink_out_of_the_folder_is_refused_and_one_inside_is_followed(shipped: Callable[..., Path]) -> None:
    shipped("a: 1", "secret.yaml")
    shipped("a: 2", "work/real.yaml")
    Path("work/out.yaml").symlink_to("../secret.yaml")
    Path("work/in.yaml").symlink_to("real.yaml")
    [problem] = problems_of(read, shipped("extends: out.yaml", "work/mine.yaml"))
    assert (
        str(problem)
        == 'work/mine.yaml:1:10: extends: "out.yaml" leads outside its folder; copy the file beside this one'
    )
    assert read(shipped("extends: in.yaml", "work/mine.yaml")).data == {"a": 2}


def test_circles_and_long_chains_are_refused_with_the_chain(shipped: Callable[..., Path]) -> None:
    shipped("extends: b.yaml", "a.yaml")
    shipped("x: {extends: a.yaml}", "b.yaml")
    [problem] = problems_of(read, "a.yaml")
    assert str(problem).startswith("b.yaml:1:14: x.extends: a.yaml -> b.yaml -> a.yaml goes round in a circle")
    for step in range(6):
        shipped(f"extends: f{step + 1}.yaml" if step < 5 else "deep: 1", f"f{step}.yaml")
    assert read("f0.yaml").data == {"deep": 1}
    [problem] = problems_of(read, shipped("extends: f0.yaml"))
    assert "mine.yaml -> f0.yaml -> f1.yaml -> f2.yaml -> f3.yaml -> f4.yaml -> f5.yaml is more than 5" in problem.found


def test_extending_many_times_over_is_bounded(shipped: Callable[..., Path]) -> None:
    for step in range(5):
        inner = f"{{extends: g{step + 1}.yaml}}" if step < 4 else "1"
        shipped("".join(f"k{key}: {inner}\n" for key in range(20)), f"g{step}.yaml")
    [problem] = problems_of(read, "g0.yaml")
    assert problem.found == "more than 20,000 values with all that is extended"
    shipped("".join(f"k{key}: {{extends: h{key}.yaml}}\n" for key in range(50)))
    for key in range(50):
        shipped("a: 1", f"h{key}.yaml")
    assert "more than 50 files" in problems_of(read, "mine.yaml")[0].found


def test_an_unknown_file_or_name_gets_a_suggestion(shipped: Callable[..., Path]) -> None:
    assert str(problems_of(read, "china-260")[0]) == (
        'china-260: no shipped file is called "china-260"; did you mean china-2060?'
    )
    assert str(problems_of(read, "China-2060")[0]) == "China-2060: no such file; did you mean china-2060?"
    assert str(problems_of(read, "elsewhere.yaml")[0]) == "elsewhere.yaml: no such file; check the path"


def test_settings_go_over_the_file_and_are_marked(write: Callable[..., Path]) -> None:
    document = read_yaml(write("park: {wind: {capacity: 5 MW, hub: 100}}\npath: {2030: 0.3, 2060: 0.8}\nnone:\n"))
    changed = apply_settings(
        document,
        [
            "park.wind.capacity=6 MW",
            "path.2030=0.4",
            "park.wind={on: NO}",
            "new.list=[1, 'a=b']",
            "none.x=~",
            "seed=1",
            "seed=2",
        ],
    )
    assert changed.data == {
        "park": {"wind": {"capacity": "6 MW", "hub": 100, "on": "NO"}},
        "path": {2030: 0.4, 2060: 0.8},
        "none": {"x": None},
        "new": {"list": [1, "a=b"]},
        "seed": 2,
    }
    assert str(changed.marks["park", "wind", "capacity"]) == "--set park.wind.capacity"
    assert str(changed.marks["new", "list", 1]) == "--set new.list"
    assert str(changed.marks["park", "wind", "hub"]) == "mine.yaml:1:36"
    assert str(changed.key_marks["park", "wind"]) == "--set park.wind"
    assert document.data["park"]["wind"] == {"capacity": "5 MW", "hub": 100}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("seed", '--set: "seed" has no "="; write key=value'),
        ("=5", '--set: "=5" names no key; write key=value'),
        ("a..b=5", '--set: "a..b=5" names no key'),
        ("seed=", "--set seed: seed: no value after =; write seed=null"),
        ("seed= # five", "--set seed: seed: no value after ="),
        ("seed=a: b", '--set seed: seed: "a: b" is more than one value; put the text in quotes'),
        ("seed=- a", '--set seed: seed: "- a" is more than one value'),
        ("seed=a\nb", r'--set seed: seed: "a\nb" is more than one value'),
        ("seed=[1, 2", "--set seed: a bracket opens here"),
        (".".join("a" * 21) + "=5", "a key of more than 20 parts"),
        ("seed=!!int 5", "--set seed: the YAML tag"),
        ("seed={a: 1, a: 2}", "--set seed: a: written twice"),
        ("seed=\x1b[31m", "--set seed: holds the character U+001B"),
        (
            "name.first=x",
            '--set name.first: name.first: name holds "china", so no key can be set in it; set name as a whole',
        ),
        ("stores.0.power=x", "stores holds a list, so no key can be set in it; set stores as a whole"),
        ("park.extends=heavy", "--set park.extends: park.extends: extends works in files only"),
        ("park={extends: heavy}", "--set park: park.extends: extends works in files only"),
    ],
)
def test_a_bad_setting_is_refused(setting: str, message: str, write: Callable[..., Path]) -> None:
    document = read_yaml(write("name: china\nstores: [{power: 1}]\n"))
    problems = problems_of(apply_settings, document, ["fine=1", setting, "also bad"])
    assert len(problems) == 2
    assert message in str(problems[0])


def test_changes_from_python_merge_like_a_file(write: Callable[..., Path]) -> None:
    document = read_yaml(write("park: {wind: 1, pv: 2}\npath: {2030: 0.3}\n"))
    changed = merge_mapping(document, {"park": {"wind": (3, 4)}, "path": {2040: 0.5}})
    assert changed.data == {"park": {"wind": [3, 4], "pv": 2}, "path": {2040: 0.5}}
    assert str(changed.marks["park", "wind"]) == "replace"
    assert str(changed.marks["park", "pv"]) == "mine.yaml:1:21"
    assert document.data["park"]["wind"] == 1
    assert problems_of(merge_mapping, document, {"park": {"extends": "x"}})[0].key == "park.extends"


class Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Wind(Spec):
    capacity: str = Field(examples=["4.8 MW"])
    hub: float = Field(default=100.0, gt=0, le=200)

    @field_validator("capacity", mode="before")
    @classmethod
    def has_unit(cls, value: object) -> object:
        if not isinstance(value, str):
            raise ValueError(f'{value} has no unit; write "{value} MW"')
        return value


class Battery(Spec):
    kind: Literal["battery"]
    power: str = Field(examples=["1 MW"])


class Capacitor(Spec):
    kind: Literal["capacitor"]
    farads: float


class Land(Enum):
    INVENTORY = "inventory"
    BOOKKEEPING = "bookkeeping"


class Park(Spec):
    wind: Wind = Wind(capacity="1 MW")
    stores: list[Annotated[Battery | Capacitor, Field(discriminator="kind")]] = []
    spare: Wind | None = None


class Scenario(Spec):
    name: str = Field("x", min_length=1, pattern="^[a-z0-9-]+$")
    seed: int = Field(0, examples=[7])
    mode: Literal["clone", "scale"] = "clone"
    land: Land = Field(Land.INVENTORY, strict=False)
    sweep: bool = False
    park: Park = Park()
    path: dict[int, float] = {}
    years: list[int] = Field([2020, 2060], min_length=2)
    other: Park | str = "none"
    either: Battery | Capacitor | None = None

    @model_validator(mode="after")
    def is_in_order(self) -> Scenario:
        if self.years != sorted(self.years):
            raise ValueError("the years are out of order; sort them")
        return self


def test_a_valid_document_becomes_the_model(write: Callable[..., Path]) -> None:
    text = "park:\n  wind: {capacity: 5 MW, hub: 80}\n  stores: [{kind: battery, power: 1 MW}]\npath: {2030: 0.5}\n"
    scenario = validate(Scenario, read_yaml(write(text)))
    assert isinstance(scenario, Scenario)
    assert (scenario.park.wind.hub, scenario.path) == (80, {2030: 0.5})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("park:\n  wind:\n    capacity: 5", 'mine.yaml:3:15: park.wind.capacity: 5 has no unit; write "5 MW"'),
        ("park:\n  wnd: {}", "mine.yaml:2:3: park.wnd: unknown key; did you mean wind?"),
        ("park:\n  zzz: {}", "mine.yaml:2:3: park.zzz: unknown key; write one of wind, stores, spare"),
        (
            "a: 1\npark:\n  wind:\n    hub: 1",
            'mine.yaml:3:3: park.wind.capacity: this key is missing; add capacity: "4.8 MW"',
        ),
        ("name: 2030", 'mine.yaml:1:7: name: 2030 is not text; write "2030"'),
        ("name: [a]", "mine.yaml:1:7: name: a list is not text; write text"),
        ("name: ''", 'mine.yaml:1:7: name: "" is too short; write at least 1 characters'),
        ("name: A", 'mine.yaml:1:7: name: "A" has the wrong form; write text that matches ^[a-z0-9-]+$'),
        ("seed: x", 'mine.yaml:1:7: seed: "x" is not a whole number; write a whole number, for example 7'),
        ("seed: 1.5", "mine.yaml:1:7: seed: 1.5 is not a whole number"),
        ("seed:", "mine.yaml:1:1: seed: nothing is not a whole number"),
        ("sweep: NO", 'mine.yaml:1:8: sweep: "NO" is not true or false; write true or false'),
        ("mode: scal", 'mine.yaml:1:7: mode: "scal" is no choice here; did you mean scale?'),
        ("mode: zzz", 'mine.yaml:1:7: mode: "zzz" is no choice here; write one of clone, scale'),
        ("land: Inventory", 'mine.yaml:1:7: land: "Inventory" is no choice here; did you mean inventory?'),
        ("park: 5", 'mine.yaml:1:7: park: 5 is not a mapping; write "key: value" lines below the key'),
        ("path:\n  2030: high", 'mine.yaml:2:9: path.2030: "high" is not a number; write a number'),
        ("path:\n  x: 1.0", 'mine.yaml:2:3: path.x: the key "x" is not a whole number'),
        ("years: {a: 1}", "mine.yaml:1:8: years: a mapping is not a list; write it like [1, 2]"),
        ("years: [1, a]", 'mine.yaml:1:12: years.1: "a" is not a whole number'),
        ("years: [1]", "mine.yaml:1:8: years: 1 entries are too few; write at least 2"),
        ("years: [2, 1]", "mine.yaml:1:1: the years are out of order; sort them"),
        (
            "park: {wind: {capacity: 1 MW, hub: -1}}",
            "mine.yaml:1:36: park.wind.hub: -1 is not greater than 0; write a number",
        ),
        ("park: {wind: {capacity: 1 MW, hub: 201.5}}", "park.wind.hub: 201.5 is more than 200; write 200 or less"),
        ("park: {spare: {hub: 9}}", 'mine.yaml:1:8: park.spare.capacity: this key is missing; add capacity: "4.8 MW"'),
        ("park: {stores: [{kind: batery}]}", 'park.stores.0.kind: "batery" is no choice here; did you mean battery?'),
        (
            "park: {stores: [{power: 1}]}",
            "mine.yaml:1:17: park.stores.0.kind: this key is missing; add kind: battery or capacitor",
        ),
        ("park: {stores: [{kind: capacitor, farad: 1}]}", "park.stores.0.farad: unknown key; did you mean farads?"),
        ("park: {stores: [{kind: capacitor, zzz: 1}]}", "park.stores.0.zzz: unknown key; write one of kind, farads"),
        ("either: {kind: capacitor, powr: 1}", "either.powr: unknown key; write one of kind, farads"),
        ("other: {zzz: 1}", "mine.yaml:1:9: other.zzz: unknown key; write one of wind, stores, spare"),
        ("other: {zzz: 1}", "mine.yaml:1:8: other: a mapping is not text; write text"),
        (f"seed: {'x' * 80}", f'seed: "{"x" * 57}..." is not a whole number'),
        ('seed: "a\\tb\\u202ec"', r'seed: "a\tb\u202ec" is not a whole number'),
    ],
)
def test_every_fault_is_told_at_its_place(text: str, message: str, write: Callable[..., Path]) -> None:
    said = [str(problem) for problem in problems_of(validate, Scenario, read_yaml(write(text)))]
    assert any(message in line for line in said), said


field_names = st.sampled_from([*Scenario.model_fields, *Park.model_fields, *Wind.model_fields, "kind", "power", "zzz"])
field_keys = field_names | st.integers(2020, 2022)
anything = scalars | st.sampled_from(["battery", 10**400, float("nan"), float("inf"), "5 MW"])
nested = st.recursive(
    anything, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(field_keys, inner), max_leaves=9
)


@settings(max_examples=150, deadline=None)
@given(data=st.dictionaries(field_keys, nested, max_size=4))
def test_any_data_give_the_model_or_an_input_error(data: dict[Any, Any]) -> None:
    document = merge_mapping(Document(Path("mine.yaml"), {}, {}), data)
    try:
        assert isinstance(validate(Scenario, document), Scenario)
    except InputError as error:
        assert all(problem.where in ("mine.yaml", "replace") and problem.found for problem in error.problems)


def test_all_faults_come_at_once_in_the_order_of_the_file(write: Callable[..., Path]) -> None:
    write("seed: x\n", "below.yaml")
    document = read(write("zzz: 1\nextends: below.yaml\nmode: 5\npark: {wind: 1}\n"))
    problems = problems_of(validate, Scenario, apply_settings(document, ["path.2030=x"]))
    assert [problem.where for problem in problems] == [
        "mine.yaml:1:1",
        "mine.yaml:3:7",
        "mine.yaml:4:14",
        "--set path.2030",
        "below.yaml:1:7",
    ]


class Stern(Spec):
    capacity: str

    @field_validator("capacity")
    @classmethod
    def refuse(cls, value: str) -> str:
        raise UnitError("5 has no unit; write 5 MW")


def test_a_unit_error_that_escapes_pydantic_still_names_the_file(write: Callable[..., Path]) -> None:
    [problem] = problems_of(validate, Stern, read_yaml(write("capacity: 5 MW")))
    assert problem == Problem("mine.yaml", "", "5 has no unit", "write 5 MW")


def test_a_document_without_marks_is_still_placed_in_its_file() -> None:
    [problem] = problems_of(validate, Scenario, Document(Path("mine.yaml"), {"sed": 1}, {}))
    assert str(problem) == "mine.yaml: sed: unknown key; did you mean seed?"
