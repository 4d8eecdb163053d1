"""A rollout asks for no more zones than ever adopt, and falls no faster than they grow old."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from decarb.errors import InputError
from decarb.scenario.scenario import Scenario, load_scenario

CHINA = load_scenario("china-2060")
SIX = ("research_campus", "electronics", "chemicals", "logistics", "metals", "general")


def rollout(**stated: Any) -> Scenario:
    return CHINA.replace(rollout=stated)


def refused(**stated: Any) -> str:
    with pytest.raises(InputError) as caught:
        rollout(**stated)
    return str(caught.value)


def tabled(path: dict[int, float], **stated: Any) -> dict[str, Any]:
    return {"curve": "table", "table": {year: f"{zones} zone" for year, zones in path.items()}} | stated


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        # 0.6 of 552 + 1,991 zones are 1,525.8, and 0.1 of them 254.3.
        (tabled({2030: 100, 2040: 1526}), "rollout.table.2040: 1526 zone, and 1525.8 zones ever adopt"),
        (tabled({2030: 300}, ceiling=0.1), "300 zone, and 254.3 zones ever adopt"),
        ({"lists": {2025: "52 zone", 2030: "2500 zone"}}, "rollout.lists.2030: 2500 zone, and 1525.8 zones ever adopt"),
        ({"curve": "logistic", "anchor": "1600 zone"}, "rollout.anchor: 1600 zone, and 1525.8 zones ever adopt"),
        ({"curve": "bass", "anchor": "300 zone", "ceiling": 0.1}, "254.3 zones ever adopt (each ceiling times its"),
        # Each of the six at 0.1, under a general ceiling of 0.6: 254.3 of 2,543.
        (tabled({2040: 1000}, ceiling_of=dict.fromkeys(SIX, 0.1)), "1000 zone, and 254.3 zones ever adopt"),
        # 0.1 of 552 national zones and 0.6 of 1,991 provincial ones: 55.2 + 1,194.6.
        (tabled({2040: 1300}, ceiling_of={"national": 0.1}), "1300 zone, and 1249.8 zones ever adopt"),
    ],
)
def test_more_zones_than_ever_adopt_are_refused(stated: dict[str, Any], said: str) -> None:
    assert said in refused(**stated) and "write less, or raise ceiling or ceiling_of" in refused(**stated)


def test_up_to_the_ceiling_all_is_accepted_and_anything_where_no_zone_adopts() -> None:
    rollout(lists={2030: "1525 zone"})
    rollout(lists={2030: "2500 zone"}, ceiling=1)
    rollout(lists={2030: "2500 zone"}, ceiling=0)
    rollout(**tabled({2040: 1249}, ceiling_of={"national": 0.1}))
    rollout(curve="logistic", anchor="1525 zone")


def test_own_lists_of_zones_count() -> None:
    cohort = {"level": "provincial", "archetype": "general", "zones": "1000 zone", "electricity": "1000 GWh/yr"}
    own = {"list": {"Hebei": {"file": "x.csv", "cohorts": [cohort]}}}
    # 0.6 of 2,543 - 153 + 1,000 zones are about 2,034.
    CHINA.replace(rollout=tabled({2040: 2000}), zones=own)
    with pytest.raises(InputError, match=r"1700 zone, and 1525\.8 zones"):
        CHINA.replace(rollout=tabled({2040: 1700}))


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        # 100 are built by 2030 and live 20 years: none closes by 2040.
        (tabled({2030: 100, 2040: 90}, lifetime="20 yr"), "99 zones in 2031, and 100 still operate: none closes"),
        # All close at the end of 2050 and are built again, as 100 are wanted then: none closes in 2051.
        (tabled({2030: 100, 2050: 100, 2051: 0}, lifetime="20 yr"), "table.2051: 0 zones in 2051, and 100 still"),
    ],
)
def test_a_fall_faster_than_ages_allow_is_refused_with_its_year(stated: dict[str, Any], said: str) -> None:
    assert said in refused(**stated) and "let it fall later or less, or write a shorter life" in refused(**stated)


def test_a_fall_that_ages_allow_is_accepted() -> None:
    rollout(**tabled({2030: 100, 2049: 100, 2050: 0}, lifetime="20 yr"))
    rollout(**tabled({2030: 100, 2040: 90}, lifetime="1 yr"))
    rollout(**tabled({2030: 100, 2040: 200}, lifetime="5 yr", renewed_share=0))


def test_the_place_of_the_year_is_told(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: china-2060\nrollout:\n  curve: table\n  table:\n    2040: 9999 zone\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.yaml:5:11: rollout\.table\.2040: 9999 zone"):
        load_scenario(mine)
    with pytest.raises(InputError, match=r"^--set rollout\.table\.2040: 9999 zone"):
        load_scenario("china-2060", ["rollout.curve=table", "rollout.table.2040=9999 zone"])
