# %% [markdown]
# # The pathway and its verdict: how steep, whose rest, and what would have to change?
#
# When Yizhuang was certified, it was said that China must peak by 2030, be neutral by 2060, and therefore cut 8-10 % a year after 2030. What do stated policies give, and how far is a pathway that gets there?

# %%
import decarb as dc

language = "en"  # "zh" for labels and figures in Chinese
stated, neutral = dc.run("china-2060"), dc.run("neutral-2060")

# %% [markdown]
# ## Two pathways
#
# `china-2060` follows stated policies. `neutral-2060` moves 23 levers 57 % of the way to their helping ends: a pathway that was solved for, not one that anybody has promised.

# %%
dc.figures.pathway(stated.annual, stated.verdict, language=language)

# %%
dc.figures.pathway(neutral.annual, neutral.verdict, language=language)

# %% [markdown]
# ## How steep
#
# "8-10 % a year" is a mean compound rate of gross CO2. It has a start and an end, so there is one for each pair of years:

# %%
dc.figures.rates(stated.annual, language=language)

# %%
dc.figures.rates(neutral.annual, language=language)

# %% [markdown]
# A compound rate never reaches zero. Kept for 30 years:

# %%
for rate in (0.08, 0.10):
    print(f"{rate:.0%} a year leaves {(1 - rate) ** 30:.1%} of the level of 2030")

# %% [markdown]
# So something has to take the rest, and a rate of net emissions has no value where they are at or below zero: it is undefined, not infinite.
#
# ## Whose rest
#
# Where the CO2 of 2060 stands, if policies stay as stated: by province, and added up from 2020.

# %%
dc.figures.tiles(stated.annual, "gross_co2", 2060, language=language)

# %%
dc.figures.budget(stated.annual, language=language)

# %% [markdown]
# ## What would have to change
#
# The difference between the two pathways, split by lever. The parts add exactly: each is a mean over all orders in which levers can be pulled (Shapley).

# %%
why = dc.why("neutral-2060", "china-2060")
dc.figures.wedges(why.totals, "net_co2", language=language)

# %%
parts = why.totals["net_co2_parts"].sel(year=2060).to_series()
parts.round(0)

# %% [markdown]
# Most of it is the grid and the trend of intensity, which is how much energy and CO2 a unit of GDP takes. What the parks do is small beside both:

# %%
template = dc.attribute("no-template", "china-2060").contributions.sel(year=2060).to_series()
template.round(0)

# %% [markdown]
# ## The headline, checked

# %%
verdicts = {
    name: {item.target: item for item in run.verdict.verdicts}
    for name, run in (("stated", stated), ("neutral", neutral))
}
assert round(100 * verdicts["stated"]["rate-2030-2060"].value, 2) == 2.29  # % a year, where 8 are wanted
assert round(100 * verdicts["neutral"]["rate-2030-2060"].value, 2) == 9.06
assert (
    verdicts["stated"]["neutral-2060-ghg"].verdict == "fail"
    and verdicts["neutral"]["neutral-2060-ghg"].verdict == "pass"
)
difference = float(
    (neutral.annual["net_co2"].sum(["province", "sector"]) - stated.annual["net_co2"].sum(["province", "sector"])).sel(
        year=2060
    )
)
assert abs(parts.sum() - difference) < 1e-6  # Mt CO2 a year: the parts add up

# %% [markdown]
# **What this does not tell.** Whether 57 % of the way can be had: helping ends are ends of assumed ranges, and 23 levers at once are bold. That a lever has the largest part does not say who should pull it. Told nothing after 2015, these
# equations missed the CO2 of 2016-2023 by 4.8 % on average, more than naive growth did (`docs/backcast.md`). Why each target is missed, against levers held in 2025: `decarb why china-2060`.
