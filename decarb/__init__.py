"""decarb: from one carbon-neutral park to the nation's pathway, and back to a verdict."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decarb.api import (
        Attribution,
        Comparison,
        ParkResults,
        Results,
        Scenario,
        Solution,
        Why,
        attribute,
        bridge,
        check,
        compare,
        convert,
        economies,
        explain,
        feasible_set,
        load_park,
        load_scenario,
        quantify,
        run,
        run_park,
        scale_park,
        solve_for,
        why,
        write_park,
    )
    from decarb.errors import DecarbError, InputError, UnitError
    from decarb.report import figures
    from decarb.report.checking import check_file
    from decarb.report.explorer import explorer
    from decarb.report.folder import write_results
    from decarb.report.page import write_report
    from decarb.report.starting import new_scenario
    from decarb.report.workbook_results import write_workbook
    from decarb.sweeps.again import regenerate, regenerate_hours
    from decarb.sweeps.answer import Answer, summary
    from decarb.sweeps.design import load_sweep
    from decarb.sweeps.run import Swept, sweep
    from decarb.sweeps.store import open_sweep
    from decarb.sweeps.verify import verify_sweep

_WHERE = {
    "Answer": "decarb.sweeps.answer",
    "Attribution": "decarb.api",
    "Comparison": "decarb.api",
    "ParkResults": "decarb.api",
    "Results": "decarb.api",
    "Scenario": "decarb.api",
    "Solution": "decarb.api",
    "Swept": "decarb.sweeps.run",
    "Why": "decarb.api",
    "attribute": "decarb.api",
    "bridge": "decarb.api",
    "check": "decarb.api",
    "check_file": "decarb.report.checking",
    "compare": "decarb.api",
    "convert": "decarb.api",
    "economies": "decarb.api",
    "explain": "decarb.api",
    "explorer": "decarb.report.explorer",
    "feasible_set": "decarb.api",
    "figures": "decarb.report.figures",
    "load_park": "decarb.api",
    "load_scenario": "decarb.api",
    "load_sweep": "decarb.sweeps.design",
    "new_scenario": "decarb.report.starting",
    "open_sweep": "decarb.sweeps.store",
    "quantify": "decarb.api",
    "regenerate": "decarb.sweeps.again",
    "regenerate_hours": "decarb.sweeps.again",
    "run": "decarb.api",
    "run_park": "decarb.api",
    "scale_park": "decarb.api",
    "solve_for": "decarb.api",
    "summary": "decarb.sweeps.answer",
    "sweep": "decarb.sweeps.run",
    "verify_sweep": "decarb.sweeps.verify",
    "why": "decarb.api",
    "write_park": "decarb.api",
    "write_report": "decarb.report.page",
    "write_results": "decarb.report.folder",
    "write_workbook": "decarb.report.workbook_results",
    "DecarbError": "decarb.errors",
    "InputError": "decarb.errors",
    "UnitError": "decarb.errors",
}

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Attribution",
    "Comparison",
    "DecarbError",
    "InputError",
    "ParkResults",
    "Results",
    "Scenario",
    "Solution",
    "Swept",
    "UnitError",
    "Why",
    "attribute",
    "bridge",
    "check",
    "check_file",
    "compare",
    "convert",
    "economies",
    "explain",
    "explorer",
    "feasible_set",
    "figures",
    "load_park",
    "load_scenario",
    "load_sweep",
    "new_scenario",
    "open_sweep",
    "quantify",
    "regenerate",
    "regenerate_hours",
    "run",
    "run_park",
    "scale_park",
    "solve_for",
    "summary",
    "sweep",
    "verify_sweep",
    "why",
    "write_park",
    "write_report",
    "write_results",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import decarb` stays light."""
    if name in _WHERE:
        found = importlib.import_module(_WHERE[name])
        return found if _WHERE[name].endswith(f".{name}") and not hasattr(found, name) else getattr(found, name)
    raise AttributeError(f"module 'decarb' has no attribute '{name}'; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
