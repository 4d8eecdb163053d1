from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from page_samples import HOSTILE, option, small_grid

pytest.importorskip("plotly")
pytest.importorskip("selenium")
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from decarb.analysis.run import TOTALS, Results
from decarb.report.page import page
from decarb.report.page_sliders import PRECISION

Lines = Callable[[], list[str]]
DRAWN = "return [...document.querySelectorAll('.plot')].every(plot => plot.querySelector('.main-svg'))"
DRAW_ALL = "dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint'));"
CHOSEN = """
const plot = document.getElementById('slider-plot');
return plot.data.filter(trace => trace.name.endsWith('chosen')).map(trace => Array.from(trace.y));
"""


@pytest.fixture(scope="module")
def computed() -> xr.Dataset:
    return small_grid()


@pytest.fixture(scope="module")
def addresses(results: Results, computed: xr.Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Two pages on disk: an English one of a scenario with a hostile name and description, and a Chinese one."""
    folder: Path = tmp_path_factory.mktemp("pages")
    options = {"en": option(results, HOSTILE, description=HOSTILE), "zh": option(results)}
    for language, one in options.items():
        (folder / f"{language}.html").write_text(page([one], language, computed), encoding="utf-8")  # type: ignore[arg-type]
    return {language: (folder / f"{language}.html").as_uri() for language in options}


@pytest.fixture
def english(browser: Any, addresses: dict[str, str], said: Lines, asked: Lines) -> Any:
    browser.get(addresses["en"])
    return browser


def text_of(browser: Any, name: str) -> str:
    return str(browser.find_element(By.ID, name).text)


def test_a_page_opens_from_disk_draws_all_and_asks_for_nothing(
    english: Any, addresses: dict[str, str], said: Lines, asked: Lines
) -> None:
    english.execute_script(DRAW_ALL)
    assert english.execute_script(DRAWN)
    assert said() == [] and asked() == [addresses["en"]]
    assert "6 of 11 targets are met" in english.find_element(By.CLASS_NAME, "verdict").text


def test_words_of_a_scenario_are_shown_and_never_run(english: Any) -> None:
    assert english.title == f"Does this pathway reach its targets? {HOSTILE}"
    assert HOSTILE in english.find_element(By.TAG_NAME, "h1").text


def test_no_script_runs_but_those_of_the_page(english: Any, said: Lines) -> None:
    english.execute_script(
        "const one = document.createElement('script'); one.textContent = \"document.title='owned'\";"
        "document.body.append(one); document.body.insertAdjacentHTML('beforeend', "
        "`<img src='data:,' onerror=\"document.title='owned'\"><img src='http://example.com/x.png'>`);"
    )
    assert english.title != "owned"
    assert sum("Content Security Policy" in line for line in said()) >= 2


def test_a_slider_shows_the_nearest_computed_scenario_and_names_it(english: Any, computed: xr.Dataset) -> None:
    before = text_of(english, "target-2")
    english.find_element(By.ID, "slider-wind").send_keys(Keys.END)
    chosen = int(english.find_element(By.ID, "slider-said").get_attribute("data-scenario"))
    assert text_of(english, "slider-said").startswith("Nearest computed scenario: wind ×1.2, solar ×1,")
    assert text_of(english, "slider-wind-at") == "×1.25"
    one = computed.isel(scenario=chosen)
    assert (float(one["wind"]), float(one["ccer"])) == (1.2, 1.0)
    assert str(one["target"].values[2]) == "ndc-2035" and before == "✗ fail 6.78 %"
    assert text_of(english, "target-2") == f"✓ pass {float(one['value'][2]) * 100:.3g} %"
    for line, total in zip(english.execute_script(CHOSEN), TOTALS, strict=True):
        np.testing.assert_allclose(np.array(line) * 1000.0, one[total].values, atol=PRECISION / 2 + 1e-6)
    english.find_element(By.ID, "slider-back").click()
    assert text_of(english, "target-2") == before
    assert text_of(english, "slider-said").startswith("Computed scenario: wind ×1,")


def test_assumptions_can_be_filtered(english: Any) -> None:
    english.find_element(By.ID, "assumption-rows-filter").send_keys("gdp growth 2031")
    rows = english.find_elements(By.CSS_SELECTOR, "#assumption-rows tbody tr:not([hidden])")
    assert rows[0].text.startswith("GDP growth 2031")
    assert text_of(english, "assumption-rows-count") == f"{len(rows)} of 176 rows shown" and len(rows) < 4


def test_a_chinese_page_fits_a_phone(browser: Any, addresses: dict[str, str]) -> None:
    phone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        browser.get(addresses["zh"])
        browser.execute_script("document.querySelectorAll('.plot').forEach(plot => plot.scrollIntoView())")
        assert browser.title == "这条路径能否达到目标？china-2060"
        assert browser.execute_script("return document.documentElement.lang") == "zh-CN"
        wide, there = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide <= there == 390
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
