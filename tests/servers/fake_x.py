"""X as its documentation describes it (docs.x.com, API v2); it is not X itself."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.sources._x_server import signature
from tests.servers.fake import Asked, Fake, Wrong
from tests.servers.gate import Answer

BEARER = "AAAA-bearer"
KEYS = ("api-key", "api-secret", "access-token", "access-secret")
_PROBLEM = "https://api.twitter.com/2/problems/"
_FIRST_ID = 1_900_000_000_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Each edit is a post with an id of its own; `ids` are all versions, oldest first."""

    id: str
    ids: tuple[str, ...]
    author: str
    text: str
    at: datetime
    answers: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


class FakeX(Fake):
    """`left` are the requests that a list still allows; `read_count` what X would charge for."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, Post] = {}
        self.protected: set[str] = set()
        self.left = 300
        self.read_count = 0
        self._numbers = itertools.count(_FIRST_ID)

    def says(self, author: str, text: str, answers: str | None = None, **more: Any) -> str:
        id_ = str(next(self._numbers))
        self.posts[id_] = Post(
            id=id_,
            ids=(id_,),
            author=author,
            text=text,
            at=self.clock(),
            answers=answers,
            more=more,
        )
        return id_

    def edits(self, first: str, text: str) -> str:
        versions = [post for post in self.posts.values() if post.ids[0] == first]
        ids = (*max(versions, key=lambda post: len(post.ids)).ids, str(next(self._numbers)))
        for post in versions:
            self.posts[post.id] = replace(post, ids=ids)
        self.posts[ids[-1]] = replace(self.posts[first], id=ids[-1], text=text, at=self.clock())
        return ids[-1]

    def deletes(self, first: str) -> None:
        self.posts = {id_: post for id_, post in self.posts.items() if post.ids[0] != first}

    def respond(self, asked: Asked) -> Answer:
        if asked.method == "POST" and asked.path == "/2/tweets":
            return self._post(asked)
        if asked.headers.get("authorization") != f"Bearer {BEARER}":
            raise Wrong(401, title="Unauthorized", type="about:blank", status=401)
        if asked.path == "/2/tweets/search/recent":
            return self._counted(self._found(asked))
        if asked.path == "/2/tweets":
            return self._counted(self._looked_up(asked))
        raise Wrong(404, title="Not Found")

    def _counted(self, told: dict[str, Any]) -> Answer:
        self.left -= 1
        self.read_count += len(told.get("data", []))
        answer = Answer.json(200, **told)
        answer.headers.update(
            {
                "x-rate-limit-limit": "300",
                "x-rate-limit-remaining": str(self.left),
                "x-rate-limit-reset": str(int((self.clock() + timedelta(minutes=15)).timestamp())),
            }
        )
        return answer

    def _found(self, asked: Asked) -> dict[str, Any]:
        size = int(asked.one("max_results", "10"))
        if not 10 <= size <= 100:
            raise _invalid("max_results")
        since = int(asked.one("since_id", "0"))
        if since and since < _FIRST_ID:
            raise _invalid("since_id")
        begun = asked.one("start_time")
        if begun and datetime.fromisoformat(begun) < self.clock() - timedelta(days=7):
            raise _invalid("start_time")
        found = [
            post
            for post in self.posts.values()
            if int(post.id) > since
            and (not begun or post.at >= datetime.fromisoformat(begun))
            and _matches(asked.one("query"), post)
            and post.id == post.ids[-1]
            and post.author not in self.protected
        ]
        found = sorted(found, key=lambda post: -int(post.id))
        start = int(asked.one("next_token", "0"))
        page, more = found[start : start + size], found[start + size :]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if more:
            meta["next_token"] = str(start + size)
        rows = [_row(post, asked) for post in page]
        return {"data": rows, "meta": meta} if rows else {"meta": meta}

    def _looked_up(self, asked: Asked) -> dict[str, Any]:
        ids = asked.one("ids").split(",")
        if not 0 < len(ids) <= 100:
            raise _invalid("ids")
        rows, errors = [], []
        for id_ in ids:
            post = self.posts.get(id_)
            if post is None:
                errors.append(_error(id_, "resource-not-found", "Not Found Error"))
            elif post.author in self.protected:
                errors.append(_error(id_, "not-authorized-for-resource", "Authorization Error"))
            else:
                rows.append(_row(post, asked))
        told: dict[str, Any] = {"data": rows} if rows else {}
        return told | ({"errors": errors} if errors else {})

    def _post(self, asked: Asked) -> Answer:
        given = dict(re.findall(r'(\w+)="([^"]*)"', asked.headers.get("authorization", "")))
        mine = given.pop("oauth_signature", "").replace("%2B", "+").replace("%2F", "/")
        expected = signature(
            "POST", f"{self.address}{asked.path}", given, (KEYS[1], KEYS[3])
        ).replace("=", "%3D")
        if given.get("oauth_token") != KEYS[2] or mine != expected:
            raise Wrong(401, title="Unauthorized", type="about:blank", status=401)
        body = asked.json()
        if len(body["text"]) > 280:
            raise Wrong(403, title="Forbidden", detail="Your Tweet text is too long.")
        answered = body.get("reply", {}).get("in_reply_to_tweet_id")
        if answered is not None and answered not in self.posts:
            raise Wrong(403, title="Forbidden", detail="You attempted to reply to a Tweet deleted")
        id_ = self.says("us", body["text"], answered)
        return Answer.json(201, data={"id": id_, "text": body["text"]})


def _matches(query: str, post: Post) -> bool:
    """The operators that we use: (@name OR #tag …) -is:retweet -from:name."""
    named, _, without = query.partition(") ")
    words = named.lstrip("(").split(" OR ")
    own = re.search(r"-from:(\w+)", without)
    found = any(re.search(rf"{word}\b", post.text, re.IGNORECASE) for word in words)
    return found and post.author != "us" and own is not None and "-is:retweet" in without


def _row(post: Post, asked: Asked) -> dict[str, Any]:
    """Without `tweet.fields` a post has its id, text and edit history only."""
    kinds = asked.one("tweet.fields").split(",")
    whole: dict[str, Any] = {
        "author_id": str(abs(hash(post.author)) % 10**12),
        "created_at": post.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        **post.more,
    }
    if post.answers:
        whole["referenced_tweets"] = [{"type": "replied_to", "id": post.answers}]
    always = {"id": post.id, "text": post.text, "edit_history_tweet_ids": list(post.ids)}
    return always | {name: value for name, value in whole.items() if name in kinds}


def _error(id_: str, kind: str, title: str) -> dict[str, Any]:
    return {
        "resource_id": id_,
        "resource_type": "tweet",
        "parameter": "ids",
        "value": id_,
        "title": title,
        "type": f"{_PROBLEM}{kind}",
    }


def _invalid(name: str) -> Wrong:
    message = f"Invalid '{name}'"
    said = {"errors": [{"parameters": {name: []}, "message": message}]}
    return Wrong(400, title="Invalid Request", type=f"{_PROBLEM}invalid-request", **said)
