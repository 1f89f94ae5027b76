"""The command line: `python -m seq2seq_lessons train | translate | evaluate | download | check`."""

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import fields

EXAMPLES = """examples:
  python -m seq2seq_lessons train --out my-model
  python -m seq2seq_lessons translate --model my-model "i'm home ."
  python -m seq2seq_lessons train --pairs fra.txt --out my-model --time-limit 120
  python -m seq2seq_lessons evaluate --model my-model --pairs test.tsv
several GPUs, or several machines (see torchrun --help):
  torchrun --nproc-per-node 4 -m seq2seq_lessons train --pairs fra.txt --out my-model --checkpoint run --resume
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; results go to stdout, progress and warnings to stderr. Returns the exit status."""
    args = build_parser().parse_args(argv)
    warnings.showwarning = lambda message, *rest: print(f"warning: {message}", file=sys.stderr)
    try:
        return args.command(args)
    except (ValueError, OSError, MemoryError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="python -m seq2seq_lessons",
        description="Train a GRU encoder-decoder on sentence pairs, translate with it, and measure it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    pairs_help = 'a .tsv, .txt or .zip file (source TAB target), or "lessons", "lessons-long", "tatoeba"'

    train = commands.add_parser("train", help="train a translator and save it in a folder")
    train.set_defaults(command=run_train)
    train.add_argument("--pairs", default="lessons", help=f"{pairs_help} (default: lessons)")
    train.add_argument("--out", required=True, metavar="FOLDER", help="where to save the translator")
    train.add_argument("--limit", type=int, help="read at most this many pairs")
    train.add_argument(
        "--test-fraction",
        type=float,
        default=0.05,
        help="share of the distinct sources held out to report BLEU on; 0 for none (default: 0.05)",
    )
    train.add_argument("--checkpoint", metavar="FOLDER", help="store the state of the run here after each epoch")
    train.add_argument("--resume", action="store_true", help="go on from the checkpoint, if there is one")
    for flag, kind, text in (
        ("epochs", int, "passes over the pairs"),
        ("time-limit", float, "stop after this many seconds with the best weights so far"),
        ("batch-size", int, "pairs per step"),
        ("lr", float, "highest learning rate"),
        ("seed", int, "of weights, split, batches and dropout"),
        ("device", str, "auto, cpu, cuda or mps"),
        ("precision", str, "auto, bf16 or float32"),
        ("embed-size", int, "numbers per token"),
        ("num-hiddens", int, "numbers per hidden state"),
        ("num-layers", int, "GRU layers in each half"),
        ("dropout", float, "between layers"),
        ("word-dropout", float, "probability that a word is read as <unk> while training"),
        ("weight-decay", float, "share of every weight, times the learning rate, taken off at each step"),
        ("cell", str, "gru or lstm, in both halves"),
        ("min-freq", int, "rarer words are <unk>"),
        ("num-steps", int, "longest sentence in tokens, <eos> included"),
    ):
        train.add_argument(f"--{flag}", type=kind, help=text)
    for flag, text in (
        ("bidirectional", "the encoder reads both ways"),
        ("attention", "the decoder looks back at every source word"),
    ):
        train.add_argument(f"--{flag}", action="store_true", default=None, help=text)
    train.add_argument(
        "--teacher-forcing",
        type=float,
        nargs="+",
        metavar="P",
        help="probability of feeding the decoder the right token; several: one per epoch (default: 1)",
    )

    translate = commands.add_parser("translate", help="translate sentences, or standard input line by line")
    translate.set_defaults(command=run_translate)
    translate.add_argument("--model", required=True, metavar="FOLDER", help="what train --out wrote")
    translate.add_argument("sentences", nargs="*", help="without any, standard input is read, a sentence a line")

    evaluate = commands.add_parser("evaluate", help="BLEU, chrF, exact match and ten examples")
    evaluate.set_defaults(command=run_evaluate)
    evaluate.add_argument("--model", required=True, metavar="FOLDER", help="what train --out wrote")
    evaluate.add_argument("--pairs", required=True, help=f"{pairs_help}; lines with the same source are references")
    evaluate.add_argument("--limit", type=int, help="read at most this many pairs")

    for writing in (translate, evaluate):
        writing.add_argument(
            "--beam-width", type=int, default=1, metavar="N", help="beam search of this width; 1 is greedy (default: 1)"
        )

    download = commands.add_parser("download", help="download the Tatoeba pairs once, with their checksum verified")
    download.set_defaults(command=run_download)

    check = commands.add_parser("check", help="is everything here that the course needs?")
    check.set_defaults(command=run_check)
    return parser


def run_train(args: argparse.Namespace) -> int:
    """Train, report on the held-out sources, save; under torchrun with all processes, of which the first reports."""
    from seq2seq_lessons.support.distributed import process_group

    with process_group(args.device or "auto"):
        return _train(args)


def _train(args: argparse.Namespace) -> int:
    from seq2seq_lessons.config import ModelConfig, TrainConfig
    from seq2seq_lessons.corpus import load_pairs, split_by_source
    from seq2seq_lessons.support import distributed
    from seq2seq_lessons.support.storage import check_folder
    from seq2seq_lessons.translator import Translator

    given = {name: value for name, value in vars(args).items() if value is not None}
    if "time_limit" in given:
        given["time_limit_s"] = given["time_limit"]
    sizes = ModelConfig(**{f.name: given[f.name] for f in fields(ModelConfig) if f.name in given})
    config = TrainConfig(**{f.name: given[f.name] for f in fields(TrainConfig) if f.name in given})
    if not 0 <= args.test_fraction < 1:
        raise ValueError(f"--test-fraction is {args.test_fraction}; expected a number from 0 to below 1")
    if args.resume and not args.checkpoint:
        raise ValueError("--resume needs --checkpoint FOLDER, the folder that the first run was given")
    check_folder(args.out)  # before the training, not after it
    pairs = load_pairs(args.pairs, args.limit)
    train_pairs, test_pairs = split_by_source(pairs, args.test_fraction, seed=config.seed + 1)
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
        print(_score(translator, test_pairs)[0])
    return 0 if folder == args.out else 1


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

    translator = Translator.load(args.model)
    sentences = args.sentences or [line.rstrip("\r\n") for line in sys.stdin]
    for translation in translator.translate(sentences, args.beam_width):
        print(translation)
    return 0


def run_evaluate(args: argparse.Namespace) -> int:
    """Print the scores and ten examples, spread over the file."""
    from seq2seq_lessons.corpus import load_pairs
    from seq2seq_lessons.translator import Translator

    report, rows = _score(Translator.load(args.model), load_pairs(args.pairs, args.limit), args.beam_width)
    print(report)
    for source, translation, references in rows[:: max(1, len(rows) // 10)][:10]:
        print(f"\nsource       {source}\ntranslation  {translation}\nreference    {' / '.join(references)}")
    return 0


def _score(translator, pairs, beam_width=1):
    from seq2seq_lessons.evaluation import corpus_report, group_references

    sources, references = group_references(pairs)
    translations = translator.translate(sources, beam_width)
    return corpus_report(translations, references), list(zip(sources, translations, references, strict=True))


def run_download(args: argparse.Namespace) -> int:
    """Download Tatoeba and print where it lies."""
    from seq2seq_lessons.corpus import download_tatoeba

    print(download_tatoeba())
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Print what is missing; exit status 1 if anything is."""
    from seq2seq_lessons.support import environment

    found = environment.problems()
    print(environment.summary(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
