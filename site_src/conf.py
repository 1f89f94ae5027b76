"""Sphinx's settings for the HTML edition. tools/site.py copies this folder and adds the lessons' pages."""

from docutils import nodes
from math_core import LatexToMathML

project = "Sequence to sequence, seen from inside"
author = copyright = "the course's contributors"
extensions = ["myst_nb"]
language = "en"
smartquotes = False  # "i'm home ." keeps the apostrophe of its token

nb_execution_mode = "off"  # tools/site.py has run the lessons
nb_merge_streams = True
nb_ipywidgets_js = {}  # no scripts from elsewhere: _static/explorers.js
nb_code_prompt_show = "Show the answer"
nb_code_prompt_hide = "Hide the answer"
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("explorers.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "default"
pygments_dark_style = "github-dark"


FORMULAS = LatexToMathML(annotation=True)


def mathml(translator, node: nodes.Element, displaystyle: bool) -> None:
    """Formulas as MathML, which browsers draw without a script; a formula that it does not know stops the build."""
    translator.body.append(FORMULAS.convert_with_local_state(node.astext(), displaystyle=displaystyle))
    raise nodes.SkipNode


def named_answers(app, pagename, templatename, context, doctree) -> None:
    """A folded answer is announced by what it says, not as myst-nb's "Toggle hidden content"."""
    context["body"] = context.get("body", "").replace(' aria-label="Toggle hidden content"', "")


def setup(app) -> None:
    app.connect("html-page-context", named_answers)
    app.add_html_math_renderer(
        "mathml",
        (lambda translator, node: mathml(translator, node, False), None),
        (lambda translator, node: mathml(translator, node, True), None),
    )


html_math_renderer = "mathml"
