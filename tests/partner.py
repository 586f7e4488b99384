"""A partner under test: a destination in memory that does as it is told, and its account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from connectors.outside import exchange
from core.domain import Receipt
from core.ports import Account, Announcement, DestinationCard, HandOver, News
from core.store.hand_over_rows import owner_of
from tests.neighbourhood import Neighbourhood

CARD: Final = DestinationCard(
    name_nl="Partner",
    name_en="Partner",
    roles=("dispatcher",),
    fields=("number", "topic", "urgency", "location"),
    settings=("address", "events"),
    optional=("events",),
    categories=True,
    updates=True,
    reports_back=True,
)


class Partner:
    """Takes over, and writes down what reached it."""

    def __init__(self, around: Neighbourhood, **card: Any) -> None:
        self.CARD = replace(CARD, **card)
        self.around = around
        self.answer: Callable[[], None] = lambda: None
        self.told: list[str] = []
        self.given: list[HandOver] = []
        self.waiting: list[News] = []
        self.asked: list[tuple[str, ...]] = []
        with around.store.unit() as unit:
            self.account_id = unit.hand_overs.add_account(
                around.pilot.id,
                "partner",
                "Signalen",
                "ada",
                settings={"address": "https://example.org", "events": ""},
                enabled=True,
            )

    @property
    def owner(self) -> str:
        return owner_of(self.account_id)

    def hand_over(self, account: Account, hand_over: HandOver, now: datetime) -> Receipt:
        self.answer()
        self.given.append(hand_over)
        kind = "update" if hand_over.reference else "new"
        self.told.append(f"{kind} {hand_over.number} {hand_over.title}")
        return Receipt(reference=hand_over.reference or f"SIG-{hand_over.id}", delivered_at=now)

    def withdraw(
        self, account: Account, hand_over: HandOver, reason: str, now: datetime
    ) -> Receipt:
        self.answer()
        self.told.append(f"withdraw {hand_over.reference} {reason}")
        return Receipt(reference=hand_over.reference, delivered_at=now)

    def announce(self, account: Account, announcement: Announcement, now: datetime) -> Receipt:
        self.told.append(f"{announcement.type} {announcement.number} {announcement.text}")
        return Receipt(reference="", delivered_at=now)

    def news(
        self, account: Account, references: Sequence[str], cursor: str | None, now: datetime
    ) -> tuple[list[News], str | None]:
        self.asked.append(tuple(references))
        self.answer()
        return list(self.waiting), "c1"

    def dry_run(self, account: Account, hand_over: HandOver, now: datetime) -> str:
        self.answer()
        return f"{hand_over.title}\n{hand_over.text}"

    def says(self, state: str, text: str = "", reference: str = "SIG-1") -> None:
        """What it answers from now on when it is asked for news."""
        at, number = self.around.clock(), len(self.waiting) + 1
        self.waiting.append(
            News(reference=reference, state=state, text=text, at=at, native_id=f"n{number}")
        )

    def exchanges(self, times: int = 1) -> None:
        """The deliver role works, each time a minute later."""
        for _ in range(times):
            exchange(self.around.services, {"partner": self})
            self.around.clock.forward(minutes=1)

    def row(self, hand_over_id: int = 1) -> Any:
        with self.around.store.unit() as unit:
            return unit.hand_overs.get(hand_over_id)

    def state(self, hand_over_id: int = 1) -> str:
        return str(self.row(hand_over_id).state)
