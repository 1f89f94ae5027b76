"""binder/: what it pins, what repo2docker makes of it, and that a step of the build that fails stops it."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.binder.pins import CONSTRAINTS, CPU_INDEX, FROZEN, ROOT, declared, pins

BINDER = ROOT / "binder"


def test_binder_has_what_the_course_needs_at_the_pins_of_all_others():
    everywhere, frozen = pins(CONSTRAINTS), pins(FROZEN)
    everywhere["torch"] += "+cpu"
    assert {name: frozen[name] for name in everywhere.keys() & frozen} == {
        name: version for name, version in everywhere.items() if name in frozen
    }
    for requirement in declared("lab", group="binder"):
        version = frozen.get(canonicalize_name(requirement.name), "missing")
        assert version != "missing" and requirement.specifier.contains(version), f"make freeze: {requirement}"


def test_only_binder_asks_for_the_cpu_build():
    options = [line for line in FROZEN.read_text().splitlines() if line.startswith("-")]
    assert options == [f"--extra-index-url {CPU_INDEX}"]
    asked = "".join((ROOT / name).read_text() for name in ("requirements.txt", "constraints.txt", "pyproject.toml"))
    assert "+cpu" not in asked and "index-url" not in asked


@pytest.mark.parametrize("path", [CONSTRAINTS, FROZEN], ids=["constraints", "binder"])
def test_no_cuda_package_is_named(path):
    # a release of torch may ask for others: name them in [tool.uv] of pyproject.toml
    assert not [name for name in pins(path) if name.startswith(("nvidia", "cuda", "triton"))]


@pytest.mark.parametrize("line", ["numpy", "numpy>=2", "numpy==2.4.6,<3", "numpy==2.4.6\npandas"])
def test_a_line_without_an_exact_version_is_refused(tmp_path, line):
    (tmp_path / "requirements.txt").write_text(f"--extra-index-url x\n{line}  # why\n-e .\n")
    with pytest.raises(ValueError, match="write an exact version: (numpy|pandas)=="):
        pins(tmp_path / "requirements.txt")


def test_a_pin_for_another_system_does_not_count(tmp_path):
    (tmp_path / "constraints.txt").write_text("a==1 ; os_name == 'none'\nb==2 ; os_name != 'none'  # via a\n")
    assert pins(tmp_path / "constraints.txt") == {"b": "2"}


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_the_scripts_can_be_executed(name):
    assert stat.S_IMODE((BINDER / name).stat().st_mode) & 0o111 == 0o111


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> str:
    """What repo2docker says of this repository, its Dockerfile included. Nothing is built: that needs no Docker."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-id", "1000", "--user-name", "me"]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = subprocess.run([*command, str(ROOT)], cwd=elsewhere, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_repo2docker_finds_python_3_11(said):
    assert (BINDER / "runtime.txt").read_text().split() == ["python-3.11"]
    assert "Building conda environment for python=3.11\n" in said


def test_packages_are_installed_before_the_repository_is_copied(said):
    lines = said.splitlines()
    copied = lines.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/")
    installs = [i for i, line in enumerate(lines) if "pip install" in line]
    assert [lines[i].split("pip install ")[1] for i in installs] == ['--no-cache-dir -r "binder/requirements.txt"']
    assert installs[0] < copied
    # a change of any other file leaves these layers as they are
    before = [line.split()[2] for line in lines[:copied] if line.startswith("COPY") and " src/" in line]
    assert before == ["src/binder/requirements.txt"]


def test_postbuild_runs_last_and_start_is_the_entrypoint(said):
    lines = said.splitlines()
    assert lines.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < lines.index("RUN ./binder/postBuild")
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in lines


@pytest.fixture
def build(tmp_path):
    """Run postBuild with a python and a jupyter that only write down how they were called; `fails` is what fails."""
    shutil.copytree(BINDER, tmp_path / "binder")
    tools, log = tmp_path / "bin", tmp_path / "log"
    tools.mkdir()
    for name in ("python", "jupyter"):
        (tools / name).write_text(f"""#!/bin/bash
            if [[ $1 == -c ]]; then echo {tmp_path}/prefix; exit; fi
            echo {name} "$@" >> {log}
            [[ -z $FAILS || "{name} $*" != *"$FAILS"* ]]
        """)
        (tools / name).chmod(0o755)

    def run(fails: str = "") -> tuple[int, list[str]]:
        log.unlink(missing_ok=True)
        environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "FAILS": fails}
        done = subprocess.run([tmp_path / "binder" / "postBuild"], env=environment, cwd=Path("/"), capture_output=True)
        return done.returncode, log.read_text().splitlines()

    return run


def test_postbuild_stops_at_what_fails(build):
    code, steps = build()
    assert code == 0
    assert steps == [
        "python -m pip install --no-deps --no-build-isolation --editable .",
        "python -m seq2seq_lessons.support.shared_models",
        "jupyter labextension disable @jupyterlab/apputils-extension:announcements",
    ]
    for number, step in enumerate(steps, start=1):
        code, done = build(fails=step)
        assert code != 0 and done == steps[:number]
