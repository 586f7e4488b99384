"""GeoReport v2 on the wire: rows out of JSON or XML, whatever the server speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.call import Answer, Caller, Refused, checked_address
from connectors.destinations._refusals import in_their_words
from core.errors import AnswerUnreadable, BadSetting, SecretRefused
from core.ports import Account

Row = dict[str, str]
_CHUNK = 50


class Gone(Refused):
    """The endpoint has no such thing: a request, or the whole extension."""


class Endpoint:
    """One GeoReport v2 endpoint with our key. Raises BadSetting; calls what a Caller raises."""

    def __init__(self, account: Account) -> None:
        settings = account.settings
        self.address = checked_address(settings.get("address", ""), "address")
        self.service = settings.get("service_code", "").strip()
        self._jurisdiction = settings.get("jurisdiction_id", "").strip()
        self._form = settings.get("format", "").strip().lower() or "json"
        self._key = account.secret
        if self._form not in ("json", "xml"):
            raise BadSetting(name="format", why="json, xml")

    def services(self) -> list[Row]:
        return self.get("services")

    def required(self, service: str) -> list[str]:
        """What this service asks beyond place and words, and cannot be left out."""
        known = next((row for row in self.services() if row.get("service_code") == service), None)
        if known is None:
            raise BadSetting(name="service_code", why=service[:80])
        if known.get("metadata", "").lower() != "true":
            return []
        rows = self.get(f"services/{service}", within="attributes")
        wanted = [row for row in rows if row.get("required", "").lower() == "true"]
        return [row.get("description") or row.get("code", "") for row in wanted]

    def requests(self, **asked: str) -> list[Row]:
        """The standard asks no key for these; who wants one all the same gets it."""
        try:
            return self.get("requests", **asked)
        except SecretRefused:
            return self.get("requests", **asked, api_key=self._key)

    def requests_by_id(self, ids: Iterable[str]) -> Iterator[Row]:
        known = sorted(set(ids))
        for start in range(0, len(known), _CHUNK):
            yield from self.requests(service_request_id=",".join(known[start : start + _CHUNK]))

    def of_token(self, token: str) -> str:
        """The request's id; empty as long as they are still making one."""
        rows = self.get(f"tokens/{token}")
        return rows[0].get("service_request_id", "") if rows else ""

    def updates(self, **asked: str) -> list[Row]:
        """The extension of FixMyStreet. Raises Gone where it is not spoken."""
        return self.get("servicerequestupdates", **asked, api_key=self._key)

    def get(self, what: str, *, within: str = "", **asked: str) -> list[Row]:
        params = {name: value for name, value in {**self._us, **asked}.items() if value}
        return self._rows(self._ask("GET", what, params=params), within)

    def post(self, what: str, form: Row) -> list[Row]:
        given = {**self._us, "api_key": self._key, **form}
        return self._rows(self._ask("POST", what, data={k: v for k, v in given.items() if v}), "")

    @property
    def _us(self) -> Row:
        return {"jurisdiction_id": self._jurisdiction}

    def _ask(self, method: str, what: str, **given: Any) -> Answer:
        try:
            return Caller(self.address).ask(method, f"/{what}.{self._form}", **given)
        except Refused as error:
            raise self._named(error) from None

    def _rows(self, answer: Answer, within: str) -> list[Row]:
        found = _from_json(answer.json, within) if self._form == "json" else None
        return found if found is not None else from_xml(answer.raw, within)

    def _named(self, error: Refused) -> Exception:
        if error.status == 404:
            return Gone(status=404, why="http_404")
        if error.status == 403:
            return SecretRefused(why="http_403")
        said = error.answer
        if isinstance(said, list | dict):
            faults = said if isinstance(said, list) else said.get("errors", [said])
            words = [str(f.get("description")) for f in faults if isinstance(f, dict)]
            return in_their_words(Refused(status=error.status, why="", answer=words))
        return in_their_words(error)


def _from_json(said: Any, within: str) -> list[Row] | None:
    """Rows out of a list, or of the one list that an object holds."""
    if within and isinstance(said, list) and len(said) == 1:
        said = said[0]  # some wrap a definition, some do not
    if isinstance(said, dict):
        lists = [value for value in said.values() if isinstance(value, list)]
        said = said.get(within) if within else (lists[0] if len(lists) == 1 else [said])
    if not isinstance(said, list):
        return None
    return [_texts(row) for row in said if isinstance(row, dict)]


def _texts(row: dict[Any, Any]) -> Row:
    """JSON writes true, 52.1 and null where XML has words."""
    return {
        str(name): str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in row.items()
        if value is not None
    }


def from_xml(raw: bytes, within: str = "") -> list[Row]:
    """Rows out of a list of elements. Raises AnswerUnreadable, for what is hostile too."""
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise AnswerUnreadable(why="xml") from None
    rows = root.find(within) if within else root
    return [
        {child.tag: (child.text or "").strip() for child in row}
        for row in (rows if rows is not None else [])
    ]
