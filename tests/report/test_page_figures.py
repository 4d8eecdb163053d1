from __future__ import annotations

import json

import pytest
from page_samples import option

from decarb.analysis.run import Results

pytest.importorskip("plotly")
from decarb.report.page_figures import SECTIONS, Drawn


def test_each_figure_has_its_title_and_notes_as_text_and_its_data_by_name(results: Results) -> None:
    drawn = Drawn("en")
    text = drawn.section("nation", [option(results), option(results, "other")])
    assert len(drawn.data) == 2 * len(SECTIONS["nation"]) == text.count("<figure")
    for name, held in drawn.data.items():
        assert f'data-from="{name}"' in text
        assert not held["layout"].get("title", {}).get("text") and "width" not in held["layout"]
        json.dumps(held, allow_nan=False)
    assert 'class="figures side"' in text and 'class="figures cells"' in text
