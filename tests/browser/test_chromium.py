"""Finding a Chromium, installing one, and what is said when neither works."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.browser import chromium


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without any Chromium, whose installers only note what they were asked."""
    machine = SimpleNamespace(asked=[], has=set(), download=tmp_path / "download" / "chrome", root=True)
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}" if name in machine.has else None)
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0 if machine.root else 1000, raising=False)
    monkeypatch.setattr(chromium, "downloaded", lambda: str(machine.download))

    def run(command, **_):
        machine.asked.append(command)
        works = machine.works(command) if hasattr(machine, "works") else False
        return subprocess.CompletedProcess(command, 0 if works else 1)

    monkeypatch.setattr(chromium.subprocess, "run", run)
    return machine


def test_environment_variable_comes_first(bare, monkeypatch, tmp_path):
    own = tmp_path / "my-chromium"
    own.touch()
    bare.has.add("chromium")
    monkeypatch.setenv(chromium.VARIABLE, str(own))
    assert chromium.find_or_install() == str(own)
    monkeypatch.setenv(chromium.VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(chromium.NoChromium, match="gone: no such file"):
        chromium.find_or_install()


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_path_comes_next_and_nothing_is_installed(bare, name):
    bare.has.add(name)
    assert chromium.find_or_install() == f"/usr/bin/{name}"
    assert bare.asked == []


def test_playwrights_own_download_is_used(bare):
    bare.download.parent.mkdir()
    bare.download.touch()
    assert chromium.find_or_install() == str(bare.download)
    assert bare.asked == []


def test_debian_package_is_installed_as_root(bare):
    bare.has.add("apt-get")

    def works(command):
        if command[:2] == ["apt-get", "install"]:
            bare.has.add("chromium")
        return command[0] == "apt-get"

    bare.works = works
    assert chromium.find_or_install() == "/usr/bin/chromium"
    assert bare.asked == [["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]]


def test_elsewhere_playwright_downloads(bare):
    bare.has.add("apt-get")
    bare.root = False

    def works(command):
        bare.download.parent.mkdir()
        bare.download.touch()
        return True

    bare.works = works
    assert chromium.find_or_install() == str(bare.download)
    assert bare.asked == [[sys.executable, "-m", "playwright", "install", "chromium"]]


def test_tests_install_nothing_and_name_the_step_that_does(bare):
    bare.has.add("apt-get")
    with pytest.raises(chromium.NoChromium, match="run `make browser` first"):
        chromium.installed()
    assert bare.asked == []
    bare.has.add("chromium")
    assert chromium.installed() == "/usr/bin/chromium"


def test_otherwise_one_line_says_what_to_install(bare):
    with pytest.raises(chromium.NoChromium) as raised:
        chromium.find_or_install()
    message = str(raised.value)
    assert "\n" not in message
    assert "apt-get install chromium" in message and "playwright install" in message and chromium.VARIABLE in message
