"""How the documentation is built: `python3 dev.py docs`. No page asks another host for anything."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import generated  # noqa: E402 - it stands beside this file

import decarb  # noqa: E402 - the checkout, whatever else is installed

project = "decarb"
author = "the decarb contributors"
project_copyright = "the decarb contributors, Apache-2.0"
version = release = decarb.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_generated/.gitignore"]

html_theme = "sphinx_book_theme"
html_title = "decarb"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"use_download_button": False, "use_fullscreen_button": False, "show_toc_level": 2}

# Equations are written in plain characters, so that no page has to fetch a script that sets them.
html_math_renderer = None
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Notebooks are run by the tests (tests/notebooks), at the size that tests have time for; here they are read.
nb_execution_mode = "off"

# Packages of extras that are not installed need not be, to read what is said of the functions that use them.
autodoc_mock_imports = [
    name
    for name in ("SALib", "distributed", "ipywidgets", "anywidget", "panel", "plotly", "pyam", "sklearn")
    if find_spec(name) is None
]
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

generated.write(HERE / "_generated")
