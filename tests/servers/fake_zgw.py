"""A fake register of zaken: refuses what Open Zaak 1.21 was seen to refuse, in its own form."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import jwt
from stdnum.nl import bsn

from tests.servers.fake import Asked, Fake, Wrong, said
from tests.servers.gate import Answer

RSIN = "002220647"
_ZAKEN, _CATALOGI = "/zaken/api/v1", "/catalogi/api/v1"
_KEYS = {
    "zaken": {
        "identificatie", "bronorganisatie", "verantwoordelijkeOrganisatie", "zaaktype",
        "startdatum", "omschrijving", "toelichting", "zaakgeometrie", "kenmerken",
        "registratiedatum", "vertrouwelijkheidaanduiding", "communicatiekanaal",
    },
    "statussen": {"zaak", "statustype", "datumStatusGezet", "statustoelichting"},
    "resultaten": {"zaak", "resultaattype", "toelichting"},
}  # fmt: skip
_ASKED = {
    "zaken": {"identificatie", "bronorganisatie", "zaaktype", "page"},
    "statussen": {"zaak", "statustype", "page"},
    "resultaten": {"zaak", "resultaattype", "page"},
}


class FakeZgw(Fake):
    """One register with one catalogue; `client` may sign in with `secret`."""

    def __init__(self) -> None:
        super().__init__()
        self.client, self.secret = "hnm", "een-geheim-van-minstens-32-tekens!"
        self.may_write = True
        self.zaken: dict[str, dict[str, Any]] = {}
        self.statussen: list[dict[str, Any]] = []
        self.resultaten: list[dict[str, Any]] = []
        self.statustypen = {
            "1": {"omschrijving": "Ontvangen", "volgnummer": 1, "isEindstatus": False},
            "2": {"omschrijving": "In behandeling", "volgnummer": 2, "isEindstatus": False},
            "3": {"omschrijving": "Afgehandeld", "volgnummer": 3, "isEindstatus": True},
        }
        self.page_size = 100

    @property
    def api(self) -> str:
        return f"{self.address}{_ZAKEN}"

    def zaaktype(self, name: str = "melding") -> str:
        """ "melding" is published, "concept" is not yet."""
        return f"{self.address}{_CATALOGI}/zaaktypen/{name}"

    def statustype(self, number: int) -> str:
        return f"{self.address}{_CATALOGI}/statustypen/{number}"

    @property
    def resultaattype(self) -> str:
        return f"{self.address}{_CATALOGI}/resultaattypen/ingetrokken"

    def gives_status(self, zaak: str, number: int, text: str = "") -> None:
        """A colleague there moves the zaak on."""
        if number == 3:
            self.resultaten.append({"zaak": zaak, "resultaattype": self.resultaattype})
        self.statussen.append(
            {
                "url": f"{self.api}/statussen/{len(self.statussen)}",
                "uuid": str(uuid.uuid4()),
                "zaak": zaak,
                "statustype": self.statustype(number),
                "datumStatusGezet": self.clock().isoformat(),
                "statustoelichting": text,
            }
        )

    def respond(self, asked: Asked) -> Answer:
        self._sign_in(asked)
        if asked.path.startswith(_CATALOGI):
            return self._catalogue(asked.path.removeprefix(_CATALOGI).strip("/"))
        if not asked.path.startswith(_ZAKEN):
            raise _problem(404, "not_found", "Niet gevonden.")
        kind, _, key = asked.path.removeprefix(_ZAKEN).strip("/").partition("/")
        if kind not in _KEYS:
            raise _problem(404, "not_found", "Niet gevonden.")
        if asked.method == "GET" and not key:
            return self._listed(kind, asked)
        if asked.method != "GET" and not self.may_write:
            raise _problem(403, "permission_denied", "Je hebt geen toestemming hiervoor.")
        return self._one(kind, key, asked)

    def _sign_in(self, asked: Asked) -> None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(
                token, self.secret, algorithms=["HS256"], options={"verify_iat": False}
            )
        except jwt.InvalidTokenError:
            raise _problem(403, "jwt-invalid", "JWT did not validate") from None
        if claims.get("iss") != self.client or claims.get("client_id") != self.client:
            raise _problem(403, "jwt-unknown-client", "Client identifier bestaat niet")
        if not {"user_id", "user_representation", "iat"} <= set(claims):
            raise _problem(403, "jwt-claims", "Er ontbreken claims")
        if abs(self.clock().timestamp() - claims["iat"]) > 3600:
            raise _problem(403, "jwt-expired", "The JWT used for authentication is expired")

    def _catalogue(self, path: str) -> Answer:
        kind, _, key = path.partition("/")
        if kind == "statustypen" and key in self.statustypen:
            return said(200, url=f"{self.address}/{path}", **self.statustypen[key])
        if kind == "zaaktypen" and not key:
            row = {"url": self.zaaktype(), "omschrijving": "Melding openbare ruimte"}
            return said(200, count=1, next=None, previous=None, results=[row])
        if kind == "zaaktypen" and key in ("melding", "concept"):
            return said(200, url=self.zaaktype(key), concept=key == "concept")
        raise _problem(404, "not_found", "Niet gevonden.")

    def _listed(self, kind: str, asked: Asked) -> Answer:
        unknown = set(asked.query) - _ASKED[kind]
        if unknown:
            raise _wrong("nonFieldErrors", "unknown-parameters", f"Onbekend: {sorted(unknown)}")
        if kind == "zaken":
            _needs_crs(asked, "accept-crs")
        rows = {
            "zaken": list(self.zaken.values()),
            "statussen": self.statussen,
            "resultaten": self.resultaten,
        }[kind]
        for name in set(asked.query) - {"page"}:
            rows = [row for row in rows if row.get(name) == asked.one(name)]
        page = int(asked.one("page", "1"))
        shown = rows[(page - 1) * self.page_size : page * self.page_size]
        more = len(rows) > page * self.page_size
        following = f"{self.address}{asked.path}?page={page + 1}" if more else None
        return said(200, count=len(rows), next=following, previous=None, results=shown)

    def _one(self, kind: str, key: str, asked: Asked) -> Answer:
        if kind == "zaken":
            _needs_crs(asked, "accept-crs")
            if asked.method != "GET":
                _needs_crs(asked, "content-crs")
        if kind == "zaken" and key:
            if key not in self.zaken:
                raise _problem(404, "not_found", "Niet gevonden.")
            if asked.method == "PATCH":
                self._change(key, asked.json())
            elif asked.method != "GET":
                raise _problem(405, "method_not_allowed", "Niet toegestaan.")
            return said(200, **self.zaken[key])
        if asked.method != "POST" or key:
            raise _problem(405, "method_not_allowed", "Niet toegestaan.")
        body = asked.json()
        for name in sorted(set(body) - _KEYS[kind]):
            raise _wrong(name, "unknown", "Onbekend veld.")
        return said(201, **getattr(self, f"_make_{kind}")(body))

    def _make_zaken(self, body: dict[str, Any]) -> dict[str, Any]:
        for name in ("bronorganisatie", "verantwoordelijkeOrganisatie", "zaaktype", "startdatum"):
            if not body.get(name):
                raise _wrong(name, "required", "Dit veld is vereist.")
        for name in ("bronorganisatie", "verantwoordelijkeOrganisatie"):
            if not bsn.is_valid(body[name]):
                raise _wrong(name, "invalid", "Onjuist RSIN nummer.")
        if body["zaaktype"] == self.zaaktype("concept"):
            raise _wrong("zaaktype", "not-published", "De resource is niet gepubliceerd.")
        if body["zaaktype"] != self.zaaktype():
            raise _wrong("zaaktype", "bad-url", "De URL gaf geen resource.")
        names = [(z["bronorganisatie"], z["identificatie"]) for z in self.zaken.values()]
        if (body["bronorganisatie"], body.get("identificatie")) in names:
            raise _wrong("identificatie", "identificatie-niet-uniek", "Deze bestaat al.")
        datetime.strptime(body["startdatum"], "%Y-%m-%d")
        self._check(body)
        key = str(uuid.uuid4())
        self.zaken[key] = {**body, "uuid": key, "url": f"{self.api}/zaken/{key}"}
        return self.zaken[key]

    def _change(self, key: str, body: dict[str, Any]) -> None:
        ends = [s for s in self.statussen if s["statustype"] == self.statustype(3)]
        if any(status["zaak"] == self.zaken[key]["url"] for status in ends):
            raise _problem(403, "permission_denied", "Je mag geen gesloten zaak aanpassen.")
        self._check(body)
        self.zaken[key].update(body)

    def _check(self, body: dict[str, Any]) -> None:
        for name, longest in (("omschrijving", 80), ("toelichting", 1000), ("identificatie", 40)):
            if len(body.get(name) or "") > longest:
                raise _wrong(name, "max_length", f"Niet meer dan {longest} karakters.")
        for mark in body.get("kenmerken") or []:
            if set(mark) != {"kenmerk", "bron"} or any(len(v) > 40 for v in mark.values()):
                raise _wrong("kenmerken", "invalid", "Onjuist kenmerk.")
        place = body.get("zaakgeometrie")
        if place is not None:
            lon, lat = place["coordinates"]
            if place["type"] != "Point" or not (3 < lon < 8 and 50 < lat < 54):
                raise _wrong("zaakgeometrie", "invalid", "Geen punt in Nederland.")

    def _make_statussen(self, body: dict[str, Any]) -> dict[str, Any]:
        self._knows_zaak(body)
        if body["statustype"] not in [self.statustype(int(n)) for n in self.statustypen]:
            raise _wrong("statustype", "zaaktype-mismatch", "Hoort niet bij het zaaktype.")
        if datetime.fromisoformat(body["datumStatusGezet"]) > self.clock() + timedelta(seconds=1):
            raise _wrong("datumStatusGezet", "future_not_allowed", "Ligt in de toekomst.")
        if len(body.get("statustoelichting", "")) > 1000:
            raise _wrong("statustoelichting", "max_length", "Niet meer dan 1000 karakters.")
        ended = [row for row in self.resultaten if row["zaak"] == body["zaak"]]
        if body["statustype"] == self.statustype(3) and not ended:
            raise _wrong("nonFieldErrors", "resultaat-does-not-exist", "Zaak heeft geen resultaat.")
        key = str(uuid.uuid4())
        row = {**body, "uuid": key, "url": f"{self.api}/statussen/{key}"}
        self.statussen.append(row)
        return row

    def _make_resultaten(self, body: dict[str, Any]) -> dict[str, Any]:
        self._knows_zaak(body)
        if body["resultaattype"] != self.resultaattype:
            raise _wrong("resultaattype", "zaaktype-mismatch", "Hoort niet bij het zaaktype.")
        if any(row["zaak"] == body["zaak"] for row in self.resultaten):
            raise _wrong("zaak", "unique", "Zaak heeft al een resultaat.")
        self.resultaten.append(dict(body))
        return {**body, "uuid": str(uuid.uuid4())}

    def _knows_zaak(self, body: dict[str, Any]) -> None:
        if body["zaak"] not in [zaak["url"] for zaak in self.zaken.values()]:
            raise _wrong("zaak", "object-does-not-exist", "De zaak bestaat niet.")


def _needs_crs(asked: Asked, header: str) -> None:
    given = asked.headers.get(header)
    if given is None:
        raise _problem(412, "missing", f"'{header}' header ontbreekt")
    if given != "EPSG:4326":
        raise _problem(406, "not-acceptable", "CRS wordt niet ondersteund")


def _problem(status: int, code: str, detail: str) -> Wrong:
    return Wrong(status, code=code, title=detail, status=status, detail=detail, instance="urn:x")


def _wrong(name: str, code: str, reason: str) -> Wrong:
    return Wrong(
        400,
        code="invalid",
        title="Invalid input.",
        status=400,
        detail="",
        invalidParams=[{"name": name, "code": code, "reason": reason}],
    )
