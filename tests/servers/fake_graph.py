"""A fake of Meta's Graph API, strict on the documented shapes; nobody here can run the real one.

Facts: developers.facebook.com, WhatsApp Cloud API "Messages", "Error codes", "Media" and "Groups
API", Graph API "Page comments". What it does not know it refuses with code 100, as Meta does.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import urlsplit

_SENT_KEYS: Final = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "text",
    "template",
    "context",
    "biz_opaque_callback_data",
}
_FORBIDDEN: Final = re.compile(r"[\n\t]| {5,}")
_DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A text that the fake took, as its reader sees it."""

    id: str
    to: str
    is_group: bool
    text: str
    template: str = ""
    answers: str | None = None
    mark: str = ""


class Fault(Exception):
    """An error as the Graph API words it."""

    def __init__(self, status: int, code: int, message: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message or f"(#{code})"


class FakeGraph:
    """One number or page of ours; `wrote` opens somebody's 24 hours."""

    def __init__(self, token: str, account: str) -> None:
        self.token, self.account = token, account
        self.templates: dict[tuple[str, str], str] = {}
        self.sent: list[Sent] = []
        self.asked: list[tuple[str, str]] = []
        self.media: dict[str, tuple[str, bytes]] = {}
        self.groups: dict[str, dict[str, str]] = {}
        self.comments: set[str] = set()
        self.fault: Fault | None = None
        self.forgets_answers = False
        self._open_until: dict[str, datetime] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeGraph:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wrote(self, *ids: str, at: datetime | None = None) -> None:
        """Somebody, or a group, wrote to the number: who is known by several ids has one window."""
        for one in ids:
            self._open_until[one] = (at or datetime.now(UTC)) + _DAY

    @contextmanager
    def failing(self, status: int, code: int) -> Iterator[None]:
        self.fault = Fault(status, code)
        try:
            yield
        finally:
            self.fault = None

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        """Does what is asked, and hangs up before it says so."""
        self.forgets_answers = True
        try:
            yield
        finally:
            self.forgets_answers = False

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Any:
        """A JSON value or bytes; raises Fault."""
        self.asked.append((method, path))
        if headers.get("Authorization") != f"Bearer {self.token}":
            raise Fault(401, 190, "Invalid OAuth access token")
        if self.fault is not None:
            raise self.fault
        parts = urlsplit(path).path.strip("/").split("/")
        given = _object(body) if method == "POST" else {}
        if method == "POST" and parts == [self.account, "messages"]:
            return self._send(given)
        if method == "POST" and parts == [self.account, "groups"]:
            return self._make_group(given)
        if method == "POST" and len(parts) == 2 and parts[1] == "comments":
            return self._comment(parts[0], given)
        if method == "GET" and len(parts) == 2 and parts[1] == "comments":
            return self._comments(parts[0])
        if method == "GET" and parts[0] == "download" and parts[-1] in self.media:
            return self.media[parts[-1]][1]
        if method == "GET" and len(parts) == 1 and parts[0] in self.media:
            return self._medium(parts[0])
        raise Fault(400, 100, "Unsupported request")

    def _send(self, given: Mapping[str, Any]) -> Any:
        if set(given) - _SENT_KEYS or given.get("messaging_product") != "whatsapp":
            raise Fault(400, 100, "Invalid parameter")
        to, group = _addressee(given)
        if group and to not in self.groups:
            raise Fault(400, 131026, "Message undeliverable")
        text, template = self._content(given, to)
        context = given.get("context")
        if context is not None and not str(context.get("message_id", "")).startswith("wamid."):
            raise Fault(400, 131009, "Parameter value is not valid")
        mark = given.get("biz_opaque_callback_data", "")
        if not isinstance(mark, str) or len(mark) > 512:
            raise Fault(400, 131009, "Parameter value is not valid")
        sent = Sent(
            id=f"wamid.ours{len(self.sent)}",
            to=to,
            is_group=group,
            text=text,
            template=template,
            answers=context["message_id"] if context else None,
            mark=mark,
        )
        self.sent.append(sent)
        who = {"input": to} | ({"user_id": to} if "." in to else {"wa_id": to})
        return {"messaging_product": "whatsapp", "contacts": [who], "messages": [{"id": sent.id}]}

    def _content(self, given: Mapping[str, Any], to: str) -> tuple[str, str]:
        kind = given.get("type")
        if kind == "text" and "template" not in given:
            return self._words(given.get("text"), to), ""
        if kind == "template" and "text" not in given:
            return self._from_template(given.get("template"))
        raise Fault(400, 100, "Invalid parameter")

    def _words(self, text: Any, to: str) -> str:
        body = text.get("body") if isinstance(text, dict) else None
        if not isinstance(body, str) or not 0 < len(body) <= 4096:
            raise Fault(400, 100, "Param text['body'] must be at most 4096 characters long")
        if self._open_until.get(to, datetime.min.replace(tzinfo=UTC)) < datetime.now(UTC):
            raise Fault(400, 131047, "Re-engagement message")
        return body

    def _from_template(self, template: Any) -> tuple[str, str]:
        try:
            name, language = template["name"], template["language"]["code"]
            (component,) = template["components"]
            values = [one["text"] for one in component["parameters"] if one["type"] == "text"]
        except (TypeError, KeyError, ValueError):
            raise Fault(400, 100, "Invalid parameter") from None
        if (name, language) not in self.templates:
            raise Fault(404, 132001, "Template name does not exist in the translation")
        body = self.templates[name, language]
        if len(values) != body.count("{{"):
            raise Fault(400, 132000, "Number of parameters does not match")
        if any(_FORBIDDEN.search(value) or not 0 < len(value) <= 1024 for value in values):
            raise Fault(400, 132018, "Param text cannot have new-line/tab characters")
        for number, value in enumerate(values, 1):
            body = body.replace(f"{{{{{number}}}}}", value)
        return body, name

    def _make_group(self, given: Mapping[str, Any]) -> Any:
        subject = given.get("subject")
        known = {"messaging_product", "subject", "description", "join_approval_mode"}
        if set(given) - known or given.get("messaging_product") != "whatsapp":
            raise Fault(400, 100, "Invalid parameter")
        if not isinstance(subject, str) or not 0 < len(subject.strip()) <= 128:
            raise Fault(400, 100, "Invalid parameter")
        if len(given.get("description", "")) > 2048:
            raise Fault(400, 100, "Invalid parameter")
        group = f"Y2FwaV9ncm91cDox{len(self.groups)}"
        self.groups[group] = {"subject": subject.strip()}
        return {"messaging_product": "whatsapp", "request_id": f"req-{len(self.groups)}"}

    def _comments(self, about: str) -> Any:
        """What stands under a post, newest first."""
        if about not in self.comments:
            raise Fault(400, 100, "Object does not exist")
        found = [sent for sent in reversed(self.sent) if sent.to == about]
        by = {"name": "Meldpunt", "id": self.account}
        return {"data": [{"id": sent.id, "message": sent.text, "from": by} for sent in found]}

    def _comment(self, comment: str, given: Mapping[str, Any]) -> Any:
        if comment not in self.comments:
            raise Fault(400, 100, "Object does not exist")
        message = given.get("message")
        if set(given) != {"message"} or not isinstance(message, str) or not message:
            raise Fault(400, 100, "Invalid parameter")
        number = len(self.sent)
        self.sent.append(
            Sent(
                id=f"{comment}_{number}", to=comment, is_group=False, text=message, answers=comment
            )
        )
        return {"id": f"{comment}_{number}"}

    def _medium(self, medium: str) -> Any:
        mime, raw = self.media[medium]
        return {
            "messaging_product": "whatsapp",
            "url": f"{self.address}/download/{medium}",
            "mime_type": mime,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "file_size": str(len(raw)),
            "id": medium,
        }


def _addressee(given: Mapping[str, Any]) -> tuple[str, bool]:
    """(whom, whether it is a group): exactly one of a number, a user id, a group."""
    kind, to, recipient = given.get("recipient_type"), given.get("to"), given.get("recipient")
    if kind not in ("individual", "group") or bool(to) == bool(recipient):
        raise Fault(400, 100, "Invalid parameter")
    if kind == "group" and to:
        return str(to), True
    if kind == "individual" and to and re.fullmatch(r"\d{7,15}", str(to)):
        return str(to), False
    if kind == "individual" and recipient and re.fullmatch(r"[A-Z]{2}\.\w+", str(recipient)):
        return str(recipient), False
    raise Fault(400, 131009, "Parameter value is not valid")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        raise Fault(400, 100, "Invalid JSON") from None
    if not isinstance(found, dict):
        raise Fault(400, 100, "Invalid parameter")
    return found


def _handler(graph: FakeGraph) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _asked(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                status, said = 200, graph.answer(self.command, self.path, self.headers, body)
            except Fault as fault:
                error = {"message": fault.message, "type": "OAuthException", "code": fault.code}
                status, said = fault.status, {"error": error}
            if graph.forgets_answers:
                self.close_connection = True
                return
            raw = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _asked

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
