"""Reading sentence pairs from whatever a user has, and saying what is wrong with it."""

import bz2
import contextlib
import gc
import gzip
import hashlib
import http.server
import io
import lzma
import os
import re
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_lessons import corpus
from seq2seq_lessons.corpus import (
    SentencePair,
    cache_folder,
    download_tatoeba,
    load_pairs,
    load_splits,
    split_by_source,
)
from seq2seq_lessons.support import reading
from seq2seq_lessons.text import source_key
from tests.corpus.files import references
from tests.toy import PAIRS


@pytest.fixture
def write(tmp_path):
    def write_file(content: str | bytes, name: str = "pairs.tsv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture(autouse=True)
def no_unexpected_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


GOOD = [SentencePair("Go.", "Va !"), SentencePair("I'm home.", "Je suis chez moi.")]


@pytest.mark.parametrize(
    "content",
    [
        "Go.\tVa !\nI'm home.\tJe suis chez moi.\n",
        "Go.\tVa !\nI'm home.\tJe suis chez moi.",  # no line end at the end
        "\ufeffGo.\tVa !\nI'm home.\tJe suis chez moi.\n",  # byte-order mark
        "Go.\tVa !\r\nI'm home.\tJe suis chez moi.\r\n",  # Windows
        "Go.\tVa !\rI'm home.\tJe suis chez moi.\r",  # old Mac
        "Go.\tVa !\tCC-BY 2.0\nI'm home.\tJe suis chez moi.\tCC-BY 2.0\n",  # today's Tatoeba file
        "\n\nGo.\tVa !\n   \n\t\nI'm home.\tJe suis chez moi.\n\n",  # blank lines
        " Go. \t Va !\nI'm home.\tJe suis chez moi. \n",
    ],
)
def test_good_files(write, content):
    assert load_pairs(write(content)) == GOOD
    assert load_pairs(str(write(content, "pairs.txt"))) == GOOD


def test_a_sentence_that_begins_with_a_quotation_mark_is_a_line_like_another(write):
    lines = '"Go\t"Va\nI said "no".\tJ\'ai dit "non".\n"Yes"\tOui"\n'
    assert load_pairs(write(lines)) == [('"Go', '"Va'), ('I said "no".', 'J\'ai dit "non".'), ('"Yes"', 'Oui"')]


def test_a_pair_is_read_by_name():
    assert GOOD[0].source == "Go." and GOOD[0].target == "Va !"


# of " and & there may be too many, which is said
separators = st.text(st.characters(exclude_characters='\t\r\n\0"&', exclude_categories=["Cs"]), min_size=1)


@given(st.lists(st.tuples(separators, separators).filter(lambda p: p[0].strip() and p[1].strip()), min_size=1))
def test_only_tabs_and_line_ends_separate(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "pairs.tsv"
    first = "go\tva\n"  # a byte-order mark counts as one at the start of a file only
    path.write_bytes((first + "".join(f"{source}\t{target}\n" for source, target in rows)).encode())
    assert load_pairs(path, columns=(1, 2))[1:] == [(source.strip(), target.strip()) for source, target in rows]


def test_broken_lines_are_skipped_with_one_line_that_says_how_many_and_why(write):
    broken = "no tab here\na\tb\tc\td\nalone\n\tempty source\nempty target\t\n"
    path = write(f"Go.\tVa !\n{broken}I'm home.\tJe suis chez moi.\n")
    with pytest.warns(UserWarning) as caught:
        assert load_pairs(path) == GOOD
    assert len(caught) == 1
    message = str(caught[0].message)
    assert "\n" not in message and str(path) in message
    assert "skipped 5 lines" in message
    assert "2 with 1 column instead of 2 or 3" in message
    assert "1 with 4 columns instead of 2 or 3" in message
    assert "2 with an empty sentence" in message
    assert caught[0].filename == __file__  # it points at the caller's line


def test_limit_reads_from_the_top(write):
    path = write("a\tb\nc\td\ne\tf\nbroken\n")
    assert load_pairs(path, limit=2) == [("a", "b"), ("c", "d")]
    assert load_pairs(path, limit=3) == [("a", "b"), ("c", "d"), ("e", "f")]  # the broken line is not reached


@pytest.mark.parametrize("limit", [0, -3])
def test_a_limit_below_one_is_refused(limit):
    with pytest.raises(ValueError, match=f"limit is {limit}; expected at least 1"):
        load_pairs("lessons", limit)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no source or file '.*missing.tsv'; expected 'lessons'.*path"):
        load_pairs(tmp_path / "missing.tsv")


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(FileNotFoundError, match="'lesson'; expected 'lessons', 'lessons-long', 'tatoeba', or the path"):
        load_pairs("lesson")


def test_an_address_is_no_file():
    with pytest.raises(ValueError, match="https://www.manythings.org/fra.zip is an address: download it"):
        load_pairs("https://www.manythings.org/fra.zip")


def test_a_folder(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder; give the file"):
        load_pairs(tmp_path)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file(write, content):
    with pytest.raises(ValueError, match="has no usable line .it is empty.: expected lines of source<TAB>"):
        load_pairs(write(content))


def test_no_usable_line_says_what_is_wrong_with_them(write):
    with pytest.raises(ValueError, match="no usable line .2 with 1 column instead of 2 or 3.: expected"):
        load_pairs(write("Go. - Va !\nRun! - Cours !\n"))


def test_not_utf_8(write):
    with pytest.raises(ValueError, match=r"pairs.tsv is not UTF-8 text \(byte \d+\): save it as UTF-8"):
        load_pairs(write("Summer.\tÉté.\n".encode("latin-1")))


# Files as people have them

LINES = "Go.\tVa !\nI'm home.\tJe suis chez moi.\n"


def test_utf_16_is_known_by_its_mark_or_by_its_nuls(write):
    assert load_pairs(write(LINES.encode("utf-16"))) == GOOD  # as a spreadsheet writes "Unicode text"
    with pytest.raises(ValueError, match="2 with a NUL, as in UTF-16: save it as UTF-8"):
        load_pairs(write(LINES.encode("utf-16-be")[1:] + b"\0"))


def test_a_line_with_a_nul_is_skipped(write):
    with pytest.warns(UserWarning, match="skipped 1 lines: 1 with a NUL"):
        assert load_pairs(write(LINES + "a\0b\tc\n")) == GOOD


@pytest.mark.parametrize("module", [gzip, bz2, lzma], ids=lambda module: module.__name__)
def test_packed_files_whatever_their_names(write, module):
    packed = module.compress(LINES.encode())
    assert load_pairs(write(packed, "PAIRS.TSV.PACKED")) == GOOD
    with pytest.raises(ValueError, match="is no packed file that can be read here, or is damaged.*download it again"):
        load_pairs(write(packed[:-5], "pairs.tsv.gz"))
    assert load_pairs(write(LINES, "pairs.tsv.gz")) == GOOD  # unpacked by the browser


def test_what_unpacks_to_too_much(write, monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(ValueError, match="pairs.gz unpacks to more than 10 bytes"):
        load_pairs(write(gzip.compress(LINES.encode()), "pairs.gz"))


def test_a_tar_archive_is_to_be_unpacked(tmp_path):
    (tmp_path / "pairs.tsv").write_text(LINES)
    with tarfile.open(tmp_path / "pairs.tgz", "w:gz") as archive:
        archive.add(tmp_path / "pairs.tsv", "pairs.tsv")
    with pytest.raises(ValueError, match="pairs.tgz is a tar archive: unpack it"):
        load_pairs(tmp_path / "pairs.tgz")


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes")
def test_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=(LINES,))
    writer.start()
    assert load_pairs(tmp_path / "pipe") == GOOD
    writer.join()


def test_a_tilde_and_a_variable_in_the_path(write, monkeypatch):
    folder = write(LINES).parent
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(folder))
    assert load_pairs("~/pairs.tsv") == load_pairs("$HOME/pairs.tsv") == GOOD


def test_columns_are_chosen(write):
    path = write("12\tGo.\t7\tVa !\tx\n13\tI'm home.\t8\tJe suis chez moi.\n14\tshort\n")
    with pytest.warns(UserWarning, match="1 with 2 columns instead of 4 or more"):
        assert load_pairs(path, columns=(2, 4)) == GOOD
    with pytest.raises(ValueError, match=r"3 columns|5 columns.*other columns are chosen by columns=\(2, 3\)"):
        load_pairs(write("12\tGo.\t7\tVa !\tx\n"))
    for wrong in [(0, 1), (1,), (1, 2, 3)]:
        with pytest.raises(ValueError, match="expected two numbers, the source's and the target's, from 1 on"):
            load_pairs(path, columns=wrong)


@pytest.mark.parametrize("line", ["{0}\tGo {0}.\tVa {0} !", "Go {0}.\t{0}\tVa {0} !"])
def test_a_column_of_numbers_is_refused_unless_it_is_chosen(write, line):
    path = write("\n".join(line.format(number) for number in range(1276, 1290)))
    with pytest.raises(ValueError, match="column holds numbers, such as '1276'; other columns are chosen by"):
        load_pairs(path)
    assert len(load_pairs(path, columns=(1, 2))) == 14  # numbers to words, say


@pytest.mark.parametrize("end", ["", "\n"])
def test_two_files_line_by_line(write, end):
    sources = write("Go.\nI'm home.\n\n\nNot\x0cone\u2028line\rmore.\n" + end * 2, "train.en")
    targets = write("Va !\r\nJe suis\tchez moi.\r\n\r\nquoi ?\r\nOui." + end * 3, "train.fr.gz")
    with pytest.warns(UserWarning, match="train.en and .*train.fr.gz: skipped 1 lines: 1 with an empty sentence"):
        pairs = load_pairs(sources, target_file=targets)
    assert pairs == [("Go.", "Va !"), ("I'm home.", "Je suis\tchez moi."), ("Not\x0cone\u2028line\rmore.", "Oui.")]


def test_two_files_of_different_lengths(write):
    with pytest.raises(ValueError, match="train.en has 2 lines and .*train.fr 3: a line and its translation have to"):
        load_pairs(write("Go.\nRun.\n", "train.en"), target_file=write("Va !\n\nCours !\n", "train.fr"))
    with pytest.raises(FileNotFoundError, match="no source or file 'nowhere.fr'"):
        load_pairs(write("Go.\n", "train.en"), target_file="nowhere.fr")


def zip_up(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pairs.txt", text)
    return packed.getvalue()


TABLES = {
    "CSV": 'Go.,Va !\n"I\'m, home.",Je suis chez moi.\n',
    "semicolons": 'Go.;Va !\n"I\'m; home.";Je suis chez moi.\n',
    "JSON lines": '{"en": "Go.", "fr": "Va !", "id": 1}\n{"fr": "Je suis chez moi.", "en": "I\'m, home."}\n',
    "nested": '{"id": 1, "translation": {"en": "Go.", "fr": "Va !"}}\n'
    '{"translation": {"fr": "Je suis chez moi.", "en": "I\'m, home."}}\n',
    "JSON": '[{"en": "Go.", "fr": "Va !"},\n {"en": "I\'m, home.", "fr": "Je suis chez moi."}]',
}


@pytest.mark.parametrize(
    ("kind", "pack"),
    [
        *((kind, str.encode) for kind in TABLES),
        ("CSV", lambda text: gzip.compress(text.encode("utf-16"))),
        ("JSON", zip_up),
    ],
    ids=[*TABLES, "packed UTF-16", "zip"],
)
def test_other_tables_are_refused_with_a_line_that_converts_them(write, kind, pack, tmp_path):
    path = write(pack(TABLES[kind]), "my pairs in a file")
    with pytest.raises(ValueError, match="convert it, in a shell: ") as caught:
        load_pairs(path)
    command = str(caught.value).partition("in a shell: ")[2].replace("python", f'"{sys.executable}"', 1)
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert load_pairs(tmp_path / "pairs.tsv")[0] == GOOD[0]
    assert [pair.target for pair in load_pairs(tmp_path / "pairs.tsv")] == [pair.target for pair in GOOD]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html>\n<title>404</title>\n", "it is a web page or XML: download the file itself"),
        ('<?xml version="1.0"?>\n<tmx>\n', "it is a web page or XML"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
        ("[1, 2]\n", "expected lines of source<TAB>target"),
        ("{nothing\n", "expected lines of source<TAB>target"),
        ("[]\n", "expected lines of source<TAB>target"),
    ],
)
def test_what_is_no_table_at_all(write, content, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        load_pairs(write(content))


@pytest.mark.parametrize(
    ("line", "words", "after"),
    [
        ('"Go ""on"" {0}."\t"Va {0} !"\n', "quotes around their fields", ('Go "on" 7.', "Va 7 !")),
        ("I &apos;m {0}.\tJ &apos;ai {0} &amp; {0}.\n", "&apos; and the like", ("I 'm 7.", "J 'ai 7 & 7.")),
    ],
)
def test_what_programs_have_put_into_the_text_is_a_warning_with_a_line_that_takes_it_out(
    write, line, words, after, tmp_path
):
    path = write("".join(line.format(number) for number in range(40)), "given.tsv")
    with pytest.warns(UserWarning, match=f"has .* times {words}") as caught:
        load_pairs(path)
    command = str(caught[0].message).partition("in a shell: ")[2].replace("python", f'"{sys.executable}"', 1)
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert load_pairs(tmp_path / "pairs.tsv")[7] == after
    load_pairs(write(line.format(1) + LINES * 30))  # once in sixty lines: no word


# Zips


def zipped(tmp_path, **members: str):
    path = tmp_path / "pairs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", ".", 1), text)
    return path


def test_a_zips_largest_text_is_read(tmp_path):
    path = zipped(tmp_path, about_txt="by us", fra_txt="Go.\tVa !\nI'm home.\tJe suis chez moi.\n", zoo_jpg="x" * 1000)
    assert load_pairs(path) == GOOD


def test_a_zips_text_is_named_in_warnings(tmp_path):
    with pytest.warns(UserWarning, match=r"fra.tsv in .*pairs.zip: skipped 1 lines"):
        load_pairs(zipped(tmp_path, fra_tsv="Go.\tVa !\nbroken\n"))


def test_a_zip_without_a_text(tmp_path):
    with pytest.raises(ValueError, match="pairs.zip holds no .txt or .tsv file.*of two files, one for each"):
        load_pairs(zipped(tmp_path, cat_jpg="x"))


def test_no_zip_at_all(write):
    with pytest.raises(ValueError, match="pairs.zip is no packed file that can be read here.*download it again"):
        load_pairs(write("Go.\tVa !\n", "pairs.zip"))


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_zip_is_read_whole_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    path = zipped(folder, fra_txt="".join(f"{i} cats.\t{i} chats.\n" for i in range(50)))
    whole, content = load_pairs(path), bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content[: data.draw(st.sampled_from([len(content), at]))])
    try:
        assert load_pairs(path) == whole
    except ValueError as error:
        assert "pairs.zip" in str(error)


def test_a_zip_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(ValueError, match="fra.txt in .* unpacks to more than 10 bytes"):
        load_pairs(zipped(tmp_path, fra_txt="Go.\tVa !\n\n\n\n"))


def test_a_zip_whatever_its_letters(tmp_path):
    path = zipped(tmp_path, FRA_TXT=LINES)
    for name in ("UP.ZIP", "download"):
        path = path.rename(tmp_path / name)
        assert load_pairs(path) == GOOD


# Bundled corpora


@pytest.mark.parametrize("name", ["lessons", "lessons-long"])
def test_the_splits_share_no_source_and_lose_no_pair(name):
    splits = load_splits(name)
    assert {"train", "random"} <= set(splits)
    sources = [{pair.source for pair in pairs} for pairs in splits.values()]
    assert sum(map(len, sources)) == len(set.union(*sources))
    more = [SentencePair(*row[:2]) for row in references()] if name == "lessons" else []
    assert sorted(pair for pairs in splits.values() for pair in pairs) == sorted(load_pairs(name) + more)
    assert set(more) <= set(splits.get("hand", []))
    assert all(splits.values())


def test_only_bundled_corpora_have_splits():
    with pytest.raises(ValueError, match="source is 'tatoeba'; only the bundled corpora 'lessons', 'lessons-long'"):
        load_splits("tatoeba")


# Download


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A web server on this machine that offers a zip; `.requests` counts."""
    content = zipped(tmp_path, fra_txt="Go.\tVa !\tCC-BY\nI'm home.\tJe suis chez moi.\tCC-BY\n").read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            httpd.requests += 1
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.requests = 0
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    monkeypatch.setattr(corpus, "TATOEBA_URL", f"http://127.0.0.1:{httpd.server_port}/fra-eng.zip")
    monkeypatch.setattr(corpus, "TATOEBA_SHA1", hashlib.sha1(content).hexdigest())
    yield httpd
    httpd.shutdown()
    httpd.server_close()


def test_tatoeba_is_downloaded_once(server, cache):
    assert load_pairs("tatoeba") == GOOD
    assert load_pairs("tatoeba") == GOOD
    assert server.requests == 1
    assert download_tatoeba().parent == cache == cache_folder()


def test_a_download_with_a_wrong_checksum_is_refused_and_not_kept(server, cache, monkeypatch):
    monkeypatch.setattr(corpus, "TATOEBA_SHA1", "0" * 40)
    with pytest.raises(ConnectionError, match="hash.*give its path instead"):
        load_pairs("tatoeba")
    assert not list(cache.glob("*.zip"))


def headers(handler, status=200, **more):
    handler.send_response(status)
    for name, value in more.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()


def fail(handler):
    headers(handler, 500, Content_Length=0)


def is_missing(handler):
    headers(handler, 404, Content_Length=0)


def break_off(handler):
    headers(handler, Content_Length=1_000_000)
    handler.wfile.write(b"x" * 5000)


def hang_up(handler):
    handler.connection.close()


def be_silent(handler):
    headers(handler, Content_Length=1_000_000)
    handler.server.over.wait(10)


def drip(handler):
    headers(handler)
    while not handler.server.over.wait(0.05):
        handler.wfile.write(b"x" * 1024)


def never_end(handler):
    headers(handler)
    while not handler.server.over.is_set():
        handler.wfile.write(b"x" * 1024)


def send_round_in_circles(handler):
    headers(handler, 302, Location=handler.path, Content_Length=0)


@pytest.mark.parametrize(
    ("misbehave", "reason"),
    [
        (fail, "500"),
        (is_missing, "404"),
        (break_off, "IncompleteRead|hash"),
        (hang_up, "aborted|reset"),
        (be_silent, "timed out"),
        (drip, "not done after 0.5 seconds"),
        (never_end, "more than 1 MB"),
        (send_round_in_circles, "redirects"),
    ],
)
def test_a_server_that_misbehaves_costs_a_message_and_leaves_no_file(misbehave, reason, cache, monkeypatch):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            with contextlib.suppress(OSError):  # the client has had enough
                misbehave(self)

        def log_message(self, *args):
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.over = threading.Event()
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    monkeypatch.setattr(corpus, "TATOEBA_URL", f"http://127.0.0.1:{httpd.server_port}/fra-eng.zip")
    monkeypatch.setattr(corpus, "SILENCE_S", 0.5)
    monkeypatch.setattr(corpus, "MAX_DOWNLOAD_S", 0.5)
    monkeypatch.setattr(corpus, "MAX_DOWNLOAD_BYTES", 1 << 20)
    with pytest.raises(ConnectionError, match=reason) as caught:
        load_pairs("tatoeba")
    httpd.over.set()
    httpd.shutdown()
    httpd.server_close()
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        caught.value.__cause__.__traceback__ = None
        gc.collect()  # requests leaves a broken connection to the garbage collector
    assert "give its path instead" in str(caught.value)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_without_network_the_message_says_how_to_go_on(cache, monkeypatch):
    with socket.socket() as unused:  # bound but not listening: connections are refused
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/fra-eng.zip"
        monkeypatch.setattr(corpus, "TATOEBA_URL", url)
        with pytest.raises(ConnectionError) as caught:
            load_pairs("tatoeba")
    message = str(caught.value)
    assert "could not download" in message and "manythings.org/anki" in message
    assert url in message and str(cache / "fra-eng.zip") in message


def test_the_cache_folder_is_the_users_unless_named(monkeypatch, tmp_path):
    monkeypatch.delenv("SEQ2SEQ_LESSONS_CACHE", raising=False)
    assert "seq2seq_lessons" in str(cache_folder())
    monkeypatch.setenv("SEQ2SEQ_LESSONS_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.setenv("HERE", str(tmp_path))
    monkeypatch.setenv("SEQ2SEQ_LESSONS_CACHE", "$HERE/cache")
    assert cache_folder() == tmp_path / "cache"


@pytest.mark.skipif(sys.platform == "win32", reason="users as Unix has them")
def test_a_user_without_a_name_and_a_home_has_a_cache_folder(monkeypatch):
    """As in a container that runs with --user and a number of its own."""

    def unknown(uid):
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    for variable in ("SEQ2SEQ_LESSONS_CACHE", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    assert cache_folder().parent == Path(tempfile.gettempdir())
    monkeypatch.setattr("pooch.os_cache", lambda name: Path("~/.cache") / name)  # older versions of platformdirs
    assert cache_folder().parent == Path(tempfile.gettempdir())


# Splits


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz"))), st.floats(0, 0.99), st.integers(0, 99))
def test_a_split_shares_no_source_and_loses_no_pair(pairs, fraction, seed):
    train, held_out = split_by_source(pairs, fraction, seed)
    sources, held_sources = {s for s, _ in train}, {s for s, _ in held_out}
    assert not sources & held_sources
    assert sorted(train + held_out) == sorted(pairs)
    assert [p for p in pairs if p[0] in sources] == train and [p for p in pairs if p[0] in held_sources] == held_out
    distinct = len(sources | held_sources)
    if fraction == 0 or distinct < 2:
        assert not held_out
    else:
        assert len(held_sources) == max(1, round(fraction * distinct))
    assert split_by_source(pairs, fraction, seed) == (train, held_out)


def test_another_seed_splits_differently():
    assert split_by_source(PAIRS, 0.5, seed=0) != split_by_source(PAIRS, 0.5, seed=1)


def test_a_split_keeps_one_sentence_in_two_dresses_together():
    pairs = [
        SentencePair(f"{name}'s {verb}ing.", "x")
        for name in ("Anna", "Ben", "Clara", "David")
        for verb in ("sing", "read")
    ]
    dressed = [SentencePair(source.lower().replace("'", "\u2019").replace(".", " ."), "y") for source, _ in pairs]
    first, second = split_by_source([*pairs, *dressed], 0.5)
    assert len(first) == len(second) == len(pairs)
    assert not {source_key(source) for source, _ in first} & {source_key(source) for source, _ in second}
