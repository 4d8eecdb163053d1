"""The command line. Each command imports what it needs, so that `decarb --help` is quick."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from decarb import __version__
from decarb.errors import CallError, DecarbError

if TYPE_CHECKING:
    from decarb.analysis.run import Results
    from decarb.pathway.verdict import Verdict

EXIT_BAD_INPUT: Final = 1
EXIT_BAD_CALL: Final = 2
EXIT_TARGET_MISSED: Final = 3
SCENARIO_FILES: Final = (".yaml", ".yml")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="From one carbon-neutral park to the nation's pathway, and back to a verdict.",
)  # fmt: skip

Setting = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one value; may be given more than once.")
]


def main() -> None:
    """Run the command line; exit 0: done, 1: bad input, 2: bad call, 3: a target is missed or cannot be met."""
    try:
        app()
    except CallError as error:
        _stop(str(error), EXIT_BAD_CALL)
    except DecarbError as error:
        _stop(str(error), EXIT_BAD_INPUT)
    except OSError as error:
        _stop(f"{error.filename or 'output'}: {error.strerror or error}", EXIT_BAD_INPUT)


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="Say the version and stop.")] = False) -> None:
    if version:
        typer.echo(f"decarb {__version__}")
        raise typer.Exit


@app.command()
def validate(
    file: Annotated[str, typer.Argument(help="A scenario or park file, or the name of a shipped one.")],
) -> None:
    """Check a scenario or park file and report everything wrong in it at once."""
    from decarb.scenario.scenario import validate_file

    spec = validate_file(_path_or_name(file))
    typer.echo(f"{file}: {spec.kind} {spec.name!r} is valid")  # type: ignore[attr-defined]


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
    settings: Setting = None,
    out: Annotated[
        Path | None,
        typer.Option(help="New folder to write. Default: results/NAME of the file, replaced if a run is in it"),
    ] = None,
) -> None:
    """Run a scenario from its park to the verdict on the nation's pathway, and write its results."""
    from decarb.analysis.run import run as run_scenario
    from decarb.report.folder import check_free, write_results
    from decarb.scenario.scenario import load_scenario

    loaded = load_scenario(_path_or_name(scenario), settings or [])
    folder = out or Path("results") / loaded.document.path.stem
    check_free(folder, replace=out is None)
    with _working(f"running {loaded.name}"):
        results = run_scenario(loaded)
        write_results(results, folder, replace=out is None)
    _say_run(results, folder, settings or [])


@app.command()
def park(
    file: Annotated[str, typer.Argument(help="A park file, the name of a shipped one, or a scenario with a park.")],
    settings: Setting = None,
    out: Annotated[
        Path | None,
        typer.Option(help="New folder to write. Default: results/parks/NAME of the file, replaced if a park is in it"),
    ] = None,
    weather: Annotated[
        Path | None,
        typer.Option(help="Your capacity factors (netCDF, CSV) or weather (EPW, TMY3), scaled to the yields."),
    ] = None,
    clock: Annotated[
        str | None, typer.Option(help="Of the hours in the weather file, such as UTC+8, where it does not say its own.")
    ] = None,
    hourly: Annotated[
        Path | None, typer.Option(help="Also write every step of the year to this new netCDF file.")
    ] = None,
    step: Annotated[str, typer.Option(help="Length of a step: 1 h, 15 min or 5 min.")] = "1 h",
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of the synthetic weather and of all draws.")] = 2021,
    scale: Annotated[
        str | None, typer.Option(metavar="LOAD", help='Scale all sizes to another load, such as "200 GWh/yr".')
    ] = None,
    standards: Annotated[bool, typer.Option("--standards", help="Print each standard rule by rule.")] = False,
) -> None:
    """Run one park's year: every system, statement, claim, cost, and its standing under three rulebooks."""
    from decarb.analysis.park_call import park_call
    from decarb.analysis.park_run import run_park
    from decarb.analysis.park_scaled import scale_park
    from decarb.report.park import check_places, write_park
    from decarb.report.terminal_park import park_lines, park_tables
    from decarb.report.whole import leftovers

    asked = park_call(_path_or_name(file), weather=weather, clock=clock, seed=seed, step=step, settings=settings or [])
    spec = asked.spec if scale is None else scale_park(asked.spec, scale)
    folder = out or Path("results") / "parks" / (Path(file).stem if scale is None else spec.name)
    check_places(folder, hourly, replace=out is None)
    with _working(f"running {spec.name}"):
        results = run_park(spec, weather=asked.weather, clock=clock, seed=seed, step=asked.step)
        write_park(results, folder, hourly=hourly, replace=out is None)
    for table in park_tables(results, standards=standards):
        _print(table)
    for line in (*park_lines(results), f"written to {folder}" + (f" and {hourly}" if hourly else "")):
        typer.echo(line)
    for left in (*leftovers(folder), *(leftovers(hourly) if hourly else ())):
        typer.echo(f"{left} was left by a run that was stopped; remove it unless one is at work", err=True)


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
    loaded = load_scenario(_path_or_name(scenario), settings or [])
    with _working(f"solving {loaded.name}"):
        solution = solve_for(loaded, target, lever, ends)
    if as_json:
        typer.echo(json.dumps(solution.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo(str(solution))
    if not solution.intervals:
        raise typer.Exit(EXIT_TARGET_MISSED)


@app.command()
def check(
    pathway: Annotated[
        str, typer.Argument(help="A scenario, a results folder, or a CSV file: IAMC wide, or year,<name> [unit].")
    ],
    variable: Annotated[str | None, typer.Option(help="The variable of a CSV file to judge.")] = None,
    region: Annotated[
        str | None, typer.Option(help="The region of an IAMC file; default China, or the only one.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model of an IAMC file with several.")] = None,
    scenario: Annotated[str | None, typer.Option(help="The scenario of an IAMC file with several.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the object of verdict.json and nothing else.")] = False,
) -> None:
    """Judge a pathway by the rules of the targets; exit 3 when one is missed."""
    from decarb.report.terminal import missed, verdict_line, verdict_table

    verdict = _verdict_of(pathway, variable, region, model, scenario)
    if as_json:
        typer.echo(json.dumps(verdict.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(verdict_table(verdict, pathway))
        typer.echo(verdict_line(verdict))
    if missed(verdict):
        raise typer.Exit(EXIT_TARGET_MISSED)


def _verdict_of(
    pathway: str, variable: str | None, region: str | None, model: str | None, scenario: str | None
) -> Verdict:
    from decarb.pathway.targets import check_totals
    from decarb.scenario.foreign import read_pathway

    path = Path(pathway)
    chosen = {"variable": variable, "region": region, "model": model, "scenario": scenario}
    if path.suffix.lower() == ".csv":
        return check_totals(read_pathway(path, **chosen))
    odd = [f"--{name}" for name, value in chosen.items() if value is not None]
    if odd:
        raise CallError(f"{', '.join(odd)} chooses in a CSV file; {pathway} is none")
    from decarb.analysis.run import judge
    from decarb.analysis.run import run as run_scenario
    from decarb.report.folder import read_annual
    from decarb.scenario.scenario import load_scenario

    if path.is_file() and path.suffix.lower() not in SCENARIO_FILES:
        raise CallError(f"{pathway} is no scenario, results folder or CSV file; name one of them")
    if path.is_dir():
        return judge(read_annual(path))
    loaded = load_scenario(_path_or_name(pathway))
    with _working(f"running {loaded.name}"):
        return run_scenario(loaded).verdict


def _path_or_name(text: str) -> str | Path:
    return Path(text) if "/" in text or "\\" in text or Path(text).suffix else text


def _say_run(results: Results, folder: Path, settings: list[str]) -> None:
    from decarb.report.findings import findings
    from decarb.report.terminal import base_year_table, verdict_line, verdict_table

    _print(base_year_table(results.base))
    changed = f", changed: {' '.join(settings)}" if settings else ""
    _print(verdict_table(results.verdict, f"{results.provenance['scenario']}{changed}"))
    for line in (*findings(results), verdict_line(results.verdict), f"written to {folder}"):
        typer.echo(line)


def _print(renderable: object) -> None:
    from rich.console import Console

    console = Console()
    Console(width=None if console.is_terminal else 160).print(renderable)


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Show that something is going on, on the error stream, so that output stays clean."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        typer.echo(f"decarb: {what} ...", err=True)
        yield
        return
    with console.status(what):
        yield


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
