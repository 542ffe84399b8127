"""Two features as nobody should write them, so that the tests can see that the sweep finds such: loaded on request only."""

import asyncio

from connectors.model import Event
from hiring import ids, sync
from hiring.services import Services

FORGETS_AFTER = 1.0  # seconds


@sync.on_event
async def hear(services: Services, event: Event) -> None:
    """A careless job notes things under a new key at each attempt; a forgetful one leaves its work to a task in memory."""
    if event.vendor_kind == "candidate_anonymized":
        await note(services, event, "Careless", ids.new("key"))
    if event.vendor_kind == "merge_candidate":
        _tasks.add(asyncio.create_task(in_a_moment(services, event)))


_tasks: set["asyncio.Task[None]"] = set()


async def in_a_moment(services: Services, event: Event) -> None:
    await asyncio.sleep(FORGETS_AFTER)
    await note(services, event, "Forgetful", "always")


async def note(services: Services, event: Event, text: str, key: str) -> None:
    assert event.candidate is not None
    ats = await services.accounts.ats(event.candidate.account)
    await ats.add_note(event.candidate.id, text, key=key)
