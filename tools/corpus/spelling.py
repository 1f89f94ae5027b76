"""Spelling of the corpus files, against hunspell's dictionaries: French words in `fr`, English ones in `en_US`.

>>> words("J'ai vu l'île, week-end compris.")
["J'ai", 'vu', "l'île", 'week-end', 'compris']
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

NAMES = Path(__file__).with_name("names.txt")
COLUMNS = {"en": (0, "en_US"), "fr": (1, "fr")}  # language: column of the file, dictionary
INSTALL = (
    "On Debian or Ubuntu: sudo apt-get install hunspell hunspell-fr hunspell-en-us. "
    "On macOS: brew install hunspell, then put fr.aff, fr.dic, en_US.aff and en_US.dic into ~/Library/Spelling."
)

# Hunspell breaks a French word at its apostrophe and accepts any letter before it: what may stand there is said here.
ELIDED = {"c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "presqu", "aujourd"}
WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
FOREIGN = re.compile(r"[^a-zàâæçéèêëîïôœùûüÿ'-]", re.IGNORECASE)  # hunspell passes over letters that it does not know


def words(sentence: str) -> list[str]:
    """The words of a sentence, apostrophes and hyphens inside a word kept, numbers and punctuation left out."""
    return WORD.findall(sentence)


def check(paths: Iterable[str | Path], languages: Iterable[str] = ("fr", "en")) -> dict[str, list[str]]:
    """Find the words that are in no dictionary.

    `paths` are UTF-8 files with a tab-separated pair a line (English, French; more columns are ignored), `languages`
    any of "fr" and "en". Returns {unknown word: ["file:line: sentence", ...]}, empty when all is well. A name listed
    in names.txt is accepted with its capital letter only.

    Raises FileNotFoundError, saying what to install, without hunspell or one of its dictionaries; ValueError for a
    line that holds no pair.
    """
    paths = [Path(path) for path in paths]
    names = set(NAMES.read_text(encoding="utf-8").split())
    report: dict[str, list[str]] = {}
    for language in languages:
        column, dictionary = COLUMNS[language]
        places: dict[str, list[str]] = {}
        for place, sentence in _sentences(paths, column):
            for word in dict.fromkeys(words(sentence)):
                places.setdefault(word, []).append(f"{place}: {sentence}")
        wrong = {word for word in unknown(places, dictionary) if _bare_name(word, language) not in names}
        if language == "fr":
            wrong |= {word for word in places if not _elisions_exist(word)}
        for word in sorted(wrong):
            report.setdefault(word, []).extend(places[word])
    return report


def unknown(candidates: Iterable[str], dictionary: str) -> list[str]:
    """Those of the words that hunspell's `dictionary` ("fr", "en_US") does not hold, in their order."""
    candidates = list(candidates)
    program = shutil.which("hunspell")
    if program is None:
        raise FileNotFoundError(f"hunspell was not found on the PATH; it is needed to check the spelling. {INSTALL}")
    # -a answers each line on its own, an empty line after it; ^ keeps hunspell from reading a word as a command.
    asked = [word for word in candidates if not FOREIGN.search(word)]
    done = subprocess.run(
        [program, "-a", "-i", "utf-8", "-d", dictionary],
        capture_output=True,
        encoding="utf-8",
        input="".join(f"^{word}\n" for word in asked),
    )
    if done.returncode:
        raise FileNotFoundError(f"hunspell has no dictionary {dictionary!r} ({done.stderr.strip()}). {INSTALL}")
    _banner, _, body = done.stdout.partition("\n")
    answers = body.split("\n\n")[:-1]
    known = {
        word
        for word, answer in zip(asked, answers, strict=True)
        if not any(line[:1] in ("&", "#") for line in answer.splitlines())
    }
    return [word for word in candidates if word not in known]


def _sentences(paths: list[Path], column: int) -> Iterable[tuple[str, str]]:
    """("file:line", sentence) for every line of every file."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fields = line.split("\t")
            if len(fields) < 2:
                raise ValueError(f"{path}:{number}: expected English<TAB>French, found no tab in {line!r}")
            yield f"{path.name}:{number}", fields[column]


def _elisions_exist(word: str) -> bool:
    """False for a French word with an apostrophe after anything but an elided word ("chat'ai")."""
    return all(part.split("-")[-1].lower() in ELIDED for part in word.split("'")[:-1])


def _bare_name(word: str, language: str) -> str:
    """The name inside "Anna's", "d'Anna"."""
    return word.removesuffix("'s") if language == "en" else word.rpartition("'")[2]
