"""A page that tests share, and a small grid behind its sliders."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import xarray as xr

from decarb.analysis.explore_grid import grid
from decarb.analysis.run import Results
from decarb.report.page_runs import Option

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
"""What a name or a description may hold, and no page may run."""
PLACES = {"wind": [1.0, 1.2], "ccer": [1.0, 2.0]}


def small_grid() -> xr.Dataset:
    """Four scenarios around the shipped one."""
    return grid("china-2060", PLACES)


def option(results: Results, name: str = "china-2060", **known: object) -> Option:
    """An option of these results, with other words in what is known of them."""
    provenance = MappingProxyType({**results.provenance, "scenario": name, **known})
    return Option(name, replace(results, provenance=provenance), None)
