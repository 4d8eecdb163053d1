"""One headless browser that all tests share; it may reach no machine but this one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
    "--disable-dev-shm-usage", "--window-size=1280,900", "--lang=en",
    # No name but this machine's can be looked up, so that a page that asks the outside fails and is seen.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)  # fmt: skip
LOGS = {"goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
ASKED = "Network.requestWillBeSent"
INSIDE = ("data:", "blob:", "about:", "chrome:", "chrome-")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Debian's chromium without a window, with an empty profile; what it says and asks is logged."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    for name, value in LOGS.items():
        options.set_capability(name, value)
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    opened.set_page_load_timeout(60)
    yield opened
    opened.quit()


@pytest.fixture
def said(browser: Any) -> Callable[[], list[str]]:
    """What the pages of this test say on the console as errors or warnings, refusals of their own policy among them."""
    browser.get_log("browser")

    def lines() -> list[str]:
        return [line["message"] for line in browser.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]

    return lines


@pytest.fixture
def asked(browser: Any) -> Callable[[], list[str]]:
    """What the pages of this test ask for: addresses of files and machines, none of what they hold themselves."""
    browser.get_log("performance")

    def addresses() -> list[str]:
        events = [json.loads(line["message"])["message"] for line in browser.get_log("performance")]
        urls = [event["params"]["request"]["url"] for event in events if event["method"] == ASKED]
        return [url for url in urls if not url.startswith(INSIDE)]

    return addresses
