"""The check for the day before: is everything here that the course needs?"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from seq2seq_lessons.support.limits import memory_bytes, num_processors, num_visible_processors

DISTRIBUTION = "seq2seq-lessons"
MIN_FREE_BYTES = 200e6  # in the cache folder: trained models and one download
MIN_MEMORY_BYTES = 1e9  # what Binder guarantees
TRIAL_S = 120
# What a learner does, tried by a process that may die of it, and what to do where it fails.
TRIALS = {
    "a training step": (
        """
import torch
from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.translator import Translator
pairs, training = [("go", "va"), ("run", "cours")], TrainConfig(epochs=1, min_freq=1)
Translator.train(pairs, ModelConfig(4, 4), training, progress=False).translate("go")
torch.ones(1, device="cuda" if torch.cuda.is_available() else "cpu").sum().cpu().numpy()
""",
        'pip install --force-reinstall "torch" "numpy"',
    ),
    "a picture": (
        """
import os
before = os.environ.get("MPLCONFIGDIR")
from seq2seq_lessons.plots.style import Picture
picture = Picture(words="")
picture.text(0, 0, "\u00e9")
picture.png()
assert os.environ.get("MPLCONFIGDIR") == before, "MPLCONFIGDIR is no folder that can be written"
""",
        'pip install --force-reinstall "matplotlib" "pillow"',
    ),
    "a slider": (
        """
import anywidget, ipywidgets
slider = ipywidgets.IntSlider()
slider.set_state({"value": 3})
assert slider.value == 3
""",
        'pip install --force-reinstall "ipywidgets" "anywidget"',
    ),
}
REMEDIES = {  # by what a fault says
    "SIGILL": "this processor lacks what this build needs: take Binder or Colab",
    "CUDA": "set CUDA_VISIBLE_DEVICES to nothing, to train on the CPU, or install the build of torch for this GPU",
    "MPLCONFIGDIR": "set MPLCONFIGDIR to one",
    "OpenMP": "conda's and pip's packages are mixed here: make a new environment with venv, and use pip in it",
    ".dll": "install Microsoft's Visual C++ Redistributable",
}
EXTENSIONS = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}


def problems(tries: bool = True) -> list[str]:
    """One line for each thing that is missing, with what to do about it; empty when the course can begin.

    Args:
        tries: also let a process of its own import all packages, train a step, draw a picture and move a slider, which
            takes seconds.
    """
    found = _package_problems() + hidden_modules(Path.cwd())
    if tries and not found:
        found = _trial_problems() + _widget_problems()
    return found + _cache_problems() + _limit_problems()


def needed() -> list[Requirement]:
    """What the course needs on this machine, as the installed package declares it.

    Raises:
        PackageNotFoundError: the package itself is not installed.
    """
    extra = "" if "ipykernel" in sys.modules else "lab"  # who asks in a notebook has something that opens notebooks
    declared = [Requirement(line) for line in metadata.requires(DISTRIBUTION) or []]
    return [r for r in declared if r.marker is None or r.marker.evaluate({"extra": extra})]


def _package_problems() -> list[str]:
    try:
        requirements = needed()
    except metadata.PackageNotFoundError:
        return [f"{DISTRIBUTION} itself is not installed: pip install -r requirements.txt, in its folder"]
    found = []
    for requirement in requirements:
        wanted = f"{requirement.name}{requirement.specifier}"
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            found.append(f'{requirement.name} is not installed: pip install "{wanted}"')
            continue
        loaded = str(getattr(sys.modules.get(_module(requirement)), "__version__", version)).removeprefix("v")
        if not requirement.specifier.contains(version, prereleases=True):
            found.append(f'{requirement.name} {version} does not fit: pip install "{wanted}"')
        elif loaded != version:
            found.append(f"{requirement.name} {loaded} is in memory, {version} is installed: restart the kernel")
    return found


def _module(requirement: Requirement) -> str:
    """What is imported of a package."""
    return {"pillow": "PIL", "ipython": "IPython"}.get(requirement.name, requirement.name.replace("-", "_"))


def hidden_modules(folder: Path) -> list[str]:
    """A line for each file that Python would take for a module of its own, or of a package, in notebooks beside it."""
    others = {"seq2seq_lessons", "torch", "numpy", "matplotlib", "ipywidgets", "anywidget"}
    names = (sys.stdlib_module_names | others) - {"test"}  # of which nothing is asked for
    hiding = [path for path in sorted(folder.glob("*.py")) if path.stem in names]
    return [f"{path} hides the module {path.stem!r} from Python: give the file another name" for path in hiding]


def _trial_problems() -> list[str]:
    modules = {requirement: _module(requirement) for requirement in needed()}
    if not _fault("\n".join([*(code for code, _ in TRIALS.values()), f"import {', '.join(modules.values())}"])):
        return []  # all at once, which is the usual case and takes half the time
    found = []
    for requirement, module in modules.items():
        if fault := _fault(f"import {module}"):
            again = f'pip install --force-reinstall "{requirement.name}{requirement.specifier}"'
            found.append(f"{requirement.name} is here, and cannot be imported ({fault}): {_remedy(fault, again)}")
    if found:
        return found
    faults = ((what, _fault(code), remedy) for what, (code, remedy) in TRIALS.items())
    return [f"{what} fails ({fault}): {_remedy(fault, remedy)}" for what, fault, remedy in faults if fault]


def _fault(code: str) -> str:
    """Why a process of its own fails to run this; "" if it runs."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TRIAL_S)
    except subprocess.TimeoutExpired:
        return f"not done after {TRIAL_S} seconds"
    if ran.returncode < 0:
        return f"killed by {signal.Signals(-ran.returncode).name}"
    if ran.returncode == 0:
        return ""
    return (ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"])[-1]


def _remedy(fault: str, otherwise: str) -> str:
    return next((remedy for word, remedy in REMEDIES.items() if word in fault), otherwise)


def _widget_problems() -> list[str]:
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return []  # no JupyterLab
    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    return [
        f"JupyterLab has no {extension}, and will show no slider: pip install --force-reinstall {package}"
        for extension, package in EXTENSIONS.items()
        if not any((folder / extension / "package.json").is_file() for folder in folders)
    ]


def _cache_problems() -> list[str]:
    try:
        from seq2seq_lessons.corpus import cache_folder
        from seq2seq_lessons.support.storage import one_at_a_time

        folder = cache_folder()
    except ImportError:
        return []  # a package is missing, and named as such
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1 << 20))  # a disk that is full, or a quota, shows itself here
    except OSError as error:
        return [f"the cache folder {folder} cannot be written ({error}): set SEQ2SEQ_LESSONS_CACHE to one that can"]
    inside = tempfile.TemporaryDirectory(dir=folder)
    with warnings.catch_warnings(record=True, action="always") as caught, inside, one_at_a_time(Path(inside.name, "l")):
        pass  # on a file system without locks this warns
    found = [f"{warning.message} (set SEQ2SEQ_LESSONS_CACHE to a folder elsewhere)" for warning in caught]
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        found.append(f"only {free / 1e6:.0f} MB free in {folder}: make room, or set SEQ2SEQ_LESSONS_CACHE")
    return found


def _limit_problems() -> list[str]:
    found = []
    total, visible, processors = memory_bytes(), num_visible_processors(), num_processors()
    if total is not None and total < MIN_MEMORY_BYTES:
        found.append(f"{total / 1e9:.1f} GB of memory: the lessons need 1 GB; close other programs or use Binder")
    if processors < visible and not os.environ.get("OMP_NUM_THREADS"):
        found.append(
            f"{visible} processors are here, and the time of {processors} may be taken: trainings with a thread for "
            f"each would be slow; set OMP_NUM_THREADS={processors}"
        )
    return found


def summary(found: list[str]) -> str:
    """The problems, a line each, or one line when there are none."""
    return "\n".join(found) or "Everything the course needs is here."


def check() -> None:
    """Print one line when all is well, or each problem with what to do; what a lesson calls, which tries the rest."""
    print(summary(problems(tries=False)))
