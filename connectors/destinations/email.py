"""E-mail to whoever takes incidents over: plain text for people, JSON attached for their system.

TLS always: from the first byte on port 465, by STARTTLS on any other. An update and a request to
erase answer the first mail. A mail that is sent again has the same Message-ID, by which mailboxes
know it; the receiver says how it goes by the link in it.
"""

from __future__ import annotations

import json
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from connectors.destinations._report import FIELDS, known_as, report
from connectors.destinations._withdrawing import why
from core.domain import Receipt, Urgency
from core.errors import BadSetting, DeliveryError, NetworkDown, SecretRefused, SourceBusy
from core.i18n import DEFAULT, text_of
from core.ports import Account, DestinationCard, HandOver, News

CARD: Final = DestinationCard(
    name_nl="E-mail",
    name_en="E-mail",
    roles=("dispatcher", "community_officer", "enforcement_officer"),
    fields=FIELDS,
    settings=("mail_server", "mail_user", "sender", "receiver"),
    optional=("mail_user", "secret"),
    categories=True,
    updates=True,
    keeps_nl="Een verstuurde mail is niet terug te halen: de ontvanger wist haar en bevestigt dat.",
    keeps_en="A mail that was sent cannot be called back: its receiver erases it and says so.",
)
_TLS_PORT: Final = 465
_USUAL_PORT: Final = 587
_TIMEOUT_S: Final = 15.0
_BUSY_AFTER_S: Final = 60.0
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,250}")
_HOST: Final = re.compile(r"([A-Za-z0-9.-]{1,250})(?::(\d{1,5}))?")
_LONGEST_TITLE: Final = 150


def hand_over(account: Account, hand_over: HandOver, now: datetime) -> Receipt:
    """A mail with the whole report; with a reference one that answers the first and replaces it."""
    _send(account, _report_mail(account, hand_over, now))
    reference = hand_over.reference or f"{hand_over.number}-{hand_over.id}"
    return Receipt(reference=reference, delivered_at=now)


def withdraw(account: Account, hand_over: HandOver, reason: str, now: datetime) -> Receipt:
    """A mail that asks to erase the earlier ones; it says nothing of the incident."""
    title = text_of(DEFAULT, "outside.mail_withdrawn", number=hand_over.number)
    mail = _mail(account, hand_over, "ingetrokken", title, now)
    lines = [why(reason)]
    if hand_over.answer_url:
        lines += ["", text_of(DEFAULT, "outside.confirm_here"), hand_over.answer_url]
    _fill(mail, "\n".join(lines), {**known_as(hand_over), "type": "melding.ingetrokken"})
    _send(account, mail)
    return Receipt(reference=hand_over.reference, delivered_at=now)


def news(
    account: Account, references: Sequence[str], cursor: str | None, now: datetime
) -> tuple[list[News], str | None]:
    """Nothing: the receiver answers by the link in the mail."""
    return [], cursor


def dry_run(account: Account, hand_over: HandOver, now: datetime) -> str:
    """The mail as it would leave; the mail server is greeted, nothing is sent."""
    mail = _report_mail(account, hand_over, now)
    with _server(account) as server:
        server.noop()
    body = mail.get_body(("plain",))
    heads = "\n".join(f"{name}: {mail[name]}" for name in ("From", "To", "Subject"))
    return f"{heads}\n\n{body.get_content() if body is not None else ''}"


def _report_mail(account: Account, hand_over: HandOver, now: datetime) -> EmailMessage:
    is_update = bool(hand_over.reference)
    title = f"[{hand_over.number}] {hand_over.title}"
    if is_update:
        title = text_of(DEFAULT, "outside.mail_updated", title=title)
    what = f"{hand_over.revision}-{'bijgewerkt' if is_update else 'overgedragen'}"
    mail = _mail(account, hand_over, what, title, now)
    if hand_over.incident.urgency is Urgency.URGENT:
        mail["Importance"], mail["X-Priority"] = "high", "1"
    kind = "melding.bijgewerkt" if is_update else "melding.overgedragen"
    _fill(mail, hand_over.text, {**report(hand_over), "type": kind})
    return mail


def _mail(
    account: Account, hand_over: HandOver, what: str, title: str, now: datetime
) -> EmailMessage:
    """The head of a mail; every part of it is one line, whatever was typed."""
    mail = EmailMessage(policy=SMTP)
    sender, receiver = _address(account, "sender"), _address(account, "receiver")
    mail["From"], mail["To"] = sender, receiver
    mail["Subject"] = _one_line(title)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = _id(account, hand_over, what, sender)
    first = _id(account, hand_over, "0-overgedragen", sender)
    if mail["Message-ID"] != first:
        mail["In-Reply-To"] = mail["References"] = first
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _fill(mail: EmailMessage, text: str, told: dict[str, object]) -> None:
    mail.set_content(text)
    raw = json.dumps(told, indent=2, ensure_ascii=False).encode()
    mail.add_attachment(raw, maintype="application", subtype="json", filename="melding.json")


def _id(account: Account, hand_over: HandOver, what: str, sender: Address) -> str:
    return f"<hnm-{account.id}-{hand_over.id}-{what}@{sender.domain}>"


def _one_line(text: str) -> str:
    """The text as one line of plain words, whatever was typed.

    "=?" begins an encoded word, which may hold a line's end and after it another header.
    """
    shown = "".join(c if c.isprintable() else " " for c in text).replace("=?", "= ?")
    return " ".join(shown.split())[:_LONGEST_TITLE]


def _address(account: Account, name: str) -> Address:
    """Raises BadSetting for what is not one plain address."""
    text = account.settings.get(name, "").strip()
    if not _ADDRESS.fullmatch(text):
        raise BadSetting(name=name, why=text[:80])
    return Address(addr_spec=text)


def _send(account: Account, mail: EmailMessage) -> None:
    with _server(account) as server:
        server.send_message(mail)


@contextmanager
def _server(account: Account) -> Iterator[smtplib.SMTP]:
    """The mail server, greeted and signed in; its refusals under our names."""
    host, port = _host(account)
    try:
        with _connected(host, port) as server:
            if account.settings.get("mail_user"):
                server.login(account.settings["mail_user"], account.secret)
            yield server
    except smtplib.SMTPAuthenticationError as error:
        raise SecretRefused(why=f"smtp_{error.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise _refused(code) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise NetworkDown(why=type(error).__name__) from None


def _connected(host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if port == _TLS_PORT:
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _refused(code: int) -> Exception:
    """A server that is busy (4xx) is asked again; one that will not (5xx) is not."""
    if 400 <= code < 500:
        return SourceBusy(after_s=_BUSY_AFTER_S)
    return DeliveryError(permanent=True, why=f"smtp_{code}")


def _host(account: Account) -> tuple[str, int]:
    found = _HOST.fullmatch(account.settings.get("mail_server", "").strip())
    port = int(found[2] or _USUAL_PORT) if found else 0
    if found is None or not 0 < port < 65536:
        raise BadSetting(name="mail_server", why=account.settings.get("mail_server", "")[:80])
    return found[1], port
