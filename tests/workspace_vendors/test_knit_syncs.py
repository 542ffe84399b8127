"""The Knit stand-in's syncs and webhooks: everybody first, then what changed, signed, until a 200 comes."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.workspace.ats import hooks, knit
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from tests.serving import serve
from tests.workspace_vendors.conftest import Seconds
from tests.workspace_vendors.hearing import Hearing
from tests.workspace_vendors.knits import JOB, KEY, PERSON, client, somebody, told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def api(
    store: Store, clock: WorkspaceClock, seconds: Seconds, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    async with client(store, clock, seconds) as http:
        yield http


async def test_a_sync_tells_everybody_active_then_only_what_changed(
    api: httpx.AsyncClient, store: Store, clock: WorkspaceClock
) -> None:
    hearing, row = Hearing(), somebody(store)
    wish = {"dataType": "ats_applications", "models": ["application_info", "application_stage"]}
    with serve(hearing.app) as url:
        hooks.configure_webhook(store, "knit", url, KEY)
        await told(await api.post("sync.start", json=wish))
        await hearing.quiet()
        active = [r["id"] for r in knit.overview(store) if r["status"] == "active"]
        new = [b for b in hearing.bodies if b["eventType"] == "record.new"]
        assert sorted(b["recordId"] for b in new) == sorted(active)
        assert {b["syncType"] for b in new} == {"initial_sync"}
        assert set(new[0]["eventData"]) == {"info", "currentStage", "customFields"}
        hearing.bodies.clear()
        store.put("knit_candidates", row["id"], {**row, "stage": "offer"})
        store.delete("knit_candidates", active[1])
        clock.move_by(timedelta(days=1, minutes=1))
        await hearing.quiet()
    words = {b["eventType"]: b for b in hearing.bodies}
    assert len(hearing.bodies) == len(words) == 3, "nobody else is told of"
    assert words["record.modified"]["eventData"]["currentStage"]["text"] == "Offer"
    assert words["record.deleted"]["eventData"]["applicationId"] == active[1]
    assert words["sync.events.processed"]["eventData"]["complete"] is True


async def test_a_closed_job_is_told_as_deleted(api: httpx.AsyncClient, store: Store) -> None:
    hearing = Hearing()
    with serve(hearing.app) as url:
        hooks.configure_webhook(store, "knit", url, KEY)
        await told(await api.post("sync.start", json={"dataType": "ats_jobs"}))
        store.put("knit_jobs", JOB, {**(store.get("knit_jobs", JOB) or {}), "status": "CLOSED"})
        await told(await api.post("sync.start", json={"dataType": "ats_jobs"}))
        await hearing.quiet()
    gone = [b for b in hearing.bodies if b["eventType"] == "record.deleted"]
    assert [b["eventData"] for b in gone] == [{"jobId": JOB}]


async def test_a_delivery_is_signed_with_the_key_over_its_bytes_and_only_200_ends_it(
    api: httpx.AsyncClient, store: Store
) -> None:
    hearing = Hearing(status=202)
    with serve(hearing.app) as url:
        hooks.configure_webhook(store, "knit", url, KEY)
        assert "events" in await told(await api.post("events.subscribe", json={}), 400)
        await told(await api.post("events.subscribe", json={"events": ["ats_applications_new"]}))
        body = {"candidate": PERSON, "jobId": JOB}
        made = await told(await api.post("ats.application.create", json=body))
        await hearing.quiet()
    assert len(hearing.bodies) == len(hooks.WAITS), "an answer that is no 200 is tried again"
    assert {b["recordId"] for b in hearing.bodies} == {made["applicationId"]}
    assert len({b["eventId"] for b in hearing.bodies}) == 1
    raw = json.dumps(hearing.bodies[0], ensure_ascii=False).encode()
    digest = hmac.new(KEY.encode(), raw, hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert hearing.headers[0]["x-knit-signature"] == signature


async def test_events_need_a_place_to_go(api: httpx.AsyncClient) -> None:
    answer = await api.post("events.subscribe", json={"events": ["ats_jobs_new"]})
    assert "webhook" in await told(answer, 400)
