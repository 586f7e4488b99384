"""A picture of a report: fetched when relevant, drawn anew, sealed, seen with a reason, erased."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image, PngImagePlugin

from connectors.pictures import fetch_pictures, plain
from connectors.sources import whatsapp_cloud
from core.errors import AnswerUnreadable, NotAllowed, NotFound, ReasonMissing
from core.privacy.pictures import see_picture
from core.store.tables import pictures
from tests.connectors.meta import AT, TOKEN, brought, connection, knock, message, written
from tests.connectors.test_whatsapp_say import Line, graph, line
from tests.people import People
from tests.servers.fake_graph import FakeGraph

__all__ = ["graph", "line"]

MARK = "zonnebloemtaart"
MEDIA = "2754859441498128"
BURGLARY = "ingebroken op de Bostonsingel 36"


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    """A photo of a telephone: where it was taken, a comment, lying on its side."""
    exif = Image.Exif()
    exif[0x010E] = MARK
    exif[0x0112] = 6  # turned
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 2.0, 24.0), 3: "E", 4: (4.0, 16.0, 12.0)})
    target = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, "JPEG", exif=exif, comment=MARK.encode())
    return target.getvalue()


def shown(raw: bytes, caption: str = BURGLARY, **more: Any) -> dict[str, Any]:
    image = {"id": MEDIA, "mime_type": "image/jpeg", "sha256": hashlib.sha256(raw).hexdigest()}
    return {"kind": "image", "image": {**image, "caption": caption, **more}}


def rows(line: Line) -> list[Any]:
    with line.here.town.store.read() as opened:
        return list(opened.execute(sa.select(pictures).order_by(pictures.c.id)))


def fetch(line: Line) -> int:
    line.here.goes_on()
    return fetch_pictures(line.here.town.services, line.here.sources)


@pytest.fixture
def raw(line: Line) -> Iterator[bytes]:
    """A photo that the network has."""
    found = photo()
    line.graph.media[MEDIA] = ("image/jpeg", found)
    yield found


def test_a_picture_of_a_report_is_kept_sealed_and_of_other_talk_is_never_asked_for(
    line: Line, raw: bytes, tmp_path: Path
) -> None:
    line.writes("", **shown(raw, caption="mooie zonsondergang"))
    assert fetch(line) == 0
    assert rows(line) == []
    line.writes("", **shown(raw))
    assert fetch(line) == 1
    (row,) = rows(line)
    assert (row.state, row.sealed_where) == ("kept", None)
    assert ("GET", f"/{MEDIA}") in line.graph.asked
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (MEDIA.encode(), MARK.encode(), plain(raw)[:40]):
        assert not any(secret in found for found in files)


def test_what_is_kept_is_upright_bounded_and_nothing_but_pixels() -> None:
    drawn = plain(photo((400, 300)))
    with Image.open(BytesIO(drawn)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (300, 400))
        assert not opened.getexif()
        assert "comment" not in opened.info
    assert MARK.encode() not in drawn
    with Image.open(BytesIO(plain(photo((4000, 1000))))) as opened:
        assert opened.size == (400, 1600)


def test_words_hidden_in_a_png_are_not_kept() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", MARK)
    target = BytesIO()
    Image.new("RGBA", (10, 10), (1, 2, 3, 0)).save(target, "PNG", pnginfo=told)
    assert MARK.encode() not in plain(target.getvalue())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        photo()[:50],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_is_not_kept(raw: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        plain(raw)


def test_a_picture_of_too_many_pixels_is_not_opened() -> None:
    target = BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG")
    assert len(target.getvalue()) < 100_000
    with pytest.raises(AnswerUnreadable):
        plain(target.getvalue())


def test_who_looks_at_it_says_why_and_that_is_audited(
    line: Line, raw: bytes, people: People
) -> None:
    line.writes("", **shown(raw))
    fetch(line)
    vault = line.here.town.services.vault
    with line.here.town.store.unit() as unit:
        for user, reason, error in (
            (people.ada, "kijken", NotAllowed),
            (people.dora, "  ", ReasonMissing),
        ):
            with pytest.raises(error):
                see_picture(1, 1, user, unit, vault, reason)
        with pytest.raises(NotFound):
            see_picture(1, 99, people.dora, unit, vault, "kijken")
        seen = see_picture(1, 1, people.dora, unit, vault, "signalement")
    assert seen == plain(raw)
    assert (people.dora.login, "saw_picture") in line.here.town.history(1)


def test_a_picture_goes_with_its_message(line: Line, raw: bytes) -> None:
    first = line.writes("", **shown(raw))
    fetch(line)
    assert len(rows(line)) == 1
    line.writes("", kind="revoke", revoke={"original_message_id": first})
    line.here.goes_on()
    assert rows(line) == []


def test_a_message_erased_while_its_picture_is_on_its_way_leaves_none(
    line: Line, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = line.writes("", **shown(raw))
    line.here.goes_on()
    take = whatsapp_cloud.picture

    def slowly(*given: Any) -> bytes:
        found = take(*given)
        line.writes("", kind="revoke", revoke={"original_message_id": first})
        line.here.goes_on()
        return found

    monkeypatch.setattr(whatsapp_cloud, "picture", slowly)
    assert fetch_pictures(line.here.town.services, line.here.sources) == 1
    assert rows(line) == []


def test_bytes_that_are_not_those_that_were_sent_are_refused(line: Line, raw: bytes) -> None:
    line.writes("", **shown(raw, sha256=hashlib.sha256(b"anders").hexdigest()))
    fetch(line)
    (row,) = rows(line)
    assert (row.state, row.sealed, row.error) == ("missing", None, "error.answer_unreadable")


def test_a_digest_in_base64_is_a_digest_too(line: Line, raw: bytes) -> None:
    mark = base64.b64encode(hashlib.sha256(raw).digest()).decode()
    line.writes("", **shown(raw, sha256=mark))
    fetch(line)
    assert [row.state for row in rows(line)] == ["kept"]


def test_an_outage_is_waited_out_and_not_for_ever(line: Line, raw: bytes) -> None:
    line.writes("", **shown(raw))
    line.here.goes_on()
    with line.graph.failing(500, 2):
        assert fetch_pictures(line.here.town.services, line.here.sources) == 1
        assert fetch_pictures(line.here.town.services, line.here.sources) == 0
        assert [row.state for row in rows(line)] == ["wanted"]
    line.here.later(minutes=1)
    assert fetch(line) == 1
    assert [row.state for row in rows(line)] == ["kept"]


def test_our_key_is_shown_to_meta_only(graph: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    graph.media[MEDIA] = ("image/jpeg", b"x")
    medium = graph._medium(MEDIA)
    account = connection(graph_address=graph.address)
    place = whatsapp_cloud.hear(
        account, knock(brought(written(message("image", image=shown(b"x")["image"])))), AT
    ).heard[0]
    for url in (
        "http://127.0.0.1:1/x",
        "https://example.org/x",
        "https://fbsbx.com.example.org/x",
        f"{graph.address}.example.org/x",
        "file:///etc/passwd",
    ):
        monkeypatch.setattr(graph, "_medium", lambda _, url=url: {**medium, "url": url})
        with pytest.raises(AnswerUnreadable):
            whatsapp_cloud.picture(account, place.event.picture)  # type: ignore[union-attr]
    assert all(TOKEN not in path for _, path in graph.asked)
