"""What all tests share: property tests draw the same examples on every machine and keep no record."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("decarb", database=None, deadline=None, derandomize=True)
settings.load_profile("decarb")
