import numpy as np
import pytest
import xarray as xr
from sweep_samples import written

from decarb.errors import CallError
from decarb.sweeps.again import regenerate, regenerate_hours
from decarb.sweeps.run import sweep
from decarb.sweeps.store import open_sweep

SITES = """
base: china-2060
method: sobol
seed: 3
axes:
  park.pv.capacity: {distribution: uniform, low: "0 MW", high: "6 MW"}
  capture.level: {distribution: uniform}
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("again")
    done = sweep(
        written(folder, SITES), folder / "s.zarr", scenarios=12, block=5, keep=["provincial_gross_co2"], quiet=True
    )
    assert done.whole
    return folder / "s.zarr"


def test_a_scenario_is_computed_again_in_full_as_the_store_holds_it(store):
    stored, again = open_sweep(store).load(), regenerate(store, [7, 2])
    assert again.annual["scenario"].values.tolist() == [7, 2]
    for name in ("gross_co2", "net_co2"):
        whole = again.annual[name].sum([dim for dim in ("province", "sector") if dim in again.annual[name].dims])
        expected = stored[name].sel(scenario=[7, 2])
        np.testing.assert_allclose(whole.transpose("scenario", "year"), expected, rtol=1e-12)
    assert again.zone["pv_capacity"].sizes["scenario"] == 2


def test_provinces_are_kept_where_they_are_asked_for(store):
    stored, again = open_sweep(store).load(), regenerate(store, [4])
    kept = stored["provincial_gross_co2"].sel(scenario=4)
    whole = again.annual["gross_co2"].sel(scenario=4).sel(province=kept["province"], sector=kept["sector"])
    xr.testing.assert_allclose(kept.drop_attrs(), whole.transpose(*kept.dims).drop_attrs(), rtol=1e-11)
    np.testing.assert_allclose(kept.sum(["province", "sector"]), stored["gross_co2"].sel(scenario=4), rtol=1e-12)


def test_hours_of_a_site_add_up_to_its_year(store):
    hours = regenerate_hours(store, [7, 2], "Guangdong", "general")
    assert hours["load"].dims == ("scenario", "time") and hours.sizes["time"] == 8760
    small, large = sorted(hours["pv_generation"].sum("time").values)
    assert small < large
    supply = hours["wind_generation"] + hours["pv_generation"] + hours["grid_import"] + hours["discharge"].sum("store")
    use = hours["load"] + hours["grid_export"] + hours["curtailment"] + hours["charge"].sum("store")
    np.testing.assert_allclose(supply + hours["chp_generation"] + hours["unmet_load"], use, atol=1e-9)


@pytest.mark.parametrize("asked", [[12], [-1], [1.5], []])
def test_a_scenario_that_the_sweep_has_not_is_refused(store, asked):
    with pytest.raises(CallError, match="0 to 11"):
        regenerate(store, asked)


def test_a_place_that_is_none_is_refused(store):
    with pytest.raises(CallError, match="did you mean"):
        regenerate_hours(store, [0], "Guangdon", "general")
