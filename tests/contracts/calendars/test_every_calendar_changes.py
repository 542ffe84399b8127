"""What changed in a calendar, and how the vendor tells of it at once: good, bad, repeated and lapsed deliveries."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Delivery
from connectors.errors import BadWebhook
from tests.contracts.calendars.office import (
    BEN,
    HOUR,
    ROSA,
    SECRET,
    TEN,
    Door,
    Office,
    around,
    draft,
    eventually,
)

pytestmark = [pytest.mark.anyio, pytest.mark.needs("events")]
WINDOW = around(TEN, 30)


@pytest.mark.needs("changes")
async def test_changes_begin_with_everything_and_go_on_with_what_is_new(office: Office) -> None:
    here = office.meeting(ROSA, TEN)
    office.meeting(ROSA, TEN + timedelta(days=90))
    first = await office.calendar.changes(ROSA, None, WINDOW)
    assert (first.anew, [event.id for event in first.events]) == (True, [here])
    made = await office.calendar.create_event(ROSA, draft())
    second = await office.calendar.changes(ROSA, first.position, WINDOW)
    assert (second.anew, [event.id for event in second.events]) == (False, [made.id])
    await office.answers(made.uid, BEN, "accepted")
    third = await office.calendar.changes(ROSA, second.position, WINDOW)
    assert [reply.answer for event in third.events for reply in event.replies] == ["accepted", "needs_action"]  # fmt: skip
    await office.calendar.cancel_event(ROSA, made.id)
    fourth = await office.calendar.changes(ROSA, third.position, WINDOW)
    assert (fourth.events, fourth.removed) == ((), (made.id,))
    calm = await office.calendar.changes(ROSA, fourth.position, WINDOW)
    assert (calm.events, calm.removed, calm.anew) == ((), (), False)


@pytest.mark.needs("changes")
async def test_many_changes_come_on_many_pages_and_none_is_missed(office: Office) -> None:
    ids = [office.meeting(ROSA, TEN + number * HOUR) for number in range(45)]
    found = await office.calendar.changes(ROSA, None, WINDOW)
    assert sorted(event.id for event in found.events) == sorted(ids)


@pytest.mark.needs("changes")
async def test_a_position_that_is_forgotten_begins_anew(office: Office) -> None:
    here = office.meeting(ROSA, TEN)
    first = await office.calendar.changes(ROSA, None, WINDOW)
    office.kit.forget(office.store)
    again = await office.calendar.changes(ROSA, first.position, WINDOW)
    assert (again.anew, [event.id for event in again.events]) == (True, [here])
    later = await office.calendar.changes(ROSA, again.position, WINDOW)
    assert (later.anew, later.events) == (False, ())


@pytest.mark.needs("push")
async def test_a_change_is_told_at_once_and_of_that_calendar_only(
    office: Office, door: Door
) -> None:
    door.channels += [
        await office.calendar.watch(ROSA, door.url, SECRET),
        await office.calendar.watch(BEN, door.url, f"{SECRET}-2"),
    ]
    made = await office.calendar.create_event(ROSA, draft(guests=()))
    eventually(lambda: door.changed() == [ROSA])
    await office.calendar.cancel_event(ROSA, made.id)
    eventually(lambda: door.changed() == [ROSA, ROSA])


@pytest.mark.needs("push")
async def test_a_guests_reply_is_told(office: Office, door: Door) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    door.channels.append(await office.calendar.watch(ROSA, door.url, SECRET))
    await office.answers(made.uid, BEN, "declined")
    eventually(lambda: door.changed() == [ROSA])


@pytest.mark.needs("push")
async def test_a_delivery_without_our_secret_is_not_believed(office: Office, door: Door) -> None:
    channel = await office.calendar.watch(ROSA, door.url, SECRET)
    good = office.kit.deliver(channel.id, SECRET)
    assert office.calendar.receive(good, [channel]).changed == (channel,)
    assert office.calendar.receive(good, [channel]).changed == (channel,)  # once more
    for bad in (office.kit.deliver(channel.id, "guessed"), office.kit.deliver("another", SECRET)):
        with pytest.raises(BadWebhook):
            office.calendar.receive(bad, [channel])
    with pytest.raises(BadWebhook):
        office.calendar.receive(good, [])


@pytest.mark.needs("push")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"not json",
        b'{"value": 7}',
        b'{"value": [null, 7]}',
        b"[" * 100_000,
        "ü".encode("latin-1"),
    ],  # fmt: skip
)
async def test_a_delivery_that_is_nonsense_is_refused(
    office: Office, door: Door, body: bytes
) -> None:
    channel = await office.calendar.watch(ROSA, door.url, SECRET)
    with pytest.raises((BadWebhook, ValueError)):
        office.calendar.receive(Delivery({"content-type": "application/json"}, body), [channel])


@pytest.mark.needs("push")
async def test_a_channel_lapses_unless_it_is_renewed(office: Office, door: Door) -> None:
    channel = await office.calendar.watch(ROSA, door.url, SECRET)
    assert timedelta() < channel.expires - office.clock.now() <= timedelta(days=7)
    door.channels.append(channel)
    office.clock.move_to(channel.expires - timedelta(hours=1))
    renewed = await office.calendar.renew(channel)
    door.channels.append(renewed)
    assert renewed.expires > channel.expires
    office.clock.move_to(channel.expires + timedelta(minutes=1))
    await office.calendar.create_event(ROSA, draft(guests=()))
    eventually(lambda: door.changed() == [ROSA])
    office.clock.move_to(renewed.expires + timedelta(minutes=1))
    await office.calendar.create_event(ROSA, draft("late", guests=()))
    assert office.store.find("calendar_channel", address=ROSA)[-1]["until"] < office.clock.now().timestamp()  # fmt: skip
    again = await office.calendar.renew(renewed)
    door.channels.append(again)
    await office.calendar.create_event(ROSA, draft("later", guests=()))
    eventually(lambda: len(door.changed()) == 2)


@pytest.mark.needs("push")
async def test_a_channel_that_is_stopped_tells_no_more(office: Office, door: Door) -> None:
    channel = await office.calendar.watch(ROSA, door.url, SECRET)
    await office.calendar.stop(channel)
    await office.calendar.stop(channel)
    await office.calendar.stop(replace(channel, id="neverwas"))
    assert office.store.all("calendar_channel") == []


@pytest.mark.needs("push")
async def test_no_secret_of_a_channel_is_shown(office: Office, door: Door) -> None:
    channel = await office.calendar.watch(ROSA, door.url, SECRET)
    assert SECRET not in repr(channel) + json.dumps([str(record) for record in office.records])
