from __future__ import annotations

from page_samples import option

from decarb.analysis.run import Results
from decarb.report.page_assumptions import assumptions_table, made, sources_table
from decarb.tables import sources


def test_each_assumption_stands_once_with_range_unit_source_and_status(results: Results) -> None:
    rows = results.provenance["assumptions"]
    table = assumptions_table([option(results), option(results)], "en")
    assert table.count("<tr>") == len(rows) + 1
    first = next(row for row in rows if row["variable"] == "bioenergy_co2_factor")
    assert f"{first['low']} – {first['high']}" in table and first["unit"] in table and ">assumed<" in table


def test_every_source_is_listed(results: Results) -> None:
    table = sources_table("zh")
    assert all(f'title="{key}"' in table for key in sources())


def test_a_page_says_with_what_it_was_made(results: Results) -> None:
    said = made(option(results), "en")
    for value in ("scenario_sha256", "tables_sha256", "seed", "decarb", "python"):
        assert str(results.provenance[value]) in said
    assert "made from the seed" in said and "&quot;yizhuang&quot;" in said
