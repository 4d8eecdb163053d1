"""Progress: a line each five per cent where nobody looks on, a bar where somebody does, and no say in the result."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from decarb.sweeps.progress import shown, steps

Progress = Callable[[int, int], None]


@shown("counting")
def count(until: int, progress: Progress | None = None) -> int:
    """Return the sum of the numbers below `until`."""
    for done in range(until):
        if progress is not None:
            progress(done + 1, until)
    return sum(range(until))


@shown("waiting")
def wait(answer: str) -> str:
    """Return what was given."""
    return answer


def test_without_a_terminal_a_line_stands_for_each_five_per_cent(capsys: pytest.CaptureFixture[str]) -> None:
    with steps("work") as said:
        for done in range(1, 1001):
            said("", done, 1000)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "decarb: work ..."
    assert lines[1:] == [f"decarb: work: {done:,} of 1,000" for done in range(50, 1001, 50)]


def test_a_function_called_from_a_script_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert (count(5), wait("x")) == (10, "x")
    assert capsys.readouterr() == ("", "")


def test_a_function_called_from_a_terminal_shows_what_it_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    assert (count(5), wait("x")) == (10, "x")
    said = capsys.readouterr()
    assert said.out == "" and "counting" in said.err and "waiting" in said.err


def test_who_counts_the_steps_is_told_each_and_nothing_else_is_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    told: list[tuple[int, int]] = []
    assert count(3, lambda done, of: told.append((done, of))) == 3
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert capsys.readouterr() == ("", "")


def test_the_function_keeps_its_name_and_its_words() -> None:
    assert (count.__name__, count.__doc__) == ("count", "Return the sum of the numbers below `until`.")
