"""What a person may write about money: prices with their price year, and how prices of plants go on."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from decarb.scenario.fields import Spec, reads
from decarb.units import Quantity

MOST: Final = 1e4  # CNY_2025 a ton; far above any price seen

DiscountRate = Annotated[Quantity, reads("1/yr", 0.0, 0.5), Field(examples=["8 %/yr"])]
PowerPrice = Annotated[Quantity, reads("CNY_2025/kWh", 0.0, 5.0), Field(examples=["0.25 CNY_2025/kWh"])]
CoalPrice = Annotated[Quantity, reads("CNY_2025/t", 0.0, MOST), Field(examples=["670 CNY_2025/t"])]
CreditPrice = Annotated[Quantity, reads("CNY_2025/t CO2e", 0.0, MOST), Field(examples=["70 CNY_2025/t CO2e"])]
AllowancePrice = Annotated[Quantity, reads("CNY_2025/t CO2", 0.0, MOST), Field(examples=["62 CNY_2025/t CO2"])]


class CostSpec(Spec):
    """Prices of plants by the table or the experience curve, and prices that hold after 2025."""

    curve: Literal["table", "learning"] = "table"
    discount_rate: DiscountRate | None = None
    electricity_grid_fee: PowerPrice | None = None
    coal_price: CoalPrice | None = None
    credit_price: CreditPrice | None = None
    allowance_price: AllowancePrice | None = None
