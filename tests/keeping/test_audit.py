"""The audit is a chain: whatever somebody with the database in their hands changes, the first row that is off is named."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hiring import audit, audit_check, candidacy, origin
from hiring.store import Store
from hiring.tables import audit as rows
from hiring.tables import audit_head
from tests.firm import ROSA, Firm, firm

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    """A company whose audit is empty: connecting its accounts wrote some rows."""
    async with firm(tmp_path, database_url) as made:
        store = made.services.store
        async with store.read() as conn:
            kept = sa.text("select sql from sqlite_master where type = 'trigger'")
            triggers = (await conn.execute(kept)).scalars().all() if store.is_sqlite else []
        await tamper(
            store, "delete from audit", "update audit_head set seq = 0, hash = '', key = null",
            *(triggers or ["alter table audit enable trigger all"]),
        )  # fmt: skip
        yield made


async def write(office: Firm, count: int = 5) -> None:
    for number in range(1, count + 1):
        async with office.services.store.begin() as tx:
            await audit.record(
                tx, office.services, ROSA, "offer.approved", f"off_{number}",
                before="approving", after="approved", step=number,
            )  # fmt: skip


async def tamper(store: Store, *statements: str) -> None:
    """As somebody who owns the database: the triggers go first."""
    async with store.begin() as tx:
        if store.is_sqlite:
            await tx.execute(sa.text("drop trigger if exists audit_no_update"))
            await tx.execute(sa.text("drop trigger if exists audit_no_delete"))
        else:
            await tx.execute(sa.text("alter table audit disable trigger all"))
        for statement in statements:
            await tx.execute(sa.text(statement))


async def wrong(office: Firm, noted: str = "") -> str | None:
    return (await audit_check.verify(office.services, noted)).wrong


async def test_an_untouched_chain_is_whole_and_says_where_it_ends(office: Firm) -> None:
    empty = await audit_check.verify(office.services)
    assert (empty.rows, empty.head, empty.wrong) == (0, "", None)
    await write(office)
    found = await audit_check.verify(office.services)
    assert (found.rows, found.wrong) == (5, None)
    async with office.services.store.read() as conn:
        last = (await conn.execute(sa.select(rows).where(rows.c.seq == 5))).one()
    assert found.head == last.hash


async def test_the_database_itself_refuses_to_change_or_delete_a_row(office: Firm) -> None:
    await write(office)
    refused = [
        "update audit set actor = 'U0OTHER01' where seq = 2",
        "delete from audit where seq = 5",
    ]
    if not office.services.store.is_sqlite:
        refused.append("truncate audit")
    for statement in refused:
        with pytest.raises(sa.exc.DBAPIError, match="only ever added"):
            async with office.services.store.begin() as tx:
                await tx.execute(sa.text(statement))
    assert await wrong(office) is None


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'U0OTHER01'", "action = 'offer.declined'", "subject = 'off_9'", "origin = 'slack:x'",
        "before = 'sent'", "after = 'declined'", "detail = '[]'", "prev = hash",
        "at = '2020-01-01T00:00:00.000000Z'", "hash = prev", "hash = null, prev = null",
    ],
)  # fmt: skip
async def test_any_changed_column_is_found_and_its_row_named(office: Firm, change: str) -> None:
    await write(office)
    await tamper(office.services.store, f"update audit set {change} where seq = 3")
    assert (await wrong(office) or "").startswith("Row 3 is not what was written")


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["delete from audit where seq = 1"], "Row 1 is missing."),
        (["delete from audit where seq in (2, 3)"], "Rows 2 to 3 are missing."),
        (["delete from audit where seq = 5"], "Row 5 is missing."),
        (["delete from audit"], "Rows 1 to 5 are missing."),
        (
            ["delete from audit where seq = 3", "update audit set seq = seq - 1 where seq = 4",
             "update audit set seq = seq - 1 where seq = 5"],
            "Row 3 is not what was written",
        ),
        (
            ["update audit set seq = -3 where seq = 3", "update audit set seq = 3 where seq = 4",
             "update audit set seq = 4 where seq = -3"],
            "Row 3 is not what was written",
        ),
        (["delete from audit_head"], "The head of the chain is gone."),
        (["update audit_head set hash = 'x'"], "The head does not fit row 5"),
        (["update audit_head set key = null"], "Row 1 is not what was written"),
    ],
)  # fmt: skip
async def test_rows_taken_out_or_moved_are_named(
    office: Firm, statements: list[str], sentence: str
) -> None:
    await write(office)
    await tamper(office.services.store, *statements)
    assert (await wrong(office) or "").startswith(sentence)


COPY = (
    "insert into audit (seq, at, actor, action, subject, detail, origin, before, after, prev, hash) "
    "select {seq}, at, actor, action, 'off_7', detail, origin, before, after, {prev}, {hash} from audit where seq = 2"
)


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        ([COPY.format(seq=6, prev="prev", hash="hash")], "Row 6 is not what was written"),
        ([COPY.format(seq=6, prev="null", hash="null")], "Row 6 is not what was written"),
        (
            ["update audit set seq = 6 where seq = 5", "update audit set seq = 5 where seq = 4",
             "update audit set seq = 4 where seq = 3", COPY.format(seq=3, prev="hash", hash="hash")],
            "Row 3 is not what was written",
        ),
    ],
)  # fmt: skip
async def test_rows_put_in_are_named(office: Firm, statements: list[str], sentence: str) -> None:
    await write(office)
    await tamper(office.services.store, *statements)
    assert (await wrong(office) or "").startswith(sentence)


async def test_a_row_behind_the_head_is_named_though_it_is_genuine(office: Firm) -> None:
    await write(office)
    set_back = "update audit_head set seq = 3, hash = (select hash from audit where seq = 3)"
    await tamper(office.services.store, set_back)
    assert (await wrong(office) or "").startswith("Row 4 stands behind the head")


async def test_a_tail_cut_off_together_with_the_head_shows_against_a_head_noted_elsewhere(
    office: Firm,
) -> None:
    await write(office)
    noted = (await audit_check.verify(office.services)).head
    await write(office, 2)
    assert await wrong(office, noted) is None, "the chain may have grown since"
    await tamper(
        office.services.store, "delete from audit where seq > 4",
        "update audit_head set seq = 4, hash = (select hash from audit where seq = 4)",
    )  # fmt: skip
    assert await wrong(office) is None, "the rows that are left do fit"
    assert "you noted is not in this chain" in (await wrong(office, noted) or "")


async def test_writing_goes_on_behind_a_damaged_chain_and_heals_nothing(office: Firm) -> None:
    await write(office)
    await tamper(office.services.store, "delete from audit_head", "delete from audit where seq = 5")
    await write(office, 2)
    assert (await wrong(office) or "") != ""


async def test_many_at_once_make_one_chain_and_a_change_that_fails_leaves_no_row(
    office: Firm,
) -> None:
    async def one(number: int) -> None:
        async with office.services.store.begin() as tx:
            await audit.record(tx, office.services, ROSA, "interview.booked", f"int_{number}")
            await asyncio.sleep(0)
            if number % 5 == 0:
                raise LookupError

    done = await asyncio.gather(*(one(n) for n in range(40)), return_exceptions=True)
    assert [type(each) for each in done].count(LookupError) == 8
    found = await audit_check.verify(office.services)
    assert (found.rows, found.wrong) == (32, None)


async def test_a_row_says_from_where_and_what_became_of_what(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await office.newcomer()
    with origin.coming_from("slack", "evt:Ev1"):
        profile = await candidacy.candidates.profile(office.services, rosa, ref)
        stages = await candidacy.stages(office.services, profile)
        await candidacy.move(office.services, rosa, ref, stages[-1].ref.id)
    lines = [json.loads(line) async for line in audit_check.listing(office.services)]
    assert len(lines) == 1
    assert lines[0]["origin"] == "slack:evt:Ev1"
    assert lines[0]["before"] != lines[0]["after"] == f"{stages[-1].ref.id} {stages[-1].name}"
    assert (lines[0]["actor"], lines[0]["subject"]) == (ROSA, str(ref))


async def test_a_lost_secret_key_is_told_apart_from_tampering(office: Firm) -> None:
    await write(office)
    other = "gAAAAABk" + "A" * 60
    async with office.services.store.begin() as tx:
        await tx.execute(audit_head.update().values(key=other))
    assert "CALLSHEET_SECRET_KEYS" in (await wrong(office) or "")
