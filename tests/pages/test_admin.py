"""The administrator's page: every tab, empty and full, in both languages; acts go through core."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from connectors.__main__ import _ROLES
from core.i18n import text_of
from core.report_back import tell
from core.store.tables import groups, outbox, pilots
from pages.admin import TABS
from tests.conftest import WITHOUT_CONSENT
from tests.neighbourhood import GROUP
from tests.pages.conftest import Desk, words
from tests.people import CAST, People

EVENING = """
| at    | author | text                                 |
| 20:01 | Anna   | Weer grofvuil op de Bostonsingel 36  |
| 20:03 | Anna   | wie gaat er morgen mee voetballen    |
"""
CHAT = b"10-04-2021 20:15 - Anna: Er ligt weer grofvuil op de Bostonsingel 36\n" * 2


def admin(desk: Desk, tab: str, login: str = "ada", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    return desk.open("admin", tab=tab, **query)


def press(screen: AppTest, key: str, language: str = "nl") -> AppTest:
    """Presses the button with this label."""
    (button,) = [b for b in screen.button if b.label == text_of(language, key)]
    return button.click().run()


@pytest.mark.parametrize("login", sorted(set(CAST) - {"ada"}))
def test_it_is_for_administrators_only(desk: Desk, login: str) -> None:
    screen = admin(desk, "users", login)
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_tab_shows_a_neighbourhood(
    desk: Desk, people: People, tab: str, language: str
) -> None:
    desk.around.writes(EVENING)
    desk.around.does(tell, 1, people.dora, "Gezien.", hold=timedelta(0))
    screen = admin(desk, tab, language=language)
    assert not screen.exception
    assert not [box for box in screen.error if box.value == text_of(language, "error.unknown")]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_tab_shows_an_installation_without_a_pilot(
    desk: Desk, tab: str, language: str
) -> None:
    desk.sign_in("ada", language)
    with desk.around.store.unit() as unit:
        for table in ("consents", "groups", "places", "areas", "pilots"):
            unit.connection.execute(sa.text(f"DELETE FROM {table}"))
    screen = desk.open("admin", tab=tab)
    assert not screen.exception
    assert "nummer door" not in " ".join(box.value for box in screen.error)


def test_a_pilot_is_set_up_from_the_page(desk: Desk) -> None:
    desk.sign_in("ada")
    with desk.around.store.unit() as unit:
        for table in ("consents", "groups", "places", "areas", "pilots"):
            unit.connection.execute(sa.text(f"DELETE FROM {table}"))
    press(desk.open("admin", tab="pilots"), "admin.install_button")
    with desk.around.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(pilots)).scalar() == 1
        assert connection.execute(sa.select(sa.func.count()).select_from(groups)).scalar() == 9


def test_silent_processes_are_called_out(desk: Desk) -> None:
    screen = admin(desk, "overview")
    assert [box.value for box in screen.error] == [text_of("nl", "admin.silent_note")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_process_that_gives_a_sign_has_a_name(language: str) -> None:
    working = {name for name in _ROLES if name != "run"} | {"outside"}
    named = {name for name in working if text_of(language, f"admin.role_{name}")}
    assert named == working


def test_an_area_is_typed_looked_at_and_kept(desk: Desk) -> None:
    screen = admin(desk, "areas", area="new")
    screen.text_area[0].set_value("52.03, 4.28\n52.03, 4.29\n52.02, 4.29\n52.02, 4.28").run()
    screen = press(screen, "drawing.put")
    assert text_of("nl", "drawn.name") in [box.value for box in screen.error]
    names = [box for box in screen.text_input if box.label == text_of("nl", "drawing.name")]
    screen = names[0].set_value("Rondje").run()
    screen.button(key="admin.draw.save").click().run()
    with desk.around.store.unit() as unit:
        drawn = [area for area in unit.pilots.areas(desk.around.pilot.id) if area.name == "Rondje"]
        assert [(area.kind, len(area.outline)) for area in drawn] == [("own", 4)]
        assert [e.actor for e in unit.audit.of("area", drawn[0].id)] == ["ada"]


def test_what_is_no_place_is_said_and_nothing_is_kept(desk: Desk) -> None:
    screen = admin(desk, "areas", area="new")
    screen.text_area[0].set_value("hier ergens").run()
    press(screen, "drawing.put")
    with desk.around.store.unit() as unit:
        assert {area.name for area in unit.pilots.areas(desk.around.pilot.id)} == {
            area.name for area in desk.around.areas
        }


def test_the_start_says_what_waits_and_leads_there(desk: Desk) -> None:
    screen = admin(desk, "overview")
    waiting = {b.key.split(".")[-1] for b in screen.button if b.key.startswith("attention.")}
    assert {"groups", "retention", "audit", "users"} <= waiting
    (way,) = [
        b for b in screen.button if b.key.startswith("attention.") and b.key.endswith("audit")
    ]
    assert way.click().run().query_params["tab"] == "audit"


def test_without_a_pilot_the_start_says_so_first(desk: Desk) -> None:
    desk.sign_in("ada")
    with desk.around.store.unit() as unit:
        for table in ("consents", "groups", "places", "areas", "pilots"):
            unit.connection.execute(sa.text(f"DELETE FROM {table}"))
    screen = desk.open("admin")
    assert screen.button[0].key == "attention.0.pilots"


def test_topics_are_chosen(desk: Desk) -> None:
    screen = admin(desk, "pilots")
    screen.pills[0].set_value(["afval", "wrak"])
    save = [b for b in screen.button if b.label == text_of("nl", "admin.save")]
    save[-1].click().run()
    with desk.around.store.unit() as unit:
        assert unit.pilots.pilot(desk.around.pilot.id).topics == ("afval", "wrak")


def test_consent_needs_its_evidence(desk: Desk) -> None:
    group = desk.around.group(WITHOUT_CONSENT)
    screen = admin(desk, "groups", group=str(group.id))
    press(screen, "admin.give_button")
    assert not consents(desk, group.id)
    screen.text_input(key=f"admin.consent.{group.id}.give.evidence").set_value("brief")
    press(screen, "admin.give_button")
    assert consents(desk, group.id)


def test_withdrawing_offers_to_erase_and_erases(desk: Desk) -> None:
    desk.around.writes(EVENING)
    group = desk.around.group(GROUP)
    screen = admin(desk, "groups", group=str(group.id))
    screen.text_input(key=f"admin.consent.{group.id}.withdraw.evidence").set_value("brief")
    screen = press(screen, "admin.withdraw_button")
    assert "2" in screen.warning[0].value
    press(screen, "admin.erase")
    assert desk.around.stored() == []


def test_a_resident_stops_and_only_the_pseudonym_is_kept(desk: Desk) -> None:
    desk.around.writes(EVENING)
    screen = admin(desk, "groups", group=str(desk.around.group(GROUP).id))
    screen.text_input(key="admin.stop.demo.who").set_value("Anna")
    screen.text_input(key="admin.stop.demo.evidence").set_value("verzoek")
    screen = press(screen, "admin.stop_button")
    press(screen, "admin.erase")
    assert desk.around.stored() == []
    assert "Anna" not in words(screen)


def test_a_group_is_added(desk: Desk) -> None:
    screen = admin(desk, "groups")
    screen.text_input(key="admin.group.name").set_value("HNM Nieuw")
    press(screen, "admin.add")
    with desk.around.store.unit() as unit:
        assert "HNM Nieuw" in {group.name for group in unit.pilots.groups()}


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_upload_is_queued_sealed(desk: Desk, dry_run: bool) -> None:
    screen = admin(desk, "imports")
    screen.selectbox(key="admin.import.0.group").set_value(desk.around.group(GROUP).id)
    screen.file_uploader[0].upload("chat.txt", CHAT, "text/plain")
    screen.run()
    press(screen, "admin.dry_run" if dry_run else "admin.import")
    with desk.around.store.unit() as unit:
        (row,) = unit.imports.latest()
    assert (row.source, row.dry_run, row.state) == ("whatsapp_export", dry_run, "queued")
    folder = desk.around.services.settings.folder
    assert not [p for p in folder.rglob("*") if p.is_file() and b"grofvuil" in p.read_bytes()]


def test_an_import_is_stopped(desk: Desk) -> None:
    test_an_upload_is_queued_sealed(desk, False)
    press(admin(desk, "imports"), "admin.cancel")
    with desk.around.store.unit() as unit:
        (row,) = unit.imports.latest()
    assert row.state == "cancelled"


def test_only_groups_that_consent_can_be_imported_into(desk: Desk) -> None:
    options = admin(desk, "imports").selectbox(key="admin.import.0.group").options
    assert GROUP in options
    assert WITHOUT_CONSENT not in options


def test_a_user_is_added_changed_and_stopped(desk: Desk) -> None:
    key = "admin.user_new.nl"
    screen = admin(desk, "users")
    screen.text_input(key=f"{key}.name").set_value("Eva Nieuw")
    screen.text_input(key=f"{key}.login").set_value("eva")
    screen.text_input(key=f"{key}.password").set_value("een lang wachtwoord")
    press(screen, "admin.add")
    assert screen.text_input(key=f"{key}.login").value == "eva"  # refused, and still there
    screen.multiselect(key=f"{key}.roles").set_value(["dispatcher"])
    press(screen, "admin.add")
    assert not screen.text_input(key=f"{key}.1.login").value
    screen = admin(desk, "users", user="eva")
    screen.text_input(key="admin.user.eva.nl.name").set_value("Eva Oud")
    save_first(screen)
    assert account(desk, "eva").name == "Eva Oud"
    press(admin(desk, "users", user="eva"), "admin.stop_user_sure")
    assert not account(desk, "eva").active


def test_the_last_administrator_is_kept_with_a_sentence(desk: Desk) -> None:
    screen = press(admin(desk, "users", user="ada"), "admin.stop_user_sure")
    assert account(desk, "ada").active
    assert not screen.exception


def test_what_failed_to_leave_is_sent_again(desk: Desk, people: People) -> None:
    desk.around.writes(EVENING)
    desk.around.does(tell, 1, people.dora, "Gezien.", hold=timedelta(0))
    with desk.around.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="failed"))
    press(admin(desk, "outbox"), "admin.retry_all")
    with desk.around.store.unit() as unit:
        row = unit.outbox.get(1)
    assert row is not None
    assert row.state == "queued"


def test_a_shorter_term_says_what_would_go_and_is_kept_with_its_note(desk: Desk) -> None:
    desk.around.writes(EVENING)
    desk.around.clock.forward(days=3)
    screen = admin(desk, "retention", kept="originals")
    screen.number_input(key="retention.originals.amount").set_value(1).run()
    assert [box.value.split(" ")[5] for box in screen.warning] == ["1"]
    screen.text_input(key="retention.originals.note").set_value("AVG art. 5").run()
    screen.button(key="retention.originals.save").click().run()
    with desk.around.store.unit() as unit:
        row = unit.retention.rows()["originals"]
    assert (row.amount, row.note, row.by) == (1, "AVG art. 5", "ada")


def test_the_audit_is_searched_and_its_chain_checked(desk: Desk) -> None:
    desk.around.writes(EVENING)
    screen = admin(desk, "audit")
    screen.text_input[0].set_value("hnm-1")
    screen = press(screen, "audit_search.find")
    assert screen.query_params["about"] == "hnm-1"
    said = screen.table[0].value.iloc[:, 1]
    assert all("HNM" in line for line in said)
    press(screen, "admin.check_chain")
    with desk.around.store.unit() as unit:
        assert [entry.detail for entry in unit.audit.of("audit", "all")] == [{"broken": 0}]


def consents(desk: Desk, group_id: int) -> bool:
    with desk.around.store.unit() as unit:
        return unit.consents.group_consents(group_id)


def account(desk: Desk, login: str) -> Any:
    with desk.around.store.unit() as unit:
        return unit.accounts.row(login)


def save_first(screen: AppTest) -> AppTest:
    """The profile's own button: the form of a new password has one too."""
    return next(b for b in screen.button if b.label == text_of("nl", "admin.save")).click().run()
