"""What a sweep says: every scenario is counted once, nothing is dropped, and no share is finer than the sweep."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from sweep_summary_samples import TARGETS, few

from decarb.errors import CallError
from decarb.sweeps.summary import Summary, summarise
from decarb.sweeps.summary_words import NO_PROBABILITY, share


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(few(), years=(2030, 2060), quantiles=(0.0, 0.5, 1.0))


def counts(summary: Summary, name: str) -> list[int]:
    return summary.targets[name].values.tolist()


def test_each_target_is_counted_by_hand(summary: Summary) -> None:
    assert counts(summary, "met") == [7, 4, 4, 2]
    assert counts(summary, "missed") == [1, 4, 2, 4]
    assert counts(summary, "undefined") == [0, 0, 2, 2]
    assert counts(summary, "not_computed") == [2, 2, 2, 2]
    # Of the eight that were computed: what is undefined stays in the total.
    assert summary.targets["share_met"].values.tolist() == [7 / 8, 4 / 8, 4 / 8, 2 / 8]


def test_all_targets_together_are_those_that_can_be_missed(summary: Summary) -> None:
    assert summary.of == TARGETS[:3]
    found = {name: int(summary.together[name]) for name in ("met", "missed", "undefined", "not_computed")}
    # Scenarios 0 and 1; 2, 3, 4, 5 and 7; 6; 8 and 9.
    assert found == {"met": 2, "missed": 5, "undefined": 1, "not_computed": 2}
    assert float(summary.together["share_met"]) == 2 / 8


def test_missed_alone_is_a_target_without_which_all_would_hold(summary: Summary) -> None:
    assert counts(summary, "missed_alone") == [0, 2, 1, 0]


def test_bands_and_deciding_numbers_are_of_what_is_defined(summary: Summary) -> None:
    # Scenarios 0 to 7 were computed: 0, 100, ..., 700 in 2030.
    assert summary.series["net_co2"].sel(year=2030).values.tolist() == [0.0, 350.0, 700.0]
    assert summary.series["net_co2"].sel(year=2060).values.tolist() == [-7.0, -3.5, 0.0]
    assert summary.undefined["net_co2"].values.tolist() == [0, 0]
    assert summary.undefined["nonfossil_share"].values.tolist() == [1, 0]
    assert summary.targets["margin"].sel(target="rate-2030-2060").values.tolist() == [-0.25, 0.5, 0.5]
    assert summary.targets["value_unit"].values.tolist() == ["year", "1", "1/yr", "1/yr"]


def test_every_status_is_counted_with_its_sentence(summary: Summary) -> None:
    assert summary.status["status"].values.tolist() == [0, 7, 100]
    assert summary.status["count"].values.tolist() == [8, 1, 1]
    assert "a grid factor below zero; write a smaller share" in summary.status["sentence"].values
    store = few()
    store["status"].attrs["reasons"] = "0: computed; 7: too warm; cool it; 100: outside"
    said = summarise(store, years=[2060]).status["sentence"].values.tolist()
    assert said == ["computed", "too warm; cool it", "outside"]


def test_a_summary_reads_as_an_answer(summary: Summary) -> None:
    said = summary.words()
    assert said[0] == "Of 8 computed pathways inside the ranges of the assumptions, 2 meet all 3 targets together."
    assert said[1] == ("Each by itself: 7 of 8 meet peak-2030; 4 of 8 meet ndc-2035 and rate-2030-2060.")
    assert "ndc-2035 is the target most often missed alone: 2 pathways miss it and no other." in said
    assert "rate-2030-2060 is undefined in 2 pathways; they stay in the total and count as not met." in said
    assert "1 pathway of 10 was not computed: an axis lies outside." in said
    assert any(line.startswith("Net CO2 in 2060: -7 to 0 Mt CO2/yr") for line in said)
    assert said[-1] == NO_PROBABILITY and str(summary) == "\n".join(said)


@pytest.mark.parametrize(("verdict", "says"), [(1, "All 10 pathways"), (0, "None of 10 pathways")])
def test_all_and_none_are_said_in_words(verdict: int, says: str) -> None:
    store = few()
    store["status"][:] = 0
    store["verdict"][:] = verdict
    said = summarise(store, years=[2060]).words()
    assert all(line.startswith(says) for line in said[:2])
    assert "meets all 3 targets" in said[0] if verdict == 0 else "meet all 3 targets" in said[0]


def test_a_sweep_of_which_nothing_was_computed_says_so() -> None:
    store = few()
    store["status"][:] = 7
    store["verdict"][:] = 3
    found = summarise(store, years=[2060])
    assert found.computed == 0 and bool(found.targets["share_met"].isnull().all())
    assert found.words()[0] == "None of 10 pathways was computed." and found.words()[-1] == NO_PROBABILITY


@given(st.integers(1, 3_000_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_no_share_is_finer_than_one_pathway_and_only_none_is_nothing(drawn: tuple[int, int]) -> None:
    count, of = drawn
    said = share(count, of)
    assert (said == f"none of {of:,}") == (count == 0)
    assert (said == f"all {of:,}") == (count == of)
    if said.endswith("%"):
        number = said.removesuffix(" %")
        step = 10.0 ** -len(number.partition(".")[2])  # points of 1 %
        assert step >= 100.0 / of
        assert abs(float(number) - 100.0 * count / of) <= 0.5 * step * (1 + 1e-9)
        assert 0.0 < float(number) < 100.0


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_order_of_scenarios_and_the_blocks_of_the_store_change_nothing(block: int, seed: int) -> None:
    store = few()
    drawn = np.random.default_rng(seed).permutation(10)
    mixed = store.isel(scenario=drawn).assign_coords(scenario=np.arange(10)).chunk(scenario=block)
    one, other = (summarise(each, years=(2030, 2060)) for each in (store, mixed))
    for name in ("targets", "together", "series", "undefined"):
        xr.testing.assert_identical(getattr(one, name), getattr(other, name))


def test_a_stored_sweep_is_read_from_disk_to_the_same_numbers(tmp_path: Path) -> None:
    store = few()
    chunks = {name: {"chunks": (3, *array.shape[1:])} for name, array in store.data_vars.items()}
    texts = {name: np.array(store[name].values, "S") for name in ("axis", "axis_unit", "target")}
    plain = store.drop_vars([*texts])  # what names the axes is another module's affair
    plain.to_zarr(tmp_path / "a.zarr", encoding=chunks, zarr_format=3, consolidated=False)
    read = xr.open_zarr(tmp_path / "a.zarr", consolidated=False, chunks=None)
    read = read.assign_coords({name: store[name] for name in texts})
    one, other = (summarise(each, years=(2030, 2060)) for each in (store, read))
    xr.testing.assert_equal(one.targets, other.targets)
    xr.testing.assert_equal(one.series, other.series)


def test_chosen_targets_alone_are_told() -> None:
    found = summarise(few(), years=[2060], targets=["rate-2030-2060", "peak-2030"])
    assert found.targets["target"].values.tolist() == ["rate-2030-2060", "peak-2030"]
    assert counts(found, "met") == [4, 7] and counts(found, "missed_alone") == [1, 0]
    assert not re.search("ndc-2035", str(found))
    assert summarise(few(), years=[2060], targets="rate-2030-2050").of == ("rate-2030-2050",)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"years": (2031,)}, "no year 2031; name years of 2030 to 2060"),
        ({"years": ()}, "no year is named"),
        ({"quantiles": (0.5, 0.5)}, "quantiles: found 0.5, 0.5"),
        ({"quantiles": (-0.1,)}, "quantiles: found -0.1"),
        ({"quantiles": ()}, "quantiles: found none"),
        ({"targets": ["ndc-2053"]}, 'did you mean "ndc-2035"'),
        ({"targets": []}, "no target is named"),
    ],
)
def test_what_the_sweep_does_not_hold_is_refused(asked: dict[str, object], says: str) -> None:
    with pytest.raises(CallError, match=re.escape(says)):
        summarise(few(), **{"years": (2060,), **asked})


def test_rows_that_share_values_make_a_share_less_sure() -> None:
    store = few()
    store["status"][:], store["verdict"][:] = 0, 0
    store["verdict"][:4, 0] = 1
    alone = summarise(store, years=[2060])
    # sqrt(0.4 x 0.6 / 10)
    assert float(alone.targets["share_error"][0]) == pytest.approx(np.sqrt(0.024))
    store.attrs["sweep"] = json.dumps({"method": "saltelli"})
    grouped = summarise(store, years=[2060])
    # Groups of 4, 4 and 2 rows: met less 0.4 of the rows is 2.4, -1.6 and -0.8.
    assert grouped.rows_together == 4
    assert float(grouped.targets["share_error"][0]) == pytest.approx(np.sqrt(2.4**2 + 1.6**2 + 0.8**2) / 10)
    assert "in groups of 4 pathways that share values" in str(grouped)


@pytest.mark.parametrize("method", ["grid", "table"])
def test_chosen_rows_have_no_error_of_drawing(method: str) -> None:
    store = few().assign_attrs(sweep=json.dumps({"method": method}))
    found = summarise(store, years=[2060])
    assert not found.targets["share_error"].any() and "drawing" not in str(found)


def test_no_digit_is_finer_than_the_error_of_its_share() -> None:
    # 0.4 % known to 0.02 points, 0.2 points and 2 points.
    assert [share(4_000, 1_000_000, error) for error in (2e-4, 2e-3, 2e-2)] == ["0.4 %", "4,000 of 1,000,000",
                                                                               "4,000 of 1,000,000"]  # fmt: skip


def test_no_sweep_is_refused() -> None:
    with pytest.raises(CallError, match="no sweep"):
        summarise(xr.Dataset({"a": ("x", [1.0])}))


def test_what_the_store_says_of_itself_stands_before_its_design() -> None:
    store = few().assign_attrs(method="grid")
    assert summarise(store, years=[2060]).sweep == {"name": "few", "base": "china-2060", "method": "grid", "seed": 7}
    assert "on the grid of the assumptions" in str(summarise(store, years=[2060]))
    assert json.loads(store.attrs["sweep"])["method"] == "sobol"
