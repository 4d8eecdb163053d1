# %% [markdown]
# # A sweep: how sure is a verdict, and what decides it?
#
# `china-2060` is one line. Thirty of its assumptions have ranges; here each is drawn from its range, thousands of times, and each pathway is judged by the same targets.
#
# **Ranges are assumptions and samples inside them are even: a share of pathways is no probability.**

# %%
import os
import tempfile
from pathlib import Path

import decarb as dc

language = "en"  # "zh" for labels and figures in Chinese
scenarios = int(os.environ.get("DECARB_NOTEBOOK_SCENARIOS", "20000"))

# %% [markdown]
# ## Run it
#
# 20,000 pathways take half a minute. Whatever stops a sweep, the same line goes on where it was left. Here the store is a folder for the moment; give it a name of yours to keep it.

# %%
folder = tempfile.TemporaryDirectory()
done = dc.sweep("national-uncertainty", Path(folder.name) / "mine.zarr", scenarios=scenarios)
print(*done.words(), sep="\n")

# %% [markdown]
# ## What it says

# %%
answer = dc.summary(done.store)
print(*answer.headline(), sep="\n\n")

# %% [markdown]
# The store is Zarr; `dc.open_sweep` looks whether it is whole and gives plain xarray.

# %%
store = dc.open_sweep(done.store)
store

# %% [markdown]
# ## How wide
#
# Bands of net CO2 over all pathways. They are no confidence: they say where pathways lie, if all ranges are believed alike.

# %%
dc.figures.fan(answer.summary.series, "net_co2", language=language)

# %% [markdown]
# ## What decides
#
# First-order and total Sobol indices: which part of the spread goes with each assumption, alone and with others. Mind the error bars: with few pathways they are wide, and halving them takes four times as many.

# %%
shares = answer.variance.to_dataset()
dc.figures.sobol(shares, language=language)

# %% [markdown]
# And where one target holds: the share of pathways that meet it, in each fifth of the assumptions that matter most to it.

# %%
dc.figures.success(store, "ndc-2035", language=language)

# %% [markdown]
# ## One pathway in full
#
# Any scenario of a sweep can be run again by its number, by the chain of a single run. This is the one with the lowest net CO2 in 2060:

# %%
lowest = int(store["net_co2"].sel(year=2060).argmin("scenario"))
again = dc.regenerate(done.store, [lowest])
print(f"pathway {lowest}: {float(again.annual['net_co2'].sel(year=2060).sum()):,.0f} Mt CO2 in 2060")
store["input"].isel(scenario=lowest).to_series().head(10)

# %% [markdown]
# ## The headline, checked

# %%
total_order = shares["total_order"].sel(output="net_co2 2060").to_series().sort_values(ascending=False)
assert int((store["status"] == 0).sum()) == scenarios  # all were computed, none was dropped
assert float(answer.summary.together["share_met"]) < 0.001  # next to none meets all 11 targets together
assert total_order.index[0] == "economy.electricity_intensity_change"  # what decides most

# %%
store.close()
folder.cleanup()

# %% [markdown]
# **What this does not tell.** No probability, for nobody says that the middle of a range is likelier than its ends. Axes are independent here; in reality growth and intensity move together. What no axis moves has no spread: the
# weather, the mix of zones, the equations themselves. Your own axes, correlations and methods: `docs/sweeps.md`.
