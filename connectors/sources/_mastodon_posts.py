"""What one Mastodon post says, in the words of the house; knows no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from connectors.sources._mail_html import text_of_html
from connectors.sources._mastodon_server import Us
from connectors.sources._open_posts import (
    NotAPost,
    address_taken_off,
    list_in,
    moment_in,
    obeyed,
    object_in,
    readable,
    revision_between,
    text_in,
)
from core.domain import Event, EventKind
from core.in_chat import is_for_us

_ACCT: Final = re.compile(r"[\w.-]{1,100}(?:@[\w.:-]{1,200})?")
_NO_BOTS: Final = re.compile(r"#?nobots?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """lezer: for whom posts are read: our account, its host, the agreed tags."""

    us: Us
    host: str
    tags: tuple[str, ...]

    def post(self, status: Any) -> Event | None:
        """A post that is ours to read, as it stands now. Raises NotAPost.

        None for what is not public, not to us, a boost, a bot's, or of somebody who asks not to be
        read by machines. Of what is written to us alone only a command counts.
        """
        account, to_us = object_in(status, "account"), self.is_to_us(status)
        author = self._author(account)
        if text_in(account, "id", 100) == self.us.id or status.get("reblog") is not None:
            return None
        if account.get("bot") is True or not (to_us or _may_be_read(account)):
            return None
        event = self._event(status, author, to_us=to_us)
        if status.get("visibility") == "public":
            return event if to_us or self._has_tag(status) else None
        alone = replace(event, direct=True)
        return alone if to_us and is_for_us(alone) else None

    def is_to_us(self, status: Any) -> bool:
        named = list_in(status, "mentions")
        return any(isinstance(one, dict) and str(one.get("id")) == self.us.id for one in named)

    def _has_tag(self, status: Any) -> bool:
        given = [one.get("name") for one in list_in(status, "tags") if isinstance(one, dict)]
        return any(isinstance(name, str) and name.casefold() in self.tags for name in given)

    def _author(self, account: Mapping[str, Any]) -> str:
        """Somebody's whole name in the network: it tells people of one name apart by their host."""
        acct = text_in(account, "acct", 300)
        if not _ACCT.fullmatch(acct):
            raise NotAPost("acct")
        return acct if "@" in acct else f"{acct}@{self.host}"

    def _event(self, status: Mapping[str, Any], author: str, *, to_us: bool) -> Event:
        written_at, edited_at = moment_in(status, "created_at"), _edited_at(status)
        event = Event(
            kind=EventKind.MESSAGE,
            native_id=text_in(status, "id", 100),
            author=author,
            sent_at=written_at,
            text=self._words(status),
            revision=revision_between(written_at, edited_at) if edited_at else 0,
            reply_to=_answered(status),
            media_count=min(len(list_in(status, "media_attachments")), 100),
        )
        return obeyed(event, to_us=to_us)

    def _words(self, status: Mapping[str, Any]) -> str:
        content, warning = status.get("content"), status.get("spoiler_text")
        if not isinstance(content, str):
            raise NotAPost("content")
        text = readable(text_of_html(content))
        names = (f"{self.us.name}@{self.host}", self.us.name)
        text = address_taken_off(text, names, self.tags)
        warning = readable(warning) if isinstance(warning, str) else ""
        return f"{warning}\n{text}".strip() if warning else text


def edit_of(event: Event, status: Any) -> Event | None:
    """The newest words of a post that was edited; None when it never was. Raises NotAPost."""
    edited_at = _edited_at(status)
    if edited_at is None:
        return None
    return replace(event, kind=EventKind.EDIT, sent_at=edited_at)


def acct_of(status: Any, host: str) -> str:
    """How the writer of a post is called here. Raises NotAPost."""
    acct = text_in(object_in(status, "account"), "acct", 300)
    if not _ACCT.fullmatch(acct):
        raise NotAPost("acct")
    return acct.removesuffix(f"@{host}")


def _edited_at(status: Any) -> datetime | None:
    return moment_in(status, "edited_at") if status.get("edited_at") is not None else None


def _answered(status: Mapping[str, Any]) -> str | None:
    given = status.get("in_reply_to_id")
    return str(given) if isinstance(given, str | int) and given else None


def _may_be_read(account: Mapping[str, Any]) -> bool:
    """Who did not agree to be found, or asks bots to stay away, is read only when they address us.

    `indexable` is off in Mastodon until somebody turns it on; a server that does not know it
    (before 4.2) says at least `noindex`.
    """
    if account.get("noindex") is True or account.get("indexable") is False:
        return False
    said = [account.get("note"), account.get("display_name")]
    said += [one.get("value") for one in list_in(account, "fields") if isinstance(one, dict)]
    return not any(isinstance(text, str) and _NO_BOTS.search(text[:20_000]) for text in said)
