"""A file sealed in pieces, so that a large one is written, read and searched without a whole copy.

Each piece is AES-256-GCM under a key that serves this one file only; a piece's number is its nonce
and is bound to it with whether it is the last: no piece can be changed, moved or cut off unseen.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import FileUnreadable

_PIECE: Final = 1 << 18
_TAG: Final = 16


def sealed_path(folder: Path, key_id: str) -> Path:
    return folder / f"{key_id}.sealed"


def write_sealed(source: BinaryIO, path: Path, key: AESGCM, limit_bytes: int) -> int:
    """Seals all that `source` gives; gives the bytes read. Raises FileUnreadable past the limit."""
    size = number = 0
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        piece = _fill(source)
        while True:
            following = _fill(source) if len(piece) == _PIECE else b""
            size += len(piece)
            if size > limit_bytes:
                raise FileUnreadable(why="imports.why.too_large", limit_mb=limit_bytes >> 20)
            target.write(key.encrypt(_nonce(number), piece, _bond(not following)))
            if not following:
                return size
            piece, number = following, number + 1


def open_sealed(path: Path, key: AESGCM) -> BinaryIO:
    """The plain bytes, to read and seek in. Raises FileNotFoundError, and FileUnreadable later."""
    return cast(BinaryIO, io.BufferedReader(_Pieces(path, key), _PIECE))


class _Pieces(io.RawIOBase):
    """The bytes under the seal, a piece at a time."""

    def __init__(self, path: Path, key: AESGCM) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._key = key
        sealed = os.fstat(self._file.fileno()).st_size
        self._count = max(1, -(-sealed // (_PIECE + _TAG)))
        self._size = sealed - self._count * _TAG
        self._at = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the start of the file")
        self._at = start + offset
        return self._at

    def readinto(self, target: Any) -> int:
        if self._at >= self._size:
            if self._size <= 0:
                self._load(0)  # an empty file, too, must be whole
            return 0
        number, offset = divmod(self._at, _PIECE)
        if number != self._number:
            self._load(number)
        part = self._piece[offset : offset + len(target)]
        target[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _load(self, number: int) -> None:
        self._file.seek(number * (_PIECE + _TAG))
        sealed = self._file.read(_PIECE + _TAG)
        try:
            bond = _bond(number == self._count - 1)
            self._piece = self._key.decrypt(_nonce(number), sealed, bond)
        except InvalidTag:
            raise FileUnreadable(why="imports.why.seal_broken") from None
        self._number = number


def _fill(source: BinaryIO) -> bytes:
    """A whole piece, or what is left: a source may give less at a time than asked."""
    parts, missing = [], _PIECE
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bond(is_last: bool) -> bytes:
    return b"last" if is_last else b"more"
