"""What only Merge does: a copy that lags, problems inside a 201, lost answers without idempotency keys, its own description."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.workspace import faults
from bot.workspace.ats import merge as stand_in
from bot.workspace.ats.merge import copy, seed
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import model, registry
from connectors.ats.merge.fresh import Fresh
from connectors.contract import Account, Ats
from connectors.errors import (
    BadWebhook,
    Conflict,
    InDoubt,
    JobClosed,
    NotSupported,
    Reconnect,
    Rejected,
)
from connectors.http import Pool
from tests.contracts.stand_ins import HOOK_SECRET
from tests.contracts.vendors.merge import kit
from tests.serving import Gate, serve

pytestmark = pytest.mark.anyio
SPEC = Path(__file__).parents[3] / "shared" / "specs" / "merge" / "merge_ats.oas.json"
ADA, HER_APPLICATION = seed.uid("candidates 0"), seed.uid("applications 0")
ROSA = model.Ref(account="m", kind="user", id=seed.uid("users 501"))
OTHER_JOB, CLOSED_JOB = seed.uid("jobs BW-302"), seed.uid("jobs BW-290")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "workspace.db")


class Recorder:
    """Stands before an app and keeps every exchange: method, path, what was sent, status, what came back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.exchanges: list[tuple[str, str, bytes, int, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent, came, status = bytearray(), bytearray(), [0]

        async def hear() -> Message:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            came.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, hear, tell)
        told = (str(scope["method"]), str(scope["path"]), bytes(sent), status[0], bytes(came))
        self.exchanges.append(told)


class World:
    """A filled stand-in, what passes by in front of it, and accounts that talk to it."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, WorkspaceClock(store)
        stand_in.fill(store, self.clock.now())
        self.gate = Gate(stand_in.create(store, self.clock))
        self.pool = Pool(pause=0.01)
        self.url = ""

    def account(self, **config: str) -> Ats:
        account = Account("m", "merge", "Brightwater", {**kit.config, **config}, kit.secrets, self.url)  # fmt: skip
        made = registry.make(account, self.pool)
        assert isinstance(made, Ats)
        return made

    def sync(self) -> None:
        self.clock.move_by(timedelta(seconds=copy.LAG + 1))


@pytest.fixture
def serving(store: Store) -> Iterator[World]:
    world = World(store)
    with serve(world.gate) as url:
        world.url = url
        yield world


@pytest.fixture
async def world(serving: World, anyio_backend: str) -> AsyncIterator[World]:
    yield serving
    await serving.pool.close()


async def bodies(ats: Ats, candidate: str = ADA) -> list[str]:
    return [note.body for note in await ats.notes(candidate)]


async def test_a_write_shows_at_once_where_it_was_made_and_elsewhere_after_the_sync(
    world: World,
) -> None:
    here, elsewhere = world.account(), world.account()
    await here.add_note(ADA, "Called her", key="n")
    stage = (await here.stages(seed.uid("jobs BW-301")))[-1]
    await here.move_stage(HER_APPLICATION, stage.ref.id)
    await here.update_candidate(ADA, model.CandidateChange(title="Countess"))
    assert any("Called her" in body for body in await bodies(here))
    assert not any("Called her" in body for body in await bodies(elsewhere))
    assert (await here.application(HER_APPLICATION)).stage_name == stage.name
    assert (await here.candidate(ADA)).title == "Countess"
    assert (await elsewhere.candidate(ADA)).title != "Countess"
    world.sync()
    for ats in (here, elsewhere):
        assert len([body for body in await bodies(ats) if "Called her" in body]) == 1
        assert (await ats.application(HER_APPLICATION)).stage == stage.ref
        assert (await ats.candidate(ADA)).title == "Countess"


async def test_what_the_ats_changes_after_our_write_wins_over_it(world: World) -> None:
    ats = world.account()
    await ats.update_candidate(ADA, model.CandidateChange(title="Countess"))
    world.sync()
    await world.account().update_candidate(ADA, model.CandidateChange(title="Baroness"))
    world.sync()
    assert (await ats.candidate(ADA)).title == "Baroness"


async def test_somebody_new_can_be_read_found_and_changed_before_the_sync(world: World) -> None:
    ats = world.account()
    draft = model.CandidateDraft(
        given="Ida", family="Bell", emails=(model.Contact(value="ida@mailbox.example", type="personal"),),
        job=model.Ref(account="m", kind="job", id=OTHER_JOB),
    )  # fmt: skip
    made = await ats.create_candidate(draft, key="c")
    assert [p.name async for p in ats.find_candidates("ida bell")] == ["Ida Bell"]
    (application,) = await ats.applications(made.ref.id)
    assert (application.job_title, application.stage_name) == ("Technical Writer", "Application review")  # fmt: skip
    changed = await ats.update_candidate(made.ref.id, model.CandidateChange(title="Editor"))
    assert (await ats.candidate(made.ref.id)).title == changed.title == "Editor"
    assert application.ref in [a.ref for a in await ats.pipeline(OTHER_JOB)]
    world.sync()
    assert (await ats.candidate(made.ref.id)).title == "Editor"
    assert [a.ref for a in await ats.applications(made.ref.id)] == [application.ref]


async def test_an_old_version_is_a_conflict(world: World) -> None:
    ats = world.account()
    with pytest.raises(Conflict):
        await ats.update_candidate(ADA, model.CandidateChange(title="x"), version="2020-01-01")


async def test_a_problem_inside_a_success_is_an_error_in_words(world: World) -> None:
    ats = world.account()
    world.store.put("merge_applications", HER_APPLICATION, {
        **(world.store.get("merge_applications", HER_APPLICATION) or {}), "rejected_at": "2026-11-01T00:00:00Z",
    })  # fmt: skip
    stage = (await ats.stages(seed.uid("jobs BW-301")))[-1]
    with pytest.raises(Rejected) as refused:
        await ats.move_stage(HER_APPLICATION, stage.ref.id)
    assert (refused.value.text, refused.value.code) == ("The application is rejected.", "PROVIDER_ERROR")  # fmt: skip
    with pytest.raises(JobClosed):
        await ats.create_application(ADA, CLOSED_JOB, key="a")


async def test_without_idempotency_keys_a_lost_note_waits_for_the_sync_and_is_found(
    world: World,
) -> None:
    ats = world.account(idempotency="")
    world.gate.lose = True
    for _ in range(3):
        with pytest.raises(InDoubt):
            await ats.add_note(ADA, "Called her", key="n")
    world.sync()
    await ats.add_note(ADA, "Called her", key="n")
    assert len([body for body in await bodies(ats) if "Called her" in body]) == 1


async def test_a_write_that_never_arrived_is_made_after_the_sync(world: World) -> None:
    ats = world.account(idempotency="")
    faults.switch(world.store, {"what": "merge", "mode": "dropped", "only": "POST", "times": 1})
    with pytest.raises(InDoubt):
        await ats.add_note(ADA, "Called her", key="n")
    await world.account().add_note(ADA, "Another one", key="other")  # so that there is a sync
    world.sync()
    await ats.add_note(ADA, "Called her", key="n")
    assert len([body for body in await bodies(ats) if "Called her" in body]) == 1


async def test_an_ats_that_takes_no_notes_is_said_so(world: World) -> None:
    ats = world.account()
    ats._static["available-actions"] = (float("inf"), {  # type: ignore[attr-defined]  # what another ATS would tell
        "integration": {"name": "Tiny ATS"},
        "available_model_operations": [{"model_name": "Activity", "available_operations": ["FETCH"]}],
    })  # fmt: skip
    with pytest.raises(NotSupported) as refused:
        await ats.add_note(ADA, "Called her", key="n")
    assert refused.value.text.startswith("Tiny ATS cannot take notes through Merge")
    lost = {ability for finding in await ats.check() if not finding.ok for ability in finding.abilities}  # fmt: skip
    assert lost == set(ats.abilities) & {
        "create_candidate", "update_candidate", "tags", "create_application", "notes", "private_notes",
    }  # fmt: skip


async def test_counts_of_few_people_are_not_told(world: World) -> None:
    counts = await world.account().demographics(seed.uid("jobs BW-301"))
    assert ("Race", "Decline to self identify") in {(c.question, c.answer) for c in counts}
    assert all(c.people >= 5 for c in counts)


async def test_a_wrong_account_token_asks_to_reconnect(world: World) -> None:
    ats = world.account()
    account = replace(ats.account, secrets={**kit.secrets, "account_token": "other"})
    other = registry.make(account, world.pool)
    assert isinstance(other, Ats)
    with pytest.raises(Reconnect):
        await other.jobs()


def test_a_webhook_is_taken_with_and_without_padding_and_only_of_its_linked_account(
    serving: World,
) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    headers, body = kit.deliver(now, "a-1", HOOK_SECRET)
    bare = {name: value.rstrip("=") for name, value in headers.items()}
    ats = serving.account()
    assert ats.read_webhook(bare, body, now) == ats.read_webhook(headers, body, now) != []
    assert serving.account(linked_account_id="linked-2").read_webhook(headers, body, now) == []
    with pytest.raises(BadWebhook):
        ats.read_webhook(headers, body + b" ", now)


def test_ours_counts_until_the_copy_moves_or_a_day_has_passed() -> None:
    now = [0.0]
    fresh = Fresh(lambda: now[0])
    old, ours = {"id": "1", "modified_at": "a"}, {"id": "1", "modified_at": "a", "title": "ours"}
    fresh.wrote("candidates", ours, "a")
    assert fresh.newest("candidates", old) == ours
    assert fresh.newest("candidates", {"id": "1", "modified_at": "b"})["modified_at"] == "b"
    assert fresh.newest("candidates", old) == old, "what the copy overtook does not come back"
    fresh.wrote("candidates", {"id": "2"}, None)
    now[0] = 100_000
    assert fresh.made("candidates", "2") is None


async def test_a_walk_that_was_cut_off_goes_on_at_its_page(world: World) -> None:
    for number in range(150):
        kit.add_person(world.store, "Crowd", f"Member{number}", f"c{number}@mailbox.example")
    ats = world.account()
    first, place = await anext(aiter(ats.walk("candidate", None)))
    seen = {thing.ref.id for thing in first}
    rest = [(page, at) async for page, at in ats.walk("candidate", place)]
    for page, _ in rest:
        assert not seen & {thing.ref.id for thing in page}
        seen |= {thing.ref.id for thing in page}
    place = rest[-1][1]
    assert len(seen) == len(world.store.all("merge_candidates"))
    await ats.update_candidate(ADA, model.CandidateChange(title="Countess"))
    world.sync()
    changed = [thing.ref.id async for page, _ in ats.walk("candidate", place) for thing in page]
    assert changed == [ADA]


@pytest.fixture
def described() -> dict[str, Any]:
    if not SPEC.exists():
        pytest.skip("the vendor's description is not beside this checkout")
    found: dict[str, Any] = json.loads(SPEC.read_text())
    return found


async def test_every_exchange_fits_the_vendors_description(
    world: World, described: dict[str, Any]
) -> None:
    recorder = Recorder(world.gate.app)
    world.gate.app = recorder
    await everything(world.account())
    assert len({path for _, path, *_ in recorder.exchanges}) > 20
    for method, path, sent, status, came in recorder.exchanges:
        if status == 404 and method == "GET":
            continue  # somebody added a moment ago, whom Merge has not synced
        assert status in (200, 201), (method, path, came)
        operation = found(described, method, path.removeprefix("/api/ats/v1"))
        if sent:
            body = operation["requestBody"]["content"]["application/json"]["schema"]
            fits(described, body, json.loads(sent), f"{method} {path}")
        told = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        fits(described, told, json.loads(came), f"{method} {path} answer")


async def everything(ats: Ats) -> None:
    """Every read and write there is, once."""
    job = seed.uid("jobs BW-301")
    await ats.check()
    assert [person async for person in ats.find_candidates("ada.lovelace@mailbox.example")]
    for kind in ("candidate", "application", "job"):
        assert [page async for page in ats.walk(kind, None)]  # type: ignore[arg-type]  # the three are Walkable
    await ats.candidate(ADA)
    await ats.candidacy(HER_APPLICATION)
    assert await ats.postings(job)
    assert await ats.team(job)
    assert await ats.stages(job)
    assert await ats.user_by_email("rosa@brightwater.example")
    assert await ats.departments()
    assert await ats.offices()
    assert await ats.tags()
    assert await ats.reasons()
    assert await ats.custom_fields("candidate")
    assert await ats.demographics(job)
    assert await ats.attachments(ADA)
    later = seed.uid("applications 7")
    assert await ats.offers(later)
    assert await ats.interviews(later)
    assert await ats.scorecards(later)
    draft = model.CandidateDraft(
        given="Ida", family="Bell", emails=(model.Contact(value="ida@mailbox.example", type="home"),), links=("https://ida.example/",),
        phones=(model.Contact(value="+44 20 1", type="mobile"),), location="Leeds", tags=("strong",), source="Agency",
        job=model.Ref(account="m", kind="job", id=OTHER_JOB),
    )  # fmt: skip
    made = await ats.create_candidate(draft, key="c", author=ROSA)
    await ats.update_candidate(made.ref.id, model.CandidateChange(title="Editor"))
    await ats.set_tags(made.ref.id, add=("referred",))
    await ats.add_note(ADA, "Called her", key="n", author=ROSA, private=True)
    await ats.move_stage(HER_APPLICATION, (await ats.stages(job))[-1].ref.id, author=ROSA)


def found(described: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """The operation of a call; a literal path goes before one with a parameter."""
    parts = path.strip("/").split("/")
    fitting = [
        known
        for known in described["paths"]
        if len(known.strip("/").split("/")) == len(parts)
        and all(a == b or a.startswith("{") for a, b in zip(known.strip("/").split("/"), parts, strict=True))
    ]  # fmt: skip
    assert fitting, f"the vendor has no {path}"
    operation: dict[str, Any] = described["paths"][min(fitting, key=lambda p: p.count("{"))][method.lower()]  # fmt: skip
    return operation


TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
}  # fmt: skip


def fits(described: dict[str, Any], schema: dict[str, Any], value: Any, place: str) -> None:
    """As much of JSON Schema as this description uses; a field nobody described is an error too.

    A null is let through where an answer has one: the description of 2025 forgets to say so in places. A relation
    that was expanded is the object that it expands to.
    """
    if expands := schema.get("x-merge-expands-to"):
        objects = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]  # fmt: skip
        for one in objects:
            fits(described, described["components"]["schemas"][expands], one, place)
        if objects:
            return
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if value is None:
        return
    for part in schema.get("allOf", ()):
        fits(described, part, value, place)
    if "enum" in schema:
        assert value in schema["enum"], place
    if "type" in schema:
        assert isinstance(value, TYPES[schema["type"]]), f"{place}: {value!r} is no {schema['type']}"  # fmt: skip
    if isinstance(value, dict) and "properties" in schema:
        assert not set(schema.get("required", ())) - value.keys(), place
        for name, held in value.items():
            assert name in schema["properties"], f"{place}: {name} is not described"
            fits(described, schema["properties"][name], held, f"{place}.{name}")
    for number, held in enumerate(value if isinstance(value, list) else ()):
        fits(described, schema.get("items", {}), held, f"{place}[{number}]")
