"""Every figure of the package: each a function of a Dataset that gives a `Picture`."""

from decarb.report.figures._old import pathway_figure

__all__ = ["pathway_figure"]
