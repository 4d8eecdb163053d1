"""Commands of sweeps: run one, read it again, say what it found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from decarb.cli.calling import EXIT_BAD_INPUT, EXIT_STOPPED, Setting, app, counting, path_or_name, show


@app.command()
def sweep(
    design: Annotated[str, typer.Argument(help="A sweep file, or the name of a shipped one.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Store to write, or to go on with. Default: results/NAME.zarr; OUT.sweep lies beside it."),
    ] = None,
    scenarios: Annotated[
        int | None, typer.Option("--scenarios", "--n", min=1, help="How many scenarios. Default: as the sweep says.")
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

    loaded = load_sweep(path_or_name(design), settings or [])
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

    with counting(f"reading {store}") as progress:
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
    with counting(f"reading {store}") as progress:
        found = answer_of(store, targets=target or None, progress=progress)
    known = (found.summary, found.variance, found.discovery)
    head, lacking = found.headline(), found.lacking
    if out is not None:
        write_summary(out, *known, headline=head, lacking=lacking)
    if as_json:
        record = summary_record(*known, headline=head, lacking=lacking)
        typer.echo(json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False))
        return
    show(terminal_summary(*known, headline=head, lacking=lacking))
    if out is not None:
        typer.echo(f"written to {out}")
