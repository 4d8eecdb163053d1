"""Commands that ask something of a scenario, of a run on disk, or of anybody's pathway."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decarb.cli.calling import (
    EXIT_TARGET_MISSED,
    SCENARIO_FILES,
    Setting,
    app,
    counting,
    path_or_name,
    show,
    working,
)
from decarb.errors import CallError

if TYPE_CHECKING:
    from decarb.pathway.verdict import Verdict


@app.command()
def solve(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
    target: Annotated[list[str], typer.Option(help="A target, such as rate-2030-2060; may be repeated.")],
    lever: Annotated[str, typer.Option(help="A key such as capture.level, several keys, or power.*.capacity.")],
    bounds: Annotated[
        str | None, typer.Option(metavar="LOW:HIGH", help="Where to look. Default: the range of the lever's rows.")
    ] = None,
    settings: Setting = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the solution as JSON and nothing else.")] = False,
) -> None:
    """Say which values of a lever make targets hold; exit 3 when none does."""
    from decarb.analysis.solve import solve_for
    from decarb.scenario.scenario import load_scenario

    ends = None if bounds is None else bounds.split(":")
    if ends is not None and len(ends) != 2:
        raise CallError(f'--bounds: "{bounds}" is no range; write it like 0.5:1')
    loaded = load_scenario(path_or_name(scenario), settings or [])
    with counting(f"solving {loaded.name}") as progress:
        solution = solve_for(loaded, target, lever, ends, progress=progress)
    if as_json:
        typer.echo(json.dumps(solution.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo(str(solution))
    if not solution.intervals:
        raise typer.Exit(EXIT_TARGET_MISSED)


@app.command()
def why(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
    against: Annotated[
        str | None, typer.Option(help="Another scenario. Default: the same one with every lever held in 2025.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write every part by year to this new CSV file.")] = None,
    settings: Setting = None,
) -> None:
    """Say why each target is met or missed: the number that decides it, split by lever."""
    from decarb.analysis.why import why as why_of
    from decarb.report.whole import check_free_file, check_parent
    from decarb.report.why import why_lines, why_table, write_why
    from decarb.scenario.scenario import load_scenario

    loaded = load_scenario(path_or_name(scenario), settings or [])
    other = None if against is None else load_scenario(path_or_name(against))
    if out is not None:
        check_parent(out)
        check_free_file(out, replace=False)
    with counting(f"asking why of {loaded.name}") as progress:
        found = why_of(loaded, other, progress=progress)
    if out is not None:
        write_why(found, out)
    show(why_table(found))
    for line in (*why_lines(found), *([f"written to {out}"] if out else [])):
        typer.echo(line)


@app.command()
def economies(
    folder: Annotated[
        Path | None, typer.Argument(help="A results folder, to set a scenario beside the others.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write the table to this new CSV file.")] = None,
) -> None:
    """Compare China with other economies: peak, goal, and the rates between them on one definition."""
    from decarb.analysis.economies import PLAN, economies_table
    from decarb.analysis.run import summed
    from decarb.pathway.economies import in_words
    from decarb.report.economies import economies_frame, economies_view
    from decarb.report.folder import read_annual
    from decarb.report.whole import write_file

    gross = None if folder is None else summed(read_annual(folder)["gross_co2"])
    table = economies_table("low", gross)
    if out is not None:
        frame = economies_frame(table)
        write_file(out, lambda beside: frame.to_csv(beside, encoding="utf-8", lineterminator="\n"))
    show(economies_view(table))
    for line in (*in_words(table, scenario=PLAN if folder else ""), *([f"written to {out}"] if out else [])):
        typer.echo(line)


@app.command()
def bridge(
    folder: Annotated[Path, typer.Argument(help="A results folder.")],
    first: Annotated[str, typer.Argument(help="gross_co2, net_co2 or net_ghg.")],
    second: Annotated[str, typer.Argument(help="Another of them.")],
    year: Annotated[int, typer.Argument(help="A year of the run.")],
) -> None:
    """Say what lies between two national totals in one year; the terms add exactly."""
    from decarb.pathway.bridge import bridge as bridge_of
    from decarb.pathway.bridge import bridge_in_words
    from decarb.report.folder import read_annual

    typer.echo(bridge_in_words(bridge_of(read_annual(folder), first, second, year)))


@app.command()
def check(
    pathway: Annotated[
        str, typer.Argument(help="A scenario, a results folder, or a CSV or Excel file: IAMC, or year,<name> [unit].")
    ],
    variable: Annotated[str | None, typer.Option(help="The variable of a file to judge.")] = None,
    region: Annotated[
        str | None, typer.Option(help="The region of an IAMC file; default China, or the only one.")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="One target alone: ndc-2035, or ndc-2035:net_ghg with the total it is judged on.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model of an IAMC file with several.")] = None,
    scenario: Annotated[str | None, typer.Option(help="The scenario of an IAMC file with several.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Judge every scenario of an IAMC file.")] = False,
    out: Annotated[Path | None, typer.Option(help="With --all: also write every verdict to this new CSV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the object of verdict.json and nothing else.")] = False,
) -> None:
    """Judge a pathway by the rules of the targets; exit 3 when one is missed."""
    from decarb.report.terminal import missed, verdict_line, verdict_table

    chosen = {"variable": variable, "region": region, "model": model, "scenario": scenario}
    if every or out is not None:
        _check_every(pathway, target, chosen, every=every, out=out, as_json=as_json)
        return
    verdict, notes = _verdict_of(pathway, target, chosen)
    if as_json:
        typer.echo(json.dumps(verdict.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        show(verdict_table(verdict, pathway))
        typer.echo(verdict_line(verdict))
    for note in notes:
        typer.echo(f"{pathway}: {note}", err=as_json)
    if missed(verdict):
        raise typer.Exit(EXIT_TARGET_MISSED)


def _verdict_of(pathway: str, target: str | None, chosen: dict[str, str | None]) -> tuple[Verdict, list[str]]:
    """Return the verdict on one pathway, and what of its file was not read or was filled."""
    from decarb.api import check as check_of
    from decarb.scenario.foreign import READABLE, notes_of, read_pathway
    from decarb.scenario.foreign_sheets import SUFFIXES, holds_series

    path = Path(pathway)
    of_scenario = path.suffix.lower() in SUFFIXES and path.is_file() and not holds_series(path)
    if path.suffix.lower() in READABLE and not of_scenario:
        totals = read_pathway(path, **chosen)
        return check_of(totals, target), list(notes_of(totals))
    odd = [f"--{name}" for name, value in chosen.items() if value is not None]
    if odd:
        raise CallError(f"{', '.join(odd)} chooses in a CSV or Excel file; {pathway} is none")
    from decarb.analysis.run import run as run_scenario
    from decarb.report.folder import read_annual
    from decarb.scenario.scenario import load_scenario

    if path.is_file() and path.suffix.lower() not in SCENARIO_FILES and not of_scenario:
        raise CallError(f"{pathway} is no scenario, results folder, CSV or Excel file; name one of them")
    if path.is_dir():
        return check_of(read_annual(path), target), []
    loaded = load_scenario(path_or_name(pathway))
    with working(f"running {loaded.name}"):
        return check_of(run_scenario(loaded), target), []


def _check_every(
    pathway: str, target: str | None, chosen: dict[str, str | None], *, every: bool, out: Path | None, as_json: bool
) -> None:
    from decarb.analysis.checking import check_file
    from decarb.report.checking import checked_table, missed_by_some, shares_object, write_verdicts
    from decarb.report.whole import check_free_file
    from decarb.scenario.foreign import READABLE

    if not every:
        raise CallError("--out writes the verdicts on many scenarios; write --all too")
    if Path(pathway).suffix.lower() not in READABLE:
        raise CallError(f"--all judges every scenario of a CSV or Excel file; {pathway} is none")
    odd = [f"--{name}" for name in ("model", "scenario") if chosen[name] is not None]
    if odd:
        raise CallError(f"{', '.join(odd)} chooses one scenario and --all judges every one; leave one of them out")
    if out is not None:
        check_free_file(out, replace=False)
    with working(f"judging {pathway}"):
        checked = check_file(pathway, variable=chosen["variable"], region=chosen["region"], target=target)
    if out is not None:
        write_verdicts(checked, out)
    if as_json:
        typer.echo(json.dumps(shares_object(checked), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        show(checked_table(checked))
        for line in (*checked.causes(), *checked.notes, *([f"written to {out}"] if out else [])):
            typer.echo(line)
    if missed_by_some(checked):
        raise typer.Exit(EXIT_TARGET_MISSED)
