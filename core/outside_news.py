"""berichten terug: what a destination says changes its own state; a person decides about ours.

Only "in progress" moves the incident by itself. That it is done there closes it here when an
administrator switched that on for the account; else somebody is asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from core.asking_back import withdrawn
from core.audit import SYSTEM
from core.domain import Incident, Status, User
from core.errors import BadInput, NotFound
from core.hand_over_steps import incident_now, note
from core.handing_over import acknowledged
from core.permissions import Action, require
from core.ports import News
from core.status import Step, fits

if TYPE_CHECKING:  # the unit's own rows know incidents, which know steps
    from core.store.unit import Unit

STATES: Final = (
    "received",
    "acknowledged",
    "in_progress",
    "question",
    "done",
    "rejected",
    "withdrawn",
)
ASKS: Final = ("question", "done", "rejected")
"""What waits for a person here to do something, or to say that it is not needed."""
_EARLY: Final = ("received", "acknowledged")
_LONGEST: Final = 2000
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""What no screen should show: control characters, halves of characters, turned writing."""


def hear(news: News, row: Any, unit: Unit, *, by: str = SYSTEM) -> bool:
    """Takes one piece of news about a hand-over; False when it was known, or comes too late.

    Raises BadInput for a state that does not exist.
    """
    if news.state not in STATES:
        raise BadInput(field="state", why=news.state[:20])
    if row.state == "withdrawn":
        return False
    values = {"state": news.state, "text": plain(news.text), "said_at": news.at}
    if not unit.hand_overs.hear(row.id, news.native_id, **values):
        return False
    if news.state == "withdrawn":
        withdrawn(row, by, unit)
    elif row.state != "asked_back":
        _follow(news, row, by, unit)
    return True


def plain(text: str) -> str:
    """A text of others as lines of plain words, no longer than a screen can bear."""
    lines = _UNSEEN.sub("", text.replace("\r\n", "\n"))[:_LONGEST].strip()
    return re.sub(r"\n{3,}", "\n\n", lines)


def _follow(news: News, row: Any, by: str, unit: Unit) -> None:
    """The state there is what was said last; that it arrived takes nothing back."""
    if news.state != "received":
        acknowledged(row, by, unit)
    if news.state in _EARLY and row.state not in ("queued", "failed", "sent", *_EARLY):
        return
    if news.state == "received" and row.state == "acknowledged":
        return
    unit.hand_overs.change(row.id, state=news.state)
    note(row, f"outside_{news.state}", by, unit)
    incident = incident_now(row.incident_id, unit)
    if news.state == "in_progress" and incident.status is Status.HANDED_OVER:
        unit.incidents.set_status(incident.id, Status.IN_PROGRESS)
    if news.state == "done":
        _close_by_rule(row, incident, unit)


def _close_by_rule(row: Any, incident: Incident, unit: Unit) -> None:
    """Closes an incident when an administrator wants that, and nobody else is at work on it."""
    account = unit.hand_overs.account(row.account_id)
    elsewhere = [
        other
        for other in unit.hand_overs.of(incident.id)
        if other.id != row.id and other.state not in ("done", "withdrawn", "failed")
    ]
    if account is None or not account.closes or elsewhere or not fits(Step.CLOSE, incident):
        return
    unit.incidents.set_status(incident.id, Status.CLOSED)
    note(row, "outside_closed", SYSTEM, unit)


def settle(news_id: int, user: User, unit: Unit) -> None:
    """Somebody did what a piece of news asks, or says that it is not needed. Raises NotFound."""
    require(user, Action.WORK)
    news = unit.hand_overs.one_news(news_id)
    if news is None:
        raise NotFound(what="outside_news", id=news_id)
    unit.hand_overs.settle(news_id, user.login)
    row = unit.hand_overs.get(news.hand_over_id)
    note(row, "outside_settled", user.login, unit)


def settle_all(incident_id: int, states: tuple[str, ...], user: User, unit: Unit) -> None:
    """What an incident's destinations asked in these states was done with a step here."""
    rows = unit.hand_overs.of(incident_id)
    for news in unit.hand_overs.news([row.id for row in rows]):
        if news.state in states and news.settled_by is None:
            unit.hand_overs.settle(news.id, user.login)
