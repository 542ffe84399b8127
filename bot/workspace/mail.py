"""The local mail server: takes mail by SMTP, shows mailboxes, and keeps the calendars of people who get invites."""

import asyncio
import base64
import email
import email.policy
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar, Event, vCalAddress

from bot.workspace import faults
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
REFUSALS = {
    "down": "451 4.3.0 The mailbox server is resting; try again later",
    "broken": "451 4.3.0 Something is wrong here; try again later",
    "limited": "450 4.7.1 Too many messages; try again later",
    "refuse": "550 5.1.1 No such mailbox here",
}


class Mailbox:
    """Every address has a mailbox. A repeated Message-ID to the same address is dropped, as most receivers do, and counted."""

    def __init__(self, store: Store, clock: WorkspaceClock) -> None:
        self._store = store
        self._clock = clock
        self._controller: Controller | None = None
        self.on_mail: list[Callable[[str], None]] = []

    async def start(self, host: str, port: int) -> int:
        """Listen; gives the port."""
        import socket

        if not port:
            with socket.socket() as probe:
                probe.bind((host, 0))
                port = probe.getsockname()[1]
        self._controller = Controller(self, hostname=host, port=port)
        self._controller.start()
        return port

    async def stop(self) -> None:
        if self._controller:
            self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """What aiosmtpd calls for each mail."""
        to = " ".join(envelope.rcpt_tos).casefold()
        fault = faults.strike(self._store, "smtp", f"DATA {to}") or {"mode": "ok", "seconds": 0.0}
        mode = fault["mode"]
        if mode in REFUSALS:
            return REFUSALS[mode]
        await asyncio.sleep(fault["seconds"])
        if mode == "dropped":
            return _hang_up(server)
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            self.keep(address.casefold(), raw)
        return _hang_up(server) if mode == "lost" else "250 2.0.0 Message accepted"

    def keep(self, address: str, raw: bytes) -> None:
        message = _parse(raw)
        identity = str(message["Message-ID"] or "") or hashlib.sha256(raw).hexdigest()
        mail = hashlib.sha256(f"{address} {identity}".encode()).hexdigest()[:24]
        if known := self._store.get("mail", mail):
            self._store.put("mail", mail, {**known, "repeats": int(known.get("repeats") or 0) + 1})
            return
        calendar = _calendar(message)
        self._store.put(
            "mail",
            mail,
            {
                "id": mail, "address": address, "message_id": identity, "at": self._clock.now().isoformat(),
                "raw": base64.b64encode(raw).decode(), "calendar": calendar,
            },
        )  # fmt: skip
        if calendar:
            self._apply(address, calendar)
        for listener in self.on_mail:
            listener(address)

    def addresses(self) -> list[str]:
        """Everybody who has mail, and everybody in the company or the ATSs' seeds who might get some first."""
        found = {m["address"] for m in self._store.all("mail")} | {
            u["email"] for u in self._store.all("slack_user") if u.get("email")
        }
        return sorted(found | {"ada.lovelace@mailbox.example"})

    def messages(self, address: str) -> list[Doc]:
        """Newest first."""
        return [_shown(m) for m in reversed(self._store.find("mail", address=address.casefold()))]

    def raw(self, mail: str) -> bytes:
        found = self._store.get("mail", mail) or {"raw": ""}
        return base64.b64decode(found["raw"])

    def file(self, mail: str, index: int) -> tuple[str, str, bytes]:
        part = list(_parse(self.raw(mail)).iter_attachments())[index]
        return str(part.get_filename() or "file"), part.get_content_type(), _bytes(part)

    async def rsvp(self, mail: str, address: str, answer: str) -> None:
        """Answer an invite as its reader's calendar would: an iTIP REPLY to the organizer's mailbox (RFC 5546 3.2.3)."""
        found = self._store.get("mail", mail) or {}
        invite = found.get("calendar")
        if not invite:
            return
        calendar, event = Calendar(), Event()
        calendar.add("method", "REPLY")
        calendar.add("prodid", "-//Local mailbox//EN")
        calendar.add("version", "2.0")
        event.add("uid", invite["uid"])
        event.add("sequence", invite["sequence"])
        event.add("dtstamp", self._clock.now().astimezone(UTC))
        attendee = vCalAddress(f"mailto:{address}")
        attendee.params["PARTSTAT"] = answer
        event.add("attendee", attendee, encode=False)
        event.add("organizer", f"mailto:{invite['organizer']}")
        calendar.add_component(event)
        reply = EmailMessage()
        reply["From"], reply["To"], reply["Subject"] = (
            address,
            invite["organizer"],
            f"{answer.capitalize()}: {invite['summary']}",
        )
        reply["Message-ID"] = (
            f"<{hashlib.sha256(f'{mail}{answer}'.encode()).hexdigest()[:24]}@mailbox.example>"
        )
        reply.set_content(f"{address}: {answer.lower()}")
        reply.add_alternative(
            calendar.to_ical().decode(), subtype="calendar", params={"method": "REPLY"}
        )
        self._store.put("mail", mail, {**found, "answer": answer})
        self.keep(invite["organizer"], bytes(reply))

    def _apply(self, address: str, invite: Doc) -> None:
        """A newer invite replaces the older one in the reader's calendar; a cancellation removes it; a stale one is ignored."""
        if not self._store.find("calendar", address=address):
            return
        key = f"{address}:{invite['uid']}"
        known = self._store.get("calendar_event", key)
        if known and int(known["sequence"]) > int(invite["sequence"]):
            return
        status = "cancelled" if invite["method"] == "CANCEL" else "confirmed"
        self._store.put(
            "calendar_event",
            key,
            {
                "id": hashlib.sha256(key.encode()).hexdigest()[:26], "address": address, "uid": invite["uid"], "sequence": invite["sequence"],
                "summary": invite["summary"], "start": invite["start"], "end": invite["end"], "status": status, "transparent": False,
            },
        )  # fmt: skip


def _hang_up(server: SMTP) -> str:
    """Cut the connection; what is answered into it afterwards reaches nobody."""
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
    return "421 4.3.2 Gone"


def _parse(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _calendar(message: EmailMessage) -> Doc | None:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return _invite(_bytes(part))
    return None


def _invite(raw: bytes) -> Doc | None:
    calendar = Calendar.from_ical(raw)
    event = next(iter(calendar.walk("VEVENT")), None)
    if event is None or "DTSTART" not in event:
        return None
    attendees = event.get("attendee") or []
    attendees = attendees if isinstance(attendees, list) else [attendees]
    return {
        "method": str(calendar.get("method", "")), "uid": str(event["uid"]), "sequence": int(event.get("sequence", 0)),
        "summary": str(event.get("summary", "")), "location": str(event.get("location", "")),
        "start": _moment(event.decoded("dtstart")), "end": _moment(event.decoded("dtend")),
        "organizer": _address(event.get("organizer")), "attendees": [_address(a) for a in attendees],
        "status": str(event.get("status", "")),
    }  # fmt: skip


def _moment(at: Any) -> str:
    found = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
    return found.astimezone(UTC).isoformat()


def _address(value: Any) -> str:
    return str(value or "").lower().removeprefix("mailto:")


def _shown(mail: Doc) -> Doc:
    message = _parse(base64.b64decode(mail["raw"]))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    files = [
        {"filename": part.get_filename() or "file", "content_type": part.get_content_type(), "size": len(_bytes(part)),
         "url": f"/client/mail/{mail['id']}/file/{index}"}
        for index, part in enumerate(message.iter_attachments())
    ]  # fmt: skip
    return {
        "id": mail["id"], "message_id": mail["message_id"], "from": str(message["From"] or ""), "to": str(message["To"] or ""),
        "reply_to": str(message["Reply-To"] or ""), "subject": str(message["Subject"] or ""), "date": mail["at"],
        "text": _text(plain), "html": _text(html), "attachments": files, "calendar": mail["calendar"], "answer": mail.get("answer"),
    }  # fmt: skip


def _text(part: Any) -> str:
    return str(part.get_content()) if part is not None else ""


def _bytes(part: Any) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
