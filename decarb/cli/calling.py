"""What all commands share: the app they hang on, exit codes, how they print, and how they show that they work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from decarb.errors import CallError

if TYPE_CHECKING:
    from decarb.report.figures.picture import Language

EXIT_BAD_INPUT: Final = 1
EXIT_BAD_CALL: Final = 2
EXIT_TARGET_MISSED: Final = 3
EXIT_STOPPED: Final = 130
SCENARIO_FILES: Final = (".yaml", ".yml", ".xlsx")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="From one carbon-neutral park to the nation's pathway, and back to a verdict.",
)  # fmt: skip

Setting = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one value; may be given more than once.")
]


def path_or_name(text: str) -> str | Path:
    """Return a path where the text looks like one, else the text: the name of something shipped."""
    return Path(text) if "/" in text or "\\" in text or Path(text).suffix else text


def language_of(said: str) -> Language:
    """Return the language that `--language` names; `CallError` where there are no words in it."""
    from decarb.report.figures.picture import LANGUAGES
    from decarb.report.figures.picture import language_of as known

    if said not in LANGUAGES:
        raise CallError(f'--language: "{said}" is no language here; write {" or ".join(LANGUAGES)}')
    return known(said)


def show(renderable: object) -> None:
    """Print a table or a page to the output stream."""
    from rich.console import Console

    console = Console()
    Console(width=None if console.is_terminal else 160).print(renderable)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something is going on, on the error stream, so that output stays clean."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        typer.echo(f"decarb: {what} ...", err=True)
        yield
        return
    with console.status(what):
        yield


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how much of a piece of work is done, as a sweep does."""
    from decarb.sweeps.progress import steps

    with steps(what) as said:
        yield lambda done, of: said("", done, of)


def stop(message: str, code: int) -> NoReturn:
    """Say why on the error stream and end."""
    typer.echo(message, err=True)
    sys.exit(code)
