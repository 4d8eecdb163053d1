"""Commands that make files for people: a scenario to start from, a workbook, the schema."""

from __future__ import annotations
