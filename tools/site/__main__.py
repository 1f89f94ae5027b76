import argparse
from pathlib import Path

import tools.site
from tools.notebooks import ROOT

parser = argparse.ArgumentParser(prog="tools.site", description=tools.site.__doc__.splitlines()[0])
parser.add_argument("lessons", nargs="*", metavar="NN", help="two digits, such as 03; all without any")
parser.add_argument("--build", type=Path, default=ROOT / "build" / "site", metavar="DIR", help="default: build/site")
parser.add_argument("--keep", action="store_true", help="do not run lessons that an earlier build has run")
arguments = parser.parse_args()
html = tools.site.build(arguments.lessons, arguments.build.resolve(), keep=arguments.keep)
print(f"open {html / 'index.html'} through a server: python -m http.server --directory {html}")
