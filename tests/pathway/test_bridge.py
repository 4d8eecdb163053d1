"""The bridge between totals: terms that add exactly, in the table as printed too, and refusals that show it."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError, DecarbError, InputError
from decarb.pathway.bridge import ORDER, bridge, bridge_in_words, refuse_unlike

CO2, CO2E = "Mt CO2/yr", "Mt CO2e/yr"
SECTORS = ["process", "waste", "land", "removals"]
YEARS = [2021, 2060]
AMOUNT = st.floats(0.0, 20000.0)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def annual(
    gross: Any = (11619.0, 3000.0), waste: Any = (9.0, 9.0), land: Any = (-1346.0, -1346.0),
    removed: Any = (0.0, 500.0), process_gases: Any = (300.0, 100.0), waste_gases: Any = (200.0, 150.0),
    land_gases: Any = (31.0, 31.0),
) -> xr.Dataset:  # fmt: skip
    """A run of two years, with all CO2 in one sector of one province."""
    none = np.zeros(2)
    beyond = np.array([none, waste, land, -np.array(removed)])
    gases = np.array([process_gases, waste_gases, land_gases, none])
    own = np.array([gross, none, none, none])
    place = {"province": ["Hebei", "Unallocated"], "sector": SECTORS, "year": YEARS}
    totals = [np.stack([own, outside]) for outside in (0.0 * own, beyond, beyond + gases)]
    return xr.Dataset(
        {
            **{name: array(values, CO2E if name == "net_ghg" else CO2, **place)
               for name, values in zip(ORDER, totals, strict=True)},
            "net_co2_beyond_gross": array(beyond, CO2, sector=SECTORS, year=YEARS),
            "net_ghg_beyond_co2": array(gases, CO2E, sector=SECTORS, year=YEARS),
        }
    ).assign_coords(land_view="inventory", gwp="AR5")  # fmt: skip


def summed(name: str, **coords: str) -> xr.DataArray:
    unit = CO2E if name == "net_ghg" else CO2
    series = annual()[name].sum(["province", "sector"]).assign_attrs(units=unit)
    return series.drop_vars(["land_view", "gwp"]).assign_coords(coords)


def test_net_co2_is_gross_with_waste_and_land_less_removals() -> None:
    found = bridge(annual(), "gross_co2", "net_co2", 2060)
    terms = dict(zip(found["term"].values.tolist(), found["terms"].values.tolist(), strict=True))
    assert terms == {"CO2 of waste": 9.0, "CO2 of the land": -1346.0, "stored CO2 of biomass and air": -500.0}
    # 3,000 + 9 - 1,346 - 500.
    assert (float(found["first"]), float(found["second"])) == (3000.0, 1163.0)
    assert found["terms"].attrs["units"] == CO2


def test_the_way_back_is_the_same_way() -> None:
    there, back = (bridge(annual(), *names) for names in (("gross_co2", "net_ghg"), ("net_ghg", "gross_co2")))
    np.testing.assert_array_equal(there["terms"], -back["terms"])
    assert there["first"].equals(back["second"])
    assert there["terms"].attrs["units"] == CO2E
    assert there["term"].values.tolist()[-3:] == [
        "other gases, process",
        "other gases, waste",
        "CH4 and N2O of the land",
    ]


@settings(max_examples=25)
@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_terms_add_exactly_and_so_do_their_printed_figures(
    gross: float, waste: float, sink: float, removed: float, gases: float
) -> None:
    run = annual([gross] * 2, [waste] * 2, [-sink] * 2, [removed] * 2, [gases] * 2)
    found = bridge(run, "gross_co2", "net_ghg", 2060)
    assert float(found["first"] + found["terms"].sum()) == pytest.approx(float(found["second"]), rel=1e-12, abs=1e-6)
    _, *lines = bridge_in_words(found).splitlines()
    tenths = [round(10 * float(line.rpartition(" ")[2].replace(",", ""))) for line in lines]
    assert sum(tenths[:-1]) == tenths[-1]
    real = [float(found["first"]), *found["terms"].values, float(found["second"])]
    assert np.abs(np.array(tenths) / 10 - real).max() <= 0.1 + 1e-6


def test_the_table_names_views_and_holds_each_term_once() -> None:
    said = bridge_in_words(bridge(annual(), "gross_co2", "net_co2", 2060)).splitlines()
    assert said[0] == "Mt CO2/yr in 2060"
    assert [line.split("  ")[0] for line in said[1:]] == [
        "", "+ CO2 of waste", "+ CO2 of the land", "+ stored CO2 of biomass and air", "= net_co2 (land view inventory)",
    ]  # fmt: skip
    assert said[1].split() == ["gross_co2", "3,000.0"]


def test_the_other_view_of_the_land_is_one_term() -> None:
    book = array([-278.7, -296.6], CO2, year=YEARS)
    found = bridge(annual(), "net_co2", "net_co2", 2021, other_land=book)
    # -278.7 + 1,346 = 1,067.3: neutrality by the inventory is a gigatonne easier.
    assert found["terms"].values.tolist() == [pytest.approx(1067.3)]
    assert float(found["second"] - found["first"]) == pytest.approx(1067.3)
    assert found.attrs["second"].endswith("the other view of the land")
    whole = bridge(annual(), "gross_co2", "net_ghg", 2021, other_land=book)
    assert float(whole["first"] + whole["terms"].sum()) == pytest.approx(float(whole["second"]), rel=1e-12)


def test_a_sweep_has_its_bridges_side_by_side() -> None:
    sweep = xr.concat([annual(), annual(gross=(11619.0, 4000.0))], dim="scenario", coords="minimal", compat="override")
    found = bridge(sweep, "gross_co2", "net_co2", 2060)
    assert found["second"].values.tolist() == [1163.0, 2163.0]
    with pytest.raises(CallError, match="select one of scenario"):
        bridge_in_words(found)
    with pytest.raises(CallError, match="select one of year"):
        bridge_in_words(bridge(annual(), "gross_co2", "net_co2"))


def test_a_total_is_its_own_bridge() -> None:
    found = bridge(annual(), "net_co2", "net_co2", 2060)
    assert float(abs(found["terms"]).sum()) == 0.0


@pytest.mark.parametrize(
    ("names", "year", "message"),
    [
        (("gross", "net_co2"), 2060, '"gross" is no total; write one of gross_co2, net_co2, net_ghg'),
        (("gross_co2", "net_co2"), 2035, "no year 2035; write one from 2021 to 2060"),
    ],
)
def test_a_bridge_that_cannot_be_made_says_why(names: tuple[str, str], year: int, message: str) -> None:
    with pytest.raises(CallError, match=message):
        bridge(annual(), *names, year)


def test_a_bridge_needs_its_terms_and_gross_has_no_land() -> None:
    with pytest.raises(CallError, match="hold no net_ghg_beyond_co2"):
        bridge(annual().drop_vars("net_ghg_beyond_co2"), "net_co2", "net_ghg")
    with pytest.raises(CallError, match="gross_co2 holds no land"):
        bridge(annual(), "net_co2", "gross_co2", other_land=array([0.0, 0.0], CO2, year=YEARS))


def test_terms_that_do_not_add_are_refused() -> None:
    run = annual()
    wrong = run.assign(net_co2=(run["net_co2"] * 1.001).assign_attrs(units=CO2))
    with pytest.raises(DecarbError, match="the terms are off by"):
        bridge(wrong, "gross_co2", "net_co2")


def test_like_totals_are_compared() -> None:
    refuse_unlike(summed("net_co2", land_view="inventory"), summed("net_co2", land_view="inventory", gwp="AR5"))
    refuse_unlike(summed("gross_co2", gwp="AR5"), summed("gross_co2", land_view="bookkeeping"))
    refuse_unlike("net_ghg", summed("net_ghg", land_view="inventory", gwp="AR5"))
    larger = (summed("gross_co2") / 1000.0).rename("gross_co2").assign_attrs(units="Gt CO2/yr")
    refuse_unlike(summed("gross_co2"), larger)


def test_unlike_totals_are_refused_with_the_table_between_them() -> None:
    with pytest.raises(InputError) as caught:
        refuse_unlike("net_co2", summed("gross_co2"), annual())
    assert [problem.key for problem in caught.value.problems] == ["total", "bridge"]
    assert "stored CO2 of biomass and air" in str(caught.value) and "in 2060" in str(caught.value)
    assert isinstance(caught.value, DecarbError)
    # The table ends with its sum, and the fix stands on the line of the fault.
    fault, *_, last = str(caught.value).splitlines()
    assert fault.endswith("judge each total by the target that names it") and last.startswith("= ") and ";" not in last


def test_without_a_run_the_differences_alone_are_told() -> None:
    ours = summed("net_co2", land_view="inventory")
    with pytest.raises(InputError) as caught:
        refuse_unlike(ours, summed("net_ghg", gwp="AR5"))
    assert [problem.key for problem in caught.value.problems] == ["total", "unit", "land_view", "gwp"]
    assert caught.value.problems[2].found == "inventory against not declared"


def test_two_views_of_one_total_are_refused_with_what_lies_between() -> None:
    ours = summed("net_co2", land_view="inventory")
    theirs = (ours + 1000.0).rename("net_co2").assign_attrs(ours.attrs).assign_coords(land_view="bookkeeping")
    with pytest.raises(InputError, match=r"inventory against bookkeeping") as caught:
        refuse_unlike(ours, theirs)
    assert "1,163.0 and 2,163.0 Mt CO2/yr in 2060: +1,000.0 lies between them" in str(caught.value)
    with pytest.raises(InputError, match="AR5 against AR4"):
        refuse_unlike(summed("net_ghg", gwp="AR5"), summed("net_ghg", gwp="AR4"))
