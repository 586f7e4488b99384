"""The administrator's tab of networks: joined, switched, in trouble, and the groups that ask."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from core.i18n import text_of
from core.store.tables import connections, groups
from core.wiring import sources
from tests.pages.conftest import Desk, words
from tests.servers.online import Online


def tab(desk: Desk, language: str = "nl") -> AppTest:
    desk.sign_in("ada", language)
    return desk.open("admin", tab="connections")


def press(screen: AppTest, key: str) -> AppTest:
    (button,) = [b for b in screen.button if b.label == text_of("nl", key)]
    return button.click().run()


def choose(screen: AppTest, source: str) -> AppTest:
    """The network to join."""
    return screen.selectbox(key="connections.new.source.nl").set_value(source).run()


def row(desk: Desk, table: sa.Table) -> Any:
    with desk.around.store.read() as connection:
        return connection.execute(sa.select(table).order_by(table.c.id.desc())).first()


@pytest.fixture
def joined(desk: Desk) -> Desk:
    """A Matrix account that is joined and on."""
    Online(desk.around, "matrix", None, {"homeserver": "https://example.org"}, "geheim")
    return desk


def asks(desk: Desk, **values: Any) -> int:
    """A group that asked to be followed."""
    with desk.around.store.unit() as unit:
        group_id = unit.pilots.add_group(
            desk.around.pilot.id,
            source="matrix",
            native_id="!room:example.org",
            name="Buren <b>van</b> de singel",
            requested_by="r-anna",
        )
        unit.connections.change_group(group_id, refused_at=None, **values)
        return group_id


def test_a_network_is_joined_and_its_secret_never_shown(desk: Desk) -> None:
    screen = choose(tab(desk), "matrix")
    key = "connections.new.matrix"
    screen.text_input(key=f"{key}.name").set_value("Ons account")
    screen.text_input(key=f"{key}.homeserver").set_value("https://example.org")
    screen.text_input(key=f"{key}.secret").set_value("syt_geheim")
    screen = press(screen, "admin.add")
    assert not screen.exception
    made = row(desk, connections)
    assert (made.name, made.source, made.enabled) == ("Ons account", "matrix", False)
    assert desk.around.services.vault.open_original(made.sealed_secret) == "syt_geheim"
    screen = tab(desk)
    assert "syt_geheim" not in str(screen)
    screen = press(screen, "connections.switch_on")
    assert row(desk, connections).enabled


@pytest.mark.parametrize("language", ["nl", "en"])
def test_trouble_is_said_in_words(joined: Desk, language: str) -> None:
    with joined.around.store.unit() as unit:
        unit.connections.failed(row(joined, connections).id, "error.secret_refused")
    screen = tab(joined, language)
    assert not screen.exception
    assert text_of(language, "error.secret_refused") in shown(screen)


def test_what_must_be_mended_although_we_listen_stands_out(joined: Desk) -> None:
    note = "error.reads_commands_only"
    with joined.around.store.unit() as unit:
        unit.connections.change(row(joined, connections).id, error=note, failure_count=0)
    assert text_of("nl", note) in next(one.value for one in tab(joined).warning)


def test_a_group_that_asks_waits_for_its_own_yes(joined: Desk) -> None:
    asks(joined)
    screen = tab(joined)
    (button,) = [b for b in screen.button if b.label == text_of("nl", "connections.let_in")]
    assert button.disabled
    assert "<b>" not in words(screen).replace("\\<b>", "")


def test_a_group_that_agreed_is_let_in_with_proof(joined: Desk) -> None:
    group_id = asks(joined, agreed_at=joined.around.clock())
    screen = tab(joined)
    screen.text_input(key=f"connections.asking.{group_id}.evidence").set_value("brief van 3 april")
    screen = press(screen, "connections.let_in")
    assert not screen.exception
    with joined.around.store.unit() as unit:
        assert unit.consents.group_consents(group_id)


def test_without_proof_it_is_not_let_in(joined: Desk) -> None:
    group_id = asks(joined, agreed_at=joined.around.clock())
    press(tab(joined), "connections.let_in")
    with joined.around.store.unit() as unit:
        assert not unit.consents.group_consents(group_id)


def test_a_group_that_ended_it_asks_nothing(joined: Desk) -> None:
    group_id = asks(joined)
    with joined.around.store.unit() as unit:
        unit.consents.record(group_id, given=False, by="r-anna", text_version="1")
    labels = [button.label for button in tab(joined).button]
    assert text_of("nl", "connections.let_in") not in labels


def test_an_encrypted_group_stands_out_in_red(joined: Desk) -> None:
    asks(joined, unreadable=True)
    assert any("versleuteld" in box.value for box in tab(joined).error)
    assert row(joined, groups).unreadable


def shown(screen: AppTest) -> str:
    """Every word of the page, those in tables too."""
    tables = " ".join(str(frame.value.to_dict()) for frame in screen.dataframe)
    tables += " ".join(str(table.value.to_dict()) for table in screen.table)
    return f"{words(screen)} {tables}".replace("\\", "")


def test_a_line_says_what_for_and_on_what_basis_and_brings_its_group(desk: Desk) -> None:
    screen = choose(tab(desk), "whatsapp_cloud")
    key = "connections.new.whatsapp_cloud"
    screen.text_input(key=f"{key}.name").set_value("Meldnummer")
    for name in sources()["whatsapp_cloud"].CARD.settings:
        screen.text_input(key=f"{key}.{name}").set_value("123456")
    screen.text_input(key=f"{key}.secret").set_value("geheim")
    screen = press(screen, "admin.add")
    assert row(desk, connections) is None
    screen.text_input(key=f"{key}.name").set_value("Meldnummer")
    for name in sources()["whatsapp_cloud"].CARD.settings:
        screen.text_input(key=f"{key}.{name}").set_value("123456")
    screen.text_input(key=f"{key}.secret").set_value("geheim")
    screen.text_input(key=f"{key}.purpose").set_value("meldingen van bewoners")
    screen.text_input(key=f"{key}.basis").set_value("art. 3 Politiewet")
    screen = press(screen, "admin.add")
    assert not screen.exception
    joined = row(desk, connections)
    assert (joined.purpose, joined.enabled) == ("meldingen van bewoners", False)
    assert row(desk, groups).native_id == f"line:{joined.id}"


def test_an_open_source_goes_on_only_when_its_rules_were_read(desk: Desk) -> None:
    open_sources = [n for n, s in sources().items() if s.CARD.is_open_source and s.CARD.is_live]
    Online(desk.around, open_sources[0], None, {}, "geheim")
    with desk.around.store.unit() as unit:
        unit.connections.change(1, enabled=False)
    screen = press(tab(desk), "connections.switch_on")
    assert not row(desk, connections).enabled
    screen.checkbox(key="connections.1.read").check().run()
    press(screen, "connections.switch_on")
    assert row(desk, connections).enabled
