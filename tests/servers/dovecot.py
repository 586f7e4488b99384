"""Dovecot, the mail server: mail comes in by LMTP as from a real one, and is read by IMAP."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import smtplib
import socket
import tempfile
from pathlib import Path

import pytest

from tests.servers.start import end, free_port, start

PASSWORD = "geheim-voor-de-proef"  # for tests only

_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap lmtp
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
recipient_delimiter = +
first_valid_uid = 0
mailbox_idle_check_interval = 1 secs
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service stats {{
  chroot =
}}
protocol lmtp {{
  auth_username_format = %Ln
}}
protocol imap {{
  auth_username_format = %Ln
  mail_max_userip_connections = 100
}}
"""


class Dovecot:
    """A mail server on free ports; every name is a mailbox, name+anything goes there too."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        if shutil.which("dovecot") is None:
            pytest.skip("Dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)")
        self.folder = Path(tempfile.mkdtemp(prefix="hnm-dovecot-"))
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        user, group = _who()
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, user, group)
        self.folder.chmod(0o755)
        (self.folder / "dovecot.conf").write_text(
            _SETTINGS.format(
                folder=self.folder,
                user=user,
                group=group,
                password=PASSWORD,
                imap=self.imap,
                imaps=self.imaps if certificate else 0,
                lmtp=self.lmtp,
                ssl="yes" if certificate else "no",
                certificate=_certificate(certificate),
            )
        )
        command = ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = start(command, self.folder, self._is_ready)

    def stop(self) -> None:
        end(self._process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def delivers(self, to: str, mail: bytes, sender: str = "x@afzender.example") -> None:
        """As our own mail server does with what it took from outside."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as server:
            server.sendmail(sender, [to], mail)

    def mails(self, name: str) -> list[Path]:
        """The files of a mailbox."""
        return sorted((self.folder / "mail" / name).glob("[cn]*/*"))

    def renumbers(self, name: str) -> None:
        """The server forgets its numbers, as after a restore from a backup."""
        for path in (self.folder / "mail" / name).glob("dovecot*"):
            path.unlink()

    def _is_ready(self) -> bool:
        for port in (self.imap, self.lmtp):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)):
                    return False
        return True


def _who() -> tuple[str, str]:
    """Dovecot hands no mail to root; other people run it as themselves."""
    if os.getuid() == 0:
        return "dovecot", "dovecot"
    return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


def _certificate(files: tuple[Path, Path] | None) -> str:
    return f"ssl_cert = <{files[0]}\nssl_key = <{files[1]}" if files else ""
