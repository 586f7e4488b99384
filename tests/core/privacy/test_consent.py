"""Whether a message may be read at all, as a table; asked before any model sees it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import pytest

from core.domain import Group, Pilot
from core.i18n import DEFAULT, catalogue
from core.privacy.consent import TEXT_VERSION, refusal
from tests.tables import table

GROUP = Group(id=1, pilot_id=1, source="demo", native_id="g", name="g", area_id=None)
OPEN_END = table("""
    day        | group | stopped | refused because
    2021-03-30 | yes   | no      | outside_period
    2021-03-31 | yes   | no      | -
    2021-05-31 | yes   | no      | -
    2021-06-01 | yes   | no      | outside_period
    2021-04-10 | no    | no      | no_consent
    2021-04-10 | yes   | yes     | stopped
    2021-04-10 | no    | yes     | no_consent
    2021-06-01 | no    | yes     | outside_period
""")


@dataclass
class Register:
    """A register of consents with one answer each."""

    group: bool
    stopped: bool

    def group_consents(self, group_id: int) -> bool:
        return self.group

    def has_stopped(self, group_id: int, resident: str) -> bool:
        return self.stopped


@pytest.mark.parametrize("row", OPEN_END, ids=lambda row: row["refused because"])
def test_a_message_is_refused_for_the_reason_of_the_table(row: dict[str, str]) -> None:
    register = Register(group=row["group"] == "yes", stopped=row["stopped"] == "yes")
    found = refusal(pilot(date(2021, 5, 31)), GROUP, "r1", date.fromisoformat(row["day"]), register)
    assert (found.value if found else "-") == row["refused because"]


def test_a_pilot_without_an_end_goes_on() -> None:
    assert refusal(pilot(None), GROUP, "r1", date(2031, 1, 1), Register(True, False)) is None


def pilot(ends_on: date | None) -> Pilot:
    return Pilot(id=1, name="p", starts_on=date(2021, 3, 31), ends_on=ends_on, topics=("inbraak",))


TEXTS = {"2021-1": "2407ea4a98f98ffa"}
"""A mark of the Dutch words that groups agree to, by version: other words are another version."""


def test_evidence_of_consent_names_the_words_that_were_read() -> None:
    words = catalogue(DEFAULT)
    told = sorted(
        key
        for key in words
        if key in ("in_chat.announcement", "in_chat.joined") or key.startswith("in_chat.network.")
    )
    mark = hashlib.sha256("\n".join(words[key] for key in told).encode()).hexdigest()[:16]
    assert TEXTS[TEXT_VERSION] == mark
