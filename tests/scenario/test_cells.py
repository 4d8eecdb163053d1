from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import InputError, Problems
from decarb.scenario import cells
from decarb.scenario.cells import number_in, read_table, year_in


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "mine.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_table(path)
    return str(caught.value)


def test_cells_know_their_line_and_column(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, '\na,b,c\n\n"x,y", 2 ,3\n'))
    assert table.header == ("a", "b", "c")
    assert table.rows == ((4, ("x,y", "2", "3")),)
    assert table.place(4, 1) == f"{table.path}:4:7"


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xef\xbb\xbfa,b\n1,2\n", b"a,b\r\n1,2\r\n", b"a,b\r1,2"])
def test_byte_order_mark_and_line_ends_change_nothing(tmp_path: Path, content: bytes) -> None:
    table = read_table(write(tmp_path, content))
    assert (table.header, table.rows) == (("a", "b"), ((2, ("1", "2")),))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n , \n", "the file is empty"),
        (b"a,b\n", ":1:1: the file has a header and no rows"),
        ("年,b\n".encode("gbk"), ":1:1: is not UTF-8 (it looks like GBK); save it as UTF-8"),
        ("a,b\n1,x年\n".encode("gbk"), ":2:4: is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), "zero bytes"),
        ("a,b\n1,2\n".encode("utf-32"), "is UTF-32 text"),
        (b'a,b\n1,"2\n3,4\n', ":2:3: a quotation mark is not closed on its line"),
        (b'a,b\n"1,2\n3,4"\n5,6\n', ":2:1: a quotation mark is not closed on its line"),
        (b'a,b\n1,"2" x\n', ":2:5: is no CSV"),
        (b"My title,,\na,b,c\n1,2,3\n", ":1:1: 'My title' stands alone above rows of 3 cells"),
        (b"My title\na,b\n1,2\n", ":1:1: 'My title' stands alone above rows of 2 cells; begin with the header"),
        ("a,b\n1,x\u202ey\n".encode(), ":2:3: 'x\\u202ey' holds the unseen character U+202E; type the cell anew"),
        (b"a,b\n1,\x1b[31m\n", ":2:3: '\\x1b[31m' holds the unseen character U+001B"),
        (b"PK\x03\x04abc", "workbook"),
        (b"\x89PNG\x00", "zero bytes"),
        (b"\xff\xfa\x81\x20", "is not UTF-8;"),
        (b"a;b\n1;2\n", ":1:1: cells are separated by ';'"),
        (b"a,b\n2030,1,5\n", ":2:1: 3 cells where the header has 2; write decimals with a point"),
        (b"a,b\n2030\n", ":2:1: 1 cells where the header has 2; fill the row"),
        (b"a,b\n1," + b"x" * 200_000, "is no CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_place(tmp_path: Path, content: bytes, said: str) -> None:
    path = write(tmp_path, content)
    assert refusal(path).startswith(str(path))
    assert said in refusal(path)


def test_what_is_no_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is a directory" in refusal(tmp_path)
    assert "is not there" in refusal(tmp_path / "none.csv")
    monkeypatch.setattr(cells, "MAX_BYTES", 7)
    assert "at most" in refusal(write(tmp_path, "a,b\n1,2\n"))
    assert read_table(write(tmp_path, "a,b\n1,2")).rows


def test_many_problems_are_cut_to_a_length_a_person_reads(tmp_path: Path) -> None:
    said = refusal(write(tmp_path, "a,b\n" + "1\n" * 70)).splitlines()
    assert len(said) == cells.MAX_PROBLEMS + 1
    assert "and 20 more problems" in said[-1]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read_as_it_was_written(value: float) -> None:
    problems = Problems()
    assert number_in(repr(value), problems, "", "") == value
    assert not problems.found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the cell is empty"),
        ("nan", "no finite number"),
        ("-Infinity", "no finite number"),
        ("1e999", "no finite number"),
        ("1,5", 'holds a comma; write "1.5" for a decimal, "15" for thousands'),
        ("12", 'full-width characters; write "12"'),
        ("٣", "no number"),
        ("१२", "no number"),
        ("1_000", "no number"),
        ("0x10", "no number"),
        ("12 Mt", "no number"),
        ("--5", "no number"),
        ("n/a", "no number"),
    ],
)
def test_what_is_no_number_is_refused_and_never_guessed(text: str, said: str) -> None:
    problems = Problems()
    number_in(text if text != "12" else "１２", problems, "mine.csv:2:6", "co2")
    (problem,) = problems.found
    assert said in str(problem)
    assert str(problem).startswith("mine.csv:2:6: co2: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2030.5", "no whole year"),
        ("２０３０", "no whole year"),
        ("1899", "outside 1900-2200"),
        ("2201", "outside 1900-2200"),
        ("2030", "given twice"),
        ("2025", "given twice"),
        ("2029", "comes after 2030"),
    ],
)
def test_years_are_whole_increasing_and_of_our_time(text: str, said: str) -> None:
    problems = Problems()
    assert year_in(text, problems, "", [2025, 2030]) is None
    assert said in str(problems.found[0])
    assert year_in("2031", Problems(), "", [2025, 2030]) == 2031


@given(st.binary(max_size=60))
def test_any_bytes_give_a_table_or_a_clear_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = write(tmp_path_factory.getbasetemp(), content)
    try:
        assert read_table(path).rows
    except InputError as error:
        assert str(error).startswith(str(path))
