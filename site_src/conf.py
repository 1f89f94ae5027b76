"""Sphinx's settings for the HTML edition. tools/site copies this folder and adds the lessons' pages."""

import html
import json
import re
from pathlib import Path

from docutils import nodes
from math_core import LatexToMathML

project = "Sequence to sequence, seen from inside"
author = copyright = "the course's contributors"
extensions = ["myst_nb"]
templates_path = ["_templates"]
language = "en"
smartquotes = False  # "i'm home ." keeps the apostrophe of its token

nb_execution_mode = "off"  # tools/site has run the lessons
nb_merge_streams = True
nb_ipywidgets_js = {}  # no scripts from elsewhere: _static/explorers/show.js
nb_code_prompt_show = "Show the answer"
nb_code_prompt_hide = "Hide the answer"
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_favicon = "_static/icon.svg"
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "default"
pygments_dark_style = "github-dark"

DESCRIPTION = (
    "Train a translator in about a minute, then open it up, tensor by tensor: a course on the GRU encoder-decoder, "
    "with the whole machine computed in the page."
)
ABOUT = json.loads((Path(__file__).parent / "about.json").read_text("utf-8"))  # of tools/site
# The longest first: "teacher forcing" before a term that is a part of it.
TERMS = re.compile(rf"\b({'|'.join(map(re.escape, sorted(ABOUT['terms'], key=len, reverse=True)))})s?\b", re.I)
# As Sphinx names a glossary's entries: the case is kept.
ANCHORS = {term.lower(): "-".join(("term", *re.findall("[A-Za-z0-9]+", term))) for term in ABOUT["terms"]}
NO_TERMS = (nodes.title, nodes.literal, nodes.literal_block, nodes.reference, nodes.table, nodes.math, nodes.raw)
EVERYDAY = ("control",)  # words that are terms only where a lesson has them bold
SEARCH_ONLY = ("documentation_options.js", "doctools.js", "sphinx_highlight.js")


FORMULAS = LatexToMathML(annotation=True)


def mathml(translator, node: nodes.Element, displaystyle: bool) -> None:
    """Formulas as MathML, which browsers draw without a script; a formula that it does not know stops the build."""
    translator.body.append(FORMULAS.convert_with_local_state(node.astext(), displaystyle=displaystyle))
    raise nodes.SkipNode


def fold_optional(doctree: nodes.document) -> None:
    """A section whose heading begins with "Optional:" is closed until somebody opens it."""
    for section in list(doctree.findall(nodes.section)):
        if not section[0].astext().startswith("Optional:"):
            continue
        for place, text in ((1, "</summary>"), (0, '<details class="optional"><summary>')):
            section.insert(place, nodes.raw("", text, format="html"))
        section.append(nodes.raw("", "</details>", format="html"))


def link_terms(app, doctree: nodes.document, page: str) -> None:
    """Each term of the glossary leads there where a lesson uses it first."""
    seen: set[str] = set()
    glossary = app.builder.get_relative_uri(page, "glossary")
    for text in list(doctree.findall(nodes.Text)):
        above, parts, at = text.parent, [], 0
        while above is not None and not isinstance(above, NO_TERMS):
            above = above.parent
        for match in TERMS.finditer(text) if above is None else ():
            term = match[1].lower()
            if term not in seen and (term not in EVERYDAY or isinstance(text.parent, nodes.strong)):
                seen.add(term)
                where = f"{glossary}#{ANCHORS[term]}"
                parts += [nodes.Text(text[at : match.start()])]
                parts += [nodes.reference("", match[0], internal=True, refuri=where, classes=["term"])]
                at = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[at:])])


def resolved(app, doctree: nodes.document, page: str) -> None:
    if page.startswith("notebooks/"):
        fold_optional(doctree)
        link_terms(app, doctree, page)


def finished(app, pagename, templatename, context, doctree) -> None:
    """What the theme leaves out: what other sites read of a page, names for readers by ear, and what may scroll."""
    body = context.get("body", "")
    # a folded answer is announced by what it says, not as myst-nb's "Toggle hidden content"
    body = body.replace(' aria-label="Toggle hidden content"', "")
    body = body.replace('<th class="head"><p></p></th>', "<td></td>")  # the corner of a table is no header
    context["body"] = body.replace("<pre>", '<pre tabindex="0">')
    if 'class="explorer"' in body:
        app.add_js_file("explorers/show.js", type="module")
    if pagename != "search":
        scripts = context["script_files"]
        context["script_files"] = [each for each in scripts if not str(each.filename).endswith(SEARCH_ONLY)]
    title = re.sub("<[^>]*>", "", context.get("title") or project)
    about = {
        "description": ABOUT["promises"].get(pagename, DESCRIPTION).replace("`", ""),
        "og:title": html.unescape(title),
        "og:site_name": project,
        "og:type": "website",
        "og:url": context.get("pageurl") or "",
        "og:image": f"{app.config.html_baseurl}_static/card.png",
        "og:image:alt": "An encoder reads a sentence, a decoder writes its translation; every state is drawn",
        "twitter:card": "summary_large_image",
    }
    about["og:description"] = about["description"]
    names = [
        ("property" if name.startswith("og:") else "name", name, html.escape(text)) for name, text in about.items()
    ]
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n<meta {kind}="{name}" content="{text}">' for kind, name, text in names
    )


def setup(app) -> None:
    app.connect("doctree-resolved", resolved)
    app.connect("html-page-context", finished)
    app.add_html_math_renderer(
        "mathml",
        (lambda translator, node: mathml(translator, node, False), None),
        (lambda translator, node: mathml(translator, node, True), None),
    )


html_math_renderer = "mathml"
