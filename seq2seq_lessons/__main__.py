"""The command line: `seq2seq-lessons train | translate | evaluate | download | check | start | report | progress`."""

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.support import streams
from seq2seq_lessons.support.command_line import parse
from seq2seq_lessons.support.flags import from_flags

READER_HAS_GONE = 141  # what a shell says of a program that writes to a closed pipe
TEST_SEED = 0  # of the split into training and test sources: the same test set whatever --seed is


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; results go to stdout, progress and warnings to stderr. Returns the exit status."""
    streams.make_utf8()
    args = parse(argv)
    warnings.showwarning = lambda message, *rest: print(f"warning: {message}", file=sys.stderr)
    try:
        status = COMMANDS[args.command](args)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # `… | head -1` has seen enough
        streams.silence(sys.stdout)
        return READER_HAS_GONE
    except (ValueError, OSError, MemoryError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def run_train(args: argparse.Namespace) -> int:
    """Train, report on the held-out sources, save; under torchrun with all processes, of which the first reports."""
    from seq2seq_lessons.support.distributed import process_group, world_size

    sizes, config = from_flags(ModelConfig, args), from_flags(TrainConfig, args)
    with process_group(config.device), streams.to_the_end(takes_signals=world_size() == 1):
        return _train(args, sizes, config)


def _train(args: argparse.Namespace, sizes: ModelConfig, config: TrainConfig) -> int:
    from seq2seq_lessons.corpus import split_by_source
    from seq2seq_lessons.support import distributed
    from seq2seq_lessons.support.storage import check_folder
    from seq2seq_lessons.translator import Translator

    if not 0 <= args.test_fraction < 1:
        raise ValueError(f"--test-fraction is {args.test_fraction}; expected a number from 0 to below 1")
    if args.resume and not args.checkpoint:
        raise ValueError("--resume needs --checkpoint FOLDER, the folder that the first run was given")
    check_folder(args.out, "model")  # before the training, not after it
    pairs = _load(args)
    train_pairs, test_pairs = split_by_source(pairs, args.test_fraction, TEST_SEED)
    is_first = distributed.rank() == 0
    if is_first:
        print(
            f"{len(pairs)} pairs: {len(train_pairs)} to train on (a share of them for validation), "
            f"{len(test_pairs)} held out for the report",
            file=sys.stderr,
        )
    translator = Translator.train(
        train_pairs, sizes, config, progress=is_first, checkpoint=args.checkpoint, resume=args.resume
    )
    if not is_first:
        return 0
    folder = _save(translator, args.out)
    history = translator.history
    print(f"stopped: {history.stopped}; {len(history.train_loss)} epochs, saved in {folder}", file=sys.stderr)
    if history.train_loss:
        print(f"training loss {history.train_loss[-1]:.3f} nats per token", file=sys.stderr)
    if history.stopped == "interrupted":
        return 130
    if test_pairs:
        _print_report(_score(translator, test_pairs, {})[0])
    return 0 if folder == args.out else 1


def _load(args: argparse.Namespace):
    from seq2seq_lessons.corpus import load_pairs

    if (args.source_file is None) != (args.target_file is None):
        raise ValueError("--source-file and --target-file belong together: give both, or --pairs")
    source = args.source_file or args.pairs or "lessons"
    return load_pairs(source, args.limit, columns=args.columns, target_file=args.target_file)


def _save(translator, folder: str) -> str:
    """Where it was saved: in the folder, or, if that fails after all the training, in a new one for temporary files."""
    import tempfile

    try:
        translator.save(folder)
        return folder
    except OSError as error:
        refuge = tempfile.mkdtemp(prefix="seq2seq-lessons-")
        print(f"error: cannot save in {folder} ({error}); move the translator from {refuge}", file=sys.stderr)
        translator.save(refuge)
        return refuge


def run_translate(args: argparse.Namespace) -> int:
    """Translate the arguments, or standard input."""
    from seq2seq_lessons.translator import Translator

    translator, number = Translator.load(args.model, args.device), 0
    for sentences in [args.sentences] if args.sentences else streams.lines_as_they_come():
        for found in translator.translate(sentences, **_search(args), num_best=args.num_best):
            number += 1
            print(*([found] if args.num_best is None else (f"{number}\t{best}" for best in found)), sep="\n")
        sys.stdout.flush()
    return 0


def run_evaluate(args: argparse.Namespace) -> int:
    """Print the scores and ten examples, spread over the file."""
    from seq2seq_lessons.translator import Translator

    translator = Translator.load(args.model, args.device)
    report, rows = _score(translator, _load(args), _search(args))
    _print_report(report)
    for source, translation, references in rows[:: max(1, len(rows) // 10)][:10]:
        print(f"\nsource       {source}\ntranslation  {translation}\nreference    {' / '.join(references)}")
    return 0


def _search(args: argparse.Namespace) -> dict:
    return {"beam_width": args.beam_width, "length_penalty": args.length_penalty}


def _score(translator, pairs, search: dict):
    from seq2seq_lessons.evaluation import corpus_report, group_references

    sources, references = group_references(pairs)
    translations = translator.translate(sources, **search)
    if len(set(translations)) == 1 < len({target for targets in references for target in targets}):
        warnings.warn(
            f"all {len(sources)} sentences get one translation, {translations[0]!r}: the model does not look at its "
            "source; train it longer, on more pairs, or with a smaller lr",
            stacklevel=2,
        )
    return corpus_report(translations, references), list(zip(sources, translations, references, strict=True))


def _print_report(report) -> None:
    print(report)
    print(f"sacreBLEU {report.signature}")
    if report.bleu == 0 < report.exact_match:
        print(
            "note: BLEU is 0 since no translation has four tokens, the most that it counts in a row; chrF and exact "
            "match tell more of sentences this short",
            file=sys.stderr,
        )


def run_download(args: argparse.Namespace) -> int:
    """Download Tatoeba and print where it lies."""
    from seq2seq_lessons.corpus import download_tatoeba

    print(download_tatoeba())
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Print what is missing; exit status 1 if anything is."""
    from seq2seq_lessons.support import environment

    print("trying packages, a training step, a picture, a slider: some seconds …", file=sys.stderr)
    found = environment.problems()
    print(environment.summary(found))
    return 1 if found else 0


def run_start(args: argparse.Namespace) -> int:
    """Deliver the lessons and open JupyterLab."""
    from seq2seq_lessons.support.environment import hidden_modules
    from seq2seq_lessons.support.paths import expanded
    from seq2seq_lessons.support.start import deliver, open_lab

    folder = expanded(args.folder).resolve()
    for name in deliver(folder):
        print(f"kept {name} as you left it: it differs from the delivered one", file=sys.stderr)
    print(*hidden_modules(folder), f"the lessons are in {folder}", sep="\n", file=sys.stderr)
    open_lab(folder, ["--no-browser"] * args.no_browser + args.options)
    return 0


def run_progress(args: argparse.Namespace) -> int:
    """Print how far a folder's lessons are."""
    from seq2seq_lessons.support.command_line import NOTEBOOKS
    from seq2seq_lessons.support.paths import expanded
    from seq2seq_lessons.support.standing import lines

    usual = NOTEBOOKS if Path(NOTEBOOKS).is_dir() and not [*Path().glob("*.ipynb")] else "."
    print(*lines(expanded(args.folder or usual)), sep="\n")
    return 0


def run_report(args: argparse.Namespace) -> int:
    """Print what a class answered, and write it into a folder."""
    from seq2seq_lessons.support import report
    from seq2seq_lessons.support.handed_in import gather
    from seq2seq_lessons.support.paths import expanded

    handed_in, faults = gather(expanded(args.folder).resolve())
    rerun = None
    if args.run:
        from seq2seq_lessons.support.rerun import Limits, how_closed, run_again

        print(how_closed(), file=sys.stderr)
        rerun = run_again(handed_in, Limits(args.minutes, args.memory_gb))
    work = report.collect(handed_in, rerun, anonymous=args.anonymous)
    work.faults += [reason if args.anonymous else f"{path}: {reason}" for path, reason in faults]
    print(*report.text(work), sep="\n")
    out = expanded(args.out)
    print(f"written into {out}: {', '.join(report.write(work, out))}", file=sys.stderr)
    return 0


COMMANDS = {
    "train": run_train,
    "translate": run_translate,
    "evaluate": run_evaluate,
    "download": run_download,
    "check": run_check,
    "start": run_start,
    "progress": run_progress,
    "report": run_report,
}

if __name__ == "__main__":
    sys.exit(main())
