"""Inputs that cannot be are refused, all of them at once and by name."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.errors import InputError
from decarb.park.limits import check_inputs


def refusal(amount: float = 1.0, share: float = 0.5) -> str:
    with pytest.raises(InputError) as refused:
        check_inputs("water", amounts={"demand": xr.DataArray([1.0, amount])},
                     shares={"reuse_share": xr.DataArray([0.5, share])})  # fmt: skip
    return str(refused.value)


def test_zero_one_and_anything_between_or_above_is_accepted_where_it_may_stand() -> None:
    check_inputs(
        "water", amounts={"demand": xr.DataArray([0.0, 1e9])}, shares={"reuse_share": xr.DataArray([0.0, 1.0])}
    )
    check_inputs("water", amounts={"demand": xr.DataArray(2.0)})


@pytest.mark.parametrize("amount", [np.nan, np.inf, -np.inf])
def test_what_is_not_known_or_has_no_end_is_refused(amount: float) -> None:
    assert refusal(amount=amount) == "water: demand: is not a finite number everywhere; write one for each park"


def test_every_bad_input_is_told_at_once_with_its_worst_value() -> None:
    lines = refusal(amount=-3.0, share=1.5).splitlines()
    assert lines == [
        "water: demand: -3 is below zero; write zero or more",
        "water: reuse_share: 1.5 is above 1; write a share from 0 to 1",
    ]


def test_an_amount_may_exceed_one_and_a_share_may_not_be_negative() -> None:
    check_inputs("fleet", amounts={"vehicles": xr.DataArray(40.0)}, shares={})
    assert refusal(share=-0.1) == "water: reuse_share: -0.1 is below zero; write zero or more"
