"""The spelling check: what it takes for a word, what it reports, and what it says when hunspell is missing."""

import os
import stat
import sys

import pytest

from tools.corpus import spelling

# A stand-in for hunspell that knows a few words, so that the test needs neither program nor dictionaries.
PROGRAM = """
import sys
known = {"fr": "J'ai un chat Anna d'Anna", "en_US": "I have a cat Anna Anna's"}
dictionary = sys.argv[sys.argv.index("-d") + 1]
if dictionary not in known:
    sys.exit("Can't open affix or dictionary files")
print("@(#) International Ispell")
for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
    word = line.removeprefix("^")
    print("*" if word in known[dictionary].split() else f"& {word} 1 1: chat", end="\\n\\n")
"""


@pytest.fixture
def hunspell(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "hunspell"
    program.parent.mkdir()
    script = program.with_suffix(".py")
    script.write_text(PROGRAM, encoding="utf-8")
    # by way of a shell: a #! line takes no path with a space in it
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def pairs(tmp_path):
    def write(text):
        path = tmp_path / "pairs.tsv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_words_keep_apostrophes_and_hyphens():
    assert spelling.words("Qu'est-ce qu'on mange, Léa ? 2 œufs.") == ["Qu'est-ce", "qu'on", "mange", "Léa", "œufs"]


def test_unknown_words_come_with_their_lines(hunspell, pairs):
    path = pairs("I have a cat.\tJ'ai un chat.\thand\nI have a katt.\tJ'ai un chta, un chta.\n")
    assert spelling.check([path]) == {
        "chta": ["pairs.tsv:2: J'ai un chta, un chta."],
        "katt": ["pairs.tsv:2: I have a katt."],
    }


def test_nothing_to_report(hunspell, pairs):
    assert spelling.check([pairs("I have a cat.\tJ'ai un chat.\n")]) == {}


def test_names_need_their_capital(hunspell, pairs, monkeypatch, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("Luc\n", encoding="utf-8")
    monkeypatch.setattr(spelling, "NAMES", names)
    path = pairs("I have Luc's cat.\tJ'ai un chat d'Luc.\nluc\tluc\n")
    assert set(spelling.check([path])) == {"luc"}


def test_an_apostrophe_after_a_whole_word_is_reported(hunspell, pairs):
    found = spelling.check([pairs("I have a cat.\tJ'ai un chat'Anna.\n")], languages=["fr"])
    assert list(found) == ["chat'Anna"]


def test_letters_of_no_dictionary_are_unknown(hunspell):
    assert spelling.unknown(["chat", "чат", "Straße"], "fr") == ["чат", "Straße"]


def test_a_line_without_tab(hunspell, pairs):
    with pytest.raises(ValueError, match=r"pairs\.tsv:2: expected English<TAB>French"):
        spelling.check([pairs("I have a cat.\tJ'ai un chat.\nno tab\n")])


def test_without_hunspell_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="apt-get install hunspell hunspell-fr hunspell-en-us"):
        spelling.unknown(["chat"], "fr")


def test_without_a_dictionary_it_says_what_to_install(hunspell):
    with pytest.raises(FileNotFoundError, match="no dictionary 'de'.*apt-get install"):
        spelling.unknown(["Katze"], "de")
