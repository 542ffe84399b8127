"""The company's own mailbox, read by IMAP: what Sent holds, which answers and calendars arrived. Never writes to it."""

import asyncio
import base64
import email
import email.utils
import hashlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.policy import default
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

Found = TypeVar("Found")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
USUAL = ("sent", "sent items", "sent messages", "sent mail", "inbox.sent", "[gmail]/sent mail")
PAGE = 200  # messages whose headers are asked for at once
FIELDS = "MESSAGE-ID IN-REPLY-TO REFERENCES AUTO-SUBMITTED"
LARGEST = 1_000_000  # bytes read of a message that carries a calendar
_LISTED = re.compile(r'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)')
_IDS = re.compile(r"<[^<>\s]+>")
_UID = re.compile(rb"\bUID (\d+)")
_BEGINS = re.compile(rb"\d+ \(")


class MailboxUnreachable(Exception):
    """The mailbox cannot be read now; `why` says it without an address or a password."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Reply:
    """The ids of a message that answers another: nothing that anybody wrote. `answers` begins with the nearest.

    A message that carries a calendar answers an invite, whatever else it names.
    """

    message_id: str
    answers: tuple[str, ...]
    automatic: bool
    calendar: "Enclosed | None" = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A calendar that came by mail. `method` is the MIME part's, empty where it names none; `sender` an address.

    `forged` when our own server found that the sender's domain disowns the message (DMARC, RFC 8601 section 2.7.1).
    """

    ics: bytes
    method: str
    sender: str
    forged: bool


@dataclass(frozen=True, slots=True)
class Place:
    """How far the inbox was read: message numbers rise for as long as `validity` stays (RFC 3501 section 2.3.1.1)."""

    validity: int
    uid: int


class Mailbox:
    """`imaps://user:password@host` or `imap://…` (STARTTLS off loopback). `?sent=NAME` names the Sent folder."""

    def __init__(self, url: str, timeout: float = 20.0, authorities: str = "") -> None:
        """`authorities`: a file of certificate authorities to trust besides the usual ones."""
        parts = urlsplit(url)
        shaped = parts.scheme in ("imap", "imaps") and parts.hostname and parts.username
        if not shaped or parts.password is None:
            raise ValueError("CALLSHEET_IMAP_URL has to look like imaps://user:password@host")
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "imaps"
        self._port = parts.port or (993 if self._tls else 143)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password)
        self._inbox = unquote(parts.path.strip("/")) or "INBOX"
        self._sent = parse_qs(parts.query).get("sent", [""])[0]
        self._timeout = timeout
        self._authorities = authorities

    @property
    def encrypted(self) -> str:
        """How the way to the server is protected: `TLS`, `STARTTLS`, or nothing, which only loopback may."""
        return "TLS" if self._tls else "" if self._host in LOOPBACK else "STARTTLS"

    async def sent_among(self, message_ids: Iterable[str]) -> set[str]:
        """Which of these Message-IDs the Sent folder holds. Raises MailboxUnreachable."""
        wanted = list(message_ids)

        def look(server: imaplib.IMAP4) -> set[str]:
            _open(server, self._sent_folder(server))
            return {each for each in wanted if _search(server, "HEADER", "Message-ID", f'"{each}"')}

        return await self._ask(look)

    async def answers(
        self, after: Place | None, since: datetime
    ) -> tuple[Sequence[Reply], Place, bool]:
        """Messages that came after a place: the ones that answer something, the new place, whether there is more.

        Without a place, or when the server numbered its messages anew, what arrived since that day.
        Raises MailboxUnreachable.
        """

        def look(server: imaplib.IMAP4) -> tuple[Sequence[Reply], Place, bool]:
            validity = _open(server, self._inbox)
            newest = _number(server, "UIDNEXT") - 1
            known = after is not None and after.validity == validity
            start = after.uid if after and known else 0
            if known:  # `n:*` always names the last message, also when its number is lower
                found = _search(server, "UID", f"{start + 1}:*")
            else:
                found = _search(server, "SINCE", imaplib.Time2Internaldate(since)[1:12].strip())
            uids = sorted(uid for uid in found if uid > start)
            page, more = uids[:PAGE], len(uids) > PAGE
            reached = max([start, *page]) if more else max([start, newest, *page])
            replies = _headers(server, page) if page else []
            return replies, Place(validity, reached), more

        return await self._ask(look)

    async def check(self) -> str:
        """The name of the Sent folder, once both folders can be opened. Raises MailboxUnreachable saying why not."""

        def look(server: imaplib.IMAP4) -> str:
            _open(server, self._inbox)
            sent = self._sent_folder(server)
            _open(server, sent)
            return sent.strip('"')

        return await self._ask(look)

    async def _ask(self, look: Callable[[imaplib.IMAP4], Found]) -> Found:
        """Ask in a thread, on a connection of its own: once a minute is too seldom to keep one."""
        return await asyncio.to_thread(self._talk, look)

    def _talk(self, look: Callable[[imaplib.IMAP4], Found]) -> Found:
        try:
            server = self._connect()
        except ssl.SSLError as error:
            why = getattr(error, "verify_message", "") or error.reason
            raise MailboxUnreachable(f"its certificate does not hold ({why})") from None
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxUnreachable(f"it does not answer ({type(error).__name__})") from None
        try:
            _login(server, self._user, self._password)
            return look(server)
        except (imaplib.IMAP4.abort, OSError) as error:
            raise MailboxUnreachable(f"it broke off ({type(error).__name__})") from None
        except imaplib.IMAP4.error:
            raise MailboxUnreachable("it gave an answer that is not IMAP") from None
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()

    def _connect(self) -> imaplib.IMAP4:
        near = self._host in LOOPBACK
        context = ssl.create_default_context()
        if self._authorities:
            context.load_verify_locations(self._authorities)
        if near:  # nobody is in between, and no authority signs for loopback
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if self._tls:
            return imaplib.IMAP4_SSL(
                self._host, self._port, ssl_context=context, timeout=self._timeout
            )
        server = imaplib.IMAP4(self._host, self._port, timeout=self._timeout)
        if not near:
            if "STARTTLS" not in server.capabilities:
                server.shutdown()
                raise MailboxUnreachable(
                    "it offers no STARTTLS, and a mailbox elsewhere has to be encrypted"
                )
            server.starttls(context)
        return server

    def _sent_folder(self, server: imaplib.IMAP4) -> str:
        """The folder named in the setting, else the one marked \\Sent (RFC 6154), else one with a usual name."""
        if self._sent:
            return _quoted(self._sent)
        named = ""
        _, lines = server.list()
        for line in lines:
            shown = line.decode("ascii", "replace") if isinstance(line, bytes) else ""
            if not (match := _LISTED.match(shown)):
                continue
            if "\\sent" in match["flags"].casefold().split():
                return match["name"]
            if match["name"].strip('"').casefold() in USUAL:
                named = named or match["name"]
        if not named:
            raise MailboxUnreachable(
                "it has no Sent folder; name one with ?sent= in CALLSHEET_IMAP_URL"
            )
        return named


def _login(server: imaplib.IMAP4, user: str, password: str) -> None:
    try:
        if user.isascii() and password.isascii():
            server.login(user, password)
        else:  # LOGIN is ASCII only
            server.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise MailboxUnreachable("it does not accept the user or the password") from None


def _open(server: imaplib.IMAP4, folder: str) -> int:
    """Open a folder for reading only; gives its UIDVALIDITY."""
    kind, _ = server.select(folder if folder.startswith('"') else _quoted(folder), readonly=True)
    if kind != "OK":
        raise MailboxUnreachable(f"it has no folder called {folder.strip(chr(34))}")
    return _number(server, "UIDVALIDITY")


def _number(server: imaplib.IMAP4, name: str) -> int:
    """What the server said when the folder was opened; 0 when it did not."""
    _, (value,) = server.response(name)
    return int(value) if isinstance(value, bytes) else 0


def _search(server: imaplib.IMAP4, *criteria: str) -> list[int]:
    _, found = server.uid("SEARCH", *criteria)
    return [int(uid) for uid in (found[0] or b"").split()]


def _headers(server: imaplib.IMAP4, uids: Sequence[int]) -> list[Reply]:
    """What these messages answer; the ones with a calendar are read whole."""
    wanted = ",".join(str(uid) for uid in uids)
    carrying = _with_calendar(server, wanted)
    _, parts = server.uid("FETCH", wanted, f"(UID BODY.PEEK[HEADER.FIELDS ({FIELDS})])")
    replies = []
    for part in parts:
        if not isinstance(part, tuple):
            continue
        uid = _UID.search(part[0])
        raw = _whole(server, uid[1].decode()) if uid and uid[1] in carrying else None
        if reply := _read(part[1] if raw is None else raw, whole=raw is not None):
            replies.append(reply)
    return replies


def _with_calendar(server: imaplib.IMAP4, wanted: str) -> set[bytes]:
    """Which of the messages have a part that may be a calendar, by their structure (RFC 3501 section 7.4.2)."""
    _, parts = server.uid("FETCH", wanted, "(UID BODYSTRUCTURE)")
    lines: list[bytes] = []
    for part in parts:  # a name in a literal cuts an answer into several parts
        text = b"".join(part) if isinstance(part, tuple) else part or b""
        if _BEGINS.match(text) or not lines:
            lines.append(text)
        else:
            lines[-1] += text
    found = set()
    for line in lines:
        uid = _UID.search(line)
        if uid and (b'"CALENDAR"' in line.upper() or b'"ICS"' in line.upper()):
            found.add(uid[1])
    return found


def _whole(server: imaplib.IMAP4, uid: str) -> bytes | None:
    _, parts = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _read(raw: bytes, *, whole: bool = False) -> Reply | None:
    """A message's ids, and its calendar; None when it answers nothing or has no id of its own."""
    message: Any = email.message_from_bytes(raw, policy=default)
    own = _IDS.findall(str(message["Message-ID"] or ""))
    nearest = _IDS.findall(str(message["In-Reply-To"] or ""))
    thread = _IDS.findall(str(message["References"] or ""))
    answers = tuple(dict.fromkeys([*nearest, *reversed(thread)]))
    calendar = _calendar(message) if whole else None
    if calendar and not own:
        own = [f"<{hashlib.sha256(raw).hexdigest()[:32]}@no-message-id.invalid>"]
    if not own or not (answers or calendar):
        return None
    automatic = str(message["Auto-Submitted"] or "no").strip().casefold() != "no"
    return Reply(own[0], answers[:50], automatic, calendar)


def _calendar(message: Any) -> Enclosed | None:
    """The calendar part that clients act on, else one that is attached (RFC 6047 section 2.4)."""
    parts = list(message.walk())
    found = [part for part in parts if part.get_content_type() == "text/calendar"]
    found += [part for part in parts if part.get_content_type() == "application/ics"]
    content = found[0].get_payload(decode=True) if found else None
    if not isinstance(content, bytes):
        return None
    senders = email.utils.getaddresses([str(message["From"] or "")])
    sender = senders[0][1].casefold() if len(senders) == 1 else ""
    verdicts = message.get_all("Authentication-Results") or []
    forged = bool(verdicts) and re.search(r"\bdmarc\s*=\s*fail\b", str(verdicts[0])) is not None
    method = str(found[0].get_param("method") or "")
    return Enclosed(content, method, sender, forged)


def _quoted(name: str) -> str:
    """A folder's name as the protocol wants it: modified UTF-7 (RFC 3501 section 5.1.3), in quotes."""

    def shift(found: re.Match[str]) -> str:
        coded = base64.b64encode(found[0].encode("utf-16-be")).decode()
        return f"&{coded.rstrip('=').replace('/', ',')}-"

    plain = re.sub(r"[^\x20-\x7e]+", shift, name.replace("&", "&-"))
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
