"""The whole answer of a sweep: read from the top, each sentence once, and complete without optional packages."""

from __future__ import annotations

import importlib
import json
import sys

import numpy as np
import pytest
import xarray as xr
from variance_samples import swept, uniform

from decarb import sweeps
from decarb.errors import CallError
from decarb.report.sweep import summary_record, summary_rows
from decarb.sweeps import answer
from decarb.sweeps.answer import Answer, summary
from decarb.sweeps.summary import Summary, summarise
from decarb.sweeps.variance import variance_by_axis


@pytest.fixture(scope="module")
def store() -> xr.Dataset:
    one = swept(lambda points: points[:, 0] - 0.7, [uniform()] * 3, 5_000)
    one["net_co2"] = 1.001 * one["gross_co2"]
    one["net_ghg"] = 0.999 * one["gross_co2"]
    return one.assign(value=one["margin"]).assign_attrs(name="<b>a & b</b>")


@pytest.fixture(scope="module")
def found(store: xr.Dataset) -> Answer:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answer, "summarise", late)
        return summary(store)


def late(store: xr.Dataset) -> Summary:
    return summarise(store, years=[2050, 2060])


def test_no_sentence_stands_twice(found: Answer) -> None:
    said = found.words()
    assert len(said) == len(set(said)) and str(found) == "\n".join(said)
    assert sum("One random half" in line for line in said) == 1


def test_the_headline_says_shares_what_decides_and_where(found: Answer) -> None:
    head = found.headline()
    assert "30 % meet ndc-2035" in head[0]
    assert any("decides" in line for line in head)
    assert any("`group.axis_0` above 0.7" in line for line in head)


def test_what_decides_stands_first_where_a_few_pathways_are_left_out() -> None:
    one = swept(lambda points: points[:, 0], [uniform()] * 3, 5_000)
    one["gross_co2"][7, 1] = np.nan
    said = variance_by_axis(one).words()
    assert said[0].startswith("`group.axis_0` decides") and any("are left out" in line for line in said)


def test_totals_of_one_year_that_hang_on_the_same_are_told_at_once(found: Answer) -> None:
    said = [line for line in found.words() if "`group.axis_0` decides" in line]
    assert sum("gross CO2, net CO2 and net greenhouse gases in 2060" in line for line in said) == 1


def test_a_page_is_escaped_and_a_repr_is_short(found: Answer) -> None:
    assert "<b>a & b</b>" not in found._repr_html_() and "&lt;b&gt;a &amp; b&lt;/b&gt;" in found._repr_html_()
    assert len(repr(found)) < 120


def test_json_and_rows_hold_everything(found: Answer) -> None:
    known = (found.summary, found.variance, found.discovery)
    record = json.loads(json.dumps(summary_record(*known, headline=found.headline()), allow_nan=False))
    assert record["headline"] == found.headline() and record["rows_together"] == 5
    boxes = record["discovery"]["numbers"]
    assert set(boxes["coords"]) >= {"of", "tells", "axis", "axis_unit", "axis_by", "asked"}
    parts = {row[0] for row in summary_rows(*known)}
    assert parts >= {"together", "target", "series", "undefined", "status", "variance", "discovery"}


def test_one_target_alone_is_asked_where_it_holds_and_another_name_is_refused(store: xr.Dataset) -> None:
    with pytest.raises(CallError, match='did you mean "ndc-2035"'):
        summary(store, targets=["ndc-2053"])


def test_without_the_packages_shares_and_bands_are_told_and_what_to_install(
    store: xr.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SALib.analyze", "sklearn.tree"):
        monkeypatch.setitem(sys.modules, name, None)
    for name in ("indices", "variance", "boxes", "discovery"):
        monkeypatch.delitem(sys.modules, f"decarb.sweeps.{name}", raising=False)
    monkeypatch.delitem(sys.modules, "decarb.sweeps.answer")
    for name in ("indices", "variance", "boxes", "discovery", "answer"):
        if hasattr(sweeps, name):
            monkeypatch.delattr(sweeps, name)
    bare = importlib.import_module("decarb.sweeps.answer")
    monkeypatch.setattr(bare, "summarise", late)
    said = bare.summary(store)
    assert said.variance is None and said.discovery is None
    assert sum("pip install" in line for line in said.words()) == 2
    assert any("meet ndc-2035" in line for line in said.headline()) and np.isfinite(said.summary.computed)
