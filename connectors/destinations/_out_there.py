"""A server of others on the internet, asked at the address that was judged and at no other."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.call import Answer, Caller, checked_address, is_here
from core.errors import BadSetting, NetworkDown

_HTTPS: Final = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class OutThere:
    """buitenadres: a host at the number it has now; a name that changes later is no way in."""

    host: str
    path: str
    base: str

    def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        """One request, never redirected. Raises what `Caller` raises."""
        named = {"sni_hostname": self.host} if self.base.startswith("https") else {}
        sent = {"Host": urlsplit(self.base)._replace(netloc=self.host).netloc, **headers}
        caller = Caller(self.base, headers=sent)
        return caller.post(self.path, content=body, extensions=named)


def out_there(text: str, name: str, *, allow_local: bool) -> OutThere:
    """The server behind an address; https only, and in no network of our own.

    This very machine only where `allow_local` says so. Raises BadSetting; NetworkDown when the name
    is not known.
    """
    parts = urlsplit(checked_address(text, name))
    host = parts.hostname or ""
    if is_here(host) and not allow_local:
        raise BadSetting(name=name, why=host[:80])
    number = _number_of(host, parts.port or _HTTPS, name, allow_local=allow_local)
    literal = f"[{number}]" if number.version == 6 else str(number)
    port = f":{parts.port}" if parts.port else ""
    return OutThere(
        host=f"{host}{port}", path=parts.path or "/", base=f"{parts.scheme}://{literal}{port}"
    )


def _number_of(host: str, port: int, name: str, *, allow_local: bool) -> Any:
    """The first number of a host, if all of them are out on the internet."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NetworkDown(why="unknown_host") from None
    numbers = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    for number in numbers:
        inside = getattr(number, "ipv4_mapped", None) or number
        if not (inside.is_global or (allow_local and inside.is_loopback)):
            raise BadSetting(name=name, why=host[:80])
    return numbers[0]
