"""Letters to people: by SMTP, or printed where the administrator sees them."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from lakewright.errors import LakewrightError

TIMEOUT_SECONDS = 15
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class MailError(LakewrightError):
    """A letter could not be handed over, or the setting that says how is wrong."""

    code = "mail"
    http_status = 502


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. Its text may hold a link that signs somebody in, so `repr` hides it."""

    to: str
    subject: str
    text: str = field(repr=False)


class Mail(Protocol):
    """Sends letters."""

    async def send(self, letter: Letter) -> None:
        """Raises `MailError` when nobody takes the letter."""
        ...


class TerminalMail:
    """Shows letters to whoever runs the server; for the time before SMTP is set up."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    async def send(self, letter: Letter) -> None:
        """Print the letter."""
        line = "-" * 72
        self._write(
            f"{line}\nLAKEWRIGHT_SMTP_URL is not set, so this letter is shown here.\n"
            f"To: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}\n{line}\n"
        )


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """Hands letters to an SMTP server.

    Attributes:
        implicit_tls: TLS from the first byte (port 465). Otherwise STARTTLS is demanded,
            except on this machine.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False

    @classmethod
    def from_url(cls, url: str, sender: str) -> "SmtpMail":
        """Read `smtp://user:password@host:587` (or `smtps://`).

        Raises:
            MailError: The address is incomplete. The message never repeats it.
        """
        try:
            parts = urlsplit(url)
            implicit_tls = parts.scheme == "smtps"
            port = parts.port or (465 if implicit_tls else 587)
        except ValueError as error:
            raise _bad_url() from error
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise _bad_url()
        return cls(
            host=parts.hostname,
            port=port,
            sender=sender,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            implicit_tls=implicit_tls,
        )

    async def send(self, letter: Letter) -> None:
        """Deliver in a thread; the event loop goes on."""
        await asyncio.to_thread(self._deliver, self._message(letter))

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        try:
            # EmailMessage refuses line breaks in headers, so nobody can add one of their own.
            message["From"] = self.sender
            message["To"] = letter.to
            message["Subject"] = letter.subject
            message["Date"] = formatdate()
            message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> "))
            # Auto-replies would answer a machine (RFC 3834).
            message["Auto-Submitted"] = "auto-generated"
        except ValueError as error:
            raise MailError(
                problem="The letter has an impossible address.",
                remedy="Check the address that it goes to.",
            ) from error
        message.set_content(letter.text)
        return message

    def _deliver(self, message: EmailMessage) -> None:
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(
                problem=f"The mail server {self.host}:{self.port} did not take the letter"
                f" ({type(error).__name__}).",
                remedy="Check LAKEWRIGHT_SMTP_URL and the mail server's log.",
                # Not the server's own words: they may repeat the address or the password.
            ) from None

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.implicit_tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        if self.host not in _LOOPBACK:
            server.starttls(context=context)
        return server


def _bad_url() -> MailError:
    return MailError(
        problem="LAKEWRIGHT_SMTP_URL is not an address of a mail server.",
        remedy="Write it as smtp://user:password@host:587.",
        where="LAKEWRIGHT_SMTP_URL",
    )


def make_mail(smtp_url: str, sender: str, write: Callable[[str], None]) -> Mail:
    """SMTP when it is configured, else the terminal (`write` prints)."""
    return SmtpMail.from_url(smtp_url, sender) if smtp_url else TerminalMail(write)
