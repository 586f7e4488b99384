"""bereik: how one text comes to everybody who wrote, in their own channel, nobody twice."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain import Group
from core.ports import SourceCard
from core.privacy.vault import Vault
from core.store.reach_rows import Writer
from core.store.unit import Unit

Missed = tuple[Group, str | None, str]
"""Who is not reached, and why: "stopped", "no_consent" or "no_address"; None: the whole group."""

ALONE: Final = 0
"""Stands among group ids for everybody who is reached by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """middelen: what each network can do, by source, and what opens an address."""

    cards: Mapping[str, SourceCard]
    vault: Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """weg: one text on its way: to a group ("group"), to one resident alone ("direct"), or under
    their message ("reply"); with "copy" somebody brings it, for its network takes no texts.

    `residents`: who it reaches; `sealed_from`: the message by which one resident is found.
    """

    kind: str
    group: Group
    residents: frozenset[str]
    resident: str | None = None
    sealed_from: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """bereik: the ways of one text, who is not reached and why, and groups that need no text.

    `covered`: the ways to groups in which everybody who wrote is reached in another group; they
    are taken only when somebody chooses them.
    """

    ways: tuple[Way, ...]
    missed: tuple[Missed, ...] = ()
    covered: tuple[Way, ...] = ()

    @property
    def resident_count(self) -> int:
        return len(frozenset().union(*(way.residents for way in self.ways)))

    def within(self, chosen: Collection[int] | None) -> Reach:
        """Only the ways to these groups; ALONE stands for all that go to one resident."""
        if chosen is None:
            return self
        possible = (*self.ways, *self.covered)
        kept = (way for way in possible if (ALONE if way.resident else way.group.id) in chosen)
        return Reach(ways=tuple(kept), missed=self.missed)


def reach_of(incident_id: int, unit: Unit, means: Means | None) -> Reach:
    """How a text about an incident, and all that was merged into it, reaches who wrote about it."""
    writers = unit.reach.writers(unit.questions.family(incident_id))
    groups = _groups_of(writers, unit)
    listening, missed = _listening(writers, groups, unit)
    ways, reached, covered = _to_groups(listening, groups, means)
    alone, lost = _alone(listening, groups, reached, means)
    return Reach(ways=(*ways, *alone), missed=(*missed, *lost), covered=tuple(covered))


def way_to(resident: str, incident_id: int, unit: Unit, means: Means | None) -> Way | None:
    """The way to one resident who wrote about the incident: alone if it can be, else a reply."""
    writers = unit.reach.writers(unit.questions.family(incident_id))
    groups = _groups_of(writers, unit)
    own, _ = _listening([w for w in writers if w.resident == resident], groups, unit)
    ways = (_way_alone(writer, groups[writer.group_id], means) for writer in reversed(own))
    return next((way for way in ways if way is not None), None)


def sealed_to(way: Way, means: Means | None) -> bytes | None:
    """Whom a text to one resident is for, as the outbox keeps it."""
    if way.resident is None or way.sealed_from is None or means is None:
        return None
    found = json.loads(means.vault.open_original(way.sealed_from))
    alone = way.kind == "direct"
    to = {"reply_to": None if alone else found["id"], "to": found["author"], "direct": alone}
    return means.vault.seal_original(json.dumps(to))


def sealed_from(native_id: str, author: str, vault: Vault) -> bytes:
    """Who wrote a message and what the network calls it, sealed; read by `sealed_to` alone."""
    return vault.seal_original(json.dumps({"id": native_id, "author": author}))


def _groups_of(writers: Sequence[Writer], unit: Unit) -> dict[int, Group]:
    found = {group_id: unit.pilots.group(group_id) for group_id in {w.group_id for w in writers}}
    return {group_id: group for group_id, group in found.items() if group is not None}


def _listening(
    writers: Sequence[Writer], groups: Mapping[int, Group], unit: Unit
) -> tuple[list[Writer], list[Missed]]:
    """The writers who may be written to, newest last; and who stopped, or whose group did."""
    listening: list[Writer] = []
    missed: dict[tuple[int, str | None], Missed] = {}
    for writer in sorted(writers, key=lambda w: (w.sent_at, w.message_id)):
        group = groups[writer.group_id]
        if not unit.consents.group_consents(group.id):
            missed[group.id, None] = (group, None, "no_consent")
        elif unit.consents.has_stopped(group.id, writer.resident):
            missed[group.id, writer.resident] = (group, writer.resident, "stopped")
        else:
            listening.append(writer)
    return listening, list(missed.values())


def _to_groups(
    writers: Sequence[Writer], groups: Mapping[int, Group], means: Means | None
) -> tuple[list[Way], set[str], list[Way]]:
    """A text to as few groups as reach everybody who wrote in one, the liveliest first."""
    said: dict[int, set[str]] = {}
    for writer in writers:
        if not writer.direct and _takes_group_texts(groups[writer.group_id], means):
            said.setdefault(writer.group_id, set()).add(writer.resident)
    ways: list[Way] = []
    covered: list[Way] = []
    reached: set[str] = set()
    for group_id in sorted(said, key=lambda g: (-len(said[g]), g)):
        group, residents = groups[group_id], frozenset(said[group_id])
        way = Way(kind=_kind_in(group, means), group=group, residents=residents)
        (ways if residents - reached else covered).append(way)
        reached |= residents
    return sorted(ways, key=lambda way: way.group.id), reached, covered


def _alone(
    writers: Sequence[Writer],
    groups: Mapping[int, Group],
    reached: Collection[str],
    means: Means | None,
) -> tuple[list[Way], list[Missed]]:
    """A text each to those whom no group's text reaches, by the newest message that has a way."""
    ways: dict[str, Way] = {}
    lost: dict[str, Missed] = {}
    for writer in reversed([w for w in writers if w.resident not in reached]):
        way = _way_alone(writer, groups[writer.group_id], means)
        if way is not None:
            ways.setdefault(writer.resident, way)
        else:
            lost[writer.resident] = (groups[writer.group_id], writer.resident, "no_address")
    missed = [line for resident, line in lost.items() if resident not in ways]
    return sorted(ways.values(), key=lambda way: (way.group.id, way.resident or "")), missed


def _way_alone(writer: Writer, group: Group, means: Means | None) -> Way | None:
    kind = _kind_alone(writer, group, means)
    if kind is None:
        return None
    return Way(
        kind=kind,
        group=group,
        residents=frozenset({writer.resident}),
        resident=writer.resident,
        sealed_from=writer.sealed_from,
    )


def _takes_group_texts(group: Group, means: Means | None) -> bool:
    """True when a group is written to, or nobody in it can be: then somebody brings the text.

    A report line or public posts have no members who would read a text to all.
    """
    card = _card(group, means)
    if card is None or card.is_posted_by_hand:
        return True
    return card.group_send and group.native_id != card.founds


def _kind_in(group: Group, means: Means | None) -> str:
    card = _card(group, means)
    return "group" if card is None or not card.is_posted_by_hand else "copy"


def _kind_alone(writer: Writer, group: Group, means: Means | None) -> str | None:
    """How one resident is answered; None when the network cannot, or where they are is unknown."""
    card = _card(group, means)
    if writer.sealed_from is None or card is None:
        return None
    if card.direct and not group.is_open_source:
        return "direct"
    if not card.replies:
        return None
    return "copy" if card.is_posted_by_hand else "reply"


def _card(group: Group, means: Means | None) -> SourceCard | None:
    return means.cards.get(group.source) if means is not None else None
