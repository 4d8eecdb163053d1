"""The commands of a sweep as people see them: a tiny one of two axes, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_samples import Call, command_line

TEXT = """base: china-2060
axes:
  capture.level: {distribution: uniform}
  rollout.growth: {distribution: uniform}
"""


@pytest.fixture
def decarb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in a folder with a sweep file, in this process."""
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(TEXT, encoding="utf-8")
    return command_line(monkeypatch, capsys)


def test_a_sweep_is_run_verified_and_summed_up_in_a_folder_of_any_name(decarb: Call) -> None:
    store = "一 个 'sweep' \"q\".zarr"
    ran = decarb("sweep", "mine.yaml", "--out", store, "--n", 8, "--block", 4)
    assert ran.code == 0 and "8 scenarios in 2 of 2 blocks" in ran.out
    assert "making the sweep ready ..." in ran.err and "8 of 8" in ran.err and "\x1b" not in ran.err
    once_more = decarb("sweep", "mine.yaml", "--out", store, "--n", 8, "--block", 4)
    assert once_more.code == 0 and "sweeping" not in once_more.err, "nothing was left to do"
    other = decarb("sweep", "mine.yaml", "--out", store, "--n", 9, "--block", 4)
    assert other.code == 2 and "rows: 8 there, 9 asked for" in other.err
    verified = decarb("sweep-verify", store)
    assert verified.code == 0 and "8 of 8 scenarios are sound" in verified.out
    summed = decarb("summary", store, "--out", "sums")
    assert summed.code == 0 and "8 pathways" in summed.out and Path("sums", "summary.json").is_file()
    next(Path(f"{store}.sweep", "blocks").iterdir()).unlink()
    unfinished = decarb("summary", store)
    assert unfinished.code == 1 and "1 of 2 blocks are done; run the sweep again to go on" in unfinished.err
    assert decarb("sweep-verify", store).code == 1


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["sweep", "mine.yaml", "--dispatch", "surfce"], 2, 'did you mean "surface"?'),
    (["sweep", "mine.yaml", "--keep", "gross_co,net_co2"], 2, 'did you mean "gross_co2"?'),
    (["sweep", "mine.yaml", "--n", "10000000000"], 2, "write 1 to 1,000,000,000"),
    (["sweep", "mine.yaml", "--n", "0"], 2, "greater than or equal to 1"),
    (["sweep", "mine.yaml", "--block", "0"], 2, "greater than or equal to 1"),
    (["sweep", "mine.yaml", "--set", "seed=-1"], 1, "--set seed: -1 is less than 0; write 0 or more"),
    (["sweep", "mine.yaml", "--scheduler", "tcp://127.0.0.1:1", "--processes"], 2, "three ways to run"),
    (["sweep", "mine.yaml", "--out", "/"], 2, "/ is no name of a store; write one"),
    (["sweep", "mine.yaml", "--out", "mine.yaml"], 2, "is a file; name another store"),
    (["sweep", "mine.yaml", "--out", "."], 2, "holds no sweep"),
    (["sweep", "mine"], 1, "did you mean mine.yaml?"),
    (["sweep", "china-2060"], 1, "is a scenario, no sweep"),
    (["summary", "/"], 2, "/ is no name of a store; write one"),
    (["summary", "mine.yaml"], 1, "name a store that `decarb sweep` wrote"),
    (["sweep-verify", "nowhere.zarr"], 1, "name a store that `decarb sweep` wrote"),
])  # fmt: skip
def test_what_is_wrong_is_said_before_any_work_and_leaves_nothing(
    decarb: Call, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    def refuse(*given: object, **options: object) -> None:
        raise AssertionError("this was to be refused before the work")

    monkeypatch.setattr("decarb.sweeps.plan.study_of", refuse)
    found = decarb(*arguments)
    assert found.code == code and said in found.err and not found.out
    assert [each.name for each in Path.cwd().iterdir()] == ["mine.yaml"]


def test_a_sweep_that_is_stopped_says_how_to_go_on(decarb: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*given: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("decarb.sweeps.run.run_blocks", stop)
    stopped = decarb("sweep", "mine.yaml", "--out", "s.zarr", "--n", 4)
    assert stopped.code == 130 and "stopped; the same command goes on where it was left" in stopped.err
    assert Path("s.zarr.sweep", "sweep.json").is_file() and not Path("s.zarr", "zarr.json").exists()
