"""inzageverzoek: a person asked by letter; an administrator finds what is held and answers.

Who the person is was checked outside the product; how is written down, and in the audit log with
the pseudonym, never with the name or number that was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.administration import pseudonym_of
from core.domain import User
from core.errors import BadInput, NotFound, ReasonMissing
from core.permissions import Action, require
from core.privacy.vault import KeyDestroyed, Vault
from core.residents import Held, held_of
from core.store.unit import Unit

DONE: Final = "done"
REFUSED: Final = "refused"
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """verzoek: what a resident wrote is wrong, opened for who handles it."""

    correction_id: int
    message_key: str
    words: str


def by_letter(
    written: str, source: str, evidence: str, user: User, unit: Unit, vault: Vault
) -> Held:
    """All that is held of who a source knows by this name or number, or by this pseudonym.

    Raises BadInput, ReasonMissing (how it was checked who asks).
    """
    require(user, Action.ADMINISTER)
    if not evidence.strip():
        raise ReasonMissing(step="subject_request")
    pseudonym = pseudonym_of(written, source, vault, user)
    unit.audit.add(
        user.login,
        "subject_request",
        "resident",
        pseudonym,
        {"source": source},
        evidence.strip()[:_LONGEST],
    )
    return held_of(pseudonym, unit, vault)


def read_correction(correction_id: int, user: User, unit: Unit, vault: Vault) -> Asked:
    """What a resident says is wrong; that somebody read it is in the audit log. Raises NotFound."""
    require(user, Action.ADMINISTER)
    row = unit.residents.correction(correction_id)
    if row is None or row.state != "open" or row.sealed_words is None:
        raise NotFound(what="correction", id=correction_id)
    unit.audit.add(
        user.login, "correction_seen", "resident", row.resident, {"correction": correction_id}
    )
    try:
        words = vault.open_original(row.sealed_words)
    except KeyDestroyed:
        words = ""
    return Asked(correction_id=correction_id, message_key=row.message_key, words=words)


def answer_correction(correction_id: int, state: str, answer: str, user: User, unit: Unit) -> None:
    """What was done with it; the resident reads it on their page. Raises NotFound, BadInput."""
    require(user, Action.ADMINISTER)
    row = unit.residents.correction(correction_id)
    if row is None or row.state != "open":
        raise NotFound(what="correction", id=correction_id)
    if state not in (DONE, REFUSED) or not answer.strip() or len(answer) > _LONGEST:
        raise BadInput(field="answer", why=str(len(answer.strip())))
    unit.residents.answer_correction(correction_id, state, answer.strip(), user.login)
    unit.audit.add(
        user.login,
        "correction_answered",
        "resident",
        row.resident,
        {"correction": correction_id, "state": state},
    )
