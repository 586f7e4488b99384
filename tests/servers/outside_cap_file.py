"""A folder of CAP files for the common suite: it keeps what is valid by the official schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from capvalidator import check_schema
from lxml import etree

from core.ports import Account
from tests.servers.fake import Asked, Fake, Wrong, said
from tests.servers.gate import Answer

_CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


class FileServer(Fake):
    """WebDAV's reading and writing of files, no more."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    @property
    def account(self) -> Account:
        settings = {"address": f"{self.address}/cap", "sender": "hnm.example.nl"}
        return Account(
            id=1,
            pilot_id=1,
            destination="cap_file",
            name="Meldkamer Den Haag",
            settings=settings,
            secret="geheim",
        )

    def respond(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != "Bearer geheim":
            raise Wrong(401)
        name = asked.path.removeprefix("/cap/")
        if asked.method == "PUT":
            if asked.headers.get("content-type") != "application/cap+xml":
                raise Wrong(415)
            result = check_schema(asked.body)
            if not result.passed:
                raise Wrong(422, detail=result.message)
            is_new, self.files[name] = name not in self.files, asked.body
            return Answer(status=201 if is_new else 204)
        if asked.method != "GET" or name not in self.files:
            raise Wrong(404)
        return Answer(status=200, body=self.files[name])

    def kind_of(self, name: str) -> str:
        return str(etree.fromstring(self.files[name]).findtext(f"{_CAP}msgType"))

    def held(self) -> list[str]:
        """What still tells of an incident; a Cancel tells of none."""
        return [raw.decode() for name, raw in self.files.items() if self.kind_of(name) != "Cancel"]

    def received(self) -> bytes:
        return b"\n".join(asked.path.encode() + asked.body for asked in self.requests)

    def refuses(self) -> AbstractContextManager[None]:
        return self.failing(lambda method, path: said(403, detail="Dit mag niet."))

    def says(self, reference: str, text: str) -> None:
        raise NotImplementedError  # a folder says nothing


@contextmanager
def there() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server
