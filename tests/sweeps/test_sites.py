import numpy as np
import pytest
from sweep_samples import plan_in

from decarb.errors import CallError
from decarb.sweeps import sites
from decarb.sweeps.block import block

PV = """
base: china-2060
method: sobol
seed: 5
axes:
  park.pv.capacity: {distribution: uniform, low: "0 MW", high: "3 MW"}
  rollout.growth: {distribution: uniform}
"""
EXPORT = """
base: china-2060
method: sobol
seed: 5
axes:
  park.microgrid.export_limit: {distribution: uniform, low: "1 MW", high: "6 MW"}
  rollout.growth: {distribution: uniform}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setitem(sites.NODES, 2, (7, 5))
        patch.setattr(sites, "POINTS", 16)
        yield folder


@pytest.fixture(scope="module")
def surfaced(home, tmp_path_factory):
    return plan_in(tmp_path_factory.mktemp("pv"), PV, 20, "surface")


def files(home):
    return sorted((home / ".cache" / "decarb" / "surfaces").glob("*.nc"))


def test_pathways_by_the_surface_stay_near_those_by_the_hours(surfaced, home, tmp_path):
    near, true = block(surfaced, 0, 6), block(plan_in(tmp_path, PV, 20, "direct"), 0, 6)
    assert surfaced.dispatch == "surface" and near["input"].equals(true["input"])
    spread = float(true["park_emissions"].max() - true["park_emissions"].min())
    assert float(np.abs(near["park_emissions"] - true["park_emissions"]).max()) < 0.005 * spread
    assert 0.0 < surfaced.surface.attrs["worst_import_error"] <= sites.WORST


def test_a_scenario_by_the_surface_does_not_hang_on_its_block(surfaced):
    together = block(surfaced, 0, 9)
    assert block(surfaced, 4, 3).identical(together.isel(scenario=slice(4, 7)))


def test_a_surface_is_built_once_and_found_again_by_its_content(surfaced, home, monkeypatch):
    (kept,) = files(home)
    monkeypatch.setattr(sites.surface, "build", lambda *box, **how: pytest.fail("built again"))
    again = sites.surface_of_sites(surfaced.inputs, surfaced.moved, surfaced.series, lambda *said: None)
    assert again.identical(surfaced.surface) and files(home) == [kept]


def test_another_size_of_the_site_is_another_surface(surfaced, home):
    (kept,) = files(home)
    roomy = surfaced.inputs.assign(wind_density=2.0 * surfaced.inputs["wind_density"].assign_attrs())
    roomy["wind_density"].attrs = surfaced.inputs["wind_density"].attrs
    moved = sites.Axes(surfaced.axes, roomy)
    sites.surface_of_sites(roomy, moved, surfaced.series, lambda *said: None)
    other = set(files(home)) - {kept}
    assert len(other) == 1
    other.pop().unlink()


def test_a_damaged_surface_is_built_again(surfaced, home):
    (kept,) = files(home)
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1  # amid the node values, which carry checksums
    kept.write_bytes(content)
    again = sites.surface_of_sites(surfaced.inputs, surfaced.moved, surfaced.series, lambda *said: None)
    assert again.identical(surfaced.surface)


def test_a_surface_with_too_large_an_error_is_refused_and_not_kept(surfaced, home, monkeypatch):
    monkeypatch.setattr(sites, "WORST", 0.0)
    with pytest.raises(CallError, match=r"misses the import of a site by .* % of its load, 0 % are allowed"):
        sites.surface_of_sites(surfaced.inputs, surfaced.moved, surfaced.series, lambda *said: None)
    assert files(home) == []


def test_a_surface_that_knows_nothing_of_an_axis_is_refused(home, tmp_path):
    with pytest.raises(CallError, match=r"an axis moves export_limit.*write dispatch: direct"):
        plan_in(tmp_path, EXPORT, 20, "surface")
