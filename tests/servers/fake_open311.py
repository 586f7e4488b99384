"""A fake GeoReport v2 endpoint, by the text of the standard; with FixMyStreet's updates or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from tests.servers.fake import Asked, Fake, Wrong, listed, said
from tests.servers.gate import Answer

KEY = "sleutel"
SERVICES = {
    "afval": ("Afval op straat", "Openbare ruimte", False),
    "parkeren": ("Fout geparkeerd", "Verkeer", False),
    "boom": ("Boom", "Groen", True),
}
_FORM = {
    "jurisdiction_id", "api_key", "service_code", "lat", "long", "address_string", "address_id",
    "email", "device_id", "account_id", "first_name", "last_name", "phone", "description",
    "media_url",
}  # fmt: skip
_ASKED = {
    "jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date", "status",
    "api_key",
}  # fmt: skip
_UPDATE = {
    "jurisdiction_id", "api_key", "update_id", "service_request_id", "updated_datetime", "status",
    "description", "email", "first_name", "last_name",
}  # fmt: skip


class FakeOpen311(Fake):
    """`tokens`: ids come later; `shows_text`: descriptions are public; `speaks_updates`."""

    def __init__(
        self, *, tokens: bool = False, shows_text: bool = True, speaks_updates: bool = True
    ) -> None:
        super().__init__()
        self.tokens, self.shows_text, self.speaks_updates = tokens, shows_text, speaks_updates
        self.rows: dict[str, dict[str, str]] = {}
        self.updates: list[dict[str, str]] = []
        self.ready: set[str] = set()
        self.jurisdiction = ""

    @property
    def endpoint(self) -> str:
        return f"{self.address}/open311/v2"

    def says_of(self, number: str, status: str, text: str) -> None:
        """Somebody there brings a request further."""
        at = _w3(self.clock())
        is_open = status not in ("CLOSED", "FIXED", "DUPLICATE", "NO_FURTHER_ACTION", "CANCELLED")
        self.rows[number] |= {
            "status": "open" if is_open else "closed",
            "status_notes": text,
            "updated_datetime": at,
        }
        update = {"update_id": f"u{len(self.updates) + 1}", "service_request_id": number}
        update |= {"status": status, "description": text, "updated_datetime": at}
        self.updates.append(update)

    def respond(self, asked: Asked) -> Answer:
        path, _, form = asked.path.removeprefix("/open311/v2/").rpartition(".")
        if form not in ("json", "xml"):
            raise Wrong(404)
        given = asked.form() if asked.method == "POST" else dict(asked.query)
        if self.jurisdiction and given.get("jurisdiction_id") != [self.jurisdiction]:
            return _refused(form, 400, "jurisdiction_id was not provided")
        what, _, key = path.partition("/")
        try:
            root, row, rows = self._rows(asked.method, what, key, given)
        except Wrong as wrong:
            return _refused(form, wrong.status, str(wrong.said.get("description", "")))
        if form == "xml":
            return _xml(root, row, rows)
        return said(200, **rows[0]) if (what, bool(key)) == ("services", True) else listed(rows)

    def _rows(
        self, method: str, what: str, key: str, given: dict[str, list[str]]
    ) -> tuple[str, str, list[dict[str, Any]]]:
        if (method, what) == ("GET", "services"):
            return "services", "service", _services() if not key else _definition(key)
        if (method, what) == ("GET", "tokens"):
            return "service_requests", "request", [self._token(key)]
        if what == "requests":
            rows = self._make(given) if method == "POST" else self._asked(given)
            return "service_requests", "request", rows
        if what == "servicerequestupdates" and self.speaks_updates:
            rows = self._post_update(given) if method == "POST" else self._asked_updates(given)
            return "service_request_updates", "request_update", rows
        raise Wrong(404, description="nothing here")

    def _make(self, given: dict[str, list[str]]) -> list[dict[str, Any]]:
        form = _checked(given, _FORM)
        if form.get("service_code") not in SERVICES:
            raise Wrong(404, description="service_code was not found")
        if not ({"lat", "long"} <= set(form) or form.get("address_string")):
            raise Wrong(400, description="A location must be given")
        if "lat" in form and not (50 < float(form["lat"]) < 54 and 3 < float(form["long"]) < 8):
            raise Wrong(400, description="lat and long are outside the jurisdiction")
        if len(form.get("description", "")) > 4000:
            raise Wrong(400, description="description exceeds 4000 characters")
        number, at = str(638344 + len(self.rows)), _w3(self.clock())
        kept = {k: form[k] for k in ("lat", "long", "description") if k in form}
        self.rows[number] = {
            "service_request_id": number,
            "status": "open",
            "status_notes": "",
            "service_name": SERVICES[form["service_code"]][0],
            "service_code": form["service_code"],
            "requested_datetime": at,
            "updated_datetime": at,
            "address": form.get("address_string", ""),
            **kept,
        }
        if self.tokens:
            return [{"token": f"t{number}", "service_notice": "Later", "account_id": ""}]
        return [{"service_request_id": number, "service_notice": "", "account_id": ""}]

    def _token(self, token: str) -> dict[str, Any]:
        number = token.removeprefix("t")
        if number not in self.rows:
            raise Wrong(404, description="token was not found")
        known = {"service_request_id": number} if number in self.ready else {}
        return {"token": token, **known}

    def _asked(self, given: dict[str, list[str]]) -> list[dict[str, Any]]:
        asked = {name: values[0] for name, values in given.items()}
        if set(asked) - _ASKED:
            raise Wrong(400, description=f"unknown: {sorted(set(asked) - _ASKED)}")
        rows = list(self.rows.values())
        if "service_request_id" in asked:
            wanted = asked["service_request_id"].split(",")
            rows = [row for row in rows if row["service_request_id"] in wanted]
        else:
            start, end = (datetime.fromisoformat(asked[n]) for n in ("start_date", "end_date"))
            if end - start > timedelta(days=90):
                raise Wrong(400, description="range may not span more than 90 days")
            made = [(datetime.fromisoformat(row["requested_datetime"]), row) for row in rows]
            rows = [row for at, row in made if start <= at <= end]
        hidden = set() if self.shows_text else {"description"}
        return [{k: v for k, v in row.items() if k not in hidden} for row in rows[:1000]]

    def _asked_updates(self, given: dict[str, list[str]]) -> list[dict[str, Any]]:
        asked = {name: values[0] for name, values in given.items()}
        if asked.get("api_key") != KEY:
            raise Wrong(403, description="api_key is not known")
        start, end = (datetime.fromisoformat(asked[n]) for n in ("start_date", "end_date"))
        found = [(datetime.fromisoformat(u["updated_datetime"]), u) for u in self.updates]
        return [update for at, update in found if start <= at <= end]

    def _post_update(self, given: dict[str, list[str]]) -> list[dict[str, Any]]:
        form = _checked(given, _UPDATE)
        if form.get("service_request_id") not in self.rows:
            raise Wrong(404, description="service_request_id was not found")
        if form.get("status") not in ("OPEN", "CLOSED"):
            raise Wrong(400, description="status is OPEN or CLOSED")
        self.updates.append({k: v for k, v in form.items() if k != "api_key"})
        return [{"update_id": form["update_id"]}]


def _checked(given: dict[str, list[str]], known: set[str]) -> dict[str, str]:
    if given.get("api_key") != [KEY]:
        raise Wrong(403, description="api_key is not known")
    unknown = {name for name in given if name not in known and not name.startswith("attribute[")}
    if unknown:
        raise Wrong(400, description=f"unknown: {sorted(unknown)}")
    return {name: values[0] for name, values in given.items()}


def _services() -> list[dict[str, Any]]:
    return [
        {
            "service_code": code,
            "service_name": name,
            "description": name,
            "metadata": metadata,
            "type": "realtime",
            "keywords": "",
            "group": group,
        }
        for code, (name, group, metadata) in SERVICES.items()
    ]


def _definition(code: str) -> list[dict[str, Any]]:
    wanted = {"variable": True, "code": "SOORT", "datatype": "string", "required": True}
    return [
        {"service_code": code, "attributes": [wanted | {"order": 1, "description": "Welke boom?"}]}
    ]


def _refused(form: str, status: int, why: str) -> Answer:
    rows = [{"code": status, "description": why}]
    return listed(rows, status) if form == "json" else _xml("errors", "error", rows, status)


def _xml(root: str, row: str, rows: list[dict[str, Any]], status: int = 200) -> Answer:
    top = Element(root)
    if root == "services" and rows and "attributes" in rows[0]:
        top.tag, row, rows = "service_definition", "attribute", rows[0]["attributes"]
        top = SubElement(parent := top, "attributes")
        _fill(top, row, rows)
        top = parent
    else:
        _fill(top, row, rows)
    body: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return Answer(status=status, body=body, headers={"Content-Type": "text/xml; charset=utf-8"})


def _fill(top: Element, row: str, rows: list[dict[str, Any]]) -> None:
    for one in rows:
        element = SubElement(top, row)
        for name, value in one.items():
            words = str(value).lower() if isinstance(value, bool) else str(value)
            SubElement(element, name).text = words


def _w3(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
