"""What a run would refuse is refused by `validate`, at the field that the file states."""

from __future__ import annotations

from pathlib import Path

import pytest

from decarb.errors import DecarbError, InputError
from decarb.scenario.reading import read_document
from decarb.scenario.refusals import refusal
from decarb.scenario.scenario import validate_file
from decarb.variables import shipped


def mine(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"extends: china-2060\nname: mine\n{text}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("captive: {retirement_end: 2026}\n", "3:27: captive: retirement_end 2026 is not after retirement_start 2030"),
        ("power:\n  market_traded_share: 1\n", "4:24: template.green_power_share, power.market_traded_share: contra"),
        ("zones: {share_of_national_co2: 1}\n", "3:32: zones.share_of_national_co2: 1 of national CO2 is more than"),
        ('rollout: {store_loss_change: "50 %/yr"}\n', "3:30: rollout.store_loss_change: 50 %/yr is outside -50 to 0"),
        ("captive: {factor_ratio: 0.01}\n", "3:25: captive.factor_ratio: 0.01 is outside 0.8 to 2"),
        ("zones: {captive_share: 1}\n", "3:24: zones.captive_share: 1 is outside 0 to 0.5"),
    ],
)
def test_what_a_run_refuses_is_not_valid(tmp_path: Path, text: str, said: str) -> None:
    path = mine(tmp_path, text)
    with pytest.raises(InputError) as refused:
        validate_file(path)
    (problem,) = refused.value.problems
    assert str(problem).startswith(f"{path}:{said}") and problem.fix


def test_an_error_that_names_no_field_stands_at_the_file(tmp_path: Path) -> None:
    path = mine(tmp_path, "seed: 7\n")
    read = read_document(path, shipped=lambda one: next(
        (found for found in (shipped("scenarios", f"{one}.yaml"), shipped("scenarios", f"parks/{one}.yaml"))
         if found.is_file()), None))  # fmt: skip
    (problem,) = refusal(DecarbError("dispatch: 3 is less than 4; write more"), read).problems
    assert (problem.where.partition(":")[0], problem.key) == (str(path), "")
    assert problem.found == "dispatch: 3 is less than 4" and problem.fix == "write more"
    (problem,) = refusal(DecarbError("seed: 7 is odd; write 8"), read).problems
    assert str(problem) == f"{path}:3:7: seed: 7 is odd; write 8"
