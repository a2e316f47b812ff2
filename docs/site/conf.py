"""The documentation as a site: the Markdown of the repository as it is, in four rooms, and the API from docstrings."""

from __future__ import annotations

from qa_rules.version import VERSION

project = "qa-rules"
author = "the authors of qa-rules"
release = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/site/index"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "SECURITY.md",
    "docs/*.md",
    "docs/checks/*.md",
    "docs/decisions/*.md",
    "docs/site/*.md",
    "rulesets/**/README.md",
]
exclude_patterns = [".venv", "dist", "tests"]

myst_heading_anchors = 4
suppress_warnings = ["myst.xref_missing"]
"""Links to files that are no pages (rulesets, examples, LICENSE) stay as they are; a test looks that each is there."""

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"

html_theme = "furo"
html_title = "qa-rules"
