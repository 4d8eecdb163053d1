"""What published figures say about a park whose inputs were never published.

The figures are soft constraints and never inputs of a draw. Joint draws of all that is uncertain are made first; each
then weighs as much as the model's outputs for it come near the figures. What the weighted draws say more than the draws
did is learned from the figures; where they say the same, the assumption has come back, and the result says that too.
Whoever wrote the ranges may have known the figures: then the percentiles are no independent evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.park.learned import ENOUGH_DRAWS, Information, sentences
from decarb.units import declare_units, stamp, strip, units_of

ESTIMATES: Final = {"p5": 0.05, "median": 0.5, "p95": 0.95}
LEARNED_BELOW: Final = 0.7  # of the prior's width: the range lost a third or more
NOTHING_ABOVE: Final = 0.95  # of the prior's width: within what weighting some hundred draws changes by chance
MOVED_FROM: Final = 0.1  # of the prior's width, a shift of the median: the range moved without narrowing


def prior_percentile(outputs: xr.Dataset, published: xr.Dataset) -> xr.DataArray:
    """Return the share of prior draws below each published figure, [1], (constraint).

    Near 0 or 1 the assumptions and the figure contradict each other; anything between is no proof of either. A draw
    that meets the figure exactly counts half.

    Parameters
    ----------
    outputs : xr.Dataset, (draw)
        What the model says for each prior draw, under the names of `published`.
    published : xr.Dataset
        Scalars with units.

    Raises
    ------
    CallError
        An output is missing, not finite, or not along `draw` alone.
    """
    parts = []
    for name, values in _along_draws(outputs, published).items():
        figure = strip(published[name], units_of(outputs[name]))
        parts.append((values < figure).mean("draw") + 0.5 * (values == figure).mean("draw"))
    return stamp(_joined(parts, "constraint", published), "1")


def weights(outputs: xr.Dataset, published: xr.Dataset, tolerance: xr.Dataset) -> xr.DataArray:
    """Return how much each prior draw counts once the published figures are believed, [1], (draw); they sum to 1.

    Parameters
    ----------
    outputs, published : xr.Dataset
        As `prior_percentile` takes them.
    tolerance : xr.Dataset
        One standard deviation of each figure, in its unit and not relative: how wrong it may be, and how far what it
        counts may differ from what the model counts.

    Raises
    ------
    CallError
        As `prior_percentile`, or a tolerance is missing or not above zero.

    Notes
    -----
    exp(-1/2 sum of ((output - figure) / tolerance)^2), relative to the best draw: the sum cannot underflow to zero.
    Far from all draws a single one takes all the weight, which `effective_draws` shows.
    """
    plain = _along_draws(outputs, published)
    lacking = [name for name in plain if name not in tolerance or not bool(tolerance[name] > 0.0)]
    if lacking:
        raise CallError(f"calibration: tolerance of {', '.join(lacking)}: state one above 0 for each published figure")
    misses = []
    for name, values in plain.items():
        unit = units_of(outputs[name])
        misses.append((values - strip(published[name], unit)) / strip(tolerance[name], unit))
    distance = 0.5 * (_joined(misses, "constraint", published) ** 2).sum("constraint")
    likelihood = xr.DataArray(np.exp(distance.min("draw") - distance))
    return stamp(likelihood / likelihood.sum("draw"), "1")


@declare_units("1", weight="1")
def effective_draws(weight: xr.DataArray) -> xr.DataArray:
    """Return how many equal draws would say as much as the weighted ones.

    Parameters
    ----------
    weight : xr.DataArray, [1], (draw)

    Notes
    -----
    (sum of w)^2 / sum of w^2, after Kish.

    Examples
    --------
    >>> weight = xr.DataArray([0.5, 0.5, 0.0, 0.0], dims="draw", attrs={"units": "1"})
    >>> effective_draws(weight).item()
    2.0
    """
    return weight.sum("draw") ** 2 / (weight**2).sum("draw")


def posterior(draws: xr.Dataset, weight: xr.DataArray) -> xr.Dataset:
    """Return the 5, 50 and 95 % quantiles of each variable before and after weighting, (belief, estimate).

    With fewer effective draws than `ENOUGH_DRAWS` the posterior is NaN: a range out of a handful of draws would look
    like knowledge.

    Parameters
    ----------
    draws : xr.Dataset, (draw)
        Inputs or outputs.
    weight : xr.DataArray, [1], (draw)
        As `weights` gives it.

    Returns
    -------
    xr.Dataset
        The same variables in their units; `belief` is `prior` or `posterior`, `estimate` is `p5`, `median` or `p95`.
    """
    enough = bool(effective_draws(weight) >= ENOUGH_DRAWS)
    plain, share, levels = _along_draws(draws, draws), strip(weight, "1"), list(ESTIMATES.values())
    named = {}
    for name, values in plain.items():
        prior = values.quantile(levels, dim="draw")
        after = values.weighted(share).quantile(levels, dim="draw").where(enough)
        both = xr.concat([prior, after], xr.IndexVariable("belief", ["prior", "posterior"]), coords="minimal",
                         compat="override")  # fmt: skip
        named[name] = stamp(both.rename(quantile="estimate"), units_of(draws[name]))
    return xr.Dataset(named).assign_coords(estimate=list(ESTIMATES))


def informed(beliefs: xr.Dataset) -> xr.Dataset:
    """Return how much narrower each input's range became, how far its middle moved, and what that amounts to.

    Parameters
    ----------
    beliefs : xr.Dataset, (belief, estimate)
        As `posterior` gives it.

    Returns
    -------
    xr.Dataset
        [1], (input): `width_ratio`, posterior over prior width from 5 to 95 %; `median_shift` over the prior width;
        `information`, an `Information` code. The first two are NaN where an input has no range or draws are too few.
    """
    ratios, shifts, codes = [], [], []
    for array in beliefs.values():
        plain = array.drop_attrs()
        width = plain.sel(estimate="p95", drop=True) - plain.sel(estimate="p5", drop=True)
        before = width.sel(belief="prior", drop=True)
        before = before.where(before > 0.0)
        median = plain.sel(estimate="median", drop=True)
        ratios.append(width.sel(belief="posterior", drop=True) / before)
        shifts.append((median.sel(belief="posterior", drop=True) - median.sel(belief="prior", drop=True)) / before)
        codes.append(xr.DataArray(_information(float(before), float(ratios[-1]), float(shifts[-1]))))
    named = {"width_ratio": ratios, "median_shift": shifts, "information": codes}
    return xr.Dataset({name: stamp(_joined(parts, "input", beliefs), "1") for name, parts in named.items()})


def rank_correlation(draws: xr.Dataset, outputs: xr.Dataset) -> xr.DataArray:
    """Return the rank correlation of each output with each input in the prior, [1], (constraint, input).

    It says which input can take up a miss: one that decides most of a figure can always be chosen so that the figure
    is met, and meeting it then says nothing about the others. NaN where an input or an output does not vary.

    Parameters
    ----------
    draws, outputs : xr.Dataset, (draw)
        Inputs, and what the model says for them.

    Notes
    -----
    Spearman's, with tied draws at their mean rank.
    """
    inputs, results = (_ranks(_along_draws(each, each)) for each in (draws, outputs))
    table = [[_correlation(result, given) for given in inputs.values()] for result in results.values()]
    coords = {"constraint": list(results), "input": list(inputs)}
    return xr.DataArray(table, coords, ("constraint", "input"), attrs={"units": "1"})


def calibration(
    draws: xr.Dataset, outputs: xr.Dataset, published: xr.Dataset, tolerance: xr.Dataset, *, remainder: str = ""
) -> xr.Dataset:
    """Return all that the published figures say about a park, and how little.

    Parameters
    ----------
    draws : xr.Dataset, (draw)
        Joint prior draws of the uncertain inputs, made without the figures.
    outputs, published, tolerance : xr.Dataset
        As `weights` takes them; further outputs are left out.
    remainder : str
        The input that was never bounded by anything published, such as the non-electric rest: named in the sentences.

    Returns
    -------
    xr.Dataset
        Each input and figure (belief, estimate) as `posterior` gives it; `prior_percentile` (constraint);
        `effective_draws`; `width_ratio`, `median_shift` and `information` (input); `rank_correlation` (constraint,
        input). The attribute `sentences` says it in words, a tuple of lines.

    Raises
    ------
    CallError
        As `weights`, or the remainder is no input.
    """
    if remainder and remainder not in draws:
        raise CallError(f"calibration: remainder {remainder!r} is no input; write one of {', '.join(map(str, draws))}")
    figures = outputs[_names(outputs, published)]
    weight = weights(figures, published, tolerance)
    beliefs = posterior(draws.merge(figures, join="exact"), weight)
    result = beliefs.merge(informed(beliefs[list(draws)])).assign(
        prior_percentile=prior_percentile(figures, published),
        effective_draws=effective_draws(weight),
        rank_correlation=rank_correlation(draws, figures),
    )
    result.attrs = {"draws": draws.sizes["draw"], "remainder": remainder}
    result.attrs["sentences"] = sentences(result, published)
    return result


def _information(prior_width: float, ratio: float, shift: float) -> int:
    if np.isnan(prior_width):
        return Information.NOT_UNCERTAIN
    if np.isnan(ratio):
        return Information.TOO_FEW_DRAWS
    if ratio < LEARNED_BELOW:
        return Information.LEARNED
    return Information.BARELY if ratio < NOTHING_ABOVE or abs(shift) >= MOVED_FROM else Information.NOTHING


def _names(outputs: xr.Dataset, published: xr.Dataset) -> list[str]:
    lacking = [str(name) for name in published if name not in outputs]
    if lacking or not len(published):
        raise CallError(f"calibration: outputs lack {', '.join(lacking) or 'any figure'}; give each published figure "
                        "an output of its name")  # fmt: skip
    return [str(name) for name in published]


def _along_draws(outputs: xr.Dataset, published: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the outputs named in `published` as plain finite numbers in their own units, (draw)."""
    plain = {}
    for name in _names(outputs, published):
        values = strip(outputs[name], units_of(outputs[name]))
        if values.dims != ("draw",):
            raise CallError(f"calibration: {name} has dimensions {values.dims}; stack all draws into one, `draw`")
        if not bool(np.isfinite(values).all()):
            raise CallError(f"calibration: {name} is not finite in {int((~np.isfinite(values)).sum())} draws; drop or "
                            "mend these draws")  # fmt: skip
        plain[name] = values.drop_attrs()
    return plain


def _joined(parts: list[xr.DataArray], dim: str, named: xr.Dataset) -> xr.DataArray:
    labels = xr.IndexVariable(dim, [str(name) for name in named])
    return xr.concat([part.reset_coords(drop=True) for part in parts], labels, coords="minimal", compat="override")


def _ranks(arrays: Mapping[str, xr.DataArray]) -> dict[str, np.ndarray]:
    return {name: array.to_series().rank().to_numpy() for name, array in arrays.items()}


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    left, right = one - one.mean(), other - other.mean()
    size = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum()) / size if size > 0.0 else np.nan
