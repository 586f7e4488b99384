"""The audit log reads as sentences in both languages, and never as codes between braces."""

from __future__ import annotations

from typing import Any

import pytest

from core.audit import SUBJECTS, AuditEntry
from core.audit_words import Names, about, action_words, change_line, sentence
from core.i18n import catalogue
from core.status import Step
from core.topics import topics
from tests.timepiece import START

NAMES = Names(
    people={"dora": "Dora Vos", "wim": "Wim Bos"},
    subjects={("user", "2"): "Wim Bos", ("group", "3"): "HNM Hoge Veld"},
    topics=topics(),
)


def entry(action: str, kind: str = "incident", subject: str = "12", **given: Any) -> AuditEntry:
    values = {"actor": "dora", "detail": {}, "reason": None, **given}
    return AuditEntry(
        id=1, at=START, action=action, subject_kind=kind, subject_id=subject, **values
    )


@pytest.mark.parametrize(
    ("said", "language", "given"),
    [
        ("Dora Vos nam HNM-12 aan", "nl", entry("accept")),
        ("Dora Vos accepted HNM-12", "en", entry("accept")),
        (
            "Dora Vos bekeek het origineel van bericht 7 bij HNM-12",
            "nl",
            entry("saw_original", detail={"message": 7}),
        ),
        ("HNM-12 ontstond uit een bericht", "nl", entry("opened", actor="system")),
        (
            "Dora Vos wees HNM-12 toe aan Wim Bos",
            "nl",
            entry("assign", detail={"after": {"assignee": "user:wim"}}),
        ),
        ("Inloggen als Wim Bos mislukte", "nl", entry("sign_in_failed", "user", "2", actor="")),
        ("Wim is weg nam HNM-12 aan", "nl", entry("accept", actor="Wim is weg")),
        (
            "Bewoner r0123456789ab stopte met meedoen",
            "nl",
            entry("resident_stop", "resident", "r0123456789ab", actor="r0123456789ab"),
        ),
        (
            "Dora Vos legde de toestemming van HNM Hoge Veld vast",
            "nl",
            entry("consent_given", "group", "3"),
        ),
        ("Dora Vos: nooit gezien (ding 4)", "nl", entry("nooit_gezien", "ding", "4")),
    ],
)
def test_an_entry_is_a_sentence(said: str, language: str, given: AuditEntry) -> None:
    assert sentence(language, given, NAMES) == said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_known_action_is_said_without_a_code(language: str) -> None:
    known = {key.split(".", 1)[1] for key in catalogue("nl") if key.startswith(("audit.", "said."))}
    known |= {step.value for step in Step} | {name for one in SUBJECTS.values() for name in one}
    for action in known - {"other"}:
        said = sentence(language, entry(action), NAMES)
        assert "{" not in said and "_" not in said, said
        assert "{" not in action_words(language, action), action


def test_what_people_come_to_look_for_has_a_sentence_of_its_own() -> None:
    said = {key.removeprefix("said.") for key in catalogue("nl") if key.startswith("said.")}
    assert {name for one in SUBJECTS.values() for name in one} - said == set()
    assert {step.value for step in Step} - said == set()


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("", {}),
        ("Spoed vanaf: 35% → 40%", {"before": {"urgent": 0.35}, "after": {"urgent": 0.4}}),
        ("Termijn: 14 → 7", {"before": {"amount": 14}, "after": {"amount": 7}, "hours": True}),
        (
            "Rollen: centralist → centralist en wijkagent",
            {
                "before": {"roles": ["dispatcher"]},
                "after": {"roles": ["dispatcher", "community_officer"]},
            },
        ),
        ("90 → 30", {"before": 90, "after": 30}),
        ("– → 2021-05-01", {"before": None, "after": "2021-05-01"}),
        ("breuken: 0", {"broken": 0}),
        (
            "Naam: Winkelhart; Soort: eigen gebied",
            {"before": None, "after": {"name": "Winkelhart", "kind": "own", "outline": [[52, 4]]}},
        ),
        (
            "Grens: … → …",
            {
                "before": {"lat": 52.0, "outline": [[52, 4], [53, 4]]},
                "after": {"lat": 52.5, "outline": [[52, 5], [53, 4]]},
            },
        ),
        ("", {"message": 4, "share": 0.3, "groups": [1, 2]}),
    ],
)
def test_what_changed_is_said_in_words(line: str, detail: dict[str, Any]) -> None:
    assert change_line("nl", entry("x", detail=detail), NAMES) == line


def test_terms_are_said_by_topic_as_time() -> None:
    detail = {"before": {"afval": [1440, 4320]}, "after": {"afval": [2880, 4320]}}
    said = change_line("nl", entry("service_times_set", detail=detail), NAMES)
    assert said == "Afval: 1 d / 3 d → 2 d / 3 d"


def test_a_message_is_told_apart_by_the_start_of_its_key() -> None:
    assert about("nl", entry("erased", "message", "ab" * 32), NAMES) == "bericht abababab"


def test_whoever_looks_for_settings_finds_each_that_a_person_sets() -> None:
    said = {key.removeprefix("said.") for key in catalogue("nl") if key.startswith("said.")}
    known = {name for one in SUBJECTS.values() for name in one}
    assert {name for name in said if name.endswith(("_set", "_undone", "_on", "_off"))} - known == {
        "take_on"  # an incident
    }
