"""Our texts, posted to the partner's own endpoint: signed, over https, once for each text."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from connectors.call import Caller, is_here, public_address
from connectors.signed import sign
from connectors.sources import _partner_models as rows
from connectors.sources._partner_hearing import reference_of
from core.domain import Receipt
from core.ports import Connection, Outgoing

_JSON: Final = {"Content-Type": "application/json"}


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Posts a text; sent again it has the same id, so that the partner shows it once.

    Raises BadSetting for an address that is no https or lies in a private network, SourceBusy,
    NetworkDown, SecretRefused, AnswerUnreadable, and DeliveryError for good when it is refused.
    """
    once = reference_of(connection, outgoing.id)
    body = _text(once, outgoing, now).model_dump_json(by_alias=True).encode()
    headers = {**_JSON, **sign(connection.secret, once, now, body)}
    Caller(_address(connection)).post("", content=body, headers=headers)
    return Receipt(reference=once, delivered_at=now)


def _address(connection: Connection) -> str:
    address = connection.settings.get("endpoint", "")
    # This very machine may be meant by name: a partner's gateway that runs beside us.
    return public_address(address, "endpoint", allow_local=is_here(urlsplit(address).hostname))


def _text(once: str, outgoing: Outgoing, now: datetime) -> rows.PartnerText:
    return rows.PartnerText(
        type="hnm.text.v1",
        timestamp=now,
        data=rows.Said(
            id=once,
            group=outgoing.group,
            text=outgoing.text,
            kind=outgoing.kind,
            reply_to=outgoing.reply_to,
            to=outgoing.to,
        ),
    )
