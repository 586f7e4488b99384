"""teksten: what staff may start from when they tell or ask residents; versions, use by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from core.domain import Pilot, TextKind, TextTemplate, Tone
from core.emergency import NAMES, RULES
from core.permissions import Action, may
from core.ports import SourceCard
from core.report_back import LONGEST
from core.store import Unit
from core.text_templates import (
    AUTOMATIC,
    PLACEHOLDERS,
    bring_back_text,
    change_text,
    example_values,
    limits_for,
    restore_text,
    use_by_itself,
    withdraw_text,
    write_text,
)
from core.wiring import sources
from pages._act import carry_out
from pages._admin.pilots import choose_pilot
from pages._frame import ago, counted, language, moment, services, t, told, user
from pages.components.composer import Start, show_composer
from pages.components.words import escaped
from pages.room.names import people
from pages.talk.writing import lane_of, source_name

_PARAM: Final = "text"
_NEW: Final = "new"
_EMPTY: Final = TextTemplate(name="", kind=TextKind.STATUS, text="")
_COMPOSER: Final = "texts.composer"
_WORDS: Final = ("text", "template", "preview", "groups", "count", "over", "posts", "subject")


def show_texts() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        found = Unit(connection, services().clock()).texts.all(pilot.id)
    st.caption(t("texts.note"))
    left, right = st.columns([1, 1.7], gap="medium")
    with left:
        chosen = _choose(found)
    with right:
        _show_one(pilot, chosen)


def _choose(found: Sequence[TextTemplate]) -> TextTemplate:
    """The list, kind after kind; the address names what is open."""
    named = st.query_params.get(_PARAM, "")
    chosen = next((one for one in found if str(one.id) == named), _EMPTY)
    st.button(
        t("texts.new"),
        key="texts.new",
        icon=":material/add:",
        type="primary" if chosen is _EMPTY else "secondary",
        on_click=_open,
        args=(_NEW,),
    )
    if not found:
        st.info(t("texts.none"), icon=":material/edit_note:")
    in_use = [one for one in found if one.withdrawn_at is None]
    for kind in TextKind:
        _show_list(t(f"texts.kind_{kind.value}"), [o for o in in_use if o.kind is kind], chosen)
    _show_list(t("texts.withdrawn"), [o for o in found if o.withdrawn_at is not None], chosen)
    return chosen


def _show_list(heading: str, texts: Sequence[TextTemplate], chosen: TextTemplate) -> None:
    if not texts:
        return
    with st.container(gap=None, key=f"texts-list-{texts[0].kind.value}-{texts[0].id}"):
        st.caption(f"**{heading}**")
        for one in texts:
            st.button(
                f"{escaped(one.name)} · {escaped(_about(one))}",
                key=f"texts.open.{one.id}",
                type="secondary" if one.id == chosen.id else "tertiary",
                icon=":material/autorenew:" if one.automatic else None,
                on_click=_open,
                args=(str(one.id),),
            )


def _about(one: TextTemplate) -> str:
    """What sets a text apart, in a few words."""
    topics = services().topics
    parts = [t(f"texts.tone_{one.tone.value}").lower()]
    parts += [NAMES[one.language]] if one.language != "nl" else []
    parts += [topics[name].name(language()).lower() for name in one.topics if name in topics]
    parts += [source_name(name) for name in one.sources]
    return ", ".join(parts)


@told
def _open(name: str) -> None:
    st.query_params[_PARAM] = name


def _show_one(pilot: Pilot, chosen: TextTemplate) -> None:
    key = f"texts.{chosen.id}.{chosen.version}.{language()}"
    if chosen.id:
        _show_state(chosen)
    else:
        st.markdown(f"**{t('texts.new')}**")
    _show_fields(pilot, chosen, key)
    _show_writing(pilot, chosen, key)
    if chosen.id:
        _show_by_itself(chosen)
        _show_versions(chosen)


def _show_state(chosen: TextTemplate) -> None:
    by = people().get(chosen.by, chosen.by)
    at = chosen.at
    line = t("texts.state", version=chosen.version, by=escaped(by), ago=ago(at) if at else "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(line, help=moment(at) if at else None)
        withdrawn = chosen.withdrawn_at is not None
        st.button(
            t("texts.bring_back" if withdrawn else "texts.withdraw"),
            key=f"texts.withdraw.{chosen.id}",
            type="tertiary",
            icon=":material/undo:" if withdrawn else ":material/archive:",
            on_click=_bring_back if withdrawn else _withdraw,
            args=(chosen.id,),
        )
    if withdrawn:
        st.warning(t("texts.is_withdrawn"), icon=":material/archive:")


def _show_fields(pilot: Pilot, chosen: TextTemplate, key: str) -> None:
    topics, cards = services().topics, _channels()
    name, kind, tone = st.columns([1.5, 1, 1])
    name.text_input(t("texts.name"), chosen.name, key=f"{key}.name", max_chars=60)
    kind.selectbox(
        t("texts.kind"),
        list(TextKind),
        index=list(TextKind).index(chosen.kind),
        format_func=lambda one: t(f"texts.kind_{one.value}"),
        key=f"{key}.kind",
    )
    tone.selectbox(
        t("texts.tone"),
        list(Tone),
        index=list(Tone).index(chosen.tone),
        format_func=lambda one: t(f"texts.tone_{one.value}"),
        key=f"{key}.tone",
    )
    about, channel, code = st.columns([1.25, 1.25, 1])
    about.multiselect(
        t("texts.topics"),
        [one for one in topics if one in pilot.topics or one in chosen.topics],
        default=[one for one in chosen.topics if one in topics],
        format_func=lambda one: topics[one].name(language()),
        placeholder=t("texts.all_topics"),
        key=f"{key}.topics",
    )
    channel.multiselect(
        t("texts.channels"),
        list(cards),
        default=[one for one in chosen.sources if one in cards],
        format_func=source_name,
        placeholder=t("texts.all_channels"),
        help=t("texts.channels_help"),
        key=f"{key}.sources",
    )
    code.selectbox(
        t("texts.language"),
        list(NAMES),
        index=list(NAMES).index(chosen.language),
        format_func=NAMES.__getitem__,
        key=f"{key}.language",
    )


def _channels() -> dict[str, SourceCard]:
    """The networks that take a text of ours at all, and those to which somebody copies it."""
    cards = {name: source.CARD for name, source in sources().items()}
    return {
        name: card
        for name, card in cards.items()
        if card.group_send or card.direct or card.replies or card.is_posted_by_hand
    }


def _show_writing(pilot: Pilot, chosen: TextTemplate, key: str) -> None:
    """Written here, shown at once as residents of each channel read it."""
    code = str(st.session_state.get(f"{key}.language") or chosen.language)
    values = example_values(code)
    words = {name: t(f"composer.{name}") for name in _WORDS}
    words |= {name: t(f"texts.{name}") for name in ("places", "unknown")}
    words |= {"title": "", "send": t("admin.save"), "cancel": "", "whom": t("composer.whom")}
    words |= {"note": t("texts.rule_note"), "locale": language()}
    show_composer(
        draft=f"{key}.{code}.{pilot.id}",
        groups={},
        starts=[Start(name=chosen.name, text=chosen.text, language=code)],
        lanes=[lane_of(limits) for limits in limits_for(_shown_channels(pilot, key), _channels())],
        rules=RULES,
        promise="",
        longest=LONGEST,
        words=words,
        on_sent=lambda: _save(pilot, chosen, key),
        on_cancelled=lambda: None,
        key=_COMPOSER,
        needs_group=False,
        takes_focus=False,
        places={name: (t(f"texts.place_{name}"), values[name]) for name in PLACEHOLDERS},
    )


def _shown_channels(pilot: Pilot, key: str) -> list[str]:
    """The channels that were named; else those in which the pilot has groups."""
    named = list(st.session_state.get(f"{key}.sources") or ())
    if named:
        return named
    with services().store.read() as connection:
        groups = Unit(connection, services().clock()).pilots.groups(pilot.id)
    known = _channels()
    return [name for name in dict.fromkeys(group.source for group in groups) if name in known]


@told
def _save(pilot: Pilot, chosen: TextTemplate, key: str) -> None:
    typed = _typed(chosen, key, str(st.session_state[_COMPOSER]["sent"]["text"]))
    cards = _channels()
    if chosen.id:
        carry_out(
            lambda me, unit: change_text(typed, cards, me, unit), lambda _: t("admin.done.saved")
        )
        return
    new_id = carry_out(
        lambda me, unit: write_text(pilot.id, typed, cards, me, unit),
        lambda _: t("texts.done_written"),
    )
    _open(str(new_id))


def _typed(chosen: TextTemplate, key: str, text: str) -> TextTemplate:
    """The text as the fields have it."""
    given: Mapping[str, Any] = st.session_state  # type: ignore[assignment]  # it is one
    return replace(
        chosen,
        text=text,
        name=str(given[f"{key}.name"]),
        kind=TextKind(given[f"{key}.kind"]),
        tone=Tone(given[f"{key}.tone"]),
        language=str(given[f"{key}.language"]),
        topics=tuple(given[f"{key}.topics"]),
        sources=tuple(given[f"{key}.sources"]),
    )


def _show_by_itself(chosen: TextTemplate) -> None:
    """For what leaves by itself: an administrator chooses, the version of that moment holds."""
    names = [name for name, kind in AUTOMATIC.items() if kind is chosen.kind]
    if not names or chosen.withdrawn_at is not None:
        return
    st.markdown(f"**{t('texts.by_itself')}**")
    if not may(user(), Action.ADMINISTER):
        now = t(f"admin.text_{chosen.automatic}") if chosen.automatic else t("texts.by_itself_no")
        st.caption(f"{now} · {t('texts.by_itself_whose')}")
        return
    if chosen.automatic and chosen.automatic_version != chosen.version:
        st.warning(
            t("texts.by_itself_older", version=chosen.automatic_version), icon=":material/history:"
        )
    key = f"texts.automatic.{chosen.id}.{chosen.automatic}.{chosen.automatic_version}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        options = [None, *names]
        st.selectbox(
            t("texts.by_itself_for"),
            options,
            index=options.index(chosen.automatic),
            format_func=lambda name: t(f"admin.text_{name}") if name else t("texts.by_itself_no"),
            help=t("texts.by_itself_help"),
            key=key,
            width=380,
        )
        st.button(
            t("texts.by_itself_set"),
            key=f"texts.automatic_set.{chosen.id}",
            on_click=_use,
            args=(chosen.id, key),
        )


def _show_versions(chosen: TextTemplate) -> None:
    with services().store.read() as connection:
        versions = Unit(connection, services().clock()).texts.versions(chosen.id)
    with st.expander(counted("texts.versions", len(versions)), icon=":material/history:"):
        for one in versions:
            _show_version(one, is_newest=one.version == chosen.version)


def _show_version(one: TextTemplate, *, is_newest: bool) -> None:
    by = people().get(one.by, one.by)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            at = moment(one.at) if one.at else ""
            st.caption(
                t("texts.version", version=one.version, by=escaped(by), at=at)
                + f" · {escaped(one.name)} · {escaped(_about(one))}"
            )
            if not is_newest:
                st.button(
                    t("texts.restore"),
                    key=f"texts.restore.{one.id}.{one.version}",
                    type="tertiary",
                    icon=":material/settings_backup_restore:",
                    on_click=_restore,
                    args=(one.id, one.version),
                )
        st.text(one.text)


@told
def _use(template_id: int, key: str) -> None:
    name = st.session_state.get(key)
    carry_out(
        lambda me, unit: use_by_itself(template_id, name, me, unit),
        lambda _: t("texts.done_by_itself" if name else "texts.done_not_by_itself"),
    )


@told
def _withdraw(template_id: int) -> None:
    carry_out(
        lambda me, unit: withdraw_text(template_id, me, unit), lambda _: t("texts.done_withdrawn")
    )


@told
def _bring_back(template_id: int) -> None:
    carry_out(
        lambda me, unit: bring_back_text(template_id, me, unit),
        lambda _: t("texts.done_brought_back"),
    )


@told
def _restore(template_id: int, version: int) -> None:
    carry_out(
        lambda me, unit: restore_text(template_id, version, _channels(), me, unit),
        lambda _: t("texts.done_restored", version=version),
    )
