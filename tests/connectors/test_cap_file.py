"""CAP files in a folder: valid, once, corrected and cancelled with references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from connectors.destinations import cap_file
from core.domain import UNKNOWN_LOCATION, Urgency
from core.errors import AnswerUnreadable, BadSetting, NetworkDown, SecretRefused
from core.settings import settings
from tests.connectors.handing_over import WASTE, on_its_way
from tests.servers.gate import Answer
from tests.servers.outside_cap_file import FileServer
from tests.timepiece import START

NOW = START + timedelta(hours=1)
FILE = "hnm-overdracht-12.xml"


@pytest.fixture
def folder() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


def read(folder: FileServer, name: str = FILE) -> dict[str, str]:
    root = etree.fromstring(folder.files[name])
    return {etree.QName(e).localname: e.text for e in root.iter() if (e.text or "").strip()}


def test_an_incident_is_an_alert_for_its_receiver_alone(folder: FileServer) -> None:
    cap_file.hand_over(folder.account, on_its_way(), NOW)
    said = read(folder)
    assert (said["msgType"], said["scope"]) == ("Alert", "Restricted")
    assert said["restriction"] == "Meldkamer Den Haag"
    assert said["circle"] == "52.030000,4.280000 0.120"
    assert said["status"] == ("Exercise" if settings().demo else "Actual")
    assert said["incidents"] == "HNM-7"
    assert (said["urgency"], said["severity"]) == ("Expected", "Minor")


def test_what_is_urgent_says_so(folder: FileServer) -> None:
    cap_file.hand_over(folder.account, on_its_way(replace(WASTE, urgency=Urgency.URGENT)), NOW)
    assert (read(folder)["urgency"], read(folder)["severity"]) == ("Immediate", "Severe")


def test_sent_again_the_file_stays_as_it_was(folder: FileServer) -> None:
    with folder.losing_answers(), pytest.raises(NetworkDown):
        cap_file.hand_over(folder.account, on_its_way(), NOW)
    before = folder.files[FILE]
    cap_file.hand_over(folder.account, on_its_way(), NOW + timedelta(hours=1))
    assert folder.files == {FILE: before}


def test_an_update_and_a_cancel_name_all_that_went_before(folder: FileServer) -> None:
    cap_file.hand_over(folder.account, on_its_way(), NOW)
    first = read(folder)
    update = on_its_way(reference=FILE, revision=1, text="Nu drie bewoners.")
    cap_file.hand_over(folder.account, update, NOW + timedelta(minutes=5))
    second = read(folder)
    for _ in range(2):
        cap_file.withdraw(folder.account, update, "erased", NOW + timedelta(minutes=9))
    last = read(folder)
    begin = f"hnm.example.nl,HNM-OVERDRACHT-12.0,{first['sent']}"
    assert (second["msgType"], second["references"]) == ("Update", begin)
    assert last["msgType"] == "Cancel"
    assert last["references"] == f"{begin} hnm.example.nl,HNM-OVERDRACHT-12.1,{second['sent']}"
    assert b"Hudson" not in folder.files[FILE]
    assert b"circle" not in folder.files[FILE]


def test_without_a_point_the_place_is_words(folder: FileServer) -> None:
    cap_file.hand_over(folder.account, on_its_way(replace(WASTE, location=UNKNOWN_LOCATION)), NOW)
    assert read(folder)["areaDesc"] == "HNM-7"
    assert "circle" not in read(folder)


def test_what_never_came_is_not_cancelled(folder: FileServer) -> None:
    cap_file.withdraw(folder.account, on_its_way(), "erased", NOW)
    assert folder.files == {}


@pytest.mark.parametrize(
    "changed",
    [{"sender": "met spatie"}, {"sender": ""}, {"address": "http://x.example.nl"}],
    ids=str,
)
def test_an_unsafe_or_half_account_is_refused(folder: FileServer, changed: Any) -> None:
    wrong = replace(folder.account, settings={**folder.account.settings, **changed})
    with pytest.raises(BadSetting):
        cap_file.dry_run(wrong, on_its_way(), NOW)


def test_a_name_and_password_go_as_basic(folder: FileServer) -> None:
    named = {**folder.account.settings, "user": "hnm"}
    with pytest.raises(SecretRefused):
        cap_file.hand_over(replace(folder.account, settings=named), on_its_way(), NOW)
    assert folder.requests[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "raw", [b"<html/>", b"", b'<!DOCTYPE x [<!ENTITY a "b">]><alert>&a;</alert>'], ids=str
)
def test_a_strange_file_is_not_overwritten(folder: FileServer, raw: bytes) -> None:
    strange = folder.failing(lambda m, path: Answer(status=200, body=raw) if m == "GET" else None)
    with strange, pytest.raises(AnswerUnreadable):
        cap_file.hand_over(folder.account, on_its_way(), NOW)
    assert folder.files == {}
