"""Speaking with residents: the forms that ask and tell, with who is reached before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from core.asking import suggest
from core.clock import from_local, local
from core.domain import Asking, Incident, TextKind
from core.promises import promise_sentence
from core.questions import Wish
from core.reach import ALONE, Reach, Way, reach_of, way_to
from core.reciprocity import Rules, rules_of, words_for
from core.report_back import FEEDBACK, OUTCOME, may_tell_outcome
from core.store import Unit
from core.store.room_queries import Dossier, MemberLine
from core.wiring import means
from pages._frame import counted, services, t
from pages.room import actions, state
from pages.talk.writing import TELLING, compose, say_missed, telling_texts

_COMPOSER: Final = "room.composer"
_ENOUGH: Final = (1, 2, 3, 5, 8, 12, 20)
_OPEN_MIN: Final = (5, 10, 15, 30, 60, 120, 240)
_PROMISES: Final = ("none", "hour", "two_hours", "tonight", "tomorrow", "own")


def show_ask(found: Dossier) -> None:
    """Asks one thing: what, whom, and what ends it; the text can be worded otherwise."""
    incident = found.incident
    rules, reach = _read(incident)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        kind = _choose_kind(incident, _missing(incident))
        resident = _choose_resident(found.members, incident)
        enough, open_min = _choose_end(incident, rules, alone=resident is not None)
    quoted = state.quoted()
    own = "" if kind is Asking.FREE else words_for(f"ask_{kind.value}", rules, incident)
    theirs = [(t("outside.their_question"), quoted)] if quoted else []

    def send(said: str, chosen: Sequence[int], code: str) -> None:
        bare = Wish(kind=kind, text=said, enough=enough, open_min=open_min, thanks=rules.thanks)
        actions.ask(incident.id, incident.version, replace(bare, language=code), chosen, resident)

    compose(
        "ask",
        incident,
        _ways(reach) if resident is None else _ways_to(resident, incident),
        draft=f"ask.{incident.id}.{kind.value}.{quoted or ''}",
        kinds=[TextKind.QUESTION],
        built_in=[*theirs, (t(f"asking.kind_{kind.value}"), own)],
        groups={} if resident else _labels(reach),
        covered={} if resident else _covered(reach),
        send=send,
        cancel=lambda: state.open_form(None),
        key=_COMPOSER,
        needs_group=resident is None,
    )
    if resident is None:
        say_missed(reach)


def show_tell(found: Dossier) -> None:
    """Tells everybody who wrote, each in their own channel; with a promise if one is made."""
    incident = found.incident
    _, reach = _read(incident)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        kind = _choose_said(incident)
        promise_by = _choose_promise(incident)
        if promise_by is not None:
            st.button(
                t("room.promise_only"),
                help=t("room.promise_only_help"),
                key="room.promise_only",
                type="tertiary",
                icon=":material/event_available:",
                on_click=actions.promise,
                args=(incident.id, incident.version, promise_by, ""),
            )

    def send(said: str, chosen: Sequence[int], code: str) -> None:
        actions.tell(incident.id, incident.version, said, chosen, kind, promise_by, code)

    compose(
        "tell",
        incident,
        _ways(reach),
        draft=f"tell.{incident.id}.{kind}",
        kinds=TELLING,
        built_in=telling_texts(incident),
        groups=_labels(reach),
        covered=_covered(reach),
        send=send,
        cancel=lambda: state.open_form(None),
        key=_COMPOSER,
        promise=_sentence(incident, promise_by),
    )
    say_missed(reach)


def _read(incident: Incident) -> tuple[Rules, Reach]:
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        return rules_of(incident.pilot_id, unit), reach_of(incident.id, unit, means(given))


def _missing(incident: Incident) -> str | None:
    """The kind of question that would tell most, by the assistant."""
    given = services()
    with given.store.read() as connection:
        found = suggest(incident, Unit(connection, given.clock()))
    return found.kind.value if found else None


def _choose_kind(incident: Incident, missing: str | None) -> Asking:
    kinds = list(Asking)
    suggested = Asking.FREE.value if state.quoted() else state.suggested() or missing
    chosen = st.selectbox(
        t("asking.kind"),
        kinds,
        index=kinds.index(Asking(suggested)) if suggested else 0,
        format_func=lambda kind: t(f"asking.kind_{kind.value}"),
        key=f"room.ask_kind.{incident.id}.{suggested or ''}",
        width=200,
    )
    return Asking(chosen)


def _choose_resident(members: Sequence[MemberLine], incident: Incident) -> str | None:
    wrote = list(dict.fromkeys(member.resident for member in members))
    names = {resident: t("room.resident_n", n=n) for n, resident in enumerate(wrote, 1)}
    chosen: str | None = st.selectbox(
        t("asking.whom"),
        [None, *wrote],
        format_func=lambda resident: t("asking.everybody") if resident is None else names[resident],
        key=f"room.ask_whom.{incident.id}",
        width=200,
    )
    return chosen


def _choose_end(incident: Incident, rules: Rules, *, alone: bool) -> tuple[int, int]:
    """What ends the question: so many answers, or so many minutes."""
    enough = 1
    if not alone:
        numbers = sorted({*_ENOUGH, rules.enough})
        enough = st.selectbox(
            t("asking.enough"),
            numbers,
            index=numbers.index(rules.enough),
            key=f"room.ask_enough.{incident.id}",
            width=130,
        )
    minutes = sorted({*_OPEN_MIN, rules.open_min})
    open_min = st.selectbox(
        t("asking.open_min"),
        minutes,
        index=minutes.index(rules.open_min),
        format_func=lambda count: t("time.min", count=count),
        key=f"room.ask_open.{incident.id}",
        width=130,
    )
    return int(enough), int(open_min)


def _choose_said(incident: Incident) -> str:
    given = services()
    with given.store.read() as connection:
        is_due = may_tell_outcome(incident, Unit(connection, given.clock()))
    kinds = [FEEDBACK, OUTCOME] if is_due else [FEEDBACK]
    ended = not incident.status.is_open and is_due
    chosen = st.selectbox(
        t("room.said"),
        kinds,
        index=1 if ended else 0,
        format_func=lambda kind: t(f"room.said_{kind}"),
        help=None if is_due else t("room.outcome_told"),
        key=f"room.said.{incident.id}.{is_due}.{ended}",
        width=220,
    )
    return str(chosen)


def _choose_promise(incident: Incident) -> datetime | None:
    """By when residents hear more; None when nothing is promised."""
    moments = {name: _moment(name) for name in _PROMISES}
    possible = [name for name in _PROMISES if name in ("none", "own") or moments[name]]
    chosen = st.selectbox(
        t("room.promise"),
        possible,
        format_func=lambda name: t(f"room.promise_{name}"),
        key=f"room.promise.{incident.id}",
        width=220,
    )
    if chosen != "own":
        return moments[str(chosen)]
    here = local(services().clock())
    day = st.date_input(
        t("room.promise_day"),
        value=here.date(),
        min_value=here.date(),
        format="DD-MM-YYYY",
        key=f"room.promise_day.{incident.id}",
        width=140,
    )
    at = st.time_input(
        t("room.promise_time"),
        value=(here + timedelta(hours=1)).time().replace(minute=0, second=0, microsecond=0),
        key=f"room.promise_time.{incident.id}",
        width=110,
    )
    return from_local(datetime.combine(day, at))


def _moment(name: str) -> datetime | None:
    now = services().clock()
    here = local(now).replace(second=0, microsecond=0, tzinfo=None)
    found = {
        "hour": here + timedelta(hours=1),
        "two_hours": here + timedelta(hours=2),
        "tonight": here.replace(hour=20, minute=0),
        "tomorrow": (here + timedelta(days=1)).replace(hour=12, minute=0),
    }.get(name)
    moment = None if found is None else from_local(found)
    return moment if moment is not None and moment > now else None


def _sentence(incident: Incident, promise_by: datetime | None) -> str:
    if promise_by is None:
        return ""
    given = services()
    with given.store.read() as connection:
        return promise_sentence(incident, promise_by, Unit(connection, given.clock()))


def _ways(reach: Reach) -> list[Way]:
    return [*reach.ways, *reach.covered]


def _ways_to(resident: str, incident: Incident) -> list[Way]:
    given = services()
    with given.store.read() as connection:
        way = way_to(resident, incident.id, Unit(connection, given.clock()), means(given))
    return [way] if way is not None else []


def _labels(reach: Reach) -> dict[int, str]:
    """Each way with whom it reaches; those who are reached alone are one choice together."""
    found = {
        way.group.id: t(
            f"room.reach_{way.kind}",
            group=way.group.name,
            residents=counted("count.residents", len(way.residents)),
        )
        for way in reach.ways
        if way.resident is None
    }
    alone = [way for way in reach.ways if way.resident is not None]
    if alone:
        kinds = {way.kind for way in alone}
        kind = kinds.pop() if len(kinds) == 1 else "alone"
        found[ALONE] = t(f"room.reach_{kind}", residents=counted("count.residents", len(alone)))
    return found


def _covered(reach: Reach) -> dict[int, str]:
    return {way.group.id: t("room.reach_covered", group=way.group.name) for way in reach.covered}
