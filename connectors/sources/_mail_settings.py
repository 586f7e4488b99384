"""What an administrator typed about a mailbox, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from connectors.call import is_here
from core.errors import BadSetting
from core.ports import Connection

_ADDRESS: Final = re.compile(
    r"([A-Za-z0-9!#$%&'*/=?^_`{|}~.-]{1,64}(?:\+[A-Za-z0-9._=-]{1,64})?)@"
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)
_TOKEN: Final = re.compile(r"[a-z0-9._-]{3,64}")
_PORTS: Final = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
EVERYBODY: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """mailserver: where, and how it is made safe; without TLS only on this very machine."""

    host: str
    port: int
    tls: bool
    start_tls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """postbus: one mailbox that holds the mail of all groups, each with an address of its own.

    `lists`: by a group's token the address at which the whole group is reached.
    """

    address: str
    login: str
    secret: str
    imap: MailServer
    smtp: MailServer
    checked_by: str
    senders: frozenset[str]
    lists: Mapping[str, str]

    @classmethod
    def of(cls, connection: Connection) -> Mailbox:
        """Raises BadSetting."""
        given = connection.settings
        address = address_of(given.get("mail_address", ""))
        if address is None or "+" in address:
            raise BadSetting(name="mail_address", why="hnm@…")
        return cls(
            address=address,
            login=given.get("mail_login", "").strip() or address,
            secret=connection.secret,
            imap=_server(given.get("imap_server", ""), "imap_server", ("imaps", "imap")),
            smtp=_server(given.get("smtp_server", ""), "smtp_server", ("smtps", "smtp")),
            checked_by=given.get("mail_checked_by", "").strip(),
            senders=_senders(given.get("mail_senders", "")),
            lists=_lists(given.get("mail_lists", "")),
        )

    def token_in(self, address: str) -> str | None:
        """The token of a group's address hnm+token@…; None for any other address."""
        name, _, domain = address.rpartition("@")
        ours, _, our_domain = self.address.rpartition("@")
        first, plus, token = name.partition("+")
        same = (first, domain) == (ours, our_domain) and plus
        return token if same and _TOKEN.fullmatch(token) else None

    def address_for(self, token: str) -> str:
        name, _, domain = self.address.rpartition("@")
        return f"{name}+{token}@{domain}"

    def lists_sender(self, sender: str) -> bool:
        domain = sender.rpartition("@")[2]
        return bool(self.senders & {sender, f"@{domain}", EVERYBODY})


def address_of(text: str) -> str | None:
    """A bare mail address in small letters; None for anything that is not exactly one."""
    text = text.strip()
    found = _ADDRESS.fullmatch(text)
    return text.lower() if found and ".." not in text else None


def _server(text: str, name: str, schemes: tuple[str, str]) -> MailServer:
    secure = schemes[0]
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"{secure}://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadSetting(name=name, why=f"{secure}://") from None
    odd = parts.scheme not in schemes or parts.path.strip("/") or parts.query or "@" in parts.netloc
    if not host or port == 0 or odd:
        raise BadSetting(name=name, why=f"{secure}://")
    tls = parts.scheme == secure
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        tls=tls,
        start_tls=not tls and not is_here(host),
    )


def _senders(text: str) -> frozenset[str]:
    found = frozenset(part.lower() for part in re.split(r"[\s,;]+", text) if part)
    for one in found:
        whole = f"x{one}" if one.startswith("@") else one
        if one != EVERYBODY and address_of(whole) is None:
            raise BadSetting(name="mail_senders", why=one[:50])
    return found


def _lists(text: str) -> dict[str, str]:
    """Pairs "token=address", by which a whole group is reached."""
    found: dict[str, str] = {}
    for one in (part for part in re.split(r"[\s,;]+", text) if part):
        token, _, written = one.partition("=")
        address = address_of(written)
        if not _TOKEN.fullmatch(token) or address is None:
            raise BadSetting(name="mail_lists", why=one[:50])
        found[token] = address
    return found
