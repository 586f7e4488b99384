"""Writing to residents: texts to start from, and what each of their channels carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import streamlit as st

from core.channel_limits import Limits
from core.domain import Incident, TextKind, TextTemplate, Tone
from core.emergency import NAMES, RULES
from core.i18n import DEFAULT, clock_time, text_of
from core.reach import Reach, Way
from core.report_back import LONGEST
from core.store import Unit
from core.telling import owner_name, place_name
from core.text_templates import fill, offered, values_of
from core.way_limits import limits_of
from core.wiring import means, sources
from pages._frame import counted, language, services, t, told
from pages.components.composer import Lane, Start, show_composer
from pages.components.words import escaped
from pages.room.names import people

Send = Callable[[str, Sequence[int], str], None]
"""Sends a text along the chosen ways (core.reach), with the rule in a language."""

TELLING: Final = tuple(kind for kind in TextKind if kind is not TextKind.QUESTION)
_ONE_WAY: Final = 1


def compose(
    name: str,
    incident: Incident,
    ways: Sequence[Way],
    *,
    draft: str,
    kinds: Iterable[TextKind],
    built_in: Sequence[tuple[str, str]],
    groups: Mapping[int, str],
    send: Send,
    cancel: Callable[[], None] | None,
    key: str,
    covered: Mapping[int, str] | None = None,
    promise: str = "",
    needs_group: bool = True,
) -> None:
    """The form to write one text in: to whom, from what, as they will read it."""
    words = {word: t(f"composer.{word}") for word in _WORDS}
    words |= {
        "locale": language(),
        "title": t(f"room.form_{name}") if cancel else "",
        "send": t(f"room.do_{name}"),
        "cancel": t("composer.cancel") if cancel else "",
        "note": t("room.composer_note", seconds=services().settings.undo_seconds),
    }

    @told
    def sent() -> None:
        value = st.session_state[key]["sent"]
        code = value["language"] if value["language"] in RULES else DEFAULT
        send(str(value["text"]), list(value["groups"]), code)

    show_composer(
        draft=draft,
        groups={**groups, **(covered or {})},
        unticked=list(covered or {}),
        starts=starts_for(incident, kinds, ways, built_in, stays=cancel is None),
        lanes=lanes_of(ways),
        rules=RULES,
        promise=promise,
        longest=LONGEST,
        words=words,
        on_sent=sent,
        on_cancelled=cancel or (lambda: None),
        key=key,
        needs_group=needs_group,
        takes_focus=cancel is not None,
        clears=cancel is None,
    )


_WORDS: Final = (
    "text",
    "template",
    "preview",
    "groups",
    "count",
    "over",
    "posts",
    "subject",
    "whom",
)


def starts_for(
    incident: Incident,
    kinds: Iterable[TextKind],
    ways: Sequence[Way],
    built_in: Sequence[tuple[str, str]],
    *,
    stays: bool = False,
) -> list[Start]:
    """The product's own texts first, then those of the pilot that fit; filled in.

    Before them stands an empty one where there is none of the product's, or a form that `stays`
    open: there no text must be by itself.
    """
    given = services()
    with given.store.read() as connection:
        kept = Unit(connection, given.clock()).texts.all(incident.pilot_id)
    fitting = offered(kept, kinds, incident.topic, {way.group.source for way in ways})
    own = [Start(name=name, text=text, heading=t("composer.ours")) for name, text in built_in]
    written = [_filled(one, incident, ways) for one in fitting]
    own = [start for start in own if start.text]
    blank = [Start(name=t("composer.own"), text="")] if stays or not own else []
    return [*blank, *own, *written]


def _filled(template: TextTemplate, incident: Incident, ways: Sequence[Way]) -> Start:
    group = ways[0].group.name if len(ways) == _ONE_WAY and ways[0].resident is None else ""
    values = values_of(incident, template.language, people(), group)
    return Start(
        name=called(template),
        text=fill(template.text, values),
        heading=t("composer.theirs"),
        language=template.language,
    )


def called(template: TextTemplate) -> str:
    """Its name, with what sets it apart: the tone, and the language when it is not Dutch."""
    tone = t(f"texts.tone_{template.tone.value}").lower()
    parts = [] if template.tone is Tone.NEIGHBOURLY else [tone]
    parts += [NAMES[template.language]] if template.language != DEFAULT else []
    return f"{template.name} ({', '.join(parts)})" if parts else template.name


def lanes_of(ways: Sequence[Way]) -> list[Lane]:
    """What each channel of these ways carries, in words too."""
    given = services()
    with given.store.read() as connection:
        found = limits_of(ways, Unit(connection, given.clock()), means(given))
    return [lane_of(limits) for limits in found]


def lane_of(limits: Limits) -> Lane:
    """A channel as it is named while writing, with what must be known of it."""
    name = source_name(limits.source)
    if limits.kind in ("direct", "reply"):
        name = t(f"composer.lane_{limits.kind}", source=name)
    return Lane(name=name, notes=tuple(_notes(limits)), limits=limits)


def _notes(limits: Limits) -> list[str]:
    notes = [t("composer.copy")] if limits.kind == "copy" else []
    if limits.until is not None:
        at = clock_time(language(), limits.until)
        notes.append(t("composer.window_open", at=at))
    if limits.is_shut:
        notes.append(t("composer.window_shut"))
    elif limits.is_closed:
        notes.append(t("composer.window_closed", name=limits.approved))
    if limits.threads:
        notes.append(t("composer.public"))
    return notes


def source_name(source_id: str) -> str:
    source = sources().get(source_id)
    if source is None:
        return source_id
    return str(source.CARD.name_nl if language() == DEFAULT else source.CARD.name_en)


def telling_texts(incident: Incident) -> list[tuple[str, str]]:
    """The product's own words for this status, then thanks and advice."""
    first = f"tell_{incident.status.value}"
    names = [first, *(name for name in ("tell_thanks", "tell_advice") if name != first)]
    return [_built_in(incident, name) for name in names]


def _built_in(incident: Incident, name: str) -> tuple[str, str]:
    """A text to start from: its name for the user, its words in the residents' language."""
    topic = services().topics[incident.topic]
    words = text_of(
        DEFAULT,
        f"template.{name}",
        topic=topic.name_nl.lower(),
        place=place_name(DEFAULT, incident.location),
        destination=owner_name(DEFAULT, incident.destination, people()),
    )
    return t(f"template_name.{name}"), words


def say_missed(reach: Reach) -> None:
    """Who is not reached, and why."""
    groups = sorted({group.name for group, resident, _ in reach.missed if resident is None})
    if groups:
        st.caption(t("room.missed_no_consent", groups=escaped(", ".join(groups))))
    for why in ("stopped", "no_address"):
        count = len(
            {resident for _, resident, reason in reach.missed if reason == why and resident}
        )
        if count:
            st.caption(t(f"room.missed_{why}", residents=counted("count.residents", count)))
