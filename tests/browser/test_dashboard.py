"""The dashboard in a real browser: a slider is moved, the verdict changes, and nobody else is asked for anything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import decarb as dc

pytest.importorskip("panel", reason="needs panel")
pytest.importorskip("plotly", reason="needs plotly")
keys = pytest.importorskip("selenium.webdriver.common.keys", reason="needs selenium")

ROOT = Path(dc.__file__).parents[1]
ANSWERS = 60
INSIDE_SHADOWS = """
const found = [];
const walk = (node) => { for (const one of node.querySelectorAll('*')) {
  if (one.matches(arguments[0])) found.push(one);
  if (one.shadowRoot) walk(one.shadowRoot); } };
walk(document);
return found;
"""
MISSED_BEFORE = "2035年温室气体净排放"


@pytest.fixture(scope="module")
def address(browser: Any) -> Iterator[str]:
    """A dashboard in a process of its own, started only where there is a browser."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "decarb.cli", "dashboard", "--port", str(port), "--language", "zh", "--no-browser"]
    served = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        assert served.stdout is not None
        said = served.stdout.readline()
        assert f"http://127.0.0.1:{port}" in said, f"{served.poll()}: {said}"
        yield f"http://127.0.0.1:{port}/"
        served.send_signal(signal.SIGINT)
        assert served.wait(ANSWERS) == 0
    finally:
        served.kill()
        served.communicate()


def found(browser: Any, wanted: str) -> list[Any]:
    return list(browser.execute_script(INSIDE_SHADOWS, wanted))


def verdict(browser: Any) -> str:
    return str(browser.execute_script(INSIDE_SHADOWS.replace("return found", "return found.map((e) => e.innerText)"),
                                      ".decarb-verdict")[:1])  # fmt: skip


def waited(browser: Any, until: Callable[[str], bool], seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        said = verdict(browser)
        if until(said):
            return said
        time.sleep(0.2)
    raise AssertionError(f"the page still says {verdict(browser)}")


def test_a_slider_changes_the_verdict_and_no_other_machine_is_asked(
    browser: Any, address: str, said: Callable[[], list[str]], asked: Callable[[], list[str]]
) -> None:
    browser.get(address)
    before = waited(browser, lambda text: MISSED_BEFORE in text, ANSWERS)
    assert "达到6项" in before
    wind, *others = found(browser, ".noUi-handle")
    assert len(others) == 4
    assert found(browser, ".js-plotly-plot .main-svg")
    wind.send_keys(keys.Keys.END)
    after = waited(browser, lambda text: "达到7项" in text, ANSWERS)
    assert MISSED_BEFORE not in after
    assert [url for url in asked() if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:"))] == []
    assert [line for line in said() if "WebGL" not in line] == []
