"""Write the bundled corpora: `python -m tools.corpus`."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from tools.corpus import lessons

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "seq2seq_lessons" / "data"


def main() -> int:
    written = lessons.write(DATA, HERE / "phrases.tsv")
    if importlib.util.find_spec("tools.corpus.lessons_long"):
        from tools.corpus import lessons_long
        written += lessons_long.write(DATA)
    for path in written:
        print(f"{path.name}: {sum(1 for _ in path.open(encoding='utf-8'))} lines")
    if shutil.which("hunspell") and importlib.util.find_spec("tools.corpus.spelling"):
        from tools.corpus import spelling
        bad = spelling.check(written)
        if bad:
            for word, places in bad.items():
                print(f"not in hunspell's dictionary: {word} ({places[0]})", file=sys.stderr)
            return 1
    else:
        print("hunspell is not installed: spelling not checked (Debian: hunspell, hunspell-fr)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
