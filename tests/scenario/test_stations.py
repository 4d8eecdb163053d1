"""A station's year: every kind of weather file lands on the model's hours, and what cannot be used is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
import pytest
import xarray as xr
from weather_samples import csv, refusal, series

from decarb.errors import InputError
from decarb.park.photovoltaic import plane_irradiance
from decarb.scenario.stations import on_model_year, read_station, station_capacity_factor
from decarb.scenario.weather import park_weather, read_weather

TMY3 = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
HERE = Path("mine.nc")


def epw(folder: Path, change: Callable[[list[list[str]]], object] | None = None) -> Path:
    """Write a year at 20 degrees and 5 m/s, light from 8 to 16 only."""
    rows = []
    for at in pd.date_range("1999", "2000", freq="h")[:-1]:
        row = ["0"] * 35
        row[:5] = [str(at.year), str(at.month), str(at.day), str(at.hour + 1), "0"]
        row[6], row[21] = "20.0", "5.0"
        row[13:16] = ["300", "200", "200"] if 8 <= at.hour < 16 else ["0", "0", "0"]
        rows.append(row)
    if change is not None:
        change(rows)
    head = ["LOCATION,Beijing,Beijing,CHN,CSWD,545110,39.80,116.47,8.0,31.3", *(f"LINE {n}" for n in range(7))]
    path = folder / "mine.epw"
    path.write_text("\n".join([*head, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


def pvgis(folder: Path, time_offset: str = "Irradiance Time Offset (h): 0.25\n") -> Path:
    rows = []
    for at in pd.date_range("2013", "2014", freq="h", tz="UTC")[:-1]:
        year = 2012 if at.month == 2 else 2009
        light = "300.0,200.0,200.0" if at.hour < 8 else "0.0,0.0,0.0"
        rows.append(f"{year}{at:%m%d:%H%M},20.0,50.0,{light},300.0,5.0,180.0,101325.0")
    months = "".join(f"{month},{2012 if month == 2 else 2009}\n" for month in range(1, 13))
    text = (f"Latitude (decimal degrees): 39.8\nLongitude (decimal degrees): 116.5\nElevation (m): 31\n{time_offset}"
            f"month,year\n{months}time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP\n")  # fmt: skip
    path = folder / "yizhuang.csv"
    path.write_text(text + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("offset", [0, 8, -7])
def test_an_impulse_survives_the_leap_day_at_every_edge(offset: int) -> None:
    for label in ("2020-01-01 00:00", "2020-02-28 23:00", "2020-03-01 00:00", "2020-12-31 23:00"):
        own = series(2020, 8784)
        turned, _ = on_model_year(own.copy(data=(own["time"] == np.datetime64(label)).astype(float)), offset, HERE)
        wanted = pd.Timestamp(label.replace("2020", "2021")) + pd.Timedelta(hours=8 - offset)
        (found,) = turned.indexes["time"][turned.values == 1.0]
        assert (found.month, found.day, found.hour) == (wanted.month, wanted.day, wanted.hour)


def test_gaps_and_repeats_are_counted_and_the_first_is_named() -> None:
    own = series()
    with pytest.raises(InputError, match=r"8,758 hours.*8,760 are needed: 2 come never, the first 03-05 07:00"):
        on_model_year(own.where(own["time"].isin(own["time"][[1519, 4000]]) == 0, drop=True), 8, HERE)
    with pytest.raises(InputError, match=r"8,762 hours.*2 come more than once, the first 12-31 22:00"):
        on_model_year(xr.concat([own, own[-2:]], "time"), 8, HERE)
    with pytest.raises(InputError, match="come never"):
        on_model_year(series(2021, 8000), 8, HERE)
    with pytest.raises(InputError, match=r"17,520 hours.*keep one year"):
        on_model_year(series(2021, 17520), 8, HERE)


def test_labels_off_the_hour_and_half_hour_clocks_are_refused() -> None:
    own = series()
    with pytest.raises(InputError, match=r"label 1 \(2021-01-01 00:30:00\) is no full hour"):
        on_model_year(own.assign_coords(time=own["time"] + np.timedelta64(30, "m")), 8, HERE)
    with pytest.raises(InputError, match=r"the clock is UTC\+5.5"):
        on_model_year(own, 5.5, HERE)
    with pytest.raises(InputError, match=r"label 3 \(NaT\)"):
        on_model_year(own.assign_coords(time=own["time"].where(own["time"] != own["time"][2])), 8, HERE)


def test_epw_hours_start_where_the_light_does(tmp_path: Path) -> None:
    station = read_station(epw(tmp_path))
    assert list(station["ghi"].values[:24].nonzero()[0]) == list(range(8, 16))
    assert {name: array.attrs["units"] for name, array in station.items()} == {
        "ghi": "W/m2", "dni": "W/m2", "dhi": "W/m2", "air_temperature": "1", "wind_speed": "m/s"
    }  # fmt: skip
    assert (station["air_temperature"].values == 20.0).all()
    read = read_weather(epw(tmp_path))
    assert read["capacity_factor"].dims == ("technology", "province", "time")
    assert list(read["province"].values) == ["Beijing"]
    assert list(read_weather(epw(tmp_path), place="Yizhuang")["place"].values) == ["Yizhuang"]
    dark = read["capacity_factor"].sel(technology="pv").where(~read["time"].dt.hour.isin(range(8, 16)), 0.0)
    assert not dark.any()
    # 5 m/s at 10 m is 5 * ln(180) / ln(20) = 8.66718 at the hub; 224 W/m2 at 0.45 are full at 812.698 m3/s3:
    # (8.66718^3 - 27) / (812.698 - 27) * 0.9 = 0.71485
    np.testing.assert_allclose(read["capacity_factor"].sel(technology="wind"), 0.71485, rtol=1e-4)


def test_an_epw_file_gives_a_park_its_wind_and_sun(tmp_path: Path) -> None:
    park = park_weather(epw(tmp_path), "Beijing", {"wind": "5000 h/yr", "pv": "900 h/yr"})
    np.testing.assert_allclose(park["full_load_hours"], [5000.0, 900.0], rtol=1e-9)
    # 0.71485 of every hour are 6,262 h.
    assert park["full_load_hours_unscaled"].sel(technology="wind").item() == pytest.approx(6262.1, rel=1e-4)
    assert park.attrs["notes"] == ""  # its city is the park's province


def test_pvgis_hours_are_utc_and_come_as_ours(tmp_path: Path) -> None:
    station = read_station(pvgis(tmp_path))
    assert list(station["ghi"].values[:24].nonzero()[0]) == list(range(8, 16))
    assert float(station["ghi"].sum()) == 365 * 8 * 300.0  # no hour is lost where February comes from a leap year
    assert station.attrs["sun_at"] == "0.25 h"
    assert read_station(pvgis(tmp_path, "")).attrs["sun_at"] == "0.5 h"
    assert list(read_weather(pvgis(tmp_path))["place"].values) == ["yizhuang"]
    assert read_weather(pvgis(tmp_path)).attrs["notes"] == "the clock was turned from UTC+0 to UTC+8"


def test_choices_of_the_builder_reach_the_models(tmp_path: Path) -> None:
    station = read_station(epw(tmp_path))
    usual = station_capacity_factor(station)
    other = station_capacity_factor(station, hub_height="50 m", tilt=60.0)
    assert (other.sel(technology="wind") < usual.sel(technology="wind")).all()
    assert other.sel(technology="pv").sum() < 0.95 * usual.sel(technology="pv").sum()
    late = station_capacity_factor(station.assign_attrs(sun_at="1 h"))
    xr.testing.assert_equal(late.sel(technology="wind"), usual.sel(technology="wind"))
    before, after = (one.sel(technology="pv", time="2021-06-21 15:00") for one in (usual, late))
    assert after < before


def test_the_sun_of_a_real_typical_year_stands_where_its_light_was_measured() -> None:
    # On the horizontal, beam and sky add to the measured global light only if clock, labels and place all agree.
    station = read_station(TMY3)
    light, place = [station[name] for name in ("ghi", "dni", "dhi")], (station.latitude, station.longitude)
    gaps = [float(abs(plane_irradiance(*light, latitude=place[0], longitude=place[1], tilt=0.0, sun_at=at)
                      - station["ghi"]).mean()) for at in ("-0.5 h", "0.5 h", "1.5 h")]  # fmt: skip
    assert gaps[1] < 1.0 < 10.0 < min(gaps[0], gaps[2])


def test_a_real_typical_year_gives_known_yields() -> None:
    # Greensboro, North Carolina: PVWatts says about 1,400 kWh/kW at a fixed tilt near latitude.
    hours = read_weather(TMY3)["full_load_hours_unscaled"].squeeze()
    assert 1300.0 < hours.sel(technology="pv") < 1500.0
    assert 1000.0 < hours.sel(technology="wind") < 3000.0


def test_missing_values_of_weather_files_are_named(tmp_path: Path) -> None:
    def gaps(rows: list[list[str]]) -> None:
        rows[31][13] = rows[40][13] = "9999"
        rows[5][21] = "999"

    said = refusal(epw(tmp_path, gaps))
    assert "ghi: 2 of 8,760 hours lie outside 0 to 1600, the first 9999 at 01-02 07:00; fill the gaps" in said
    assert "wind_speed: 1 of 8,760 hours lie outside 0 to 95, the first 999" in said


def test_weather_files_cut_short_or_broken_are_refused(tmp_path: Path) -> None:
    assert "8,759 hours" in refusal(epw(tmp_path, lambda rows: rows.pop(100)))
    assert "come never, the first 01-05 04:00" in refusal(epw(tmp_path, lambda rows: rows.pop(100)))
    path = epw(tmp_path)
    path.write_text("\n".join(path.read_text().splitlines()[:3]), encoding="utf-8")
    assert "0 hours without the leap day" in refusal(path)
    cut = pvgis(tmp_path)
    cut.write_text("\n".join(cut.read_text().splitlines()[:5000]), encoding="utf-8")
    assert "cannot be read as PVGIS: it has fewer than 8,760 full rows" in refusal(cut)
    path.write_bytes("LOCATION,北京\n".encode("gbk"))
    assert "cannot be read as EPW" in refusal(path)
    with pytest.raises(InputError, match="is no weather file"):
        read_station(csv(tmp_path))
