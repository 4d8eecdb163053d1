"""Reading tables: exact selection, one unit, nothing invented."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import decarb.tables
from decarb.errors import DataError
from decarb.tables import (
    provinces,
    read_rows,
    read_table,
    source_keys,
    sources,
    table_array,
    table_names,
    table_value,
    table_years,
    tables_hash,
)
from decarb.units import Quantity, unit_factor

HEADER = "variable,province,technology,year,value,low,high,unit,source,status,note\n"
TOY = (
    HEADER
    + "capacity,,solar,2021,1,0.5,2,GW,decarb-assumption,assumption,NA\n"
    + "capacity,,solar,2020,500,,,MW,decarb-assumption,derived,NO\n"
    + "capacity,,wind,2020,3,,,GW,ember-owid,read,\n"
    + "capacity,,wind,2021,4,,,GW,ember-owid,read,\n"
    + "wind_capacity,Tibet,,2021,0.1,,,GW,ember-owid,read,\n"
    + "wind_capacity,Hebei,,2021,0.2,,,GW,ember-owid,read,\n"
    + "wind_capacity,,,2021,0.4,,,GW,ember-owid,read,\n"
    + "wind_capacity,,,2020,0.3,,,GW,ember-owid,read,\n"
)

Toy = Callable[[str], None]


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    """Put one made-up table, `toy`, in the place of all shipped ones."""
    real = decarb.tables.shipped

    def at(kind: str, name: str = "") -> Path:
        return real("data", name) if name == "sources.yaml" else tmp_path / name

    def forget() -> None:
        kept = (decarb.tables._records, decarb.tables._table, decarb.tables._groups, decarb.tables._array)
        for cached in kept:
            cached.cache_clear()

    def write(text: str) -> None:
        (tmp_path / "toy.csv").write_text(text, encoding="utf-8")
        forget()

    monkeypatch.setattr(decarb.tables, "shipped", at)
    write(TOY)
    yield write
    forget()


def test_rows_in_other_units_come_in_the_unit_of_the_dictionary(toy: Toy) -> None:
    array = table_array("toy", "capacity", "technology", "year")
    # solar 2020 is written as 500 MW and stands after 2021 in the file
    assert array.attrs == {"units": "GW", "source": "decarb-assumption;ember-owid", "status": "assumption;derived;read"}
    np.testing.assert_array_equal(array, [[0.5, 1.0], [3.0, 4.0]])
    assert array["technology"].values.tolist() == ["solar", "wind"]
    assert array["year"].values.tolist() == [2020, 2021] and array["year"].dtype == np.int64


def test_rows_in_one_unit_keep_it(toy: Toy) -> None:
    toy(HEADER + "capacity,,solar,2020,500,,,MW,ember-owid,read,\n")
    assert table_value("toy", "capacity", technology="solar", year=2020) == Quantity(500.0, "MW")


def test_dimensions_stand_in_the_order_asked_for(toy: Toy) -> None:
    one = table_array("toy", "capacity", "year", "technology")
    assert one.dims == ("year", "technology")
    assert one.sel(year=2020, technology="wind") == 3.0


def test_national_rows_and_provincial_rows_are_never_mixed(toy: Toy) -> None:
    assert table_array("toy", "wind_capacity", "year").values.tolist() == [0.3, 0.4]
    by_province = table_array("toy", "wind_capacity", "province", year=2021)
    assert dict(zip(by_province["province"].values.tolist(), by_province.values.tolist(), strict=True)) == {
        "Hebei": 0.2,
        "Tibet": 0.1,
    }


def test_a_row_is_named_by_all_the_columns_it_fills(toy: Toy) -> None:
    with pytest.raises(DataError, match="rows fill: technology year"):
        table_array("toy", "capacity", "technology")
    with pytest.raises(DataError, match="rows fill: province year; year"):
        table_array("toy", "wind_capacity", "technology")


def test_a_year_that_all_rows_share_need_not_be_named(toy: Toy) -> None:
    assert table_array("toy", "wind_capacity", "province").values.tolist() == [0.2, 0.1]
    toy(TOY + "wind_capacity,Hebei,,2020,0.2,,,GW,ember-owid,read,\n")
    with pytest.raises(DataError, match="rows fill: province year; year"):
        table_array("toy", "wind_capacity", "province")


def test_the_row_of_one_province_never_stands_for_the_nation(toy: Toy) -> None:
    toy(HEADER + "wind_capacity,Hebei,,2021,0.2,,,GW,ember-owid,read,\n")
    with pytest.raises(DataError, match="rows fill: province year"):
        table_array("toy", "wind_capacity", year=2021)


def test_text_that_looks_like_a_missing_value_stays_text(toy: Toy) -> None:
    assert read_table("toy")["note"].tolist()[:3] == ["NA", "NO", ""]


def test_bounds_are_read_where_known_and_refused_where_not(toy: Toy) -> None:
    solar = {"technology": "solar", "year": 2021}
    assert table_value("toy", "capacity", bound="low", **solar) == Quantity(0.5, "GW")
    assert table_value("toy", "capacity", bound="high", **solar) == Quantity(2.0, "GW")
    with pytest.raises(DataError, match="line 5 has no low"):
        table_value("toy", "capacity", bound="low", technology="wind", year=2021)


def test_a_row_without_a_range_may_stand_for_its_ends() -> None:
    known = read_table("technologies")
    plain = known[(known["variable"] == "conversion_efficiency") & known["low"].isna()]
    technology = plain["technology"].iloc[0]
    assert table_value("technologies", "conversion_efficiency", technology=technology).value == plain["value"].iloc[0]
    for bound in ("low", "high"):
        with pytest.raises(DataError, match=f"has no {bound}"):
            table_array("technologies", "conversion_efficiency", bound=bound, technology=technology)
        found = table_array("technologies", "conversion_efficiency", bound=bound, or_value=True, technology=technology)
        assert found.item() == plain["value"].iloc[0]


def test_the_years_of_a_variable_are_in_order(toy: Toy) -> None:
    assert table_years("toy", "capacity", technology="solar") == [2020, 2021]
    assert table_years("toy", "wind_capacity") == [2020, 2021]  # of the nation, not of a province
    with pytest.raises(DataError, match='has no technology "hydro"'):
        table_years("toy", "capacity", technology="hydro")


def test_a_hole_is_refused_unless_asked_for(toy: Toy) -> None:
    toy(TOY.replace("capacity,,wind,2020,3,,,GW,ember-owid,read,\n", ""))
    with pytest.raises(DataError, match=r"1 of 4 places are empty, the first is \{'technology': 'wind', 'year': 2020"):
        table_array("toy", "capacity", "technology", "year")
    holed = table_array("toy", "capacity", "technology", "year", complete=False)
    assert np.isnan(holed.sel(technology="wind", year=2020)) and int(np.isnan(holed).sum()) == 1


def test_two_rows_in_one_place_are_refused_with_their_lines(toy: Toy) -> None:
    toy(TOY + "capacity,,wind,2021,5,,,GW,ember-owid,read,again\n")
    with pytest.raises(DataError, match="lines 5, 10 share one place"):
        table_array("toy", "capacity", "technology", "year")
    with pytest.raises(DataError, match="lines 5, 10 share one place"):
        table_value("toy", "capacity", technology="wind", year=2021)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: table_array("tyo", "capacity"), '"tyo" is no table of data/; did you mean "toy"?'),
        (lambda: table_array("toy", "capacty"), 'no variable "capacty"; did you mean "capacity"'),
        (lambda: table_array("toy", "capacity", "yaer"), '"yaer" is no index column; did you mean "year"?'),
        (lambda: table_array("toy", "wind_capacity", province="Hebie", year=2021), 'province "Hebie"; did you mean'),
        (lambda: table_array("toy", "capacity", "technology", year=2022), 'has no year "2022"; did you mean'),
    ],
)
def test_a_slip_in_a_name_is_met_with_the_nearest(toy: Toy, call: Callable[[], object], said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        call()


def test_a_caller_cannot_change_what_the_next_one_reads() -> None:
    mine = read_table("history")
    mine["value"] = 0.0
    assert read_table("history")["value"].abs().max() > 0


def test_the_index_of_a_table_is_the_line_of_the_file() -> None:
    table = read_table("gwp")
    written = (decarb.tables.shipped("data", "gwp.csv")).read_text(encoding="utf-8").splitlines()
    for line in table.index[[0, -1]]:
        assert written[line - 1].startswith(f"gwp100,{table.loc[line, 'gas']},{table.loc[line, 'report']},")


@settings(deadline=None)  # the first draw of a table reads its file
@given(st.sampled_from(table_names()), st.data())
def test_any_shipped_row_is_found_again_by_the_columns_it_fills(name: str, data: st.DataObject) -> None:
    table = read_table(name)
    row = table.loc[data.draw(st.sampled_from(table.index.tolist()))]
    named = {column: row[column] for column in decarb.tables.INDEX if str(row[column]) not in ("", "<NA>")}
    found = table_value(name, row["variable"], **named)
    assert found.value == row["value"] and unit_factor(found.unit, row["unit"]) == 1.0


def test_the_hash_follows_names_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decarb.tables, "shipped", lambda kind, name="": tmp_path / name)
    seen = set()
    for text in ("1", "2"):
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        seen.add(tables_hash())
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    seen.add(tables_hash())
    assert len(seen) == 3
    assert tables_hash() == hashlib.sha256(b"b.csv\n1\n2").hexdigest()


def test_the_provinces_are_31_in_alphabetical_order() -> None:
    assert len(provinces()) == 31 and list(provinces()) == sorted(set(provinces()))
    assert {"Tibet", "Inner Mongolia", "Shaanxi", "Shanxi"} <= set(provinces())


def test_a_broken_or_incomplete_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decarb.tables, "shipped", lambda kind, name="": tmp_path / name)
    reading = sources.__wrapped__  # past the cache, which must keep the shipped ones
    for text, said in (
        ("a: {title: x, publisher: y, locator: z}", "sources.yaml: a: has no licence"),
        ("a: {title: x}\na: {title: y}", "sources.yaml"),
        ("a: [", "sources.yaml"),
    ):
        (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=said):
            reading()


def test_the_keys_alone_are_those_of_the_sources_read_whole() -> None:
    assert source_keys() == set(sources())


def test_a_source_that_stands_nowhere_is_met_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "toy.csv"
    path.write_text(TOY.replace("ember-owid", "ember-owdi"), encoding="utf-8")
    with pytest.raises(DataError, match=r'"ember-owdi" is not in sources\.yaml'):
        read_rows(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TOY.replace("year", "yaer", 1), 'toy.csv:1: unknown column "yaer"'),
        (TOY.replace(",source", "", 1), 'toy.csv:1: no column "source"'),
        ("", "toy.csv:1: no column"),
        (TOY.replace(",NA\n", ",NA,\n"), "toy.csv:2: 12 cells, not 11"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "toy.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(said)):
        read_rows(path)
