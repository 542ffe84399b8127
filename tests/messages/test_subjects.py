"""Subjects arrive as they were written, whatever letters they hold and however long they are."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from messages.mail import Mail, build

SUBJECTS = [
    "Welcome",
    "Brightwater Labs: Technical interview, Thursday 26 November 2026, 15:30–16:15, London time (GMT)",
    "Brightwater Labs: your Technical interview has moved to Friday 27 November 2026, 15:00–15:45, London time",
    "Interview: Technical interview, 小龙 李 and Siobhán O'Brien, with a title that goes on for longer than a line",
    "plain " * 40,
    "ä" * 200,
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_reads_the_same_after_the_wire(subject: str) -> None:
    mail = Mail(
        "<one@hire.example>", ("Ada", "ada@mailbox.example"), ("Rosa", "rosa@hire.example"),
        subject, "Hi", "<p>Hi</p>", datetime(2026, 11, 24, 9, tzinfo=UTC),
    )  # fmt: skip
    wire = build(mail).as_bytes()
    assert max(len(line) for line in wire.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 78
    read = email.message_from_bytes(wire, policy=email.policy.default)
    assert read["Subject"] == subject.strip()


def test_a_subject_starts_no_header_of_its_own() -> None:
    mail = Mail(
        "<one@hire.example>", ("Ada", "ada@mailbox.example"), ("Rosa", "rosa@hire.example"),
        "Hello\r\nBcc: eve@mailbox.example", "Hi", "<p>Hi</p>", datetime(2026, 11, 24, 9, tzinfo=UTC),
    )  # fmt: skip
    read = email.message_from_bytes(build(mail).as_bytes(), policy=email.policy.default)
    assert read["Bcc"] is None
    assert read["Subject"] == "Hello Bcc: eve@mailbox.example"
