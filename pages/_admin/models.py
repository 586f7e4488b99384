"""modellen: which one judges, what there is to learn from, what came out, and the switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from core.domain import NOT_RELEVANT
from core.retraining import ask_training, cancel_training, use_model
from core.store.admin_queries import health_of
from core.store.learning_queries import (
    Model,
    Training,
    latest_training,
    made_models,
    used_before,
)
from core.store.research_queries import RunState
from core.store.teaching_queries import counts, erased_turns
from pages._act import carry_out, show_table
from pages._frame import ago, language, number, part, percent, services, t, told
from pages.components.choice import show_choice, show_select
from pages.room.names import people

_LOOK_EVERY_S: Final = 2.0
_PARTS: Final = ("corrections", "validation")
_KNOWN_WHY: Final = ("missing", "other_code", "broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """stand: everything the tab shows, read in one go."""

    models: list[Model]
    training: Training | None
    message_count: int
    pair_count: int
    judging: Mapping[str, Any]
    erased: dict[str, int]
    before: str | None

    @property
    def in_use(self) -> Model | None:
        return next((model for model in self.models if model.in_use), None)


def show_models() -> None:
    found = _read()
    _show_in_use(found)
    _show_learning(found)
    if found.models:
        _show_made(found)


def _read() -> Standing:
    with services().store.read() as connection:
        models = made_models(connection)
        message_count, pair_count = counts(connection)
        roles = health_of(connection, services().clock()).roles
        return Standing(
            models=models,
            training=latest_training(connection),
            message_count=message_count,
            pair_count=pair_count,
            judging=next((line.figures for line in roles if line.role == "process"), {}),
            erased={m.version: len(erased_turns(connection, m.read_keys)) for m in models},
            before=used_before(connection),
        )


def _show_in_use(found: Standing) -> None:
    chosen = found.in_use
    name = chosen.version if chosen else t("models.built_in")
    figures = {
        "in_use": name,
        "judging": str(found.judging.get("model") or "–"),
        "examples": number(found.message_count),
        "pairs": number(found.pair_count),
    }
    for column, (key, figure) in zip(st.columns([2, 2, 1, 1]), figures.items(), strict=True):
        column.caption(t(f"models.figure_{key}"))
        column.markdown(f"**{figure}**")
    why = found.judging.get("fallback")
    if why:
        reason = t(f"models.fallback_{why if why in _KNOWN_WHY else 'broken'}")
        st.error(t("models.fallback", version=name, reason=reason), icon=":material/warning:")
    elif chosen and found.judging.get("model") not in (None, chosen.version):
        st.info(t("models.taking_over"), icon=":material/sync:")
    if chosen and found.erased[chosen.version]:
        _say_erased(found.erased[chosen.version])
    if chosen or found.before:
        _show_way_back(found)


def _show_way_back(found: Standing) -> None:
    """One click: the model that judged before the last switch."""
    known = {model.version for model in found.models}
    before = found.before if found.before in known else None
    if found.in_use is None and before is None:
        return
    st.button(
        t("models.back", version=before or t("models.built_in").lower()),
        key="models.back",
        icon=":material/undo:",
        on_click=switch_back,
        args=(before,),
    )


def _say_erased(count: int) -> None:
    st.warning(t("models.erased", count=number(count)), icon=":material/delete:")


def _show_learning(found: Standing) -> None:
    st.markdown(f"**{t('models.learn')}**")
    training = found.training
    if training and training.state.is_open:
        part("models.progress", every_s=_LOOK_EVERY_S)(_watch)(training.id)
        return
    if training and training.state is RunState.FAILED:
        st.error(t("models.failed", error=training.error or "–"), icon=":material/error:")
    elif training and training.state is RunState.CANCELLED:
        st.caption(t("models.cancelled", ago=ago(training.finished_at or training.at)))
    elif training and training.version:
        said = t("models.done", version=training.version, ago=ago(training.at))
        st.caption(said)
    there_is = found.message_count + found.pair_count > 0
    st.caption(t("models.learn_note" if there_is else "models.nothing_yet"))
    st.button(
        t("models.learn_again"),
        key="models.learn",
        icon=":material/school:",
        type="primary",
        disabled=not there_is,
        on_click=learn_again,
    )


def _watch(training_id: int) -> None:
    """How far the training is; the whole tab comes anew when it has ended."""
    with services().store.read() as connection:
        training = latest_training(connection)
    if training is None or training.id != training_id or not training.state.is_open:
        st.rerun()
    stage = training.stage or training.state.value
    st.progress(min(1.0, training.progress), t(f"models.stage_{stage}"))
    st.button(t("models.stop"), key="models.stop", on_click=stop, args=(training_id,))


def _show_made(found: Standing) -> None:
    st.markdown(f"**{t('models.made')}**")
    by_version = {model.version: model for model in found.models}
    names = {version: _name(model) for version, model in by_version.items()}
    model = by_version[show_select(t("models.which"), names, param="model")]
    st.caption(
        t(
            "models.described",
            by=people().get(model.made_by, model.made_by),
            ago=ago(model.made_at),
            examples=number(model.correction_count),
            pairs=number(model.pair_count),
            old=model.replaces,
        )
    )
    if found.erased[model.version] and not model.in_use:
        _say_erased(found.erased[model.version])
    _show_figures(model.figures)
    if not model.in_use:
        _show_switch(model)


def _name(model: Model) -> str:
    mark = f" · {t('models.in_use')}" if model.in_use else ""
    return f"{model.version} · {ago(model.made_at)}{mark}"


def _show_figures(figures: Mapping[str, Any]) -> None:
    parts = [name for name in _PARTS if figures.get(name)]
    if not parts:
        return
    name = show_choice(
        t("models.measured_on"), {name: t(f"models.on_{name}") for name in parts}, param="on"
    )
    measured = figures[name]
    st.caption(
        t(
            f"models.on_{name}_note",
            count=number(measured["count"]),
            talks=number(measured["conversations"]),
        )
    )
    st.markdown(_verdict(measured["topics"]))
    topics, whole = st.columns([1, 1], gap="medium")
    with topics:
        _show_rows("topic", {_topic(key): row for key, row in measured["topics"].items()})
    with whole:
        rows = {t(f"models.{key}"): row for key, row in measured["figures"].items()}
        if figures.get("pairs"):
            rows[t("models.pairs_right", count=figures["pairs"]["count"])] = figures["pairs"]
        _show_rows("figure", rows)
    st.caption(t("models.interval_note"))


def _verdict(topics: Mapping[str, Mapping[str, float]]) -> str:
    better = [_topic(key).lower() for key, row in topics.items() if row["low"] > 0]
    worse = [_topic(key).lower() for key, row in topics.items() if row["high"] < 0]
    same = len(topics) - len(better) - len(worse)
    return t(
        "models.verdict",
        better=", ".join(better) or t("models.none"),
        worse=", ".join(worse) or t("models.none"),
        same=same,
    )


def _show_rows(kind: str, rows: Mapping[str, Mapping[str, float]]) -> None:
    heads = [t(f"models.column_{name}") for name in (kind, "old", "new", "difference")]
    cells = [[name, _was(row, "old"), _was(row, "new"), _change(row)] for name, row in rows.items()]
    if kind == "topic":
        heads.insert(1, t("models.column_count"))
        for line, row in zip(cells, rows.values(), strict=True):
            line.insert(1, number(row["count"]))
    show_table(heads, cells)


def _was(row: Mapping[str, float], which: str) -> str:
    low, high = row[f"{which}_low"], row[f"{which}_high"]
    return f"{percent(row[which])} ({percent(low)}–{percent(high)})"


def _change(row: Mapping[str, float]) -> str:
    """The difference in points, with its interval; a mark where it is more than chance."""
    points = [100 * value for value in (row["new"] - row["old"], row["low"], row["high"])]
    said = [_signed(value) for value in points]
    mark = "▲ " if row["low"] > 0 else "▼ " if row["high"] < 0 else ""
    return f"{mark}{said[0]} ({said[1]} … {said[2]})"


def _signed(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), 1)}"


def _topic(key: str) -> str:
    topics = services().topics
    if key == NOT_RELEVANT:
        return t("models.no_report")
    return topics[key].name(language()) if key in topics else key


def _show_switch(model: Model) -> None:
    with st.popover(t("models.switch"), icon=":material/swap_horiz:", key="models.switch"):
        st.caption(t("models.switch_note"))
        st.text_input(t("room.reason"), key="models.reason", max_chars=400)
        st.button(
            t("models.switch_sure"),
            key="models.use",
            type="primary",
            on_click=switch,
            args=(model.version,),
        )


@told
def learn_again() -> None:
    carry_out(ask_training, lambda _: t("models.asked"))


@told
def stop(training_id: int) -> None:
    carry_out(
        lambda me, unit: cancel_training(training_id, me, unit), lambda _: t("models.stopped")
    )


@told
def switch(version: str) -> None:
    reason = str(st.session_state.get("models.reason") or "")
    carry_out(
        lambda me, unit: use_model(version, reason, me, unit),
        lambda _: t("models.switched", version=version),
    )


@told
def switch_back(version: str | None) -> None:
    reason = t("models.back_reason")
    carry_out(
        lambda me, unit: use_model(version, reason, me, unit),
        lambda _: t("models.switched", version=version or t("models.built_in").lower()),
    )
