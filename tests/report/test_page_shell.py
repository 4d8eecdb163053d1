from __future__ import annotations

import base64
import hashlib
import html
import json
import re

import pytest

pytest.importorskip("plotly")
from decarb.report.page_shell import document, safe_json

BAD = {"text": "</script><!--<script>\u2028\u2029&"}


def test_data_in_a_script_cannot_end_it_and_is_read_back_the_same() -> None:
    text = safe_json(BAD)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == BAD


def test_the_policy_names_every_script_that_runs_and_no_other() -> None:
    text = document("<b>", "en", ["<i>"], {"held": BAD})
    run = re.findall(r"(?s)<script>(.*?)</script>", text)
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in run}
    policy = html.unescape(re.search(r'Policy" content="([^"]+)"', text)[1])  # type: ignore[index]
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes and len(hashes) == 2
    assert "script-src 'unsafe" not in policy
    assert "<title>&lt;b&gt;</title>" in text and "<i>" not in text
