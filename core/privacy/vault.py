"""Sealing: readable text touches the disk only under a key, and inbox keys live about an hour.

AES-256-GCM from the `cryptography` library. The secret of the installation is one file; from it
come (by HKDF) the key for pseudonyms and the key for originals. Inbox keys are files of their own,
never in the database: destroying the file makes every payload under it unreadable for good, in
backups and logs of the database too.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import HNMError
from core.privacy.sealed_file import open_sealed, sealed_path, write_sealed

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_ID_FORMAT: Final = "%Y%m%dT%H%M%S"
_COMMITTED_WITHIN: Final = timedelta(minutes=5)


class KeyDestroyed(HNMError):
    """What was sealed can no longer be read: its key has been destroyed."""

    code = "error.key_destroyed"


class Vault:
    """kluis: seals and opens texts, and makes pseudonyms."""

    def __init__(self, folder: Path, lifetime: timedelta) -> None:
        self._inbox = folder / "inbox"
        self._inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._files = folder / "files"
        self._files.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lifetime = lifetime
        secret = _read_or_make(folder / "secret.key")
        self._pseudonyms = _derive(secret, b"pseudonyms")
        self._originals = AESGCM(_derive(secret, b"originals"))
        self._plates = _derive(secret, b"plates")

    def message_key(self, group_id: int, native_id: str) -> str:
        """The keyed id of a message: the same for the same message, telling nothing about it."""
        return self._digest(f"message|{group_id}|{native_id}")[:40]

    def pseudonym(self, source: str, author: str) -> str:
        """A resident's pseudonym: one person in one source, not traceable without the secret."""
        return "r" + self._digest(f"resident|{source}|{author}")[:12]

    def plate_mark(self, pilot_id: int, plate: str) -> str:
        """The keyed mark of a plate: the same for the same plate of one pilot, in no other."""
        raw = f"plate|{pilot_id}|{plate}".encode()
        return hmac.new(self._plates, raw, hashlib.sha256).hexdigest()[:32]

    def draw(self, text: str) -> str:
        """A keyed digest that stands for chance where numbers are rounded; hexadecimal."""
        return self._digest(f"draw|{text}")

    def seal_original(self, text: str) -> bytes:
        return _seal(self._originals, text)

    def open_original(self, sealed: bytes) -> str:
        return _open(self._originals, sealed)

    def seal_bytes(self, raw: bytes) -> bytes:
        return _seal_raw(self._originals, raw)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Raises KeyDestroyed when it was changed, or sealed elsewhere."""
        return _open_raw(self._originals, sealed)

    def seal_for_inbox(self, text: str, now: datetime) -> tuple[str, bytes]:
        """Seals under the current short-lived key; gives (key id, sealed)."""
        key_id = self.current_key(now)
        return key_id, _seal(self._key(key_id), text)

    def open_from_inbox(self, key_id: str, sealed: bytes) -> str:
        """Raises KeyDestroyed when the key is gone or the payload was changed."""
        return _open(self._key(key_id), sealed)

    def current_key(self, now: datetime) -> str:
        """The id of the key in use: one for each stretch of `lifetime`."""
        key_id = self._key_id(now)
        _read_or_make(self._inbox / f"{key_id}.key")
        return key_id

    def destroy_keys(self, now: datetime, needed: Iterable[str]) -> int:
        """Destroys every key that is neither in use nor needed; gives how many.

        A key stays for some minutes after its turn: what another process sealed under it may not
        be committed yet, and then nobody here can know that it is needed.
        """
        keep, oldest = set(needed), self._key_id(now - _COMMITTED_WITHIN)
        old = [path for path in self._inbox.glob("*.key") if path.stem < oldest]
        gone = [path for path in old if path.stem not in keep]
        for path in gone:
            _shred(path)
        return len(gone)

    def _key_id(self, now: datetime) -> str:
        seconds = int(self._lifetime.total_seconds())
        start = datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)
        return start.strftime(_ID_FORMAT)

    def seal_file(self, source: BinaryIO, folder: Path, limit_bytes: int) -> tuple[str, int]:
        """Writes what `source` gives, sealed under a key of its own, to the folder.

        Gives (key id, bytes read); the file is called <key id>.sealed. Raises FileUnreadable when
        it is too large, and then leaves nothing.
        """
        key_id = secrets.token_hex(16)
        key = AESGCM(_read_or_make(self._files / f"{key_id}.key"))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return key_id, write_sealed(source, sealed_path(folder, key_id), key, limit_bytes)
        except BaseException:
            self.destroy_file(key_id, folder)
            raise

    def open_file(self, key_id: str, folder: Path) -> BinaryIO:
        """What was sealed, to read and seek in. Raises KeyDestroyed."""
        try:
            key = AESGCM((self._files / f"{key_id}.key").read_bytes())
            return open_sealed(sealed_path(folder, key_id), key)
        except FileNotFoundError:
            raise KeyDestroyed(key=key_id) from None

    def destroy_file(self, key_id: str, folder: Path) -> None:
        """Destroys a sealed file with its key: the key first, so that no copy can be read."""
        _shred(self._files / f"{key_id}.key")
        sealed_path(folder, key_id).unlink(missing_ok=True)

    def file_keys(self, before: datetime) -> set[str]:
        """The ids of the keys of sealed files made before a moment."""
        return {
            path.stem
            for path in self._files.glob("*.key")
            if path.stat().st_mtime < before.timestamp()
        }

    def _key(self, key_id: str) -> AESGCM:
        # Read anew each time: a key that another process destroyed must not live on in this one.
        try:
            return AESGCM((self._inbox / f"{key_id}.key").read_bytes())
        except FileNotFoundError:
            raise KeyDestroyed(key=key_id) from None

    def _digest(self, text: str) -> str:
        raw = text.encode("utf-8", "surrogatepass")
        return hmac.new(self._pseudonyms, raw, hashlib.sha256).hexdigest()


def _seal(key: AESGCM, text: str) -> bytes:
    return _seal_raw(key, text.encode("utf-8", "surrogatepass"))


def _open(key: AESGCM, sealed: bytes) -> str:
    return _open_raw(key, sealed).decode("utf-8", "surrogatepass")


def _seal_raw(key: AESGCM, raw: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + key.encrypt(nonce, raw, None)


def _open_raw(key: AESGCM, sealed: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag:
        raise KeyDestroyed(key="") from None


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)


def _read_or_make(path: Path) -> bytes:
    # Written whole under another name and linked into place: of two processes that start at the
    # same moment one wins, and neither ever reads half a key.
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()


def _shred(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        pass  # another process destroyed it first
