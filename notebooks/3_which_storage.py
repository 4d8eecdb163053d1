# %% [markdown]
# # Which storage: which of three stores earns its place in a park?
#
# Yizhuang has lithium cells (1 MW, 2 MWh), a flow battery (0.2 MW, 0.8 MWh) and a supercapacitor (0.5 MW, 0.02 MWh). Each is asked alone, and all together, in the same park, the same weather and the same
# tariff of Beijing.

# %%
import pandas as pd

import decarb as dc

language = "en"  # "zh" for labels and figures in Chinese

# %% [markdown]
# ## The same park with different stores
#
# Any system of a park can be switched off by a setting; nothing else changes.

# %%
STORES = ("lithium", "flow_battery", "supercapacitor")
options = {"no store": (), **{store: (store,) for store in STORES}, "all three": STORES}
parks = {
    name: dc.run_park("yizhuang", settings={f"{store}.on": store in kept for store in STORES})
    for name, kept in options.items()
}


# %%
def row(park: dc.ParkResults) -> dict[str, float]:
    """What a planner would compare."""
    return {
        "load met on site [%]": 100 * float(park.annual["self_sufficiency"]),
        "grid import [MWh/yr]": float(park.annual["grid_import"]),
        "statement [t CO2e/yr]": float(park.annual["emissions"]),
        "bill [CNY/yr]": float(park.cost["electricity_bill"]),
        "worth of the park [CNY]": float(park.cost["net_present_value"]),
    }


table = pd.DataFrame({name: row(park) for name, park in parks.items()}).T
table.round(1)

# %% [markdown]
# The worth is the net present value of the whole park against its twin on grid supply only, in CNY of 2025. So what a store adds is the difference to "no store":

# %%
added = (table - table.loc["no store"]).drop("no store")
added.round(1)

# %% [markdown]
# Lithium alone earns more than it costs: it buys at night and discharges at the peak. The flow battery lowers the bill too, by less than it costs. The supercapacitor does next to nothing for a bill, since it
# holds 0.02 MWh, and costs most for each kWh.
#
# ## Do stores lower emissions?
#
# In the park's own statement lithium does, a little, for less is sold and more is used on site. Counted with what others on the grid are supplied, **no**: power is moved from cheap hours to dear ones, and some is
# lost on the way. By the mean factor of the grid:

# %%
effect = pd.Series(
    {name: float(park.cost["storage_system_emission_change"]) for name, park in parks.items() if name != "no store"}
)
effect.round(1).rename("t CO2e/yr, park and grid together")

# %% [markdown]
# ## A store is judged by what it is for
#
# The supercapacitor works in seconds and minutes, which means of an hour do not show. On steps of 15 minutes, with gusts and clouds drawn inside the hours, it delivers more, and it takes away a part of the changes
# of grid power from step to step:

# %%
alone = parks["supercapacitor"].annual
print(f"{float(alone['discharge'].sel(store='supercapacitor')):.0f} MWh a year on steps of an hour")
print(f"{float(alone['supercapacitor_discharge_at_15_min']):.0f} MWh a year on steps of 15 minutes")
print(f"{float(alone['supercapacitor_ramp_cover_at_15_min']):.1%} of the changes of grid power taken away")

# %%
dc.figures.week(parks["all three"].steps, language=language)

# %% [markdown]
# ## The headline, checked

# %%
worth = added["worth of the park [CNY]"]
assert worth["lithium"] > 0 > worth["flow_battery"] > worth["supercapacitor"]
assert round(worth["lithium"], -5) == 2_500_000  # CNY of 2025, over 20 years
assert effect["lithium"] > 0 and effect["flow_battery"] > 0  # both raise emissions of park and grid together

# %% [markdown]
# **What this does not tell.** The tariff is Beijing's of one month of 2025 without a charge on demand, which is what stores are often bought for; the price of a supercapacitor is an assumption between 53,000 and
# 318,000 CNY a kWh; the rule of the microgrid looks at no forecast. That stores raise emissions holds for a grid with one factor at all hours: where cheap hours are clean hours, it turns round. And in the nation's
# scenarios nothing is curtailed, so that a store saves no wind.
