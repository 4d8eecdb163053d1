"""The picture of a park's electricity: as much leaves its middle as enters it."""

from __future__ import annotations

import numpy as np
import pytest

from decarb.analysis.park import ParkResults
from decarb.errors import CallError
from decarb.report.figures import Picture, energy
from decarb.report.figures.picture import Flows


def _flows(picture: Picture) -> Flows:
    (flows,) = picture.marks
    assert isinstance(flows, Flows)
    return flows


def test_as_much_leaves_the_park_as_enters_it(yizhuang_results: ParkResults) -> None:
    flows = _flows(energy(yizhuang_results.annual))
    middle = flows.layers.index(1)
    entering = flows.amounts[np.array(flows.targets) == middle].sum()
    leaving = flows.amounts[np.array(flows.sources) == middle].sum()
    assert entering == pytest.approx(leaving, rel=1e-9)


def test_each_flow_is_that_of_the_year(yizhuang_results: ParkResults) -> None:
    annual, flows = yizhuang_results.annual, _flows(energy(yizhuang_results.annual))
    by_name = dict(
        zip([name for i, name in enumerate(flows.nodes) if flows.layers[i] != 1], flows.amounts, strict=True)
    )
    assert by_name["Wind"] == pytest.approx(float(annual["generation"].sel(technology="wind")))
    assert by_name["Buildings"] == pytest.approx(float(annual["electricity"].sel(use="buildings")))
    lost = annual["charge"].sum() - annual["discharge"].sum() - annual["storage_change"].sum()
    assert by_name["Lost in the stores"] == pytest.approx(float(lost))


def test_what_is_zero_is_named_and_not_drawn(yizhuang_results: ParkResults) -> None:
    picture = energy(yizhuang_results.annual, language="zh")
    assert "热电联产" not in _flows(picture).nodes and "热电联产" in picture.notes[-1]


def test_stores_that_end_emptier_than_they_began_are_a_source(yizhuang_results: ParkResults) -> None:
    annual = yizhuang_results.annual.copy(deep=True)
    annual["storage_change"][:] = [-10.0, 0.0, 0.0]
    annual["charge"][0] -= 10.0
    annual["grid_export"] = annual["grid_export"].copy(data=float(annual["grid_export"]) + 10.0)
    flows = _flows(energy(annual))
    assert flows.amounts[flows.nodes.index("Taken from the stores")] == pytest.approx(10.0)


def test_a_year_that_does_not_balance_is_refused(yizhuang_results: ParkResults) -> None:
    annual = yizhuang_results.annual.copy(deep=True)
    annual["grid_import"] = annual["grid_import"].copy(data=float(annual["grid_import"]) + 100.0)
    with pytest.raises(CallError, match="enter the park"):
        energy(annual)
