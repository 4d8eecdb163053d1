"""A park at another load keeps its proportions until its site runs out of room."""

from __future__ import annotations

import pytest

from decarb.analysis.park_questions import room_on_site
from decarb.analysis.park_scaled import SIZES, scale_park
from decarb.errors import CallError, UnitError
from decarb.scenario.park_inputs import park_inputs
from decarb.scenario.scenario import load_park


def load_of(park) -> float:
    return float(park_inputs(park, seed=0)["annual_load"])


def test_the_scaled_park_has_the_load_that_was_asked_for() -> None:
    assert load_of(scale_park(load_park("logistics"), "72 GWh/yr")) == pytest.approx(72_000.0)


def test_every_size_grows_in_proportion_where_the_site_has_room() -> None:
    park = load_park("logistics", ["wind.capacity=0.1 MW"])
    ratio = 50_000.0 / load_of(park)
    twin = scale_park(park, "50 GWh/yr")
    for name, fields in SIZES.items():
        part, scaled = getattr(park, name), getattr(twin, name)
        for field in fields if part is not None else ():
            value = getattr(part, field)
            assert value is None or getattr(scaled, field).value == pytest.approx(value.value * ratio), (name, field)
    assert twin.pv.capacity.value == pytest.approx(25.0 * ratio)
    assert twin.pv.full_load_hours == park.pv.full_load_hours


def test_a_site_without_room_caps_wind_and_the_stores_follow_what_is_built() -> None:
    park = load_park("yizhuang")
    twin = scale_park(park, "143.47767859649122 GWh/yr")  # ten times the load
    inputs = park_inputs(park, seed=0)
    room = room_on_site(park, inputs[["annual_load"]].rename(annual_load="load") * 10.0, inputs)
    built = float(room["wind_limit"])
    assert twin.wind.capacity.to("MW") == pytest.approx(built) and built < 48.0
    assert twin.pv.capacity.to("MW") == pytest.approx(13.0)
    # 4.8 + 1.3 = 6.1 MW had 2 MWh of lithium
    assert twin.lithium.energy_rating.to("MWh") == pytest.approx(2.0 * (built + 13.0) / 6.1)


def test_what_the_park_reported_and_its_credits_stay_behind() -> None:
    twin = scale_park(load_park("yizhuang"), "20 GWh/yr")
    assert twin.credits is None and twin.reported.credits_retired is None and twin.name == "yizhuang-scaled"


@pytest.mark.parametrize(("load", "error"), [("0 GWh/yr", CallError), ("5 GWh", UnitError), ("200", UnitError)])
def test_a_load_that_is_none_is_refused(load: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        scale_park(load_park("logistics"), load)
