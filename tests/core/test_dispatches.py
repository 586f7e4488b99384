"""P2000's texts as third parties publish them: service, urgency, and no more than is needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dispatches import read_dispatch

KNOWN = {
    "P 1 BDH-01 BR woning Bostonsingel 36 SGRAVH 154231": (
        "fire",
        "P 1",
        "brand woning Bostonsingel 36 SGRAVH",
    ),
    "P 2 BDH-02 OMS handm. Osloweg 500 Den Haag": (
        "fire",
        "P 2",
        "automatische brandmelding handm. Osloweg 500 Den Haag",
    ),
    "PRIO 1 Ongeval letsel Lozerlaan 's-Gravenhage": (
        "fire",
        "P 1",
        "Ongeval letsel Lozerlaan 's-Gravenhage",
    ),
    "p1 stank (gaslucht) Osloweg DEN HAAG 154331": (
        "fire",
        "P 1",
        "stank (gaslucht) Osloweg DEN HAAG",
    ),
    "A1 15104 Rit 98765 Veenendaalkade Den Haag": ("ambulance", "A1", "Veenendaalkade Den Haag"),
    "A2 (dia: ja) 15114 Rit nr: 12 Bostonsingel 36 2548 XX SGRAVH": (
        "ambulance",
        "A2",
        "Bostonsingel SGRAVH",
    ),
    "A1 AMBU 15111 Bostonsingel 36a-12 Den Haag": ("ambulance", "A1", "Bostonsingel Den Haag"),
    "B2 15222 Leyenburg Leyweg 275 Den Haag": ("ambulance", "B2", "Leyenburg Leyweg Den Haag"),
    "Lifeliner 2 naar Den Haag": ("other", "", "Lifeliner 2 naar Den Haag"),
    "Politie: graag contact": ("other", "", "Politie: graag contact"),
}


@pytest.mark.parametrize(("text", "said"), list(KNOWN.items()), ids=[text[:30] for text in KNOWN])
def test_an_alarm_is_read(text: str, said: tuple[str, str, str]) -> None:
    found = read_dispatch(text)
    assert (found.service, found.priority, found.text) == said


@given(st.text(max_size=5000))
def test_any_text_is_read_and_stays_short(text: str) -> None:
    assert len(read_dispatch(text).text) <= 400


@pytest.mark.parametrize("text", ["", " ", "P 1", "A1", "P 1 " * 5000, "A1 " + "1 " * 9000])
def test_half_an_alarm_is_no_trouble(text: str) -> None:
    assert read_dispatch(text)
