"""What a rollout may say: every field is read by its curve, lists never fall, tables keep to their cap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from decarb.nation.adoption import CURVES
from decarb.nation.zones import ARCHETYPES, LEVELS
from decarb.scenario.rollout_schema import READS, CeilingSpec, RolloutSpec

VALUES: dict[str, Any] = {
    "anchor": "80 zone",
    "anchor_year": 2032,
    "growth": "10 %/yr",
    "innovation": "0.2 %/yr",
    "imitation": "5 %/yr",
    "lists": {2025: "52 zone", 2030: "100 zone"},
    "delay": "2 yr",
    "table": {2030: "100 zone"},
}


def rollout(**stated: Any) -> RolloutSpec:
    return RolloutSpec.model_validate(stated)


def refused(**stated: Any) -> str:
    """What is said of a rollout with one fault."""
    with pytest.raises(ValidationError) as caught:
        rollout(**stated)
    (error,) = caught.value.errors()
    return str(error["msg"])


def tabled(**stated: Any) -> dict[str, Any]:
    return {"curve": "table"} | stated


def test_a_rollout_that_says_nothing_follows_the_lists() -> None:
    spec = rollout()
    assert (spec.mode, spec.curve, spec.anchor_year) == ("scale", "policy", 2030)
    assert {spec.mode, rollout(mode="clone").mode, rollout(mode="claim").mode} == {"scale", "clone", "claim"}
    stated = spec.model_dump(exclude={"mode", "curve", "anchor_year", "ceiling_of"})
    assert set(stated.values()) == {None}


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("field", READS)
def test_a_field_is_accepted_exactly_by_the_curves_that_read_it(field: str, curve: str) -> None:
    assert set(VALUES) == set(READS)
    own = {"table": VALUES["table"]} if curve == "table" else {}
    stated = {"curve": curve, field: VALUES[field]} | own
    if curve in READS[field]:
        assert getattr(rollout(**stated), field) is not None
    else:
        said = refused(**stated)
        assert f"curve: {curve} does not read {field}; write curve: " in said and f"or delete {field}" in said


def test_several_idle_fields_are_told_at_once_with_the_curve_that_reads_them_all() -> None:
    said = refused(anchor="80 zone", innovation="0.2 %/yr")
    assert "policy does not read anchor, innovation; write curve: bass, or delete anchor, innovation" in said
    # No curve reads both a delay and a table: one of them must go.
    assert "curve: bass does not read lists, table; delete lists, table" in refused(
        curve="bass", lists=VALUES["lists"], table=VALUES["table"]
    )


def test_null_drops_what_is_extended() -> None:
    assert rollout(**tabled(growth=None, table=VALUES["table"])).growth is None


def test_the_curve_of_a_table_needs_one() -> None:
    assert "curve: table has no table; add table" in refused(curve="table")


@given(st.lists(st.integers(0, 300), min_size=1, max_size=5))
def test_lists_are_accepted_exactly_when_they_never_fall(counts: list[int]) -> None:
    lists = {2025 + place: f"{count} zone" for place, count in enumerate(counts)}
    if counts == sorted(counts):
        rollout(lists=lists)
    else:
        assert "a list withdraws no zone; write all zones named so far" in refused(lists=lists)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"delay": "-1 yr"}, "-1 yr is outside 0 to 40 yr"),
        ({"build_rate": 40}, '40 has no unit; write "40 zone/yr"'),
        ({"build_rate": "-1 zone/yr"}, "outside 0 to"),
        ({"capacity_rate": "5 GW"}, "GW/yr"),
        ({"lifetime": "0.5 yr"}, "outside 1 to 100 yr"),
        ({"renewed_share": 1.5}, "outside 0 to 1"),
        ({"retrofit_age": "2.5 yr"}, 'no whole number of years; write whole years, such as "12 yr"'),
        ({"ceiling": 1.2}, "outside 0 to 1"),
        ({"lists": {}}, "at least 1"),
        ({"lists": {2030: "100 zone", 2025: "52 zone"}}, "sort the years"),
        ({"lists": {2019: "1 zone"}}, "greater than or equal to 2020"),
        ({"curve": "gompertz"}, "'logistic', 'bass', 'policy' or 'table'"),
        ({"ceiling": 0.1, "ceiling_of": {"metals": 0.2}}, "ceiling_of.metals: 0.2 lies above ceiling: 0.1; raise"),
        ({"ceiling_of": {"metls": 0.2}}, "Extra inputs"),
    ],
)
def test_a_rollout_that_cannot_be_is_refused(stated: dict[str, Any], said: str) -> None:
    assert said in refused(**stated)


def test_every_level_and_archetype_may_have_a_ceiling() -> None:
    assert set(CeilingSpec.model_fields) == {*LEVELS, *ARCHETYPES}


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"table": {2030: "100 zone", 2040: "90 zone"}}, "zones close by age alone: state lifetime, or write as many"),
        # Nothing stands in 2029: 100 in 2030, then 50 a year.
        ({"table": {2030: "100 zone", 2040: "600 zone"}, "build_rate": "60 zone/yr"}, "100 zones are built in 2030"),
        ({"table": {2030: "9 zone", 2031: "9 zone", 2041: "509 zone"}, "build_rate": "40 zone/yr"},
         "50 zones are built in 2032, and build_rate allows 40 zone/yr; begin earlier"),
    ],
)  # fmt: skip
def test_a_table_beyond_its_cap_or_age_is_refused(stated: dict[str, Any], said: str) -> None:
    assert said in refused(**tabled(**stated))


@given(
    st.lists(st.integers(0, 1500), min_size=1, max_size=4).map(sorted),
    st.lists(st.integers(2026, 2060), min_size=4, max_size=4, unique=True).map(sorted),
    st.integers(0, 1500),
)
def test_a_table_is_accepted_exactly_when_no_year_builds_more_than_its_cap(
    counts: list[int], years: list[int], build_rate: int
) -> None:
    table = dict(zip(years, counts, strict=False))
    steps = [counts[0]] + [(counts[at] - counts[at - 1]) / (years[at] - years[at - 1]) for at in range(1, len(counts))]
    stated = tabled(table={year: f"{count} zone" for year, count in table.items()}, build_rate=f"{build_rate} zone/yr")
    if max(steps) <= build_rate * (1 + 1e-9):
        rollout(**stated)
    else:
        first = int(np.argmax(np.array(steps) > build_rate * (1 + 1e-9)))
        year = years[0] if first == 0 else years[first - 1] + 1
        assert f"zones are built in {year}, and build_rate allows" in refused(**stated)


def test_a_table_may_fall_where_a_lifetime_is_stated() -> None:
    rollout(**tabled(table={2030: "100 zone", 2040: "90 zone"}, lifetime="20 yr"))


@pytest.mark.parametrize("curve", CURVES)
def test_no_template_is_one_word_in_every_curve(curve: str) -> None:
    own = {"table": VALUES["table"]} if curve == "table" else {}
    assert rollout(curve=curve, ceiling=0, **own).ceiling.to("1") == 0.0  # type: ignore[union-attr]
