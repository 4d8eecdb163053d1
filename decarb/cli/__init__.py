"""The command line. Each command imports what it needs, so that `decarb --help` is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from decarb import __version__
from decarb.cli import asking, comparing, files, pages, running, sweeping
from decarb.cli.calling import EXIT_BAD_CALL, EXIT_BAD_INPUT, app, stop
from decarb.errors import CallError, DecarbError

__all__ = ["app", "asking", "comparing", "files", "main", "pages", "running", "sweeping"]


def main() -> None:
    """Run the command line; exit 0: done, 1: bad input, 2: bad call, 3: a target is missed or cannot be met."""
    try:
        app()
    except CallError as error:
        stop(str(error), EXIT_BAD_CALL)
    except DecarbError as error:
        stop(str(error), EXIT_BAD_INPUT)
    except OSError as error:
        stop(f"{error.filename or 'output'}: {error.strerror or error}", EXIT_BAD_INPUT)


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="Say the version and stop.")] = False) -> None:
    if version:
        typer.echo(f"decarb {__version__}")
        raise typer.Exit
