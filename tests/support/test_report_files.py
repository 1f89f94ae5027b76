"""What a class hands in: any names, folders by learner or by lesson, zips of a hub's or of Moodle's export."""

import io
import os
import zipfile

import pytest

from seq2seq_lessons.__main__ import main
from seq2seq_lessons.support import handed_in
from seq2seq_lessons.support.handed_in import gather


def zipped(files: dict[str, bytes], mode: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(content := io.BytesIO(), "w", mode) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def write(folder, files: dict[str, bytes]):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


LESSON, NEXT = "02_gru_output_and_state.ipynb", "03_encoder_and_permute.ipynb"


@pytest.mark.parametrize(
    ("paths", "learners"),
    [
        ([f"anna/{LESSON}", f"anna/{NEXT}", f"ben/{LESSON}"], ["anna", "anna", "ben"]),
        ([f"submitted/anna/lesson02/{LESSON}", "submitted/ben/lesson02/x.ipynb"], ["anna", "ben"]),  # nbgrader's
        ([f"lesson02/anna/{LESSON}", f"lesson03/anna/{NEXT}", f"lesson03/ben/{NEXT}"], ["anna", "anna", "ben"]),
        (["lesson02/anna.ipynb", "lesson03/anna.ipynb", "lesson03/ben.ipynb"], ["anna", "anna", "ben"]),
        ([f"anna/{LESSON}", f"anna/{NEXT}"], ["anna", "anna"]),
        ([LESSON, NEXT], ["class", "class"]),
        ([f"01/{LESSON}", f"02/{LESSON}"], ["01", "02"]),
        (["02_gru_output_and_state-anna.ipynb", f"ben_{LESSON}"], ["anna", "ben"]),
        (
            ["02_anna.ipynb", "anna-03 (1).ipynb", "lesson02 ben.ipynb", "student12_02.ipynb"],
            ["anna", "anna", "ben", "student12"],
        ),
        ([f"Ann Lee_12_assignsubmission_file_/{LESSON}", f"Bo_3_assignsubmission_file_{LESSON}"], ["Ann Lee", "Bo"]),
        (
            ["Ann Lee_12_assignsubmission_file_/a.ipynb", "Ann Lee_13_assignsubmission_file_/a.ipynb"],
            ["Ann Lee (12)", "Ann Lee (13)"],
        ),
        (
            ["02/Ann Lee_12_assignsubmission_file_/a.ipynb", "03/Ann Lee_77_assignsubmission_file_/a.ipynb"],
            ["Ann Lee", "Ann Lee"],  # another number in each export
        ),
    ],
)
def test_whose_a_notebook_is(tmp_path, paths, learners):
    """The same in a folder as in a zip."""
    files = dict.fromkeys(paths, b"{}")
    folder = write(tmp_path / "class", files)
    (tmp_path / "zip").mkdir()
    (tmp_path / "zip" / "class.zip").write_bytes(zipped(files))
    for place in (folder, tmp_path / "zip" / "class.zip"):
        found, faults = gather(place)
        assert {one.path: one.learner for one in found} == dict(zip(paths, learners, strict=True)) and faults == []


def test_zips_of_learners_and_zips_in_zips(tmp_path):
    own = zipped({LESSON: b"anna's"})
    write(tmp_path, {"anna.zip": own, "all.zip": zipped({"ben/work.zip": zipped({f"x\\{NEXT}": b"ben's"})})})
    found, faults = gather(tmp_path)
    assert {(one.learner, one.content) for one in found} == {("anna", b"anna's"), ("all", b"ben's")} and faults == []
    deep = own
    for _ in range(4):
        deep = zipped({"deep.zip": deep})
    write(tmp_path / "deep", {"deep.zip": deep})
    assert [reason for _, reason in gather(tmp_path / "deep")[1]] == ["a zip in a zip in a zip: unpack it first"]


def test_what_is_not_theirs_is_not_read(tmp_path):
    files = [".ipynb_checkpoints/x.ipynb", "__MACOSX/._x.ipynb", ".git/x.ipynb", "results/vector-64.json"]
    write(tmp_path, dict.fromkeys([f"anna/{name}" for name in [*files, LESSON]], b"{}"))
    (tmp_path / "more.zip").write_bytes(zipped(dict.fromkeys([f"ben/{name}" for name in [*files, LESSON]], b"{}")))
    found, faults = gather(tmp_path)
    assert [one.path for one in found] == [f"anna/{LESSON}", f"more/ben/{LESSON}"] and faults == []


def test_what_cannot_be_read_is_a_line_and_the_rest_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(handed_in, "MOST_BYTES", 1000)
    whole = zipped({"cy/a.ipynb": b"0123456789" * 9, "di/a.ipynb": b"{}"}, zipfile.ZIP_STORED)
    write(
        tmp_path,
        {
            "big/a.ipynb": b" " * 1001,
            "bomb.zip": zipped({"a.ipynb": b" " * 1001}),
            "cut.zip": whole[:50],
            "damaged.zip": whole.replace(b"012345", b"012346", 1),
            "notes/a.docx": b"",
            "anna/a.ipynb": b"{}",
        },
    )
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.ipynb")  # reading it would wait for ever
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "anna" / "a.ipynb")
    found, faults = gather(tmp_path)
    assert [one.learner for one in found] == ["anna", "damaged"]
    reasons = dict(faults)
    assert reasons.pop("big/a.ipynb") == reasons.pop("bomb/a.ipynb") == "larger than any lesson"
    assert reasons.pop("link.ipynb") == "a link, which is not followed"
    assert reasons.pop("notes/a.docx") == "neither a notebook nor a zip of them: not read"
    assert reasons.keys() == {"cut", "damaged/cy/a.ipynb"}
    assert all(reason.startswith("a zip that cannot be read") for reason in reasons.values())


def test_a_name_cannot_steer_the_terminal(tmp_path):
    write(tmp_path, {"an\x1b[2J\nna/a.ipynb": b"{}", "ben/a.ipynb": b"{}"})
    assert {one.learner for one in gather(tmp_path)[0]} == {"an na", "ben"}


def test_nothing_to_read_is_said_in_words(tmp_path, capsys):
    assert main(["report", str(tmp_path / "nowhere")]) == 1
    assert "expected the folder, or the zip, of what the class handed in" in capsys.readouterr().err
    assert main(["report", str(tmp_path)]) == 1
    assert "is empty; expected notebooks" in capsys.readouterr().err
