"""The cost of a pathway as a table and as rows."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from rich.console import Console

from decarb.errors import CallError
from decarb.nation.lever_cost import LEVERS, OF_PARKS, REASONS
from decarb.nation.spending import MONEY
from decarb.park.cost import Reason
from decarb.report.cost import KINDS, LEFT_OUT, NATIONAL, YEARLY, cost_rows, cost_table, write_costs
from decarb.units import stamp

YEARS = np.arange(2020, 2061)
LABELS = {
    "plant_investment": ("technology", ["wind", "solar"]),
    "park_plant_investment": ("technology", ["wind", "solar"]),
    "park_store_investment": ("store", ["lithium"]),
}


def invented() -> xr.Dataset:
    """One billion a year of everything; a ton costs 50, stores are not known and on-site wind abates nothing."""
    ones = xr.DataArray(np.ones(YEARS.size), {"year": YEARS}, ("year",))
    cost = xr.Dataset({name: stamp(ones, MONEY) for name in (*NATIONAL, *KINDS, *YEARLY)})
    for name, (dim, labels) in LABELS.items():
        cost[name] = stamp(ones.expand_dims({dim: labels}), MONEY)
    per_ton = (50.0 * ones).expand_dims(lever=list(LEVERS)).copy()
    reason = xr.zeros_like(per_ton).astype(np.int8)
    for lever, code in (("stores", Reason.NOT_KNOWN), ("on-site wind", Reason.NO_ABATEMENT)):
        per_ton.loc[{"lever": lever}], reason.loc[{"lever": lever}] = np.nan, int(code)
    of_parks = per_ton["lever"].isin(OF_PARKS)
    to_parks = (per_ton * 2.0).where(of_parks)
    return cost.assign(
        lever_abatement_cost=stamp(per_ton, "CNY_2025/t CO2"), lever_abatement_cost_reason=stamp(reason, "1"),
        lever_park_abatement_cost=stamp(to_parks, "CNY_2025/t CO2"),
        lever_park_abatement_cost_reason=stamp(reason.where(of_parks, int(Reason.NOT_KNOWN)), "1"),
    )  # fmt: skip


COST = invented()


def text_of(cost: xr.Dataset) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(cost_table(cost, "What it costs"))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_investment_adds_up_from_2026_on() -> None:
    line = next(line for line in text_of(COST).splitlines() if line.startswith("National investment"))
    assert line.split()[2:4] == ["5.0", "35.0"]  # 2026 to 2030, and to 2060
    assert "billion CNY_2025" in line and "/yr" not in line


def test_a_ton_without_a_cost_says_why() -> None:
    text = text_of(COST)
    for reason in (Reason.NOT_KNOWN, Reason.NO_ABATEMENT):
        assert f"undefined, because {REASONS[reason]}" in text
    assert "nan" not in text.lower()
    for lever in LEVERS:
        assert lever in text


def test_a_ton_costs_the_nation_one_thing_and_the_park_another() -> None:
    nation, park = text_of(COST).split("A ton, to the nation")[1].split("A ton, to the park")
    for lever in LEVERS:
        assert (lever in nation, lever in park.split("Money of")[0]) == (True, lever in OF_PARKS), lever
    assert next(line for line in nation.splitlines() if line.startswith("efficiency")).split()[1:3] == ["50.0", "50.0"]
    assert next(line for line in park.splitlines() if line.startswith("efficiency")).split()[1:3] == ["100", "100"]


def test_the_caption_names_all_that_is_left_out_and_the_fee_that_only_moves() -> None:
    said = " ".join(text_of(COST).split())
    assert f"Left out: {LEFT_OUT}." in said
    for omission in (
        "grids", "thermal plants", "stores and electrification outside parks", "captive plants",
        "removals from biomass and air", "what parks sell",
    ):  # fmt: skip
        assert omission in LEFT_OUT
    assert "the same scenario without the lever" in said and "grid fee" in said


def test_kinds_without_any_investment_are_left_out_but_the_sums_stay() -> None:
    none = COST.assign({name: COST[name] * 0.0 for name in ("capture_investment", "investment_beyond_path")})
    for name in ("capture_investment", "investment_beyond_path"):
        none[name].attrs["units"] = MONEY
    assert "Investment in capture plants" not in text_of(none)
    assert "Investment of parks beyond the path" in text_of(none)


def test_rows_hold_every_figure_of_every_year_or_the_reason_why_not() -> None:
    rows = cost_rows(COST)
    others = YEARS.size * (len(LEVERS) - len(OF_PARKS))  # no park pays for these
    figures = [array for name, array in COST.items() if not str(name).endswith("_reason")]
    assert len(rows) == sum(array.size for array in figures) - others
    gone = rows["value"].isna()
    assert set(rows.loc[gone, "part"]) == {"stores", "on-site wind"}
    assert bool((rows["reason"].ne("") == gone).all())
    one = rows[(rows["part"] == "capture") & (rows["year"] == 2030)].iloc[0]
    assert (one["value"], one["unit"], one["variable"]) == (50.0, "CNY_2025/t CO2", "lever_abatement_cost")


def test_the_file_reads_back_and_is_not_overwritten(tmp_path: Path) -> None:
    path = write_costs(COST, tmp_path / "cost.csv")
    back = pd.read_csv(path, keep_default_na=False, na_values={"value": [""]})
    pd.testing.assert_frame_equal(back, cost_rows(COST), check_dtype=False)
    with pytest.raises(CallError):
        write_costs(COST, path)
    assert write_costs(COST, path, replace=True) == path


def test_several_scenarios_and_missing_years_are_refused() -> None:
    with pytest.raises(CallError, match="2 scenarios"):
        cost_table(COST.expand_dims(scenario=2), "two")
    with pytest.raises(CallError, match="2060"):
        cost_rows(COST.sel(year=slice(2020, 2050)))
