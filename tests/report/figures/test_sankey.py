"""Where the nodes and ribbons of a Sankey lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from picture_samples import flows

from decarb.errors import CallError
from decarb.report.figures.picture import Flows
from decarb.report.figures.sankey import laid_out

(SANKEY,) = flows().marks
assert isinstance(SANKEY, Flows)


def test_ribbons_fill_their_nodes_from_edge_to_edge_without_overlap() -> None:
    nodes, ribbons = laid_out(SANKEY)
    for place, node in enumerate(nodes):
        leaving = sorted((r.from_low, r.thick) for r in ribbons if r.source == place)
        entering = sorted((r.to_low, r.thick) for r in ribbons if r.target == place)
        for side in filter(None, (leaving, entering)):
            lows = np.array([low for low, _ in side])
            highs = lows + [thick for _, thick in side]
            np.testing.assert_allclose([*lows, node.high], [node.low, *highs])


def test_nodes_lie_inside_and_apart() -> None:
    nodes, _ = laid_out(SANKEY)
    assert all(-1e-12 <= node.low <= node.high <= 1.0 + 1e-12 for node in nodes)
    assert nodes[0].low > nodes[1].high and nodes[3].low > nodes[4].high


def test_what_flows_through_a_node_is_the_larger_side() -> None:
    nodes, _ = laid_out(SANKEY)
    assert [node.amount for node in nodes] == [6.0, 4.0, 10.0, 7.0, 3.0]


def test_negative_flows_and_flows_that_lead_back_are_refused() -> None:
    with pytest.raises(CallError, match="negative or no number"):
        laid_out(replace(SANKEY, amounts=np.array([6.0, -4.0, 7.0, 3.0])))
    with pytest.raises(CallError, match="leads back"):
        laid_out(replace(SANKEY, layers=(0, 0, 0, 2, 2)))
