"""Commands that run one scenario or one park."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decarb.cli.calling import (
    Setting,
    app,
    language_of,
    path_or_name,
    show,
    working,
)

if TYPE_CHECKING:
    from decarb.analysis.run import Results


@app.command()
def validate(
    file: Annotated[str, typer.Argument(help="A scenario or park file, or the name of a shipped one.")],
) -> None:
    """Check a scenario or park file and report everything wrong in it at once."""
    from decarb.scenario.scenario import validate_file

    spec = validate_file(path_or_name(file))
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
    zarr: Annotated[bool, typer.Option("--zarr", help="Also write the results as a Zarr store, results.zarr.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Also write everything to this new workbook.")] = None,
    language: Annotated[str, typer.Option(help="Of the workbook: en or zh.")] = "en",
) -> None:
    """Run a scenario from its park to the verdict on the nation's pathway, and write its results."""
    from decarb.analysis.run import run as run_scenario
    from decarb.report.folder import check_free, write_results
    from decarb.report.workbook import check_free_workbook
    from decarb.scenario.scenario import load_scenario

    words = language_of(language)
    loaded = load_scenario(path_or_name(scenario), settings or [])
    folder = out or Path("results") / loaded.document.path.stem
    check_free(folder, replace=out is None)
    if xlsx is not None:
        check_free_workbook(xlsx)
    with working(f"running {loaded.name}"):
        results = run_scenario(loaded)
        write_results(results, folder, replace=out is None, zarr=zarr)
        if xlsx is not None:
            from decarb.report.workbook_results import write_workbook

            write_workbook(results, xlsx, language=words)
    _say_run(results, f"{folder}" + (f" and {xlsx}" if xlsx else ""), settings or [])
    if cost:
        from decarb.report.cost import cost_table

        show(cost_table(results.cost, loaded.name))


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

    asked = park_call(path_or_name(file), weather=weather, clock=clock, seed=seed, step=step, settings=settings or [])
    spec = asked.spec if scale is None else scale_park(asked.spec, scale)
    folder = out or Path("results") / "parks" / (Path(file).stem if scale is None else spec.name)
    check_places(folder, hourly, replace=out is None)
    with working(f"running {spec.name}"):
        results = run_park(spec, weather=asked.weather, clock=clock, seed=seed, step=asked.step)
        write_park(results, folder, hourly=hourly, replace=out is None)
    for table in park_tables(results, standards=standards):
        show(table)
    for line in (*park_lines(results), f"written to {folder}" + (f" and {hourly}" if hourly else "")):
        typer.echo(line)
    for left in (*leftovers(folder), *(leftovers(hourly) if hourly else ())):
        typer.echo(f"{left} was left by a run that was stopped; remove it unless one is at work", err=True)


def _say_run(results: Results, written: str, settings: list[str]) -> None:
    from decarb.report.findings import findings
    from decarb.report.terminal import base_year_table, verdict_table

    show(base_year_table(results.base))
    changed = f", changed: {' '.join(settings)}" if settings else ""
    show(verdict_table(results.verdict, f"{results.provenance['scenario']}{changed}"))
    for line in (*findings(results), f"written to {written}"):
        typer.echo(line)
