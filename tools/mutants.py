"""How many small faults in the code that the course teaches do its tests notice? (Mutation testing, by cosmic-ray.)

    python -m tools.mutants [MODULE ...]

Changes one operator, number or condition at a time in a copy of the repository, runs the module's tests, and lists the
changes that no test noticed. Ends with status 1 if they are more than one in ten. Some 500 runs of a few seconds each.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ["tests/test_model.py", "tests/test_decoding.py"]
TESTS = {
    "teacher_forcing": ["tests/test_teacher_forcing.py", *SHARED],
    "loss": ["tests/test_loss.py", *SHARED, "tests/test_training.py"],
    "decoder": ["tests/test_decoder.py", "tests/test_attention.py", *SHARED],
    "decoding": ["tests/test_search.py", "tests/test_decoding.py"],
    "beam": ["tests/test_search.py"],
}
MOST_SURVIVORS = 10  # per cent
CONFIG = """
[cosmic-ray]
module-path = "seq2seq_lessons/{module}.py"
timeout = 120.0
excluded-modules = []
test-command = "{python} -m pytest -x -q -p no:cacheprovider -p no:nbval --hypothesis-profile=first-failure {tests}"
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
# `Tensor | None` in an annotation is no computation
exclude-operators = ["core/ReplaceBinaryOperator_BitOr_.*"]
"""


def survivors(module: str, folder: Path) -> tuple[int, list[str]]:
    """How many changes were tried, and those that no test noticed, as cosmic-ray shows them."""
    config, session = folder / f"{module}.toml", folder / f"{module}.sqlite"
    config.write_text(CONFIG.format(module=module, python=sys.executable, tests=" ".join(TESTS[module])))

    def cosmic_ray(tool: str, *arguments: object) -> str:
        command = [Path(sys.executable).parent / tool, *map(str, arguments)]
        return subprocess.run(command, cwd=folder, check=True, text=True, stdout=subprocess.PIPE).stdout

    cosmic_ray("cosmic-ray", "baseline", config)  # the tests pass while nothing is changed
    cosmic_ray("cosmic-ray", "init", config, session)
    cosmic_ray("cr-filter-operators", session, config)
    cosmic_ray("cosmic-ray", "exec", config, session)
    entries = cosmic_ray("cr-report", "--show-diff", session).split("[job-id]")[1:]
    tried = [entry for entry in entries if "SKIPPED" not in entry]
    return len(tried), [entry for entry in tried if "TestOutcome.SURVIVED" in entry]


def main(modules: list[str]) -> int:
    """Print each module's rate and survivors."""
    total = alive = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        shutil.copy(ROOT / "pyproject.toml", copy)
        for name in ("seq2seq_lessons", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for module in modules:
            tried, left = survivors(module, copy)
            print(f"{module}: {len(left)} of {tried} changes not noticed", *left, sep="\n", flush=True)
            total, alive = total + tried, alive + len(left)
    print(f"together: {100 - 100 * alive / total:.1f} % of {total} changes noticed")
    return 1 if 100 * alive > MOST_SURVIVORS * total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(TESTS)))
