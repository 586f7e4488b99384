"""A mail server (aiosmtpd, with TLS) and behind it a mailbox that knows a Message-ID it has."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.ports import Account

USER, PASSWORD = "hnm", "geheim"


class Mailbox:
    """Takes mail for one address; answers as it is told to."""

    def __init__(self) -> None:
        self.account = Account(
            id=1, pilot_id=1, destination="email", name="RSC", settings={}, secret=PASSWORD
        )
        self.mails: dict[str, EmailMessage] = {}
        self.raw: list[bytes] = []
        self.rejects = ""
        self.loses = False

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.rejects or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        self.raw.append(raw)
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.setdefault(str(mail["Message-ID"]), mail)
        if self.loses:
            server.transport.abort()
        return "250 OK"

    def held(self) -> list[str]:
        """A text for each thread: its latest mail, for an update replaces what was sent."""
        threads: dict[str, str] = {}
        for name, mail in self.mails.items():
            body = mail.get_body(("plain",))
            text = body.get_content() if body is not None else ""
            threads[str(mail["References"] or name)] = f"{mail['Subject']}\n{text}"
        return list(threads.values())

    def received(self) -> bytes:
        return b"\n".join(self.raw)

    @contextmanager
    def refuses(self, answer: str = "550 no such mailbox") -> Iterator[None]:
        self.rejects = answer
        try:
            yield
        finally:
            self.rejects = ""

    def busy(self, after_s: int) -> Any:
        return self.refuses("451 come back later")

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        self.loses = True
        try:
            yield
        finally:
            self.loses = False

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens at its port."""
        here = self.account
        settings = {**here.settings, "mail_server": "127.0.0.1:1"}
        self.account = Account(
            id=1, pilot_id=1, destination="email", name="RSC", settings=settings, secret=PASSWORD
        )
        try:
            yield
        finally:
            self.account = here

    def says(self, reference: str, text: str) -> None:
        raise NotImplementedError  # its people use the answer link

    def authenticates(
        self, server: Any, session: Any, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        known = isinstance(given, LoginPassword)
        right = known and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)


class Server(Controller):
    """The server at a free port, which the library's own start would ask for at 0."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()

    @contextmanager
    def running(self) -> Iterator[int]:
        self.start()
        try:
            yield self.port
        finally:
            self.stop()


@contextmanager
def there() -> Iterator[Mailbox]:
    box = Mailbox()
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder))
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(certificate)
        controller = Server(
            box,
            hostname="127.0.0.1",
            port=0,
            tls_context=served,
            require_starttls=True,
            authenticator=box.authenticates,
            auth_required=True,
        )
        with controller.running() as port, trusting(certificate):
            box.account = Account(
                id=1,
                pilot_id=1,
                destination="email",
                name="RSC",
                settings={
                    "mail_server": f"127.0.0.1:{port}",
                    "mail_user": USER,
                    "sender": "melden@denhaag.example",
                    "receiver": "rsc@politie.example",
                },
                secret=PASSWORD,
            )
            yield box


@contextmanager
def trusting(certificate: Path) -> Iterator[None]:
    """Our side trusts this certificate, and checks it as it would any other."""
    made = ssl.create_default_context

    def context() -> ssl.SSLContext:
        trusted = made()
        trusted.load_verify_locations(certificate)
        return trusted

    with patch("connectors.destinations.email.ssl.create_default_context", context):
        yield


def make_certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
