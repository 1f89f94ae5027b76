"""What a cell showed is closed once the cell has been run again, and only then; in an IPython of its own."""

import gc
import weakref

import pytest
from IPython.core.interactiveshell import InteractiveShell

from seq2seq_lessons.explorers import rerun
from tests.explorers.test_stepped import explorer

MAKE = "make()"


@pytest.fixture
def made():
    """Weak references to all explorers that were made, in that order."""
    return []


@pytest.fixture
def run(monkeypatch, made):
    """Runs code as the cell with an id."""

    def make():
        new = explorer()
        made.append(weakref.ref(new))
        return new

    shell = InteractiveShell(user_ns={"make": make, "show": lambda one: one._repr_mimebundle_() and None})
    shell.history_manager.enabled = False
    monkeypatch.setattr(rerun, "get_ipython", lambda: shell)
    for kept in (rerun._shown_now, rerun._shown_by):
        kept.clear()

    def run(code, cell):
        shell.run_cell(code, store_history=True, cell_id=cell).raise_error()
        shell.execution_count += 1
        return shell

    yield run
    for kept in (rerun._shown_now, rerun._shown_by):
        kept.clear()


def is_open(reference) -> bool:
    return reference() is not None and reference().comm is not None


def test_what_a_cell_showed_is_closed_and_forgotten_when_it_is_run_again(run, made, capsys):
    for _ in range(3):
        shell = run(MAKE, "a")
    gc.collect()
    assert [reference() is None for reference in made] == [True, True, False] and is_open(made[2])
    assert list(shell.user_ns["Out"].values()) == [made[2]()]


def test_a_cell_that_shows_none_any_more_closes_what_it_showed(run, made, capsys):
    run(MAKE, "a")
    run("1 + 1", "a")
    assert not is_open(made[0])


def test_other_cells_and_cells_without_an_id_close_nothing(run, made, capsys):
    for cell in ("a", "b", None, None):
        run(MAKE, cell)
    assert all(map(is_open, made))


def test_two_explorers_in_one_cell(run, made):
    for _ in range(2):
        run("show(make()); show(make())", "a")
    assert [is_open(reference) for reference in made] == [False, False, True, True]


def test_the_same_explorers_shown_again_by_a_cell_stay_open(run, made):
    run("both = [make(), make()]", "a")
    for _ in range(2):
        run("show(both[0]); show(both[1])", "b")
    assert all(map(is_open, made))


def test_an_explorer_stays_open_while_another_cell_shows_it(run, made):
    run("one = make(); show(one)", "a")
    run("show(one)", "b")
    run("one = make(); show(one)", "a")
    assert all(map(is_open, made))
    run("show(one)", "b")
    assert [is_open(reference) for reference in made] == [False, True]


def test_an_explorer_with_a_name_stays_open(run, made, capsys):
    run("one = make()\none", "a")
    run("2", "a")
    run("one", "a")
    assert is_open(made[0])


def test_what_a_button_shows_between_two_cells_belongs_to_neither(run, made):
    shell = run(MAKE, "a")
    shell.user_ns["make"]()._repr_mimebundle_()
    run("2", "b")
    run("2", "b")
    assert all(map(is_open, made))


def test_a_closed_explorer_says_so(run, made, capsys):
    run("held = [make()]\nheld[0]", "a")
    run("1", "a")
    assert repr(made[0]()) == "Title: closed. Run the cell that makes it to have it again."


def test_without_ipython_nothing_is_kept():
    explorer()._repr_mimebundle_()
    assert not rerun._shown_now
