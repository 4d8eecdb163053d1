"""Declared functions: the body sees plain numbers in its own units, the caller gets the declared unit and no other."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import dask.array
import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import UnitError
from decarb.units.declare import converted, declare_units, stamp, strip, units_of
from decarb.units.quantity import Quantity, UnitFloat
from decarb.units.registry import REGISTRY, pint_unit, unit_factor


@declare_units("MWh", power="MW", duration="h", share="1")
def energy(power: Any, duration: Any = "1 d", share: Any = None, label: Any = "kept") -> Any:
    """The energy of a power that lasts."""
    return power * duration * (1.0 if share is None else share)


@declare_units("1", x="MW")
def identity(x: Any) -> Any:
    """What the body is given, seen from outside."""
    return x


def array(values: Any, unit: str | None, **attrs: Any) -> xr.DataArray:
    units = {} if unit is None else {"units": unit}
    return xr.DataArray(values, dims="x", name="power", attrs=attrs | units)


def test_arrays_are_converted_and_the_result_carries_the_declared_unit_alone() -> None:
    power = array([500.0, 2000.0], "kW", long_name="load", standard_name="wrong once multiplied")
    result = energy(power, "2 h", share=array([0.5, 1.0], "%"))
    # 0.5 MW x 2 h x 0.005 and 2 MW x 2 h x 0.01.
    np.testing.assert_allclose(result, [0.005, 0.04], rtol=1e-14)
    assert result.attrs == {"units": "MWh"}
    assert result.name == "power"
    assert power.attrs["units"] == "kW" and power.attrs["long_name"] == "load"


@pytest.mark.parametrize("keep", [True, False])
def test_the_body_never_sees_a_unit_whatever_xarray_keeps(keep: bool) -> None:
    with xr.set_options(keep_attrs=keep):
        for unit in ("kW", "MW"):
            seen: list[xr.DataArray] = []
            declare_units("1", x="MW")(lambda x, seen=seen: seen.append(x) or x)(array([1.0], unit, note="stays"))
            assert seen[0].attrs == {"note": "stays"}


def test_no_copy_where_the_unit_is_already_right_and_none_is_changed() -> None:
    power = array(np.ones(3), "MW")
    result = identity(power)
    assert np.shares_memory(result.values, power.values)
    assert (power.attrs, result.attrs) == ({"units": "MW"}, {"units": "1"})
    assert not np.shares_memory(identity(array(power.values, "kW")).values, power.values)


def test_dask_arrays_stay_lazy() -> None:
    def fail(block: np.ndarray) -> np.ndarray:
        raise AssertionError("computed")

    lazy = dask.array.ones(4, chunks=2).map_blocks(fail, dtype=float, meta=np.empty(0))
    assert isinstance(energy(array(lazy, "kW"), "2 h").data, dask.array.Array)
    whole = energy(array(dask.array.ones(4, chunks=2), "kW"), "2 h")
    np.testing.assert_allclose(whole.compute(), 0.002, rtol=1e-14)


def test_text_and_quantities_become_floats_and_the_result_knows_its_unit() -> None:
    for power in ("500 kW", Quantity(500.0, "kW"), UnitFloat(0.5, "MW"), REGISTRY.Quantity(0.5, pint_unit("MW"))):
        result = energy(power, "2 h")
        assert isinstance(result, UnitFloat)
        assert (float(result), result.units) == (1.0, "MWh")


def test_defaults_are_quantities_too() -> None:
    assert energy("1 MW") == 24.0
    assert energy(array([1.0], "MW"), label=None).item() == 24.0
    assert energy.__wrapped__(2.0, 3.0) == 6.0


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((array([1.0], None), "1 h"), ["energy: power", '"power" has no unit', 'attrs["units"]']),
        ((array([1.0], "kWh"), "1 h"), ["energy: power", "energy", "power"]),
        ((array([1.0], "mW"), "1 h"), ["energy: power", '"MW"']),
        ((5.0, "1 h"), ["energy: power", '"5 MW"']),
        ((np.float64(5.0), "1 h"), ["energy: power", '"5 MW"']),
        ((np.array([5.0]), "1 h"), ["energy: power", "ndarray", "DataArray"]),
        (("1 MW", "1 MW"), ["energy: duration", "expected time"]),
        (("1 MW", True), ["energy: duration", "yes or no"]),
    ],
)
def test_refusals_name_the_function_the_argument_and_the_fix(arguments: tuple[Any, ...], parts: list[str]) -> None:
    with pytest.raises(UnitError) as caught:
        energy(*arguments)
    for part in (__name__.rpartition(".")[2], *parts):
        assert part in str(caught.value)
    named = dict(zip(("power", "duration"), arguments, strict=True))
    with pytest.raises(UnitError) as by_name:
        energy(**named)
    assert str(by_name.value) == str(caught.value)


def test_bare_numbers_pass_for_plain_numbers_only_and_none_passes_everywhere() -> None:
    assert energy("1 MW", "1 h", share=0.5) == 0.5
    assert energy("1 MW", "1 h", None) == 1.0
    with pytest.raises(UnitError, match=r'write "0\.5 %/yr" or "50 %/yr"'):
        declare_units("1", x="1/yr")(lambda x: x)(0.5)


def test_arguments_not_declared_pass_untouched() -> None:
    marker = array([1.0], None)
    seen = declare_units("1", a="1")(lambda a, *rest, b=None, **more: (a, rest, b, more)[0])
    assert seen(0.5, "x", marker, b=marker, c="5 MW") == 0.5
    kept: list[Any] = []
    declare_units("1")(lambda *values, **named: kept.extend([*values, *named.values()]) or 0.0)(marker, "5 MW", b=7)
    assert kept[0] is marker and kept[1:] == ["5 MW", 7]


def test_keyword_only_arguments_are_declared_too() -> None:
    @declare_units("kW", scale="1", power="kW")
    def scaled(scale: Any, *rest: Any, power: Any = "1 MW") -> Any:
        return scale * power + len(rest)

    assert scaled(2.0) == 2000.0
    assert scaled(2.0, "a", "b", power="3 kW") == 8.0


def test_wrong_calls_fail_as_python_functions_do() -> None:
    with pytest.raises(TypeError, match="multiple values"):
        energy("1 MW", power="1 MW")
    with pytest.raises(TypeError, match="unexpected keyword"):
        energy("1 MW", powr="1 MW")
    with pytest.raises(TypeError, match="missing"):
        energy()


def test_signature_doc_and_units_are_those_of_the_function() -> None:
    assert list(inspect.signature(energy).parameters) == ["power", "duration", "share", "label"]
    assert energy.__doc__ == "The energy of a power that lasts."
    assert dict(energy.units) == {"power": "MW", "duration": "h", "share": "1", "return": "MWh"}
    assert pickle.loads(pickle.dumps(UnitFloat(energy("1 MW"), "MWh"))) == 24.0
    with pytest.raises(TypeError):
        energy.units["power"] = "kW"  # type: ignore[index]


@pytest.mark.parametrize(
    ("returns", "inputs", "part"),
    [
        ("MWH", {"x": "MW"}, '"MWh"'),
        ("MW", {"x": "mw"}, '"MW"'),
        (("MW", "oops"), {"x": "MW"}, '"oops"'),
        ({"a": "oops"}, {"x": "MW"}, '"oops"'),
        ("MW", {"z": "MW"}, "z: no such argument"),
        ("MW", {"y": "MW"}, '"5 MW"'),
        ("MW", {"w": "MW"}, "expected power"),
    ],
)
def test_wrong_declarations_fail_where_they_stand(returns: Any, inputs: dict[str, str], part: str) -> None:
    def body(x: Any, y: float = 5.0, w: str = "1 h") -> Any:
        raise AssertionError("never called")

    with pytest.raises(UnitError, match="body: ") as caught:
        declare_units(returns, **inputs)(body)
    assert part in str(caught.value)


def test_several_results_each_get_their_unit() -> None:
    pair = declare_units(("MW", "MWh"), x="MW")(lambda x: (x, x * 24))
    first, second = pair(array([1.0], "GW"))
    assert (units_of(first), first.item(), units_of(second), second.item()) == ("MW", 1000.0, "MWh", 24000.0)

    named = declare_units({"a": "MW", "b": "MWh"}, x="MW")(lambda x: {"a": x, "b": x * 24})
    assert {name: units_of(value) for name, value in named(array([1.0], "MW")).items()} == {"a": "MW", "b": "MWh"}

    dataset = declare_units({"a": "MW", "b": "MWh"}, x="MW")(
        lambda x: xr.Dataset({"a": x, "b": x * 24}, attrs={"title": "kept"})
    )(array([1.0], "MW", note="dropped"))
    assert {name: dict(value.attrs) for name, value in dataset.items()} == {"a": {"units": "MW"}, "b": {"units": "MWh"}}
    assert dataset.attrs == {"title": "kept"}


@pytest.mark.parametrize(
    ("returns", "result", "part"),
    [
        ("MW", np.ones(2), "ndarray"),
        ("MW", None, "NoneType"),
        (("MW", "MW"), (1.0,), "tuple of 2"),
        (("MW", "MW"), 1.0, "tuple of 2"),
        ({"a": "MW"}, {"b": 1.0}, "a, b"),
        ({"a": "MW"}, {"a": 1.0, "b": 1.0}, "differ in b"),
    ],
)
def test_results_that_cannot_be_stamped_are_refused(returns: Any, result: Any, part: str) -> None:
    with pytest.raises(UnitError) as caught:
        declare_units(returns)(lambda: result)()
    assert part in str(caught.value)


def test_stamp_strip_and_converted_leave_their_argument_alone() -> None:
    power = array([1.0], "GW", note="n")
    assert stamp(power, "MW").attrs == {"units": "MW"}
    assert strip(power, "MW").attrs == {"note": "n"}
    assert (converted(power, "MW").item(), converted(power, "MW").attrs) == (1000.0, {"units": "MW"})
    assert strip(power, "GW").attrs == {"note": "n"}
    assert power.attrs == {"note": "n", "units": "GW"}
    with pytest.raises(UnitError):
        stamp(power, "megawatt")


@settings(deadline=None)
@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=5),
    st.sampled_from(["W", "kW", "MW", "GW", "万千瓦", "TWh/yr"]),
    st.sampled_from(["min", "h", "d", "yr"]),
)
def test_the_answer_does_not_depend_on_the_units_it_was_asked_in(values: list[float], power: str, time: str) -> None:
    plain = energy(array(values, "MW"), "3 h")
    swapped = energy(
        array(np.array(values) * unit_factor("MW", power), power), Quantity(3 * unit_factor("h", time), time)
    )
    np.testing.assert_allclose(swapped, plain, rtol=1e-13)
    assert swapped.attrs == plain.attrs
