"""What became of our texts, in words: on its way, delivered, read, or not and what to do."""

from __future__ import annotations

from typing import Any, Final

from core import i18n
from core.audit import SYSTEM
from core.domain import User
from core.i18n import catalogue, clock_time
from core.permissions import Action, may
from core.store.talk_queries import OutboxLine
from pages._frame import language, moment, t
from pages.room.names import people
from pages.talk.posting import may_post, may_take_back

_WAITING: Final = ("queued", "leaving")
_READ: Final = "read"


def text_row(text: OutboxLine, me: User, *, may_undo: bool = False) -> dict[str, Any]:
    """One of our texts as the conversation's part in the browser takes it."""
    waiting = text.state in _WAITING and not text.attempts
    name, why = _state(text)
    return {
        "id": text.id,
        "ours": True,
        "who": t("asking.assistant") if text.by == SYSTEM else people().get(text.by, text.by),
        "what": t(f"conversations.kind_{text.kind}"),
        "day": i18n.day(language(), text.at),
        "at": clock_time(language(), text.at),
        "at_exact": moment(text.delivered_at or text.at),
        "text": text.text,
        "state": name,
        "state_word": t(f"conversations.state_{name}"),
        "state_exact": _when(text),
        "why": why,
        "due_ms": int(text.due_at.timestamp() * 1000) if waiting else None,
        "may_retry": may_retry(me) and text.state == "failed",
        "may_undo": may_undo and (text.state == "to_copy" or (waiting and text.state == "queued")),
        "may_post": may_post(me) and text.state == "to_copy",
        "may_take_back": text.is_posted and may_take_back(text.id, text.seen_at),
        "incidents": [],
    }


def may_retry(me: User) -> bool:
    return may(me, Action.REPORT_BACK) or may(me, Action.ADMINISTER)


def _state(text: OutboxLine) -> tuple[str, str]:
    """The state's name, and what must be known of it."""
    if text.state == "failed":
        return "failed", f"{_why(text.error or '')} {_what_to_do(text.error or '')}".strip()
    if text.state == "to_copy":
        return "to_copy", t("conversations.why_to_copy")
    if text.is_posted:
        return "posted", ""
    if text.state == "queued" and text.attempts:
        at = clock_time(language(), text.due_at)
        return "again", f"{_why(text.error or '')} {t('conversations.again_at', at=at)}".strip()
    if text.state == "withdrawn" and text.error:
        return "withdrawn", _why(text.error)
    if text.state == "delivered" and text.seen_state in (_READ, "delivered"):
        return ("read" if text.seen_state == _READ else "arrived"), ""
    return text.state, ""


def _why(error: str) -> str:
    """What went wrong: our own sentence, or what the network said."""
    sentences = catalogue(language())
    for key in (error, f"admin.{error}"):
        if key in sentences and "{" not in sentences[key]:
            return sentences[key]
    return t("conversations.why_unknown")


def _what_to_do(error: str) -> str:
    """The step that may help; said for every failure."""
    key = f"conversations.do_{error.removeprefix('error.')}"
    return catalogue(language()).get(key) or t("conversations.do_otherwise")


def _when(text: OutboxLine) -> str:
    at = text.seen_at or text.delivered_at
    return moment(at) if at else ""
