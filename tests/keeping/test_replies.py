"""Answers to our mails: each is told once to who wrote, in any order, without a word of it being kept."""

import base64
import email
import email.policy
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.model import Ref
from hiring import interviews, outreach, plans, post, replies
from hiring.metadata import metadata
from hiring.tables import positions, sent_mail
from messages.mailbox import Place
from tests.firm import ROSA, Firm, everything_in
from tests.keeping.conftest import with_mailbox
from tests.keeping.dovecot import Dovecot

pytestmark = pytest.mark.anyio
NORA = "nora@mailbox.example"


@pytest.fixture
async def firm_with_mailbox(office: Firm, imap: Dovecot) -> Firm:
    """The inbox has been looked at once, so that other tests' mail does not count."""
    made = with_mailbox(office, imap.url())
    await replies.look(made.services)
    return made


async def written(office: Firm, key: str) -> tuple[Ref, str]:
    """A message that went out in Rosa's name; gives the candidacy and the Message-ID."""
    rosa, ref = await office.actor(ROSA), await office.newcomer("Nora", "Quill", NORA)
    template = next(
        t.name for t in outreach.offered() if t.facts <= {"candidate_first_name", "company", "job_title", "recruiter_name", "next_step"}
    )  # fmt: skip
    async with office.at_work():
        await outreach.send(office.services, rosa, ref, template, {"next_step": "a call"}, key=key)
        await office.settles()
    return ref, post.message_id(office.services, f"message:{key}")


def told(office: Firm) -> list[tuple[str, str]]:
    return [said for key, said in office.desk.said.items() if key.startswith("reply:")]


async def look(office: Firm) -> int:
    new = await replies.look(office.services)
    async with office.at_work():
        await office.settles()
    return new


async def test_an_answer_is_told_to_who_wrote_and_only_once(
    firm_with_mailbox: Firm, imap: Dovecot, tmp_path: Path
) -> None:
    office = firm_with_mailbox
    _, mail = await written(office, "m1")
    imap.put("INBOX", "<a1@they.example>", In_Reply_To=mail)
    assert await look(office) == 1
    assert await look(office) == 0
    ((user, text),) = told(office)
    assert user == ROSA
    assert text.startswith("Nora Quill answered your mail")
    assert "secret" not in text
    async with office.services.store.begin() as tx:
        await tx.execute(positions.delete())  # everything is read from last week on again
    assert await look(office) == 0
    assert len(told(office)) == 1
    kept = everything_in(tmp_path)
    if not office.services.store.is_sqlite:
        async with office.services.store.read() as conn:
            for table in metadata.sorted_tables:
                kept += repr((await conn.execute(sa.select(table))).all()).encode()
    for word in (b"A secret text", b"Re: secret", b"Nora", b"a1@they.example"):
        assert word not in kept


async def test_answers_may_come_in_any_order_and_twice(
    firm_with_mailbox: Firm, imap: Dovecot
) -> None:
    office = firm_with_mailbox
    _, mail = await written(office, "m2")
    imap.put(
        "INBOX",
        "<c3@they.example>",
        In_Reply_To="<c2@they.example>",
        References=f"{mail} <c2@they.example>",
    )
    imap.put("INBOX", "<c2@they.example>", In_Reply_To=mail)
    imap.put("INBOX", "<c2@they.example>", In_Reply_To=mail)
    assert await look(office) == 2
    imap.put("INBOX", "<c3@they.example>", In_Reply_To=mail)
    assert await look(office) == 0
    assert len(told(office)) == 2


async def test_two_workers_that_look_at_once_tell_it_once(
    firm_with_mailbox: Firm, imap: Dovecot
) -> None:
    import asyncio

    office = firm_with_mailbox
    _, mail = await written(office, "m3")
    imap.put("INBOX", "<d1@they.example>", In_Reply_To=mail)
    found = await asyncio.gather(*(replies.look(office.services) for _ in range(4)))
    assert sorted(found) == [0, 0, 0, 1]
    await look(office)
    assert len(told(office)) == 1


async def test_automatic_answers_and_other_peoples_mail_are_left_alone(
    firm_with_mailbox: Firm, imap: Dovecot
) -> None:
    office = firm_with_mailbox
    _, mail = await written(office, "m4")
    imap.put("INBOX", "<e1@they.example>", In_Reply_To=mail, Auto_Submitted="auto-replied")
    imap.put("INBOX", "<e2@they.example>", In_Reply_To="<strange@they.example>")
    imap.put("INBOX", "<e3@they.example>")
    assert await look(office) == 0
    assert told(office) == []


async def test_an_answer_about_an_interview_goes_to_who_arranged_it(
    firm_with_mailbox: Firm, imap: Dovecot
) -> None:
    office = firm_with_mailbox
    rosa, ref = await office.actor(ROSA), await office.newcomer("Nora", "Quill", NORA)
    from hiring import candidates

    profile = await candidates.profile(office.services, rosa, ref)
    wish = await plans.single(office.services, rosa, profile)
    found = await interviews.times(office.services, rosa, profile, wish)
    async with office.at_work():
        await interviews.offer_times(office.services, rosa, ref, wish, found.slots[:3], key="i1")
        await office.settles()
    async with office.services.store.read() as conn:
        row = (await conn.execute(sa.select(sent_mail))).one()
    imap.put("INBOX", "<f1@they.example>", In_Reply_To=row.message_id)
    assert await look(office) == 1
    ((user, text),) = told(office)
    assert (user, text[:19]) == (ROSA, "Nora Quill answered")


async def test_answers_reach_the_recruiter_and_the_mailbox_when_it_is_read(
    firm_with_mailbox: Firm,
) -> None:
    office = firm_with_mailbox
    await written(office, "m5")
    (row,) = [mail for mail in office.store.all("mail") if mail["address"] == NORA]
    message = email.message_from_bytes(base64.b64decode(row["raw"]), policy=email.policy.default)
    assert [to.addr_spec for to in message["Reply-To"].addresses] == [
        "rosa@brightwater.example", "hiring@brightwater.example",
    ]  # fmt: skip


async def test_the_place_is_kept_as_two_numbers(firm_with_mailbox: Firm) -> None:
    async with firm_with_mailbox.services.store.read() as conn:
        row = (await conn.execute(sa.select(positions))).one()
    validity, uid = (int(part) for part in row.position.split(":"))
    assert Place(validity, uid).validity > 0
