from __future__ import annotations

import pytest

from decarb.report.field_table import ALSO_WRITTEN, MORE_ROWS, default_rows, described, takes, units_offered
from decarb.scenario.describing import fields_of
from decarb.scenario.schema import ScenarioSpec
from decarb.units import read_quantity

FIELDS = fields_of(ScenarioSpec)


def test_every_field_has_words_in_both_languages() -> None:
    words = {key: (described(key), described(key, "zh")) for key in FIELDS}
    assert all(en and zh and en != zh for en, zh in words.values())
    assert words["power.wind.capacity"][0] == "power: wind: capacity at year end"
    assert words["park.wind.capacity"][0] == "park: wind: capacity on the park's ground"


def test_every_unit_that_is_offered_reads_for_its_field() -> None:
    units = {(unit, field.unit) for field in FIELDS.values() for unit in units_offered(field)}
    for unit, own in units:
        assert read_quantity("0.5" if unit == "1" else f"0.5 {unit}", own)
    assert {own for _, own in units} >= set(ALSO_WRITTEN)


@pytest.mark.parametrize(("key", "values"), [
    ("rollout.growth", [13.1]),
    ("rollout.table", []),
    ("zones.usable_roof_share.metals", [0.3]),
    ("park.lithium.round_trip_efficiency", [0.845]),
    ("park.water.treatment_electricity", [0.3]),
    ("park.wind.full_load_hours", []),  # the nation's row of that name is no park's
    ("park.grid_factor", []),
])  # fmt: skip
def test_the_row_that_holds_where_nothing_is_written(key: str, values: list[float]) -> None:
    assert default_rows(key)["value"].tolist() == values


def test_the_row_of_the_land_follows_how_it_is_counted() -> None:
    own = [default_rows("land.co2_2060", view)["variable"].item() for view in ("inventory", "bookkeeping")]
    assert own == ["land_co2_2060_inventory", "land_co2_2060_bookkeeping"]


def test_each_row_lies_inside_what_its_field_takes_and_no_key_of_a_row_is_stale() -> None:
    for key, field in FIELDS.items():
        for _, row in default_rows(key).iterrows():
            if field.unit:
                low, high = field.limits
                assert (
                    low
                    <= read_quantity(f"{row['value']} {row['unit']}".removesuffix(" 1"), field.unit).to(field.unit)
                    <= high
                )
    assert all(key.endswith("*") or key in FIELDS for key in MORE_ROWS)


def test_what_a_field_takes_is_told_with_a_unit() -> None:
    assert takes(FIELDS["rollout.growth"]) == "0 to 200 %/yr"
    assert takes(FIELDS["rollout.mode"]) == "clone | scale | claim"
    assert takes(FIELDS["park.wind.capacity"], "zh") == "0 至 100000 MW"
