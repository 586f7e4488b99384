"""What a public body must publish about the judgement, made from the figures of this page."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.i18n import text_of
from core.permissions import Action, may
from core.publication import facts_of, publication
from core.register import LANGUAGE
from core.sheet import note_export
from pages._frame import language, number, services, t, told, user
from pages.components.words import escaped
from pages.quality.source import pilot_or_say, quality, say_source

_ICONS: Final = {"json": "data_object", "csv": "table", "md": "description"}
_KINDS: Final = {"json": "application/json", "csv": "text/csv", "md": "text/markdown"}


def show_publish() -> None:
    figures = quality()
    pilot = pilot_or_say()
    if pilot is None:
        return
    say_source(
        "measured",
        messages=number(len(figures.judged)),
        model=figures.model,
    )
    st.markdown(escaped(t("publish.about")))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        organisation = st.text_input(
            t("publish.organisation"), key="publish.organisation", max_chars=100, width=340
        )
        contact = st.text_input(
            t("publish.contact"), key="publish.contact", max_chars=500, width=340
        )
    found = publication(facts_of(services(), pilot), organisation, contact)
    if may(user(), Action.EXPORT):
        _show_downloads(found.files)
    labels = [text_of(LANGUAGE, f"register.label_{name}") for name in found.to_fill]
    st.warning(escaped(t("publish.to_fill", fields=", ".join(labels))), icon=":material/edit:")
    with st.expander(t("publish.preview"), icon=":material/description:"):
        st.code(found.files[f"model-card-{language()}.md"], language="markdown", wrap_lines=True)


def _show_downloads(files: dict[str, str]) -> None:
    with st.container(horizontal=True):
        for name, text in files.items():
            ending = name.rsplit(".", 1)[-1]
            st.download_button(
                name,
                text.encode("utf-8"),
                file_name=name,
                mime=_KINDS[ending],
                key=f"publish.{name}",
                icon=f":material/{_ICONS[ending]}:",
                on_click=_taken,
                args=(name,),
            )


@told
def _taken(name: str) -> None:
    with services().store.unit() as unit:
        note_export(name, user(), unit)
