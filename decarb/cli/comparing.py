"""Commands that set scenarios side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from decarb.cli.calling import app, counting, language_of, path_or_name, show
from decarb.errors import CallError


@app.command()
def compare(
    scenarios: Annotated[
        list[str], typer.Argument(help="Two to eight scenario files or names; the first is what others differ from.")
    ],
    split: Annotated[
        bool, typer.Option("--why/--no-why", help="Split the differences by lever, which takes a few seconds each.")
    ] = True,
    xlsx: Annotated[Path | None, typer.Option(help="Also write a workbook to this new file.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a page that works offline to this new file.")] = None,
    language: Annotated[str, typer.Option(help="Of what is printed and written: en or zh.")] = "en",
) -> None:
    """Set scenarios side by side: what differs in inputs, results and verdicts, and by which lever."""
    from decarb.analysis.comparison import compare as compare_all
    from decarb.report.comparison import made, notes, terminal_tables, write_comparison
    from decarb.report.workbook import check_free_workbook
    from decarb.scenario.scenario import load_scenario

    words = language_of(language)
    if len(scenarios) < 2:
        raise CallError(f"compare: {scenarios[0]} alone; name another scenario to set beside it")
    if xlsx is not None:
        check_free_workbook(xlsx)
    if html is not None:
        from decarb.report.comparison_page import write_page
        from decarb.report.page_shell import check_free_page

        check_free_page(html)
    loaded = [load_scenario(path_or_name(text)) for text in scenarios]
    with counting(f"comparing {', '.join(one.name for one in loaded)}") as progress:
        found = compare_all(loaded[0], loaded[1], *loaded[2:], why=split, progress=progress)
    if xlsx is not None:
        write_comparison(found, xlsx, words)
    if html is not None:
        write_page(found, html, words)
    for table in terminal_tables(found, words):
        show(table)
    written = [f"written to {path}" for path in (xlsx, html) if path is not None]
    for line in (*notes(found, words), made(found, words), *written):
        typer.echo(line)
