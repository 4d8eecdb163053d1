"""Commands that make pages for planners: the report and the dashboard."""

from __future__ import annotations
