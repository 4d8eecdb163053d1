"""Many pathways judged as arrays get the verdicts that each gets alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from decarb.analysis.checking import WORDS, Checked, check_file
from decarb.api import check
from decarb.errors import CallError
from decarb.scenario.foreign import read_pathway

YEARS = np.arange(2020, 2061, 5)
UNITS = {
    "Gross Emissions|CO2": "Mt CO2/yr",
    "Emissions|CO2": "Mt CO2/yr",
    "Emissions|Kyoto Gases [AR5GWP100]": "Mt CO2-equiv/yr",
    "Emissions|CO2|AFOLU": "Mt CO2/yr",
    "GDP|MER": "billion CNY_2020/yr",
    "Primary Energy|Non-Fossil Share [Coal Equivalent]": "%",
}


def drawn(count: int) -> pd.DataFrame:
    """Pathways of every kind: some end early, have gaps, reach zero, lack a total or count the land otherwise."""
    random, rows = np.random.default_rng(2021), []
    for number in range(count):
        path = np.concatenate(
            [random.uniform(9e3, 13e3, 4), np.linspace(random.uniform(5e3, 9e3), random.uniform(-500, 1500), 5)]
        )
        for at, (variable, unit) in enumerate(UNITS.items()):
            own = path - random.uniform(0, 2e3) * (at > 0) if at < 3 else random.uniform(15, 40, YEARS.size)
            own = np.where((number % 5 == 1) & (YEARS > 2050), np.nan, own)
            own = np.where((number % 7 == 2) & np.isin(YEARS, random.choice(YEARS, 3)), np.nan, own)
            own = np.where((number % 6 == 3) & (YEARS < 2030), np.nan, own)
            if (number + at) % 9 and (at != 3 or number % 2):
                rows.append([f"M{number % 3}", f"S{number}", "China", variable, unit, *own])
    return pd.DataFrame(rows, columns=["model", "scenario", "region", "variable", "unit", *YEARS])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("many") / "many.csv"
    drawn(28).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def checked(file: Path) -> Checked:
    return check_file(file)


def test_every_verdict_is_that_of_the_pathway_alone(file: Path, checked: Checked) -> None:
    found = checked.frame().set_index(["model", "scenario", "target"])
    kinds = set()
    for model, scenario in {(row[0], row[1]) for row in found.index}:
        alone = check(read_pathway(file, model=model, scenario=scenario))
        for item in alone.verdicts:
            one = found.loc[(model, scenario, item.target)]
            assert one["verdict"] == item.verdict, (scenario, item)
            assert pd.isna(one["value"]) if item.value is None else one["value"] == pytest.approx(item.value, rel=1e-12)
            why = str(one["undefined_because"])
            # What is said of many leaves out the numbers of one.
            assert item.reason.startswith(why.split(" take nothing")[0]) if item.verdict == "undefined" else not why
            kinds.add((item.target, item.verdict))
    assert len(kinds) > 25  # the sample tries most targets in most ways


def test_shares_count_only_those_that_are_judged(checked: Checked) -> None:
    shares, frame = checked.shares(), checked.frame()
    for target, own in frame.groupby("target"):
        known = own[own["verdict"] != "undefined"]
        if len(known):
            assert shares.at[target, "share"] == pytest.approx((known["verdict"] == "pass").mean())
        assert shares.loc[target, list(WORDS.values())].sum() == len(own) == 28
    assert pd.isna(shares.at["wind-solar-2030", "share"])
    assert "wind-solar-2030: undefined for all" in checked.words()


def test_no_number_is_infinite_and_what_is_missing_has_its_reason(checked: Checked) -> None:
    frame = checked.frame()
    numbers = frame["value"].dropna().astype(float)
    assert np.isfinite(numbers).all()
    undefined = frame["verdict"] == "undefined"
    assert (frame["undefined_because"].str.len() > 0).equals(undefined)
    assert frame["value"].isna().equals(undefined)


def test_a_rate_at_zero_is_undefined_in_words(tmp_path: Path) -> None:
    path = tmp_path / "zero.csv"
    path.write_text(
        "model,scenario,region,variable,unit,2025,2030,2060\n"
        "M,S,China,Gross Emissions|CO2,Mt CO2/yr,12,11,0\nM,T,China,Gross Emissions|CO2,Mt CO2/yr,12,11,0.5\n"
    )
    found = check_file(path, target="rate-2030-2060")
    assert found.frame()["verdict"].tolist() == ["undefined", "pass"]
    assert found.causes() == [
        "rate-2030-2060 undefined for 1, because gross_co2: the value at the end is zero or negative, "
        "so no percentage rate exists"
    ]
    assert found.shares().at["rate-2030-2060", "share"] == 1.0


def test_one_variable_and_one_target_can_be_asked_for(file: Path) -> None:
    found = check_file(file, variable="Emissions|CO2|AFOLU", target="neutral-2060-co2")
    assert found.judged.sizes["target"] == 1 and set(found.frame()["verdict"]) <= {"fail", "undefined"}
    with pytest.raises(CallError, match="is no target"):
        check_file(file, target="neutral")


def test_it_says_what_it_is(checked: Checked, tmp_path: Path) -> None:
    assert repr(checked) == "Checked('many.csv': 28 scenarios, 14 targets)"
    assert "28 scenarios of many.csv, China" in str(checked)
    assert "<table" in checked._repr_html_()
    path = tmp_path / "<b>.csv"
    path.write_text("year,net_co2 [Mt CO2/yr]\n2020,8\n2060,-1\n")
    assert "<b>.csv" not in check_file(path)._repr_html_()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pandas, in pyam
def test_rates_are_those_of_pyam_where_pyam_has_one(tmp_path: Path) -> None:
    pyam = pytest.importorskip("pyam", reason='needs the [iamc] extra: pip install "decarb[iamc]"')
    paths = {"falls": (100.0, 8.0), "rises": (100.0, 120.0), "zero": (100.0, 0.0)}
    rows = [["M", name, "China", "Gross Emissions|CO2", "Mt CO2/yr", *ends] for name, ends in paths.items()]
    frame = pd.DataFrame(rows, columns=["model", "scenario", "region", "variable", "unit", 2030, 2060])
    frame.to_csv(tmp_path / "rates.csv", index=False)
    ours = check_file(tmp_path / "rates.csv", target="rate-2030-2060").frame().set_index("scenario")
    for name in ("falls", "rises"):
        theirs = pyam.IamDataFrame(frame[frame["scenario"] == name]).compute.growth_rate(
            {"Gross Emissions|CO2": "rate"}
        )
        assert ours.at[name, "value"] == pytest.approx(-float(theirs.data["value"].iloc[0]), rel=1e-9)
    with pytest.raises(ValueError, match="Cannot compute growth rate"):
        pyam.IamDataFrame(frame[frame["scenario"] == "zero"]).compute.growth_rate({"Gross Emissions|CO2": "rate"})
    assert "no percentage rate exists" in ours.at["zero", "undefined_because"]
