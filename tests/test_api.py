"""The public functions: a run moves as its inputs do, and anybody's series is judged by the same rules."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from weather_samples import csv

import decarb as dc
from decarb.errors import CallError
from decarb.nation.totals import national
from decarb.variables import variables

TOTALS = {"gross_co2": "Mt CO2/yr", "net_co2": "Mt CO2/yr", "net_ghg": "Mt CO2e/yr"}


def series(values: dict[int, float], unit: str | None = "Mt CO2/yr", name: str | None = "co2") -> xr.DataArray:
    attrs = {} if unit is None else {"units": unit}
    return xr.DataArray(list(values.values()), {"year": list(values)}, "year", name, attrs=attrs)


def in_2060(scenario: dc.Scenario, total: str) -> float:
    return float(national(dc.run(scenario).annual[total]).sel(year=2060))


def test_totals_lie_over_province_sector_and_whole_years_and_know_how_they_were_counted(results: dc.Results) -> None:
    annual = results.annual
    for name, unit in TOTALS.items():
        assert annual[name].dims == ("province", "sector", "year")
        assert annual[name].attrs["units"] == unit
        assert annual[name].attrs["long_name"] == variables()[name].label_en
        assert np.isfinite(annual[name]).all()
    assert annual["year"].dtype == np.int64
    assert annual["year"].values.tolist() == list(range(2020, 2061))
    assert annual.sizes["province"] == 32 and "Unallocated" in annual["province"]
    assert (annual["land_view"].item(), annual["gwp"].item()) == ("inventory", "AR5")
    assert annual["land_view"].ndim == annual["gwp"].ndim == 0


def test_every_variable_of_a_run_has_a_unit_and_no_hole(results: dc.Results) -> None:
    for name, array in results.annual.data_vars.items():
        assert "units" in array.attrs, name
        assert np.isfinite(array).all(), name


def test_the_base_year_is_the_official_inventory_to_a_thousandth(results: dc.Results) -> None:
    # Energy 10,095 + process 1,524; less land 1,346, with waste 9; all gases with land 14,314 - 1,315.
    official = {"gross_co2": 11619, "net_co2": 10282, "net_ghg": 12999}
    for name, level in official.items():
        assert float(national(results.annual[name]).sel(year=2021)) == pytest.approx(level, rel=1e-3)


def test_claims_stand_beside_the_totals_and_move_none_of_them(results: dc.Results) -> None:
    scenario = dc.load_scenario("china-2060", ["credits.issued={2030: 5000 Mt CO2e/yr}"])
    generous = dc.run(scenario).annual
    retired = [float(annual["ccer_retired"].sel(year=2060).sum()) for annual in (results.annual, generous)]
    assert 0 < retired[0] < retired[1]
    for name in TOTALS:
        xr.testing.assert_identical(generous[name], results.annual[name])


@pytest.mark.parametrize(
    ("setting", "total"),
    [
        ("power.solar.capacity={2035: 2500 GW, 2060: 9000 GW}", "gross_co2"),
        ("power.solar.includes_parks=false", "gross_co2"),
        ("capture.level=1", "net_co2"),
    ],
)
def test_more_abatement_means_less_in_2060(setting: str, total: str, results: dc.Results) -> None:
    before = float(national(results.annual[total]).sel(year=2060))
    assert in_2060(dc.load_scenario("china-2060", [setting]), total) < before - 1


def test_a_smaller_solar_path_and_the_bookkeeping_view_of_land_leave_more(results: dc.Results) -> None:
    changed = dc.load_scenario("china-2060").replace(
        {"power.solar.capacity": {2035: "2000 GW", 2060: "3000 GW"}}, land_view="bookkeeping"
    )
    annual = dc.run(changed).annual
    for name in ("gross_co2", "net_co2"):
        assert float(national(annual[name]).sel(year=2060)) > float(national(results.annual[name]).sel(year=2060)) + 1
    # 2021 has the same gross and another land: 1.07 Gt apart.
    gaps = {
        name: float((annual[name] - results.annual[name]).sel(year=2021).sum()) for name in ("gross_co2", "net_co2")
    }
    assert gaps["gross_co2"] == pytest.approx(0, abs=1e-6)
    assert gaps["net_co2"] == pytest.approx(1070, abs=40)
    assert annual["land_view"].item() == "bookkeeping"


def test_a_park_without_generation_runs_without_a_warning() -> None:
    bare = dc.run(dc.load_scenario("china-2060", ["park.wind.capacity=0 MW", "park.pv.capacity=0 MW"]))
    assert float(bare.park["self_sufficiency"]) == pytest.approx(0, abs=1e-9)


def test_a_stated_value_outside_its_range_widens_the_range(results: dc.Results) -> None:
    windy = dc.run(dc.load_scenario("china-2060", ["park.wind.full_load_hours=2000 h/yr"]))
    assert float(windy.park["emissions"]) < float(results.park["emissions"])
    low, _, high = windy.park["emissions_range"].values
    assert low < float(windy.park["emissions"]) < high


def test_provenance_names_versions_hashes_seed_and_the_range_of_every_assumption(results: dc.Results) -> None:
    said = results.provenance
    assert said["decarb"] == dc.__version__
    assert said["seed"] == 2021
    assert said["scenario_sha256"] == dc.load_scenario("china-2060").digest
    assert len(said["tables_sha256"]) == 64
    assert {"numpy", "xarray", "numba", "pint"} <= set(said["packages"])
    assert all(row["low"] <= row["value"] <= row["high"] for row in said["assumptions"])


def test_results_are_frozen(results: dc.Results) -> None:
    with pytest.raises(FrozenInstanceError):
        results.annual = xr.Dataset()  # type: ignore[misc]
    with pytest.raises(TypeError):
        results.provenance["seed"] = 1  # type: ignore[index]
    assert "china-2060" in repr(results) and "neutral-2060-co2 fail" in repr(results)


def test_check_of_a_run_is_the_verdict_of_the_run(results: dc.Results) -> None:
    assert dc.check(results) is results.verdict
    assert dc.check(results.annual) == results.verdict


def test_check_of_one_total_gives_the_figures_of_that_total(results: dc.Results) -> None:
    gross = dc.check(results.annual["gross_co2"])
    assert (gross.peak_year, gross.peak_value) == (results.verdict.peak_year, results.verdict.peak_value)
    assert gross.neutral_year is None and "net_co2 is not given" in gross.undefined["neutral_year"]
    net = dc.check(results.annual["net_co2"])
    assert net.residual_2060 == results.verdict.residual_2060
    assert net.totals["net_co2"]["land_view"] == "inventory"


def test_an_undeclared_series_is_judged_by_every_co2_metric() -> None:
    # 6 Gt in 2030 to -2 Gt in 2050 is 0.4 Gt a year: zero after 15 years.
    said = dc.check(series({2020: 10, 2030: 6, 2050: -2, 2060: -2}, "Gt CO2/yr", "anything"))
    assert (said.peak_year, said.peak_value) == (2020, 10_000)
    assert (said.neutral_year, said.neutral_held, said.residual_2060) == (2045, True, -2000)
    assert said.mean_annual_reduction_rate is None
    assert "zero or negative" in said.undefined["mean_annual_reduction_rate"]


def test_a_co2e_series_without_a_name_is_net_ghg() -> None:
    assert list(dc.check(series({2020: 1.0, 2060: 0.5}, "Gt CO2e/yr", None)).totals) == ["net_ghg"]


@settings(max_examples=6)
@given(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), st.sampled_from(["kt CO2/yr", "Gt CO2/yr", "t CO2/yr"]))
def test_the_unit_of_a_series_changes_no_figure(values: list[float], unit: str) -> None:
    years = (2020, 2040, 2060)
    factor = float(dc.convert("1 Mt CO2/yr", unit))
    plain = dc.check(series(dict(zip(years, values, strict=True))))
    other = dc.check(series({year: value * factor for year, value in zip(years, values, strict=True)}, unit))
    assert other.peak_value == pytest.approx(plain.peak_value, rel=1e-9, abs=1e-9)
    assert other.residual_2060 == pytest.approx(plain.residual_2060, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (series({2020: 1, 2030: 2}, None), "has no unit"),
        (series({2020: 1, 2030: 2}, "GW"), "GW.*is power"),
        (series({2020: 1, 2030: 2}, "Mt CO2/yr", "net_ghg"), "mass of CO2e"),
        (series({2030: 1, 2020: 2}), "2030 is followed by 2020"),
        (series({2020: 1, 2030: float("nan"), 2040: 2}), "no number in 2030"),
        (series({2020: 1, 2030: float("inf")}), "no finite number"),
        (series({2020: 1, 2030: 2}).assign_coords(year=[2020.0, 2030.0]), "years are float64"),
        (xr.Dataset(), "found nothing"),
    ],
)
def test_a_series_that_cannot_be_judged_is_refused(bad: xr.DataArray, message: str) -> None:
    with pytest.raises((dc.InputError, dc.UnitError), match=message):
        dc.check(bad)


def test_a_hole_in_one_province_is_not_taken_for_zero() -> None:
    holed = xr.DataArray(
        [[1.0, np.nan, 1.0], [1.0, 1.0, 1.0]],
        {"province": ["Beijing", "Hebei"], "year": [2020, 2030, 2060]},
        ("province", "year"),
        "co2",
        attrs={"units": "Mt CO2/yr"},
    )
    with pytest.raises(dc.InputError, match="no number in 2030"):
        dc.check(holed)


def test_a_total_of_a_run_that_lost_its_unit_is_refused(results: dc.Results) -> None:
    bare = results.annual.assign(gross_co2=results.annual["gross_co2"].drop_attrs())
    with pytest.raises(dc.UnitError, match="gross_co2"):
        dc.check(bare)


@pytest.mark.parametrize("thing", ["china-2060", 3, None])
def test_check_takes_no_names_and_numbers(thing: object) -> None:
    with pytest.raises(CallError, match="takes Results, a Dataset or a DataArray"):
        dc.check(thing)  # type: ignore[arg-type]


def test_convert_gives_a_float_with_units_or_a_clear_error() -> None:
    ch4 = dc.convert("1 t CH4", "t CO2e", gwp="AR6")
    assert isinstance(ch4, float) and (ch4, ch4.units) == (27.9, "t CO2e")
    assert dc.convert("1 t CH4", "kg CO2e", gwp="AR5") == 28_000
    assert dc.convert("2 Mt CO2", "t CO2e", gwp="AR4") == 2e6
    for quantity, unit, gwp, message in [
        ("1 t CH4", "t CO2e", None, "only by the GWP of a named report"),
        ("1 t CH4", "t CO2e", "AR9", "AR9"),
        ("1 t CO2e", "t CH4", "AR6", "same dimension"),
        ("1 t CH4", "kWh", None, "energy"),
        ("5", "MW", None, "power"),
    ]:
        with pytest.raises(dc.UnitError, match=message):
            dc.convert(quantity, unit, gwp=gwp)


def test_quantify_gives_pint_arrays_of_the_same_numbers_and_leaves_the_run_alone(results: dc.Results) -> None:
    quantified = dc.quantify(results.annual)
    total = quantified["gross_co2"].sum()
    assert f"{total.data.units:~C}" == "CO2*Mt/yr"
    assert total.data.magnitude == pytest.approx(float(results.annual["gross_co2"].sum()))
    assert results.annual["gross_co2"].attrs["units"] == "Mt CO2/yr"


def test_a_park_runs_from_a_name_and_each_of_its_figures_has_a_unit(yizhuang_results: dc.ParkResults) -> None:
    assert isinstance(yizhuang_results, dc.ParkResults)
    assert (yizhuang_results.name, yizhuang_results.province, yizhuang_results.year) == ("yizhuang", "Beijing", 2020)
    assert yizhuang_results.spec == dc.load_park("yizhuang")
    for part in (yizhuang_results.annual, yizhuang_results.spread, yizhuang_results.cost):
        for name, array in part.data_vars.items():
            assert "units" in array.attrs or array.dtype == bool or str(name).endswith("_reason"), name
    assert [standard.id for standard in yizhuang_results.standards] == ["claim-2021", "ndrc-910-2025", "iso-14068-1"]
    said = repr(yizhuang_results)
    assert "yizhuang" in said and all(standard.verdict in said for standard in yizhuang_results.standards)


def test_the_statement_of_a_park_is_the_sum_of_its_lines(yizhuang_results: dc.ParkResults) -> None:
    annual = yizhuang_results.annual
    assert float(annual["statement"].sum()) == pytest.approx(float(annual["emissions"]), rel=1e-12)
    assert float(annual["statement_market"].sum()) == pytest.approx(float(annual["market_emissions"]), rel=1e-12)
    low, _, high = yizhuang_results.spread["emissions"].sel(estimate=["p5", "median", "p95"]).values
    assert low < float(annual["emissions"]) < high


def test_a_park_says_with_what_it_was_run(yizhuang_results: dc.ParkResults) -> None:
    said = yizhuang_results.provenance
    assert (said["decarb"], said["seed"], said["step"]) == (dc.__version__, 2021, "1 h")
    assert said["weather"]["name"] == "synthetic-default"
    assert len(said["tables_sha256"]) == 64
    assert {"wind", "pv"} <= set(said["weather"]["full_load_hours_unscaled"])
    with pytest.raises(TypeError):
        said["seed"] = 1
    with pytest.raises(FrozenInstanceError):
        yizhuang_results.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"park": "yizuang"}, "did you mean yizhuang"),
        ({"park": "yizhuang", "settings": ["wind.capacity=5"]}, 'write "5 MW"'),
        ({"park": "yizhuang", "weather": "nothing.csv"}, r"nothing\.csv: is not there"),
        ({"park": "yizhuang", "step": "7 min"}, "write one of 1 h, 15 min, 5 min"),
        ({"park": None}, "is no park; give a name"),
        ({"park": dc.load_park("yizhuang"), "settings": ["pv.on=false"]}, "settings go over a file"),
        ({"park": "yizhuang", "settings": "pv.on=false"}, r'write settings=\["pv.on=false"\]'),
        ({"park": "yizhuang", "seed": -1}, "seed: -1 is no whole number"),
        ({"park": "yizhuang", "weather": 3}, "weather: 3 is no file"),
        ({"park": "yizhuang", "clock": "UTC"}, "none is named; leave it out"),
    ],
)
def test_a_park_that_cannot_run_says_why(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(dc.DecarbError, match=message):
        dc.run_park(**arguments)  # type: ignore[arg-type]


def test_a_park_is_written_as_the_command_line_does(yizhuang_results: dc.ParkResults, tmp_path: Path) -> None:
    folder = dc.write_park(yizhuang_results, tmp_path / "mine", hourly=tmp_path / "hours.nc")
    assert {path.name for path in folder.iterdir()} == {"park.json", "claim.md", "claim.json", "statement.csv"}
    with xr.open_dataset(tmp_path / "hours.nc") as steps:
        assert steps.attrs["park"] == "yizhuang" and steps.attrs["seed"] == 2021
        assert float(steps["load"].mean()) * 8760 == pytest.approx(float(yizhuang_results.annual["load"]), rel=1e-9)
        assert all("long_name" in array.attrs for array in steps.data_vars.values())
    with pytest.raises(CallError, match="mine exists"):
        dc.write_park(yizhuang_results, folder)


def test_hours_of_a_file_are_read_by_the_clock_that_is_said(tmp_path: Path) -> None:
    # Told by UTC, PV of 7 to 19 h would run from 15 to 3 h here.
    path = csv(tmp_path, "time,wind,pv")
    with pytest.raises(dc.InputError, match=r"does not say by which clock .* --clock UTC\+8"):
        dc.run_park("yizhuang", weather=path)
    with pytest.raises(dc.InputError, match="PV runs at night"):
        dc.run_park("yizhuang", weather=path, clock="UTC")


def test_the_parts_of_a_difference_add_to_it_and_a_copy_differs_by_its_rollout_alone() -> None:
    parts = dc.attribute("china-2060", "clone-yizhuang", "gross_co2")
    assert {group: names for group, names in parts.inputs.items() if names} == {"rollout": ("scaled",)}
    change = parts.after.sel(year=2060) - parts.before.sel(year=2060)
    total = parts.contributions.sel(year=2060).sum()
    assert float(total) == pytest.approx(float(change), abs=1e-9) and float(change) != 0.0


def test_a_total_is_explained_down_to_its_sectors(results: dc.Results) -> None:
    tree = dc.explain(results, "gross_co2", year=2041)
    assert tree["value"] == pytest.approx(float(results.annual["gross_co2"].sel(year=2041).sum()))
    assert sum(part["value"] for part in tree["terms"]) == pytest.approx(tree["value"])
