"""What each verb of the command line does."""

from __future__ import annotations

import argparse
import csv
import getpass
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from core import accounts
from core.accounts import NewUser
from core.domain import Group, Incident, Role
from core.errors import BadInput, FileUnreadable, NotFound, SourceError
from core.evaluation_report import report
from core.i18n import DEFAULT, error_text, text_of
from core.import_batches import ImportResult
from core.imports import run, source_for
from core.official_areas import boundaries, write_areas
from core.official_import import areas_plan, streets_plan
from core.official_streets import streets, write_streets
from core.own_sample import compare, sample_report
from core.ports import OfficialFile
from core.publication import facts_of, publication, write
from core.replay_file import replay_rows
from core.retraining import queue_training
from core.sheet import safe_cell
from core.store import Unit
from core.store.exports import incidents_for_export
from core.wiring import Services, official_opener, services, sources, tools

_BY: Final = "command line"
_MOST_ROW_ERRORS: Final = 20
_EVERY_GROUP: Final = "*"
_EXPORTED: Final = (
    "number",
    "topic",
    "urgency",
    "status",
    "opened_at",
    "last_message_at",
    "message_count",
    "resident_count",
    "street",
    "lat",
    "lon",
    "radius_m",
    "destination",
)


def import_file(chosen: argparse.Namespace) -> None:
    """Reads a file into a group's inbox; the running worker judges what comes in.

    Raises NotFound, NoConsent, FileUnreadable.
    """
    given, known = services(), sources()
    name = chosen.source or source_for(chosen.file.name, known)
    if name not in known:
        raise NotFound(what="source", id=name)
    group = None if chosen.group == _EVERY_GROUP else _group(chosen.group, given)
    with chosen.file.open("rb") as file:
        result = run(
            known[name],
            file,
            chosen.file.name,
            group,
            given.store,
            given.vault,
            dry_run=chosen.dry_run,
            day_first=chosen.day_first,
            progress=_show_progress,
        )
    print("", file=sys.stderr)
    for error in result.errors:
        print(error_text(DEFAULT, error), file=sys.stderr)
    print(text_of(DEFAULT, "imports.result", **result.counts()))


def import_areas(chosen: argparse.Namespace) -> None:
    """Reads wijken and buurten into a pilot. Raises NotFound, FileUnreadable."""
    given = services()
    with _official(chosen, given) as file:
        found = boundaries(file, chosen.where, progress=_show_count)
    wanted = [b for b in found.found if _is_wanted(b.code, chosen.only)]
    with given.store.unit() as unit:
        pilot_id = _pilot(chosen.pilot, unit)
        plan = areas_plan(pilot_id, wanted, unit)
        if not chosen.dry_run:
            write_areas(plan, pilot_id, _BY, unit)
    _show_row_errors(found.errors)
    counts = {"new": len(plan.new), "changed": len(plan.changed), "same": len(plan.same)}
    print(text_of(DEFAULT, "official.areas_result", **counts, water=found.water_count))


def import_streets(chosen: argparse.Namespace) -> None:
    """Reads streets into a pilot. Raises NotFound, FileUnreadable."""
    given = services()
    with given.store.unit() as unit:
        pilot_id = _pilot(chosen.pilot, unit)
        areas = [a for a in unit.pilots.areas(pilot_id) if _is_wanted(a.code or "", chosen.only)]
    with _official(chosen, given) as file:
        found = streets(file, chosen.where, areas, progress=_show_count)
    with given.store.unit() as unit:
        plan = streets_plan(pilot_id, found, unit)
        if not chosen.dry_run:
            write_streets(plan, pilot_id, _BY, unit)
    _show_row_errors(found.errors)
    counts = {"new": len(plan.new), "known": len(plan.known), "rows": len(plan.parts)}
    print(text_of(DEFAULT, "official.streets_result", **counts, far=found.far_count))


def _official(chosen: argparse.Namespace, given: Services) -> AbstractContextManager[OfficialFile]:
    return official_opener()(chosen.file, given.settings.maximum_unpacked_mb << 20)


def _is_wanted(code: str, only: Sequence[str]) -> bool:
    """True for a code that is named, and for a buurt of a wijk that is."""
    return not only or any(code == one or code[2:8] == one.removeprefix("WK") for one in only)


def _show_count(count: int) -> None:
    print(f"\r{count}", end="", file=sys.stderr, flush=True)


def _show_row_errors(errors: Sequence[SourceError]) -> None:
    print("", file=sys.stderr)
    for error in errors[:_MOST_ROW_ERRORS]:
        print(error_text(DEFAULT, error), file=sys.stderr)


def _pilot(name: str, unit: Unit) -> int:
    found = [pilot.id for pilot in unit.pilots.all() if pilot.name == name]
    if not found:
        raise NotFound(what="pilot", id=name)
    return found[0]


def assess(chosen: argparse.Namespace) -> None:
    """Judges messages, each with the earlier rows of its group as conversation."""
    _judge_file(chosen, keep_incident=False)


def replay(chosen: argparse.Namespace) -> None:
    """Runs messages through the whole pipeline in a throw-away store."""
    _judge_file(chosen, keep_incident=True)


def list_users(_: argparse.Namespace) -> None:
    with services().store.unit() as unit:
        for row in unit.accounts.all():
            state = "" if row.active else "  (stopped)"
            print(f"{row.login:<20} {row.name:<30} {', '.join(row.roles)}{state}")


def add_user(chosen: argparse.Namespace) -> None:
    """Adds an account. Raises BadInput."""
    new = NewUser(
        login=chosen.login,
        name=chosen.name,
        password=_ask_password(),
        roles=frozenset(Role(role) for role in chosen.role),
    )
    with services().store.unit() as unit:
        accounts.add_user(new, _BY, unit)
    print(f"{chosen.login}: added")


def stop_user(chosen: argparse.Namespace) -> None:
    """Ends an account and its sessions. Raises NotFound."""
    with services().store.unit() as unit:
        accounts.stop_user(chosen.login, _BY, unit)
    print(f"{chosen.login}: stopped")


def change_password(chosen: argparse.Namespace) -> None:
    """Sets a new password and ends the open sessions. Raises NotFound, BadInput."""
    password = _ask_password()
    with services().store.unit() as unit:
        accounts.set_password(chosen.login, password, _BY, unit)
    print(f"{chosen.login}: password changed")


def export(chosen: argparse.Namespace) -> None:
    """Writes the incidents to CSV: what, where, when and how many; no residents' words."""
    given = services()
    with given.store.read() as connection, chosen.output.open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, _EXPORTED)
        writer.writeheader()
        rows = [_exported(incident) for incident in incidents_for_export(connection)]
        rows = [{name: safe_cell(cell) for name, cell in row.items()} for row in rows]
        writer.writerows(rows)
    with given.store.unit() as unit:
        unit.audit.add(_BY, "exported", "incidents", "all", {"count": len(rows)})
    print(f"{len(rows)} incidents: {chosen.output}")


def evaluate(chosen: argparse.Namespace) -> None:
    """Prints how good the judgement is, what people made of it, and whether it drifts.

    With two files: how good it is on a labelled sample. Raises FiguresMissing, FiguresUnreadable,
    FileUnreadable, BadInput.
    """
    for line in _evaluated(chosen):
        print(line)


def _evaluated(chosen: argparse.Namespace) -> Iterator[str]:
    if (chosen.labelled is None) is not (chosen.judged is None):
        raise BadInput(field="--labelled, --judged", why="2")
    if chosen.labelled is None:
        return report(services(), chosen.language)
    return sample_report(compare(chosen.labelled, chosen.judged), chosen.language)


def register(chosen: argparse.Namespace) -> None:
    """Writes the Algorithm Register's entry and the model cards into a folder.

    Raises FiguresMissing, FiguresUnreadable, NotFound.
    """
    given = services()
    found = publication(facts_of(given), chosen.organisation, chosen.contact)
    paths = write(found, chosen.output)
    with given.store.unit() as unit:
        unit.audit.add(_BY, "exported", "table", "register", {"count": len(paths)})
    for path in paths:
        print(path)
    missing = [text_of(DEFAULT, f"register.label_{name}") for name in found.to_fill]
    print(text_of(DEFAULT, "publish.to_fill", fields=", ".join(missing)), file=sys.stderr)


def _show_progress(result: ImportResult) -> None:
    print(f"\r{result.row_count}", end="", file=sys.stderr, flush=True)


def _judge_file(chosen: argparse.Namespace, *, keep_incident: bool) -> None:
    # `assess` is `replay` without its last column: judged by the same code, on the same road.
    rows = list(read_rows(chosen.input))
    judged = replay_rows(rows, tools(services()))
    hidden = set() if keep_incident else {"incident"}
    count = write_rows(
        chosen.output,
        ({name: row[name] for name in row if name not in hidden} for row in judged),
    )
    print(f"{count} messages: {chosen.output}", file=sys.stderr)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file. Raises FileUnreadable naming the line that is not one."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _row(line, number)
    except UnicodeError:
        raise FileUnreadable(why="UTF-8?") from None


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Writes them all, or nothing: what was there before stays until the last row is known."""
    count, part = 0, path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise FileUnreadable(why=f"line {number}: {error.msg}") from None
    missing = {"id", "time", "group", "text"} - set(row if isinstance(row, dict) else ())
    if missing:
        raise FileUnreadable(why=f"line {number}: {', '.join(sorted(missing))}?")
    return dict(row)


def _exported(incident: Incident) -> dict[str, Any]:
    place = incident.location
    values = {
        "number": incident.number,
        "topic": incident.topic,
        "urgency": incident.urgency.value,
        "status": incident.status.value,
        "opened_at": incident.opened_at.isoformat(),
        "last_message_at": incident.last_message_at.isoformat(),
        "message_count": incident.message_count,
        "resident_count": incident.resident_count,
        "street": place.street,
        "lat": place.lat,
        "lon": place.lon,
        "radius_m": place.radius_m,
        "destination": incident.destination,
    }
    return {name: values[name] for name in _EXPORTED}


def _group(name: str, given: Services) -> Group:
    with given.store.unit() as unit:
        groups = unit.pilots.groups()
    found = [group for group in groups if name in (group.name, group.native_id)]
    if not found:
        raise NotFound(what="group", id=name)
    return found[0]


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise BadInput(field="password", why="not the same")
    return first


def retrain(_: argparse.Namespace) -> None:
    """Queues a training; a person decides in the dashboard whether what comes out is used.

    Raises NothingToLearn, TrainingRuns.
    """
    with services().store.unit() as unit:
        queue_training(_BY, unit)
    print(text_of(DEFAULT, "models.asked"))
