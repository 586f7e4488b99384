"""The picture of a report in the control room: who may see it says why, and that is audited."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from core.i18n import text_of
from tests.pages.conftest import Desk, words

SEE = "room.see_picture"


@pytest.fixture
def pictured(desk: Desk) -> Desk:
    """One incident whose report came with a picture."""
    town = desk.around
    town.writes("""
        at    | author | text
        20:01 | Anna   | ingebroken op de Bostonsingel 36
    """)
    target = BytesIO()
    Image.new("RGB", (30, 20), (200, 30, 30)).save(target, "JPEG")
    vault = town.services.vault
    with town.store.unit() as unit:
        key = vault.message_key(town.group().id, "m1")
        unit.pictures.want(key, vault.seal_original("ergens"))
        (row,) = unit.connection.exec_driver_sql("SELECT id FROM pictures").all()
        unit.pictures.keep(row.id, vault.seal_bytes(target.getvalue()))
    return desk


def labels(screen: object) -> list[str]:
    return [button.label for button in screen.button]  # type: ignore[attr-defined]


def test_a_picture_is_shown_once_somebody_says_why(pictured: Desk) -> None:
    pictured.sign_in("dora")
    screen = pictured.open("control_room", incident="1")
    assert not screen.exception
    (button,) = [b for b in screen.button if b.label == text_of("nl", SEE)]
    screen = button.click().run()
    assert not screen.exception
    assert ("dora", "saw_picture") not in pictured.around.history()
    screen.text_input(key="room.picture.1.why").set_value("signalement")
    (button,) = [b for b in screen.button if b.label == text_of("nl", SEE)]
    screen = button.click().run()
    assert not screen.exception
    assert text_of("nl", SEE) not in labels(screen)
    assert ("dora", "saw_picture") in pictured.around.history()


@pytest.mark.parametrize("login", ["hanna", "ada"])
def test_who_may_not_see_originals_sees_no_picture(pictured: Desk, login: str) -> None:
    pictured.sign_in(login)
    screen = pictured.open("control_room", incident="1")
    assert text_of("nl", SEE) not in labels(screen)
    assert "Foto" not in words(screen)
