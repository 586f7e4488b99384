"""From a mail to what somebody said in a group: who may speak, and which words are theirs."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from connectors.sources._mail_parts import Mail, NotMail, read_mail
from connectors.sources._mail_quotes import own_words
from connectors.sources._mail_settings import Mailbox
from connectors.sources._mail_templates import Template, template_for
from connectors.sources._mail_trust import is_trusted
from core.domain import Event, EventKind
from core.errors import SourceError
from core.in_chat import command_of
from core.ports import Heard

log = logging.getLogger(__name__)

OURS: Final = "hnm."
"""How the ids of our own mails begin."""
_LONGEST_TEXT: Final = 10_000
_ANSWER: Final = re.compile(
    r"\s*(?:re|antw?|betr|aw|sv|fwd?|fw|doorst|wg|tr)\s{0,2}(?:\[\d+\])?\s?:", re.IGNORECASE
)


def heard_in(raw: bytes, arrived: datetime, box: Mailbox) -> tuple[str, list[Heard | SourceError]]:
    """By which name the same mail is known again, and what it says for each group it was sent to.

    Why it says nothing is a SourceError of one word.
    """
    try:
        mail = read_mail(raw, arrived)
        tokens = dict.fromkeys(filter(None, (box.token_in(one) for one in mail.recipients)))
        found = [one for token in tokens for one in _for_group(mail, token, box)]
    except NotMail:
        return "", [_refused("bad_mail")]
    except Exception as error:
        # One mail that is made to break us must not keep all the others waiting.
        log.warning("mail not read error=%s", type(error).__name__)
        return "", [_refused("bad_mail")]
    name = " ".join((mail.native_id, *tokens))
    return name, found if tokens else [_refused("no_group")]


def _for_group(mail: Mail, token: str, box: Mailbox) -> list[Heard | SourceError]:
    sender = mail.sender
    if sender is None or not is_trusted(mail.results, box.checked_by, sender):
        return [_refused("quarantined")]
    if sender == box.address or box.token_in(sender) is not None:
        return [_refused("own_mail")]
    if not box.lists_sender(sender):
        return [_refused("quarantined")]
    template = template_for(sender)
    if mail.automatic or (mail.bulk and template is None and not _is_of_list(mail, token, box)):
        return [_refused("automatic_mail")]
    if template is not None:
        return _notified(mail, template, token)
    return _written(mail, sender, token, box)


def _is_of_list(mail: Mail, token: str, box: Mailbox) -> bool:
    return box.lists.get(token) in mail.addressed


def _notified(mail: Mail, template: Template, token: str) -> list[Heard | SourceError]:
    """A platform tells what somebody wrote; they cannot be written to."""
    read = template.read(mail.text)
    if read is None:
        return [_refused("unknown_layout")]
    event = _event(mail, f"{read.platform}:{read.author.casefold()}", read.text)
    event = replace(event, reply_to=mail.answers[-1] if mail.answers else None)
    return [Heard(group=token, group_name=read.group, event=event)] if _says(event) else []


def _written(mail: Mail, sender: str, token: str, box: Mailbox) -> list[Heard | SourceError]:
    """Somebody wrote it: to the whole group by its list, or to us alone."""
    whole_group = box.lists.get(token)
    author = mail.reply_to if sender == whole_group else sender
    if author is None or author == whole_group:
        return [_refused("quarantined")]  # the list says nothing of who wrote it
    direct = whole_group not in mail.addressed
    event = replace(_event(mail, author, ""), direct=direct)
    event = _with_words(event, mail)
    if mail.encrypted:
        return [Heard(group=token, event=replace(event, text=""), unreadable=True)]
    return [Heard(group=token, event=event)] if _says(event) else []


def _with_words(event: Event, mail: Mail) -> Event:
    """The words written now, under their subject; a command stands alone.

    A command that answers a text of ours is about the mail that ours answered.
    """
    words = own_words(mail.text)
    alone = replace(event, text=words)
    if command_of(alone) is not None:
        theirs = [one for one in mail.answers if not one.startswith(OURS)]
        return replace(alone, reply_to=theirs[-1] if theirs else None)
    if mail.subject and not _ANSWER.match(mail.subject) and mail.subject not in words:
        words = f"{mail.subject}\n{words}".strip()
    return replace(
        event,
        text=words[:_LONGEST_TEXT],
        reply_to=mail.answers[-1] if mail.answers else None,
    )


def _event(mail: Mail, author: str, text: str) -> Event:
    return Event(
        kind=EventKind.MESSAGE,
        native_id=mail.native_id,
        author=author,
        sent_at=mail.sent_at,
        text=text[:_LONGEST_TEXT],
        media_count=mail.media_count,
    )


def _says(event: Event) -> bool:
    return bool(event.text) or event.media_count > 0


def _refused(why: str) -> SourceError:
    """Counted by this word for the administrator; nothing else of the mail is kept."""
    return SourceError(line=0, why=why)
