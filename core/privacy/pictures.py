"""foto's: a picture of a report is kept sealed like its original, and seen as its original is.

It is asked for only once its message was found relevant; until then all that is known of it is
where the network has it, sealed.
"""

from __future__ import annotations

from core.domain import Event, User
from core.errors import NotFound, ReasonMissing
from core.permissions import Action, require
from core.privacy.vault import Vault
from core.store.unit import Unit

SAW_PICTURE = "saw_picture"


def want(event: Event, message_key: str, unit: Unit, vault: Vault) -> None:
    """Notes that the picture of a relevant message is to be fetched, if it came with one."""
    if event.picture:
        unit.pictures.want(message_key, vault.seal_original(event.picture))


def see_picture(
    message_id: int, incident_id: int, user: User, unit: Unit, vault: Vault, reason: str
) -> bytes:
    """The picture (JPEG) that came with a report; that somebody saw it, and why, is audited first.

    Raises NotAllowed, ReasonMissing, NotFound (none, not fetched yet, erased).
    """
    require(user, Action.SEE_ORIGINAL)
    if not reason.strip():
        raise ReasonMissing(step=SAW_PICTURE)
    sealed = unit.pictures.sealed(message_id)
    if sealed is None or not unit.incidents.link_ids(incident_id, [message_id]):
        raise NotFound(what="picture", id=message_id)
    detail = {"message": message_id}
    unit.audit.add(user.login, SAW_PICTURE, "incident", incident_id, detail, reason.strip()[:500])
    return vault.open_bytes(sealed)
