"""The command line: python -m core <verb>; `--help` explains each in plain words."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core import commands
from core.domain import Role
from core.errors import HNMError
from core.i18n import DEFAULT, error_text, languages


def parser() -> argparse.ArgumentParser:
    """All verbs with their help."""
    top = argparse.ArgumentParser(
        prog="python -m core", description="Het Nieuwe Melden on the command line."
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    _import(verbs)
    _official(verbs)
    _judge_files(verbs)
    _users(verbs)
    _export(verbs)
    _quality(verbs)
    _retrain(verbs)
    return top


def _import(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "import", help="read a chat export, CSV or JSONL file into a group with consent"
    )
    verb.add_argument("file", type=Path)
    verb.add_argument(
        "--group",
        required=True,
        help="the group's name, as in the admin page; '*': by the rows' own group column",
    )
    verb.add_argument("--source", help="the kind of file; found from its name when left out")
    verb.add_argument("--dry-run", action="store_true", help="count and check, write nothing")
    order = verb.add_mutually_exclusive_group()
    order.add_argument("--day-first", dest="day_first", action="store_true", default=None)
    order.add_argument("--month-first", dest="day_first", action="store_false")
    verb.set_defaults(run=commands.import_file)


def _official(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, run, what in (
        ("import-areas", commands.import_areas, "wijken and buurten (CBS, PDOK)"),
        ("import-streets", commands.import_streets, "streets (BAG, NWB, or a table)"),
    ):
        verb = verbs.add_parser(
            name,
            help=f"read {what} of a municipality into a pilot",
            description=f"Reads {what} from a GeoPackage, GeoJSON, CSV or zip, in WGS84 or RD.",
        )
        verb.add_argument("file", type=Path)
        verb.add_argument("--pilot", required=True, help="the pilot's name, as in the admin page")
        where = "--municipality" if run is commands.import_areas else "--town"
        verb.add_argument(where, required=True, dest="where", help='for instance "Den Haag"')
        verb.add_argument("--only", nargs="*", default=[], help="codes, such as WK051840")
        verb.add_argument("--dry-run", action="store_true", help="count and check, write nothing")
        verb.set_defaults(run=run)


def _judge_files(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, run, text in (
        ("assess", commands.assess, "judge messages, each with the earlier ones of its group"),
        (
            "replay",
            commands.replay,
            "run messages through the whole pipeline in a throw-away store",
        ),
    ):
        verb = verbs.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}. Rows in: id, time (local, no zone), group, "
            "author, reply_to, text. One row out for each, in the same order.",
        )
        verb.add_argument("input", type=Path, help="JSONL file to read")
        verb.add_argument("output", type=Path, help="JSONL file to write")
        verb.set_defaults(run=run)


def _users(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("users", help="list, add or stop accounts")
    steps = verb.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("list", help="who may sign in").set_defaults(run=commands.list_users)
    add = steps.add_parser("add", help="add an account; asks for the password")
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, action="append", choices=[r.value for r in Role])
    add.set_defaults(run=commands.add_user)
    for name, run, text in (
        ("stop", commands.stop_user, "end an account and its sessions"),
        ("password", commands.change_password, "set a new password; asks for it"),
    ):
        step = steps.add_parser(name, help=text)
        step.add_argument("login")
        step.set_defaults(run=run)


def _export(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("export", help="write incidents, without residents' words, to CSV")
    verb.add_argument("output", type=Path)
    verb.set_defaults(run=commands.export)


def _quality(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "evaluate", help="print how good the judgement is, and what people made of it"
    )
    verb.add_argument("--language", default=DEFAULT, choices=languages())
    verb.add_argument("--labelled", type=Path, help="JSONL: id, topic, urgent, as people label it")
    verb.add_argument("--judged", type=Path, help="JSONL: what `assess` wrote of the same messages")
    verb.set_defaults(run=commands.evaluate)
    verb = verbs.add_parser(
        "register", help="write the Algorithm Register's entry and the model cards"
    )
    verb.add_argument("--output", type=Path, required=True, help="folder to write into")
    verb.add_argument("--organisation", default="", help="the organisation's full name")
    verb.add_argument("--contact", default="", help="e-mail address or website for questions")
    verb.set_defaults(run=commands.register)


def _retrain(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "retrain", help="let the learn role make a model from what people corrected"
    )
    verb.set_defaults(run=commands.retrain)


def main(arguments: list[str]) -> int:
    chosen = parser().parse_args(arguments)
    try:
        chosen.run(chosen)
    except HNMError as error:
        print(error_text(DEFAULT, error), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
