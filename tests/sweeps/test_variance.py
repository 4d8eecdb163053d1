"""What decides: known functions get their known indices, and what cannot be said is not said."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.analyze import sobol
from variance_samples import ishigami, swept, uniform

from decarb.errors import CallError
from decarb.sweeps import indices as estimators
from decarb.sweeps.variance import Indices, sobol_indices, variance_by_axis

FIRST, TOTAL = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
CIRCLE = [uniform(-np.pi, np.pi)] * 3


def decided(store: xr.Dataset, **options: int) -> Indices:
    (found,) = sobol_indices(store, "gross_co2", year=2060, **options).indices
    return found


def sobol_g(points: np.ndarray, damping: np.ndarray) -> np.ndarray:
    return np.prod((np.abs(4.0 * points - 2.0) + damping) / (1.0 + damping), axis=1)


def test_ishigami_gets_its_first_and_total_order() -> None:
    found = decided(swept(ishigami, CIRCLE, 5 * 2**15))
    np.testing.assert_allclose(found.first, FIRST, atol=0.005)
    np.testing.assert_allclose(found.total, TOTAL, atol=0.005)
    assert found.used == 2**15 and found.left_out == found.cut == 0 and found.holds


def test_sobol_g_gets_its_first_and_total_order() -> None:
    damping = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
    # V_i = 1/3 / (1 + a_i)^2, V = prod(1 + V_i) - 1, S_i = V_i / V, T_i = V_i prod_{j != i}(1 + V_j) / V
    parts = 1.0 / (3.0 * (1.0 + damping) ** 2)
    whole = np.prod(1.0 + parts) - 1.0
    found = decided(swept(lambda points: sobol_g(points, damping), [uniform()] * 6, 64_000))
    np.testing.assert_allclose(found.first, parts / whole, atol=0.015)
    np.testing.assert_allclose(found.total, parts * np.prod(1.0 + parts) / (1.0 + parts) / whole, atol=0.015)


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube"])
def test_rows_without_groups_give_first_order_alone(method: str) -> None:
    found = decided(swept(ishigami, CIRCLE, 20_000, method))
    np.testing.assert_allclose(found.first, FIRST, atol=0.015)
    assert np.isnan(found.total).all() and np.isnan(found.total_error).all()
    assert found.estimator == "rbd-fast"


def test_rows_are_analysed_whatever_order_they_come_in() -> None:
    ordered = swept(ishigami, CIRCLE, 4_000, "sobol")
    at = np.argsort(ordered["input"].values[:, 0])
    mixed = ordered.isel(scenario=at).assign_coords(scenario=np.arange(4_000))
    np.testing.assert_allclose(decided(mixed).first, decided(ordered).first, atol=0.02)


def test_intervals_are_those_of_salib() -> None:
    store = swept(ishigami, CIRCLE, 10_000)
    ours = decided(store, resamples=1000)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    values = store["gross_co2"].sel(year=2060).values
    theirs = sobol.analyze(problem, values, calc_second_order=False, num_resamples=1000, seed=2)
    # The deviation of 1,000 resamples is itself known to 1 / sqrt(2,000) = 2 %, that of both to 3 %: three times that.
    np.testing.assert_allclose(ours.first_error, theirs["S1_conf"], rtol=0.1)
    np.testing.assert_allclose(ours.total_error, theirs["ST_conf"], rtol=0.1)


def test_the_same_seed_gives_the_same_intervals_and_another_does_not() -> None:
    store = swept(ishigami, CIRCLE, 1_000)
    again, other = decided(store, seed=0), decided(store, seed=5)
    np.testing.assert_array_equal(decided(store, seed=0).first_error, again.first_error)
    np.testing.assert_array_equal(other.first, again.first)
    assert (other.first_error != again.first_error).all()
    rows = swept(ishigami, CIRCLE, 1_000, "sobol")
    np.testing.assert_array_equal(decided(rows).first_error, decided(rows).first_error)


@settings(max_examples=15)
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_a_shift_or_another_unit_changes_no_index(shift: float, factor: float) -> None:
    store = swept(ishigami, CIRCLE, 500)
    moved = store.assign(gross_co2=store["gross_co2"] * factor + shift)
    np.testing.assert_allclose(decided(moved).first, decided(store).first, atol=1e-5)
    np.testing.assert_allclose(decided(moved).total, decided(store).total, atol=1e-5)


def test_two_axes_that_add_up_share_the_variance_by_their_squares() -> None:
    # Y = 3 x_0 + x_1: S = 9/10 and 1/10, and nothing comes from acting together.
    variance = sobol_indices(swept(lambda x: 3.0 * x[:, 0] + x[:, 1], [uniform()] * 3, 25_000), "gross_co2", year=2060)
    (found,) = variance.indices
    np.testing.assert_allclose(found.total, [0.9, 0.1, 0.0], atol=0.01)
    # Deviation: sqrt((9 + 1) / 12) = 0.913 Mt.
    assert found.deviation == pytest.approx(0.9129, rel=1e-3)
    said = " ".join(variance.words())
    assert "`group.axis_0` decides 90 %" in said and "standard deviation 0.913 Mt CO2/yr" in said
    assert "gross CO2 in 2060" in said and "none is seen to act through others" in said
    assert "no probabilities" in said


def test_words_name_who_acts_through_others() -> None:
    said = " ".join(sobol_indices(swept(ishigami, CIRCLE, 40_000), "gross_co2", year=2060).words())
    assert "`group.axis_1` decides 44 % (± 3 points)" in said or "`group.axis_1` decides 44 % (± 2 points)" in said
    assert "hangs most on `group.axis_0` (alone 31 %, with others 56 %) and `group.axis_2`" in said


def test_groups_with_a_member_that_was_not_computed_are_left_out_and_counted() -> None:
    store = swept(ishigami, CIRCLE, 40_000)
    # Rows 7 and 9 are of group 1 (5 rows a group), row 20 is of group 4.
    store["status"][[7, 9]] = 1
    store["gross_co2"][20, 1] = np.nan
    store["gross_co2"][7, 1] = 1e9
    found = decided(store)
    assert (found.used, found.left_out, found.holds) == (7_998, 2, True)
    np.testing.assert_allclose(found.first, FIRST, atol=0.03)
    assert "2 of 8,000 groups of 5 pathways are left out" in " ".join(
        sobol_indices(store, "gross_co2", year=2060).words()
    )


def test_indices_do_not_hold_where_more_than_a_twentieth_of_the_groups_is_left_out() -> None:
    store = swept(ishigami, CIRCLE, 5_000)  # 1,000 groups
    store["status"][: 50 * 5 : 5] = 1
    assert decided(store).holds
    store["status"][50 * 5] = 1  # 51 of 1,000
    variance = sobol_indices(store, "gross_co2", year=2060)
    assert not variance.indices[0].holds and not variance.to_dataset()["holds"].item()
    assert any("do not hold" in sentence for sentence in variance.words()[:2])


def test_a_last_part_of_a_group_is_left_out_and_said() -> None:
    whole, cut = decided(swept(ishigami, CIRCLE, 1_000)), decided(swept(ishigami, CIRCLE, 1_003))
    np.testing.assert_array_equal(cut.first, whole.first)
    assert (cut.used, cut.cut) == (200, 3)
    said = sobol_indices(swept(ishigami, CIRCLE, 1_003), "gross_co2", year=2060).words()
    assert any(sentence.endswith("no whole group are left out of what decides: 3.") for sentence in said)


@pytest.mark.parametrize("method", ["saltelli", "sobol"])
def test_a_number_that_does_not_vary_has_no_indices(method: str) -> None:
    found = sobol_indices(swept(lambda x: np.full(len(x), 4451.9), CIRCLE, 1_000, method), "gross_co2", year=2060)
    assert found.words() == ["What decides gross CO2 in 2060 cannot be said: it does not vary."]
    assert np.isnan(found.indices[0].first).all()


def test_a_number_that_varies_in_a_few_moved_rows_alone_has_none() -> None:
    store = swept(lambda x: np.zeros(len(x)), CIRCLE, 1_000)
    store["gross_co2"][11, 1] = 5.0  # row 1 of group 2
    assert "too few pathways" in decided(store).why


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("method", ["saltelli", "sobol"])
def test_a_number_that_is_seldom_more_than_zero_is_analysed_without_a_warning(method: str, seed: int) -> None:
    seldom = swept(lambda points: (points[:, 0] > 0.996 * np.pi) * 1.0, CIRCLE, 5_000, method)
    found = decided(seldom, seed=seed)
    assert not found.why and np.isfinite(found.first_error).all()


def test_a_number_of_one_group_is_analysed_without_a_warning() -> None:
    for group in range(20):
        store = swept(lambda points: np.zeros(len(points)), CIRCLE, 100)
        store["gross_co2"][5 * group, 1] = 1.0
        assert not decided(store).why


@pytest.mark.parametrize(
    ("design", "why"),
    [
        ({"method": "sobol", "correlations": [{"between": ["a", "b"], "value": 0.5}]}, "correlated"),
        ({"method": "grid"}, "grid"),
        ({"method": "table"}, "table"),
        ({"method": "halton"}, "halton"),
    ],
)
def test_a_design_without_indices_says_why(design: dict[str, object], why: str) -> None:
    store = swept(ishigami, CIRCLE, 1_000, "sobol").assign_attrs(sweep=json.dumps(design))
    found = sobol_indices(store, "gross_co2", year=2060)
    assert why in found.indices[0].why and not found.indices[0].holds
    assert len(found.words()) == 1 and why in found.words()[0]


@pytest.mark.parametrize(("method", "scenarios"), [("saltelli", 75), ("sobol", 300)])
def test_too_few_scenarios_have_no_indices(method: str, scenarios: int) -> None:
    assert "too few" in decided(swept(ishigami, CIRCLE, scenarios, method)).why


def test_a_small_sweep_says_how_loose_its_ranking_is() -> None:
    said = " ".join(sobol_indices(swept(ishigami, CIRCLE, 200), "gross_co2", year=2060).words())
    assert "small for a ranking" in said


def test_by_default_what_the_sweep_keeps_is_told() -> None:
    variance = variance_by_axis(swept(ishigami, CIRCLE, 1_000))
    assert [one.output.key for one in variance.indices] == ["gross_co2 2060", "margin ndc-2035"]
    dataset = variance.to_dataset()
    assert dict(dataset.sizes) == {"output": 2, "axis": 3}
    np.testing.assert_array_equal(dataset["first_order"][1], variance.indices[1].first)
    assert list(dataset["output_unit"].values) == ["Mt CO2/yr", "1"]
    assert "the margin of ndc-2035" in " ".join(variance.words())


def test_a_store_read_in_chunks_gives_the_same_bits() -> None:
    store = swept(ishigami, CIRCLE, 2_000)
    for one in (store, store.assign_attrs(sweep=json.dumps({"method": "sobol"}))):
        np.testing.assert_array_equal(decided(one.chunk(scenario=300)).first, decided(one).first)


@pytest.mark.parametrize(
    ("output", "options", "said"),
    [
        ("gros_co2", {"year": 2060}, "gross_co2"),
        ("gross_co2", {}, "name one year"),
        ("gross_co2", {"year": 2060, "target": "ndc-2035"}, "name one year"),
        ("gross_co2", {"year": 2061}, "no year 2061"),
        ("margin", {"target": "ndc-2053"}, "ndc-2035"),
        ("margin", {"year": 2060}, "name one target"),
        ("gross_co2", {"year": 2060, "resamples": 1}, "resamples"),
        ("gross_co2", {"year": 2060, "seed": -1}, "seed"),
    ],
)
def test_a_wrong_call_is_told_what_to_write(output: str, options: dict[str, object], said: str) -> None:
    with pytest.raises(CallError, match=said):
        sobol_indices(swept(ishigami, CIRCLE, 100), output, **options)  # type: ignore[arg-type]


def test_a_part_of_a_sweep_or_another_dataset_is_refused() -> None:
    store = swept(ishigami, CIRCLE, 1_000)
    with pytest.raises(CallError, match="the whole store"):
        decided(store.isel(scenario=slice(1, None)))
    with pytest.raises(CallError, match="the attribute sweep"):
        decided(store.drop_attrs(deep=False))


def test_without_salib_the_command_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    spec = importlib.util.spec_from_file_location("without_salib", Path(estimators.__file__))
    assert spec is not None and spec.loader is not None
    with pytest.raises(CallError, match=r"pip install 'decarb\[sweep\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
