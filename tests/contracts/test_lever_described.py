"""Lever's exchanges against a community description of nine of its calls, where that lies beside this checkout."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.workspace import company
from bot.workspace.ats import lever
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import model, registry
from connectors.ats.lever import mapping, papers, postings
from connectors.contract import Account, Ats
from connectors.http import Pool
from tests.contracts.vendors.lever import kit
from tests.serving import serve

pytestmark = pytest.mark.anyio
SPEC = Path(__file__).parents[3] / "shared" / "specs" / "lever" / "lever.oas.json"
GENERAL = {
    "limit",
    "offset",
    "include",
    "expand",
}  # the vendor's pages: every list and object knows them
TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "number": int | float, "null": type(None),
}  # fmt: skip
# Taken by its author from one answer each, so that only one value stands where the vendor's pages list more.
NARROW = {"state", "workplaceType", "interval"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    if not SPEC.is_file():
        pytest.skip("the description of Lever's API is not beside this checkout")
    found: dict[str, Any] = json.loads(SPEC.read_text())
    return found


class Overheard:
    """Stands before an app and notes each GET: its path, the names in its query, the JSON that came back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.heard: list[tuple[str, set[str], Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chunks: list[bytes] = []

        async def note(message: Any) -> None:
            chunks.append(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, note)
        names = {name for name, _ in parse_qsl(scope["query_string"].decode())}
        body = b"".join(chunks)
        if scope["method"] == "GET" and body.startswith(b"{"):
            path = str(scope["path"]).removeprefix("/v1")
            self.heard.append((path, names, json.loads(body)))


def misfits(value: Any, schema: Any, spec: Any, at: str) -> Iterator[str]:
    """Where a value is not as described. Null is taken anywhere, since the vendor's nullable fields are not marked."""
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if value is None or not (kinds or schema.get("properties")):
        return
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        yield f"{at}: {type(value).__name__} is none of {kinds}"
        return
    if "enum" in schema and value not in schema["enum"] and at.rpartition(".")[2] not in NARROW:
        yield f"{at}: {value} is none of {schema['enum']}"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            if name not in value:
                yield f"{at}.{name}: missing"
        for name, part in schema.get("properties", {}).items():
            yield from misfits(value.get(name), part, spec, f"{at}.{name}")
    if isinstance(value, list):
        for one in value:
            yield from misfits(one, schema.get("items", {}), spec, at)


def operation(spec: Any, path: str) -> Any:
    """What the description says of a path; None where it says nothing."""
    for known, methods in spec["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path) and path.count("/") == known.count("/"):  # fmt: skip
            return methods["get"]
    return None


async def ask_everything(ats: Ats, store: Store) -> None:
    """Every read whose call is described, and writes that begin with one."""
    application = next(o for o in store.all("lever_opportunities") if not o["archived"])
    store.put("lever_offers", "offer-1", {
        "id": "offer-1", "opportunity": application["id"], "createdAt": 1, "status": "sent", "creator": "u",
        "fields": [{"text": "Title", "identifier": "job_title", "value": "Analyst"}], "sentDocument": None, "signedDocument": None,
    })  # fmt: skip
    person, job = application["contact"], application["posting"]
    for kind in ("candidate", "application", "job"):
        assert [page async for page in ats.walk(kind, "1")]
    assert [p async for p in ats.find_candidates(application["emails"][0])]
    await ats.candidate(person)
    await ats.application(application["id"])
    await ats.history(application["id"])
    assert await ats.pipeline(job)
    assert await ats.offers(application["id"])
    await ats.job(job)
    assert await ats.stages(job)
    assert await ats.reasons()
    assert await ats.tags()
    await ats.update_candidate(person, model.CandidateChange(title="Editor"))
    await ats.set_tags(person, add=("sql",))
    assert all(finding.ok for finding in await ats.check())


async def test_every_described_exchange_is_as_described(
    described: dict[str, Any], tmp_path: Path
) -> None:
    store = Store(tmp_path / "workspace.db")
    clock = WorkspaceClock(store)
    company.seed(store, clock, ["lever"])
    overheard = Overheard(lever.create(store, clock))
    with serve(overheard) as url:
        async with Pool() as pool:
            account = Account("l", "lever", "Brightwater", kit.config, kit.secrets, url)
            made = registry.make(account, pool)
            assert isinstance(made, Ats)
            await ask_everything(made, store)
    met, wrong = set(), []
    for path, names, body in overheard.heard:
        known = operation(described, path)
        if known is None or "code" in body:
            continue
        met.add(re.sub(r"/[^/]*\d[^/]*", "/{id}", path))
        asked = names - GENERAL - {p["name"] for p in known.get("parameters", [])}
        wrong += [f"{path}: {name} is no parameter" for name in asked]
        schema = known["responses"]["200"]["content"]["application/json"]["schema"]
        if not names & {"expand", "include"}:
            wrong += list(misfits(body, schema, described, path))
    assert wrong == []
    assert met == {re.sub(r"\{\w+\}", "{id}", path) for path in described["paths"]}


def sample(schema: Any, spec: Any) -> Any:
    """A value such as the description allows."""
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], spec)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "null")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {k: sample(part, spec) for k, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema.get("items", {}), spec)]
    return {"string": "told", "number": 1_796_000_000_000, "boolean": True, "null": None}[kind]


def test_described_answers_are_read(described: dict[str, Any]) -> None:
    rows = {name: sample({"$ref": name}, described) for name in described["components"]["schemas"]}
    lists = mapping.Lists(stages={"told": "Screen"}, reasons={}, hired=frozenset(), titles={})
    person = mapping.candidate(rows["opportunity"], "l")
    assert (person.name, person.email, person.anonymised) == ("told", "told", True)
    application = mapping.application(rows["opportunity"], "l", lists, {"posting": "told"})
    assert (application.stage_name, application.status.kind) == ("Screen", "rejected")
    assert [step.to_name for step in mapping.history(rows["opportunity"], "l", lists)] == ["Screen"]
    job = postings.posting(rows["posting"], "l")
    assert (job.title, job.status.kind, job.remote, job.requisition) == ("told", "open", True, "told")  # fmt: skip
    assert postings.advertisement(rows["posting"], "l").live
    offer = papers.offer(rows["offer"], "l", "o")
    assert (offer.status.kind, offer.custom["told"].value) == ("draft", "told")
    assert mapping.place(rows["contact"]) == "told"
