"""The frame around every page: who is looking, in which language, and what went wrong.

The bar above it, with the menus and the account, is _bar.py.

How a page is written (pages/<name>.py; the folder walk finds it, its CARD says who sees it):

    from core.domain import Role
    from pages._frame import Card, page, part, services, t, told, user

    CARD = Card(
        title_nl="Trends", title_en="Trends", icon=":material/trending_up:", order=40,
        roles=frozenset({Role.PROJECT_LEAD}),
    )

    @page(CARD)
    def show() -> None:
        st.header(t("trends.title"))          # texts: core/i18n/nl.toml and en.toml, same keys
        with services().store.read() as connection:
            rows = some_read(connection)      # reads: core/store/*queries*.py
        st.button(t("trends.again"), key="trends.again", on_click=again)
        numbers()

    @part("trends.numbers")                   # a fragment: st.rerun("trends.numbers") in a callback
    def numbers() -> None: ...

    @told                                     # a callback: an HNMError becomes a notice
    def again() -> None:
        with services().store.unit() as unit: # acting: core's step functions with user() and unit
            triage.accept(incident_id, version, user(), unit)

    if __name__ == "__main__":
        show()

`page`, `part` and `told` each ask the database who is signed in, on every run. An HNMError is
shown as its one sentence; anything else as a sentence with a reference number that the log has.
Never put a resident's text into st.html, unsafe_allow_html, a key or a log line; put it on the
screen with st.text or a component that uses textContent. `t` knows the user's language; `ago`,
`moment`, `number`, `percent` format for it. Widgets keep stable keys made from ids.
"""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import streamlit as st

from core import i18n, wiring
from core.accounts import hash_token, keep_alive, session
from core.domain import Role, User
from core.errors import ExerciseOver, HNMError, NotAllowed, NotSignedIn, ScreenOutdated
from core.exercise import as_trainee
from core.i18n import error_text, text_of
from core.settings import ROOT
from core.store.exercise_queries import Exercise, inside
from core.wiring import Services
from pages.server.gate import COOKIE
from pages.server.stages import stage

__all__ = [
    "Card",
    "Services",
    "ago",
    "counted",
    "exercise_here",
    "house",
    "language",
    "later",
    "moment",
    "note_seen",
    "number",
    "page",
    "part",
    "percent",
    "services",
    "t",
    "told",
    "user",
]

P = ParamSpec("P")
R = TypeVar("R")

FOLDER: Final = Path(__file__).parent
SITE: Final = ROOT / "static" / "site"
_NOTICE: Final = "_notice"
_EXERCISE: Final = "_exercise"
_SEEN: Final = "_seen_in_exercise"
_KEPT_AT_SWITCH: Final = ("_notice", "_language")
_LANGUAGE: Final = "_language"
_LATER: ContextVar[tuple[str, Services] | None] = ContextVar("later", default=None)
_HERE: ContextVar[User | None] = ContextVar("here", default=None)

log = logging.getLogger("pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a page is called, where it stands in the menu, and who may see it."""

    title_nl: str
    title_en: str
    icon: str
    order: int
    roles: frozenset[Role]
    menu: str = ""
    """The menu that the page stands in with others, as frame.menu_… names it; without one it
    stands in the bar itself, one click away."""

    def title(self, code: str) -> str:
        return self.title_nl if code == "nl" else self.title_en


def page(card: Card) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Makes a function a page: only for the card's roles, and its failures said in a sentence."""

    def decorate(show: Callable[[], None]) -> Callable[[], None]:
        @functools.wraps(show)
        def checked() -> None:
            with _failures_said():
                _settle()
                with _asked_once(require_role(card)):
                    show()

        return checked

    return decorate


def part(
    key: str, *, every_s: float | None = None
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Makes a function a part that reruns by itself; it asks again who is signed in.

    `every_s`: it also reruns on its own, for what has no event stream.
    """

    def decorate(show: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(show)
        def checked(*args: P.args, **kwargs: P.kwargs) -> None:
            with _failures_said(), _asked_once(_user_or_renewed()):
                show(*args, **kwargs)

        return st.fragment(checked, key=key, run_every=every_s)

    return decorate


def told(act: Callable[P, None]) -> Callable[P, None]:
    """Makes a function a callback whose failure is a notice on the screen, not a crash."""

    @functools.wraps(act)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            user()
            act(*args, **kwargs)
        except HNMError as error:
            notify(error_text(language(), error))
        except Exception as error:  # Streamlit's own stop and rerun are no Exception
            notify(_unknown(error))

    return checked


def house() -> Services:
    """The real product's services, also within an exercise: for the frame and for exercises."""
    return wiring.services()


def services() -> Services:
    """What this screen works with: the real product, or its exercise, which is apart from it.

    Raises ExerciseOver when the exercise has ended and nobody said yet to go back to the real work.
    """
    made_later = _LATER.get()
    if made_later is not None:
        return made_later[1]
    here = exercise_here()
    if here is None:
        return house()
    if here.state.is_over:
        raise ExerciseOver
    return stage.of(here)


def exercise_here() -> Exercise | None:
    """The exercise that this screen shows, as it was when somebody was last asked for."""
    found: Exercise | None = st.session_state.get(_EXERCISE)
    return found


def note_seen(incident_id: int) -> None:
    """In an exercise: notes when an incident was first on the trainee's screen; else nothing."""
    here = exercise_here()
    seen: set[int] = st.session_state.setdefault(_SEEN, set())
    if here is None or here.state.is_over or incident_id in seen:
        return
    seen.add(incident_id)
    at = services().clock()
    with house().store.unit() as unit:
        unit.exercises.look(here.id, incident_id, at)


def signed_in() -> User:
    """Who is signed in with their own roles, asked of the database. Raises NotSignedIn."""
    given = house()
    found = session(session_token(), given.store, given.settings.session_idle).user
    st.session_state[_LANGUAGE] = found.language
    return found


def user() -> User:
    """Who acts on this screen, asked of the database: in an exercise a trainee, a dispatcher.

    Raises NotSignedIn; ScreenOutdated when an exercise was begun or left in another tab, so that
    what was drawn in the one world is never done in the other.
    """
    known = _HERE.get()
    if known is not None:
        return known
    found = signed_in()
    now = _exercise_of_session()
    if _EXERCISE in st.session_state and not _is_same(exercise_here(), now):
        raise ScreenOutdated
    st.session_state[_EXERCISE] = now
    return found if now is None else as_trainee(found)


def _exercise_of_session() -> Exercise | None:
    with house().store.read() as connection:
        return inside(connection, session_mark())


def _is_same(shown: Exercise | None, now: Exercise | None) -> bool:
    if shown is None or now is None:
        return shown is now
    return shown.id == now.id and shown.state.is_over == now.state.is_over


def _settle() -> None:
    """At the start of a whole run: takes up the exercise that holds now, and forgets the other
    world's choices, whose numbers mean something else here.
    """
    now = _exercise_of_session()
    if _EXERCISE in st.session_state and not _is_same(exercise_here(), now):
        for key in [key for key in st.session_state if key not in _KEPT_AT_SWITCH]:
            del st.session_state[key]
        st.query_params.clear()
    if now is None or now.state.is_over:
        stage.close_unused(house())
    st.session_state[_EXERCISE] = now


def _user_or_renewed() -> User:
    """Who acts on this screen; what is outdated is drawn anew as a whole."""
    try:
        return user()
    except ScreenOutdated:
        st.rerun(scope="app")


@contextmanager
def _asked_once(here: User) -> Iterator[None]:
    """While a page or a part is drawn its user stays who they were at its start."""
    mark = _HERE.set(here)
    try:
        yield
    finally:
        _HERE.reset(mark)


def require_role(card: Card) -> User:
    """The user, if one of the card's roles is theirs. Raises NotSignedIn, NotAllowed."""
    found = user()
    if not found.roles & card.roles:
        raise NotAllowed(action=card.title_en)
    return found


def session_token() -> str | None:
    """The session's token from the browser's cookie."""
    return st.context.cookies.get(COOKIE)


def session_mark() -> str:
    """By which this session is known in the store."""
    return hash_token(session_token() or "")


def language() -> str:
    made_later, here = _LATER.get(), _HERE.get()
    if made_later is not None:
        return made_later[0]
    if here is not None:  # asking Streamlit for it costs far more, once for each text
        return here.language
    return str(st.session_state.get(_LANGUAGE) or house().settings.language)


def speak(code: str) -> None:
    """From now on this screen is in this language."""
    st.session_state[_LANGUAGE] = code


def later(make: Callable[[], R]) -> Callable[[], R]:
    """Something made when it is asked for, such as a download: in a thread without a session.

    It speaks the language of this screen and reads this screen's store; who may have it is asked
    before, while there is a session.
    """
    over = exercise_here()
    given = house() if over is not None and over.state.is_over else services()
    here = (language(), given)

    def made() -> R:
        token = _LATER.set(here)
        try:
            return make()
        finally:
            _LATER.reset(token)

    return made


def t(key: str, **params: Any) -> str:
    """The text under a key in the user's language."""
    return text_of(language(), key, **params)


def counted(key: str, count: int) -> str:
    """A number with its noun: the text under `key`.one or `key`.many."""
    return i18n.counted(language(), key, count)


def ago(at: datetime) -> str:
    return i18n.ago(language(), at, services().clock())


def moment(at: datetime) -> str:
    return i18n.moment(language(), at)


def number(value: float, digits: int = 0) -> str:
    return i18n.number(language(), value, digits)


def percent(share: float) -> str:
    return i18n.percent(language(), share)


def notify(sentence: str, kind: str = "error") -> None:
    """Keeps a sentence to be shown by the next run."""
    st.session_state[_NOTICE] = (kind, sentence)


def take_notice() -> tuple[str, str] | None:
    """The sentence that waits to be shown (kind, sentence), once."""
    waiting: tuple[str, str] | None = st.session_state.pop(_NOTICE, None)
    return waiting


def arrive() -> User:
    """The user of this run, whose session lives on because they did something."""
    given = house()
    token = session_token()
    found = session(token, given.store, given.settings.session_idle)
    keep_alive(str(token), found, given.store)
    st.session_state[_LANGUAGE] = found.user.language
    _settle()
    return user()


def say_signed_out(error: NotSignedIn) -> None:
    st.warning(error_text(language(), error))
    st.html(f'<a href="/login" target="_self">{text_of(language(), "sign_in.button")}</a>')


def say_notice() -> None:
    # Its place is always there: what moves down is made anew, and what stood open closes.
    with st.container(key="frame-notice"):
        notice = take_notice()
        if notice is not None:
            kind, sentence = notice
            (st.error if kind == "error" else st.success)(sentence)


@contextmanager
def _failures_said() -> Iterator[None]:
    try:
        yield
    except NotSignedIn as error:
        say_signed_out(error)
    except HNMError as error:
        st.error(error_text(language(), error))
    except Exception as error:  # Streamlit's own stop and rerun are no Exception
        st.error(_unknown(error))


def _unknown(error: Exception) -> str:
    """The sentence for what nobody foresaw; its number leads to the log, where no text stands.

    Only the kinds and places of errors are logged: their messages may quote what residents wrote.
    """
    reference = secrets.token_hex(3).upper()
    log.error("%s %s session=%s", reference, trail(error), _session_in_log())
    return text_of(language(), "error.with_reference", reference=reference)


def trail(error: BaseException) -> str:
    """Where an error came from: its kind, and file and line of each call, without any value."""
    steps = []
    trace = error.__traceback__
    while trace is not None:
        steps.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' > '.join(steps[-8:])}"


def _session_in_log() -> str:
    """Enough of a session's mark to find its lines together."""
    token = session_token()
    return hash_token(token)[:8] if token else "-"
