"""The command line of the models: train, evaluate, compare, corpus."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one thread a worker is fastest
# The regressions stop after a fixed number of rounds on purpose; training's workers inherit this.
os.environ.setdefault("PYTHONWARNINGS", "ignore::UserWarning")

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from core.assess import Thresholds
from core.errors import HNMError
from core.settings import settings


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")
    try:
        chosen.run(chosen)
    except HNMError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def train(chosen: argparse.Namespace) -> None:
    """Builds what the product needs to judge; skips what is up to date."""
    from models.judge import load_judge
    from models.links import train as train_links
    from models.name_lists import FILE, build_names
    from models.quality import read_quality, write_quality
    from models.train import train as train_judge

    folder, encoder = settings().models, settings().encoder
    if chosen.force or not (folder / FILE).exists():
        build_names(folder)
        print(f"names: built in {folder}")
    built = train_judge(folder, encoder, force=chosen.force)
    print(f"judge: {'trained' if built else 'up to date'} in {folder}")
    judge = load_judge(folder, encoder)
    if read_quality(folder).get("model") != judge.model:
        write_quality(folder, judge)
        print(f"quality: measured in {folder}")
    built = train_links(folder, encoder, force=chosen.force)
    print(f"grouping: {'trained' if built else 'up to date'} in {folder}")


def evaluate(chosen: argparse.Namespace) -> None:
    """Prints the figures of the trained judge on a part of the corpus."""
    from models.corpus_reader import read_part
    from models.evaluate import curve, run, table, topic_table
    from models.judge import load_judge

    examples = read_part(chosen.part)
    judge = load_judge(settings().models, settings().encoder)
    result = run(examples, judge)
    print(f"{judge.model}: {len(examples)} messages of {chosen.part}\n")
    for part in (table, topic_table, curve):
        print("\n".join(part(examples, result.judged, Thresholds())), end="\n\n")
    print(f"{result.per_second:.0f} messages a second on one core, {result.memory_mb:.0f} MB")


def compare(_: argparse.Namespace) -> None:
    """Prints how other ways to read the words do on writers they had not read (minutes)."""
    from models.compare import table

    for row in table():
        print(row, flush=True)


def corpus(chosen: argparse.Namespace) -> None:
    """Writes a part of the corpus as rows of the annotation guide."""
    from core import pilots
    from models.corpus_reader import read_part, write_annotations

    streets = pilots.load("wateringse_veld_2021").streets
    points = {street.name: street.at for street in reversed(streets)}  # the first part of a street
    count = write_annotations(read_part(chosen.part), chosen.to, points)
    print(f"{count} messages written to {chosen.to}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("train", help="build the trained models (minutes)")
    verb.add_argument("--force", action="store_true", help="also when they are up to date")
    verb.set_defaults(run=train)
    verb = verbs.add_parser("evaluate", help="print the figures of the trained judge")
    verb.add_argument("--part", default="validation", choices=("validation", "train"))
    verb.set_defaults(run=evaluate)
    verb = verbs.add_parser("compare", help="print how other ways to read the words do (minutes)")
    verb.set_defaults(run=compare)
    verb = verbs.add_parser("corpus", help="write the corpus as JSON lines")
    verb.add_argument("--to", type=Path, required=True)
    verb.add_argument("--part", default="validation", choices=("validation", "train"))
    verb.set_defaults(run=corpus)
    return parser


if __name__ == "__main__":
    sys.exit(main())
