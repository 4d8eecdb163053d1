from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from decarb.errors import CallError, InputError, UnitError
from decarb.pathway.rules import UNITS
from decarb.pathway.targets import FALL, TARGETS, check_totals, target_named
from decarb.pathway.verdict import Verdict


def line(path: dict[int, float], units: str = "Mt CO2/yr", **said: str) -> xr.DataArray:
    return xr.DataArray(list(path.values()), {"year": list(path), **said}, "year", attrs={"units": units})


def verdicts(verdict: Verdict) -> dict[str, str]:
    return {one.target: one.verdict for one in verdict.verdicts}


def test_every_target_has_an_id_a_source_and_a_unit_of_its_total() -> None:
    assert len({target.id for target in TARGETS}) == len(TARGETS) == 14
    for target in TARGETS:
        assert target.source
        assert target.total in UNITS
        assert target.first_year <= target.year


def test_a_nation_that_meets_every_target_passes_them_all() -> None:
    years = [2025, 2030, 2035, 2050, 2060]
    rows = {
        "gross_co2": ([12000, 11000, 9000, 2000, 800], "Mt CO2/yr"),
        "net_co2": ([10700, 9700, 7600, 500, -700], "Mt CO2/yr"),
        "net_ghg": ([13500, 12500, 10000, 3000, 0], "Mt CO2e/yr"),
        "wind_solar_capacity": ([1840, 2700, 3700, 7000, 9000], "GW"),
        "nonfossil_share": ([21, 26, 31, 60, 85], "%"),
        "gdp": ([1.0, 1.25, 1.5, 2.5, 3.0], "1"),
    }
    totals = xr.Dataset({name: line(dict(zip(years, row, strict=True)), unit) for name, (row, unit) in rows.items()})
    totals = totals.assign_coords(land_view="inventory", gwp="AR5")
    found = check_totals(totals, co2_per_gdp_2005=xr.DataArray(26.0, attrs={"units": "Gt CO2/yr"}))
    assert set(verdicts(found).values()) == {"pass"}
    assert found.totals["net_ghg"]["gwp"] == "AR5"
    assert "gwp" not in found.totals["net_co2"]


def test_units_are_converted_before_anything_is_judged() -> None:
    found = check_totals(xr.Dataset({"gross_co2": line({2020: 11.5, 2060: 1}, "Gt CO2/yr")}))
    assert found.peak_value == pytest.approx(11500)
    assert found.units["peak_value"] == "Mt CO2/yr"


@pytest.mark.parametrize(("name", "units"), [("gross_co2", "Mt CO2e/yr"), ("net_ghg", "Mt CO2/yr"), ("co2", "GW")])
def test_an_unlike_unit_is_refused_by_name(name: str, units: str) -> None:
    with pytest.raises(UnitError, match=name):
        check_totals(xr.Dataset({name: line({2020: 1, 2060: 1}, units)}))


def test_the_2005_reference_must_be_in_the_money_of_gdp() -> None:
    totals = xr.Dataset({"gross_co2": line({2030: 100}), "gdp": line({2030: 2}, "CNY_2020/yr")})
    found = check_totals(totals, co2_per_gdp_2005=xr.DataArray(0.2, attrs={"units": "Gt CO2/CNY_2020"}))
    assert {one.target: one.value for one in found.verdicts}["intensity-2030-vs-2005"] == pytest.approx(-0.75)
    with pytest.raises(UnitError, match="co2_per_gdp_2005"):
        check_totals(totals, co2_per_gdp_2005=xr.DataArray(0.2, attrs={"units": "Gt CO2"}))


def test_series_of_one_dataset_may_cover_different_years() -> None:
    net = line({2020: 9, 2050: 1, 2060: np.nan})
    found = check_totals(xr.Dataset({"gross_co2": line({2020: 9, 2050: 4, 2060: 3}), "net_co2": net}))
    assert found.share_of_peak_2060 == pytest.approx(1 / 3)
    assert found.residual_2060 is None
    assert found.totals["net_co2"]["last_year"] == 2050


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        (xr.Dataset(), "at least one of gross_co2, net_co2, net_ghg, co2"),
        (xr.Dataset({"gdp": line({2020: 1}, "1")}), "found gdp"),
        (xr.Dataset({"co2": line({2020: 1}).expand_dims(province=2)}), "has the dimensions province, year"),
        (xr.Dataset({"co2": line({2020: 1, 2060: np.nan})}), "no number in 2060"),
        (xr.Dataset({"co2": line({2020: np.nan})}), "no number in 2020"),
        (xr.Dataset({"co2": line({2020: 1, 2060: np.inf})}), "no finite number"),
        (
            xr.Dataset({"co2": line({2020: 1, 2030: np.nan, 2060: 1}), "net_co2": line({2020: 1, 2030: 1, 2060: 1})}),
            "co2.*no finite number",
        ),
        (xr.Dataset({"co2": line({2060: 1, 2020: 1})}), "2060 is followed by 2020"),
        (xr.Dataset({"co2": line({2020: 1}).drop_attrs()}), "has no unit"),
    ],
)
def test_totals_that_cannot_be_judged_are_refused(totals: xr.Dataset, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_totals(totals)


def test_faults_of_all_totals_are_reported_at_once() -> None:
    wrong = {"co2": line({2020: np.inf, 2060: 1}), "net_co2": line({2020: 1, 2060: 1}).drop_attrs()}
    with pytest.raises(InputError) as caught:
        check_totals(xr.Dataset(wrong))
    assert len(caught.value.problems) == 2


def test_a_target_is_named_with_or_without_its_total() -> None:
    assert target_named("ndc-2035") == target_named("ndc-2035:net_ghg") == FALL
    assert target_named("nonfossil-2030:nonfossil_share").id == "nonfossil-2030"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ndc-2036", '"ndc-2036" is no target; did you mean'),
        ("ndc-2035:foo", 'ndc-2035:foo: "foo" is no total; write ndc-2035:net_ghg .*gross_co2, net_co2, net_ghg'),
        ("ndc-2035:", "ndc-2035:: the total behind the colon is missing; write ndc-2035:net_ghg"),
    ],
)
def test_a_wrong_name_is_a_bad_call(name: str, said: str) -> None:
    with pytest.raises(CallError, match=said):
        target_named(name)


def test_an_unlike_total_is_refused_with_the_fix_on_the_line_of_the_fault() -> None:
    for annual in (None, xr.Dataset({"net_ghg": line({2035: 1.0}, "Mt CO2e/yr")})):
        with pytest.raises(InputError) as caught:
            target_named("ndc-2035:gross_co2", annual)
        assert str(caught.value) == (
            "total: gross_co2 against net_ghg; write ndc-2035:net_ghg, the total that the target names"
        )


def test_thresholds_are_arguments() -> None:
    totals = xr.Dataset({"gross_co2": line({2030: 100, 2060: 10}), "net_co2": line({2030: 90, 2060: 5})})
    strict = {target.id: target for target in TARGETS}
    easier = [replace(strict["rate-2030-2060"], threshold=0.07), replace(strict["neutral-2060-co2"], threshold=5)]
    assert verdicts(check_totals(totals, easier)) == {"rate-2030-2060": "pass", "neutral-2060-co2": "pass"}
    assert verdicts(check_totals(totals))["rate-2030-2060"] == "fail"
    assert verdicts(check_totals(totals))["neutral-2060-co2"] == "fail"
