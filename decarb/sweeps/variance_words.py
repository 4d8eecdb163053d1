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
CLOSING: Final = (
    "Shares are of the variance inside the ranges of the assumptions, ± what drawing leaves open at 95 %; they are no "
    "probabilities."
)
WIDE: Final = 0.1  # half an interval from which the ranking is loose


def sentences(indices: Sequence[Indices], axes: tuple[str, ...]) -> list[str]:
    """Return what decides each output, what comes from axes acting together, and what stands behind it.

    Outputs of one year whose axes decide as much within the error are told at once.
    """
    said = []
    for alike in _alike(indices):
        one, words = alike[0], _called(alike)
        if one.why:
            what = "What decides" if len(alike) == len(indices) > 1 else f"What decides {words}"
            said.append(f"{what} cannot be said: {one.why}.")
            continue
        told = [_ranking(alike, axes), *([_together(one, axes, words)] if one.estimator == "sobol" else [])]
        left_out = _left_out(one, len(axes), words)
        said += [*told, *left_out] if one.holds else [*left_out, *told]
    return [*dict.fromkeys(said), *_reservations([one for one in indices if not one.why])]


def _alike(indices: Sequence[Indices]) -> list[list[Indices]]:
    """Return the outputs in order, those side by side of which the same can be said."""
    found: list[list[Indices]] = []
    for one in indices:
        if found and _same(found[-1][0], one):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _same(one: Indices, other: Indices) -> bool:
    """Return whether every axis decides as much of two outputs, within the error."""
    if one.why or other.why:
        return one.why == other.why
    counts = [(each.output.at, each.estimator, each.used, each.left_out, each.cut) for each in (one, other)]
    pairs = (
        (one.first, one.first_error, other.first, other.first_error),
        (one.total, one.total_error, other.total, other.total_error),
    )
    apart = any(
        (abs(mine - its) > np.maximum(SMALL, np.hypot(error, its_error))).any() for mine, error, its, its_error in pairs
    )
    return counts[0] == counts[1] and not apart


def _called(alike: Sequence[Indices]) -> str:
    """Return several outputs as they stand in a sentence; the year they share stands once."""
    year = f" in {alike[0].output.at}"
    words = [one.output.words for one in alike]
    if len(words) > 1 and all(each.endswith(year) for each in words):
        return listed([each.removesuffix(year) for each in words]) + year
    return listed(words)


def _ranking(alike: Sequence[Indices], axes: tuple[str, ...]) -> str:
    """Return the axes that decide most by themselves, and what is left for each of the others."""
    one = alike[0]
    order = np.argsort(-one.first, kind="stable").tolist()
    told = [at for at in order if one.first[at] > max(SMALL, one.first_error[at])][:SHOWN]
    deviations = listed([amount(each.deviation, each.output.unit) for each in alike])
    many = "standard deviation" if len(alike) == 1 else "alike within the error; standard deviations"
    spread = f"the spread of {_called(alike)} ({many} {deviations})"
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


def _together(one: Indices, axes: tuple[str, ...], words: str) -> str:
    """Return what the axes decide one by one, and which of them act through others."""
    error = float(np.sqrt((one.first_error**2).sum()))
    gap, loose = one.total - one.first, np.hypot(one.total_error, one.first_error)
    acting = [at for at in np.argsort(-gap, kind="stable") if gap[at] > max(SMALL, loose[at])][:SHOWN]
    said = f"One by one the axes decide {_share(float(one.first.sum()), error)} of the spread of {words}"
    if not acting:
        return f"{said}; none is seen to act through others."
    which = [f"{axis_words(axes[at])} (alone {_percent(one.first[at])}, with others {_percent(one.total[at])})"
             for at in acting]  # fmt: skip
    return f"{said}; what comes from acting together hangs most on {listed(which)}."


def _left_out(one: Indices, axes: int, words: str) -> list[str]:
    """Return what is left out, and first of all that the indices do not hold where that is much."""
    if not one.left_out:
        return []
    grouped = one.estimator == "sobol"
    what = f"groups of {group_size(axes)} pathways" if grouped else "pathways"
    why = "a member was not computed or is undefined" if grouped else "not computed or undefined"
    of = one.used + one.left_out
    said = [f"Of what decides {words}: {one.left_out:,} of {of:,} {what} are left out ({why})."]
    if not one.holds:
        more = f"{100.0 * one.left_out / of:.1f} % of it is left out, more than {_percent(LEFT_OUT_MOST)}"
        said.insert(0, f"The indices of {words} do not hold for the sweep: {more}.")
    return said


def _reservations(indices: Sequence[Indices]) -> list[str]:
    """Return what is to be kept in mind of all outputs."""
    said = []
    cut = max((one.cut for one in indices), default=0)
    if cut:
        said.append(f"Pathways at the end that make no whole group are left out of what decides: {cut:,}.")
    if any(one.estimator != "sobol" for one in indices):
        said.append("First order only; method saltelli also says what comes from axes acting together.")
    loosest = max((float(one.first_error.max()) for one in indices), default=0.0)
    if loosest > WIDE:
        said.append(f"The sweep is small for a ranking: shares are known to {_points(loosest)}.")
    if indices:
        said.append(CLOSING)
    return said


def _share(value: float, error: float) -> str:
    return f"{_percent(value)} (± {_points(error)})"


def _percent(value: float) -> str:
    return f"{100.0 * max(value, 0.0):.0f} %"


def _points(value: float) -> str:
    points = max(1, int(np.ceil(100.0 * value)))
    return f"{points} point" if points == 1 else f"{points} points"
