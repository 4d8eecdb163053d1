"""How far a sweep is: a bar in a terminal or notebook, lines elsewhere, nothing where nobody asked."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

LINES: Final = 20  # lines at most where there is no terminal: one each five per cent
REFRESH: Final = 4.0  # times a second that a bar is drawn
Given = ParamSpec("Given")
Found = TypeVar("Found")
MINUTE, HOUR, DAY = 60, 3_600, 86_400  # s


class Progress:
    """Shows how many scenarios are done, how many a second, and the time that is left.

    It is called by `run_blocks` with each block that ended. Use it in a `with`.

    Parameters
    ----------
    rows : int
        Scenarios in all.
    before : int
        Of them, what an earlier run has done; it counts as done and not as fast.
    what : str
        What is going on.
    quiet : bool
        Show nothing.
    console : rich.console.Console, optional
        Default: the error stream, so that output stays clean.
    clock : callable, [s]
        Default: the clock of the machine.

    Examples
    --------
    >>> with Progress(20_000, quiet=True) as progress:
    ...     progress(0, {"rows": 10_000})
    ...     progress(1, None)
    >>> progress.done, progress.failed
    (10000, 1)
    """

    def __init__(
        self, rows: int, *, before: int = 0, what: str = "sweep", quiet: bool = False,
        console: Console | None = None, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.rows, self.before, self.done, self.failed = rows, before, before, 0
        self._what = what
        self._clock = clock
        self._begun = clock()
        self._said = before * LINES // max(rows, 1)
        self._console = None if quiet else console or Console(stderr=True)
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        self._begun = self._clock()
        if self._console is None:
            return self
        if self._console.is_terminal or self._console.is_jupyter:
            self._bar = _bar(self._console)
            self._row = self._bar.add_task(self._what, total=self.rows, completed=self.done, said=self._words())
            self._bar.start()
        else:
            self._say(f"decarb: {self._what} ...")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __call__(self, block: int, marker: Mapping[str, Any] | None) -> None:
        """Count a block that ended; `marker["rows"]` scenarios where it is done, none where it failed."""
        if marker is None:
            self.failed += 1
        else:
            self.done += int(marker["rows"])
        if self._bar is not None:
            self._bar.update(self._row, completed=self.done, said=self._words())
        elif self._console is not None:
            part = self.done * LINES // max(self.rows, 1)
            if part != self._said or marker is None:
                self._said = part
                self._say(f"decarb: {self._what}: {self.done:,} of {self.rows:,}, {self._words(left=True)}")

    @property
    def rate(self) -> float:
        """Scenarios a second of this run; 0 before the first."""
        passed = self._clock() - self._begun
        return (self.done - self.before) / passed if passed > 0 else 0.0

    def _words(self, *, left: bool = False) -> str:
        rate = self.rate
        words = [f"{rate:,.0f} scenarios/s" if rate else "starting"]
        if left and rate:
            words.append(f"{span((self.rows - self.done) / rate)} left")
        if self.failed:
            words.append(f"{self.failed} block{'s' if self.failed > 1 else ''} failed")
        return ", ".join(words)

    def _say(self, line: str) -> None:
        if self._console is not None:
            self._console.print(line, soft_wrap=True, highlight=False, markup=False)


@contextmanager
def steps(what: str, *, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Yield what shows the steps of a piece of work: called with what is done or "", how many are done, of how many.

    Where there is no terminal, a line says that it begins, and one more each five per cent.
    """
    console = Console(stderr=True)
    if quiet:
        yield lambda said, done, of: None
    elif console.is_terminal or console.is_jupyter:
        with Bar(console=console, transient=True) as bar:
            row = bar.add_task(what, total=None)  # until the first step says how many there are
            yield lambda said, done, of: bar.update(row, description=_with(what, said, ": "), completed=done, total=of)
    else:
        console.print(f"decarb: {what} ...", soft_wrap=True, highlight=False, markup=False)
        told = {0}

        def line(said: str, done: int, of: int) -> None:
            if (part := done * LINES // max(of, 1)) not in told:
                told.add(part)
                text = _with(f"decarb: {what}: {done:,} of {of:,}", said, ", ")
                console.print(text, soft_wrap=True, highlight=False, markup=False)

        yield line


def _with(text: str, more: str, between: str) -> str:
    return f"{text}{between}{more}" if more else text


def shown(what: str) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Return a decorator: who calls the function from a terminal or notebook sees how far it is.

    A caller who gives a `progress` counts the steps; a function that takes none shows that it goes on.
    """

    def decorate(work: Callable[Given, Found]) -> Callable[Given, Found]:
        signature = inspect.signature(work)

        @wraps(work)
        def call(*args: Given.args, **kwargs: Given.kwargs) -> Found:
            if signature.bind_partial(*args, **kwargs).arguments.get("progress") is not None:
                return work(*args, **kwargs)
            console = Console(stderr=True)
            with steps(what, quiet=not (console.is_terminal or console.is_jupyter)) as said:
                counted = (
                    {"progress": lambda done, of: said("", done, of)} if "progress" in signature.parameters else {}
                )
                return work(*args, **(kwargs | counted))  # type: ignore[arg-type]

        return call

    return decorate


def say(lines: Iterable[str], *, quiet: bool = False) -> None:
    """Say what is to be known before the work, on the error stream."""
    console = Console(stderr=True, quiet=quiet)
    for line in lines:
        console.print(f"decarb: {line}", soft_wrap=True, highlight=False, markup=False)


def span(seconds: float) -> str:
    """Return a length of time in words.

    Examples
    --------
    >>> span(42.4), span(125), span(7_300), span(200_000)
    ('42 s', '2 min 5 s', '2 h 1 min', '2 d 7 h')
    """
    whole = max(round(seconds), 0)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
        TextColumn("{task.completed:,} of {task.total:,}"), TextColumn("{task.fields[said]}"), TimeRemainingColumn(),
        console=console, refresh_per_second=REFRESH,
    )  # fmt: skip
