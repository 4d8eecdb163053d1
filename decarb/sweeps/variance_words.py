"""What decides, in words: a sentence for the ranking of the axes, one for their acting together, and reservations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from decarb.analysis.wording import amount
from decarb.sweeps.indices import LEFT_OUT_MOST, Indices
from decarb.sweeps.outputs import axis_words, listed
from decarb.sweeps.sample import group_size

SHOWN: Final = 5  # axes in a sentence
SMALL: Final = 0.01  # of the variance: what is not told of an axis
WIDE: Final = 0.1  # half an interval from which the ranking is loose


def sentences(one: Indices, axes: tuple[str, ...]) -> list[str]:
    """Return what decides one output, what comes from axes acting together, and what stands behind it."""
    if one.why:
        return [f"What decides {one.output.words} cannot be said: {one.why}."]
    said = [_ranking(one, axes)]
    if one.estimator == "sobol":
        said.append(_together(one, axes))
    reserved = _reservations(one, len(axes))
    return [*said, *reserved] if one.holds else [*reserved, *said]


def _ranking(one: Indices, axes: tuple[str, ...]) -> str:
    """Return the axes that decide most by themselves, and what is left for each of the others."""
    order = np.argsort(-one.first, kind="stable").tolist()
    told = [at for at in order if one.first[at] > max(SMALL, one.first_error[at])][:SHOWN]
    spread = f"the spread of {one.output.words} (standard deviation {amount(one.deviation, one.output.unit)})"
    if not told:
        return f"No axis alone decides more than {_most(one, order)} of {spread}."
    names = [axis_words(axes[at]) for at in told]
    shares = [_share(one.first[at], one.first_error[at]) for at in told]
    said = [f"{names[0]} decides {shares[0]} of {spread}"]
    if len(told) > 1:
        said.append(listed([f"{name} {share}" for name, share in zip(names[1:], shares[1:], strict=True)]))
    rest = [at for at in order if at not in told]
    if rest:
        who = f"each of the other {len(rest)}" if len(rest) > 1 else axis_words(axes[rest[0]])
        said.append(f"{who} at most {_most(one, rest)}")
    return "; ".join(said) + "."


def _most(one: Indices, which: Sequence[int]) -> str:
    """Return what each of some axes decides at most, as far as the sweep can tell."""
    return _percent(max(SMALL, float((one.first + one.first_error)[which].max())))


def _together(one: Indices, axes: tuple[str, ...]) -> str:
    """Return what the axes decide one by one, and which of them act through others."""
    error = float(np.sqrt((one.first_error**2).sum()))
    gap, loose = one.total - one.first, np.hypot(one.total_error, one.first_error)
    acting = [at for at in np.argsort(-gap, kind="stable") if gap[at] > max(SMALL, loose[at])][:SHOWN]
    said = f"One by one the axes decide {_share(float(one.first.sum()), error)} of the spread of {one.output.words}"
    if not acting:
        return f"{said}; none is seen to act through others."
    which = [f"{axis_words(axes[at])} (alone {_percent(one.first[at])}, with others {_percent(one.total[at])})"
             for at in acting]  # fmt: skip
    return f"{said}; what comes from acting together hangs most on {listed(which)}."


def _reservations(one: Indices, axes: int) -> list[str]:
    said = []
    grouped = one.estimator == "sobol"
    what = f"groups of {group_size(axes)} pathways" if grouped else "pathways"
    if one.left_out:
        why = "a member was not computed or is undefined" if grouped else "not computed or undefined"
        share = one.left_out / (one.used + one.left_out)
        said.append(f"{one.left_out:,} of {one.used + one.left_out:,} {what} are left out ({why}).")
        if not one.holds:
            more = f"{100.0 * share:.1f} % of it is left out, more than {_percent(LEFT_OUT_MOST)}"
            said.append(f"The indices of {one.output.words} do not hold for the sweep: {more}.")
    if one.cut:
        said.append(f"Pathways at the end that make no whole group are left out: {one.cut:,}.")
    if not grouped:
        said.append("First order only; method saltelli also says what comes from axes acting together.")
    if one.first_error.max() > WIDE:
        said.append(f"The sweep is small for a ranking: shares are known to {_points(one.first_error.max())}.")
    return said


def _share(value: float, error: float) -> str:
    return f"{_percent(value)} (± {_points(error)})"


def _percent(value: float) -> str:
    return f"{100.0 * max(value, 0.0):.0f} %"


def _points(value: float) -> str:
    points = max(1, int(np.ceil(100.0 * value)))
    return f"{points} point" if points == 1 else f"{points} points"
