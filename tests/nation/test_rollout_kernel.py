"""The rollout of one scenario by the kernel is the one of the labelled functions, and refuses what they refuse."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from rollout_samples import CAPACITY, LAST_OBSERVED, YEARS, ZONES, array, chosen, named, national, rollout_of

from decarb.errors import DecarbError
from decarb.nation import rollout_kernel as kernel
from decarb.nation.adoption import CURVES, national_zones
from decarb.nation.rollout import fleet, operating_after
from decarb.nation.vintages import SHORTEST_LIFE
from decarb.units import stamp, strip

WRITTEN = ("wanted", "built", "operating", "retired", "waiting", "operating_mean", "later_mean")
NUMBERS = {
    "rollout_anchor": "zone", "rollout_anchor_year": "1", "rollout_growth": "1/yr", "rollout_innovation": "1/yr",
    "rollout_imitation": "1/yr", "rollout_delay": "yr", "rollout_lifetime": "yr", "rollout_renewed_share": "1",
    "rollout_ceiling": "1", "rollout_build_rate": "zone/yr", "rollout_capacity_rate": "GW/yr",
    "rollout_retrofit_age": "yr", "rollout_retrofit_share": "1", "store_loss_change": "1/yr",
}  # fmt: skip

NAMES_OF_STATUS = (
    "DELAY", "BUILD_RATE", "CAPACITY_RATE", "CAPACITY_OF_ZONE", "RENEWED_SHARE", "LIFETIME", "RETROFIT_AGE",
    "RETROFIT_SHARE", "NO_NUMBER",
)  # fmt: skip

CAP = st.one_of(st.just(math.inf), st.just(0.0), st.floats(0.5, 80.0))
LIFE = st.one_of(st.sampled_from([1.0, 1.5, 7.0, 25.0, math.inf]), st.floats(1.0, 45.0))
SHARE = st.floats(0.0, 1.0)
ZONES_NAMED = st.dictionaries(st.integers(2020, 2060), st.floats(0.0, 2000.0), max_size=5)
ROLLOUT = st.fixed_dictionaries(
    {
        "rollout_anchor": st.one_of(st.just(0.0), st.floats(0.1, 3000.0)),
        "rollout_anchor_year": st.floats(2020.0, 2045.0),
        "rollout_growth": st.floats(0.0, 0.6),
        "rollout_innovation": st.one_of(st.just(0.0), st.floats(0.0001, 0.05)),
        "rollout_imitation": st.floats(0.0, 0.6),
        "rollout_delay": st.one_of(st.sampled_from([0.0, 3.0, math.inf]), st.floats(0.0, 45.0)),
        "rollout_lifetime": LIFE,
        "rollout_renewed_share": SHARE,
        "rollout_ceiling": st.one_of(st.just(0.0), SHARE),
        "rollout_build_rate": CAP,
        "rollout_capacity_rate": st.one_of(st.just(math.inf), st.just(0.0), st.floats(0.05, 5.0)),
        "rollout_retrofit_age": st.integers(1, 30).map(float),
        "rollout_retrofit_share": SHARE,
        "store_loss_change": st.one_of(st.just(0.0), st.floats(-0.2, 0.1), st.floats(-1e-9, 1e-9)),
    }
)


def rollout_with(values: dict[str, float], curve: str, **series: xr.DataArray) -> xr.Dataset:
    numbers = {name: array(value, NUMBERS[name]) for name, value in values.items()}
    return rollout_of(rollout_curve=chosen(curve), **(numbers | series))


def by_kernel(inputs: xr.Dataset, capacity: float | None = None) -> tuple[int, dict[str, np.ndarray]]:
    """What the kernel writes for inputs of one scenario, over arrays that hold other numbers before."""
    number = {name: float(strip(inputs[name].astype(float), unit)) for name, unit in NUMBERS.items()
              if not inputs[name].dims}  # fmt: skip
    room = strip(inputs["rollout_ceiling"], "1") * ZONES
    most = float(room.sum())
    of_zone = float((room * CAPACITY).sum()) / most if most > 0 else 0.0
    caps = (np.atleast_1d(strip(inputs[name], unit).values.astype(float))
            for name, unit in (("rollout_build_rate", "zone/yr"), ("rollout_capacity_rate", "GW/yr")))  # fmt: skip
    written = {name: np.full(YEARS.size, -7.0) for name in WRITTEN}
    status = kernel.fleet_curve(
        YEARS.astype(float), float(LAST_OBSERVED), most, inputs["rollout_curve"].values.astype(float),
        number["rollout_anchor"], number["rollout_anchor_year"], number["rollout_growth"],
        number["rollout_innovation"], number["rollout_imitation"], inputs["rollout_lists"].values.astype(float),
        inputs["rollout_table"].values.astype(float), number["rollout_delay"], *caps,
        of_zone if capacity is None else capacity, number["rollout_lifetime"], number["rollout_renewed_share"],
        number["store_loss_change"], number["rollout_retrofit_age"], number["rollout_retrofit_share"],
        np.full((kernel.SCRATCH, YEARS.size), 5.0), *written.values(),
    )  # fmt: skip
    return status, written


def by_labels(inputs: xr.Dataset) -> dict[str, np.ndarray]:
    made = fleet(inputs, ZONES, CAPACITY, LAST_OBSERVED)
    most = stamp((strip(inputs["rollout_ceiling"], "1") * ZONES).sum(), "zone")
    means = {  # each cohort's share times its zones, added up
        "operating_mean": national(made["operating_share"] * ZONES),
        "later_mean": national(made["later_share"] * ZONES),
    }
    found = means | {
        "wanted": operating_after(national_zones(inputs, most), LAST_OBSERVED),
        "operating": national(made["adopted_zones"]),
        **{name: made[f"{name}_zones"] for name in ("built", "retired", "waiting")},
    }
    return {name: found[name].values for name in WRITTEN}


def assert_same(inputs: xr.Dataset) -> None:
    status, found = by_kernel(inputs)
    assert status == kernel.COMPUTED
    for name, expected in by_labels(inputs).items():
        allowed = 1e-12 * max(float(np.abs(expected).max()), 1e-9)
        assert np.abs(found[name] - expected).max() <= allowed, name


@settings(max_examples=60)
@given(ROLLOUT, st.sampled_from(CURVES), ZONES_NAMED, ZONES_NAMED)
def test_the_kernel_gives_the_rollout_of_the_labelled_functions(
    values: dict[str, float], curve: str, lists: dict[int, float], table: dict[int, float]
) -> None:
    assert_same(rollout_with(values, curve, rollout_lists=named(lists), rollout_table=named(table)))


@settings(max_examples=15)
@given(ROLLOUT, st.sampled_from(CURVES), st.integers(0, 2**31))
def test_caps_and_ceilings_may_differ_by_year_and_cohort(values: dict[str, float], curve: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    by_year = {
        "rollout_build_rate": array(random.uniform(0.0, 60.0, YEARS.size), "zone/yr", year=YEARS),
        "rollout_capacity_rate": array(random.uniform(0.0, 3.0, YEARS.size), "GW/yr", year=YEARS),
        "rollout_ceiling": ZONES.copy(data=random.uniform(0.0, 1.0, ZONES.shape)).assign_attrs(units="1"),
    }
    assert_same(rollout_with(values, curve, **by_year))


@pytest.mark.parametrize("curve", CURVES)
def test_each_curve_builds_zones_that_retire_wait_and_are_retrofitted(curve: str) -> None:
    inputs = rollout_of(
        rollout_curve=chosen(curve), rollout_table=named({2028: 30.0, 2045: 900.0}), rollout_growth=array(0.2, "1/yr"),
        rollout_imitation=array(0.3, "1/yr"), rollout_build_rate=array(25.0, "zone/yr"),
        rollout_lifetime=array(7.5, "yr"), rollout_retrofit_age=array(3.0, "yr"),
        rollout_retrofit_share=array(0.5, "1"),
    )  # fmt: skip
    assert_same(inputs)
    assert all(series.max() > 1.0 for series in by_kernel(inputs)[1].values())


def test_a_capped_table_by_hand() -> None:
    inputs = rollout_of(
        rollout_curve=chosen("table"), rollout_table=named({2026: 20.0}), rollout_build_rate=array(8.0, "zone/yr"),
        rollout_lifetime=array(3.0, "yr"), store_loss_change=array(0.0, "1/yr"),
    )  # fmt: skip
    status, found = by_kernel(inputs)
    after = slice(6, 12)  # 2026 to 2031
    # 8, 16, then 20; the 8 of 2026 retire in 2029 and are built again, those of 2027 in 2030, the 4 of 2028 in 2031.
    assert status == kernel.COMPUTED
    assert found["operating"][after].tolist() == [8.0, 16.0, 20.0, 20.0, 20.0, 20.0]
    assert found["built"][after].tolist() == [8.0, 16.0, 20.0, 28.0, 36.0, 40.0]
    assert found["waiting"][after].tolist() == [12.0, 4.0, 0.0, 0.0, 0.0, 0.0]
    assert found["operating_mean"][after].tolist() == [4.0, 12.0, 18.0, 20.0, 20.0, 20.0]
    assert found["later_mean"].tolist() == [0.0] * 41
    assert all(found[name][:6].tolist() == [0.0] * 6 for name in WRITTEN)


def test_weights_of_curves_mix_them() -> None:
    table, half = named({2030: 40.0}), array([0.5, 0.0, 0.25, 0.25], "1", curve=list(CURVES))
    assert_same(rollout_of(rollout_curve=half, rollout_table=table))


def test_the_order_of_curves_and_the_shortest_life_are_those_of_the_labelled_modules() -> None:
    assert [CURVES[at] for at in (kernel.LOGISTIC, kernel.BASS, kernel.POLICY, kernel.TABLE)] == list(CURVES)
    assert kernel.SHORTEST_LIFE == SHORTEST_LIFE


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("rollout_delay", -0.5, kernel.DELAY),
        ("rollout_build_rate", -1.0, kernel.BUILD_RATE),
        ("rollout_build_rate", math.nan, kernel.BUILD_RATE),
        ("rollout_capacity_rate", -1.0, kernel.CAPACITY_RATE),
        ("rollout_renewed_share", -0.1, kernel.RENEWED_SHARE),
        ("rollout_lifetime", 0.9, kernel.LIFETIME),
        ("rollout_lifetime", math.nan, kernel.LIFETIME),
        ("rollout_retrofit_age", 1.5, kernel.RETROFIT_AGE),
        ("rollout_retrofit_age", 0.0, kernel.RETROFIT_AGE),
        ("rollout_retrofit_share", 1.1, kernel.RETROFIT_SHARE),
        ("rollout_retrofit_share", -0.1, kernel.RETROFIT_SHARE),
    ],
)
def test_what_the_labelled_functions_refuse_is_a_status_and_writes_nothing(
    name: str, value: float, status: int
) -> None:
    inputs = rollout_of(**{name: array(value, NUMBERS[name])})
    with pytest.raises(DecarbError, match=name.removeprefix("rollout_").replace("_", "[_ ]")):
        by_labels(inputs)
    found, written = by_kernel(inputs)
    assert found == status
    assert name.removeprefix("rollout_") in kernel.REFUSED[status]
    assert all((series == -7.0).all() for series in written.values())


def test_a_negative_cap_in_one_year_or_a_negative_zone_is_refused() -> None:
    rate = np.full(YEARS.size, 10.0)
    rate[-1] = -1.0
    inputs = rollout_of(rollout_build_rate=array(rate, "zone/yr", year=YEARS))
    assert by_kernel(inputs)[0] == kernel.BUILD_RATE
    assert by_kernel(rollout_of(), capacity=-0.1)[0] == kernel.CAPACITY_OF_ZONE


def test_every_status_but_computed_has_its_sentence() -> None:
    codes = {value for name, value in vars(kernel).items() if name in NAMES_OF_STATUS}
    assert set(kernel.REFUSED) == codes == set(range(1, 10))


@pytest.mark.parametrize("name", ["rollout_anchor", "rollout_anchor_year", "rollout_growth"])
def test_what_is_no_number_is_refused_where_its_curve_is_not_chosen(name: str) -> None:
    inputs = rollout_of(rollout_curve=chosen("table"), **{name: array(math.nan, NUMBERS[name])})
    assert bool(np.isnan(by_labels(inputs)["wanted"]).any())  # the labelled chain refuses this as not finite
    assert by_kernel(inputs)[0] == kernel.NO_NUMBER
