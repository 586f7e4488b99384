"""Colleagues see who else has an incident on screen; nothing of it is stored."""

from __future__ import annotations

import asyncio

import pytest

from pages.server.stream import Fan, looked_at


def test_a_colleague_sees_who_looks_and_who_left() -> None:
    fan = Fan()
    dora, daan = fan.join("dora", "Dora"), fan.join("daan", "Daan")
    again = fan.join("dora", "Dora")
    for queue in (dora, daan, again):
        queue.get_nowait()
    fan.looks(dora, 7)
    fan.looks(again, 7)
    assert [daan.get_nowait()["looking"] for _ in range(2)] == [{7: ["Dora"]}, {7: ["Dora"]}]
    assert dora.get_nowait()["looking"] == {}
    fan.leave(again)
    assert daan.get_nowait()["looking"] == {7: ["Dora"]}
    fan.leave(dora)
    assert daan.get_nowait()["looking"] == {}


def test_every_screen_hears_what_is_urgent_at_once_and_is_told_to_draw_once() -> None:
    fan = Fan()
    queues = [fan.join("dora", "Dora"), fan.join("daan", "Daan")]
    for queue in queues:
        queue.get_nowait()
    asyncio.run(fan._tell_in_turn({"revision": 3, "urgent": [7]}))
    for queue in queues:
        heard = [queue.get_nowait() for _ in range(2)]
        assert heard == [{"revision": 0, "urgent": [7]}, {"revision": 3, "urgent": []}]
        assert queue.empty()


def test_who_looks_says_nothing_of_a_revision_that_a_screen_was_not_told_yet() -> None:
    fan = Fan()
    dora, daan = fan.join("dora", "Dora"), fan.join("daan", "Daan")
    for queue in (dora, daan):
        queue.get_nowait()
    fan._revision = 3
    fan.looks(dora, 7)
    assert daan.get_nowait()["revision"] == 0


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ('{"looking": 7}', 7),
        ('{"looking": null}', None),
        ('{"looking": "7"}', None),
        ('{"looking": -7}', None),
        ('{"looking": 99999999999}', None),
        ("[7]", None),
        ("{", None),
        ("[" * 150, None),
        ("", None),
    ],
)
def test_a_screen_may_say_one_number_and_nothing_else(said: str, number: int | None) -> None:
    assert looked_at(said) == number
