# %% [markdown]
# # The certificate: what does it say, and what does it not say?
#
# "Carbon neutral" can mean that a park emits nothing, or that it emits, counts, and retires a credit for each ton. Yizhuang's certificate is of the second kind. What would the nation's total be if
# thousands of zones took such certificates?

# %%
import decarb as dc

language = "en"  # "zh" for labels and figures in Chinese

# %% [markdown]
# ## What it says
#
# A claim has a boundary, a period, a statement under ISO 14064-1, and credits (CCER), one for each ton. For Yizhuang credits were announced, without a serial number.

# %%
park = dc.run_park("yizhuang")
claim = park.claim
print(f"boundary: {claim.boundary}\nstandard: {claim.standard}")
print(
    f"statement: {claim.statement.value:,.0f} {claim.statement.unit}, assumption range {claim.low.value:,.0f} to {claim.high.value:,.0f}"
)
for name, amount in claim.groups.items():
    print(f"  {name}: {amount.value:,.0f} {amount.unit}")
print(
    f"credits needed: {claim.needed:,}; announced as retired: {claim.announced.value:,.0f}; listed with a serial: {len(claim.credits or ())}"
)

# %% [markdown]
# Credits stand in no line of the statement: they do not lower what the park emits. Nor are these in it:

# %%
print(*claim.not_quantified, sep="\n")

# %% [markdown]
# ## What it does not say: an experiment
#
# Three worlds, alike in all but the zones. In `no-template` no zone does anything. In `ccer-only` 1,078 zones take the certificate and build nothing. In `china-2060` they build, too.

# %%
names = ("no-template", "ccer-only", "china-2060")
runs = {name: dc.run(name) for name in names}

# %%
for name, run in runs.items():
    year = run.annual.sel(year=2060)
    emitted, claimed = (float(year[column].sum()) for column in ("park_emissions", "claimed_net_emissions"))
    nation = float(year["net_co2"].sum())
    print(f"{name:12} parks emit {emitted:5.0f}, claim {claimed:5.0f} Mt CO2e; the nation's net CO2: {nation:,.1f} Mt")

# %% [markdown]
# Zones that claim and build nothing say 336 Mt less than they emit, and the nation emits exactly what it did. The reduction behind a credit lowered the total already, where it happened; a certificate for green power leaves
# the other buyers with the dirtier rest.

# %%
dc.figures.claims(runs["ccer-only"].annual, language=language)

# %% [markdown]
# In `china-2060` zones build as well. Then the total falls, by 166 Mt, and that is what was built and saved. The claims gap of 312 Mt stands beside it:

# %%
dc.figures.claims(runs["china-2060"].annual, language=language)

# %% [markdown]
# ## When does a credit move a ton?
#
# Where the money for it causes a reduction that would not have happened. That share is a choice of the scenario, `credits.additionality`, and 0 unless you say otherwise. At 1, every credit that parks use takes its ton off CO2 of power and heat:

# %%
additional = dc.run(dc.load_scenario("china-2060").replace({"credits.additionality": "1"}))
caused = float(additional.annual["caused_abatement"].sel(year=2060).sum())
print(
    f"{caused:.0f} Mt in 2060: net CO2 is {float(additional.annual['net_co2'].sel(year=2060).sum()):,.0f} and not 4,252 Mt"
)

# %% [markdown]
# ## The headline, checked

# %%
totals = ("gross_co2", "net_co2", "net_ghg")
assert all(
    (runs["ccer-only"].annual[total] == runs["no-template"].annual[total]).all() for total in totals
)  # to the last bit
assert round(float(runs["ccer-only"].annual["claims_gap"].sel(year=2060))) == 336  # Mt CO2e
assert round(float(runs["china-2060"].annual["claims_gap"].sel(year=2060))) == 312
assert claim.needed == 10_489 and claim.credits is None  # announced credits without a serial cover nothing here

# %% [markdown]
# **What this does not tell.** Whether Yizhuang's credits were sound: no serials and no projects were published. How additional credits really are: nobody can read that off a register. And the path of credits issued to 2060
# is an assumption.
