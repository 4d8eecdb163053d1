"""The sweep that is measured is a whole one: each part of the chain carries its scenarios."""

from __future__ import annotations

import numpy as np
import xarray as xr
from benchmarks.nation import SWEPT, swept

from decarb import model


def test_each_swept_input_differs_in_each_scenario_keeps_its_unit_and_no_share_passes_one(
    china_inputs: xr.Dataset,
) -> None:
    many = swept(china_inputs, 5)
    for name in SWEPT:
        assert many[name].attrs == {"units": china_inputs[name].attrs["units"]}, name
        assert many[name].sizes["scenario"] == 5, name
        if many[name].attrs["units"] == "1":
            assert float(many[name].max()) <= max(1.0, float(china_inputs[name].max())), name
    assert float(many["rollout_growth"].std("scenario").max()) > 0.0
    np.testing.assert_array_equal(many["latitude"], china_inputs["latitude"])


def test_every_part_of_the_chain_carries_the_scenarios(china_inputs: xr.Dataset) -> None:
    annual = model.evaluate(swept(china_inputs, 2), model.weather(china_inputs)).annual
    for name in ("gross_co2", "net_co2", "net_ghg", "captured_co2", "operating_share", "grid_factor_average",
                 "park_emissions", "claimed_net_emissions"):  # fmt: skip
        assert annual[name].sizes["scenario"] == 2, name
        assert not np.array_equal(*(annual[name].isel(scenario=at) for at in (0, 1))), name
