"""A panel's private channel on the workspace's own Slack: made once, told once, archived in the end, whatever gets lost."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import commands
from bot import manifest
from bot.workspace import faults
from hiring import (
    candidates,
    channel_records,
    channels,
    interview_records,
    interviews,
    issues,
    loop_records,
    loop_visits,
    loops,
    swap_seat,
)
from hiring.channel_records import Planned
from hiring.interview_records import Interview
from hiring.loop_records import Loop, Session
from hiring.loops import Wanted
from hiring.swap_seat import Coming
from tests.firm import BEN, CHEN, NOWHERE, ROSA, TOM, Firm, firm

pytestmark = pytest.mark.anyio
BOT = "U0CALLBOT"
SESSIONS = (Session("Pair programming", 60, (BEN,)), Session("System design", 45, (CHEN,)))
WANTED = Wanted(SESSIONS, channel=True)
Doc = dict[str, Any]


@pytest.fixture
def app() -> Doc:
    """What the app is installed with."""
    return manifest.build(commands.load(), url=NOWHERE)


@pytest.fixture
async def office(database_url: str, tmp_path: Path, app: Doc) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url, slack=app) as made, made.at_work():
        yield made


async def booked(office: Firm, wanted: Wanted = WANTED) -> Loop:
    ref, rosa = await office.ada(), await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    found = await loops.suggest(office.services, rosa, profile, wanted)
    times = found.options[0].times
    made = await loops.book(office.services, rosa, ref, wanted, times, key="delivery")
    await office.settles()
    return made


async def first_of(office: Firm, loop: Loop) -> Interview:
    return (await loop_records.interviews_of(office.services, loop.id))[0]


async def takes_over(office: Firm, loop: Loop) -> None:
    """Tom sits where Ben sat."""
    now = await first_of(office, loop)
    async with office.services.store.begin() as tx:
        now = await interview_records.load(tx, now.id)
        await swap_seat.change_in(tx, office.services, now, BEN, Coming(TOM, None), by=ROSA)
    await office.settles()


def rooms(office: Firm) -> list[Doc]:
    """The channels that the app made."""
    made = [c for c in office.store.all("slack_channel") if c.get("name", "").startswith("loop-")]
    return [room for room in made if BOT in room["members"]]


def posts(office: Firm, room: Doc) -> list[Doc]:
    found = office.store.find("slack_message", channel=room["id"])
    return sorted(found, key=lambda m: int(m["order"]))


def words(message: Doc) -> str:
    return json.dumps(message.get("blocks"), ensure_ascii=False)


async def again(office: Firm, loop: Loop) -> None:
    await channels.bring(office.services, loop=loop.id)


def loses(office: Firm, method: str) -> None:
    """The next answer to this call gets lost on its way, when all was done."""
    faults.switch(office.store, {"what": "slack", "mode": "lost", "only": method, "times": 1})


async def test_the_panel_gets_one_channel_and_hears_of_each_change_once(office: Firm) -> None:
    loop = await booked(office)
    (room,) = rooms(office)
    assert room["is_private"]
    assert room["name"].startswith("loop-senior-backend-engineer-")
    assert room["members"] == [BOT, ROSA, BEN, CHEN]
    (card,) = posts(office, room)
    start = int((await first_of(office, loop)).start.timestamp())
    for part in ("Ada Lovelace", f"<!date^{start}^", f"<@{BEN}>", f"<@{CHEN}>", "candidate.open"):
        assert part in words(card)
    await again(office, loop)
    assert len(posts(office, room)) == 1

    await takes_over(office, loop)
    await again(office, loop)
    card, change = posts(office, room)
    assert f"<@{TOM}> joins, <@{BEN}> is out of it" in words(change)
    assert f"<@{TOM}>" in words(card)
    assert f"<@{BEN}>" not in words(card)
    assert rooms(office)[0]["members"] == [BOT, ROSA, BEN, CHEN, TOM]

    rosa = await office.actor(ROSA)
    await interviews.cancel(office.services, rosa, (await first_of(office, loop)).id, "no need")
    await office.settles()
    assert "Cancelled: *Pair programming*" in words(posts(office, room)[-1])
    assert len(posts(office, room)) == 3

    last = await first_of(office, loop)
    left = last.end - office.services.clock.now()
    await office.waits(seconds=left.total_seconds() + 6 * 86_400)
    assert not rooms(office)[0].get("is_archived")
    await office.waits(days=1, minutes=5)
    assert rooms(office)[0]["is_archived"]
    assert (await channel_records.get(office.services, loop.id)).state == "ended"


async def test_whatever_answer_is_lost_all_happens_once_until_the_loop_is_called_off(
    office: Firm,
) -> None:
    for method in ("conversations.create", "conversations.invite"):
        loses(office, method)
    loop = await booked(office)
    (room,) = rooms(office)
    assert sorted(room["members"]) == sorted([BOT, ROSA, BEN, CHEN])
    assert len(posts(office, room)) == 1
    loses(office, "conversations.archive")
    await loop_visits.cancel(office.services, loop.id, "the job is filled", by=ROSA)
    await office.settles()
    (room,) = rooms(office)
    assert room["is_archived"]
    card, change = posts(office, room)
    assert "Cancelled" in words(card)
    assert words(change).count(":x: Cancelled:") == 2
    assert "filled" not in words(card) + words(change)
    await again(office, loop)
    assert len(posts(office, room)) == 2
    assert await issues.listing(office.services) == []


async def test_what_the_form_said_last_counts_until_the_loop_is_booked(office: Firm) -> None:
    ref, rosa = await office.ada(), await office.actor(ROSA)
    asked = await loops.ask(office.services, rosa, ref, WANTED, key="ask")
    assert await channel_records.wished(office.services, asked.id)
    await loops.ask(office.services, rosa, ref, Wanted(SESSIONS, loop=asked.id), key="again")
    assert not await channel_records.wished(office.services, asked.id)


async def test_a_name_that_is_somebody_elses_is_left_to_them(office: Firm) -> None:
    name = channel_records.names("Senior Backend Engineer", "lop_x")[0]
    theirs = {"id": "C0THEIRS1", "name": name, "is_private": True, "is_im": False, "members": [TOM]}
    office.store.put("slack_channel", "C0THEIRS1", theirs)
    made = [await office.services.desk.make_channel("T0BRIGHT1", name) for _ in range(2)]
    assert made[0] == made[1] != "C0THEIRS1"
    assert rooms(office)[0]["name"] == f"{name}-2"


async def test_without_the_scope_the_recruiter_reads_what_an_admin_has_to_do_and_it_can_be_done_later(
    office: Firm, app: Doc
) -> None:
    scopes = app["oauth_config"]["scopes"]["bot"]
    scopes.remove("groups:write")
    loop = await booked(office)
    assert (loop.state, rooms(office)) == ("booked", [])
    (issue,) = await issues.listing(office.services)
    assert "lacks the scope groups:write" in issue.sentence
    assert issue.what == "The private channel of the panel"
    shown = [m for m in office.store.all("slack_message") if issue.sentence in words(m)]
    assert {m["channel"] for m in shown} == {office.store.find("slack_channel", is_im=True, user=ROSA)[0]["id"]}  # fmt: skip
    scopes.append("groups:write")
    await issues.retry(office.services, issue.id)
    await office.settles()
    (room,) = rooms(office)
    assert len(posts(office, room)) == 1
    office.store.put("slack_channel", room["id"], {**room, "is_archived": True})  # by a person
    await takes_over(office, loop)
    assert len(posts(office, room)) == 1
    assert await issues.listing(office.services) == []


def test_names_suit_slack_and_tell_the_job_only() -> None:
    for title in ("Senior Backend Engineer", "Chargé(e) d'études — Zürich", "محمد", "x" * 200, ""):
        for name in channel_records.names(title, "lop_1"):
            assert len(name) <= 80 - len("-2")
            assert name == name.lower()
            assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert channel_records.names("Chargé(e) d'études", "lop_1")[0].startswith(
        "loop-charge-e-d-etudes-"
    )


def test_what_changed_is_told_in_the_order_of_the_day() -> None:
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    hour = timedelta(hours=1)
    one = Planned("1", "One", at, at + hour, (BEN,))
    two = Planned("2", "Two", at + hour, at + 2 * hour, (CHEN,))
    assert channel_records.changes((one, two), (one, two)) == []
    moved = Planned("2", "Two", at - hour, at, (TOM,))
    found = channel_records.changes((one, two), (moved,))
    assert [(c.kind, c.planned.title) for c in found] == [("moved", "Two"), ("people", "Two"), ("cancelled", "One")]  # fmt: skip
    assert (found[1].came, found[1].left) == ((TOM,), (CHEN,))
