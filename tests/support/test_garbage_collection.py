"""While many small objects are made that will stay, nobody searches for garbage; afterwards all is as before."""

import gc

import pytest

from seq2seq_lessons.corpus import load_pairs
from seq2seq_lessons.support.garbage_collection import no_garbage_collection
from seq2seq_lessons.text import tokenize_all


def test_the_collector_pauses_and_goes_on():
    assert gc.isenabled()
    with no_garbage_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), no_garbage_collection():
        raise KeyError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with no_garbage_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("read", [load_pairs, lambda path: tokenize_all(path.read_text().split("\n"))])
def test_reading_does_not_set_it_off(read, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("go .\tva .\n" * 20_000)
    searches = []

    def note(phase, info):
        searches.append((phase, info["generation"]))

    gc.collect()
    gc.callbacks.append(note)
    try:
        kept = read(path)
        during = len(searches)
    finally:
        gc.callbacks.remove(note)
    assert len(kept) >= 20_000
    assert during <= 2  # `start` and `stop` of at most one, before or after the pause; without it there are dozens
