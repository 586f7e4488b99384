"""Signed webhook (Standard Webhooks): any system that can take an HTTP request takes over.

What goes there: melding.overgedragen, melding.bijgewerkt, melding.ingetrokken, and if wanted
vraag.gesteld, vraag.beantwoord, tip.verstuurd. They say how it goes by posting a signed
melding.stand to /answers/{account}, or by the answer link. `webhook-id` is the same when something
is sent again. With two secrets, apart by a space, both sign: keys change without loss.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.destinations._out_there import out_there
from connectors.destinations._report import FIELDS, known_as, report
from connectors.signed import sign, verify
from core.domain import Receipt
from core.errors import BadInput
from core.ports import Account, Announcement, DestinationCard, HandOver, Knock, News
from core.settings import settings

HANDED_OVER: Final = "melding.overgedragen"
UPDATED: Final = "melding.bijgewerkt"
WITHDRAWN: Final = "melding.ingetrokken"
STATE: Final = "melding.stand"

CARD: Final = DestinationCard(
    name_nl="Webhook",
    name_en="Webhook",
    roles=("dispatcher", "community_officer", "enforcement_officer"),
    fields=FIELDS,
    settings=("address", "events"),
    optional=("events",),
    categories=True,
    updates=True,
    keeps_nl="De ontvanger wist zelf, en meldt dat terug; of iemand bevestigt het hier.",
    keeps_en="The receiver erases it itself, and reports that; or somebody confirms it here.",
)


class Said(BaseModel):
    """How a hand-over goes, as its receiver posts it."""

    model_config = ConfigDict(extra="ignore", strict=True)

    reference: str = Field(min_length=1, max_length=200)
    state: str = Field(
        pattern="^(received|acknowledged|in_progress|question|done|rejected|withdrawn)$"
    )
    text: str = Field(default="", max_length=2000)


class Post(BaseModel):
    """The envelope of Standard Webhooks."""

    model_config = ConfigDict(extra="ignore", strict=True)

    type: str = Field(max_length=100)
    said: Said = Field(alias="data")


def hand_over(account: Account, hand_over: HandOver, now: datetime) -> Receipt:
    """The incident as it is now; with a reference it replaces what was sent before."""
    kind = UPDATED if hand_over.reference else HANDED_OVER
    once = f"hnm-{hand_over.id}-{hand_over.revision}-{kind.partition('.')[2]}"
    answer = _send(account, kind, once, report(hand_over), now)
    reference = hand_over.reference or _own_name(answer) or f"{hand_over.number}-{hand_over.id}"
    return Receipt(reference=reference, delivered_at=now)


def withdraw(account: Account, hand_over: HandOver, reason: str, now: datetime) -> Receipt:
    """Asks to erase what was handed over; nothing of the incident goes along."""
    told = known_as(hand_over) | {"reason": reason}
    _send(account, WITHDRAWN, f"hnm-{hand_over.id}-ingetrokken", told, now)
    return Receipt(reference=hand_over.reference, delivered_at=now)


def announce(account: Account, announcement: Announcement, now: datetime) -> Receipt:
    """What residents were told, or that they answered."""
    told: dict[str, Any] = {"number": announcement.number, "reference": announcement.reference}
    told |= {"text": announcement.text, "count": announcement.count}
    _send(account, announcement.type, f"hnm-event-{announcement.id}", told, announcement.at, now)
    return Receipt(reference=announcement.reference, delivered_at=now)


def news(
    account: Account, references: Sequence[str], cursor: str | None, now: datetime
) -> tuple[list[News], str | None]:
    """Nothing: a receiver posts its news (see `hear`)."""
    return [], cursor


def hear(account: Account, knock: Knock, now: datetime) -> list[News]:
    """What a receiver posts, signed with our secret. Raises NotSigned, BadInput."""
    once = verify(account.secret, knock.headers, knock.body, now)
    try:
        post = Post.model_validate_json(knock.body)
    except ValidationError as error:
        where = error.errors(include_input=False)[0]["loc"]
        raise BadInput(field=".".join(map(str, where)) or "body", why="melding.stand") from None
    if post.type != STATE:
        raise BadInput(field="type", why=STATE)
    said = post.said
    return [
        News(reference=said.reference, state=said.state, text=said.text, at=now, native_id=once)
    ]


def dry_run(account: Account, hand_over: HandOver, now: datetime) -> str:
    """What would be posted, and where; the secret is tried, nothing leaves."""
    place = _place(account)
    body = _body(HANDED_OVER, report(hand_over), now)
    signed = sign(account.secret, f"hnm-{hand_over.id}-0-overgedragen", now, body)
    heads = "\n".join(f"{name}: {value}" for name, value in signed.items())
    shown = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return f"POST {place.path}\nhost: {place.host}\n{heads}\n\n{shown}"


def _send(
    account: Account,
    kind: str,
    once: str,
    told: Mapping[str, Any],
    at: datetime,
    now: datetime | None = None,
) -> Any:
    body = _body(kind, told, at)
    headers = sign(account.secret, once, now or at, body)
    headers["Content-Type"] = "application/json"
    return _place(account).post(body, headers).json


def _place(account: Account) -> Any:
    return out_there(account.settings["address"], "address", allow_local=settings().demo)


def _body(kind: str, told: Mapping[str, Any], at: datetime) -> bytes:
    timestamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"type": kind, "timestamp": timestamp, "data": told}).encode()


def _own_name(answer: Any) -> str:
    """What the receiver calls it, if it says so in something that can be shown."""
    said = answer.get("reference") if isinstance(answer, dict) else None
    return said if isinstance(said, str) and said.isprintable() and len(said) <= 200 else ""
