"""Every figure of the package: each a function of a Dataset that gives a `Picture`, drawn when it is asked to be."""

from decarb.report.figures.budget import budget
from decarb.report.figures.claims import claims
from decarb.report.figures.cost_curve import cost_curve
from decarb.report.figures.economies import economies
from decarb.report.figures.energy import energy
from decarb.report.figures.fan import fan
from decarb.report.figures.pathway import pathway
from decarb.report.figures.picture import Picture
from decarb.report.figures.rates import rates
from decarb.report.figures.sobol import sobol
from decarb.report.figures.success import success
from decarb.report.figures.tiles import tiles
from decarb.report.figures.wedges import wedges
from decarb.report.figures.week import week

__all__ = [
    "Picture",
    "budget",
    "claims",
    "cost_curve",
    "economies",
    "energy",
    "fan",
    "pathway",
    "rates",
    "sobol",
    "success",
    "tiles",
    "wedges",
    "week",
]
