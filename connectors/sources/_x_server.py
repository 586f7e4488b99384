"""A small client of the X API, version 2: recent search, look-ups, posting; nobody's profile.

Written after docs.x.com; never tried at X itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from connectors.call import Answer, Caller, Refused, checked_address, wait_s
from connectors.sources._open_posts import batched, list_in, object_in
from core.errors import AnswerUnreadable, DeliveryError
from core.ports import Connection

FEWEST: Final = 10
"""Recent search gives no fewer at once."""
_PAGE: Final = 100
_LOOKED_UP_AT_ONCE: Final = 100
_FIELDS: Final = (
    "author_id,created_at,edit_history_tweet_ids,geo,note_tweet,referenced_tweets,attachments"
)
_GONE: Final = ("resource-not-found", "not-authorized-for-resource")
_TITLES: Final = ("Not Found Error", "Authorization Error")


class Api:
    """X: our account, read with a bearer token and written with keys. Raises BadSetting.

    The secret is one word (the bearer token), or five with spaces between them: bearer token, API
    key, its secret, access token, its secret. With one word nothing can be posted.
    """

    def __init__(self, connection: Connection) -> None:
        self.address = checked_address(connection.settings.get("x_server", ""), "x_server")
        self._words = connection.secret.split()
        self._caller = Caller(f"{self.address}/2")
        self.rest_s = 0.0
        """How long a list may not be asked again, as the server says itself."""
        self.stopped_early = False
        """There was more to find than might be read."""

    def search(self, query: str, most: int, **since: str) -> Iterator[tuple[list[Any], str]]:
        """Pages of what is found, newest first, each with the newest id; no more than `most`."""
        token: dict[str, str] = {}
        while most >= FEWEST:
            size = str(min(_PAGE, most))
            found = {"query": query, "max_results": size, "tweet.fields": _FIELDS}
            told = self._get("/tweets/search/recent", **found, **since, **token).object()
            rows, meta = list_in(told, "data"), object_in(told, "meta")
            most -= len(rows)
            yield rows, str(meta.get("newest_id") or "")
            going_on = meta.get("next_token")
            if not isinstance(going_on, str) or not going_on:
                return
            if self.rest_s:
                break
            token = {"next_token": going_on}
        self.stopped_early = True

    def look_up(self, ids: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
        """(posts by id, ids that are gone or no longer public); what neither says is unknown."""
        found: dict[str, Any] = {}
        lost: set[str] = set()
        for some in batched(ids, _LOOKED_UP_AT_ONCE):
            told = self._get("/tweets", ids=",".join(some), **{"tweet.fields": _FIELDS}).object()
            posts = [post for post in list_in(told, "data") if isinstance(post, dict)]
            found |= {str(post.get("id")): post for post in posts}
            lost |= {str(error["resource_id"]) for error in _errors(told)} & set(some)
        return found, lost - set(found)

    def post(self, text: str, answers: str | None, now: datetime) -> str:
        """Posts; gives the id. Raises DeliveryError when there are no keys to post with."""
        if len(self._words) != 5:
            raise DeliveryError(permanent=True, why="read_only")
        body: dict[str, Any] = {"text": text}
        if answers:
            body["reply"] = {"in_reply_to_tweet_id": answers}
        path = "/tweets"
        signed = _signed("POST", f"{self._caller.address}{path}", self._words[1:], now)
        told = self._caller.post(path, json=body, headers={"Authorization": signed}).object()
        id_ = object_in(told, "data").get("id")
        if not isinstance(id_, str) or not id_:
            raise AnswerUnreadable(why="id")
        return id_

    def _get(self, path: str, **query: str) -> Answer:
        token = self._words[0] if self._words else ""
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._caller.ask("GET", path, params=query, headers=headers)
        if answer.headers.get("x-rate-limit-remaining") == "0":
            self.rest_s = max(self.rest_s, wait_s(answer))
        return answer


def is_too_old(refused: Refused) -> bool:
    """True when the id or moment we ask from lies before what recent search goes back to."""
    said = [str(error.get("message", "")) for error in _said(refused.answer)]
    return refused.status == 400 and any("since_id" in one or "start_time" in one for one in said)


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _errors(told: Any) -> list[dict[str, Any]]:
    """What an answer says of posts that are not there any more, or no longer for everybody."""
    return [
        error
        for error in _said(told)
        if "resource_id" in error
        and (
            str(error.get("type", "")).rpartition("/")[2] in _GONE or error.get("title") in _TITLES
        )
    ]


def _said(told: Any) -> list[dict[str, Any]]:
    return [error for error in list_in(told, "errors") if isinstance(error, dict)]


def _signed(method: str, address: str, keys: Sequence[str], now: datetime) -> str:
    """The Authorization header of OAuth 1.0a (RFC 5849), HMAC-SHA1; a JSON body is not signed."""
    key, key_secret, token, token_secret = keys
    given = {
        "oauth_consumer_key": key,
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(now.timestamp())),
        "oauth_token": token,
        "oauth_version": "1.0",
    }
    given["oauth_signature"] = signature(method, address, given, (key_secret, token_secret))
    named = ", ".join(f'{name}="{_escaped(value)}"' for name, value in sorted(given.items()))
    return f"OAuth {named}"


def signature(method: str, address: str, given: Mapping[str, str], own: tuple[str, str]) -> str:
    pairs = "&".join(f"{_escaped(name)}={_escaped(given[name])}" for name in sorted(given))
    base = "&".join(_escaped(part) for part in (method, address, pairs))
    secret = "&".join(_escaped(part) for part in own)
    return base64.b64encode(
        hmac.new(secret.encode(), base.encode(), hashlib.sha1).digest()
    ).decode()


def _escaped(text: str) -> str:
    return quote(text, safe="~")
