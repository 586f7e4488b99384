"""A Facebook Page of ours: what people write there in public; groups have no interface any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from connectors.sources._facebook_posts import heard_in
from connectors.sources._meta_graph import Graph, word_in
from connectors.sources._meta_webhook import Change, NotMeta, changes_in, handshake, keys_of
from core.domain import Receipt
from core.errors import BadSetting, DeliveryError, SourceError
from core.ports import Connection, Heard, Knock, Outgoing, Posted, SourceCard

CARD = SourceCard(
    name_nl="Facebook-pagina",
    name_en="Facebook Page",
    posts=True,
    founds="public",
    is_open_source=True,
    settings=("page_id", "verify_token"),
    key_label="meta_secret",
    edits=True,
    deletes=True,
    replies=True,
    tested="fixtures",
    limits_nl=(
        "Facebook-groepen zijn niet te volgen: die toegang is in april 2024 gestopt. Alleen wat "
        "mensen op onze eigen pagina schrijven komt binnen, na goedkeuring van de app door Meta. "
        "Meta verbiedt gegevens van het platform te gebruiken voor toezicht op mensen, ook door of "
        "voor de politie: laat dit vooraf juridisch toetsen. Antwoorden staan er openbaar."
    ),
    limits_en=(
        "Facebook groups cannot be followed: that access ended in April 2024. Only what people "
        "write on our own page comes in, once Meta has approved the app. Meta forbids using the "
        "platform's data for surveillance, by or for the police too: have this reviewed by a "
        "lawyer first. Answers stand there in public."
    ),
)

_PAGE: Final = "page"
_FEED: Final = "feed"
_ID: Final = re.compile(r"\d{1,40}(?:_\d{1,40}){0,2}", re.ASCII)
_LONGEST: Final = 8000


def hear(connection: Connection, knock: Knock, now: datetime) -> Posted:
    """What was written at our page. Raises NotSigned, BadInput, BadSetting."""
    if knock.method == "GET":
        token = connection.settings.get("verify_token", "")
        return Posted(heard=(), answer=handshake(knock, token))
    page = _page_id(connection)
    changes = changes_in(knock, keys_of(connection), _PAGE)
    return Posted(heard=tuple(row for change in changes for row in _heard(change, page)))


def _heard(change: Change | SourceError, page: str) -> Iterator[Heard | SourceError]:
    if isinstance(change, SourceError):
        yield change
        return
    if change.field != _FEED:
        return
    if change.account != page:
        yield SourceError(line=0, why="other_page")
        return
    try:
        found = heard_in(change, page)
    except NotMeta as wrong:
        yield SourceError(line=0, why=str(wrong))
    else:
        if found is not None:
            yield found


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Answers a post or a comment, under it, in public; never twice.

    The network has no idempotency: before each answer we look whether it stands there already.
    Raises as Graph.send does; DeliveryError is permanent.
    """
    about = outgoing.reply_to or ""
    if not _ID.fullmatch(about) or len(outgoing.text) > _LONGEST:
        raise DeliveryError(permanent=True, why="nobody")
    graph, page = Graph(connection), _page_id(connection)
    said = _said_before(graph, about, outgoing.text, page)
    if said is None:
        said = word_in(graph.send(f"/{about}/comments", {"message": outgoing.text}), "id")
    return Receipt(reference=said[:200], delivered_at=now)


def _said_before(graph: Graph, about: str, text: str, page: str) -> str | None:
    """The id of our own answer with these words under a post; the newest hundred are looked at."""
    query = {"fields": "id,message,from", "order": "reverse_chronological", "limit": "100"}
    rows = graph.get(f"/{about}/comments", **query).get("data")
    for row in rows if isinstance(rows, list) else []:
        by = row.get("from") if isinstance(row, dict) else None
        ours = isinstance(by, dict) and by.get("id") == page
        if ours and row.get("message") == text:
            return word_in(row, "id")
    return None


def _page_id(connection: Connection) -> str:
    found = connection.settings.get("page_id", "").strip()
    if not (found.isascii() and found.isdigit()):
        raise BadSetting(name="page_id", why=found[:30])
    return found
