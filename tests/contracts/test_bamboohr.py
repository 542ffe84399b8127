"""What only BambooHR has: statuses that do not say what they mean, comments that cannot be read, refusals in a header."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors import model, registry
from connectors.contract import Ats
from connectors.errors import InDoubt, JobClosed, NotSupported, Rejected
from tests.connectors.described import SHARED, Described
from tests.contracts.stand_ins import System, row

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("standing", ["bamboohr"], indirect=True)]
SPEC = SHARED / "bamboohr" / "public.yaml"


def draft(email: str = "zoe@mailbox.example", job: str | None = "22") -> model.CandidateDraft:
    at = model.Ref(account="a", kind="job", id=job) if job else None
    emails = (model.Contact(value=email),) if email else ()
    return model.CandidateDraft(
        given="Zoë", family="Ekström", emails=emails, phones=(model.Contact(value="+49 30 1"),), job=at, source="Referral",
        links=("https://www.linkedin.com/in/zoe", "https://zoe.example"),
    )  # fmt: skip


def again(system: System, **changed: Any) -> Ats:
    made = registry.make(replace(system.ats.account, **changed), system.ats.pool)
    assert isinstance(made, Ats)
    return made


async def test_how_a_status_ends_a_candidacy_is_learned_from_who_is_in_it(system: System) -> None:
    found = await system.ats.application("4016")
    assert (found.status.kind, found.stage_name) == ("rejected", "No Show")
    assert found.rejected is not None
    assert (found.rejected.reason, found.rejected.party) == ("No Show", "they")
    names = [reason.name for reason in await system.ats.reasons()]
    assert names == ["Not a Fit", "Declined Offer", "No Show"]
    stages = [stage.name for stage in await system.ats.stages(None)]
    assert not {"No Show", "Not a Fit", "Hired"} & set(stages)
    assert (await system.ats.application("4018")).status.kind == "hired"


async def test_an_admins_word_goes_before_what_was_learned(system: System) -> None:
    ours = again(system, overrides={"stages": {"Put on Hold": "archived", "No Show": "interview"}})
    assert [r.name for r in await ours.reasons()] == ["Put on Hold", "Not a Fit", "Declined Offer"]
    assert (await ours.application("4016")).status.kind == "active"


async def test_a_move_never_ends_a_candidacy(system: System) -> None:
    application = await system.application()
    for ending in ("9", "18", "31"):
        with pytest.raises(Rejected):
            await system.ats.move_stage(application.ref.id, ending)
    assert system.gate.written() == 0


async def test_the_reason_of_a_rejection_is_its_status(system: System) -> None:
    application = await system.application()
    await system.ats.reject(application.ref.id, "9", "Not this time")
    held = row(system.store, "bamboohr_applications", application.ref.id)
    assert held["status"]["id"] == 9
    (comment,) = system.store.find("bamboohr_comments", application=int(application.ref.id))
    assert comment["comment"].startswith("Not this time\n\nref: ")
    await system.ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    assert row(system.store, "bamboohr_applications", application.ref.id)["status"]["id"] == 18


async def test_of_a_broad_search_only_the_exact_address_counts(system: System) -> None:
    system.person("Nora", "Quill", "nora@mailbox.example")
    system.person("Eleanora", "Quill", "eleanora@mailbox.example")
    found = [one.name async for one in system.ats.find_candidates("nora@mailbox.example")]
    assert found == ["Nora Quill"]


async def test_what_a_list_leaves_out_a_person_alone_tells(system: System) -> None:
    pages = [page async for page, _ in system.ats.walk("candidate", None)]
    listed = next(one for page in pages for one in page if one.ref.id == "4006")
    alone = await system.ats.candidate("4006")
    assert isinstance(listed, model.Candidate)
    assert (listed.phones, listed.email) == ((), None)
    assert (alone.email, alone.location, alone.source) == (None, "Pune", None)
    assert [phone.value for phone in alone.phones] == ["+1 801 555 0105"]
    assert alone.links == ("https://www.linkedin.com/in/person-5",)
    assert alone.version == listed.version
    (application,) = await system.ats.applications("4006")
    assert application.answers == (model.Answered(question="Do you need a visa?", answer="No"),)


async def test_a_comment_whose_answer_was_lost_is_counted(system: System) -> None:
    person = system.person("Nora", "Quill")
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    assert rosa is not None
    system.gate.lose = True
    await system.ats.add_note(person, "Moved on", key="n", author=rosa.ref)
    (comment,) = system.store.find("bamboohr_comments", application=int(person))
    assert comment["comment"].startswith("Moved on\n\n— Rosa Delgado, ref: ")
    with pytest.raises(NotSupported):
        await system.ats.add_note(person, "Quietly", key="p", private=True)


async def test_a_comment_that_was_not_counted_is_in_doubt(system: System) -> None:
    person = system.person("Nora", "Quill")
    system.gate.lost = f"/api/v1/applicant_tracking/applications/{person}/comments"
    with pytest.raises(InDoubt):
        await system.ats.add_note(person, "Moved on", key="n")
    assert system.store.find("bamboohr_comments", application=int(person)) == []


async def test_somebody_new_needs_an_address_and_an_open_job(system: System) -> None:
    for wrong in (draft(email=""), draft(job=None)):
        with pytest.raises(Rejected):
            await system.ats.create_candidate(wrong, key="k")
    kept = row(system.store, "bamboohr_jobs", "23")
    system.store.put("bamboohr_jobs", 23, {**kept, "status": {"id": 4, "label": "Filled"}})
    with pytest.raises(JobClosed):
        await system.ats.create_candidate(draft(job="23"), key="k")
    assert system.gate.written() == 0


async def test_a_refusals_words_stand_in_a_header(system: System) -> None:
    with pytest.raises(Rejected) as refused:
        await system.ats.create_candidate(draft(email="zoe@nowhere..x!"), key="k")
    assert refused.value.text == "Invalid email"


async def test_a_hiring_lead_is_an_employee_who_may_not_be_a_user(system: System) -> None:
    maya = await system.ats.user_by_email("maya@brightwater.example")
    assert maya is not None
    team = await system.ats.team("23")
    assert {(one.user, one.role) for one in team} == {(maya.ref, "hiring_manager"), (maya.ref, "recruiter")}  # fmt: skip
    kept = row(system.store, "bamboohr_jobs", "22")
    system.store.put("bamboohr_jobs", 22, {**kept, "hiringLead": None})
    assert await again(system).team("22") == []


async def test_files_are_told_by_number_or_by_address(system: System) -> None:
    held = row(system.store, "bamboohr_applications", "4002")
    told = [{"id": 7001, "name": "letter.pdf", "fileUrl": "https://brightwater.bamboohr.com/api/v1/files/6002"}]  # fmt: skip
    system.store.put("bamboohr_applications", 4002, {**held, "attachments": told, "coverLetterFileId": 7001})  # fmt: skip
    files = await system.ats.attachments("4002")
    assert [(one.kind, one.name) for one in files] == [("resume", "resume"), ("cover_letter", "letter.pdf")]  # fmt: skip
    assert [await system.ats.download(one) for one in files] == [await system.ats.download(files[0])] * 2  # fmt: skip
    assert await system.ats.attachments(system.person("Nora", "Quill")) == []


class Overheard:
    """Stands before an app and notes each exchange: method, path, names in the query, body, answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.heard: list[tuple[str, str, set[str], bytes, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, told = bytearray(), bytearray()

        async def hear() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def note(message: Message) -> None:
            told.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, hear, note)
        names = set(parse_qs(scope["query_string"].decode(), keep_blank_values=True))
        self.heard.append((scope["method"], scope["path"], names, bytes(asked), bytes(told)))


async def test_every_exchange_is_as_bamboohr_describes_it(system: System) -> None:
    if not SPEC.is_file():
        pytest.skip("BambooHR's description of its API is not beside this repository.")
    described = Described(SPEC)
    overheard = system.gate.app = Overheard(system.gate.app)
    ats, person = system.ats, system.person("Nora", "Quill")
    assert all(finding.ok for finding in await ats.check())
    assert len([page async for page, _ in ats.walk("application", None)]) > 1
    assert [await ats.pipeline("22"), await ats.users(), await ats.offices(), await ats.reasons()]
    await ats.create_candidate(draft(), key="k")
    await ats.move_stage(person, "20")
    await ats.reject(person, "9", "Not this time")
    resume = await ats.resume("4001")
    assert resume is not None
    await ats.download(resume)
    faults, met = [], set()
    for method, path, names, asked, told in overheard.heard:
        known = re.sub(r"/\d+", "/{}", path)
        shape = next((p for p in described.document["paths"] if re.sub(r"\{\w+\}", "{}", p) == known or p == path), "")  # fmt: skip
        shape = "/api/v1/employees/{id}" if path == "/api/v1/employees/0" else shape
        operation = described.operation(shape, method.lower())
        assert operation is not None, path
        met.add((method, shape))
        faults += [f"{path}: {name} is no parameter" for name in names - _parameters(operation)]
        answer = operation["responses"]["200"]["content"]
        if "application/json" in answer:
            schema = answer["application/json"].get("schema", {})
            faults += described.faults(schema, json.loads(told), path)
        if method == "POST":
            faults += _asked(described, operation, asked, path)
    assert faults == []
    assert len(met) == 11


def _parameters(operation: Any) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ()) if one.get("in") == "query"}


def _asked(described: Described, operation: Any, body: bytes, path: str) -> list[str]:
    """Where a request's body is not as described; of a form the names alone are compared."""
    content = operation["requestBody"]["content"]
    if "application/json" in content:
        return described.faults(content["application/json"]["schema"], json.loads(body), path)
    schema = content["multipart/form-data"]["schema"]
    names = set(re.findall(r'name="(\w+)"', body.decode()))
    unknown = names - schema["properties"].keys()
    missing = set(schema["required"]) - names
    return [f"{path}: {name} is unknown or missing" for name in unknown | missing]
