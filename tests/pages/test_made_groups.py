"""The administrator asks for a group of at most eight, and finds the link by which people join."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.store.tables import groups, outbox
from tests.pages.conftest import Desk, words
from tests.pages.test_connections import press, tab
from tests.servers.online import Online

LINK = "https://chat.whatsapp.com/AbCdEfGhIjK"


@pytest.fixture
def joined(desk: Desk) -> Desk:
    """A WhatsApp number that is joined and on."""
    settings = {"phone_number_id": "106540352242922", "verify_token": "zeg het maar"}
    Online(desk.around, "whatsapp_cloud", None, settings, "geheim")
    return desk


def test_a_group_is_asked_for_and_its_link_is_shown_once_it_is_there(joined: Desk) -> None:
    screen = tab(joined)
    key = "connections.1.made"
    screen.text_input(key=f"{key}.name").set_value("Buurtpreventie <b>Singel</b>")
    screen.text_area(key=f"{key}.about").set_value("Samen een oogje in het zeil.")
    screen.text_input(key=f"{key}.evidence").set_value("gesprek van 3 april")
    screen = press(screen, "connections.make")
    assert not screen.exception
    with joined.around.store.read() as opened:
        row = opened.execute(sa.select(outbox)).one()
        group = opened.execute(sa.select(groups).where(groups.c.id == row.group_id)).one()
    assert (row.kind, group.native_id) == ("make_group", "wanted:Buurtpreventie <b>Singel</b>")
    assert "is aangevraagd" in words(tab(joined))
    sealed = joined.around.services.vault.seal_original(LINK)
    with joined.around.store.unit() as unit:
        unit.connections.change_group(group.id, native_id="Y2Fw", sealed_invite=sealed)
    screen = tab(joined)
    assert [code.value for code in screen.code if "chat.whatsapp" in code.value] == [LINK]


def test_half_a_form_is_refused(joined: Desk) -> None:
    screen = press(tab(joined), "connections.make")
    assert not screen.exception
    with joined.around.store.read() as opened:
        assert opened.execute(sa.select(outbox)).first() is None
