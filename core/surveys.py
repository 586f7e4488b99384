"""vragenlijsten: questions in waves to residents or professionals, answered without a name.

An answer holds no name, no account and no hour: only the wave and the day. What somebody writes in
their own words is sealed until names and numbers were taken out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from core.audit import SYSTEM
from core.clock import local
from core.domain import User
from core.errors import BadInput, NotFound, SurveyClosed
from core.i18n import DEFAULT, languages
from core.permissions import Action, require
from core.ports import NameFinder, PlaceFinder
from core.privacy.redact import redact
from core.privacy.vault import Vault
from core.store.unit import Unit
from core.survey_form import QuestionKind, Survey, SurveyQuestion, Wave, codes

MOST_QUESTIONS: Final = 40
MOST_OPTIONS: Final = 12
LONGEST: Final = 300
LONGEST_ANSWER: Final = 2000
AUDIENCES: Final = ("residents", "professionals")

Given = Mapping[str, Any]
"""An answer by the place of its question ("0"): a place of an option, several, or words."""


def make(
    pilot_id: int,
    name: str,
    audience: str,
    questions: Sequence[SurveyQuestion],
    user: User,
    unit: Unit,
) -> int:
    """Makes a survey; gives its id. Raises NotAllowed, BadInput."""
    require(user, Action.SURVEY)
    _check(name, audience, questions)
    survey_id = unit.surveys.make(pilot_id, name.strip(), audience, codes(questions), user.login)
    detail = {"audience": audience, "questions": len(questions)}
    unit.audit.add(user.login, "survey_made", "survey", survey_id, detail)
    return survey_id


def open_wave(
    survey_id: int,
    opens_at: datetime,
    closes_at: datetime,
    user: User,
    unit: Unit,
    *,
    incident_id: int | None = None,
) -> int:
    """Opens a next wave; gives its id. Raises NotAllowed, NotFound, BadInput."""
    require(user, Action.SURVEY)
    known(survey_id, unit)
    if not opens_at < closes_at or closes_at <= unit.now:
        raise BadInput(field="closes_at", why=str(local(closes_at).date()))
    if incident_id is not None:
        unit.incidents.get(incident_id)
    wave_id = unit.surveys.open_wave(survey_id, opens_at, closes_at, incident_id)
    unit.audit.add(user.login, "wave_opened", "survey_wave", wave_id, {"survey": survey_id})
    return wave_id


def close_wave(wave_id: int, user: User, unit: Unit) -> None:
    """Closes a wave before its day; reminders that wait are taken back."""
    require(user, Action.SURVEY)
    wave = known_wave(wave_id, unit)
    if not (wave.closed_at is None and unit.now < wave.closes_at):
        raise SurveyClosed()
    unit.surveys.close_wave(wave_id)
    unit.surveys.withdraw_invitations(wave_id)
    unit.audit.add(user.login, "wave_closed", "survey_wave", wave_id)


def token_of(wave_id: int, vault: Vault) -> str:
    """What the link of a wave ends with: nobody guesses it, and it is kept nowhere."""
    return vault.draw(f"survey|{wave_id}")[:32]


def wave_behind(token: str, unit: Unit, vault: Vault) -> tuple[Survey, Wave] | None:
    """The survey and wave of a link; None for no link of ours."""
    for wave in unit.surveys.waves():
        if token_of(wave.id, vault) == token:
            return known(wave.survey_id, unit), wave
    return None


def answer(
    survey: Survey, wave: Wave, given: Given, once: str, language: str, unit: Unit, vault: Vault
) -> bool:
    """Keeps one filled form; False when this very form was kept before.

    Raises SurveyClosed when the wave is not open, BadInput for a question left out.
    """
    if not wave.is_open(unit.now):
        raise SurveyClosed()
    chosen, open_texts = _checked(survey, given)
    response_id = unit.surveys.respond(wave.id, local(unit.now).date(), chosen, once, language)
    if response_id is None:
        return False
    for place, text in open_texts.items():
        unit.surveys.keep_text(response_id, place, vault.seal_original(text))
    return True


def _checked(survey: Survey, given: Given) -> tuple[dict[str, Any], dict[int, str]]:
    """(chosen options by place of question, own words by place)."""
    chosen: dict[str, Any] = {}
    texts: dict[int, str] = {}
    for place, question in enumerate(survey.questions):
        value = given.get(str(place))
        if question.kind is QuestionKind.OPEN:
            text = str(value or "").strip()[:LONGEST_ANSWER]
            if text:
                texts[place] = text
            is_given = bool(text)
        else:
            picked = _places(value, question)
            is_given = bool(picked)
            if picked:
                chosen[str(place)] = picked if question.kind is QuestionKind.CHOICES else picked[0]
        if question.required and not is_given:
            raise BadInput(field="answer", why=str(place + 1))
    return chosen, texts


def _places(value: Any, question: SurveyQuestion) -> list[int]:
    """The places of the options that were chosen; what is none of them is left out."""
    values = value if isinstance(value, list | tuple) else [value]
    found = {int(one) for one in values if str(one).isdecimal() and len(str(one)) < 4}
    return sorted(one for one in found if one < question.option_count)


def redact_texts(names: NameFinder, places: PlaceFinder, unit: Unit, vault: Vault) -> int:
    """Takes names and numbers out of what people wrote; the sealed words are destroyed then."""
    waiting = unit.surveys.sealed_texts()
    for text_id, sealed in waiting:
        unit.surveys.keep_redacted(text_id, redact(vault.open_original(sealed), names, places))
    return len(waiting)


def close_what_is_over(unit: Unit) -> None:
    """Closes what is over, so that no reminder leaves after the last day."""
    for wave in unit.surveys.waves():
        if wave.closed_at is None and wave.closes_at <= unit.now:
            unit.surveys.close_wave(wave.id)
            unit.surveys.withdraw_invitations(wave.id)
            unit.audit.add(SYSTEM, "wave_closed", "survey_wave", wave.id)


def known(survey_id: int, unit: Unit) -> Survey:
    found: Survey | None = unit.surveys.get(survey_id)
    if found is None:
        raise NotFound(what="survey", id=survey_id)
    return found


def known_wave(wave_id: int, unit: Unit) -> Wave:
    found: Wave | None = unit.surveys.wave(wave_id)
    if found is None:
        raise NotFound(what="survey", id=wave_id)
    return found


def _check(name: str, audience: str, questions: Sequence[SurveyQuestion]) -> None:
    if not name.strip() or len(name) > 120 or not name.strip().isprintable():
        raise BadInput(field="name", why=name[:50])
    if audience not in AUDIENCES:
        raise BadInput(field="audience", why=audience[:50])
    if not 0 < len(questions) <= MOST_QUESTIONS:
        raise BadInput(field="questions", why=str(len(questions)))
    for place, question in enumerate(questions, 1):
        texts = [question.text, *question.options]
        if any(not text.get(DEFAULT, "").strip() for text in texts):
            raise BadInput(field="question", why=str(place))
        if any(len(said) > LONGEST for text in texts for said in text.values()):
            raise BadInput(field="question", why=str(place))
        if any(set(text) - set(languages()) for text in texts):
            raise BadInput(field="question", why=str(place))
        needs = question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES)
        if needs and not 2 <= len(question.options) <= MOST_OPTIONS:
            raise BadInput(field="options", why=str(place))
