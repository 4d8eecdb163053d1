# %% [markdown]
# # One park: what does it emit, what may it claim, what does it cost?
#
# In January 2021 a smart park in Yizhuang, Beijing, was certified carbon neutral: 4.8 MW of wind, 1.3 MW of PV, a microgrid with three stores. It announced 50 % clean power
# and 11,937 t CO2e, all of it offset. Its load, its stores and the split of its emissions were never published; the park file states what is assumed in their place.

# %%
import decarb as dc
from decarb.variables import label

language = "en"  # "zh" for labels and figures in Chinese

# %%
park = dc.run_park("yizhuang")
park

# %% [markdown]
# ## Where its electricity comes from, and where it goes
#
# 8,760 hours are simulated: own generation serves the load first, then the stores act, then the grid.

# %%
dc.figures.energy(park.annual, language=language)

# %% [markdown]
# Over a year the park generates half of what it uses; hour by hour it meets a third. The rest of its generation is sold at hours when it is not needed.

# %%
shares = ("generation_over_load", "clean_use_share", "self_sufficiency", "self_consumption")
print(*(f"{label(name, language)}: {float(park.annual[name]):.1%}" for name in shares), sep="\n")

# %% [markdown]
# The week in which load less wind and sun swings most:

# %%
dc.figures.week(park.steps, language=language)

# %% [markdown]
# ## What it emits
#
# The lines of ISO 14064-1, in t CO2e a year. *Location-based*: power from the grid by the factor of the grid. *Market-based*: by contracts. The difference is no ton.

# %%
statement = park.annual[["statement", "statement_market"]].to_dataframe()[["statement", "statement_market"]]
statement.round(0)

# %%
spread = park.spread["emissions"].to_series().round(0)
print(
    f"{float(park.annual['emissions']):,.0f} t CO2e; assumption range {spread['p5']:,.0f} to {spread['p95']:,.0f}; announced: 11,937"
)

# %% [markdown]
# ## What the rulebooks say
#
# The same park under the claim of 2021, the notice on zero-carbon parks of 2025 (no. 910) and ISO 14068-1.

# %%
for standard in park.standards:
    print(f"\n{standard.id}: {standard.verdict}")
    print(*(f"  {rule.rule}: {rule.verdict} {rule.reason}" for rule in standard.rules), sep="\n")

# %% [markdown]
# ## What it costs
#
# Against its twin: the same park on grid supply only. What stands in for unknown prices is listed with the numbers.

# %%
for name in ("total_investment", "annual_saving", "net_present_value", "simple_payback", "abatement_cost"):
    money = park.cost[name]
    print(f"{label(name, language)}: {float(money):,.0f} {money.attrs['units']}")
print("\nrests on:", *park.cost.attrs["notes"], sep="\n  ")

# %% [markdown]
# ## What a reader should see first

# %%
print(*park.flags, sep="\n\n")

# %% [markdown]
# ## The headline, checked

# %%
assert round(float(park.annual["emissions"])) == 10_488  # t CO2e a year
assert spread["p5"] < 11_937 < spread["p95"]  # what was announced lies inside the assumption range
assert round(float(park.annual["self_sufficiency"]), 3) == 0.346

# %% [markdown]
# **What this does not tell.** That 11,937 t lies inside the range proves little: the ranges of load and gas were drawn up with it in view. The weather is synthetic, made from a seed and scaled to
# the stated yields: it is good for a year, not for a day. Commuting, goods and the making of fuels are in no line. To run your own park: `dc.run_park("my-park.yaml")`,
# and `decarb new my-park.yaml --park` for a file to start from.
