"""Invites of every kind answered through a real IMAP server: believed of the attendee alone, stale ones told apart."""

import base64
import email
import email.policy
import imaplib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.model import Ref
from hiring import candidate_events, candidates, ids, interviews, proposals, replies
from hiring.interview_changes import Wish
from hiring.interview_records import Interview, get
from hiring.metadata import metadata
from messages.mailbox import Mailbox
from scheduling import invite_check
from tests.firm import BEN, CHEN, ROSA, Firm
from tests.keeping.conftest import with_mailbox
from tests.keeping.dovecot import Dovecot
from tests.scheduling import libical

pytestmark = pytest.mark.anyio
NORA, BENS = "nora@mailbox.example", "ben@brightwater.example"
Change = Callable[[str], str]


@pytest.fixture
async def read(office: Firm, imap: Dovecot) -> Firm:
    """The inbox has been looked at once, so that other tests' mail does not count."""
    made = with_mailbox(office, imap.url())
    await replies.look(made.services)
    return made


async def booked(office: Firm) -> tuple[Ref, Interview]:
    rosa, ref = await office.actor(ROSA), await office.newcomer("Nora", "Quill", NORA)
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish("Pair programming", 45, (BEN, CHEN))
    found = await interviews.times(office.services, rosa, profile, wish)
    made = await interviews.book(
        office.services, rosa, ref, wish, found.slots[-1], key=ids.new("key")
    )
    await at_rest(office)
    return ref, made


async def at_rest(office: Firm) -> None:
    async with office.at_work():
        await office.settles()


async def hears(office: Firm) -> int:
    new = await replies.look(office.services)
    await at_rest(office)
    return new


def invite(office: Firm, address: str) -> EmailMessage:
    """The newest mail with a calendar that an address got, as the server delivered it."""
    rows = [m for m in office.store.all("mail") if m["address"] == address and m.get("calendar")]
    raw = base64.b64decode(rows[-1]["raw"])
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(message: EmailMessage) -> EmailMessage:
    return next(p for p in message.walk() if p.get_content_type() == "text/calendar")


def reply(
    office: Firm,
    address: str,
    said: str = "ACCEPTED",
    *,
    method: str = "REPLY",
    sender: str = "",
    stamp: datetime | None = None,
    named: bool = True,
    change: Change = str,
    **headers: str,
) -> bytes:
    """What the calendar of who got the invite sends back."""
    asked = part(invite(office, address)).get_content()
    lines = asked.replace("\r\n ", "").splitlines()
    kept = [
        line
        for line in lines
        if line.split(":")[0].split(";")[0] in ("UID", "SEQUENCE", "ORGANIZER")
    ]
    at = (stamp or office.services.clock.now()).astimezone(UTC)
    event = [
        "BEGIN:VEVENT", *kept, f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"ATTENDEE;PARTSTAT={said}:mailto:{address}", "END:VEVENT",
    ]  # fmt: skip
    head = ["BEGIN:VCALENDAR", "PRODID:-//Client//EN", "VERSION:2.0", f"METHOD:{method}"]
    text = change("\r\n".join([*head, *event, "END:VCALENDAR", ""]))
    message = EmailMessage()
    message["From"], message["To"] = sender or address, "hiring@brightwater.example"
    message["Message-ID"] = f"<{ids.new('m')}@they.example>"
    message["Subject"] = "Accepted: the interview"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("A secret text.")
    params = {"method": method} if named else {}
    message.add_alternative(text.encode(), maintype="text", subtype="calendar", params=params)
    return bytes(message)


def file(imap: Dovecot, raw: bytes) -> None:
    with imap.connected() as server:
        kind, said = server.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)
    assert kind == "OK", said


def told(office: Firm) -> list[str]:
    return [text for user, text in office.desk.said.values() if user == ROSA]


async def seat(office: Firm, interview: Interview, user: str = BEN) -> tuple[str, bool]:
    found = (await get(office.services, interview.id)).seat(user)
    assert found
    return found.answer, found.stale


async def test_mails_of_every_kind_have_the_shape_that_calendars_take(
    read: Firm, imap: Dovecot
) -> None:
    if libical.library() is None:
        pytest.skip("libical is not installed; on Debian: apt install libical3")
    _, interview = await booked(read)
    rosa = await read.actor(ROSA)
    counter = f"DTSTART:{interview.start + timedelta(hours=1):%Y%m%dT%H%M%SZ}\r\nDTEND:{interview.end + timedelta(hours=1):%Y%m%dT%H%M%SZ}\r\nEND:VEVENT"
    found = [invite(read, BENS), invite(read, NORA)]
    file(
        imap, reply(read, NORA, method="COUNTER", change=lambda t: t.replace("END:VEVENT", counter))
    )
    assert await hears(read) == 1
    (proposal,) = {s for _, kind, s in read.desk.shown if kind == "proposal"}
    await proposals.decline(read.services, rosa, proposal)
    await at_rest(read)
    rows = [m for m in read.store.all("mail") if m["address"] == NORA]
    last = email.message_from_bytes(base64.b64decode(rows[-1]["raw"]), policy=email.policy.default)
    assert isinstance(last, EmailMessage)
    found.append(last)
    slot = (interview.start + timedelta(hours=2), interview.end + timedelta(hours=2))
    await interviews.move(read.services, rosa, interview.id, slot)
    await at_rest(read)
    found += [invite(read, BENS), invite(read, NORA)]
    await interviews.cancel(read.services, rosa, interview.id, "Off")
    await at_rest(read)
    found += [invite(read, BENS), invite(read, NORA)]
    methods = []
    for message in found:
        assert message.get_content_type() == "multipart/mixed"
        body, attached = message.iter_parts()
        assert [p.get_content_type() for p in body.iter_parts()] == [
            "text/plain", "text/html", "text/calendar",
        ]  # fmt: skip
        calendar = part(message)
        raw = calendar.get_payload(decode=True)
        assert isinstance(raw, bytes)
        assert f"METHOD:{calendar['Content-Type'].params['method']}".encode() in raw
        assert calendar["Content-Type"].params["charset"].casefold() == "utf-8"
        assert attached.get_payload(decode=True) == raw
        assert libical.complaints(raw) == []
        assert invite_check.check(raw) == []
        methods.append(calendar["Content-Type"].params["method"])
    assert methods == [*["REQUEST"] * 2, "DECLINECOUNTER", *["REQUEST"] * 2, *["CANCEL"] * 2]


async def test_an_answer_is_taken_over_once_and_the_later_one_wins(
    read: Firm, imap: Dovecot
) -> None:
    _, interview = await booked(read)
    now = read.services.clock.now()
    raw = reply(read, BENS, stamp=now, Auto_Submitted="auto-generated")
    file(imap, raw)
    file(imap, raw)
    assert await hears(read) == 1
    assert await seat(read, interview) == ("accepted", False)
    file(imap, reply(read, BENS, "DECLINED", stamp=now + timedelta(minutes=2)))
    file(imap, reply(read, BENS, "TENTATIVE", stamp=now + timedelta(minutes=1), named=False))
    assert await hears(read) == 2
    assert await seat(read, interview) == ("declined", False)
    assert (ROSA, "open_seat", f"{interview.id}:{BEN}:0") in read.desk.shown
    assert told(read) == [], "an answer to an invite is no answer to a mail"


async def test_nobody_answers_for_another(read: Firm, imap: Dovecot) -> None:
    _, interview = await booked(read)
    file(imap, reply(read, BENS, sender="chen@brightwater.example"))
    file(imap, reply(read, BENS, Authentication_Results="mx.us.example; dmarc=fail header.from=x"))
    stranger = reply(
        read, BENS, sender="eve@evil.example", change=lambda t: t.replace(BENS, "eve@evil.example")
    )
    file(imap, stranger)
    assert await hears(read) == 3
    assert await seat(read, interview) == ("needs-action", False)
    assert len(told(read)) == 3
    assert all("not counted" in text and "@" not in text for text in told(read))


async def test_an_answer_to_an_earlier_time_is_kept_as_such(read: Firm, imap: Dovecot) -> None:
    ref, interview = await booked(read)
    early = [reply(read, BENS), reply(read, NORA, "DECLINED")]
    rosa = await read.actor(ROSA)
    slot = (interview.start + timedelta(hours=2), interview.end + timedelta(hours=2))
    await interviews.move(read.services, rosa, interview.id, slot)
    await at_rest(read)
    for raw in early:
        file(imap, raw)
    assert await hears(read) == 2
    assert await seat(read, interview) == ("accepted", True)
    event = await candidate_events.of(read.services, interview.id, ref)
    assert event
    assert (event.answer, event.stale) == ("declined", True)
    assert not [s for _, kind, s in read.desk.shown if kind == "open_seat"]
    file(imap, reply(read, NORA, "DECLINED", stamp=read.services.clock.now()))
    await hears(read)
    assert (ROSA, "open_seat", f"{interview.id}:candidate:1") in read.desk.shown


async def test_damaged_calendars_and_those_of_others_change_nothing(
    read: Firm, imap: Dovecot
) -> None:
    _, interview = await booked(read)
    damages: list[Change] = [
        lambda t: t.replace("DTSTAMP:", "DTSTAMP:soon"),
        lambda t: t.replace("SEQUENCE:0", "SEQUENCE:abc"),
        lambda t: t.replace("METHOD:REPLY", "METHOD:REQUEST"),
        lambda t: t.replace("-i@", "-x@"),
        lambda t: t.replace("@brightwater.example\r\nSEQ", "@other.example\r\nSEQ"),
        lambda t: t[:60],
    ]
    for damage in damages:
        file(imap, reply(read, BENS, change=damage))
    await hears(read)
    assert await seat(read, interview) == ("needs-action", False)


async def test_nothing_that_was_written_is_kept(read: Firm, imap: Dovecot) -> None:
    await booked(read)
    file(imap, reply(read, NORA, "DECLINED"))
    assert await hears(read) == 1
    kept = ""
    async with read.services.store.read() as conn:
        for table in metadata.sorted_tables:
            kept += repr((await conn.execute(sa.select(table))).all())
    for word in ("A secret text", NORA, "Nora"):
        assert word not in kept


async def test_only_messages_that_carry_a_calendar_are_read_whole(imap: Dovecot) -> None:
    box = Mailbox(imap.url())
    place, more = None, True
    while more:  # other tests' mail comes in pages
        _, place, more = await box.answers(place, datetime.now(UTC) - timedelta(days=1))
    imap.put("INBOX", "<plain@they.example>", In_Reply_To="<one@us.example>")
    odd = EmailMessage()
    odd["From"], odd["Message-ID"] = "Ben <BEN@brightwater.example>", "<odd@they.example>"
    odd.set_content("See the file.")
    odd.add_attachment(
        b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename='a"\\é.ics'
    )
    file(imap, bytes(odd))
    found, _, _ = await box.answers(place, datetime.now(UTC))
    by_id: dict[str, Any] = {r.message_id: r.calendar for r in found}
    assert by_id["<plain@they.example>"] is None
    assert by_id["<odd@they.example>"].sender == BENS
    assert by_id["<odd@they.example>"].ics == b"BEGIN:VCALENDAR"
    assert "BEGIN" not in repr(found)
