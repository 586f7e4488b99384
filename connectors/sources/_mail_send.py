"""Texts of ours as mails: one to a group's list or to one person, marked as automatic."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from connectors.sources._mail_heard import OURS
from connectors.sources._mail_settings import Mailbox, MailServer, address_of
from core.errors import DeliveryError, NetworkDown, SecretRefused, SourceBusy
from core.i18n import DEFAULT, text_of
from core.ports import Connection, Outgoing

_UNFOLDED: Final = SMTP.clone(max_line_length=990)
"""A long id in a folded header is torn to pieces, and then nobody's answer finds its mail."""
_TIMEOUT_S: Final = 10.0
_LATER_S: Final = 120.0
"""Servers that put us off (greylisting) take the same mail after a minute or so."""


def message_id(connection: Connection, outgoing: Outgoing, box: Mailbox) -> str:
    """The same for the same text, so that whoever gets it twice sees it once."""
    return f"{OURS}{connection.id}.{outgoing.id}@{box.address.rpartition('@')[2]}"


def mail_of(outgoing: Outgoing, our_id: str, box: Mailbox, now: datetime) -> EmailMessage:
    """Raises DeliveryError (permanent) when nobody can be written to."""
    mail = EmailMessage(policy=_UNFOLDED)
    ours = box.address_for(outgoing.group)
    mail["From"] = Address(text_of(DEFAULT, "mail.from"), addr_spec=ours)
    mail["To"] = _addressee(outgoing, box)
    mail["Subject"] = text_of(DEFAULT, f"mail.subject_{_kind(outgoing)}")
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{our_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if outgoing.reply_to and _is_id(outgoing.reply_to):
        mail["In-Reply-To"] = mail["References"] = f"<{outgoing.reply_to}>"
    mail.set_content(outgoing.text, cte="quoted-printable")
    return mail


def send(mail: EmailMessage, box: Mailbox) -> None:
    """Raises SourceBusy, NetworkDown, SecretRefused, DeliveryError."""
    with _named(), _connected(box.smtp) as server:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("auth") and box.secret:
            server.login(box.login, box.secret)
        server.send_message(mail)


def _addressee(outgoing: Outgoing, box: Mailbox) -> Address:
    """One person, or the list of the group; header injection stops here: it is one address."""
    wanted = outgoing.to or box.lists.get(outgoing.group) or ""
    address = address_of(wanted)
    if address is None:
        raise DeliveryError(permanent=True, why="no_address")
    return Address(addr_spec=address)


def _kind(outgoing: Outgoing) -> str:
    return "answer" if outgoing.reply_to else "news"


def _is_id(native_id: str) -> bool:
    """A mail's own id, and not one that we made; nothing that ends a header."""
    odd = set("<> \t\r\n")
    return "@" in native_id and native_id.isprintable() and not odd & set(native_id)


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Always by TLS with a certificate that holds, but on this very machine."""
    if server.tls:
        trusted = ssl.create_default_context()
        with smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT_S, context=trusted
        ) as connected:
            yield connected
        return
    with smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S) as connected:
        if server.start_tls:
            connected.starttls(context=ssl.create_default_context())
        yield connected


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise _refused(error.smtp_code, SecretRefused(why="smtp")) from None
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refused(min(codes, default=550), DeliveryError(permanent=True, why="to")) from None
    except smtplib.SMTPResponseException as error:
        why = f"smtp_{error.smtp_code}"
        raise _refused(error.smtp_code, DeliveryError(permanent=True, why=why)) from None
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise NetworkDown(why=type(error).__name__) from None
    except smtplib.SMTPException as error:
        raise DeliveryError(permanent=False, why=type(error).__name__) from None


def _refused(code: int, otherwise: Exception) -> Exception:
    """4xx: not now. 5xx: not ever."""
    return SourceBusy(after_s=_LATER_S) if 400 <= code < 500 else otherwise
