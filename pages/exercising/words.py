"""What happened with an incident of an exercise, in words; for the screen and for paper alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.errors import HNMError
from core.exercise_scoring import Debriefing, Outcome, Scored
from core.exercises import Evening
from core.i18n import clock_time
from core.rehearsal import evening_named
from core.store.exercise_queries import redacted_by_key
from core.telling import owner_name
from pages._frame import counted, house, language, t


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A debriefing with its evening, as far as that is still there, and the words of its lines."""

    found: Debriefing
    evening: Evening | None
    texts: Mapping[str, str]
    """By line; a line that was erased in its pilot is not among them."""

    def why(self, one: Scored) -> str:
        """What the key says of it."""
        if self.evening is None:
            return ""
        key = next((key for key in self.evening.expected if key.id == one.id), None)
        return key.said(language()) if key else ""

    def at(self, seconds: int) -> str:
        """The time on the exercise's clock."""
        return at_of(self.evening, seconds)


def told_of(found: Debriefing) -> Told:
    """Looks the evening and its words up; of a file that changed since, nothing is said."""
    try:
        evening = evening_named(found.evening, house())
    except HNMError:
        return Told(found=found, evening=None, texts={})
    if evening.mark != found.mark:
        return Told(found=found, evening=None, texts={})
    ids = [line for one in found.scored for line in (*one.lines, *one.missing)]
    ids += [line for alarm in found.false_alarms for line in alarm.lines]
    if evening.is_recorded:
        with house().store.read() as connection:
            return Told(found=found, evening=evening, texts=redacted_by_key(connection, ids))
    texts = {line.id: line.text for line in evening.lines}
    return Told(found=found, evening=evening, texts=texts)


def at_of(evening: Evening | None, seconds: int) -> str:
    if evening is None:
        return t("exercise.after", time=span(seconds))
    return clock_time(language(), evening.starts_at + timedelta(seconds=seconds))


def span(seconds: int) -> str:
    """How long something took: "40 seconden", "3 minuten"."""
    if seconds < 90:
        return t("exercise.seconds", count=seconds)
    return t("exercise.minutes", count=round(seconds / 60))


def title_of(one: Scored) -> str:
    """What it was: the topic, and whether it was urgent."""
    topic = house().topics[one.best_topic].name(language())
    what = t("exercise.hoax_of", topic=topic.lower()) if one.is_hoax else topic
    return f"{what} ({t('room.urgent').lower()})" if one.urgent else what


def outcome_name(outcome: Outcome) -> str:
    return t(f"exercise.outcome_{outcome.value}")


def course_of(one: Scored) -> list[str]:
    """What the trainee did, sentence by sentence."""
    if one.outcome is Outcome.NOT_SHOWN:
        return [t("exercise.said_not_shown")]
    said = [_seen(one), _decided(one)]
    if one.decision_right is False:
        said.append(t(f"exercise.should_{one.verdict}"))
    if one.topic_right is False:
        said.append(t("exercise.should_topic", topic=_topics(one), was=_topic(one.topic)))
    if one.urgency_right is False:
        said.append(t("exercise.should_urgent" if one.urgent else "exercise.should_not_urgent"))
    if one.destination_right is False:
        said.append(_destination(one))
    if one.in_parts > 1:
        said.append(t("exercise.should_merge", incidents=counted("count.incidents", one.in_parts)))
    if one.mixed_with:
        said.append(t("exercise.should_split"))
    return said


def _seen(one: Scored) -> str:
    if one.seen_s is None:
        return t("exercise.said_not_seen")
    return t("exercise.said_seen", time=span(one.seen_s))


def _decided(one: Scored) -> str:
    aim = span(one.aim_s)
    if one.decided_s is None:
        return t("exercise.said_not_decided", aim=aim)
    key = "late" if one.decided_s > one.aim_s else "in_time"
    decision = t(f"exercise.did_{one.decision}")
    return t(f"exercise.said_{key}", decision=decision, time=span(one.decided_s), aim=aim)


def _destination(one: Scored) -> str:
    wanted = owner_name(language(), one.best_destination, {})
    others = [owner_name(language(), name, {}) for name in one.also_right if name not in _known()]
    wanted = f" {t('exercise.or')} ".join([wanted, *others])
    if one.destination is None:
        return t("exercise.should_send", to=wanted)
    was = owner_name(language(), one.destination, {})
    return t("exercise.should_send_elsewhere", to=wanted, was=was)


def _topics(one: Scored) -> str:
    names = [one.best_topic, *(name for name in one.also_right if name in _known())]
    return f" {t('exercise.or')} ".join(_topic(name) for name in names)


def _topic(name: str | None) -> str:
    topics = house().topics
    return topics[name].name(language()).lower() if name and name in topics else ""


def _known() -> Mapping[str, object]:
    return house().topics
