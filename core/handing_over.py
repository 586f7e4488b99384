"""overdragen naar buiten: an incident goes to a system of others, which keeps its own state of it.

Who hands over, and to a work list or outside, is decided in `core.triage.hand_over`; asking back is
in `core.asking_back`, what is said there in `core.outside_news`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from core.asking_back import WITHDRAW_WITHIN, ask_back
from core.audit import SYSTEM, AuditEntry
from core.domain import Incident, Receipt, Status, Urgency, User
from core.errors import BadInput
from core.hand_over_steps import SENT, UPDATE, WITHDRAW, incident_now, known, note, queue
from core.hand_over_words import mark_of, text_for, title_of
from core.permissions import Action, require
from core.ports import Account, DestinationCard, HandOver
from core.privacy.vault import Vault
from core.status import Step
from core.store.hand_over_rows import account_in, owner_of
from core.topics import Topic

if TYPE_CHECKING:  # the unit's own rows know incidents, which know steps
    from core.store.unit import Unit

ACKNOWLEDGE_WITHIN: Final = timedelta(minutes=5)
"""What is urgent counts as handed over once a person there said so; after this it is overdue."""
_LONGEST_NAME: Final = 80
_CONFIRMED: Final = "receipt_confirmed"


def put_out(incident: Incident, account_id: int, user: User, unit: Unit, remark: str) -> int:
    """Puts an incident in the outbox for an account; gives the hand-over. Raises BadInput."""
    account = unit.hand_overs.account(account_id)
    if account is None or not account.enabled or account.pilot_id != incident.pilot_id:
        raise BadInput(field="destination", why=owner_of(account_id))
    hand_over_id = unit.hand_overs.add(
        incident.id,
        account_id,
        user.login,
        note=remark.strip(),
        was_urgent=incident.urgency is Urgency.URGENT,
    )
    queue(SENT, known(hand_over_id, unit), user.login, unit)
    return hand_over_id


def send_along(
    incident: Incident, work_list: str, user: User, unit: Unit, remark: str
) -> list[int]:
    """What goes to a work list goes to the accounts that an administrator tied to it as well."""
    return [
        put_out(incident, account.id, user, unit, remark)
        for account in unit.hand_overs.accounts(incident.pilot_id)
        if account.enabled
        and work_list in account.work_lists
        and (not account.topics or incident.topic in account.topics)
    ]


def account_of(row: Any, vault: Vault) -> Account:
    """An account with its secret opened."""
    return Account(
        id=row.id,
        pilot_id=row.pilot_id,
        destination=row.destination,
        name=row.name,
        settings=dict(row.settings),
        secret=vault.open_original(row.sealed_secret) if row.sealed_secret else "",
    )


def prepared(
    kind: str,
    row: Any,
    account: Any,
    incident: Incident,
    card: DestinationCard,
    topics: Mapping[str, Topic],
    answer_url: str,
) -> HandOver:
    """The hand-over as a destination is given it; a first sending knows no reference."""
    is_first = kind == SENT
    return HandOver(
        id=row.id,
        incident=incident,
        title=title_of(incident, card, topics),
        text=text_for(incident, card, topics, note=row.note, answer_url=answer_url),
        note=row.note,
        category=account.categories.get(incident.topic, ""),
        reference="" if is_first else row.reference or "",
        revision=0 if is_first else row.revision,
        answer_url=answer_url,
    )


def taken(row: Any, incident: Incident, receipt: Receipt, unit: Unit) -> None:
    """Notes that a destination took an incident; when it was asked back meanwhile, that stands."""
    values: dict[str, Any] = {
        "reference": receipt.reference[:200],
        "sent_at": row.sent_at or receipt.delivered_at,
        "sent_mark": mark_of(incident),
    }
    if row.state in ("queued", "failed"):
        values["state"] = "sent"
        note(row, "outside_sent", SYSTEM, unit)
    unit.hand_overs.change(row.id, **values)


def updated(row: Any, incident: Incident, unit: Unit) -> None:
    """Notes that a destination knows how an incident is now."""
    is_urgent = row.was_urgent or incident.urgency is Urgency.URGENT
    unit.hand_overs.change(row.id, sent_mark=mark_of(incident), was_urgent=is_urgent)
    note(row, "outside_updated", SYSTEM, unit)


def given_up(row: Any, unit: Unit) -> None:
    """Notes that a first sending failed for good; somebody may let it try again."""
    if row.state == "queued":
        unit.hand_overs.change(row.id, state="failed")
        note(row, "outside_failed", SYSTEM, unit)


def tries_again(hand_over_id: int, unit: Unit) -> None:
    """Notes that a first sending that was given up is queued anew."""
    row = unit.hand_overs.get(hand_over_id)
    if row is not None and row.state == "failed":
        unit.hand_overs.change(hand_over_id, state="queued")


def queue_updates(cards: Mapping[str, DestinationCard], unit: Unit) -> int:
    """An update for every hand-over whose incident changed, at most one waiting; gives how many.

    An incident that lost its last message is asked back.
    """
    accounts = {row.id: row for row in unit.hand_overs.accounts()}
    count = 0
    for row in unit.hand_overs.still_open():
        account = accounts[row.account_id]
        card = cards.get(account.destination)
        if card is not None and account.enabled:
            count += _update(row, card, unit)
    return count


def _update(row: Any, card: DestinationCard, unit: Unit) -> int:
    incident = incident_now(row.incident_id, unit)
    if incident.message_count == 0:
        ask_back(row, "erased", SYSTEM, unit)
        return 1
    if not card.updates or mark_of(incident) == row.sent_mark:
        return 0
    if unit.hand_overs.waits_to_leave(row.id, [SENT, UPDATE, WITHDRAW]):
        return 0
    revision = row.revision + 1
    unit.hand_overs.change(row.id, revision=revision)
    queue(UPDATE, row, SYSTEM, unit, revision)
    return 1


def confirm_receipt(hand_over_id: int, who: str, user: User, unit: Unit) -> None:
    """Somebody here heard (by telephone, say) that a person there has it. Raises BadInput."""
    require(user, Action.WORK)
    row, who = known(hand_over_id, unit), _one_name(who)
    acknowledged(row, user.login, unit)
    if row.state in ("sent", "received"):
        unit.hand_overs.change(row.id, state="acknowledged")
    note(row, "outside_confirmed", user.login, unit, reason=who)


def list_waits(incident: Incident, history: Sequence[AuditEntry]) -> bool:
    """Urgent on a work list here, and nobody took it on or said that they have it."""
    if incident.urgency is not Urgency.URGENT or incident.status is not Status.HANDED_OVER:
        return False
    if account_in(incident.destination or "") is not None:
        return False
    told = [e.action for e in history if e.action in (Step.HAND_OVER.value, _CONFIRMED)]
    return told[-1:] == [Step.HAND_OVER.value]


def confirm_list(incident_id: int, who: str, user: User, unit: Unit) -> None:
    """Somebody of the work list said that they have it. Raises BadInput, NotFound."""
    require(user, Action.WORK)
    name = _one_name(who)
    unit.incidents.get(incident_id)
    unit.audit.add(user.login, _CONFIRMED, "incident", incident_id, reason=name)
    unit.incidents.tell(incident_id, "outside")


def _one_name(who: str) -> str:
    """Raises BadInput."""
    who = who.strip()
    if not who or len(who) > _LONGEST_NAME or not who.isprintable():
        raise BadInput(field="name", why=who[:50])
    return who


def acknowledged(row: Any, by: str, unit: Unit) -> None:
    """A person there saw it; the first time counts."""
    if row.acknowledged_at is None:
        values = {"acknowledged_at": unit.now, "acknowledged_by": by[:80]}
        unit.hand_overs.change(row.id, **values)


def is_overdue(line: Any, now: datetime) -> bool:
    """True when a confirmation, of receipt or of erasing, is awaited longer than it should."""
    if line.asked_back_at is not None:
        return line.state == "asked_back" and bool(now - line.asked_back_at > WITHDRAW_WITHIN)
    return bool(line.is_unacknowledged and now - line.at >= ACKNOWLEDGE_WITHIN)
