"""Many pathways judged at once, by the rules of one: what share meets each target, and what each of them says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.errors import InputError, Problem
from decarb.markup import card, items, small, table
from decarb.pathway import rates
from decarb.pathway.margins import MET, MISSED, UNDEFINED, measures
from decarb.pathway.rules import UNITS, Target, absent, margin_unit, measure, ready
from decarb.pathway.series import REASONS, Reason
from decarb.pathway.targets import EMISSIONS, TARGETS, target_named
from decarb.scenario.foreign import notes_of
from decarb.scenario.foreign_many import read_pathways

WORDS: Final = {MISSED: "fail", MET: "pass", UNDEFINED: "undefined"}
"""Code of a verdict -> its word."""
LISTED: Final = 12  # of reasons
FIXED: Final = "co2_per_gdp_2005"
NO_REMOVALS: Final = "sinks and removals take nothing in {year}: no rate is enough"


@dataclass(frozen=True, eq=False, repr=False)
class Checked:
    """What the targets say of many pathways.

    Attributes
    ----------
    source, region : str
        Name of the file, and which region was judged.
    judged : xr.Dataset, (target, scenario)
        `verdict` (codes of `WORDS`), `value`, `margin` and `relative_margin`, NaN where a target is undefined, and
        `reason`, the place of its words in `reasons`; with `model` and `name` along `scenario`, and the units of
        `value_unit` and `margin_unit`, and what is only shown `beside`, along `target`.
    reasons : tuple of str
        Why something is undefined; the first one is empty.
    notes : tuple of str
        What of the file was not read, and where gaps were joined.
    """

    source: str
    region: str
    judged: xr.Dataset
    reasons: tuple[str, ...]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        count = self.judged.sizes["scenario"]
        return f"Checked({self.source!r}: {count:,} scenarios, {self.judged.sizes['target']} targets)"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def _repr_html_(self) -> str:
        shares = self.shares()
        head = ("target", "pass", "fail", "undefined", "share that passes, of those judged")
        rows = [
            (
                _aside(target, found["beside"]),
                *(f"{found[word]:,}" for word in ("pass", "fail", "undefined")),
                _share(found["share"]),
            )
            for target, found in shares.iterrows()
        ]
        return card(
            repr(self), table(head, rows, right=(1, 2, 3, 4)), items(self.causes()), small("; ".join(self.notes))
        )

    def shares(self) -> pd.DataFrame:
        """Return for each target how many scenarios fail, pass and are undefined, and the share that passes.

        The share is of those for which the target is defined; missing (NA) where there is none.
        """
        verdict = self.judged["verdict"].transpose("target", "scenario").values
        counts = {word: (verdict == code).sum(axis=1) for code, word in WORDS.items()}
        found = pd.DataFrame(counts, pd.Index(self.judged["target"].values, name="target"))
        known = found["pass"] + found["fail"]
        found["share"] = (found["pass"] / known.where(known > 0)).astype("Float64")
        return found.assign(beside=self.judged["beside"].values)

    def frame(self) -> pd.DataFrame:
        """Return one row for each scenario and target: verdict, number, margin and, where undefined, why.

        Numbers that do not exist are missing (NA).
        """
        parts = self.judged.transpose("scenario", "target")
        scenarios, targets = parts.sizes["scenario"], parts.sizes["target"]
        verdict = np.array([WORDS[code] for code in range(len(WORDS))])[parts["verdict"].values]
        per_scenario = {
            key: np.repeat(parts[name].values, targets) for key, name in (("model", "model"), ("scenario", "name"))
        }
        per_target = {key: np.tile(parts[key].values, scenarios) for key in ("target", "value_unit", "margin_unit")}
        return pd.DataFrame({
            **per_scenario,
            "target": per_target["target"],
            "verdict": verdict.ravel(),
            "value": pd.array(parts["value"].values.ravel(), "Float64"),
            "value_unit": per_target["value_unit"],
            "margin": pd.array(parts["margin"].values.ravel(), "Float64"),
            "margin_unit": per_target["margin_unit"],
            "undefined_because": np.array(self.reasons, dtype=object)[parts["reason"].values.ravel()],
        })  # fmt: skip

    def words(self) -> list[str]:
        """Return in sentences what share of the scenarios meets each target, and why others are undefined."""
        shares, count = self.shares(), self.judged.sizes["scenario"]
        lines = [f"{count:,} scenarios of {self.source}, {self.region}"]
        for target, found in shares.iterrows():
            known = found["pass"] + found["fail"]
            called = _aside(target, found["beside"])
            if known:
                lines.append(f"{called}: {found['pass']:,} of {known:,} pass, {_share(found['share'])}")
            else:
                lines.append(f"{called}: undefined for all")
        return [*lines, *self.causes(), *self.notes]

    def causes(self) -> list[str]:
        """Return why targets are undefined, the reason of most scenarios first; few reasons of many are named."""
        reason = self.judged["reason"].transpose("target", "scenario").values
        said: list[tuple[int, str]] = []
        for code, words in enumerate(self.reasons[1:], 1):
            here = reason == code
            targets = ", ".join(str(name) for name in self.judged["target"].values[here.any(axis=1)])
            count = int(here.any(axis=0).sum())
            said.append((count, f"{targets} undefined for {count:,}, because {words}"))
        lines = [line for _, line in sorted(said, key=lambda one: -one[0])]
        more = (
            [f"and {len(lines) - LISTED} more reasons, scenario by scenario in `frame()`"]
            if len(lines) > LISTED
            else []
        )
        return [*lines[:LISTED], *more]


def check_file(
    path: str | Path, *, variable: str | None = None, region: str | None = None, target: str | None = None
) -> Checked:
    """Return what the targets say of every pathway in a file; the rules are those that judge one pathway.

    Scenarios that cover the same years are judged together, as arrays. What is not covered is undefined with its
    reason, never guessed.

    Parameters
    ----------
    path : str or Path
        An IAMC file with any number of models and scenarios, as CSV or workbook; or two columns with one pathway.
    variable : str, optional
        The one variable to judge, as an undeclared CO2 total unless it says what it is.
    region : str, optional
        By default "China", or the only region.
    target : str, optional
        One target alone, such as "neutral-2060-co2".

    Raises
    ------
    InputError
        With the place of everything wrong in the file.
    CallError
        There is no such target.
    """
    targets = TARGETS if target is None else (target_named(target),)
    totals = read_pathways(path, variable=variable, region=region)
    if not set(EMISSIONS) & set(totals):
        found = f"no total of emissions among {', '.join(map(str, totals))}"
        raise InputError([Problem(str(path), "variable", found, f"give one of {', '.join(EMISSIONS)}")])
    return judge_many(totals, targets)


def judge_many(totals: xr.Dataset, targets: tuple[Target, ...] = TARGETS) -> Checked:
    """Return what targets say of many pathways.

    Parameters
    ----------
    totals : xr.Dataset, (scenario, year)
        As `decarb.scenario.foreign_many.read_pathways` gives it.
    targets : tuple of Target
    """
    shape = (len(targets), totals.sizes["scenario"])
    verdict, reason = np.full(shape, UNDEFINED, np.int8), np.zeros(shape, np.int32)
    value, margin, relative = (np.full(shape, np.nan) for _ in range(3))
    reasons = {"": 0}
    for members, series in _alike(totals):
        asked = {at: absent(target, series) for at, target in enumerate(targets)}
        known = [at for at, missing in asked.items() if not missing]
        for at, missing in asked.items():
            if missing:
                reason[at, members] = reasons.setdefault(missing, len(reasons))
        found = measures([targets[at] for at in known], series)
        for column, at in enumerate(known):
            verdict[at, members] = found.verdict[:, column]
            for array, own in ((value, found.value), (margin, found.margin), (relative, found.relative_margin)):
                array[at, members] = own[:, column]
            for some, words in _why(targets[at], series, found.verdict[:, column] == UNDEFINED):
                reason[at, members[some]] = reasons.setdefault(words, len(reasons))
    dims = ("target", "scenario")
    arrays = {"verdict": verdict, "value": value, "margin": margin, "relative_margin": relative, "reason": reason}
    judged = xr.Dataset({name: (dims, array) for name, array in arrays.items()}).assign_coords(
        target=[target.id for target in targets],
        value_unit=("target", [target.unit for target in targets]),
        margin_unit=("target", [margin_unit(target) for target in targets]),
        beside=("target", [target.beside for target in targets]),
        scenario=totals["scenario"],
        model=totals["model"],
        name=totals["name"],
    )
    source, region = (str(totals.attrs.get(key, "")) for key in ("source", "region"))
    return Checked(source, region, judged, tuple(reasons), notes_of(totals))


def _alike(totals: xr.Dataset) -> Iterator[tuple[np.ndarray, dict[str, xr.DataArray]]]:
    """Yield scenarios that cover the same years and count alike, with their series cut to what they cover."""
    names = [name for name in (*UNITS, "gdp") if name in totals]
    values = {name: totals[name].transpose("scenario", "year").values for name in names}
    there = {name: ~np.isnan(array) for name, array in values.items()}
    marks = [mark for name in names for mark in _ends(there[name])]
    counted = {name: totals[name].values for name in ("land_view", "gwp", "gdp_unit")}
    marks += [np.unique(array, return_inverse=True)[1] for array in counted.values()]
    fixed = totals[FIXED].values if FIXED in totals else np.full(totals.sizes["scenario"], np.nan)
    marks.append(~np.isnan(fixed))
    _, which = np.unique(np.column_stack(marks), axis=0, return_inverse=True)
    for number in range(int(which.max()) + 1):
        members = np.flatnonzero(which.ravel() == number)
        one = {name: str(array[members[0]]) for name, array in counted.items()}
        coords = {name: one[name] for name in ("land_view", "gwp") if one[name]}
        series = {}
        for name in names:
            kept = there[name][members[0]]
            if kept.any():
                unit = one["gdp_unit"] if name == "gdp" else totals[name].attrs["units"]
                series[name] = xr.DataArray(
                    values[name][np.ix_(members, kept)], {"year": totals["year"].values[kept], **coords},
                    ("scenario", "year"), name, {"units": unit or totals[name].attrs["units"]},
                )  # fmt: skip
        if marks[-1][members[0]] and one["gdp_unit"] != "1":
            series[FIXED] = xr.DataArray(fixed[members], dims="scenario", name=FIXED, attrs=totals[FIXED].attrs)
        yield members, series


def _ends(there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last year that each row covers; between them it has every year."""
    none = ~there.any(axis=1)
    first, last = there.argmax(axis=1), there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    return np.where(none, -1, first), np.where(none, -1, last)


def _why(target: Target, series: dict[str, xr.DataArray], undefined: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """Yield scenarios and why a target is undefined for them, those with the same reason together."""
    kinds = np.where(undefined, _kinds(target, series), -1)
    for kind in np.unique(kinds[undefined]):
        some = np.flatnonzero(kinds == kind)
        name = target.total if target.total in series else "co2"
        if kind in (Reason.START_NOT_POSITIVE, Reason.END_NOT_POSITIVE):
            yield some, f"{name}: {REASONS[Reason(int(kind))]}"
        elif kind == len(Reason):
            yield some, NO_REMOVALS.format(year=target.year)
        else:
            one = {key: array.isel(scenario=some[0]) for key, array in series.items()}
            said = measure(target, ready([target], one)).said()
            yield some, said if "covers" in said else re.sub(r" \([^()]*\)$", "", said)


def _kinds(target: Target, series: dict[str, xr.DataArray]) -> np.ndarray | int:
    """Return a code for each scenario: why it has no rate, or 0 where the reason is the same for all."""
    if target.rule not in ("rate", "required_rate"):
        return 0
    path = series.get(target.total, series.get("co2"))
    assert path is not None  # a target whose total is absent is not asked why
    codes = rates.mean_annual_reduction_rate_reason(path, target.first_year, target.year).values.astype(int)
    if target.rule == "required_rate":
        net = series["net_co2"]
        if target.year in path["year"].values and target.year in net["year"].values:
            taken = (path.sel(year=target.year) - net.sel(year=target.year)).values
            codes = np.where((codes == 0) & (taken <= 0), len(Reason), codes)
    return np.where(np.isin(codes, (Reason.STARTS_LATE, Reason.ENDS_EARLY)), 0, codes)


def _aside(target: object, beside: bool) -> str:
    return f"{target} (shown beside the targets)" if beside else str(target)


def _share(share: float) -> str:
    return "-" if pd.isna(share) else f"{share:.1%}"
