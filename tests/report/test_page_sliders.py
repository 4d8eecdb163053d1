from __future__ import annotations

import base64

import numpy as np
import pytest
import xarray as xr
from page_samples import small_grid

from decarb.analysis.run import TOTALS, Results, summed
from decarb.errors import CallError
from decarb.markup import Markup
from decarb.report.page_sliders import PRECISION, only_computed, slider_data, slider_panel, slider_picture


@pytest.fixture(scope="module")
def computed() -> xr.Dataset:
    return small_grid()


def test_the_scenario_as_stated_is_the_run(results: Results, computed: xr.Dataset) -> None:
    data = slider_data(computed, "en")
    held = np.frombuffer(base64.b64decode(data["totals"]), "<i4").reshape(3, -1, len(data["years"])) * PRECISION
    for place, total in enumerate(TOTALS):
        run = summed(results.annual[total]).values
        np.testing.assert_allclose(held[place, data["stated"]], run, atol=PRECISION / 2 + 1e-9)
    codes = {"fail": "0", "pass": "1", "undefined": "2"}
    for place, item in enumerate(results.verdict.verdicts):
        assert data["verdicts"][place][data["stated"]] == codes[item.verdict]


def test_claims_move_with_credits_and_totals_do_not(computed: xr.Dataset) -> None:
    data = slider_data(computed, "en")
    held = np.frombuffer(base64.b64decode(data["totals"]), "<i4").reshape(3, -1, len(data["years"]))
    ccer = next(knob for knob in data["knobs"] if knob["name"] == "ccer")
    few, many = (np.flatnonzero(np.array(ccer["at"]) == place) for place in (0, 1))
    np.testing.assert_array_equal(held[:, few], held[:, many])
    gap = data["quantities"][6]
    assert all(gap["at"][one] != gap["at"][other] for one, other in zip(few, many, strict=True))


def test_what_was_not_computed_is_not_looked_up(computed: xr.Dataset) -> None:
    status = computed["status"].copy()
    status[3] = 1
    assert only_computed(computed.assign(status=status)).sizes["scenario"] == 3
    with pytest.raises(CallError, match="--no-sliders"):
        only_computed(computed.assign(status=xr.ones_like(status)))


def test_each_slider_has_a_label_a_range_and_words(computed: xr.Dataset) -> None:
    for language in ("en", "zh"):
        said = slider_panel(computed, "mine", language, Markup("<figure></figure>"))  # type: ignore[arg-type]
        assert said.count('type="range"') == said.count("<label for=") == 5
        assert said.count("aria-valuetext=") == 5 and 'role="status"' in said
        assert {"0", "1", "2"} == {code for code in "0123" if f'id="badge-{code}"' in said}


def test_the_figure_starts_with_the_scenario_as_stated(computed: xr.Dataset) -> None:
    lines = [mark for mark in slider_picture(computed, "en").marks if hasattr(mark, "width") and hasattr(mark, "dash")]
    assert len(lines) == 6
    for thin, thick in zip(lines[::2], lines[1::2], strict=True):
        np.testing.assert_array_equal(thin.y, thick.y)
    assert [thick.label for thick in lines[1::2]] == slider_data(computed, "en")["lines"]
