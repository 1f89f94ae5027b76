"""The HTML edition of the course: `python -m tools.site [NN ...]`.

The lessons are executed in this environment, with the state of their widgets kept, into BUILD/executed. Sphinx then
makes BUILD/html of them in an environment of its own (build/site-venv, from site_src/requirements.txt), which needs no
torch. Nothing is written into notebooks/.

`build` runs the lessons and Sphinx, `lessons` makes a page of an executed notebook, `explorers` files of the state of
its widgets, `home` what is not a lesson: the home page's X-ray, the glossary, what a search engine reads.
"""

from .build import ENVIRONMENT, SOURCE, build, environment

__all__ = ["ENVIRONMENT", "SOURCE", "build", "environment"]
