"""Every destination keeps the promises of its card; a planted bad one is seen to fail."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import pytest

from core.domain import UNKNOWN_LOCATION, Incident, Receipt, Role
from core.errors import DeliveryError
from core.i18n import catalogue, languages
from core.ports import DestinationCard
from core.topics import topics
from core.wiring import destinations
from tests.connectors.handing_over import WASTE
from tests.timepiece import START

KNOWN_FIELDS = {field.name for field in fields(Incident)} | {"number"}
PRIVATE = {"messages", "residents", "text", "originals"}


class Watched:
    """An incident that notes which of its fields a destination looks at."""

    def __init__(self, incident: Incident) -> None:
        self._incident, self.seen = incident, set[str]()

    def __getattr__(self, name: str) -> Any:
        self.seen.add(name)
        return getattr(self._incident, name)


@pytest.mark.parametrize("name", destinations())
def test_a_destination_keeps_its_promises(name: str) -> None:
    assert list(broken_promises(destinations()[name])) == []


def test_every_topic_has_a_destination_that_is_there() -> None:
    assert {topic.destination for topic in topics().values()} <= set(destinations())


@pytest.mark.parametrize("name", destinations())
@pytest.mark.parametrize("language", languages())
def test_a_destination_has_its_name_in_every_language(name: str, language: str) -> None:
    assert f"destination.{name}" in catalogue(language)


GOOD = DestinationCard(
    name_nl="Proef", name_en="Trial", roles=("dispatcher",), fields=("number",), is_work_list=True
)


def takes(incident: Any, now: Any) -> Receipt:
    return Receipt(reference=str(incident.number), delivered_at=now)


def peeks(incident: Any, now: Any) -> Receipt:
    return Receipt(reference=f"{incident.number} {incident.resident_count}", delivered_at=now)


def breaks(incident: Any, now: Any) -> Receipt:
    raise ValueError


@pytest.mark.parametrize(
    ("card", "deliver", "promise"),
    [
        (GOOD, takes, None),
        (replace(GOOD, name_en=""), takes, "has its names"),
        (replace(GOOD, roles=("nobody",)), takes, "serves roles that exist"),
        (replace(GOOD, fields=("number", "text")), takes, "sends no words of residents"),
        (GOOD, peeks, "looks only at the fields of its card"),
        (GOOD, breaks, "gives a receipt or a delivery error"),
    ],
    ids=["good", "nameless", "roles", "words", "peeks", "breaks"],
)
def test_a_planted_destination_is_judged(
    card: DestinationCard, deliver: Any, promise: str | None
) -> None:
    planted = SimpleNamespace(CARD=card, deliver=deliver)
    assert list(broken_promises(planted)) == ([promise] if promise else [])


def broken_promises(destination: Any) -> list[str]:
    """The promises of the common suite that a destination breaks."""
    card: DestinationCard = destination.CARD
    promises = {
        "has its names": bool(card.name_nl and card.name_en),
        "serves roles that exist": set(card.roles) <= set(Role) and bool(card.roles),
        "sends no words of residents": set(card.fields) <= KNOWN_FIELDS - PRIVATE,
    }
    for incident in (WASTE, replace(WASTE, location=UNKNOWN_LOCATION)):
        watched = Watched(incident)
        promises["gives a receipt or a delivery error"] = answers(destination, watched)
        promises["looks only at the fields of its card"] = watched.seen <= {*card.fields, "id"}
    return [promise for promise, kept in promises.items() if not kept]


def answers(destination: Any, incident: Any) -> bool:
    try:
        return isinstance(destination.deliver(incident, START), Receipt)
    except DeliveryError:
        return True
    except Exception:
        return False
