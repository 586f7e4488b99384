"""A street whose network can be answered: what residents are told, shown as a table.

The demo's network takes texts for a group; here it can also write to one resident and reply.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from connectors.reciprocate import tend
from core.domain import Receipt
from core.ports import SourceCard
from core.reach import Means
from core.reciprocity import Rules, set_rules
from core.scenes import Scenes
from core.store.tables import answers, groups, outbox, questions
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.tables import columns_of, shown, table

HOLD = timedelta(seconds=10)
RULE = "Bij spoed: bel 112."
CAN = SourceCard(
    name_nl="Straat", name_en="Street", group_send=True, direct=True, replies=True, edits=True
)


class AnsweringScenes(Scenes):
    """Scenes in which every network can do what a test says."""

    def __init__(self, card: SourceCard) -> None:
        super().__init__()
        self._cards = dict.fromkeys(self._cards, card)


def answerable(street: Neighbourhood, card: SourceCard = CAN) -> Neighbourhood:
    street.scenes = AnsweringScenes(card)
    return street


def means_of(street: Neighbourhood, card: SourceCard = CAN) -> Means:
    sources = {group.source for group in street.groups.values()}
    return Means(cards=dict.fromkeys(sources, card), vault=street.services.vault)


def rule(street: Neighbourhood, people: People, **values: Any) -> None:
    with street.store.unit() as unit:
        set_rules(street.pilot.id, Rules(**values), people.ada, unit)


def tick(street: Neighbourhood, **steps: float) -> None:
    """Time goes by, and what happens by itself happens."""
    street.clock.forward(**steps)
    tend(street.services, means_of(street))


def deliver(street: Neighbourhood) -> None:
    """What is due arrives; the network calls each text "ours-<its id>"."""
    street.clock.forward(seconds=11)
    with street.store.unit() as unit:
        for row in unit.outbox.claim():
            unit.outbox.delivered(
                row.id, Receipt(reference=f"ours-{row.id}", delivered_at=unit.now)
            )


def must_tell(street: Neighbourhood, expected: str) -> None:
    """Asserts what residents are sent: kind, and if wanted group, resident, state, by, text."""
    wanted = table(expected)
    query = sa.select(outbox, groups.c.name.label("name")).join(
        groups, groups.c.id == outbox.c.group_id
    )
    with street.store.read() as connection:
        rows = connection.execute(query.order_by(outbox.c.id)).all()
    assert all(row.text.endswith(RULE) for row in rows)
    found = [_row(row, street) for row in rows]
    assert shown(found, columns_of(wanted) or ["kind"]) == wanted


def must_ask(street: Neighbourhood, expected: str) -> None:
    """Asserts the questions; columns kind, and if wanted state, group, resident, by, answers."""
    wanted = table(expected)
    count = (
        sa.select(sa.func.count()).where(answers.c.question_id == questions.c.id).scalar_subquery()
    )
    query = sa.select(questions, groups.c.name.label("name"), count.label("n")).join(
        groups, groups.c.id == questions.c.group_id
    )
    with street.store.read() as connection:
        rows = connection.execute(query.order_by(questions.c.id)).all()
    found = [_row(row, street) | {"answers": row.n} for row in rows]
    assert shown(found, columns_of(wanted) or ["kind"]) == wanted


def answered(street: Neighbourhood) -> list[str]:
    """What was understood of each answer, the oldest first."""
    with street.store.read() as connection:
        rows = connection.execute(sa.select(answers).order_by(answers.c.id)).all()
    return [_value(row.value) for row in rows]


def _value(value: dict[str, Any]) -> str:
    return f"{value['what']} {value['place']['name']}" if "place" in value else str(value["what"])


def _row(row: Any, street: Neighbourhood) -> dict[str, Any]:
    names = {
        street.services.vault.pseudonym(group.source, name): name
        for group in street.groups.values()
        for name in ("Anna", "Bram", "Cor", "Dirk", "Evi", "Fay")
    }
    values = dict(row._mapping)
    values["group"] = values.pop("name").removeprefix("HNM ")
    values["resident"] = names.get(values.get("resident") or "")
    text = str(values.get("text", ""))
    return {**values, "text": text.removesuffix(RULE).strip().replace("\n", " ")}
