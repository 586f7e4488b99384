"""The text inside a chat export: a .txt as it is, or the one in a .zip, within limits."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final, cast

from core.errors import FileUnreadable

LARGEST_TEXT: Final = 512 << 20
"""Bytes of an unpacked chat."""
_LARGEST_RATIO: Final = 120
"""Chats pack to a tenth; a thousandth is a bomb. Small files may do as they like."""
_SMALL: Final = 4 << 20
_LARGEST_DIRECTORY: Final = 8 << 20
"""Bytes of a zip's list of files, which is read whole: some 80,000 pictures."""
_END_OF_ZIP: Final = b"PK\x05\x06"


@contextmanager
def chat_text(file: BinaryIO) -> Iterator[BinaryIO]:
    """The bytes of the chat, able to seek. Raises FileUnreadable."""
    file.seek(0)
    if file.read(4) not in (b"PK\x03\x04", _END_OF_ZIP):
        file.seek(0)
        yield file
        return
    archive, text = _opened(file)
    with archive, text:
        try:
            yield cast(BinaryIO, text)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise FileUnreadable(why="imports.why.zip_broken") from None


def _opened(file: BinaryIO) -> tuple[zipfile.ZipFile, IO[bytes]]:
    try:
        _check_directory(file)
        archive = zipfile.ZipFile(file)
        return archive, archive.open(_chat_in(archive))
    except RuntimeError as error:
        locked = "encrypted" in str(error)
        why = "imports.why.zip_locked" if locked else "imports.why.zip_broken"
        raise FileUnreadable(why=why) from None
    except (zipfile.BadZipFile, ValueError, OSError, struct.error):
        # The library trusts a zip's own numbers: wrong ones end in many kinds of error.
        raise FileUnreadable(why="imports.why.zip_broken") from None


def _check_directory(file: BinaryIO) -> None:
    end = file.seek(0, 2)
    file.seek(max(0, end - 66_000))
    tail = file.read()
    at = tail.rfind(_END_OF_ZIP)
    if at < 0:
        raise zipfile.BadZipFile
    (size,) = struct.unpack_from("<I", tail, at + 12)
    if size > _LARGEST_DIRECTORY:
        raise FileUnreadable(why="imports.why.zip_too_large")


def _chat_in(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    texts = [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith(".txt") and not member.filename.startswith("__MACOSX")
    ]
    named = [member for member in texts if member.filename.rpartition("/")[2] == "_chat.txt"]
    found = named or [member for member in texts if "whatsapp" in member.filename.lower()] or texts
    if not found:
        raise FileUnreadable(why="imports.why.zip_no_chat")
    chat = found[0]
    packed = max(1, chat.compress_size)
    if chat.file_size > LARGEST_TEXT or (
        chat.file_size > _SMALL and chat.file_size / packed > _LARGEST_RATIO
    ):
        raise FileUnreadable(why="imports.why.zip_too_large")
    return chat
