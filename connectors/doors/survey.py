"""A questionnaire on the outside: by the link of its wave, without an account, without a name.

It works without a script and asks nothing of anybody else's server. The same form counts once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from connectors.answer_page import HEADERS, framed
from connectors.posted_form import Form, visited
from connectors.rate import Rate
from core.errors import BadInput, SurveyClosed
from core.i18n import day, text_of
from core.store.unit import Unit
from core.survey_form import QuestionKind, Survey, SurveyQuestion, Wave
from core.surveys import LONGEST_ANSWER, MOST_OPTIONS, MOST_QUESTIONS, answer, wave_behind
from core.topics import topics
from core.wiring import Services, services

router = APIRouter(tags=["residents"])

_MOST_FIELDS: Final = MOST_QUESTIONS * MOST_OPTIONS + 10
_LONGEST_ONCE: Final = 64


@lru_cache
def visits() -> Rate:
    """Of one address on the net; a whole household or office may be behind it."""
    return Rate(burst=60, per_minute=30)


@router.get("/survey/{token}", response_class=HTMLResponse, include_in_schema=False)
@router.post("/survey/{token}", response_class=HTMLResponse, include_in_schema=False)
async def survey(
    token: str,
    request: Request,
    given: Annotated[Services, Depends(services)],
    rate: Annotated[Rate, Depends(visits)],
) -> Response:
    taken = partial(_answered, token, given)
    return await visited(request, rate, given.clock(), _MOST_FIELDS, _refused, taken)


def _refused(language: str) -> HTMLResponse:
    return _said(language, "too_often", 429)


def _answered(token: str, given: Services, form: Form | None, language: str) -> HTMLResponse:
    with given.store.unit() as unit:
        found = wave_behind(token, unit, given.vault)
        if found is None:
            return _said(language, "unknown", 404)
        asked, wave = found
        if not wave.is_open(unit.now):
            return _said(language, "closed", 410)
        sheet = _Sheet(
            asked=asked, wave=wave, language=language, about=_about(wave, language, unit)
        )
        if form is None:
            return _shown(sheet, {}, "")
        return _taken(sheet, form, unit, given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What is asked, in which language, and about which incident if about one."""

    asked: Survey
    wave: Wave
    language: str
    about: str

    def say(self, key: str, **params: Any) -> str:
        return escape(text_of(self.language, key, **params))


def _about(wave: Wave, language: str, unit: Unit) -> str:
    """Topic, area and day: enough to know which one it is, and nobody's house."""
    if wave.incident_id is None:
        return ""
    incident = unit.incidents.get(wave.incident_id)
    names = {area.id: area.name for area in unit.pilots.areas(incident.pilot_id)}
    where = names.get(incident.area_id or 0)
    known = topics()[incident.topic].name(language)
    what = f"{known} ({where})" if where else known
    return text_of(
        language, "survey.about_incident", what=what, day=day(language, incident.opened_at)
    )


def _taken(sheet: _Sheet, form: Form, unit: Unit, given: Services) -> HTMLResponse:
    asked, language = sheet.asked, sheet.language
    once = form.get("once", [""])[0]
    if not 0 < len(once) <= _LONGEST_ONCE:
        return _shown(sheet, form, text_of(language, "survey.once_missing"))
    picked: dict[str, Any] = {
        str(place): (values[0] if question.kind is QuestionKind.OPEN else values)
        for place, question in enumerate(asked.questions)
        if (values := form.get(f"q{place}"))
    }
    try:
        answer(asked, sheet.wave, picked, once, language, unit, given.vault)
    except BadInput as error:
        number = error.params.get("why", "")
        return _shown(sheet, form, text_of(language, "survey.left_out", number=number))
    except SurveyClosed:
        return _said(language, "closed", 410)
    return _said(language, "thanks", 200)


def _shown(sheet: _Sheet, form: Form, wrong: str) -> HTMLResponse:
    """The form, with what was filled in already."""
    asked, language = sheet.asked, sheet.language
    audience = "survey.about_residents" if asked.audience == "residents" else "survey.about_staff"
    last = day(language, sheet.wave.last_moment)
    parts = [f"<h1>{escape(asked.name)}</h1>", f"<p>{sheet.say(audience, day=last)}</p>"]
    if sheet.about:
        parts.append(f'<p class="said">{escape(sheet.about)}</p>')
    if wrong:
        parts.append(f'<p class="wrong" role="alert">{escape(wrong)}</p>')
    questions = "".join(
        _question(place, question, language, form.get(f"q{place}", []))
        for place, question in enumerate(asked.questions)
    )
    parts.append(
        '<form method="post" autocomplete="off">'
        f'<input type="hidden" name="once" value="{escape(_once(form))}">{questions}'
        f'<button class="first">{sheet.say("survey.send")}</button></form>'
        f"<p><small>{sheet.say('report_back.emergency')}</small></p>"
    )
    status = 400 if wrong else 200
    body = framed(language, asked.name, "".join(parts))
    return HTMLResponse(body, status_code=status, headers=HEADERS)


def _once(form: Form) -> str:
    """What makes the same form count once: the one it came with, also after a question left out."""
    before = form.get("once", [""])[0]
    return before if 0 < len(before) <= _LONGEST_ONCE else secrets.token_urlsafe(16)


def _question(place: int, question: SurveyQuestion, language: str, given: list[str]) -> str:
    free = "" if question.required else f" ({text_of(language, 'survey.optional')})"
    title = f"{place + 1}. {question.said(language)}{free}"
    name = f"q{place}"
    if question.kind is QuestionKind.OPEN:
        typed = escape((given or [""])[0])
        return (
            f'<fieldset><label for="{name}">{escape(title)}</label>'
            f'<textarea id="{name}" name="{name}" maxlength="{LONGEST_ANSWER}">{typed}</textarea>'
            f"<small>{escape(text_of(language, 'survey.no_names'))}</small></fieldset>"
        )
    several = question.kind is QuestionKind.CHOICES
    options = "".join(
        f'<p><label><input type="{"checkbox" if several else "radio"}" name="{name}" '
        f'value="{n}"{" checked" if str(n) in given else ""}> '
        f"{escape(question.option(n, language))}</label></p>"
        for n in range(question.option_count)
    )
    return f"<fieldset><legend>{escape(title)}</legend>{options}</fieldset>"


def _said(language: str, what: str, status: int) -> HTMLResponse:
    title = text_of(language, "survey.title")
    text = text_of(language, f"survey.said_{what}")
    body = f'<h1>{escape(title)}</h1><p class="said" role="status">{escape(text)}</p>'
    return HTMLResponse(framed(language, title, body), status_code=status, headers=HEADERS)
