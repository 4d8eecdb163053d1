# %% [markdown]
# # Other economies: is China's plan steeper than anyone's?
#
# From peak to neutrality the EU has 71 years, the UK 79, China 30. That is often said. What rates does it mean, on one definition, and what have others shown to be possible?

# %%
import decarb as dc

language = "en"  # "zh" for labels and figures in Chinese

# %% [markdown]
# ## Six economies and a scenario
#
# CO2 of fuel and industry for all, from one source (the Global Carbon Budget 2025). China counts from its goal of a peak by 2030; a goal of neutrality is set beside a peak as 8.2 % of it left, what 8 % a year leave after 30 years.

# %%
results = dc.run("china-2060")
table = dc.economies(results)
columns = [
    "peak_year",
    "goal_year",
    "rate_last_decade",
    "fastest_decade_rate",
    "required_rate_from_peak",
    "required_rate_from_now",
]
rates = table[columns].to_dataframe()[columns]
rates.round(3)

# %%
dc.figures.economies(table, language=language)

# %% [markdown]
# ## From the peak, and from now
#
# From the peak on, China's rate is the highest. But others spent their gentle decades already: from the last observed year on, they have to fall as steeply.

# %%
others = ["European Union (27)", "United Kingdom", "Japan"]
for column, since in (("required_rate_from_peak", "from the peak"), ("required_rate_from_now", "from 2024 on")):
    low, high = rates.loc[others, column].min(), rates.loc[others, column].max()
    print(f"{since}: China {rates.loc['China', column]:.1%}, others {low:.1%} to {high:.1%}")

# %% [markdown]
# What nobody has shown yet is such a rate over decades. The fastest ten years of each, in per cent a year (negative: it grew):

# %%
(100 * rates["fastest_decade_rate"]).drop("China, this scenario").round(1).sort_values(ascending=False)

# %% [markdown]
# ## What stated policies give
#
# The scenario has a row of its own. It peaks in 2023, with decades to fall; it falls slowly.

# %%
scenario = rates.loc["China, this scenario"]
print(
    f"peak {scenario['peak_year']:.0f}; to leave the same share in 2060 it would fall {scenario['required_rate_from_now']:.1%} a year from now on"
)
print(f"it falls {float(table['planned_rate'].sel(economy='China, this scenario')):.1%} a year from its peak to 2060")

# %% [markdown]
# ## The headline, checked

# %%
assert round(100 * rates.loc["China", "required_rate_from_peak"], 1) == 8.0  # % a year from peak to goal
assert [
    round(100 * rates.loc[others, "required_rate_from_peak"].min(), 1),
    round(100 * rates.loc[others, "required_rate_from_peak"].max(), 1),
] == [3.1, 6.5]
assert round(100 * rates.loc["China", "required_rate_from_now"], 1) == 6.7  # from 2024 on: steep, and not alone
assert rates.loc[[*others, "United States"], "fastest_decade_rate"].max() < 0.05  # nobody fell 5 % a year for ten years

# %% [markdown]
# **What this does not tell.** Who ought to do more: rates say nothing of wealth, of what was emitted before, or of goods made for others. Territorial CO2 alone is compared, without land and other gases, and a goal that is a law is set beside one that is a pledge.
