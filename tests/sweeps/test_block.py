import numpy as np
import pytest
import xarray as xr
from sweep_samples import FEW, SITES, plan_in

from decarb import model
from decarb.analysis.run import judge
from decarb.pathway.targets import TARGETS
from decarb.sweeps.block import REFUSED, block, pathways


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    return plan_in(tmp_path_factory.mktemp("few"), FEW, 64)


@pytest.fixture(scope="module")
def computed(few):
    return block(few, 0, 64)


def test_a_scenario_depends_on_its_number_alone(few, computed):
    for first, count in ((0, 1), (13, 7), (63, 1)):
        alone = block(few, first, count)
        assert alone.identical(computed.isel(scenario=slice(first, first + count)))


def test_the_fused_block_says_what_the_labelled_chain_says(few, computed):
    inputs = few.inputs.assign(few.moved.at(computed["input"].values[computed["status"].values == 0][:6]))
    annual = model.evaluate(inputs, few.series).annual
    gross = annual["gross_co2"].sum(["province", "sector"])
    stored = computed["gross_co2"].isel(scenario=computed["status"].values == 0)[:6]
    np.testing.assert_allclose(stored, gross.transpose("scenario", "year"), rtol=1e-12)


def test_margins_have_the_sign_of_the_verdict_of_a_run(few, computed):
    place = int(np.flatnonzero(computed["status"].values == 0)[3])
    one = computed.isel(scenario=place)
    inputs = few.inputs.assign(few.moved.at(one["input"].values[np.newaxis]).isel(scenario=0))
    annual = model.evaluate(inputs, few.series).annual.assign(co2_per_gdp_2005=inputs["co2_per_gdp_2005"])
    said = judge(annual.assign_coords(land_view=inputs.attrs["land_view"], gwp=inputs.attrs["gwp"]), TARGETS)
    words = {item.target: item.verdict for item in said.verdicts}
    codes = {"fail": 0, "pass": 1, "undefined": 2}
    stored = dict(zip(one["target"].values, one["verdict"].values, strict=True))
    assert {name: codes[words[name]] for name in words} == stored


def test_contracts_beyond_supply_are_a_status_and_never_a_bare_nan(computed):
    status = computed["status"].values
    assert 0 < (status != 0).sum() < status.size
    bad = computed.isel(scenario=status != 0)
    assert bool(bad["gross_co2"].isnull().all()) and bool((bad["verdict"] == 3).all())
    good = computed.isel(scenario=status == 0)
    assert bool(good["gross_co2"].notnull().all()) and bool((good["verdict"] != 3).all())
    attrs = computed["status"].attrs
    meanings = dict(zip(attrs["flag_values"].tolist(), attrs["flag_meanings"].split(), strict=True))
    assert set(status.tolist()) <= set(meanings)


def test_what_the_base_year_refuses_is_told_apart_from_its_neighbours(few):
    now = [axis.now for axis in few.axes]
    values = np.array([now, now, now])
    names = [axis.name for axis in few.axes]
    start, end = (names.index(f"captive.retirement_{which}") for which in ("start", "end"))
    values[1, start], values[1, end] = 2040.0, 2035.0  # ends before it begins
    found = pathways(few, values)
    assert found["status"].values.tolist() == [0, REFUSED, 0]
    assert bool(found["net_co2"].isel(scenario=1).isnull().all())
    assert bool(found["net_co2"].isel(scenario=0).equals(found["net_co2"].isel(scenario=2)))


def test_hours_of_a_moved_site_are_simulated_for_each_scenario(tmp_path):
    plan = plan_in(tmp_path, SITES, 8)
    assert plan.dispatch == "direct" and {"site", "zone"} <= plan.moving
    found = block(plan, 0, 8)
    inputs = plan.inputs.assign(plan.moved.at(found["input"].values))
    annual = model.evaluate(inputs, plan.series).annual
    expected = annual["net_co2"].sum([dim for dim in ("province", "sector") if dim in annual["net_co2"].dims])
    np.testing.assert_allclose(found["net_co2"], expected.transpose("scenario", "year"), rtol=1e-12)
    assert found["input"].dims == ("scenario", "axis") and isinstance(found, xr.Dataset)
