"""A small client of Signalen's API: finds, makes and changes reports, and reads their history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.call import Answer, Caller, Refused, checked_address
from connectors.destinations import _oidc
from connectors.destinations._refusals import in_their_words
from core.errors import AnswerUnreadable, BadSetting, SecretRefused
from core.ports import Account

_PAGE: Final = 100
_MOST_PAGES: Final = 200
_BEFORE: Final = timedelta(days=7)
"""How long before its incident opened a report may have been made: incidents are merged."""
_LATE: Final = timedelta(minutes=5)
"""How much later a change may come in sight than the moment it carries."""


class Signalen:
    """One account at one municipality's Signalen: private with a token, else public.

    Raises BadSetting for an unsafe address or half an account; calls raise what a Caller raises,
    and NotTaken for what Signalen refuses.
    """

    def __init__(self, account: Account, now: datetime) -> None:
        settings = account.settings
        self.address = checked_address(settings.get("address", ""), "address")
        self.source = settings.get("source", "").strip()
        self._token_url = settings.get("token_url", "").strip()
        self._client = settings.get("client_id", "").strip()
        self._secret, self._now = account.secret, now
        if not self.source:
            raise BadSetting(name="source", why="leeg")
        if self._token_url and not (self._client and self._secret):
            raise BadSetting(name="client_id", why="leeg")

    @property
    def is_public(self) -> bool:
        """No account there: reports go in as anybody's would."""
        return not self._secret

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._ask("POST", f"{self._way_in}/signals/", json=body).object()

    def change(self, number: str, change: dict[str, Any]) -> None:
        self._ask("PATCH", f"/private/signals/{number}", json=change)

    def report(self, number: str) -> dict[str, Any]:
        return self._ask("GET", f"/private/signals/{number}").object()

    def public_report(self, uuid: str) -> dict[str, Any]:
        return self._ask("GET", f"/public/signals/{uuid}").object()

    def reports(self, **since: str) -> Iterator[dict[str, Any]]:
        """Our own reports, all pages: by created_after or updated_after."""
        for page in range(1, _MOST_PAGES + 1):
            said = self._ask(
                "GET",
                "/private/signals/",
                params={"source": self.source, "page_size": _PAGE, "page": page, **since},
            ).object()
            rows = said.get("results")
            if not isinstance(rows, list):
                raise AnswerUnreadable(why="results")
            yield from (row for row in rows if isinstance(row, dict))
            if not _has_next(said):
                return
        raise AnswerUnreadable(why="too_many_pages")

    def reports_since(self, opened_at: datetime) -> Iterator[dict[str, Any]]:
        return self.reports(created_after=(opened_at - _BEFORE).isoformat())

    def history(self, number: str) -> list[Any]:
        return self._ask(
            "GET", f"/private/signals/{number}/history", params={"what": "UPDATE_STATUS"}
        ).rows()

    def categories(self) -> list[tuple[str, str]]:
        """(main/sub, name) of each category that is in use there."""
        said = self._ask("GET", "/public/terms/categories/").object()
        return list(_categories(said.get("results")))

    def is_ready(self) -> None:
        """Our account may look and our source exists there; the public way in has neither."""
        self.categories()
        if not self.is_public:
            params = {"source": self.source, "page_size": 1, "page": 1}
            self._ask("GET", "/private/signals/", params=params)

    @property
    def _way_in(self) -> str:
        return "/public" if self.is_public else "/private"

    def _ask(self, method: str, path: str, **given: Any) -> Answer:
        caller = Caller(f"{self.address}/signals/v1")
        try:
            return caller.ask(method, path, headers=self._headers(), **given)
        except SecretRefused:
            if not self._token_url:
                raise
        except Refused as error:
            raise _named(error) from None
        _oidc.forget(self._token_url, self._client, self._secret)
        return self._again(caller, method, path, given)

    def _again(self, caller: Caller, method: str, path: str, given: dict[str, Any]) -> Answer:
        """Once more, with a fresh token: the old one was taken back before its time."""
        try:
            return caller.ask(method, path, headers=self._headers(), **given)
        except Refused as error:
            raise _named(error) from None

    def _headers(self) -> dict[str, str]:
        if self.is_public:
            return {}
        key = self._secret
        if self._token_url:
            key = _oidc.token(self._token_url, self._client, self._secret, self._now)
        return {"Authorization": f"Bearer {key}"}


class Gone(Refused):
    """The report is not there any more, or not for us."""


class Since:
    """sinds: what has changed since the last time, by the server's own clock.

    As a text it is a cursor. What changed up to five minutes before the newest is asked again and
    left out when it was seen as it is: a change may come in sight later than its moment says.
    """

    def __init__(self, cursor: str | None) -> None:
        said = _cursor(cursor)
        self.after = str(said.get("after") or "")
        seen = said.get("seen")
        self.seen: dict[str, str] = dict(seen) if isinstance(seen, dict) else {}

    @property
    def asked(self) -> dict[str, str]:
        """What to ask for; everything at first."""
        if not self.after:
            return {}
        return {"updated_after": (datetime.fromisoformat(self.after) - _LATE).isoformat()}

    def is_new(self, number: str, changed_at: str) -> bool:
        return self.seen.get(number) != changed_at

    def further(self, rows: dict[str, datetime]) -> str:
        """The cursor after these rows: number and moment of change."""
        newest = [datetime.fromisoformat(self.after)] if self.after else []
        newest += rows.values()
        if not newest:
            return json.dumps({})
        after = max(newest)
        seen = {
            number: moment.isoformat() for number, moment in rows.items() if moment >= after - _LATE
        }
        return json.dumps({"after": after.isoformat(), "seen": seen})


def _cursor(cursor: str | None) -> dict[str, Any]:
    try:
        said = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _named(error: Refused) -> Exception:
    if error.status == 404:
        return Gone(status=404, why="http_404")
    return in_their_words(error)


def _has_next(said: dict[str, Any]) -> bool:
    links = said.get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    return bool(following.get("href") if isinstance(following, dict) else following)


def _categories(mains: Any) -> Iterator[tuple[str, str]]:
    for main in mains if isinstance(mains, list) else []:
        for sub in main.get("sub_categories") or [] if isinstance(main, dict) else []:
            if isinstance(sub, dict) and sub.get("is_active", True) and sub.get("slug"):
                path = f"{main.get('slug')}/{sub['slug']}"
                yield path, f"{main.get('name')}: {sub.get('name')}"
