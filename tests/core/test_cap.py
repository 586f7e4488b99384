"""A warning in CAP 1.2 holds to the official schema, and is never more public than was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from capvalidator import check_schema
from lxml import etree

from core.cap import NAMESPACE, CapArea, CapMessage, cap_xml

WINTER = datetime(2026, 1, 9, 19, 30, 15, 250, tzinfo=UTC)
SQUARE = ((52.04, 4.28), (52.04, 4.29), (52.05, 4.29))
HUDSON = CapArea(name="Bostonsingel en omgeving", circle=((52.0391, 4.2802), 300))
BURGLARY = CapMessage(
    identifier="HNM-7-1",
    sender="hnm.example.nl",
    sent=WINTER,
    event="Inbraak",
    headline="Er wordt ingebroken in de buurt van de Bostonsingel",
    description="Sluit ramen en deuren.",
    instruction="Ziet u het gebeuren? Bel 112.",
    areas=(HUDSON,),
    restriction="Buurtgroep Bostonsingel",
    expires=WINTER + timedelta(hours=4),
)


def read(message: CapMessage) -> Any:
    """The file as another reader sees it: texts by element name."""
    root = etree.fromstring(cap_xml(message))
    return {etree.QName(e).localname: e.text for e in root.iter() if (e.text or "").strip()}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"restriction": "", "public": True},
        {"exercise": True, "urgency": "Immediate", "severity": "Severe", "certainty": "Observed"},
        {"kind": "Update", "identifier": "HNM-7-2", "references": (BURGLARY.reference,)},
        {"kind": "Cancel", "identifier": "HNM-7-3", "references": (BURGLARY.reference,) * 2},
        {"areas": (), "instruction": "", "description": "", "expires": None},
        {"areas": (CapArea(name="Wateringse Veld", outlines=(SQUARE, SQUARE), code="BU05181785"),)},
        {"response": "Avoid", "effective": WINTER, "sender_name": "Gemeente", "contact": "14070"},
        {"web": "https://example.nl/tips?a=1&b=2", "incidents": ("HNM-7", "HNM-9"), "note": "x"},
        {"headline": "Let op <script> & ]]> \x00\x0b\ud800 'dief'", "description": "x" * 100_000},
        {"sent": WINTER + timedelta(days=181)},
    ],
    ids=lambda changed: ",".join(changed) or "whole",
)
def test_every_warning_is_valid_by_the_official_schema(changed: dict[str, Any]) -> None:
    result = check_schema(cap_xml(replace(BURGLARY, **changed)))
    assert result.passed, result.message


def test_the_check_by_schema_can_fail() -> None:
    xml = cap_xml(BURGLARY)
    assert not check_schema(xml.replace(b"+01:00", b"Z")).passed
    assert not check_schema(xml.replace(b"<severity>Unknown", b"<severity>Erg")).passed


def test_a_moment_has_the_zone_of_the_season() -> None:
    assert read(BURGLARY)["sent"] == "2026-01-09T20:30:15+01:00"
    summer = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert read(replace(BURGLARY, sent=summer))["sent"] == "2026-07-01T12:00:00+02:00"


def test_a_place_is_written_latitude_first_and_an_outline_is_closed() -> None:
    outlined = replace(BURGLARY, areas=(CapArea(name="plein", outlines=(SQUARE,)),))
    assert read(BURGLARY)["circle"] == "52.039100,4.280200 0.300"
    corners = read(outlined)["polygon"].split()
    assert corners[0] == corners[-1] == "52.040000,4.280000"
    assert len(corners) == 4


def test_what_is_for_one_group_is_restricted_and_says_for_whom() -> None:
    assert read(BURGLARY)["scope"] == "Restricted"
    assert read(BURGLARY)["restriction"] == "Buurtgroep Bostonsingel"
    everybody = read(replace(BURGLARY, restriction="", public=True))
    assert everybody["scope"] == "Public"
    assert "restriction" not in everybody


def test_a_cancel_names_what_it_takes_back() -> None:
    cancel = replace(
        BURGLARY, kind="Cancel", identifier="HNM-7-2", references=(BURGLARY.reference,)
    )
    assert read(cancel)["references"] == "hnm.example.nl,HNM-7-1,2026-01-09T20:30:15+01:00"


def test_it_is_in_dutch_and_in_the_cap_namespace() -> None:
    root = etree.fromstring(cap_xml(BURGLARY))
    assert root.tag == f"{{{NAMESPACE}}}alert"
    assert read(BURGLARY)["language"] == "nl-NL"


def test_words_stay_words() -> None:
    hostile = '<b>&amp;</b> <!DOCTYPE x [<!ENTITY a "b">]> &a; ]]>'
    assert read(replace(BURGLARY, headline=hostile))["headline"] == hostile


def test_a_headline_is_one_line_and_a_description_may_be_more() -> None:
    lines = replace(BURGLARY, headline="een\r\ntwee", description="een\r\ntwee")
    assert (read(lines)["headline"], read(lines)["description"]) == ("een twee", "een\ntwee")


@pytest.mark.parametrize(
    "changed",
    [
        {"identifier": "HNM 7"},
        {"identifier": ""},
        {"sender": "a,b"},
        {"restriction": ""},
        {"public": True},
        {"kind": "Update"},
        {"references": ("a,b,c",)},
        {"headline": " "},
        {"event": ""},
        {"headline": "NL-Alert: inbraak"},
        {"sender_name": "nl alert"},
        {"web": "javascript:alert(1)"},
        {"sent": datetime(2026, 1, 9)},
    ],
    ids=lambda changed: f"{changed}"[:40],
)
def test_a_warning_that_would_mislead_is_not_made(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=" "):
        replace(BURGLARY, **changed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"circle": ((4.28, 520.0), 300)},
        {"circle": ((52.0, 4.28), -1)},
        {"circle": ((float("nan"), 4.28), 1)},
        {"outlines": (((52.0, 4.0), (52.1, 4.1), (52.0, 4.0)),)},
        {"name": ""},
    ],
    ids=lambda wrong: f"{wrong}"[:40],
)
def test_an_area_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=" "):
        CapArea(**{"name": "plein", **wrong})
