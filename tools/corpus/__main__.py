"""Write the bundled corpora and check their spelling: `python -m tools.corpus`."""

import sys
from pathlib import Path

from tools.corpus import long_corpus, short_corpus, spelling

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "seq2seq_lessons" / "data"


def main() -> int:
    """Write all files; 1 if a word is misspelt or hunspell is missing, with the reason on stderr."""
    written = [*short_corpus.write(DATA), *long_corpus.write(DATA)]
    for path in written:
        print(f"{path.name}: {len(path.read_text(encoding='utf-8').splitlines()):,} lines")
    pairs = [path for path in written if not path.name.endswith(".splits.tsv")] + [DATA / "eng-fra.references.tsv"]
    try:
        unknown = spelling.check(pairs)
    except FileNotFoundError as error:
        print(f"The files are written, their spelling is not checked: {error}", file=sys.stderr)
        return 1
    for word, places in unknown.items():
        print(f"not in the dictionary: {word} ({places[0]})", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
