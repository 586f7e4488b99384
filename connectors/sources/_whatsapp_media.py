"""Fetching the picture of a report from WhatsApp, once it was found relevant.

Facts: developers.facebook.com, WhatsApp Cloud API "Media": an id gives an address that lives five
minutes, and that wants the same key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from connectors.call import Caller
from connectors.sources._meta_graph import Graph, word_in
from core.errors import AnswerUnreadable
from core.ports import Connection

_PICTURES: Final = ("image/jpeg", "image/png", "image/webp")
_META: Final = (".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net")
_LARGEST: Final = 8 * 2**20


def where(image: Mapping[str, Any]) -> str:
    """Where WhatsApp has a picture and how its bytes are known; "" for what is no picture."""
    media, mark, mime = (image.get(name) for name in ("id", "sha256", "mime_type"))
    is_id = isinstance(media, str) and media.isascii() and media.isdigit() and len(media) < 40
    if not is_id or mime not in _PICTURES or not isinstance(mark, str):
        return ""
    return json.dumps({"id": media, "sha256": mark[:100]})


def picture(connection: Connection, where: str) -> bytes:
    """The bytes of a picture, which are those that its sender sent.

    Raises as Graph.get does; AnswerUnreadable when they are others.
    """
    known = json.loads(where)
    graph = Graph(connection)
    told = graph.get(f"/{known['id']}")
    raw = _download(word_in(told, "url"), connection, graph)
    found = hashlib.sha256(raw).digest()
    if len(raw) > _LARGEST or not hmac.compare_digest(found, _digest(known["sha256"])):
        raise AnswerUnreadable(why="sha256")
    return raw


def _download(url: str, connection: Connection, graph: Graph) -> bytes:
    """Asks for the bytes; our key is shown to Meta only."""
    parts = urlsplit(url)
    is_meta = parts.scheme == "https" and (parts.hostname or "").endswith(_META)
    own = connection.settings.get("graph_address", "")
    if not (is_meta or (own and url.startswith(f"{own.rstrip('/')}/"))):
        raise AnswerUnreadable(why="url")
    caller = Caller(f"{parts.scheme}://{parts.netloc}", headers=graph.headers)
    return caller.get(parts.path, **dict(parse_qsl(parts.query))).raw


def _digest(text: str) -> bytes:
    """A SHA-256 as the network writes it: hexadecimal, or base64."""
    try:
        return bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
