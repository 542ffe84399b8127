"""The call log can be searched and is forgotten in time; vendors' troubles become one issue each."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import commands
from bot import wiring
from commands import logs
from commands.router import Gesture, Message
from connectors.breaker import RUN
from connectors.errors import ConnectorError
from connectors.http import CallRecord
from connectors.notices import Notice
from connectors.shapes import USUAL
from hiring import calls, issues, origin, retention, sync
from hiring.calls import Wanted
from hiring.calls_table import shapes
from tests.firm import ADMIN, ROSA, Firm

pytestmark = pytest.mark.anyio


def record(account: str = "acc_1", status: int = 200, **more: Any) -> CallRecord:
    error = "" if status < 400 else "Rejected"
    return CallRecord(account, "GET", "/v1/people/{id}", status, 12, 1, 345, error=error, **more)


async def written(office: Firm, *records: CallRecord) -> None:
    for one in records:
        office.parts.watch.calls.note(one)
    await office.parts.watch.flush(office.services)


async def test_what_a_job_asked_is_found_by_the_origin_the_audit_shows(office: Firm) -> None:
    account = await office.services.accounts.get("lever")
    with origin.coming_from("job sync.apply", "abc123", "A change in the ATS"):
        await office.services.accounts.check(account)
    await office.parts.watch.flush(office.services)
    for word in ("job sync.apply:abc123", "job sync", "abc123"):
        found = await calls.search(office.services.store, Wanted(account.id, correlation=word))
        assert {line.path for line in found} >= {"/v1/postings", "/v1/users"}
        assert {line.flow for line in found} == {"A change in the ATS"}
        assert all(line.status == 200 and line.host == "127.0.0.1" for line in found)
    assert await calls.search(office.services.store, Wanted(correlation="other")) == []


async def test_lines_are_found_by_account_status_and_time(office: Firm) -> None:
    services = office.services
    await written(office, record(), record("acc_2", 429), record("acc_1", 503))
    await services.clock.move(services.store, by=timedelta(hours=2))
    await written(office, record("acc_1", 404))

    async def statuses(**wanted: Any) -> list[int]:
        return [line.status for line in await calls.search(services.store, Wanted(**wanted))]

    assert await statuses() == [404, 503, 429, 200]
    assert await statuses(account="acc_1", status="errors") == [404, 503]
    assert await statuses(status="4xx") == [404, 429]
    assert await statuses(status="429") == [429]
    assert await statuses(since=services.clock.now() - timedelta(hours=1)) == [404]
    with pytest.raises(ValueError, match="A status is"):
        await statuses(status="bad")


async def test_old_lines_are_forgotten(office: Firm) -> None:
    services = office.services
    await written(office, *(record(status=200 + n) for n in range(3)))
    await services.clock.move(services.store, by=timedelta(days=31))
    await written(office, record(status=299))
    await retention.forget_old(services, 30)
    assert [line.status for line in await calls.search(services.store, Wanted())] == [299]


async def test_a_database_that_is_away_fails_no_call_and_gets_the_lines_later(
    office: Firm,
) -> None:
    services, watch = office.services, office.parts.watch
    async with services.store.begin() as tx:
        await tx.execute(sa.text("alter table calls rename to away"))
    account = await services.accounts.get("lever")
    assert all(finding.ok for finding in await services.accounts.check(account))
    await watch.flush(services)
    async with services.store.begin() as tx:
        await tx.execute(sa.text("alter table away rename to calls"))
    await watch.flush(services)
    assert len(await calls.search(services.store, Wanted(account.id))) >= 3


async def open_issues(office: Firm) -> list[str]:
    await office.parts.watch.flush(office.services)
    return [issue.sentence for issue in await issues.listing(office.services)]


async def test_a_vendor_that_stays_down_is_one_issue_that_ends_by_itself(office: Firm) -> None:
    account = await office.services.accounts.get("lever")
    ats = await office.services.accounts.ats(account.id)
    breaker = office.parts.pool.breaker(account.id, account.base_url.partition("//")[2])  # type: ignore[union-attr]  # it has one
    office.gates["lever"].refuse = 500
    for _ in range(RUN):
        with pytest.raises(ConnectorError):
            await ats.jobs()
    assert len(await open_issues(office)) == 1
    office.gates["lever"].refuse = 0
    breaker._until = 1.0  # the rest is over
    await ats.jobs()
    assert await open_issues(office) == []


async def test_an_announced_end_is_told_once_also_after_it_was_dealt_with(office: Firm) -> None:
    notice = Notice("acc_1", "ending", "sunset GET /v1/people", "It ends.")
    for _ in range(2):
        office.parts.watch.notice(notice)
    assert await open_issues(office) == ["It ends."]
    await issues.resolve(office.services, kind="vendor.ending", key=f"acc_1:{notice.key}")
    office.parts.watch.notice(notice)
    assert await open_issues(office) == []


async def test_a_change_is_told_again_only_when_it_was_over(office: Firm) -> None:
    def tell(sentence: str) -> None:
        office.parts.watch.notice(
            Notice("acc_1", "changed", "GET /v1/people", sentence, over=not sentence)
        )

    tell("It changed.")
    tell("It changed.")
    assert await open_issues(office) == ["It changed."]
    tell("It changed more.")
    assert await open_issues(office) == ["It changed more."]
    tell("")
    assert await open_issues(office) == []
    tell("It changed.")
    assert await open_issues(office) == ["It changed."]


async def test_shapes_survive_a_restart_without_values(office: Firm) -> None:
    account = await office.services.accounts.get("lever")
    ats = await office.services.accounts.ats(account.id)
    for _ in range(USUAL):
        await ats.users()
    await office.parts.watch.stop(office.services)
    async with office.services.store.read() as conn:
        rows = (await conn.execute(sa.select(shapes))).all()
    told = {row.endpoint: row.told for row in rows}
    (users,) = (told[endpoint] for endpoint in told if endpoint.startswith("GET /v1/users"))
    assert "data[].email" in users["fields"]
    assert "brightwater.example" not in str(told)
    async with wiring.parts(office.parts.settings) as again:
        (endpoint,) = (e for e in told if e.startswith("GET /v1/users"))
        found = again.watch.shapes.recall((account.id, endpoint))
        assert found is not None
        assert found["count"] == users["count"]


async def test_a_sync_waits_behind_persons(office: Firm) -> None:
    from connectors.budget import waits_for_nobody

    seen: list[bool] = []
    account = await office.services.accounts.get("lever")
    assert not waits_for_nobody()
    await sync.run(
        office.services, account.id, progress=lambda kind, n: seen.append(waits_for_nobody())
    )
    assert set(seen) == {True}
    assert not waits_for_nobody()


class Pen:
    """Keeps what a handler answered."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    async def whisper(self, message: Message) -> None:
        self.said.append(message)

    replace = whisper


def text(message: Message) -> str:
    return str(message.blocks)


async def test_an_admin_sees_errors_first_page_by_page(office: Firm) -> None:
    services, pen, admin = office.services, Pen(), await office.actor(ADMIN)
    account = (await services.accounts.get("greenhouse")).id
    good = [record(account, ms_ok) for ms_ok in (200,) * 14]
    await written(office, record(account, 429, request_id="r-1", flow="find"), *good)
    gesture = Gesture("command", "T", ADMIN, "logs", text="greenhouse")
    await logs.show(gesture, admin, services, pen)  # type: ignore[arg-type]  # the part of a reply that is used
    first = pen.said[-1]
    assert text(first).index(":x:") < text(first).index(":white_check_mark:")
    assert "request id r-1" in text(first)
    assert "More" in text(first)
    assert "Back" not in text(first)
    turned = Gesture("action", "T", ADMIN, "logs.page:more", value=f"{account}|10")
    await logs.turn(turned, admin, services, pen)  # type: ignore[arg-type]  # the same
    assert text(pen.said[-1]).count(":white_check_mark:") == 5
    assert "Back" in text(pen.said[-1])


async def test_nobody_but_an_admin_turns_pages(office: Firm) -> None:
    pen = Pen()
    turned = Gesture("action", "T", ROSA, "logs.page:more", value="*|10")
    await logs.turn(turned, await office.actor(ROSA), office.services, pen)  # type: ignore[arg-type]  # the same
    assert pen.said == []
    assert commands.load().verbs["logs"].roles == {"admin"}
