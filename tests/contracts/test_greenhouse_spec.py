"""Greenhouse against descriptions of Harvest v3 that are kept outside this repository; skipped where they are not."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.types import Receive, Scope, Send

from bot.workspace.ats.greenhouse import filters
from connectors.ats.greenhouse.checking import PROBES
from connectors.ats.greenhouse.webhooks import event
from connectors.model import CandidateDraft, Contact
from tests.contracts.stand_ins import System

SPECS = Path(__file__).parents[3] / "shared" / "specs" / "greenhouse"
only = pytest.mark.parametrize("standing", ["greenhouse"], indirect=True)
pytestmark = pytest.mark.skipif(
    not SPECS.is_dir(), reason="The descriptions of Harvest v3 are not beside this repository."
)
TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,), "string": (str,), "boolean": (bool,), "array": (list,), "object": (dict,), "number": (int, float),
}  # fmt: skip


def lists() -> dict[str, dict[str, Any]]:
    """Every list of Harvest v3 by its name."""
    rows = json.loads((SPECS / "harvest-v3-registry.generated.json").read_text())
    return {row["path"].removeprefix("/v3/"): row for row in rows}


def deliveries() -> list[dict[str, Any]]:
    found = json.loads((SPECS / "webhook-examples.json").read_text())
    return [example["payload"] for examples in found.values() for example in examples]


class Noting:
    """Stands before an app and notes what was asked of its lists."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET" and scope["path"].startswith("/v3/"):
            query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
            assert len(query) == len(dict(query)), "a filter is given once"
            self.asked.append((scope["path"].removeprefix("/v3/"), dict(query)))
        await self.app(scope, receive, send)


@pytest.fixture
def noting(standing: System) -> Noting:
    found = Noting(standing.gate.app)
    standing.gate.app = found
    return found


async def ask_everything(system: System) -> None:
    """One call of every read, and of the writes that look first."""
    ats = system.ats
    person = system.person("Nora", "Quill")
    application = (await ats.applications(person))[0].ref.id
    job = (await ats.jobs())[0].ref
    reason = (await ats.reasons())[0].ref.id
    for _ in range(2):
        await ats.reject(application, reason, "Not this time")
    planned = (await ats.plan(job.id, None))[0].ref
    draft = CandidateDraft(given="Ada", family="Byron", emails=(Contact(value="ada.byron@mailbox.example"),), job=job, source="Referral")  # fmt: skip
    await ats.create_candidate(draft, key="k")
    await ats.create_candidate(draft.model_copy(update={"emails": (), "job": None}), key="k")
    await ats.set_tags(person, add=("Kotlin",))
    for kind in ("candidate", "application", "job"):
        async for _ in ats.walk(kind, "2020-01-01T00:00:00Z"):
            pass
    for found in [
        [one async for one in ats.find_candidates("nora")],
        await ats.candidates([person]), await ats.pipeline(job.id), await ats.history(application), await ats.job(job.id),
        await ats.openings(job.id), await ats.postings(job.id), await ats.team(job.id), await ats.memberships("501"),
        await ats.stages(job.id), await ats.plan(job.id, planned.id), await ats.users(),
        await ats.user_by_email("rosa@brightwater.example"), await ats.interviews(application), await ats.scorecards("3005"),
        await ats.scorecard_form(application, planned), await ats.notes(person), await ats.attachments("2001"),
        await ats.sources(), await ats.departments(), await ats.offices(), await ats.tags(), await ats.custom_fields("offer"),
        await ats.offers(application), await ats.approvals(job), await ats.demographics(job.id), await ats.check(),
    ]:  # fmt: skip
        assert found is not None


@only
@pytest.mark.anyio
async def test_every_question_is_one_that_the_list_takes(system: System, noting: Noting) -> None:
    await ask_everything(system)
    known = lists()
    for name, query in noting.asked:
        taken = {p["name"]: p for p in known[name]["parameters"]}
        assert query.keys() <= taken.keys(), name
        assert "cursor" not in query or len(query) == 1
        for key, value in query.items():
            allowed = taken[key].get("enumValues")
            assert not allowed or value in allowed, (name, key, value)
            assert taken[key]["type"] != "array" or len(value.split(",")) <= 50
    asked = {name for name, _ in noting.asked}
    assert len(asked) >= 40


def test_every_permission_that_a_check_names_is_one_of_a_list() -> None:
    assert {name for _, names, _ in PROBES for name in names} <= lists().keys()


@only
def test_the_stand_in_tells_only_what_the_lists_tell(standing: System) -> None:
    known = lists()
    for name in filters.KNOWN:
        told = {field["name"]: field["type"] for field in known[name]["responseFields"]}
        for row in standing.store.all(f"gh_{name}"):
            assert row.keys() <= told.keys(), f"{name}: {row.keys() - told.keys()}"
            for key, value in row.items():
                wrong = value is not None and not isinstance(value, TYPES[told[key]])
                assert not wrong, f"{name}.{key} is {value!r}"


def test_the_stand_in_takes_the_same_filters() -> None:
    known = lists()
    for name, taken in filters.KNOWN.items():
        wanted = {p["name"] for p in known[name]["parameters"]} - filters.COMMON - {"cursor"}
        assert set(taken.split()) == wanted, name


@pytest.mark.parametrize(
    "example", deliveries() if SPECS.is_dir() else [], ids=lambda e: str(e["action"])
)
def test_every_webhook_of_the_vendors_examples_is_understood(example: dict[str, Any]) -> None:
    told = event("delivery-1", example["action"], example["payload"], "greenhouse-1")
    assert told.kind != "other"
    refs = (told.subject, told.candidate, told.application, told.job)
    assert any(refs)
    text = json.dumps(example)
    assert all(f'"{ref.id}"' in text or ref.id in text for ref in refs if ref)
    assert told.vendor_kind == example["action"]
    if "last_activity_at" in text:
        assert told.at is not None
    words = json.dumps([dict(told.before), dict(told.after)])
    assert "@" not in words, "no person's data"
