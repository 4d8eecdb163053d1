"""Commands that make pages for planners: the report and the dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from decarb.cli.calling import app, counting, language_of, path_or_name, working

MEGABYTE: Final = 1e6  # bytes


@app.command()
def report(
    what: Annotated[
        list[str],
        typer.Argument(
            help="A results folder, a scenario file or the name of a shipped one; several stand side by side."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="New page to write; ends in .html.")] = Path("report.html"),
    language: Annotated[str, typer.Option(help="en or zh")] = "en",
    sliders: Annotated[
        bool,
        typer.Option("--sliders/--no-sliders", help="Compute scenarios around the first one, to look up on the page."),
    ] = True,
) -> None:
    """Write a page for planners: verdicts, figures, tables, assumptions, sources; one file that works offline."""
    from decarb.report.page import write_report

    words = language_of(language)
    named = [each if Path(each).is_dir() else path_or_name(each) for each in what]
    with counting(f"writing {out}") as progress:
        write_report(named, out, language=words, sliders=sliders, progress=progress)
    typer.echo(f"written to {out}, {out.stat().st_size / MEGABYTE:.1f} MB")


@app.command()
def dashboard(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")] = "china-2060",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where on this machine it is served.")] = 5006,
    language: Annotated[str, typer.Option(help="en or zh")] = "en",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
) -> None:
    """Serve sliders that turn a scenario, and what the model answers, to browsers of this machine."""
    from decarb.report.dashboard import HOST, serve_until_stopped, server

    words = language_of(language)
    with working(f"making {scenario} ready"):
        made = server(path_or_name(scenario), port=port, language=words)
    typer.echo(f"http://{HOST}:{port}  (this machine alone; Ctrl-C stops it)")
    serve_until_stopped(made, browser=browser)
