"""The command line's parser: what can be typed after `seq2seq-lessons`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.support.flags import add_flags, help_texts

# `python -m seq2seq_lessons` does the same where no script was installed.
PROGRAM = "seq2seq-lessons" if Path(sys.argv[0]).stem == "seq2seq-lessons" else "python -m seq2seq_lessons"
EXAMPLES = f"""examples:
  {PROGRAM} start
  {PROGRAM} train --out my-model
  {PROGRAM} translate --model my-model "i'm home ."
  {PROGRAM} train --pairs fra.txt --out my-model --time-limit-s 120
  {PROGRAM} evaluate --model my-model --pairs test.tsv
  {PROGRAM} report submitted --anonymous
several GPUs, or several machines (see torchrun --help):
  torchrun --nproc-per-node 4 -m seq2seq_lessons train --pairs fra.txt --out my-model --checkpoint run --resume auto
"""
PAIRS = 'a text file (source TAB target), packed or not, or "lessons", "lessons-long", "tatoeba"'
NOTEBOOKS = "seq2seq-lessons-notebooks"
REPORT = "class-report"


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line that was typed; of `start`, `options` are those that are JupyterLab's."""
    parser = build_parser()
    args, options = parser.parse_known_args(argv)
    if options and args.command != "start":
        parser.error(f"unrecognized arguments: {' '.join(options)}")
    args.options = options
    return args


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Train a GRU encoder-decoder on sentence pairs, translate with it, and measure it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    train = commands.add_parser(
        "train",
        help="train a translator and save it in a folder",
        usage="%(prog)s --out FOLDER [--pairs PAIRS] [options]",
    )
    _add_train_arguments(train)
    translate = commands.add_parser("translate", help="translate sentences, or standard input line by line")
    _add_translate_arguments(translate)
    evaluate = commands.add_parser("evaluate", help="BLEU, chrF, exact match and ten examples")
    _add_pairs_arguments(evaluate, f"{PAIRS}; lines with the same source are references", is_needed=True)
    for writing in (translate, evaluate):
        _add_writing_arguments(writing)
    commands.add_parser("download", help="download the Tatoeba pairs once, with their checksum verified")
    commands.add_parser("check", help="is everything here that the course needs?")
    _add_start_arguments(commands.add_parser("start", help="put the lessons into a folder and open JupyterLab there"))
    progress = commands.add_parser("progress", help="how far you have come in a folder's lessons, and what is next")
    progress.add_argument(
        "folder", nargs="?", metavar="FOLDER", help=f"(default: this one if it has lessons, else {NOTEBOOKS})"
    )
    _add_report_arguments(commands.add_parser("report", help="what a class answered, and where it got stuck"))
    return parser


def _add_train_arguments(train: argparse.ArgumentParser) -> None:
    _add_pairs_arguments(train, f"{PAIRS} (default: lessons)", is_needed=False)
    train.add_argument("--out", required=True, metavar="FOLDER", help="where to save the translator")
    train.add_argument(
        "--test-fraction",
        type=float,
        default=0.05,
        help="share of the distinct sources held out to report BLEU on, the same ones for every --seed; 0 for none "
        "(default: 0.05)",
    )
    train.add_argument("--checkpoint", metavar="FOLDER", help="store the state of the run here after each epoch")
    train.add_argument(
        "--resume",
        nargs="?",
        const=True,
        default=False,
        choices=["auto"],
        help="go on from the checkpoint; --resume auto: if there is one",
    )
    add_flags(train, ModelConfig)
    add_flags(train, TrainConfig)


def _add_pairs_arguments(parser: argparse.ArgumentParser, text: str, is_needed: bool) -> None:
    """Where the sentence pairs come from."""
    pairs = parser.add_mutually_exclusive_group(required=is_needed)
    pairs.add_argument("--pairs", help=text)
    pairs.add_argument("--source-file", metavar="FILE", help="the sources alone, a line each, with --target-file")
    parser.add_argument("--target-file", metavar="FILE", help="the translations of --source-file, line by line")
    parser.add_argument(
        "--columns", nargs=2, type=int, metavar="N", help="of --pairs: the source's and the target's (default: 1 2)"
    )
    parser.add_argument("--limit", type=int, help="read at most this many pairs")


def _add_translate_arguments(translate: argparse.ArgumentParser) -> None:
    translate.add_argument("sentences", nargs="*", help="without any, standard input is read, a sentence a line")
    translate.add_argument(
        "--num-best",
        type=int,
        metavar="N",
        help="the best N of the beam, a line each: the number of the sentence, a tab, the translation",
    )


def _add_writing_arguments(parser: argparse.ArgumentParser) -> None:
    """How to translate, for each command that does."""
    parser.add_argument("--model", required=True, metavar="FOLDER", help="what train --out wrote")
    parser.add_argument("--device", default="auto", help=f"{help_texts(TrainConfig)['device']} (default: auto)")
    parser.add_argument(
        "--beam-width", type=int, default=1, metavar="N", help="beam search of this width; 1 is greedy (default: 1)"
    )
    parser.add_argument(
        "--length-penalty",
        type=float,
        default=1.0,
        metavar="ALPHA",
        help="the beam ranks by the sum of log-probabilities divided by length**ALPHA (default: 1.0)",
    )


def _add_start_arguments(start: argparse.ArgumentParser) -> None:
    start.usage = "%(prog)s [FOLDER] [--no-browser] [options of jupyter lab, such as --port=9000]"
    start.add_argument(
        "folder",
        nargs="?",
        default=NOTEBOOKS,
        metavar="FOLDER",
        help=f"made if need be; a lesson that you changed stays as it is (default: {NOTEBOOKS})",
    )
    start.add_argument("--no-browser", action="store_true", help="only print the address")


def _add_report_arguments(report: argparse.ArgumentParser) -> None:
    report.usage = "%(prog)s FOLDER [--out FOLDER] [--anonymous] [--run [--minutes N] [--memory-gb N]]"
    report.add_argument(
        "folder",
        metavar="FOLDER",
        help="what the class handed in: notebooks under any names, in folders or zips; or the zip of a hub's or of "
        "Moodle's export. Nothing in it is run or changed",
    )
    report.add_argument(
        "--out",
        default=REPORT,
        metavar="FOLDER",
        help=f"for report.txt, answers.csv and answers.png (default: {REPORT})",
    )
    report.add_argument("--anonymous", action="store_true", help="numbers for names, drawn anew each time")
    report.add_argument(
        "--run",
        action="store_true",
        help="run a copy of each notebook again, and count what it prints then: saved output can be edited. It is no "
        "sandbox: docs/teaching.md says what is closed, and how to use a container",
    )
    report.add_argument(
        "--minutes", type=float, default=10, help="of --run: at most this long a notebook (default: 10)"
    )
    report.add_argument("--memory-gb", type=float, default=4, help="of --run: at most this much each (default: 4)")
