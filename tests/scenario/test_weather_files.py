"""Files of capacity factors: what netCDF and CSV files say is read as they mean it, and what cannot be is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from weather_samples import csv, netcdf, refusal, series

from decarb.scenario import weather_files
from decarb.scenario.weather import read_weather


def test_what_xarray_wrote_comes_back(tmp_path: Path) -> None:
    first = read_weather(csv(tmp_path, "time [UTC+8],Beijing wind,Hebei wind,Beijing pv,Hebei pv"))
    path = tmp_path / "again.nc"
    first.to_netcdf(path, engine="h5netcdf")
    again = read_weather(path)
    xr.testing.assert_equal(again, first)
    assert again["capacity_factor"].attrs == {"units": "1"}
    park = read_weather(netcdf(tmp_path, wind=series()), place="Yizhuang")
    park.to_netcdf(path, engine="h5netcdf")
    xr.testing.assert_equal(read_weather(path), park)


def test_packed_integers_and_single_precision_are_read(tmp_path: Path) -> None:
    path, own = tmp_path / "packed.nc", series()
    packed = xr.Dataset({"wind": own}, attrs={"time_zone": "labels behave like UTC+8 (Beijing)"})
    packing = {"dtype": "int16", "scale_factor": 1e-4, "_FillValue": -1}
    packed.to_netcdf(path, engine="h5netcdf", encoding={"wind": packing})
    np.testing.assert_allclose(read_weather(path)["capacity_factor"].squeeze(), own, atol=5.1e-5)
    over = own.copy(data=np.full(8760, 1.0 + 5e-7)).astype("float32")
    assert read_weather(netcdf(tmp_path, wind=over))["capacity_factor"].max() == 1.0


def test_names_of_technologies_and_provinces_become_ours(tmp_path: Path) -> None:
    both = xr.concat([series(), series() * 0.5], dim=xr.IndexVariable("province_onwind", ["InnerMongolia", "Anhui"]))
    sun = both.rename(province_onwind="province_solar").isel(province_solar=[1, 0])
    read = read_weather(netcdf(tmp_path, onwind=both, solar=sun, offwind=series()))["capacity_factor"]
    assert list(read["technology"].values) == ["wind", "pv"]
    assert list(read["province"].values) == ["Inner Mongolia", "Anhui"]
    xr.testing.assert_equal(read.sel(technology="wind", drop=True), read.sel(technology="pv", drop=True))
    assert read.dims == ("technology", "province", "time")


def test_the_dimension_says_whether_its_names_are_provinces(tmp_path: Path) -> None:
    path = netcdf(tmp_path, wind=series())
    assert read_weather(path)["capacity_factor"].dims[1] == "place"
    assert read_weather(path, place="Beijing")["capacity_factor"].dims[1] == "province"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"wnd": series()}, 'no capacity factors of wind or PV among: wnd; did you mean "wind"'),
        ({"wind": series().expand_dims(provinces=["Beijing"])}, 'wind: "provinces" is no dimension'),
        ({"wind": series().expand_dims(provinces=["Beijing"])}, 'did you mean "province"?'),
        ({"wind": series().rename(time="times")}, 'did you mean "time"?'),
        ({"wind": series().expand_dims(province=["Beijin"])}, '"Beijin" is no province; did you mean "Beijing"'),
        ({"wind": series().expand_dims(province=["Anhui"]).isel(province=[0, 0])}, "one province stands twice"),
        ({"wind": xr.concat([series()] * 2, "province")}, '"without names" is no province'),
        ({"wind": series().assign_attrs(units="MW")}, 'wind: is in "MW"'),
        ({"wind": series().drop_vars("time")}, "has no time that can be read"),
        ({"wind": series().assign_coords(time=np.arange(8760))}, "has no time that can be read"),
        ({"wind": series(), "onwind": series()}, "one technology stands twice"),
        ({"wind": series().expand_dims(province=["Anhui"]), "pv": series()}, "differ in their places"),
        ({"wind": series() + 0.3}, "mine wind: 1,095 of 8,760 hours lie outside 0 to 1, the first 1.00"),
        ({"wind": series() - 1e-3}, "lie outside 0 to 1, the first -0.001 at 2021-01-01 00:00"),
        ({"wind": series().where(series()["time"] != series()["time"][7])},
         "mine wind: 1 of 8,760 hours have no value, the first nan at 2021-01-01 07:00"),
    ],
)  # fmt: skip
def test_netcdf_that_cannot_be_used_is_refused(tmp_path: Path, variables: dict[str, xr.DataArray], said: str) -> None:
    assert said in refusal(netcdf(tmp_path, **variables))


def test_files_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not there" in refusal(tmp_path / "none.nc")
    assert "is a directory" in refusal(tmp_path)
    (tmp_path / "text.nc").write_text("time,wind\n")
    assert "is no netCDF file" in refusal(tmp_path / "text.nc")
    whole = netcdf(tmp_path, wind=series()).read_bytes()
    (tmp_path / "cut.nc").write_bytes(whole[: len(whole) // 2])
    assert "cannot be read as netCDF" in refusal(tmp_path / "cut.nc")
    (tmp_path / "object.csv").write_bytes(b"\x80\x04\x95\x00time,wind")
    assert "no text at all" in refusal(tmp_path / "object.csv")
    monkeypatch.setattr(weather_files, "MAX_BYTES", 60_000)
    small = tmp_path / "small.nc"
    xr.Dataset({"wind": series() * 0.0}).to_netcdf(small, encoding={"wind": {"zlib": True}, "time": {"zlib": True}})
    assert small.stat().st_size < 60_000
    assert "unpacks to more" in refusal(small)
    assert "at most" in refusal(netcdf(tmp_path, wind=series()))


def test_columns_are_technologies_or_provinces_of_one(tmp_path: Path) -> None:
    one = read_weather(csv(tmp_path, "time [UTC+8],wind,pv"))
    assert list(one["technology"].values) == ["wind", "pv"]
    assert list(one["place"].values) == ["park"]
    assert bool((one["full_load_hours"] == 0.25 * 8760.0).all())
    many = read_weather(csv(tmp_path, "time [UTC+8],Beijing,Inner Mongolia"), technology="pv")
    assert many["capacity_factor"].sizes == {"technology": 1, "province": 2, "time": 8760}
    assert many["technology"].item() == "pv"


def test_cells_land_on_their_column_and_hour(tmp_path: Path) -> None:
    def mark(lines: list[str]) -> None:
        lines[30] = "2021-01-02T06:00:00,0.5,0.75"

    read = read_weather(csv(tmp_path, "time [UTC+8],Beijing pv,Beijing wind", mark))["capacity_factor"]
    at = read.sel(time="2021-01-02 06:00", province="Beijing")
    assert (at.sel(technology="pv").item(), at.sel(technology="wind").item()) == (0.5, 0.75)


@pytest.mark.parametrize(("zone", "hour"), [("Z", 8), ("+00:00", 8), ("+08:00", 0), ("-05:00", 13)])
def test_a_clock_in_the_cells_is_read(tmp_path: Path, zone: str, hour: int) -> None:
    def zoned(lines: list[str]) -> None:
        lines[:] = [line.replace(",", f"{zone},") for line in lines]
        lines[0] = lines[0].replace("0.25", "0.5")

    path = csv(tmp_path, "time,wind", zoned)
    assert read_weather(path)["capacity_factor"].values.argmax() == hour
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(zone, "+07:00")
    path.write_text("\n".join(lines), encoding="utf-8")
    assert ":1:1: time: clocks change: " in refusal(path)


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("time [UTC+8],wind", "2021-01-01 03:00,nan", ":5:18: wind: 'nan' is no finite number"),
        ("time [UTC+8],wind", "2021-01-01 03:00,", ":5:18: wind: the cell is empty"),
        ("time [UTC+8],wind", "2021-01-01 03:00,12 %", ":5:18: wind: '12 %' is no number"),
        ("time [UTC+8],wind", "2021-01-01 03:00,1.5", "park wind: 1 of 8,760 hours lie outside 0 to 1, the first 1.5"),
        ("time [UTC+8],wind", "2021-01-01 03:00,-0.1", "the first -0.1 at 2021-01-01 03:00"),
        ("time [UTC+8],wind", "2021-01-01 02:00,0.1", "1 come more than once, the first 01-01 02:00"),
        ("time [UTC+8],wind", "2021-01-01 02:00,0.1", "1 come never, the first 01-01 03:00"),
        ("time [UTC+8],wind", "01/01/2021 03:00,0.1", ':5:1: time: "01/01/2021 03:00" is no time'),
        ("time [UTC+8],wind", "2021-02-30 03:00,0.1", '"2021-02-30 03:00" is no time'),
        ("time [UTC+8],wnd", None, ':1:14: "wnd" names no technology; did you mean "wind"'),
        ("time [UTC+8],Beijng wind", None, '"Beijng" is no province; did you mean "Beijing"'),
        ("time [UTC+8],wind,onwind", None, ":1:19: the column stands twice"),
        ("time [UTC+8],Beijing wind,Hebei pv", None, "differ in their places"),
        ("hour [UTC+8],wind", None, 'the first column is "hour [UTC+8]", not time'),
        ("time,wind", None, "does not say by which clock"),
        ("time [Beijing],wind", None, "does not say by which clock"),
    ],
)
def test_csv_that_cannot_be_used_is_refused(tmp_path: Path, header: str, row: str | None, said: str) -> None:
    change = None if row is None else lambda lines: lines.__setitem__(3, row)
    assert said in refusal(csv(tmp_path, header, change))
