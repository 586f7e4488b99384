"""versturen: a person approves a tip; it leaves outside quiet hours, and not more than is agreed.

Nothing here is done by the product itself. A tip can be taken back as long as it waits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from core.clock import from_local, local
from core.domain import Group, User
from core.errors import AlreadySent, BadInput, HNMError, NotFound
from core.last_day import require_running
from core.permissions import Action, require
from core.ports import SourceCard
from core.report_back import with_emergency_rule
from core.store.tip_rows import KIND
from core.store.unit import Unit
from core.tips import LONGEST

WEEK: Final = timedelta(days=7)
LONGEST_TITLE: Final = 120
PUBLIC_FOR: Final = timedelta(days=14)
_MOST_A_WEEK: Final = 14
_NOT_OURS: Final = re.compile(r"nl[\s\-‐-―]?alert", re.IGNORECASE)
"""What only the government sends; a tip never looks like one."""


class TooManyTips(HNMError):
    """These groups got as many tips this week as was agreed (groups, most)."""

    code = "error.too_many_tips"


@dataclass(frozen=True, slots=True, kw_only=True)
class TipRules:
    """tipregels: how many tips a group gets in seven days, and the hours in which none leaves."""

    per_week: int = 2
    quiet_from: int = 21
    quiet_until: int = 9

    def leaves_at(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it lies in."""
        wall = local(moment)
        if not self._is_quiet(wall.hour):
            return moment
        end = wall.replace(hour=self.quiet_until, minute=0, second=0, microsecond=0, tzinfo=None)
        if wall.hour >= self.quiet_until:
            end += timedelta(days=1)
        return from_local(end)

    def _is_quiet(self, hour: int) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """concept: a tip as a person has it before them; `short` for channels that carry little.

    `advice` is the library's, or empty for their own words; `mark` the occasion it is for.
    """

    pilot_id: int
    topic: str
    title: str
    text: str
    short: str = ""
    advice: str = ""
    mark: str = ""
    area_id: int | None = None
    is_warning: bool = False
    is_public: bool = False


def rules_of(pilot_id: int, unit: Unit) -> TipRules:
    row = unit.tips.rules(pilot_id)
    if row is None:
        return TipRules()
    return TipRules(per_week=row.per_week, quiet_from=row.quiet_from, quiet_until=row.quiet_until)


def set_rules(pilot_id: int, rules: TipRules, user: User, unit: Unit) -> None:
    """Raises BadInput."""
    require(user, Action.SET_TIP_RULES)
    if not 0 <= rules.per_week <= _MOST_A_WEEK:
        raise BadInput(field="per_week", why=str(rules.per_week))
    for name in ("quiet_from", "quiet_until"):
        if not 0 <= getattr(rules, name) <= 23:
            raise BadInput(field=name, why=str(getattr(rules, name)))
    before = rules_of(pilot_id, unit)
    values = {"per_week": rules.per_week}
    values |= {"quiet_from": rules.quiet_from, "quiet_until": rules.quiet_until}
    unit.tips.set_rules(pilot_id, **values)
    detail = {"before": _as_detail(before), "after": _as_detail(rules)}
    unit.audit.add(user.login, "tip_rules_set", "pilot", pilot_id, detail)


def send(
    draft: Draft,
    group_ids: Sequence[int],
    cards: Mapping[str, SourceCard],
    user: User,
    unit: Unit,
    *,
    hold: timedelta,
) -> int:
    """Queues an approved tip for these groups, and makes it public if asked; gives its id.

    Raises BadInput (empty or too long, a group that takes none, nobody to go to), TooManyTips,
    PilotEnded.
    """
    require(user, Action.ADVISE)
    require_running(draft.pilot_id, unit)
    draft = _checked(draft, group_ids)
    groups = [_group(group_id, draft.pilot_id, unit) for group_id in dict.fromkeys(group_ids)]
    rules = rules_of(draft.pilot_id, unit)
    _check_week(groups, rules, unit)
    due_at = rules.leaves_at(unit.now + hold)
    tip_id = _keep(draft, "sent", [group.id for group in groups], due_at, user, unit)
    for group in groups:
        unit.outbox.put(
            idempotency_key=f"{KIND}:{tip_id}:{group.id}",
            due_at=due_at,
            by=user.login,
            kind=KIND,
            group_id=group.id,
            text=fitting(draft, cards.get(group.source)),
        )
    detail = {"advice": draft.advice, "groups": [g.id for g in groups], "public": draft.is_public}
    unit.audit.add(user.login, "tip_sent", "tip", tip_id, detail)
    return tip_id


def fitting(draft: Draft, card: SourceCard | None) -> str:
    """What a channel carries of a tip, with the 112 rule. Raises BadInput when neither fits."""
    longest = min(LONGEST, card.longest_text if card else LONGEST)
    for words in (draft.text, draft.short):
        text = with_emergency_rule(words.strip())
        if words.strip() and len(text) <= longest:
            return text
    raise BadInput(field="text", why=str(longest))


def take_back(tip_id: int, user: User, unit: Unit) -> None:
    """Nobody gets it; only while all of it still waits. Raises NotFound, AlreadySent."""
    require(user, Action.ADVISE)
    row = _known(tip_id, "sent", unit)
    if not all([unit.outbox.withdraw(text_id) for text_id in unit.tips.texts_of(row.id)]):
        raise AlreadySent()
    unit.tips.change(tip_id, state="withdrawn", **_hidden(row, unit))
    unit.audit.add(user.login, "tip_taken_back", "tip", tip_id)


def set_aside(pilot_id: int, advice: str, topic: str, mark: str, user: User, unit: Unit) -> int:
    """A proposal is not for now, and is not made again for this occasion; gives its id."""
    require(user, Action.ADVISE)
    tip_id = unit.tips.add(
        pilot_id, by=user.login, advice=advice, topic=topic, mark=mark, state="dismissed"
    )
    unit.audit.add(user.login, "tip_set_aside", "tip", tip_id, {"advice": advice})
    return tip_id


def propose_again(tip_id: int, user: User, unit: Unit) -> None:
    """Takes back that a proposal was set aside. Raises NotFound."""
    require(user, Action.ADVISE)
    _known(tip_id, "dismissed", unit)
    unit.tips.change(tip_id, state="withdrawn")
    unit.audit.add(user.login, "tip_proposed_again", "tip", tip_id)


def make_public(tip_id: int, user: User, unit: Unit) -> None:
    """Anybody may read a tip that was sent, for two weeks. Raises NotFound."""
    require(user, Action.ADVISE)
    row = _known(tip_id, "sent", unit)
    require_running(row.pilot_id, unit)
    until = unit.now + PUBLIC_FOR
    unit.tips.change(tip_id, public_from=row.public_from or unit.now, public_until=until)
    unit.audit.add(user.login, "tip_public", "tip", tip_id)


def end_public(tip_id: int, user: User, unit: Unit) -> None:
    """It is no longer in the feed; a warning is cancelled there. Raises NotFound."""
    require(user, Action.ADVISE)
    row = _known(tip_id, "sent", unit)
    hidden = _hidden(row, unit)
    if not hidden:
        raise NotFound(what="tip", id=tip_id)
    unit.tips.change(tip_id, **hidden)
    unit.audit.add(user.login, "tip_not_public", "tip", tip_id)


def _checked(draft: Draft, group_ids: Sequence[int]) -> Draft:
    title = " ".join(draft.title.split())
    if not draft.text.strip() or len(with_emergency_rule(draft.text.strip())) > LONGEST:
        raise BadInput(field="text", why=str(len(draft.text.strip())))
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise BadInput(field="title", why=str(len(title)))
    if _NOT_OURS.search(title):
        raise BadInput(field="title", why="NL-Alert")
    if not group_ids and not draft.is_public:
        raise BadInput(field="groups", why="0")
    return replace(draft, title=title)


def _group(group_id: int, pilot_id: int, unit: Unit) -> Group:
    """A group that takes tips: of this pilot, that consents; open sources are nobody's group."""
    group = unit.pilots.group(group_id)
    if group is None or group.pilot_id != pilot_id or group.is_open_source:
        raise BadInput(field="groups", why=str(group_id))
    if not unit.consents.group_consents(group_id):
        raise BadInput(field="groups", why=group.name)
    return group


def _check_week(groups: Sequence[Group], rules: TipRules, unit: Unit) -> None:
    sent = unit.tips.sent_since([group.id for group in groups], unit.now - WEEK)
    full = [group.name for group in groups if sent.get(group.id, 0) >= rules.per_week]
    if full:
        raise TooManyTips(groups=", ".join(full), most=rules.per_week)


def _keep(
    draft: Draft, state: str, group_ids: list[int], due_at: datetime, user: User, unit: Unit
) -> int:
    return unit.tips.add(
        draft.pilot_id,
        by=user.login,
        due_at=due_at,
        advice=draft.advice,
        topic=draft.topic,
        is_warning=draft.is_warning,
        title=draft.title,
        text=draft.text.strip(),
        mark=draft.mark,
        group_ids=group_ids,
        area_id=draft.area_id,
        state=state,
        public_from=due_at if draft.is_public else None,
        public_until=due_at + PUBLIC_FOR if draft.is_public else None,
    )


def _known(tip_id: int, state: str, unit: Unit) -> Any:
    row = unit.tips.get(tip_id)
    if row is None or row.state != state:
        raise NotFound(what="tip", id=tip_id)
    return row


def _hidden(row: Any, unit: Unit) -> dict[str, Any]:
    """What ends that a tip is public; nothing when it is not. What began not yet never does."""
    if row.public_from is None or (row.public_until and row.public_until <= unit.now):
        return {}
    if row.public_from > unit.now:
        return {"public_from": None, "public_until": None}
    return {"public_until": unit.now}


def _as_detail(rules: TipRules) -> list[int]:
    return [rules.per_week, rules.quiet_from, rules.quiet_until]
