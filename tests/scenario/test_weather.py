"""The user's weather: every file kind lands on the model's hours, and what cannot be used is named and refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pvlib
import pytest
import xarray as xr
from weather_samples import by_day, csv, netcdf, refusal, series

from decarb.errors import CallError, InputError, UnitError
from decarb.park.clock import hours_of_year
from decarb.scenario.weather import park_weather, read_weather

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "cf_hourly_2020.nc"
TMY3 = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"


def test_a_leap_year_loses_its_leap_day_and_nothing_else(tmp_path: Path) -> None:
    leap = series(2020, 8784)
    read = read_weather(netcdf(tmp_path, wind=leap))
    kept = leap.where(~((leap["time"].dt.month == 2) & (leap["time"].dt.day == 29)), drop=True)
    np.testing.assert_array_equal(read["capacity_factor"].squeeze(), kept)
    assert read.indexes["time"].equals(hours_of_year())
    assert read.attrs["notes"] == "the leap day (24 hours) was left out"
    assert read_weather(netcdf(tmp_path, wind=series())).attrs["notes"] == ""


@pytest.mark.parametrize(("clock", "moved"), [("UTC", 8), ("UTC+8", 0), ("UTC+08:00", 0), ("UTC-5", 13), ("UTC+9", -1)])
def test_a_clock_is_turned_to_ours_and_no_energy_is_lost(tmp_path: Path, clock: str, moved: int) -> None:
    own = series()
    read = read_weather(netcdf(tmp_path, clock, wind=own))
    np.testing.assert_array_equal(read["capacity_factor"].squeeze(), np.roll(own, moved))
    assert read["full_load_hours"].item() == pytest.approx(float(own.mean()) * 8760.0, rel=1e-12)
    assert ("turned" in read.attrs["notes"]) == (moved != 0)


def test_noon_in_greenwich_is_eight_in_the_evening_here(tmp_path: Path) -> None:
    noon = series().copy(data=(series()["time"].dt.hour == 12).astype(float))
    read = read_weather(netcdf(tmp_path, "UTC", pv=noon))["capacity_factor"].squeeze()
    assert set(read["time"].dt.hour.values[read.values == 1.0]) == {20}


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    own = series(2020, 8784)
    mixed = own.isel(time=np.random.default_rng(1).permutation(8784))
    xr.testing.assert_identical(read_weather(netcdf(tmp_path, wind=own)), read_weather(netcdf(tmp_path, wind=mixed)))


def test_one_place_can_be_chosen_and_a_wrong_one_gets_advice(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],Beijing wind,Hebei wind")
    assert list(read_weather(path, place="Hebei")["province"].values) == ["Hebei"]
    assert 'province: "Bejing" is not there; did you mean "Beijing"?' in refusal(path, place="Bejing")


def test_every_series_with_a_fault_is_named_at_once(tmp_path: Path) -> None:
    names = xr.IndexVariable("province", ["Anhui", "Beijing", "Hebei"])
    wrong = xr.concat([series() + 1.0, series(), series() - 1.0], dim=names)
    lines = refusal(netcdf(tmp_path, wind=wrong)).splitlines()
    assert [line.split(": ")[1] for line in lines] == ["Anhui wind", "Hebei wind"]


def test_a_clock_must_be_said_by_the_file_or_the_caller(tmp_path: Path) -> None:
    path = netcdf(tmp_path, None, wind=series())
    assert 'the file does not say by which clock its hours run; say it with clock="UTC+8"' in refusal(path)
    assert '"China" is no clock' in refusal(path, clock="China")
    assert read_weather(path, clock="UTC")["capacity_factor"].squeeze()[8] == series()[0]
    said = netcdf(tmp_path, "UTC", wind=series())
    assert read_weather(said, clock="UTC+8")["capacity_factor"].squeeze()[0] == series()[0]


def test_arguments_that_a_file_cannot_use_are_refused(tmp_path: Path) -> None:
    for path, options in (
        (netcdf(tmp_path, wind=series()), {"technology": "wind"}),
        (csv(tmp_path), {"technology": "hydro"}),
        (TMY3, {"clock": "UTC"}),
    ):
        with pytest.raises(CallError):
            read_weather(path, **options)


def test_yields_before_and_after_stand_beside_the_series(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],Beijing wind,Hebei wind,Beijing pv,Hebei pv")
    stated = xr.DataArray([1095.0, 4380.0], {"province": ["Hebei", "Beijing"]}, "province", attrs={"units": "h/yr"})
    read = read_weather(path, full_load_hours={"wind": stated})
    assert (read["full_load_hours_unscaled"] == 2190.0).all()
    np.testing.assert_allclose(read["full_load_hours"].transpose("technology", "province"),
                               [[4380.0, 1095.0], [2190.0, 2190.0]], rtol=1e-12)  # fmt: skip
    np.testing.assert_allclose(read["correction"].transpose("technology", "province"), [[2.0, 0.5], [1.0, 1.0]])
    assert {name: array.attrs["units"] for name, array in read.items()} == {
        "capacity_factor": "1", "full_load_hours_unscaled": "h/yr", "full_load_hours": "h/yr", "correction": "1"
    }  # fmt: skip


def test_stated_yields_that_fit_nothing_are_refused(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],Beijing wind,Hebei wind")
    assert 'the file has no "wnd"; did you mean "wind"?' in refusal(path, full_load_hours={"wnd": "1000 h/yr"})
    lacking = xr.DataArray([1095.0], {"province": ["Hebei"]}, "province", attrs={"units": "h/yr"})
    assert "wind: no yield is stated for Beijing" in refusal(path, full_load_hours={"wind": lacking})
    said = refusal(path, full_load_hours={"wind": "8000 h/yr"})
    assert "Beijing wind: 2,190 h/yr cannot be made 8,000 h/yr" in said
    with pytest.raises(UnitError, match="full_load_hours"):
        read_weather(path, full_load_hours={"wind": 1000.0})


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference file lies beside some checkouts only")
def test_a_real_year_of_31_provinces_is_read_and_its_low_wind_is_not_hidden() -> None:
    read = read_weather(REFERENCE)
    assert read["capacity_factor"].sizes == {"technology": 2, "province": 31, "time": 8760}
    assert "leap day" in read.attrs["notes"]
    before = read["full_load_hours_unscaled"].sel(province="Sichuan")
    assert before.sel(technology="wind").item() == pytest.approx(530.0, abs=5.0)
    daily = read["capacity_factor"].sel(technology="pv", province="Beijing").groupby("time.hour").mean()
    assert daily.values.argmax() in (12, 13)
    assert "Sichuan wind: 530 h/yr cannot be made 2,040 h/yr" in refusal(
        REFERENCE, full_load_hours={"wind": "2040 h/yr"}
    )


STATED = {"wind": "1150 h/yr", "pv": "1200 h/yr"}


def park_refusal(path: Path, province: str = "Beijing", **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        park_weather(path, province, STATED, **options)
    assert all(str(problem).startswith(str(path)) for problem in caught.value.problems)
    return str(caught.value)


def test_a_park_takes_the_series_of_its_province_scaled_to_its_yields(tmp_path: Path) -> None:
    names = xr.IndexVariable("province", ["Hebei", "Beijing"])
    wind = xr.concat([series(), series()[::-1].assign_coords(time=series()["time"]) * 0.5], dim=names)
    park = park_weather(netcdf(tmp_path, wind=wind, pv=by_day(wind) * 0.8), "Beijing", STATED)
    assert park["capacity_factor"].dims == ("technology", "time")
    assert list(park["technology"].values) == ["wind", "pv"]
    assert park.indexes["time"].equals(hours_of_year())
    assert set(park.coords) == {"technology", "time"}
    np.testing.assert_allclose(park["full_load_hours"], [1150.0, 1200.0], rtol=1e-9)
    np.testing.assert_allclose(park["capacity_factor"].sum("time"), [1150.0, 1200.0], rtol=1e-9)
    # 0.8 at the top and 0 at the end, a mean of 0.4 for Hebei: half of it here, 0.2 * 8,760 = 1,752 h.
    # Of PV 0.8 times as much, in 3,650 hours whose middle is step 4,380.5: 0.32 * 3,650 * (1 - 4,380.5 / 8,759).
    unscaled = [1752.0, 0.32 * 3650.0 * (1.0 - 4380.5 / 8759.0)]
    np.testing.assert_allclose(park["full_load_hours_unscaled"], unscaled, rtol=1e-9)
    np.testing.assert_allclose(park["correction"], [1150.0 / unscaled[0], 1200.0 / unscaled[1]], rtol=1e-9)
    wind_found = park["capacity_factor"].sel(technology="wind")
    assert (wind_found.diff("time") <= 0.0).all()  # the falling one is Beijing's
    assert {name: array.attrs["units"] for name, array in park.items()} == {
        "capacity_factor": "1", "full_load_hours_unscaled": "h/yr", "full_load_hours": "h/yr", "correction": "1",
        "capacity_factor_limit": "1",
    }  # fmt: skip
    assert (park["capacity_factor_limit"] == 1.0).all()
    assert (park.attrs["weather"], park.attrs["clock"], park.attrs["notes"]) == ("mine.nc", "UTC+8", "")


def test_the_only_place_of_a_file_stands_for_the_park_and_is_named(tmp_path: Path) -> None:
    only = park_weather(csv(tmp_path, "time [UTC+8],wind,pv"), "Jiangsu", STATED)
    assert only.attrs["notes"] == "park stands for the park in Jiangsu"
    other = park_weather(csv(tmp_path, "time [UTC+8],Hebei wind,Hebei pv"), "Beijing", STATED)
    assert other.attrs["notes"] == "Hebei stands for the park in Beijing"


def test_of_several_places_none_is_guessed(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],Hebei wind,Hebei pv,Tianjin wind,Tianjin pv")
    assert "province: 2 places, and none is Beijing; known: Hebei, Tianjin" in park_refusal(path)


def test_a_technology_the_park_has_must_be_there_and_another_may_lack(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],wind")
    assert "pv: the file has wind alone; add the hours of pv, or build none" in park_refusal(path)
    park = park_weather(path, "Beijing", STATED, needed=("wind",))
    assert not park["capacity_factor"].sel(technology="pv").any()
    assert park["full_load_hours"].values.tolist() == pytest.approx([1150.0, 0.0])
    assert park["correction"].sel(technology="pv") == 1.0
    assert park["capacity_factor"].attrs == {"units": "1"}
    assert "the file has no pv, nor has the park" in park.attrs["notes"]
    assert park.attrs["notes"].startswith("park stands for")


def test_a_yield_of_what_the_park_has_not_is_not_asked_for(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],wind,pv")
    park = park_weather(path, "Beijing", {"wind": "1150 h/yr", "pv": "8700 h/yr"}, needed=("wind",))
    assert park["full_load_hours"].sel(technology="pv") == park["full_load_hours_unscaled"].sel(technology="pv")
    with pytest.raises(InputError, match=r"pv: 2,190 h/yr cannot be made 8,700 h/yr"):
        park_weather(path, "Beijing", {"pv": "8700 h/yr"})


def test_a_place_that_is_not_the_parks_may_have_an_impossible_yield(tmp_path: Path) -> None:
    names = xr.IndexVariable("province", ["Sichuan", "Beijing"])
    path = netcdf(tmp_path, wind=xr.concat([series() * 0.01, series() * 0.5], dim=names))
    park = park_weather(path, "Beijing", STATED, needed=("wind",))
    assert park["full_load_hours"].sel(technology="wind").item() == pytest.approx(1150.0)
    assert "wind: 35 h/yr cannot be made 1,150 h/yr" in park_refusal(path, "Sichuan", needed=("wind",))


def test_a_station_of_another_continent_gives_a_park_wind_and_no_sun() -> None:
    # Noon in Greensboro, North Carolina, is past midnight in China.
    assert "PV runs at night: 62 % of its year" in park_refusal(TMY3)
    assert "the station stands under another sun; bring a file of a place near the park" in park_refusal(TMY3)
    park = park_weather(TMY3, "Beijing", STATED, needed=("wind",))
    assert park["full_load_hours"].sel(technology="wind").item() == pytest.approx(1150.0)
    assert "stands for the park in Beijing" in park.attrs["notes"]


def test_columns_that_are_swapped_and_clocks_that_are_wrong_are_refused(tmp_path: Path) -> None:
    wind = series() * 0.5
    swapped = park_refusal(netcdf(tmp_path, wind=by_day(wind), pv=wind))
    assert "pv: PV runs at night" in swapped and "are the columns swapped, or is the clock another?" in swapped
    path = netcdf(tmp_path, wind=wind, pv=by_day(wind))
    assert park_weather(path, "Beijing", STATED).attrs["notes"].endswith("stands for the park in Beijing")
    assert "PV runs at night" in park_refusal(path, clock="UTC-2")
    # Three hours late is no night yet: 8 to 18 h becomes 11 to 21 h, around 16 h, 15.8 h by the sun.
    late = park_weather(path, "Beijing", STATED, clock="UTC+5").attrs["notes"]
    assert "PV has the middle of its day at 15.8 h by the sun of Beijing" in late
    # A park without PV does not ask.
    assert "night" not in park_weather(path, "Beijing", STATED, clock="UTC-2", needed=("wind",)).attrs["notes"]


def test_what_a_park_is_told_to_do_can_be_done_where_it_is_told(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],wind,pv")
    with pytest.raises(InputError) as caught:
        park_weather(path, "Beijing", {"wind": "600 h/yr"})
    assert "that is 0.27 times" in str(caught.value) and "state a yield that such hours can give" in str(caught.value)
    assert "largest_correction" not in str(caught.value)
    assert "largest_correction=3.7" in refusal(path, full_load_hours={"wind": "600 h/yr"})  # its caller can allow it
    assert "--clock UTC+8" in park_refusal(netcdf(tmp_path, None, wind=series()))


def test_words_that_are_no_technology_and_arguments_without_use_are_refused(tmp_path: Path) -> None:
    path = csv(tmp_path, "time [UTC+8],wind,pv")
    with pytest.raises(CallError, match='"wnd" is no technology of a file; did you mean "wind"'):
        park_weather(path, "Beijing", {"wnd": "1150 h/yr"})
    with pytest.raises(CallError, match='"chp" is no technology'):
        park_weather(path, "Beijing", {}, needed=("chp",))
    with pytest.raises(CallError, match="says its own clock"):
        park_weather(TMY3, "Beijing", STATED, clock="UTC")
    assert "state it" not in park_refusal(netcdf(tmp_path, None, wind=series()))
    with pytest.raises(UnitError, match="full_load_hours"):
        park_weather(path, "Beijing", {"wind": 1150.0})  # type: ignore[dict-item]


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference file lies beside some checkouts only")
def test_a_real_year_serves_a_park_in_beijing_and_is_refused_where_its_wind_is_too_low() -> None:
    park = park_weather(REFERENCE, "Beijing", STATED)
    np.testing.assert_allclose(park["full_load_hours"], [1150.0, 1200.0], rtol=1e-9)
    assert float(park["capacity_factor"].max()) <= 1.0
    assert "leap day" in park.attrs["notes"]
    far = {"wind": "1800 h/yr", "pv": "1000 h/yr"}
    with pytest.raises(InputError, match=r"wind: 530 h/yr cannot be made 1,800 h/yr"):
        park_weather(REFERENCE, "Sichuan", far)
    allowed = park_weather(REFERENCE, "Sichuan", far, largest_correction=6.0)
    assert float(allowed["correction"].sel(technology="wind")) > 3.0
