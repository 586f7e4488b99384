"""Answering from a conversation: telling or asking just this group, or just this resident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from core import report_back
from core.domain import Asking, Incident, TextKind, User
from core.questions import Wish
from core.reach import Way, reach_of, way_to
from core.reciprocity import rules_of
from core.status import Step, fits
from core.store import Unit
from core.store.thread_queries import Thread
from core.wiring import means
from pages._act import carry_out
from pages._frame import services, t
from pages.talk.writing import TELLING, compose, telling_texts

_COMPOSER: Final = "talk.composer"
_TELL: Final = "tell"
_ASK: Final = "ask"


def show_reply(thread: Thread, incident: Incident) -> None:
    """The form to answer in; why not, where nobody can be reached."""
    way = _way(thread, incident)
    kinds = [name for name, step in ((_TELL, Step.TELL), (_ASK, Step.ASK)) if fits(step, incident)]
    if way is None or not kinds:
        st.caption(t("conversations.no_way"))
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        chosen = st.segmented_control(
            t("conversations.reply"),
            kinds,
            default=kinds[0],
            required=True,
            format_func=lambda name: t(f"conversations.reply_{name}"),
            key=f"talk.kind.{thread.key}",
            label_visibility="collapsed",
        )
        kind = str(chosen or kinds[0])
        st.caption(t("conversations.only_them" if thread.resident else "conversations.only_here"))

    def send(said: str, _: Sequence[int], code: str) -> None:
        _send(kind, said, code, thread, incident)

    compose(
        kind,
        incident,
        [way],
        draft=f"talk.{kind}.{thread.key}.{incident.status.value}",
        kinds=TELLING if kind == _TELL else [TextKind.QUESTION],
        built_in=telling_texts(incident) if kind == _TELL else [],
        groups={},
        send=send,
        cancel=None,
        key=_COMPOSER,
        needs_group=False,
    )


def _way(thread: Thread, incident: Incident) -> Way | None:
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        if thread.resident is not None:
            return way_to(thread.resident, incident.id, unit, means(given))
        reach = reach_of(incident.id, unit, means(given))
    ways = (*reach.ways, *reach.covered)
    here = (way for way in ways if way.resident is None and way.group.id == thread.group.id)
    return next(here, None)


def _send(kind: str, said: str, code: str, thread: Thread, incident: Incident) -> None:
    hold = timedelta(seconds=services().settings.undo_seconds)

    def tell(me: User, unit: Unit) -> Incident:
        return report_back.tell(
            incident.id,
            incident.version,
            me,
            unit,
            said,
            hold=hold,
            group_ids=[thread.group.id] if thread.resident is None else None,
            means=means(services()),
            resident=thread.resident,
            language=code,
        )

    def ask(me: User, unit: Unit) -> Incident:
        rules = rules_of(incident.pilot_id, unit)
        wish = Wish(
            kind=Asking.FREE,
            text=said,
            enough=rules.enough,
            open_min=rules.open_min,
            thanks=rules.thanks,
            language=code,
        )
        return report_back.ask(
            incident.id,
            incident.version,
            me,
            unit,
            said,
            hold=hold,
            group_ids=[thread.group.id] if thread.resident is None else None,
            means=means(services()),
            wish=wish,
            resident=thread.resident,
        )

    carry_out(tell if kind == _TELL else ask, lambda _: t(f"conversations.done_{kind}"))
