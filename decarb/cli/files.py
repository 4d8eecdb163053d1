"""Commands that make files for people: a scenario to start from, a workbook, the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from decarb.cli.calling import app, language_of, path_or_name


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="New .yaml file with comments, or .xlsx workbook with a row a field.")],
    base: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="NAME", help="What to begin from. Default: china-2060, or yizhuang with --park."
        ),
    ] = None,
    park: Annotated[bool, typer.Option("--park", help="Write a park file.")] = False,
    language: Annotated[str, typer.Option(help="Of the comments of a .yaml file: en or zh.")] = "en",
) -> None:
    """Write a scenario or park file to begin from, with what may be changed, its unit, default and range."""
    from decarb.report.starting import new_scenario

    words = language_of(language)
    new_scenario(file, None if base is None else path_or_name(base), park=park, language=words)
    typer.echo(f"written to {file}; check it with: decarb validate {file}")


@app.command()
def schema(
    park: Annotated[bool, typer.Option("--park", help="Of park files, not of scenarios.")] = False,
    out: Annotated[Path | None, typer.Option(help="New file to write. Default: the output stream.")] = None,
) -> None:
    """Print the JSON Schema of scenario files, by which editors check and complete what is typed."""
    from decarb.report.json_schema import json_schema, write_json_schema

    kind = "park" if park else "scenario"
    if out is None:
        typer.echo(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))
        return
    write_json_schema(out, kind)
    typer.echo(f"written to {out}; name it in a scenario: # yaml-language-server: $schema={out.name}")
