"""The debriefing on paper, for the trainee: our own words and numbers, no residents' words."""

from __future__ import annotations

from core.exercise_scoring import Scored
from core.store.exercise_queries import Exercise
from pages._frame import language, moment, number, t
from pages.components.paper import Paper
from pages.exercising.kept import name_of
from pages.exercising.words import Told, course_of, outcome_name, span, title_of


def paper_of(found: Exercise, told_here: Told) -> bytes:
    """The debriefing as a PDF: what to look at again first."""
    paper = Paper(
        t("exercise.paper_title", name=name_of(found)),
        t("exercise.paper_for", name=found.name, at=moment(found.started_at)),
        language(),
    )
    debriefing = told_here.found
    good, judged = len(debriefing.good), len(debriefing.judged)
    paper.text(t("exercise.sum", good=number(good), of=number(judged)))
    if not debriefing.is_whole:
        paper.text(t("exercise.not_whole", at=told_here.at(debriefing.ended_s)), small=True)
    paper.heading(t("exercise.again"))
    for one in debriefing.again:
        _add(one, told_here, paper)
    if not debriefing.again:
        paper.text(t("exercise.again_none"), small=True)
    paper.heading(t("exercise.time_line"))
    paper.table(_heads(), [_row(one, told_here) for one in debriefing.scored], wide=1)
    accepted = sum(alarm.accepted for alarm in debriefing.false_alarms)
    if debriefing.false_alarms:
        paper.heading(t("exercise.false_alarms"))
        all_of = number(len(debriefing.false_alarms))
        paper.text(t("exercise.alarms_sum", accepted=number(accepted), of=all_of))
    paper.text(t("exercise.paper_private"), small=True)
    return paper.pdf()


def _add(one: Scored, told_here: Told, paper: Paper) -> None:
    at = told_here.at(one.shown_s) if one.shown_s is not None else "–"
    paper.text(f"{at} {title_of(one)}: {outcome_name(one.outcome).lower()}")
    why = told_here.why(one)
    said = [*course_of(one), *([f"{t('exercise.why')} {why}"] if why else [])]
    paper.text("\n".join(f"• {sentence}" for sentence in said), small=True)


def _heads() -> list[str]:
    names = ("shown", "what", "outcome", "seen", "decided", "aim")
    return [t(f"exercise.column_{name}") for name in names]


def _row(one: Scored, told_here: Told) -> list[str]:
    return [
        told_here.at(one.shown_s) if one.shown_s is not None else "–",
        title_of(one),
        outcome_name(one.outcome),
        span(one.seen_s) if one.seen_s is not None else "–",
        span(one.decided_s) if one.decided_s is not None else "–",
        span(one.aim_s),
    ]
