"""origineel tonen: who may see what a resident wrote before redaction, and that it is logged."""

from __future__ import annotations

from core.domain import User
from core.errors import NotFound, ReasonMissing
from core.permissions import Action, require
from core.privacy.vault import Vault
from core.store.unit import Unit

SAW_ORIGINAL = "saw_original"


def see_original(
    message_id: int, incident_id: int, user: User, unit: Unit, vault: Vault, reason: str
) -> str:
    """The words as they were written; that somebody saw them, and why, is audited first.

    Raises NotAllowed, ReasonMissing, NotFound (no such message in the incident, or erased).
    """
    require(user, Action.SEE_ORIGINAL)
    if not reason.strip():
        raise ReasonMissing(step=SAW_ORIGINAL)
    sealed = unit.messages.sealed_original(message_id)
    belongs = unit.incidents.link_ids(incident_id, [message_id])
    if sealed is None or not (belongs or unit.questions.is_answer(message_id, incident_id)):
        raise NotFound(what="message", id=message_id)
    unit.audit.add(
        user.login,
        SAW_ORIGINAL,
        "incident",
        incident_id,
        {"message": message_id},
        reason.strip()[:500],
    )
    return vault.open_original(sealed)
