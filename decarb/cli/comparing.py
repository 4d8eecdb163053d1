"""Commands that set scenarios side by side."""

from __future__ import annotations
