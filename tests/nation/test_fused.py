"""The fused chain gives the numbers of the labelled one, scenario by scenario, and says which it cannot compute."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
import xarray as xr
from nation_samples import stated

from decarb import model
from decarb.errors import CallError, DecarbError
from decarb.nation import credits_kernel, kernel, places_kernel, power_kernel, rollout_kernel
from decarb.nation.adoption import CURVES
from decarb.nation.fused import _LAYOUT, LAST_OBSERVED_YEAR, SERIES, STATUS, national_pathway
from decarb.nation.totals import EXTRA_SECTORS, UNALLOCATED
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import load_scenario

EXACT: Final = 1e-12  # of the largest of a series
OF_WHAT: Final = {"unmet_capture": "captured_co2", "curtailment": "electricity_demand"}
"""A difference that may be rounding alone -> the series that it is a difference of."""
WHOLE: Final = ("rollout_anchor_year", "rollout_retrofit_age", "gwp_co2", "template_built", "includes_parks")
"""Inputs that no small factor may move."""
MOVED: Final = tuple(
    name for name, (source, _, _) in _LAYOUT.items() if source == "inputs" and name not in (*WHOLE, "rollout_curve")
)


def national(array: xr.DataArray) -> xr.DataArray:
    return array.sum([dim for dim in array.dims if dim not in ("scenario", "year")], skipna=False)


def differing(found: xr.Dataset, annual: xr.Dataset) -> dict[str, float]:
    """The series that differ from the labelled ones by more than rounding, relative to the largest of each."""
    off = {}
    for name in SERIES:
        wanted, got = xr.broadcast(national(annual[name]), found[name])
        scale = max(float(abs(national(annual[one])).max()) for one in (name, OF_WHAT.get(name, name)))
        gap = float(abs(wanted - got).max())
        if not gap <= EXACT * scale or annual[name].attrs["units"] != found[name].attrs["units"]:
            off[name] = gap / max(scale, 1e-300)
    return off


def spread(inputs: xr.Dataset, names: tuple[str, ...], count: int, seed: int, width: float = 0.03) -> xr.Dataset:
    """The inputs, each of these names by a random factor of its own in each scenario."""
    chance = np.random.default_rng(seed)
    factors = {name: xr.DataArray(chance.uniform(1.0 - width, 1.0 + width, count), dims="scenario") for name in names}
    return inputs.assign({
        name: (factor * inputs[name]).transpose("scenario", ...).assign_attrs(inputs[name].attrs)
        for name, factor in factors.items()
    })  # fmt: skip


def in_scenarios(inputs: xr.Dataset, **values: list[float]) -> xr.Dataset:
    return stated(inputs, **{name: xr.DataArray(each, dims="scenario") for name, each in values.items()})


def test_the_last_observed_year_is_that_of_the_model() -> None:
    assert LAST_OBSERVED_YEAR == model.LAST_OBSERVED_YEAR


def test_every_series_of_the_year_is_given_but_the_shares_by_cohort(china: model.Evaluation) -> None:
    assert set(map(str, china.annual)) - set(SERIES) == {"operating_share", "later_share"}
    assert set(SERIES) <= set(map(str, china.annual))


@pytest.mark.parametrize("name", ["china-2060", "clone-yizhuang", "ccer-only", "neutral-2060", "late-peak"])
def test_all_inputs_moved_at_once_give_the_labelled_numbers(name: str, china_weather: xr.Dataset) -> None:
    inputs = scenario_inputs(load_scenario(name).spec)
    base = model.base_year(inputs)
    zone = model.zone_with_template(inputs, base, china_weather)
    assert len(MOVED) >= 40
    many = spread(inputs, MOVED, count=6, seed=len(name))
    found = national_pathway(many, base, zone)
    assert found["status"].values.tolist() == [0] * 6
    assert differing(found, model.evaluate(many, china_weather, zone=zone, base=base).annual) == {}


def test_no_input_is_ignored_or_read_differently(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    # Scenario i moves input i and no other.
    factors = np.where(np.eye(len(MOVED), dtype=bool), 1.05, 1.0)
    many = china_inputs.assign({
        name: (xr.DataArray(factors[at], dims="scenario") * china_inputs[name]).transpose("scenario", ...)
        .assign_attrs(china_inputs[name].attrs) for at, name in enumerate(MOVED)
    })  # fmt: skip
    annual = model.evaluate(many, china_weather, zone=china.zone, base=china.base).annual
    found = national_pathway(many, china.base, china.zone)
    off: dict[str, list[str]] = {}
    for name in SERIES:
        wanted, got = xr.broadcast(national(annual[name]), found[name])
        of_what = abs(national(annual[OF_WHAT.get(name, name)])).max("year")
        scale = of_what.where(of_what > abs(wanted).max("year"), abs(wanted).max("year"))
        wrong = ~(abs(wanted - got).max("year") <= EXACT * scale)
        off |= {MOVED[at]: [*off.get(MOVED[at], []), name] for at in np.flatnonzero(wrong)}
    assert off == {}


def test_every_curve_caps_and_ceilings_by_cohort_give_the_labelled_numbers(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    count, chance = len(CURVES), np.random.default_rng(5)
    table = np.full(41, np.nan)
    table[[10, 20, 35]] = 50.0, 700.0, 1900.0
    many = in_scenarios(
        china_inputs, rollout_build_rate=[np.inf, 90.0, 40.0, 60.0], rollout_lifetime=[25.0, 7.5, 12.0, np.inf],
        rollout_retrofit_share=[0.0, 0.5, 1.0, 0.2], store_loss_change=[-0.01, 0.0, -0.05, 0.02],
    ).assign(
        rollout_curve=xr.DataArray(
            np.eye(count), {"curve": list(CURVES)}, ("scenario", "curve"), attrs={"units": "1"}
        ).isel(curve=slice(None, None, -1)),
        rollout_table=xr.DataArray(table, {"year": china_inputs["year"].values}, ("year",), attrs={"units": "zone"}),
        rollout_ceiling=xr.DataArray(
            chance.uniform(0.2, 1.0, (count, 2, 6)), dims=("scenario", "level", "archetype"), attrs={"units": "1"}
        ),
    )  # fmt: skip
    annual = model.evaluate(many, china_weather, zone=china.zone, base=china.base).annual
    found = national_pathway(many, china.base, china.zone)
    assert float(found["adopted_zones"].isel(year=-1).min()) > 10.0
    assert differing(found, annual) == {}


def test_a_base_year_by_scenario_gives_the_labelled_numbers(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    names = ("fossil_factor_change", "captive_share", "captive_heat_share", "zone_share_of_national_co2",
             "archetype_mix", "official_energy_co2")  # fmt: skip
    many = spread(china_inputs, names, count=4, seed=3, width=0.1)
    many = many.assign(in_scenarios(china_inputs, captive_retirement_end=[2045.0, 2050.0, 2055.0, 2060.0])[
        ["captive_retirement_end"]
    ])  # fmt: skip
    base = model.base_year(many)
    annual = model.evaluate(many, china_weather, zone=china.zone, base=base).annual
    assert differing(national_pathway(many, base, china.zone), annual) == {}


def test_a_zone_by_scenario_gives_the_labelled_numbers(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    names = ("wind_capacity", "pv_capacity", "energy_rating", "round_trip_efficiency")
    many = spread(china_inputs, names, count=3, seed=4)
    zone = model.zone_with_template(many, china.base, china_weather)
    annual = model.evaluate(many, china_weather, zone=zone, base=china.base).annual
    assert differing(national_pathway(many, china.base, zone), annual) == {}


def test_books_are_told_apart_by_province_where_a_factor_lies_below_zero(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    # A hair more green power than is bought: books of power are below zero, and fuel lifts those of each province.
    many = in_scenarios(china_inputs, green_power_share=[1.0 + 1e-7, 1.0 + 1e-6], market_traded_share=[0.0, 0.01])
    annual = model.evaluate(many, china_weather, zone=china.zone, base=china.base).annual
    assert differing(national_pathway(many, china.base, china.zone), annual) == {}


def test_provinces_are_those_of_the_labelled_chain_and_sum_to_the_nation(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    many = spread(china_inputs, ("gdp_growth", "additionality", "electrified_fuel_share"), count=3, seed=1)
    found = national_pathway(many, china.base, china.zone, provinces=True, keep=["gross_co2"])
    cells = found["provincial_gross_co2"]
    assert cells.dims == ("scenario", "province", "sector", "year") and cells.sizes["province"] == 31
    np.testing.assert_allclose(cells.sum(("province", "sector")), found["gross_co2"], rtol=EXACT)
    labelled = model.evaluate(many, china_weather, zone=china.zone, base=china.base).annual["gross_co2"]
    labelled = labelled.drop_sel(province=UNALLOCATED, sector=list(EXTRA_SECTORS))
    labelled = labelled.sel(province=cells["province"], sector=cells["sector"]).transpose(*cells.dims)
    np.testing.assert_allclose(cells, labelled, atol=EXACT * float(labelled.max()), rtol=0.0)


@pytest.fixture(scope="module")
def refused(china: model.Evaluation, china_inputs: xr.Dataset) -> dict[str, tuple[int, xr.Dataset]]:
    """For each reason to refuse: its code, and inputs of three scenarios of which the middle one has it."""
    given = china_inputs
    numbers = {
        "rollout_delay": (rollout_kernel.DELAY, [3.0, -1.0, 4.0]),
        "rollout_build_rate": (rollout_kernel.BUILD_RATE, [np.inf, -1.0, 50.0]),
        "rollout_capacity_rate": (rollout_kernel.CAPACITY_RATE, [np.inf, -1.0, 50.0]),
        "rollout_renewed_share": (rollout_kernel.RENEWED_SHARE, [1.0, -0.5, 0.5]),
        "rollout_lifetime": (rollout_kernel.LIFETIME, [25.0, 0.5, 20.0]),
        "rollout_retrofit_age": (rollout_kernel.RETROFIT_AGE, [12.0, 2.5, 10.0]),
        "rollout_retrofit_share": (rollout_kernel.RETROFIT_SHARE, [0.0, 1.5, 0.5]),
        "ccer_parks_first": (credits_kernel.PRIORITY, [0.0, 1.5, 0.0]),
        "additionality": (credits_kernel.ADDITIONALITY, [0.0, 1.5, 0.5]),
        "market_traded_share": (power_kernel.BEYOND_NONFOSSIL, [0.0, 0.9, 0.01]),
        "capture_rate": (kernel.NOT_FINITE, [0.9, np.nan, 0.8]),
        "bioenergy_co2_factor": (kernel.NOT_FINITE, [1.0, np.nan, 1.1]),
        "electricity_intensity_change": (kernel.NOT_FINITE, [0.0, np.nan, 0.001]),
        "gwp_co2": (kernel.NOT_CONSERVED, [1.0, 1.1, 1.0]),
        "ccer_use_limit": (kernel.BAD_CREDITS, [0.05, -0.05, 0.04]),
        "green_power_share": (kernel.BEYOND_EMISSIONS, [0.5, 1.05, 0.4]),
        "coal_per_power": (kernel.NO_NUMBER, [0.3, np.nan, 0.31]),
    }
    made = {name: (code, in_scenarios(given, **{name: values})) for name, (code, values) in numbers.items()}
    dirty = in_scenarios(given, switched_fuel_factor=[0.0, 1.0, 0.0])
    share = stated(given, switched_fuel_share=given["switched_fuel_share"] * 0.0 + 0.1)["switched_fuel_share"]
    made["switched_fuel_factor"] = (places_kernel.DIRTIER_FUEL, dirty.assign(switched_fuel_share=share))
    # Plenty of non-fossil power and exports: contracts meet the whole demand before they meet what is generated.
    plenty = stated(
        given, firm_generation=given["firm_generation"] * 20.0, net_imports=given["net_imports"] * 0.0 - 500.0,
        nonfossil_generation=given["nonfossil_generation"] * np.nan, thermal_minimum_share=0.0,
    )  # fmt: skip
    made["net_imports"] = (power_kernel.BEYOND_DEMAND, in_scenarios(plenty, market_traded_share=[0.0, 1.0, 0.1]))
    return made


REASONS: Final = (
    "rollout_delay", "rollout_build_rate", "rollout_capacity_rate", "rollout_renewed_share", "rollout_lifetime",
    "rollout_retrofit_age", "rollout_retrofit_share", "ccer_parks_first", "additionality", "market_traded_share",
    "capture_rate", "bioenergy_co2_factor", "electricity_intensity_change", "gwp_co2", "ccer_use_limit",
    "green_power_share", "switched_fuel_factor", "net_imports", "coal_per_power",
)  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_a_refused_scenario_has_its_code_and_no_number_and_touches_no_neighbour(
    reason: str, refused: dict[str, tuple[int, xr.Dataset]], china: model.Evaluation
) -> None:
    code, many = refused[reason]
    found = national_pathway(many, china.base, china.zone, provinces=True)
    assert found["status"].values.tolist() == [0, code, 0] and code in STATUS
    for name in (*SERIES, "provincial_gross_co2"):
        middle = found[name].isel(scenario=1)
        assert bool(middle.isnull().all()), name
    for place in (0, 2):
        alone = national_pathway(many.isel(scenario=[place]), china.base, china.zone, provinces=True)
        xr.testing.assert_identical(alone.isel(scenario=0), found.isel(scenario=place))


@pytest.mark.parametrize("reason", [name for name in REASONS if name not in (
    "coal_per_power", "electricity_intensity_change"
)])  # fmt: skip
def test_what_is_refused_is_refused_by_the_labelled_chain(
    reason: str, refused: dict[str, tuple[int, xr.Dataset]], china: model.Evaluation, china_weather: xr.Dataset
) -> None:
    many = refused[reason][1].isel(scenario=[1])
    with pytest.raises(DecarbError):
        model.evaluate(many, china_weather, zone=china.zone, base=china.base)


def test_every_status_says_what_it_means_and_has_a_number_of_its_own() -> None:
    modules = (rollout_kernel.REFUSED, credits_kernel.REFUSED)
    assert len(STATUS) == 1 + sum(map(len, modules)) + 8  # seven laws and what holds no number
    assert all(0 <= code < 100 for code in STATUS) and all(STATUS.values())


def test_bits_hang_on_no_neighbour_and_no_chunk(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    many = spread(china_inputs, ("gdp_growth", "capacity", "fuel_saving_share", "rollout_growth"), count=600, seed=9)
    whole = national_pathway(many, china.base, china.zone, keep=["net_ghg", "claims_gap"])
    for part in (slice(0, 1), slice(255, 258), slice(599, 600)):
        alone = national_pathway(many.isel(scenario=part), china.base, china.zone, keep=["net_ghg", "claims_gap"])
        xr.testing.assert_identical(alone, whole.isel(scenario=part))


def test_keep_limits_what_is_returned_and_changes_no_bit(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    whole = national_pathway(china_inputs, china.base, china.zone)
    kept = national_pathway(china_inputs, china.base, china.zone, keep=["net_co2", "gdp"])
    assert list(kept) == ["net_co2", "gdp", "status"] and kept["net_co2"].dims == ("scenario", "year")
    xr.testing.assert_identical(kept, whole[["net_co2", "gdp", "status"]])


def test_order_of_labels_and_of_axes_changes_nothing(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    turned = {"technology": slice(None, None, -1), "sector": slice(None, None, -1), "archetype": [3, 1, 5, 0, 2, 4]}
    inputs = china_inputs.isel(turned).transpose("year", ...)
    base = china.base.isel(sector=turned["sector"], archetype=turned["archetype"]).transpose("archetype", ...)
    zone = china.zone.isel(technology=turned["technology"], archetype=turned["archetype"], vintage=[1, 0])
    turned_round, straight = (
        national_pathway(*given) for given in ((inputs, base, zone), (china_inputs, china.base, china.zone))
    )  # fmt: skip
    for name in SERIES:  # sums run in another order
        scale = float(abs(straight[OF_WHAT.get(name, name)]).max())
        np.testing.assert_allclose(turned_round[name], straight[name], rtol=0.0, atol=EXACT * scale, err_msg=name)


def test_inputs_are_left_alone(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    many = spread(china_inputs, ("gdp_growth", "capacity"), count=2, seed=1)
    before = many.copy(deep=True)
    national_pathway(many, china.base, china.zone)
    xr.testing.assert_identical(many, before)


def test_a_wrong_call_says_what_is_wrong(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    def refuse(match: str, inputs: xr.Dataset = china_inputs, base: xr.Dataset = china.base, **options: object) -> None:
        with pytest.raises(CallError, match=match):
            national_pathway(inputs, base, china.zone, **options)  # type: ignore[arg-type]

    refuse("net_co3", keep=["net_co3"])
    refuse("last_observed|years lack 1999", last_observed_year=1999)
    by_level = xr.DataArray([3.0, 4.0], dims="level", attrs={"units": "yr"})
    refuse("rollout_delay: the fused chain takes no level", china_inputs.assign(rollout_delay=by_level))
    refuse("inputs: sector lacks construction", china_inputs.isel(sector=slice(-1)))
    two = spread(china_inputs, ("gdp_growth",), count=2, seed=1).assign_coords(scenario=[0, 1])
    three = china.base.assign(power_closing_factor=china.base["power_closing_factor"].expand_dims(scenario=[0, 1, 2]))
    refuse("scenarios", two, three)
