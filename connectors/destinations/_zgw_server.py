"""A small client of the ZGW APIs: a fresh JWT with each call, and the catalogue's own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
from stdnum.nl import bsn

from connectors.call import Answer, Caller, Refused, checked_address
from connectors.destinations._refusals import NotTaken, in_their_words
from core.errors import AnswerUnreadable, BadSetting, SecretRefused
from core.ports import Account

_CRS: Final = "EPSG:4326"
_WHO: Final = "Het Nieuwe Melden"
_MOST_PAGES: Final = 50
_BAD_KEY: Final = ("jwt", "not_authenticated", "authentication_failed")


class Gone(Refused):
    """What was asked for is not there any more."""


class Zgw:
    """One client of a register of zaken. Raises BadSetting; calls raise what a Caller raises."""

    def __init__(self, account: Account, now: datetime) -> None:
        settings = account.settings
        self.address = checked_address(settings.get("address", ""), "address")
        self.zaaktype = self._own(settings.get("zaaktype", ""), "zaaktype")
        self.rsin = settings.get("bronorganisatie", "").strip()
        self._client = settings.get("client_id", "").strip()
        self._secret, self._now = account.secret, now
        if not bsn.is_valid(self.rsin):  # an RSIN has nine digits and the same proof
            raise BadSetting(name="bronorganisatie", why="RSIN")
        if not (self._client and self._secret):
            raise BadSetting(name="client_id", why="leeg")

    def chosen(self, account: Account, name: str) -> str:
        """An optional address out of the catalogue, empty when it was left so."""
        given = account.settings.get(name, "").strip()
        return self._own(given, name) if given else ""

    def zaak(self, uuid: str) -> dict[str, Any]:
        return self.ask("GET", f"{self.address}/zaken/{uuid}").object()

    def zaak_url(self, uuid: str) -> str:
        return f"{self.address}/zaken/{uuid}"

    def find(self, identificatie: str) -> dict[str, Any] | None:
        """The zaak of this name: within an organisation there is one at most."""
        asked = {"identificatie": identificatie, "bronorganisatie": self.rsin}
        return next(self.rows("/zaken", **asked), None)

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.ask("POST", self.address + path, json=body).object()

    def change(self, uuid: str, body: dict[str, Any]) -> None:
        self.ask("PATCH", self.zaak_url(uuid), json=body)

    def rows(self, path: str, **asked: str) -> Iterator[dict[str, Any]]:
        yield from self.pages(self.address + path, asked)

    def pages(self, url: str, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
        for page in range(1, _MOST_PAGES + 1):
            said = self.ask("GET", url, params={**asked, "page": page} if page > 1 else asked)
            rows = said.object().get("results")
            if not isinstance(rows, list):
                raise AnswerUnreadable(why="results")
            yield from (row for row in rows if isinstance(row, dict))
            if not said.object().get("next"):
                return
        raise AnswerUnreadable(why="too_many_pages")

    def statustype(self, url: str) -> dict[str, Any]:
        """As the catalogue has it; asked once for each hour of the clock."""
        self._own(url, "statustype")
        return _kept(self, url, self._now.strftime("%Y%m%d%H"))

    def ask(self, method: str, url: str, **given: Any) -> Answer:
        try:
            return Caller("").ask(method, self._own(url, "address"), headers=self._head(), **given)
        except Refused as error:
            raise _named(error) from None

    def _own(self, url: str, name: str) -> str:
        """Only to the server of the account does the key go. Raises BadSetting."""
        url = checked_address(url, name)
        if urlsplit(url)[:2] != urlsplit(self.address)[:2]:
            raise BadSetting(name=name, why=self.address)
        return url

    def _head(self) -> dict[str, str]:
        claims = {
            "iss": self._client,
            "iat": int(self._now.timestamp()),
            "client_id": self._client,
            "user_id": self._client,
            "user_representation": _WHO,
        }
        signed = jwt.encode(claims, self._secret, algorithm="HS256")
        return {"Authorization": f"Bearer {signed}", "Accept-Crs": _CRS, "Content-Crs": _CRS}

    def __hash__(self) -> int:
        return hash((self.address, self._client, self._secret))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Zgw) and hash(self) == hash(other)


@lru_cache(maxsize=256)
def _kept(server: Zgw, url: str, hour: str) -> dict[str, Any]:
    return server.ask("GET", url).object()


def _named(error: Refused) -> Exception:
    """A problem as ZGW describes it: field by field in its invalidParams, or its detail."""
    said = error.answer if isinstance(error.answer, dict) else {}
    if error.status == 404:
        return Gone(status=404, why="http_404")
    if str(said.get("code", "")).lower().startswith(_BAD_KEY):
        return SecretRefused(why=str(said["code"])[:40])
    faults = said.get("invalidParams")
    named = {
        str(fault.get("name")): str(fault.get("reason"))
        for fault in (faults if isinstance(faults, list) else [])
        if isinstance(fault, dict)
    }
    if named or said.get("detail"):
        answer = named or {"": str(said["detail"])}
        return in_their_words(Refused(status=error.status, why="", answer=answer))
    return NotTaken(why=f"http_{error.status}")
