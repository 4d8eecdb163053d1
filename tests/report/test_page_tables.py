from __future__ import annotations

import re

from page_samples import option

from decarb.analysis.run import Results
from decarb.report.page_tables import by_year, claims_tables, cost_tables, national


def cells(table: str, first: str) -> list[str]:
    """The cells behind the one that names a row."""
    row = re.search(rf"<th[^>]*>{re.escape(first)}</th>(.*?)</tr>", table)
    assert row is not None, first
    return re.findall(r"<td[^>]*>(.*?)</td>", row[1])


def test_a_year_is_the_sum_over_provinces_and_sectors(results: Results) -> None:
    table = by_year([option(results)], ("gross_co2", "nonfossil_share", "gdp"), "en")
    total = float(results.annual["gross_co2"].sel(year=2035).sum())
    assert cells(table, "Gross CO2")[0] == "Mt CO2/yr" and cells(table, "Gross CO2")[3] == f"{total:,.0f}"
    assert cells(table, "Non-fossil share of energy")[3] == "33.2 %"
    assert cells(table, "Real GDP")[0] == "billion CNY_2020/yr"


def test_parks_and_claims_stand_in_tables_of_their_own(results: Results) -> None:
    emitted, claimed = claims_tables([option(results)], "en")
    assert "<table" in emitted and "laim" not in emitted
    gap = float(national(results.annual, "claims_gap").sel(year=2060))
    assert cells(claimed, "Claims gap")[-1] == f"{gap:,.0f}"


def test_money_adds_up_from_the_first_year_that_is_priced(results: Results) -> None:
    table = cost_tables([option(results)], "en")
    spent = results.cost["national_investment"].sel(year=slice(2026, 2035)).sum().item()
    assert cells(table, "National investment")[:3] == ["billion CNY_2025", "4,836", f"{spent:,.0f}"]


def test_a_ton_without_a_cost_says_why(results: Results) -> None:
    table = cost_tables([option(results)], "zh")
    assert cells(table, "储能")[1:] == ["–", "–", "–", "没有它时全国排放更少，因此没有减排"]
    assert cells(table, "碳捕集")[-1] == ""
