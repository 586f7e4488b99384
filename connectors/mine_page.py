"""A resident's own page in HTML: every word of it escaped, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from connectors.answer_page import framed
from core.clock import local
from core.domain import Incident
from core.i18n import long_day, moment, text_of
from core.residents import LONGEST, Held, OwnMessage, Resident
from core.store.resident_queries import ConsentWord, Correction
from core.telling import place_name, status_name
from core.topics import topics
from core.watch_teams import without_house

_MOST_WORDS: Final = 50
_FROM_STOP: Final = ("stop", "left")


def landing(language: str, resident: Resident) -> str:
    """What a link opens: a button, because programs that fetch links must not see what is held."""
    until = text_of(language, "mine.until", at=moment(language, resident.until))
    body = (
        f"<p>{escape(text_of(language, 'mine.intro'))}</p>"
        f"<p>{escape(until)}</p>"
        f"{_form(language, 'look', 'mine.look', first=True)}"
    )
    return _page(language, "mine.title", body)


def said(language: str, what: str) -> str:
    """A page with one sentence."""
    body = f'<p class="said" role="status">{escape(text_of(language, f"mine.said_{what}"))}</p>'
    return _page(language, "mine.title", body)


def held_page(
    language: str, resident: Resident, held: Held, *, done: str = "", wrong: str = ""
) -> str:
    """All that is held, and what its owner may do with it."""
    until = text_of(language, "mine.until", at=moment(language, resident.until))
    parts = [
        _notice("said", "status", done),
        _notice("wrong", "alert", wrong),
        f"<p><small>{escape(until)}</small></p>",
        *_messages(language, held),
        *_groups(language, held),
        *_words(language, held.words),
        *_corrections(language, held.corrections),
        *_surveys(language, held),
        *_take_along(language),
        *_erase_all(language, held),
    ]
    return _page(language, "mine.title", "".join(parts))


def readable(language: str, held: Held) -> str:
    """All that is held as plain text, to keep or to print."""
    lines = [text_of(language, "mine.title"), ""]
    for one in held.messages:
        lines += [f"{_when(language, one)} · {one.stored.group}", one.original]
        lines += [_seen(language, one), *_about(language, one), ""]
    lines += [_word(language, word) for word in held.words]
    lines += [_correction(language, one) for one in held.corrections]
    lines += ["", text_of(language, "mine.judged", count=held.judged_count)]
    return "\n".join([*lines, text_of(language, "report_back.emergency")])


def _messages(language: str, held: Held) -> Iterable[str]:
    yield f"<h2>{escape(text_of(language, 'mine.messages'))}</h2>"
    if not held.messages:
        yield f"<p>{escape(text_of(language, 'mine.no_messages'))}</p>"
    for one in held.messages:
        yield _message(language, one)
    judged = text_of(language, "mine.judged", count=held.judged_count)
    yield f"<p><small>{escape(judged)}</small></p>"


def _message(language: str, one: OwnMessage) -> str:
    about = "".join(f"<br>{escape(line)}" for line in _about(language, one))
    original = one.original or text_of(language, "mine.original_gone")
    return (
        "<section>"
        f"<p><small>{escape(_when(language, one))} · {escape(one.stored.group)}</small></p>"
        f"<pre>{escape(original)}</pre>"
        f"<p><small>{escape(_seen(language, one))}{about}</small></p>"
        f"<details><summary>{escape(text_of(language, 'mine.wrong_or_erase'))}</summary>"
        f"{_correct_form(language, one.stored.id)}"
        f"{_form(language, 'erase', 'mine.erase_one', message=one.stored.id)}"
        "</details></section>"
    )


def _correct_form(language: str, message_id: int) -> str:
    label = escape(text_of(language, "mine.what_is_wrong"))
    return (
        f'<form method="post" autocomplete="off">{_hidden(language, "correct", message_id)}'
        f'<label for="w{message_id}">{label}</label>'
        f'<textarea id="w{message_id}" name="words" required maxlength="{LONGEST}"></textarea>'
        f"<button>{escape(text_of(language, 'mine.ask_correction'))}</button></form>"
    )


def _groups(language: str, held: Held) -> Iterable[str]:
    yield f"<h2>{escape(text_of(language, 'mine.taking_part'))}</h2>"
    if not held.groups:
        yield f"<p>{escape(text_of(language, 'mine.no_groups'))}</p>"
        return
    names = [
        f"<li>{escape(text_of(language, f'mine.group_{_follows(group.follows)}', name=group.name))}"
        for group in held.groups
    ]
    yield f"<ul>{''.join(names)}</ul>"
    if any(group.follows for group in held.groups):
        yield _form(language, "stop", "mine.stop")
    if any(group.may_start and not group.follows for group in held.groups):
        yield _form(language, "start", "mine.start")


def _words(language: str, words: tuple[ConsentWord, ...]) -> Iterable[str]:
    if words:
        lines = "".join(f"<li>{escape(_word(language, word))}" for word in words[:_MOST_WORDS])
        title = escape(text_of(language, "mine.words"))
        yield f"<details><summary>{title}</summary><ul>{lines}</ul></details>"


def _corrections(language: str, corrections: tuple[Correction, ...]) -> Iterable[str]:
    if corrections:
        yield f"<h2>{escape(text_of(language, 'mine.corrections'))}</h2><ul>"
        yield "".join(f"<li>{escape(_correction(language, one))}" for one in corrections)
        yield "</ul>"


def _surveys(language: str, held: Held) -> Iterable[str]:
    """Questionnaires that are open: each has a page of its own, and does not know who came."""
    if held.surveys:
        yield f"<h2>{escape(text_of(language, 'mine.surveys'))}</h2><ul>"
        for survey in held.surveys:
            address = f"/survey/{escape(survey.token)}?lang={language}"
            yield f'<li><a href="{address}">{escape(survey.name)}</a>'
        yield "</ul>"


def _take_along(language: str) -> Iterable[str]:
    yield f"<h2>{escape(text_of(language, 'mine.take_along'))}</h2>"
    yield _form(language, "text", "mine.as_text")
    yield _form(language, "json", "mine.as_json")


def _erase_all(language: str, held: Held) -> Iterable[str]:
    yield f"<h2>{escape(text_of(language, 'mine.erase'))}</h2>"
    sure = escape(text_of(language, "mine.sure"))
    yield f"<p>{escape(text_of(language, 'mine.erase_note'))}</p>"
    yield (
        f'<form method="post" autocomplete="off">{_hidden(language, "erase_all")}'
        f'<p><label><input type="checkbox" name="sure" value="1" required> {sure}</label></p>'
        f"<button>{escape(text_of(language, 'mine.erase_all'))}</button></form>"
    )


def _form(
    language: str, do: str, label: str, *, message: int | None = None, first: bool = False
) -> str:
    style = ' class="first"' if first else ""
    return (
        f'<form method="post" autocomplete="off">{_hidden(language, do, message)}'
        f"<button{style}>{escape(text_of(language, label))}</button></form>"
    )


def _hidden(language: str, do: str, message: int | None = None) -> str:
    fields = {"do": do, "lang": language} | ({"message": str(message)} if message else {})
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def _page(language: str, title: str, body: str) -> str:
    called = text_of(language, title)
    rule = escape(text_of(language, "report_back.emergency"))
    heading = f"<h1>{escape(called)}</h1>"
    return framed(language, called, f"{heading}{body}<p><small>{rule}</small></p>")


def _notice(kind: str, role: str, text: str) -> str:
    return f'<p class="{kind}" role="{role}">{escape(text)}</p>' if text else ""


def _when(language: str, one: OwnMessage) -> str:
    return moment(language, one.stored.sent_at)


def _seen(language: str, one: OwnMessage) -> str:
    return text_of(language, "mine.staff_read", text=one.stored.redacted)


def _about(language: str, one: OwnMessage) -> list[str]:
    """What was made of it, in plain words."""
    names = [topics()[topic].name(language).lower() for topic in one.stored.topics]
    lines = [text_of(language, "mine.judged_as", topics=", ".join(names))] if names else []
    lines += [_incident(language, incident) for incident in one.stored.incidents]
    lines += [text_of(language, "mine.answers", question=text) for text in one.stored.answered]
    return lines


def _incident(language: str, incident: Incident) -> str:
    return text_of(
        language,
        "mine.incident",
        number=incident.number,
        place=place_name(language, without_house(incident.location)),
        status=status_name(language, incident.status).lower(),
    )


def _word(language: str, word: ConsentWord) -> str:
    kind = "given" if word.given else ("stopped" if word.by in _FROM_STOP else "not_yet")
    day = long_day(language, local(word.at).date())
    return text_of(language, f"mine.word_{kind}", day=day, group=word.group)


def _correction(language: str, one: Correction) -> str:
    asked = text_of(language, "mine.correction_asked", at=moment(language, one.at))
    if one.state == "open":
        return f"{asked} {text_of(language, 'mine.correction_open')}"
    state = text_of(language, f"mine.correction_{one.state}")
    return f"{asked} {state} {one.answer}".strip()


def _follows(follows: bool) -> str:
    return "followed" if follows else "not_followed"
