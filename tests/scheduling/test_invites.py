"""Every kind of invite, judged by libical's iTIP tables, by vobject, and by our own rules where both are blind."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling import invite_answers, invite_check, invites
from scheduling.invites import Invite, Party
from tests.scheduling import libical

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
INVITE = Invite(
    "int_1-i@brightwater.example", 0, NOW, NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1),
    "Europe/Berlin", 'Technical; "deep", interview: Siobhán', "Line one\nLine two, " + "x" * 200,
    "Video; call", "https://hire.example/x", Party('Brightwater, "Labs"', "hiring@brightwater.example"),
    (Party("Ben Okafor", "ben@brightwater.example"), Party("Chen", "chen@brightwater.example", "accepted")),
)  # fmt: skip
KINDS = {
    "REQUEST": invites.request,
    "CANCEL": invites.cancel,
    "DECLINECOUNTER": invites.decline_counter,
}


@pytest.fixture
def judge() -> None:
    if libical.library() is None:
        pytest.skip("libical is not installed; on Debian: apt install libical3")


def answer(method: str = "REPLY", *lines: str, without: str = "") -> bytes:
    """What a client sends: one attendee's answer to the invite above."""
    event = [
        "BEGIN:VEVENT", f"UID:{INVITE.uid}", "DTSTAMP:20261124T100000Z", "SEQUENCE:0",
        "ORGANIZER:mailto:hiring@brightwater.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Ben@Brightwater.example", *lines, "END:VEVENT",
    ]  # fmt: skip
    rows = [row for row in event if not without or not row.startswith(without)]
    head = ["BEGIN:VCALENDAR", "PRODID:-//Client//EN", "VERSION:2.0", f"METHOD:{method}"]
    return "\r\n".join([*head, *rows, "END:VCALENDAR", ""]).encode()


COUNTER = ("DTSTART:20261125T130000Z", "DTEND:20261125T140000Z", "SUMMARY:Later")


@pytest.mark.parametrize("sequence", [0, 1, 7])
@pytest.mark.parametrize("method", KINDS)
def test_every_kind_passes_libical_and_our_own_rules(
    judge: None, method: str, sequence: int
) -> None:
    raw = KINDS[method](replace(INVITE, sequence=sequence))
    assert libical.complaints(raw) == []
    assert invite_check.check(raw) == []


@pytest.mark.parametrize("method", KINDS)
def test_vobject_reads_every_kind_as_it_was_meant(method: str) -> None:
    raw = KINDS[method](INVITE)
    calendar = vobject.readOne(raw.decode())
    assert calendar.method.value == method
    assert calendar.vevent.uid.value == INVITE.uid
    if method != "DECLINECOUNTER":
        calendar.validate(raiseException=True)
        assert calendar.vevent.dtstart.value.astimezone(UTC) == INVITE.start
        assert calendar.vevent.summary.value == INVITE.summary
        assert int(calendar.vevent.sequence.value) == INVITE.sequence
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_the_sequence_that_outlook_prefers_is_the_same_one() -> None:
    raw = invites.request(replace(INVITE, sequence=3))
    assert b"\r\nSEQUENCE:3\r\n" in raw
    assert b"\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:3\r\n" in raw


def test_an_attendee_is_asked_until_there_is_an_answer() -> None:
    text = re.sub(r"\r\n ", "", invites.request(INVITE).decode())
    ben, chen = [line for line in text.splitlines() if line.startswith("ATTENDEE")]
    assert "PARTSTAT=NEEDS-ACTION" in ben
    assert "RSVP=TRUE" in ben
    assert "PARTSTAT=ACCEPTED" in chen
    assert "RSVP=FALSE" in chen


def test_who_may_come_and_need_not_is_an_optional_participant(judge: None) -> None:
    tom = Party("Tom", "tom@brightwater.example", optional=True)
    for make in (invites.request, invites.cancel):
        raw = make(replace(INVITE, attendees=(*INVITE.attendees, tom)))
        assert libical.complaints(raw) == []
        assert invite_check.check(raw) == []
        found = vobject.readOne(raw.decode()).vevent.contents["attendee"]
        roles = [attendee.params["ROLE"] for attendee in found]
        assert roles == [["REQ-PARTICIPANT"], ["REQ-PARTICIPANT"], ["OPT-PARTICIPANT"]]


BROKEN = {
    "no UID": (rb"UID:.*\r\n", b""),
    "no DTSTAMP": (rb"DTSTAMP:.*\r\n", b""),
    "no ORGANIZER": (rb"ORGANIZER(.|\r\n )*?example\r\n", b""),
    "the end is not after the start": (rb"(DTEND;TZID=Europe/Berlin:)\d{8}", rb"\g<1>20261120"),
    "method INVITE": (b"METHOD:REQUEST", b"METHOD:INVITE"),
    "SEQUENCE cannot be read": (b"\nSEQUENCE:0", b"\nSEQUENCE:abc"),
    "DTSTART twice": (rb"(DTSTART;TZID=[^\r]*\r\n)DTEND", rb"\1\1DTEND"),
    "there is no zone called Mars/Olympus": (b"Europe/Berlin", b"Mars/Olympus"),
    "no VTIMEZONE for Europe/Berlin": (rb"BEGIN:VTIMEZONE(.|\r\n)*END:VTIMEZONE\r\n", b""),
    "two sequences that differ": (b"APPT-SEQUENCE:0", b"APPT-SEQUENCE:4"),
    "no ATTENDEE": (rb"ATTENDEE(.|\r\n )*?example\r\n", b""),
}


@pytest.mark.parametrize("wrong", BROKEN)
def test_what_no_calendar_should_get_is_named(wrong: str) -> None:
    pattern, put = BROKEN[wrong]
    raw = invites.request(INVITE)
    broken = re.sub(pattern, put, raw)
    assert broken != raw
    assert wrong in invite_check.check(broken)


def test_a_cancellation_says_that_it_is_one() -> None:
    raw = invites.cancel(INVITE).replace(b"STATUS:CANCELLED", b"STATUS:CONFIRMED")
    assert invite_check.check(raw) == ["a cancellation without STATUS:CANCELLED"]


def test_a_reply_is_read_whoever_wrote_it(judge: None) -> None:
    raw = answer()
    assert libical.complaints(raw) == []
    assert invite_check.check(raw) == []
    found = invite_answers.read(raw, "REPLY")
    assert (found.kind, found.said, found.attendee) == (
        "reply",
        "accepted",
        "ben@brightwater.example",
    )
    assert (found.uid, found.sequence) == (INVITE.uid, 0)
    assert found.stamp == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert invite_answers.read(raw) == found, "a part without a method is believed"
    assert invite_answers.read(answer(without="SEQUENCE")).sequence == 0


def test_a_counter_is_another_time(judge: None) -> None:
    raw = answer("COUNTER", *COUNTER, "COMMENT:I am on a train")
    assert libical.complaints(raw) == []
    found = invite_answers.read(raw, "counter")
    assert found.kind == "counter"
    assert found.slot == (
        datetime(2026, 11, 25, 13, tzinfo=UTC), datetime(2026, 11, 25, 14, tzinfo=UTC),
    )  # fmt: skip
    assert found.note == "I am on a train"


WINDOWS = "BEGIN:VTIMEZONE TZID:W. Europe Standard Time BEGIN:STANDARD DTSTART:16010101T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100 END:STANDARD END:VTIMEZONE"


def test_a_counter_in_the_words_of_outlook_is_the_right_moment() -> None:
    zone = re.sub(r" (?=[A-Z-]+[:])", "\r\n", WINDOWS)
    raw = answer(
        "COUNTER", "DTSTART;TZID=W. Europe Standard Time:20261125T140000",
        "DTEND;TZID=W. Europe Standard Time:20261125T150000",
    ).replace(b"BEGIN:VEVENT", f"{zone}\r\nBEGIN:VEVENT".encode())  # fmt: skip
    found = invite_answers.read(raw)
    assert found.slot is not None
    assert found.slot[0] == datetime(2026, 11, 25, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "method", "why"),
    [
        (b"", "", "not one calendar"),
        (b"\xff\xfe\x00", "", "not a calendar"),
        (b"Hello Ben", "", "not a calendar"),
        (answer() + answer(), "", "not one calendar"),
        (answer(), "COUNTER", "different methods"),
        (answer("REQUEST"), "", "not an answer"),
        (answer("REPLY", "ATTENDEE;PARTSTAT=DECLINED:mailto:c@x.example"), "", "one attendee"),
        (answer(without="ATTENDEE"), "", "one attendee"),
        (answer(without="UID"), "", "none"),
        (answer(without="DTSTAMP"), "", "dtstamp"),
        (answer().replace(b"SEQUENCE:0", b"SEQUENCE:abc"), "", "cannot be read"),
        (answer().replace(b"SEQUENCE:0", b"SEQUENCE:-4"), "", "no number"),
        (answer().replace(b"ACCEPTED", b"DELEGATED"), "", "neither"),
        (answer("COUNTER"), "", "dtstart"),
        (answer("COUNTER", "DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261126"), "", "dtstart"),
        (answer("COUNTER", "DTSTART:20261125T130000", "DTEND:20261125T140000"), "", "dtstart"),
        (answer("COUNTER", "DTSTART:20261125T130000Z", "DTEND:20261125T120000Z"), "", "ends before"),
        (answer().replace(b"VEVENT", b"VTODO"), "", "without a meeting"),
    ],
)  # fmt: skip
def test_whatever_is_not_an_answer_is_refused_with_a_reason(
    raw: bytes, method: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        invite_answers.read(raw, method)


def test_of_several_parts_of_one_meeting_the_latest_counts() -> None:
    later = answer().replace(b"ACCEPTED", b"DECLINED").replace(b"T100000Z", b"T110000Z")
    event = later[later.index(b"BEGIN:VEVENT") : later.index(b"END:VCALENDAR")]
    both = answer().replace(b"END:VCALENDAR", event + b"END:VCALENDAR")
    assert invite_answers.read(both).said == "declined"
    other = both.replace(b"UID:int_1-i", b"UID:int_2-i", 1)
    with pytest.raises(ValueError, match="several meetings"):
        invite_answers.read(other)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_bytes_are_an_answer_or_a_refusal_and_nothing_else(data: st.DataObject) -> None:
    raw = bytearray(answer("COUNTER", *COUNTER))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with suppress(ValueError):
        assert invite_answers.read(bytes(raw)).uid


def test_the_later_sequence_wins_then_the_later_stamp() -> None:
    hour = timedelta(hours=1)
    assert invite_answers.newer(None, 0, NOW)
    assert invite_answers.newer((0, NOW), 1, NOW - hour)
    assert invite_answers.newer((1, NOW), 1, NOW + hour)
    assert not invite_answers.newer((1, NOW), 1, NOW), "a repeat changes nothing"
    assert not invite_answers.newer((1, NOW), 0, NOW + hour)
