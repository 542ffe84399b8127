"""Backups on both databases, and what a database restored from an older copy does not do again."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hiring import audit_check, backup, doubts, issues, job_doubts, outreach, post, restore
from hiring.errors import Refused
from hiring.jobs import job
from hiring.services import Services
from hiring.tables import issues as issue_rows
from tests.conftest import binaries, migrate
from tests.firm import ROSA, Firm
from tests.keeping.conftest import with_mailbox
from tests.keeping.dovecot import Dovecot
from tests.keeping.test_sent_once import Counted

pytestmark = pytest.mark.anyio
seen: dict[str, bool] = {}


@job("test.effect")
async def effect(services: Services, *, name: str) -> None:
    seen[name] = job_doubts.doubted()


@job("test.cause")
async def cause(services: Services, *, name: str) -> None:
    now = services.clock.now()
    async with services.store.begin() as tx:
        await services.jobs.enqueue(tx, effect, key=f"child:{name}", name=f"{name}'s child")
        for word, span in (("overdue", -60), ("coming", 60)):
            at = now + timedelta(minutes=span)
            await services.jobs.later(
                tx, effect, key=f"{word}:{name}", at=at, name=f"{name} {word}"
            )


@pytest.fixture
def sent(office: Firm) -> list[str]:
    """The Message-IDs that were handed to the mail server, repeats too."""
    mailer = Counted(office.parts.settings.smtp_url.get_secret_value())
    office.parts = replace(office.parts, services=replace(office.services, mailer=mailer))
    return mailer.sent


async def write_to_nora(office: Firm, key: str) -> str:
    """Queue a message; gives its Message-ID."""
    rosa, ref = (
        await office.actor(ROSA),
        await office.newcomer("Nora", "Quill", f"{key}@mailbox.example"),
    )
    template = next(
        t.name for t in outreach.offered() if t.facts <= {"candidate_first_name", "company", "job_title", "recruiter_name", "next_step"}
    )  # fmt: skip
    await outreach.send(office.services, rosa, ref, template, {"next_step": "a call"}, key=key)
    return post.message_id(office.services, f"message:{key}")


def copied(office: Firm, folder: Path) -> Callable[[], None]:
    """Take a copy; gives what puts it back."""
    url, copy = office.parts.settings.database, folder / "copy"
    if office.services.store.is_sqlite:
        backup.copy(url, copy)
        return lambda: backup.put_back(url, copy)
    plain = url.replace("+psycopg", "")
    subprocess.run([program("pg_dump"), "--format=custom", f"--file={copy}", plain], check=True)
    again = [program("pg_restore"), "--clean", "--if-exists", f"--dbname={plain}", copy]
    return lambda: subprocess.run(again, check=True) and None


def program(name: str) -> str:
    """One of PostgreSQL's own programs."""
    return shutil.which(name) or str((binaries() or Path()) / name)


async def works(office: Firm) -> None:
    async with office.at_work():
        await office.settles()


async def put_back(office: Firm, how: Callable[[], None]) -> None:
    await office.services.store.close()
    how()


async def troubles(office: Firm) -> list[str]:
    async with office.services.store.read() as conn:
        return [row.job for row in await conn.execute(sa.select(issue_rows))]


async def test_what_was_sent_after_the_copy_was_made_is_not_sent_again_but_asked(
    office: Firm, sent: list[str], tmp_path: Path
) -> None:
    mail = await write_to_nora(office, "queued")
    back = copied(office, tmp_path)
    await works(office)
    assert sent == [mail]
    await put_back(office, back)
    await works(office)
    assert sent == [mail]
    assert await troubles(office) == ["outreach.deliver"]
    (asked,) = await issues.listing(office.services)
    assert asked.state == "in_doubt"
    await issues.settle(office.services, asked.id, doubts.DONE)
    await works(office)
    assert sent == [mail]
    assert office.desk.said["message:queued"][0] == ROSA, "the rest of the job was done"
    fresh = await write_to_nora(office, "afterwards")
    await works(office)
    assert sent == [mail, fresh], "what people do after the restore is not held"
    lines = [line async for line in audit_check.listing(office.services)]
    assert any('"action": "database.restored"' in line for line in lines)
    assert (await audit_check.verify(office.services)).wrong is None


async def test_with_a_sent_folder_nobody_has_to_be_asked(
    office: Firm, sent: list[str], tmp_path: Path, imap: Dovecot
) -> None:
    known = await write_to_nora(office, "known")
    await works(office)
    done, undone = await write_to_nora(office, "done"), await write_to_nora(office, "undone")
    back = copied(office, tmp_path)
    await put_back(office, back)
    (tmp_path / restore.FILE).unlink()
    await restore.declare(office.services, actor="operator")
    for mail in (known, done):  # as if the old database's worker had sent `done`
        imap.put("Outbox", mail)
    read = with_mailbox(office, imap.url())
    await works(read)
    assert sent == [known, undone]
    assert await troubles(office) == []


async def test_a_copy_no_older_than_the_mark_beside_it_is_an_ordinary_restart(
    office: Firm, sent: list[str], tmp_path: Path
) -> None:
    await works(office)
    mail = await write_to_nora(office, "queued")
    await works(office)
    await works(office)
    assert sent == [mail]
    assert not await job_doubts.exist(office.services.store)


async def test_the_mark_rises_while_a_worker_runs(
    office: Firm, sent: list[str], tmp_path: Path
) -> None:
    """A worker that has been running since before the copy was made has left a higher mark, too."""
    async with office.at_work():
        first = await write_to_nora(office, "first")
        await office.settles()
        back = copied(office, tmp_path)
        mail = await write_to_nora(office, "queued")
        await restore.advance(office.services, office.parts.settings.var)
        await office.settles()
    await put_back(office, back)
    assert await restore.recognise(office.services, office.parts.settings.var) is True
    assert await restore.recognise(office.services, office.parts.settings.var) is False
    assert sent == [first, mail]


async def test_another_machine_that_comes_later_does_not_doubt_what_was_queued_since(
    office: Firm, tmp_path: Path
) -> None:
    here, there = office.parts.settings.var, tmp_path / "there"
    await write_to_nora(office, "any")
    back = copied(office, tmp_path)
    for folder in (here, there):
        await restore.advance(office.services, folder)
    mark = (there / restore.FILE).read_text().replace('"at": 1', '"at": 0')
    (there / restore.FILE).write_text(mark)  # it stopped long before the restore
    await put_back(office, back)
    assert await restore.recognise(office.services, here) is True
    assert await restore.recognise(office.services, there) is False


async def test_doubt_passes_to_what_a_doubted_job_causes_unless_it_lies_ahead(
    office: Firm,
) -> None:
    seen.clear()
    services = office.services
    async with services.store.begin() as tx:
        await services.jobs.enqueue(tx, cause, key="old", name="old")
        past = services.clock.now() - timedelta(minutes=1)
        await services.jobs.later(tx, effect, key="due", at=past, name="due before")
        ahead = services.clock.now() + timedelta(minutes=1)
        await services.jobs.later(tx, effect, key="ahead", at=ahead, name="due after")
    assert await restore.declare(services, actor="operator") == 2
    async with services.store.begin() as tx:
        await services.jobs.enqueue(tx, cause, key="new", name="new")
    async with office.at_work():
        await office.settles()
        await office.waits(hours=2)
    assert seen == {
        "old's child": True, "old overdue": True, "old coming": False, "due before": True,
        "due after": False, "new's child": False, "new overdue": False, "new coming": False,
    }  # fmt: skip


async def test_a_folder_that_cannot_be_written_stops_nobody(office: Firm, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert await restore.recognise(office.services, tmp_path / "file") is False
    (tmp_path / restore.FILE).write_text("{not json")
    assert await restore.recognise(office.services, tmp_path) is False


def test_a_copy_taken_while_others_write_is_whole_and_readable_by_its_owner_only(
    tmp_path: Path,
) -> None:

    file = tmp_path / "callsheet.db"
    url = f"sqlite+aiosqlite:///{file}"
    migrate(url)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("insert into deliveries values ('before', 1)")
        writer.execute("begin immediate")
        writer.execute("insert into deliveries values ('during', 1)")
        backup.copy(url, tmp_path / "copy")
        writer.execute("commit")
    assert os.stat(tmp_path / "copy").st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("copy-*"))
    with closing(sqlite3.connect(tmp_path / "copy")) as conn:
        assert conn.execute("select key from deliveries").fetchall() == [("before",)]
        assert conn.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_copy_is_never_written_over_a_file_and_rubbish_is_never_put_back(tmp_path: Path) -> None:
    from hiring import migrations

    url = f"sqlite+aiosqlite:///{tmp_path / 'callsheet.db'}"
    with pytest.raises(Refused):
        backup.copy(url, tmp_path / "copy")
    migrate(url)
    (tmp_path / "rubbish").write_bytes(b"SQLite format 3\x00" + b"\x00" * 5_000)
    with pytest.raises(Refused):
        backup.copy(url, tmp_path / "rubbish")
    for name in ("rubbish", "missing"):
        with pytest.raises(Refused):
            backup.put_back(url, tmp_path / name)
    backup.copy(url, tmp_path / "copy")
    damaged = bytearray((tmp_path / "copy").read_bytes())
    damaged[8_192:12_288] = b"\xff" * 4_096
    (tmp_path / "damaged").write_bytes(damaged)
    with pytest.raises(Refused):
        backup.put_back(url, tmp_path / "damaged")
    assert migrations.is_current(url)


def test_for_postgresql_its_own_programs_are_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as told:
        backup.copy("postgresql+psycopg://nobody@127.0.0.1:9/none", tmp_path / "copy")
    assert "pg_dump" in told.value.sentence
    assert "callsheet restored" in told.value.sentence
