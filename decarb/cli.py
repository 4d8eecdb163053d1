"""The command line. Each command imports what it needs, so that `decarb --help` is quick."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
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
EXIT_STOPPED: Final = 130
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
    cost: Annotated[bool, typer.Option("--cost", help="Also print what it costs, as cost.csv says by year.")] = False,
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
    if cost:
        from decarb.report.cost import cost_table

        _print(cost_table(results.cost, loaded.name))


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
    with _counting(f"solving {loaded.name}") as progress:
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

    loaded = load_scenario(_path_or_name(scenario), settings or [])
    other = None if against is None else load_scenario(_path_or_name(against))
    if out is not None:
        check_parent(out)
        check_free_file(out, replace=False)
    with _counting(f"asking why of {loaded.name}") as progress:
        found = why_of(loaded, other, progress=progress)
    if out is not None:
        write_why(found, out)
    _print(why_table(found))
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
    _print(economies_view(table))
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
        str, typer.Argument(help="A scenario, a results folder, or a CSV file: IAMC wide, or year,<name> [unit].")
    ],
    variable: Annotated[str | None, typer.Option(help="The variable of a CSV file to judge.")] = None,
    region: Annotated[
        str | None, typer.Option(help="The region of an IAMC file; default China, or the only one.")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="One target alone: ndc-2035, or ndc-2035:net_ghg with the total it is judged on.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model of an IAMC file with several.")] = None,
    scenario: Annotated[str | None, typer.Option(help="The scenario of an IAMC file with several.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the object of verdict.json and nothing else.")] = False,
) -> None:
    """Judge a pathway by the rules of the targets; exit 3 when one is missed."""
    from decarb.report.terminal import missed, verdict_line, verdict_table

    verdict = _verdict_of(pathway, target, variable=variable, region=region, model=model, scenario=scenario)
    if as_json:
        typer.echo(json.dumps(verdict.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(verdict_table(verdict, pathway))
        typer.echo(verdict_line(verdict))
    if missed(verdict):
        raise typer.Exit(EXIT_TARGET_MISSED)


@app.command()
def sweep(
    design: Annotated[str, typer.Argument(help="A sweep file, or the name of a shipped one.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Store to write, or to go on with. Default: results/NAME.zarr; OUT.sweep lies beside it."),
    ] = None,
    scenarios: Annotated[
        int | None, typer.Option("--n", min=1, help="How many scenarios. Default: as the sweep says.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads, or processes. Default: one each core.")] = None,
    processes: Annotated[bool, typer.Option("--processes", help="Worker processes in place of threads.")] = False,
    scheduler: Annotated[str | None, typer.Option(help="Address of a dask scheduler to run on.")] = None,
    block: Annotated[int | None, typer.Option(min=1, help="Scenarios in a block. Default: up to 10,000.")] = None,
    keep: Annotated[
        str | None, typer.Option(metavar="NAMES", help="National series to store too, with commas between.")
    ] = None,
    dispatch: Annotated[str | None, typer.Option(help="direct, surface or auto: how hours enter.")] = None,
    settings: Setting = None,
) -> None:
    """Run a sweep of many scenarios into a store; the same command goes on where it was left. Exit 1: not whole."""
    from decarb.sweeps.design import load_sweep
    from decarb.sweeps.run import sweep as run_sweep

    loaded = load_sweep(_path_or_name(design), settings or [])
    try:
        found = run_sweep(
            loaded, out or Path("results", f"{loaded.name}.zarr"), scenarios=scenarios, workers=workers,
            processes=processes, scheduler=scheduler, block=block, dispatch=dispatch,
            keep=[name.strip() for name in (keep or "").split(",") if name.strip()],
        )  # fmt: skip
    except KeyboardInterrupt:
        typer.echo("stopped; the same command goes on where it was left", err=True)
        raise typer.Exit(EXIT_STOPPED) from None
    for line in found.words():
        typer.echo(line)
    if not found.whole:
        raise typer.Exit(EXIT_BAD_INPUT)


@app.command("sweep-verify")
def sweep_verify(
    store: Annotated[Path, typer.Argument(help="A store that `decarb sweep` wrote.")],
    repair: Annotated[
        bool, typer.Option("--repair", help="Forget damaged blocks, so that the sweep runs them again.")
    ] = False,
) -> None:
    """Read every byte of a store again and say what is missing or damaged. Exit 1: not whole."""
    from decarb.sweeps.verify import verify_sweep

    with _counting(f"reading {store}") as progress:
        report = verify_sweep(store, repair=repair, progress=progress)
    for line in report.words():
        typer.echo(line)
    if not report.whole:
        raise typer.Exit(EXIT_BAD_INPUT)


@app.command()
def summary(
    store: Annotated[Path, typer.Argument(help="A whole store that `decarb sweep` wrote.")],
    target: Annotated[
        list[str] | None, typer.Option(help="Say where this target holds, or all together; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Also write summary.json and summary.csv to this new folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json and nothing else.")] = False,
) -> None:
    """Say what a sweep found: which share meets each target, how wide the pathways lie, and what decides."""
    from decarb.report.sweep import check_free, summary_record, terminal_summary, write_summary
    from decarb.sweeps.answer import summary as answer_of

    if out is not None:
        check_free(out)
    with _counting(f"reading {store}") as progress:
        found = answer_of(store, targets=target or None, progress=progress)
    known = (found.summary, found.variance, found.discovery)
    head, lacking = found.headline(), found.lacking
    if out is not None:
        write_summary(out, *known, headline=head, lacking=lacking)
    if as_json:
        record = summary_record(*known, headline=head, lacking=lacking)
        typer.echo(json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False))
        return
    _print(terminal_summary(*known, headline=head, lacking=lacking))
    if out is not None:
        typer.echo(f"written to {out}")


def _verdict_of(pathway: str, target: str | None, **chosen: str | None) -> Verdict:
    from decarb.api import check as check_of
    from decarb.scenario.foreign import read_pathway

    path = Path(pathway)
    if path.suffix.lower() == ".csv":
        return check_of(read_pathway(path, **chosen), target)
    odd = [f"--{name}" for name, value in chosen.items() if value is not None]
    if odd:
        raise CallError(f"{', '.join(odd)} chooses in a CSV file; {pathway} is none")
    from decarb.analysis.run import run as run_scenario
    from decarb.report.folder import read_annual
    from decarb.scenario.scenario import load_scenario

    if path.is_file() and path.suffix.lower() not in SCENARIO_FILES:
        raise CallError(f"{pathway} is no scenario, results folder or CSV file; name one of them")
    if path.is_dir():
        return check_of(read_annual(path), target)
    loaded = load_scenario(_path_or_name(pathway))
    with _working(f"running {loaded.name}"):
        return check_of(run_scenario(loaded), target)


def _path_or_name(text: str) -> str | Path:
    return Path(text) if "/" in text or "\\" in text or Path(text).suffix else text


def _say_run(results: Results, folder: Path, settings: list[str]) -> None:
    from decarb.report.findings import findings
    from decarb.report.terminal import base_year_table, verdict_table

    _print(base_year_table(results.base))
    changed = f", changed: {' '.join(settings)}" if settings else ""
    _print(verdict_table(results.verdict, f"{results.provenance['scenario']}{changed}"))
    for line in (*findings(results), f"written to {folder}"):
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


@contextmanager
def _counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how much of a piece of work is done, as a sweep does."""
    from decarb.sweeps.progress import steps

    with steps(what) as said:
        yield lambda done, of: said("", done, of)


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
