"""The credits of one scenario by the kernel are those of the labelled functions, and refuses what they refuse."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from decarb.errors import DecarbError
from decarb.nation import credits
from decarb.nation import credits_kernel as kernel

YEARS = np.arange(2023, 2031)
REFERENCE = 2  # 2025
PROVINCES = ["Beijing", "Hebei", "Shanxi"]
OF_YEAR = ("issued", "surrendered", "held", "used_by_parks")
EFFECTS = ("caused", "unmet")
RULES = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.25, 0.5))

SHARE = st.floats(0.0, 1.0)
AMOUNT = st.one_of(st.just(0.0), st.floats(0.001, 1000.0))
PATH = arrays(float, YEARS.size, elements=AMOUNT)
FACTOR = arrays(float, YEARS.size, elements=st.one_of(st.just(0.0), st.floats(0.001, 1.2)))
# Books may lie a hair below zero.
WANTED = arrays(float, (3, YEARS.size), elements=st.one_of(st.just(0.0), st.just(-1e-9), st.floats(0.001, 400.0)))
PLANTS = arrays(float, YEARS.size, elements=st.one_of(st.just(0.0), st.just(-1e-9), st.floats(0.001, 2000.0)))
NUMBERS = st.fixed_dictionaries(
    {"displacement_share": SHARE, "use_limit": SHARE, "market_use": SHARE, "additionality": SHARE,
     "gwp_co2": st.sampled_from([1.0, 1.5]), "rule": st.sampled_from(RULES)}
)  # fmt: skip
EXAMPLE = {
    "path": np.full(YEARS.size, 100.0), "allowances": np.full(YEARS.size, 1000.0),
    "grid_factor": np.linspace(0.6, 0.25, YEARS.size), "at_plants": np.full(YEARS.size, 50.0),
    "wanted": np.full((3, YEARS.size), 20.0), "displacement_share": 0.5, "use_limit": 0.05, "market_use": 0.5,
    "additionality": 0.3, "gwp_co2": 1.0, "rule": (0.0, 0.0),
}  # fmt: skip


def by_kernel(given: dict) -> tuple[int, dict[str, np.ndarray]]:
    """What the kernel writes, over arrays that hold other numbers before."""
    of_year = {name: np.full(YEARS.size, -7.0) for name in (*OF_YEAR, *EFFECTS)}
    retired = np.full(given["wanted"].shape, -7.0)
    status = kernel.credit_accounts(
        given["path"], given["displacement_share"], given["grid_factor"], REFERENCE, given["allowances"],
        given["use_limit"], given["market_use"], *given["rule"], given["gwp_co2"], given["additionality"],
        given["at_plants"], given["wanted"], np.full((kernel.SCRATCH, YEARS.size), 5.0),
        *(of_year[name] for name in OF_YEAR), retired, *(of_year[name] for name in EFFECTS),
    )  # fmt: skip
    return status, of_year | {"retired": retired}


def by_labels(given: dict) -> dict[str, np.ndarray]:
    def array(values: object, unit: str, **coords: object) -> xr.DataArray:
        return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})

    first, last = (array(weight, "1") for weight in given["rule"])
    gwp = array(given["gwp_co2"], "Mt CO2e/Mt CO2")
    inputs = xr.Dataset(
        {
            "ccer_issued": array(given["path"], "Mt CO2e/yr", year=YEARS),
            "carbon_market_allowances": array(given["allowances"], "Mt CO2/yr", year=YEARS),
            "ccer_displacement_share": array(given["displacement_share"], "1"),
            "ccer_use_limit": array(given["use_limit"], "1"),
            "ccer_market_use": array(given["market_use"], "1"),
            "ccer_parks_first": first,
            "ccer_market_first": last,
            "gwp_co2": gwp,
        }
    )
    wanted = array(given["wanted"], "Mt CO2e/yr", province=PROVINCES, year=YEARS)
    factor = array(given["grid_factor"], "kg CO2/kWh", year=YEARS)
    made = credits.credit_accounts(inputs, wanted, factor, int(YEARS[REFERENCE]))
    used = made["ccer_retired"].sum("province", keep_attrs=True)
    effect = credits.caused_abatement(
        used, array(given["additionality"], "1"), array(given["at_plants"], "Mt CO2/yr", year=YEARS), gwp
    )
    found = {name: made[f"ccer_{name}"] for name in ("issued", "surrendered", "held", "retired")}
    found |= {"used_by_parks": used, **{name: effect[f"{name}_abatement"] for name in EFFECTS}}
    return {name: values.values for name, values in found.items()}


@settings(max_examples=100)
@given(PATH, PATH, FACTOR, PLANTS, WANTED, NUMBERS)
def test_the_kernel_gives_the_credits_of_the_labelled_functions(
    path: np.ndarray, allowances: np.ndarray, factor: np.ndarray, plants: np.ndarray, wanted: np.ndarray, numbers: dict
) -> None:
    stated = {"path": path, "allowances": allowances, "grid_factor": factor, "at_plants": plants, "wanted": wanted}
    status, found = by_kernel(stated | numbers)
    assert status == kernel.COMPUTED
    scale = max(float(path.sum()), 1e-6)  # of a balance: what is left is exact to the last digit of all that came
    for name, expected in by_labels(stated | numbers).items():
        allowed = 1e-12 * (scale if name in ("held", "unmet") else max(float(np.abs(expected).max()), 1e-6))
        assert np.abs(found[name] - expected).max() <= allowed, name


def test_one_year_by_hand() -> None:
    status, found = by_kernel(EXAMPLE)
    assert status == kernel.COMPUTED
    # 2025: all 100 are issued (the reference year). Parks ask for 60, the market for 1,000 x 5 % x 0.5 = 25: 85 of 85,
    # and 15 + what 2023 and 2024 left, 15 each, are held. Each province uses 20. 60 x 0.3 = 18 Mt are caused.
    assert found["issued"][:3].tolist() == [100.0, 100.0, 100.0]
    assert found["used_by_parks"][:3].tolist() == pytest.approx([60.0, 60.0, 60.0], rel=1e-15)
    assert found["surrendered"][2] == pytest.approx(25.0, rel=1e-15)
    assert found["held"][:3].tolist() == pytest.approx([15.0, 30.0, 45.0], rel=1e-15)
    assert found["retired"][:, 2].tolist() == pytest.approx([20.0, 20.0, 20.0], rel=1e-15)
    assert found["caused"][2] == pytest.approx(18.0, rel=1e-15)
    assert found["unmet"][2] == 0.0


@settings(max_examples=100)
@given(PATH, PATH, FACTOR, PLANTS, WANTED, NUMBERS)
def test_no_credit_is_used_twice_and_no_more_than_all_plants_emit_is_abated(
    path: np.ndarray, allowances: np.ndarray, factor: np.ndarray, plants: np.ndarray, wanted: np.ndarray, numbers: dict
) -> None:
    stated = {"path": path, "allowances": allowances, "grid_factor": factor, "at_plants": plants, "wanted": wanted}
    found = by_kernel(stated | numbers)[1]
    allowed = 1e-12 * max(float(path.sum()), 1.0)
    left = np.cumsum(found["issued"] - found["retired"].sum(axis=0) - found["surrendered"])
    assert np.abs(found["held"] - left).max() <= allowed
    assert min(found[name].min() for name in found) >= -allowed
    assert bool((found["caused"] <= np.maximum(plants, 0.0)).all())


@pytest.mark.parametrize("rule", [(-0.1, 0.0), (0.0, -0.1), (0.6, 0.5)])
def test_weights_that_are_no_shares_are_refused_and_nothing_is_written(rule: tuple[float, float]) -> None:
    with pytest.raises(DecarbError, match=r"credits\.priority"):
        by_labels(EXAMPLE | {"rule": rule})
    status, written = by_kernel(EXAMPLE | {"rule": rule})
    assert status == kernel.PRIORITY
    assert all((series == -7.0).all() for series in written.values())


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_an_additionality_that_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(DecarbError, match=r"credits\.additionality"):
        by_labels(EXAMPLE | {"additionality": share})
    assert by_kernel(EXAMPLE | {"additionality": share})[0] == kernel.ADDITIONALITY


def test_every_status_but_computed_has_its_sentence() -> None:
    assert set(kernel.REFUSED) == {kernel.PRIORITY, kernel.ADDITIONALITY}
    assert not set(kernel.REFUSED) & set(range(1, 10))  # those of the rollout
