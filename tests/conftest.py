"""What all tests share: property tests draw the same examples on every machine and keep no record."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr
from hypothesis import settings
from nation_samples import OF_ZONE, Evaluate, stated

from decarb import model
from decarb.analysis.park import ParkResults
from decarb.analysis.park_run import run_park
from decarb.analysis.run import Results, run
from decarb.report.folder import write_results
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import load_scenario

settings.register_profile("decarb", database=None, deadline=None, derandomize=True)
settings.load_profile("decarb")


@pytest.fixture(scope="session")
def china_inputs() -> xr.Dataset:
    """What the model computes with in the shipped scenario; copy before changing a value in place."""
    return scenario_inputs(load_scenario("china-2060").spec)


@pytest.fixture(scope="session")
def china_weather(china_inputs: xr.Dataset) -> xr.Dataset:
    """The weather of all provinces: it takes seconds, so all tests share it."""
    return model.weather(china_inputs)


@pytest.fixture(scope="session")
def china(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> model.Evaluation:
    """The shipped scenario as the model sees it."""
    return model.evaluate(china_inputs, china_weather)


@pytest.fixture(scope="session")
def evaluate(china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset) -> Evaluate:
    """The model with changed inputs; no hour is dispatched again where the zones stay as they are."""

    def annual(inputs: xr.Dataset) -> xr.Dataset:
        same = all(inputs[name].identical(china_inputs[name]) for name in OF_ZONE)
        return model.evaluate(inputs, china_weather, zone=china.zone if same else None).annual

    return annual


@pytest.fixture(scope="session")
def no_template(evaluate: Evaluate, china_inputs: xr.Dataset) -> xr.Dataset:
    """The annual results of the shipped scenario where no zone ever adopts the template."""
    return evaluate(stated(china_inputs, rollout_ceiling=0.0))


@pytest.fixture(scope="session")
def results() -> Results:
    """A run of the shipped scenario; copy before changing a value in place."""
    return run("china-2060")


@pytest.fixture(scope="session")
def run_folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run on disk; to be read only."""
    return write_results(results, tmp_path_factory.mktemp("runs") / "results" / "china-2060")


@pytest.fixture(scope="session")
def yizhuang_results() -> ParkResults:
    """A run of the seed park; copy before changing a value in place."""
    return run_park("yizhuang")
