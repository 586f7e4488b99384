"""A fake Signalen: answers as its real backend 2.43.10 was recorded to, and refuses as strictly.

Its states, their moves, the keys it takes and its errors follow what was read from Signalen's
source and seen from the real backend; no line of it is Signalen's own.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.servers.fake import Asked, Fake, Wrong, listed, said
from tests.servers.gate import Answer

TREE = {
    "overlast-in-de-openbare-ruimte": ["parkeeroverlast", "fietswrak", "graffiti-wildplak"],
    "afval": ["overig-afval", "huisafval", "grofvuil", "container-bijplaatsing"],
    "overlast-van-en-door-personen-of-groepen": ["overige-overlast-door-personen"],
    "overig": ["overig"],
}
INACTIVE = {"container-bijplaatsing"}
NAMES = {
    "m": "Gemeld", "i": "In afwachting van behandeling", "b": "In behandeling", "h": "On hold",
    "ingepland": "Ingepland", "ready to send": "Extern: te verzenden", "o": "Afgehandeld",
    "a": "Geannuleerd", "reopened": "Heropend", "s": "Gesplitst",
    "closure requested": "Extern: verzoek tot afhandeling",
    "reaction requested": "Reactie gevraagd", "reaction received": "Reactie ontvangen",
    "forward to external": "Doorgezet naar extern", "sent": "Extern: verzonden",
    "send failed": "Extern: mislukt", "done external": "Extern: afgehandeld",
    "reopen requested": "Verzoek tot heropenen",
}  # fmt: skip
BY_THE_SYSTEM = {"sent", "send failed", "done external", "reopen requested"}
MOVES = {
    "m": "m i b ready_to_send o a ingepland reaction_requested forward_to_external",
    "i": "m i ingepland closure_requested o ready_to_send b a reaction_requested"
    " forward_to_external",
    "b": "m ingepland b o a ready_to_send closure_requested reaction_requested forward_to_external",
    "ingepland": "m ingepland b o a closure_requested reaction_requested forward_to_external",
    "h": "ingepland a",
    "ready to send": "sent send_failed a",
    "sent": "done_external o a",
    "send failed": "m ready_to_send a",
    "done external": "o a b",
    "o": "reopened reopen_requested",
    "a": "a reopened b",
    "reopened": "reopened b o a ready_to_send m reaction_requested forward_to_external",
    "s": "",
    "closure requested": "m closure_requested i o a b forward_to_external",
    "reopen requested": "o reopened a",
    "reaction requested": "m i b ingepland o a reaction_requested reaction_received ready_to_send"
    " forward_to_external",
    "reaction received": "m i b o a ingepland reaction_requested ready_to_send forward_to_external",
    "forward to external": "closure_requested m i b forward_to_external ingepland o a"
    " reaction_requested reaction_received ready_to_send",
}
PUBLIC_KEYS = {
    "source", "text", "text_extra", "location", "category", "reporter", "incident_date_start",
    "incident_date_end", "extra_properties", "session",
}  # fmt: skip
PRIVATE_KEYS = PUBLIC_KEYS | {"priority", "type", "notes", "parent", "attachments"}
CHANGE_KEYS = {
    "status", "category", "location", "priority", "type", "notes", "assigned_user_email",
    "routing_departments", "directing_departments",
}  # fmt: skip
_CATEGORY = re.compile(r"/signals/v1/public/terms/categories/([^/]+)/sub_categories/([^/]+)")
_PRIVATE, _PUBLIC = "/signals/v1/private/signals/", "/signals/v1/public/signals/"


class FakeSignalen(Fake):
    """One municipality; `token` opens the private part, `client` gives a token by OIDC."""

    def __init__(self, *, token: str = "geheim", public_per_hour: int = 60) -> None:
        super().__init__()
        self.token, self.client = token, ("hnm", "client-geheim")
        self.tokens_given = 0
        self.public_per_hour = public_per_hour
        self.sources = {"online": True, "Het Nieuwe Melden": False, "Burenapp": True}
        self.rows: dict[int, dict[str, Any]] = {}
        self.history: dict[int, list[dict[str, Any]]] = {}
        self.mails: dict[int, str] = {}
        self._public_posts: list[datetime] = []
        self._status_count = 0

    @property
    def reports(self) -> list[dict[str, Any]]:
        return list(self.rows.values())

    def moves(self, number: int, state: str, text: str = "", who: str = "wim@example.nl") -> None:
        """A colleague there (or their system) gives the report another state."""
        self._set(number, {"state": state, "text": text}, who, system=True)

    def respond(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            return self._token(asked)
        if asked.path == "/signals/v1/public/terms/categories/":
            return said(200, _links={}, count=len(TREE), results=_tree())
        if asked.path.startswith(_PUBLIC):
            return self._public(asked, asked.path.removeprefix(_PUBLIC).strip("/"))
        if asked.path.startswith(_PRIVATE):
            if asked.headers.get("authorization") != f"Bearer {self.token}":
                raise Wrong(401, detail="Authenticatiegegevens zijn niet opgegeven.")
            return self._private(asked, asked.path.removeprefix(_PRIVATE).strip("/"))
        raise Wrong(404, detail="Niet gevonden.")

    def _token(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in asked.form().items()}
        if form.get("grant_type") != "client_credentials":
            raise Wrong(400, error="unsupported_grant_type")
        if (form.get("client_id"), form.get("client_secret")) != self.client:
            raise Wrong(401, error="invalid_client")
        self.tokens_given += 1
        self.token = f"oidc-{self.tokens_given}"
        return said(200, access_token=self.token, token_type="Bearer", expires_in=300)

    def _public(self, asked: Asked, key: str) -> Answer:
        if asked.method == "GET":
            row = next((r for r in self.rows.values() if r["signal_id"] == key), None)
            if row is None:
                raise Wrong(404, detail="Niet gevonden.")
            return said(200, **_seen_publicly(row))
        if asked.method != "POST" or key:
            raise Wrong(405, detail="Methode niet toegestaan.")
        self._throttle()
        body = _known_keys(asked.json(), PUBLIC_KEYS)
        row = self._made(body, public=True)
        return said(201, **_seen_publicly(row))

    def _throttle(self) -> None:
        now = self.clock()
        recent = [at for at in self._public_posts if now - at < timedelta(hours=1)]
        if len(recent) >= self.public_per_hour:
            wait = timedelta(hours=1) - (now - recent[0])
            raise Busy(int(wait.total_seconds()))
        self._public_posts = [*recent, now]

    def answer(self, asked: Asked) -> Answer:
        try:
            return super().answer(asked)
        except Busy as busy:
            return Answer(status=429, headers={"Retry-After": str(busy.after_s)})

    def _private(self, asked: Asked, key: str) -> Answer:
        number, _, rest = key.partition("/")
        if not number:
            return self._list(asked) if asked.method == "GET" else self._create(asked)
        row = self.rows.get(int(number)) if number.isdigit() else None
        if row is None:
            raise Wrong(404, detail="Niet gevonden.")
        if rest == "history" and asked.method == "GET":
            return self._history(asked, row["id"])
        if rest or asked.method not in ("GET", "PATCH"):
            raise Wrong(405, detail=f'Methode "{asked.method}" niet toegestaan.')
        if asked.method == "PATCH":
            self._change(row["id"], _known_keys(asked.json(), CHANGE_KEYS))
        return said(200, **row)

    def _create(self, asked: Asked) -> Answer:
        if asked.method != "POST":
            raise Wrong(405, detail="Methode niet toegestaan.")
        body = asked.json()
        for name in ("status", "directing_departments", "routing_departments"):
            if name in body:
                raise Wrong(400, **{name: [f"{name} cannot be set on initial creation"]})
        row = self._made(_known_keys(body, PRIVATE_KEYS), public=False)
        return said(201, **row)

    def _made(self, body: dict[str, Any], *, public: bool) -> dict[str, Any]:
        self._check(body, public=public)
        number, at = len(self.rows) + 1, self.clock().isoformat()
        row = {
            **{k: body.get(k) for k in ("text", "text_extra", "source", "extra_properties")},
            "id": number,
            "id_display": f"SIG-{number}",
            "signal_id": str(uuid.uuid4()),
            "location": body["location"],
            "category": body["category"],
            "reporter": body["reporter"],
            "priority": body.get("priority") or {"priority": "normal"},
            "notes": [],
            "status": {},
            "incident_date_start": body["incident_date_start"],
            "created_at": at,
            "updated_at": at,
        }
        self.rows[number], self.history[number] = row, []
        self._note_status(number, {"state": "m", "text": None}, "Signalen systeem")
        return row

    def _check(self, body: dict[str, Any], *, public: bool) -> None:
        for name in ("text", "location", "category", "reporter", "incident_date_start", "source"):
            if name not in body:
                raise Wrong(400, **{name: ["Dit veld is vereist."]})
        _check_length("text", body["text"], 3000)
        _check_length("text_extra", body.get("text_extra") or "", 10_000)
        if not body["text"].strip():
            raise Wrong(400, text=["Dit veld mag niet leeg zijn."])
        if self.sources.get(body["source"]) is not public:
            raise Wrong(400, source=["Invalid source given, value not known"])
        _check_place(body["location"])
        _check_category(body["category"])
        _check_reporter(body["reporter"])
        if datetime.fromisoformat(body["incident_date_start"]).tzinfo is None:
            raise Wrong(400, incident_date_start=["Geen tijdzone."])
        for part in body.get("extra_properties") or []:
            if not {"id", "label", "answer", "category_url"} <= set(part):
                raise Wrong(400, extra_properties=["Invalid input."])
        given = (body.get("priority") or {}).get("priority", "normal")
        if given not in ("high", "normal", "low"):
            raise Wrong(400, priority={"priority": [f'"{given}" is een ongeldige keuze.']})

    def _change(self, number: int, body: dict[str, Any]) -> None:
        row = self.rows[number]
        if "status" in body:
            self._set(number, body["status"], "hnm@example.nl", system=False)
        for note in body.get("notes") or []:
            _check_length("notes", note["text"], 3000)
            row["notes"].insert(0, {"text": note["text"], "created_by": "hnm@example.nl"})
        if "priority" in body:
            row["priority"] = body["priority"]
        row["updated_at"] = self.clock().isoformat()

    def _set(self, number: int, status: dict[str, Any], who: str, *, system: bool) -> None:
        state, text = status.get("state", ""), status.get("text") or ""
        now_in = self.rows[number]["status"]["state"]
        if state not in NAMES or (state in BY_THE_SYSTEM and not system):
            raise Wrong(400, status={"state": [f'"{state}" is een ongeldige keuze.']})
        if state.replace(" ", "_") not in MOVES[now_in].split():
            raise Wrong(
                400, status={"state": [f"Invalid state transition from `{now_in}` to `{state}`."]}
            )
        _check_length("status", text, 10_000)
        if state in ("o", "reopened") and not text:
            raise Wrong(400, status={"text": ["This field is required when changing state."]})
        if state == "reaction requested":
            if not self.rows[number]["reporter"].get("email"):
                raise Wrong(400, status=["No email address known for signal"])
            _check_length("status", text, 1000)
            self.mails[number] = text
        self._note_status(number, {"state": state, "text": text}, who)

    def _note_status(self, number: int, status: dict[str, Any], who: str) -> None:
        at = self.clock().isoformat()
        self._status_count += 1
        self.rows[number]["status"] = {
            **status,
            "state_display": NAMES[status["state"]],
            "created_at": at,
        }
        self.rows[number]["updated_at"] = at
        self.history[number].insert(
            0,
            {
                "identifier": f"UPDATE_STATUS_{self._status_count}",
                "when": at,
                "what": "UPDATE_STATUS",
                "action": f"Status gewijzigd naar: {NAMES[status['state']]}",
                "description": status["text"],
                "who": who,
                "_signal": number,
            },
        )

    def _history(self, asked: Asked, number: int) -> Answer:
        rows = [*self.history[number], {"identifier": "CREATE_NOTE_1", "what": "CREATE_NOTE"}]
        what = asked.one("what")
        return listed([row for row in rows if not what or row["what"] == what])

    def _list(self, asked: Asked) -> Answer:
        rows = list(self.rows.values())
        for name in asked.query.get("source", []):
            if name not in self.sources:
                raise Wrong(400, source=[f"Selecteer een geldige keuze. {name}"])
            rows = [row for row in rows if row["source"] == name]
        for name, field in (("created_after", "created_at"), ("updated_after", "updated_at")):
            if asked.one(name):
                since = datetime.fromisoformat(asked.one(name))
                rows = [row for row in rows if datetime.fromisoformat(row[field]) >= since]
        size, page = int(asked.one("page_size", "100")), int(asked.one("page", "1"))
        links: dict[str, Any] = {"self": {"href": asked.path}, "next": {"href": None}}
        if len(rows) > page * size:
            links["next"] = {"href": f"https://elders.example.nl{asked.path}?page={page + 1}"}
        shown = rows[(page - 1) * size : page * size]
        if page > 1 and not shown:
            raise Wrong(404, detail="Ongeldige pagina.")
        return said(200, _links=links, count=len(rows), results=shown)


class Busy(Exception):
    def __init__(self, after_s: int) -> None:
        super().__init__(after_s)
        self.after_s = after_s


def _seen_publicly(row: dict[str, Any]) -> dict[str, Any]:
    state = "CLOSED" if row["status"]["state"] in ("o", "a", "s") else "OPEN"
    kept = {name: row[name] for name in ("id", "id_display", "signal_id", "created_at")}
    return {**kept, "status": {"state": state, "state_display": state}}


def _tree() -> list[dict[str, Any]]:
    return [
        {
            "slug": main,
            "name": main.replace("-", " ").capitalize(),
            "sub_categories": [
                {"slug": sub, "name": sub.replace("-", " "), "is_active": sub not in INACTIVE}
                for sub in subs
            ],
        }
        for main, subs in TREE.items()
    ]


def _known_keys(body: Any, known: set[str]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Wrong(400, non_field_errors=["Ongeldige gegevens."])
    unknown = set(body) - known
    if unknown:
        raise Wrong(400, **{name: ["Onbekend veld."] for name in sorted(unknown)})
    return body


def _check_length(name: str, text: str, longest: int) -> None:
    if not isinstance(text, str) or len(text) > longest:
        raise Wrong(400, **{name: [f"Zorg dat dit veld niet meer dan {longest} karakters bevat."]})


def _check_place(location: Any) -> None:
    point = (location or {}).get("geometrie") or {}
    try:
        lon, lat = point["coordinates"]
        inside = point["type"] == "Point" and 3.3 <= lon <= 7.3 and 50.7 <= lat <= 53.6
    except (KeyError, TypeError, ValueError):
        inside = False
    if not inside:
        raise Wrong(400, location={"geometrie": ["Location coordinates not within bounding box"]})


def _check_category(category: Any) -> None:
    found = _CATEGORY.fullmatch((category or {}).get("category_url", ""))
    if set(category) != {"category_url"} or not found or found[2] not in TREE.get(found[1], []):
        raise Wrong(400, category={"category_url": ["Ongeldige hyperlink - Object bestaat niet."]})
    if found[2] in INACTIVE:
        raise Wrong(400, category={"category_url": ["De categorie is niet actief."]})


def _check_reporter(reporter: Any) -> None:
    if not isinstance(reporter, dict) or set(reporter) - {"email", "phone", "sharing_allowed"}:
        raise Wrong(400, reporter=["Ongeldige melder."])
