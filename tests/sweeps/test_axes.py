import numpy as np
import pytest
import xarray as xr

from decarb.analysis.moves import Moved
from decarb.errors import CallError
from decarb.sweeps.axes import Axes, Axis

INPUTS = xr.Dataset(
    {
        "capacity": (("technology", "year"), [[1.0, 2.0], [3.0, 4.0]], {"units": "GW"}),
        "rate": ((), 0.1, {"units": "1/yr"}),
    },
    {"technology": ["wind", "solar"], "year": [2030, 2060]},
)


def axis(name, places, **changed):
    stacked = {
        variable: xr.concat([INPUTS[variable].copy(data=values) for values in at], "place")
        for variable, at in changed.items()
    }
    return Axis(name, "1", "value", places[0], places[0], places[-1], Moved(np.array(places), xr.Dataset(stacked)))


STILL = [[1.0, 2.0], [3.0, 4.0]]
WIND = axis("wind", [0.0, 1.0, 3.0], capacity=(STILL, [[1.0, 3.0], [3.0, 4.0]], [[1.0, 9.0], [3.0, 4.0]]))
SOLAR = axis("solar", [0.0, 2.0], capacity=(STILL, [[1.0, 2.0], [5.0, 4.0]]))
RATE = axis("rate", [0.1, 0.3], rate=(0.1, 0.3))


def test_inputs_follow_each_axis_in_straight_lines_at_its_own_elements():
    # wind 2 lies half way from 3 to 9, solar 1 half way from 3 to 5; what no axis moves stays
    found = Axes((WIND, SOLAR, RATE), INPUTS).at(np.array([[2.0, 1.0, 0.2], [0.0, 0.0, 0.1]]))
    assert found["capacity"].dims == ("scenario", "technology", "year")
    assert found["capacity"].values.tolist() == [[[1.0, 6.0], [4.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]]
    np.testing.assert_allclose(found["rate"].values, [0.2, 0.1])
    assert found["capacity"].attrs["units"] == "GW"


def test_a_scenario_does_not_depend_on_its_neighbours():
    axes, values = Axes((WIND, SOLAR, RATE), INPUTS), np.random.default_rng(1).uniform(0.1, 0.3, (50, 3))
    together = axes.at(values)
    for place in (0, 17, 49):
        assert axes.at(values[place : place + 1]).isel(scenario=0).identical(together.isel(scenario=place))


def test_the_places_of_an_axis_are_met_to_the_last_bit():
    found = Axes((RATE,), INPUTS).at(np.array([[0.1], [0.3]]))
    assert found["rate"].values.tolist() == [0.1, 0.3]


def test_two_axes_that_move_the_same_element_are_refused():
    Axes((WIND, SOLAR, RATE), INPUTS).check_apart()
    other = axis("other", [0.0, 1.0], capacity=(STILL, [[7.0, 3.0], [3.0, 4.0]]))
    with pytest.raises(CallError, match="wind and other both move capacity"):
        Axes((WIND, other), INPUTS).check_apart()


def test_an_axis_allows_what_lies_between_its_ends():
    assert WIND.allows(np.array([-0.1, 0.0, 3.0, 3.1])).tolist() == [False, True, True, False]
