"""A second opinion: npm's whatsapp-chat-parser finds the same messages, authors and times."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.sources import whatsapp_export
from connectors.sources._reading import plain
from core.clock import local
from core.domain import Event
from tests.connectors.chats import read
from tests.connectors.test_whatsapp_export import ANDROID_EN, ANDROID_NL, IOS_EN, IOS_NL

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")
PARSER = ROOT / "node_modules" / "whatsapp-chat-parser"

pytestmark = pytest.mark.skipif(
    NODE is None or not PARSER.exists(),
    reason="whatsapp-chat-parser is not installed (Debian: nodejs npm; then npm ci)",
)

FORMS = {
    "android-nl": "%d-%m-%Y %H:%M - {author}: {text}",
    "ios-nl": "[%d-%m-%Y %H:%M:%S] {author}: {text}",
    "android-en-gb": "%d/%m/%Y, %H:%M - {author}: {text}",
    "ios-en-gb": "[%d/%m/%Y, %H:%M:%S] {author}: {text}",
    "android-en-us": "%-m/%-d/%y, %-I:%M\u202f%p - {author}: {text}",
    "ios-en-us": "[%-m/%-d/%y, %-I:%M:%S\u202f%p] {author}: {text}",
    "dots": "%d.%m.%y, %H:%M - {author}: {text}",
    "iso": "[%Y-%m-%d, %H:%M:%S] {author}: {text}",
}
AUTHORS = (
    "Annie",
    "~ Bob de Boer",
    "\u202a+31\u00a06\u00a012345678\u202c",
    "Çağla 🌷",
    "J.P. (nr 7)",
)
TEXTS = (
    "rook boven de Laan van Wateringse Veld",
    "kijk uit: hij rent weg\nrichting het water: snel",
    "ja\n\nhier ook",
    "om 20:15 - zei Bob: was hij weg",
    "\u200eafbeelding weggelaten",
    "https://example.org/a:b?c=d",
    "😀 [niet] <dit>",
)


@pytest.mark.parametrize("chat", [ANDROID_NL, IOS_NL, ANDROID_EN, IOS_EN])
def test_the_evening_of_four_phones_is_read_alike(chat: str) -> None:
    """The other parser does not tell group news with an author from messages; we drop those."""
    ours, theirs = _ours(chat), _theirs(chat)
    assert [row for row in theirs if row in ours] == ours
    dropped = [author for row in theirs if row not in ours for author in [row[1]]]
    assert all(a in ("HNM Hoge Veld", "Annie") or _is_news(a) for a in dropped)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_made_up_chat_is_read_alike(form: str, seed: int) -> None:
    chat = _made_up(FORMS[form], random.Random(seed))
    ours = _ours(chat)
    assert len(ours) == 200
    assert ours == _theirs(chat)


def _made_up(form: str, chance: random.Random) -> str:
    at, lines = datetime(2021, 4, 1, 7, 0), []
    for _ in range(200):
        at += timedelta(seconds=chance.randrange(1, 20_000))
        author, text = chance.choice(AUTHORS), chance.choice(TEXTS)
        lines.append(at.strftime(form).format(author=author, text=text))
    return "\n".join(lines) + "\n"


def _ours(chat: str) -> list[tuple[str, str]]:
    seconds = 19 if "]" in chat[:40] else 16
    return [
        (f"{local(row.sent_at):%Y-%m-%dT%H:%M:%S}"[:seconds], row.author)
        for row in read(whatsapp_export, chat)
        if isinstance(row, Event)
    ]


def _theirs(chat: str) -> list[tuple[str, str]]:
    assert NODE is not None
    seconds = 19 if "]" in chat[:40] else 16
    script = Path(__file__).with_name("read_chat.mjs")
    done = subprocess.run(
        [NODE, str(script), str(ROOT)],
        input=chat.encode(),
        capture_output=True,
        check=True,
        env={"TZ": "Europe/Amsterdam"},
    )
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return [(at[:seconds], plain(author)) for at, author in rows if author is not None]


def _is_news(author: str) -> bool:
    return "heeft" in author or "created" in author or "changed" in author
