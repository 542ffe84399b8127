"""Build a mail that every client understands and send it by SMTP. No address ever stands in an error."""

import ssl
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

Named = tuple[str, str]  # name, address
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An invite riding with a mail; `method` has to equal the METHOD inside."""

    method: Literal["REQUEST", "CANCEL", "DECLINECOUNTER"]
    ics: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes along."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person. `message_id` stays the same at every attempt."""

    message_id: str
    to: Named
    sender: Named
    subject: str
    text: str
    html: str
    date: datetime
    calendar: CalendarPart | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: Named | None = None
    copy_replies: bool = (
        False  # answers come to the sender's address as well, where they are noticed
    )


class MailLater(Exception):
    """Worth another try. `in_doubt` when the message was handed over but the answer was lost."""

    def __init__(self, *, in_doubt: bool = False) -> None:
        super().__init__("the mail server did not take the message now")
        self.in_doubt = in_doubt


class MailRefused(Exception):
    """The server refused the message for good (a 5xx answer), or an address cannot be one."""

    def __init__(self, code: int = 0) -> None:
        super().__init__(
            f"the mail server refused the message ({code})" if code else "the address is not one"
        )
        self.code = code


class _Subject(UniqueUnstructuredHeader):
    """A subject that reads the same after unfolding: the standard folding doubles the space before an encoded word."""

    def fold(self, *, policy: Policy) -> str:
        text = str(self)
        charset = "us-ascii" if text.isascii() else "utf-8"
        folded = Header(text, charset, header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {folded}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # the registry mixes BaseHeader in itself
POLICY = SMTP.clone(header_factory=_headers)


def build(mail: Mail) -> EmailMessage:
    """multipart/mixed of (plain, HTML, invite) and files, as calendars want it (RFC 6047). Raises MailRefused."""
    message = EmailMessage(policy=POLICY)
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.date)
    message["From"] = _address(mail.sender)
    message["To"] = _address(mail.to)
    if mail.reply_to:
        both = [mail.reply_to, mail.sender] if mail.copy_replies else [mail.reply_to]
        message["Reply-To"] = [_address(each) for each in both]
    message["Subject"] = _line(mail.subject)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        part = EmailMessage(policy=SMTP)
        part.set_content(
            mail.calendar.ics.decode(), subtype="calendar", charset="utf-8", cte="base64"
        )
        part.set_param("method", mail.calendar.method)
        del part["MIME-Version"]  # a part has none of its own
        message.attach(part)
        name = "cancel.ics" if mail.calendar.method == "CANCEL" else "invite.ics"
        message.add_attachment(
            mail.calendar.ics, maintype="application", subtype="ics", filename=name
        )
    for file in mail.attachments:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(
            file.content, maintype=main, subtype=sub, filename=_line(file.filename)
        )
    return message


class Mailer:
    """Sends by one SMTP server: `smtp://user:password@host:port` (STARTTLS off loopback) or `smtps://…`."""

    def __init__(self, url: str, timeout: float = 20.0, authorities: str = "") -> None:
        """`authorities`: a file of certificate authorities to trust besides the usual ones."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("CALLSHEET_SMTP_URL has to look like smtp://host:port or smtps://host")
        self._host = parts.hostname
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        wanted = parse_qs(parts.query).get("starttls", ["yes"])[0]
        self._starttls = not self._tls and self._host not in _LOOPBACK
        if wanted in ("no", "0", "false") and self._starttls:
            raise ValueError(
                "mail to another host has to be encrypted; use smtps:// or leave starttls on"
            )
        self._timeout = timeout
        self._authorities = authorities

    @property
    def encrypted(self) -> str:
        """How the way to the server is protected: `TLS`, `STARTTLS`, or nothing, which only loopback may."""
        return "TLS" if self._tls else "STARTTLS" if self._starttls else ""

    async def send(self, mail: Mail) -> None:
        """Hand the mail to the server. Raises MailLater or MailRefused."""
        message = build(mail)
        client = self._client(self._timeout)
        handed_over = False
        try:
            async with client:
                handed_over = True
                await client.send_message(message)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
            code = _code(error)
            if 500 <= code < 600 and code != 535:
                raise MailRefused(code) from None
            raise MailLater from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise MailLater(in_doubt=handed_over) from None

    async def check(self) -> str:
        """Why the server cannot be used; empty when it answers and lets us in."""
        try:
            async with self._client(5) as client:
                await client.noop()
        except aiosmtplib.SMTPAuthenticationError:
            return "it does not take the user and password"
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return _why(error)
        return ""

    def _client(self, timeout: float) -> aiosmtplib.SMTP:
        context = None
        if self.encrypted:
            context = ssl.create_default_context()
            if self._authorities:
                context.load_verify_locations(self._authorities)
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            start_tls=self._starttls,
            username=self._user,
            password=self._password,
            timeout=timeout,
            tls_context=context,
        )


def _why(error: BaseException) -> str:
    """In words, without an address or a password."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate does not hold ({cause.verify_message.rstrip('.')})"
        cause = cause.__cause__ or cause.__context__
    if "STARTTLS" in str(error).upper():
        return "it offers no STARTTLS, and mail to another host has to be encrypted"
    return "it does not answer or does not let us in"


def _code(error: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPResponseException) -> int:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return max((each.code for each in error.recipients), default=0)
    return error.code


def _address(named: Named) -> Address:
    name, address = named
    try:
        return Address(display_name=_line(name), addr_spec=address.strip())
    except (ValueError, IndexError):
        raise MailRefused from None


def _line(text: str) -> str:
    """One line without control characters: nothing typed can start a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
