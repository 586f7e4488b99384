"""A second opinion: pywa believes the same signatures, reads the same, and sends the same."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from connectors.sources import whatsapp_cloud
from core.domain import EventKind
from core.errors import NotSigned
from core.ports import Heard, Knock, Outgoing
from tests.connectors.meta import (
    ANNA,
    APP_SECRET,
    AT,
    GROUP,
    PHONE_ID,
    TOKEN,
    brought,
    change,
    connection,
    knock,
    message,
    text,
    written,
)
from tests.servers.fake_graph import FakeGraph

pywa = pytest.importorskip("pywa", reason="pywa is not installed (requirements-test.txt)")

IMAGE = {"id": "27548", "mime_type": "image/jpeg", "sha256": "81d3", "caption": "kapotte ruit"}
EDITED = {"type": "text", "text": {"body": "Bostonsingel 38"}}


class Oracle:
    """pywa, which notes what it was brought."""

    def __init__(self, session: httpx.Client | None = None) -> None:
        self.seen: list[Any] = []
        self.wa = pywa.WhatsApp(
            phone_id=PHONE_ID,
            token=TOKEN,
            app_secret=APP_SECRET,
            verify_token="zeg het maar",
            session=session or httpx.Client(transport=httpx.MockTransport(lambda _: 1 / 0)),
        )
        for listen in (
            self.wa.on_message,
            self.wa.on_edited_message,
            self.wa.on_deleted_message,
            self.wa.on_message_status,
            self.wa.on_user_marketing_preferences,
            self.wa.on_callback_button,
            self.wa.on_callback_selection,
        ):
            listen(lambda _, update: self.seen.append(update))

    def believes(self, brought: Knock) -> bool:
        signature = brought.headers["x-hub-signature-256"]
        return self.wa.webhook_update_validator(brought.body, signature) is None

    def read(self, brought: Knock) -> Any:
        self.seen.clear()
        assert self.believes(brought)
        assert self.wa.webhook_update_handler(brought.body)[1] == 200
        (found,) = self.seen
        return found


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle()


def both(oracle: Oracle, change: dict[str, Any]) -> tuple[Heard, Any]:
    """What we and what pywa make of the same signed body."""
    signed = knock(brought(change))
    (heard,) = whatsapp_cloud.hear(connection(), signed, AT).heard
    assert isinstance(heard, Heard)
    return heard, oracle.read(signed)


@pytest.mark.parametrize(
    "content",
    [
        text("ingebroken op de Bostonsingel 36"),
        text("ja", context={"id": "wamid.0", "from": "31701234567"}),
        text("brand", group_id=GROUP),
        text("😀 <niet> & \u202eomgekeerd"),
    ],
)
def test_a_text_is_read_alike(oracle: Oracle, content: dict[str, Any]) -> None:
    heard, theirs = both(oracle, written(content))
    assert (heard.event.native_id, heard.event.text) == (theirs.id, theirs.text)
    assert (heard.event.author, heard.event.sent_at) == (theirs.from_user.bsuid, theirs.timestamp)
    answered = theirs.reply_to_message.id if theirs.reply_to_message else None
    assert heard.event.reply_to == answered
    assert (heard.group if heard.group != "line" else theirs.chat.id) == theirs.chat.id


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_a_medium_is_read_alike(oracle: Oracle, kind: str) -> None:
    heard, theirs = both(oracle, written(message(kind, **{kind: IMAGE})))
    assert theirs.has_media == (heard.event.media_count == 1)
    if theirs.caption is not None:
        assert heard.event.text == theirs.caption


def test_a_place_is_read_alike(oracle: Oracle) -> None:
    place = {"latitude": 52.04, "longitude": 4.27, "name": "Speeltuin", "address": "Osloweg 2"}
    heard, theirs = both(oracle, written(message("location", location=place)))
    assert (heard.event.lat, heard.event.lon) == (
        theirs.location.latitude,
        theirs.location.longitude,
    )
    assert heard.event.text == f"{theirs.location.name}, {theirs.location.address}"


def test_an_edit_and_a_revoke_are_read_alike(oracle: Oracle) -> None:
    edit = {"original_message_id": "wamid.HBg1", "message": EDITED}
    heard, theirs = both(oracle, written(message("edit", id="wamid.9", edit=edit)))
    assert (heard.event.native_id, heard.event.text) == (
        theirs.original_message_id,
        theirs.message.text,
    )
    revoke = {"original_message_id": "wamid.HBg1"}
    heard, theirs = both(oracle, written(message("revoke", id="wamid.9", revoke=revoke)))
    assert heard.event.kind is EventKind.DELETE
    assert heard.event.native_id == theirs.original_message_id


def test_a_button_and_a_choice_are_read_alike(oracle: Oracle) -> None:
    chosen = {"type": "button_reply", "button_reply": {"id": "1", "title": "Ja, nog bezig"}}
    heard, theirs = both(
        oracle, written(message("interactive", interactive=chosen, context={"id": "wamid.0"}))
    )
    assert (heard.event.text, heard.event.reply_to) == (
        theirs.title,
        theirs.reply_to_message.id,
    )
    listed = {"type": "list_reply", "list_reply": {"id": "1", "title": "Noord"}}
    heard, theirs = both(
        oracle, written(message("interactive", interactive=listed, context={"id": "wamid.0"}))
    )
    assert heard.event.text == theirs.title


@pytest.mark.parametrize("state", ["sent", "delivered", "read", "failed"])
def test_a_status_is_read_alike(oracle: Oracle, state: str) -> None:
    errors = [{"code": 131047, "title": "Re-engagement message", "message": "x"}]
    status = {
        "id": "wamid.ours",
        "status": state,
        "timestamp": str(int(AT.timestamp())),
        "recipient_id": ANNA["wa_id"],
        "biz_opaque_callback_data": "hnm-7-41",
        **({"errors": errors} if state == "failed" else {}),
    }
    contact = {"profile": {"name": "Anna"}, **ANNA}
    heard, theirs = both(oracle, change(contacts=[contact], statuses=[status]))
    assert heard.event.native_id == theirs.id
    said = f"failed:{theirs.error.code}" if theirs.error else theirs.status.value
    assert heard.event.text == said
    assert (heard.outgoing_id, theirs.tracker) == (41, "hnm-7-41")


def test_a_preference_is_read_alike(oracle: Oracle) -> None:
    preference = {
        "wa_id": ANNA["wa_id"],
        "detail": "User requested to stop marketing messages",
        "category": "marketing_messages",
        "value": "stop",
        "timestamp": int(AT.timestamp()),
    }
    contact = {"profile": {"name": "Anna"}, **ANNA}
    heard, theirs = both(
        oracle, change("user_preferences", contacts=[contact], user_preferences=[preference])
    )
    assert (heard.event.text, heard.event.author) == (theirs.value.value, theirs.from_user.bsuid)


def test_a_wrong_signature_is_believed_by_neither(oracle: Oracle) -> None:
    body = brought(written(text("brand")))
    for forged in (
        knock(body, secret="another secret of 32 chars long"),
        Knock(method="POST", query={}, headers=knock(body).headers, body=b"{}"),
    ):
        assert not oracle.believes(forged)
        with pytest.raises(NotSigned):
            whatsapp_cloud.hear(connection(), forged, AT)


@pytest.mark.parametrize("to", [ANNA["user_id"], ANNA["wa_id"], None])
def test_a_text_is_sent_alike(to: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """pywa asks Meta what we ask it, field for field."""
    asked: list[dict[str, Any]] = []

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        sent = {"messages": [{"id": "wamid.x"}], "contacts": [{"input": "1", "wa_id": "1"}]}
        return httpx.Response(200, json=sent)

    theirs = Oracle(httpx.Client(transport=httpx.MockTransport(note))).wa
    theirs.send_message(
        to=to or GROUP, text="Bel 112.", reply_to_message_id="wamid.0", tracker="hnm-7-41"
    )
    ours = sent_by_us(to)
    (pywas,) = asked
    pywas["text"].setdefault("preview_url", False)
    assert ours == pywas


def sent_by_us(to: str | None) -> dict[str, Any]:
    bodies: list[dict[str, Any]] = []
    with FakeGraph(TOKEN, PHONE_ID) as graph:
        graph.groups[GROUP] = {"subject": "Buren"}
        graph.wrote(GROUP, *([to] if to else []))
        take = graph._send

        def note(given: Any) -> Any:
            bodies.append(given)
            return take(given)

        graph._send = note  # type: ignore[method-assign]  # to see what came in
        whatsapp_cloud.say(
            connection(graph_address=graph.address),
            Outgoing(
                id=41,
                group=GROUP if to is None else "line:7",
                text="Bel 112.",
                kind="reply",
                reply_to="wamid.0",
                to=to,
                answer_until=AT.replace(year=2099),
            ),
            AT,
        )
    (body,) = bodies
    return body
