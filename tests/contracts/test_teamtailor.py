"""Teamtailor's own traps, and its exchanges held against recorded answers and a list of its calls."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors import model, registry
from connectors.ats.teamtailor import mapping
from connectors.ats.teamtailor.calls import Row, rows_of
from connectors.contract import Ats
from connectors.errors import BadWebhook, Gone, NotSupported, Rejected
from connectors.http import Answer
from tests.contracts.stand_ins import HOOK_SECRET, System, row

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("standing", ["teamtailor"], indirect=True),
]
SPECS = Path(__file__).parents[3] / "shared" / "specs" / "teamtailor"
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
# What the stand-in tells beyond the recorded answers, which are older; it is named in newer descriptions.
NEWER = {
    "internal-name", "remote-status", "updated-at", "legacy-stage-type-name", "restricted-at", "internal", "row-order", "external-id",
    "owner-type", "is-private",
}  # fmt: skip
# Relations by their own addresses, which the list of calls leaves out.
BELOW = r"/v1/(candidates/\d+/(job-applications|uploads|notes)|jobs/\d+/stages|stages/\d+/job-applications)"


async def test_jobs_that_are_not_published_are_told_too(system: System) -> None:
    job = row(system.store, "tailor_jobs", "7101")
    told = {**job["attributes"], "human-status": "archived"}
    system.store.put("tailor_jobs", "7101", {**job, "attributes": told})
    assert {j.ref.id: j.status.kind for j in await system.ats.jobs()} == {"7101": "archived", "7102": "open"}  # fmt: skip


async def test_equal_stages_of_two_jobs_are_not_the_same(system: System) -> None:
    first, second = await system.ats.stages("7101"), await system.ats.stages("7102")
    assert [stage.name for stage in first] == [stage.name for stage in second]
    assert not {stage.ref for stage in first} & {stage.ref for stage in second}
    application = await system.application()
    assert application.job is not None
    others = second if application.job.id == "7101" else first
    with pytest.raises(Rejected):
        await system.ats.move_stage(application.ref.id, others[-1].ref.id)


@pytest.mark.parametrize(("ours", "kind"), [(True, "rejected"), (False, "withdrawn")])
async def test_a_rejection_keeps_the_stage_and_says_who_ended_it(
    system: System, ours: bool, kind: str
) -> None:
    application = await system.application()
    reason = next(r for r in await system.ats.reasons() if (r.party == "we") == ours)
    await system.ats.reject(application.ref.id, reason.ref.id, "")
    found = await system.ats.application(application.ref.id)
    assert found.rejected is not None
    assert (found.status.kind, found.stage, found.rejected.reason) == (
        kind,
        application.stage,
        reason.name,
    )


async def test_the_older_name_of_a_stages_type_is_understood(system: System) -> None:
    for stage in system.store.all("tailor_stages"):
        told = stage["attributes"]
        told["stage-type"] = told.pop("legacy-stage-type-name")
        system.store.put("tailor_stages", stage["id"], stage)
    application = await system.application()
    await system.ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    assert (await system.ats.application(application.ref.id)).status.kind == "hired"


async def test_times_are_read_with_their_offset(system: System) -> None:
    application = await system.application()
    held = row(system.store, "tailor_job-applications", application.ref.id)
    held["attributes"]["changed-stage-at"] = "2026-08-28T09:32:21.618+02:00"
    system.store.put("tailor_job-applications", application.ref.id, held)
    found = await system.ats.application(application.ref.id)
    assert found.stage_since == datetime(2026, 8, 28, 7, 32, 21, 618_000, tzinfo=UTC)


async def test_somebody_added_to_a_job_is_counted_as_sourced_there(system: System) -> None:
    job = (await system.ats.jobs())[0]
    draft = model.CandidateDraft(
        given="Zoë", family="O'Rourke", emails=(model.Contact(value="zoe@mailbox.example"),),
        job=job.ref,
    )  # fmt: skip
    made = await system.ats.create_candidate(draft, key="k")
    (application,) = await system.ats.applications(made.ref.id)
    assert application.raw["attributes"]["sourced"] is True
    assert application.stage_name == "Inbox"


def test_the_older_signature_is_refused(standing: System) -> None:
    digest = hmac.new(HOOK_SECRET.encode(), b"3001", hashlib.sha256).hexdigest()
    headers = {"tt-signature": base64.b64encode(digest.encode()).decode()}
    _, body = standing.parts.deliver(NOW, "3001", HOOK_SECRET)
    with pytest.raises(BadWebhook):
        standing.ats.read_webhook(headers, body, NOW)


def test_a_delivery_without_its_envelope_and_with_hyphens_is_read(standing: System) -> None:
    data = {"id": 12, "type": "candidates", "attributes": {"updated-at": "2026-12-01T10:30:00Z"}}
    body = json.dumps({"event_name": "candidate.update", "data": data}).encode()
    (event,) = standing.ats.read_webhook(standing.parts.sign(body, HOOK_SECRET), body, NOW)
    assert (event.kind, event.version) == ("candidate.changed", "2026-12-01T10:30:00Z")
    assert event.candidate is not None
    assert event.candidate.id == "12"


class WithoutNotes:
    """Stands before the stand-in, and knows no list of a person's notes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        absent = str(scope["path"]).endswith("/notes") and scope["method"] == "GET"
        await (Response(status_code=404) if absent else self.app)(scope, receive, send)


async def test_where_notes_cannot_be_listed_a_note_is_written_all_the_same(system: System) -> None:
    person = system.person("Nora", "Quill")
    system.gate.app = WithoutNotes(system.gate.app)
    with pytest.raises(NotSupported):
        await system.ats.notes(person)
    made = await system.ats.add_note(person, "Prefers mornings", key="n")
    assert made.author is not None
    assert made.author.id == "508"  # the first admin
    (held,) = system.store.find("tailor_notes", candidate=person)
    assert held["attributes"]["note"].startswith("Prefers mornings")
    with pytest.raises(Gone):
        await system.ats.notes("99999999")


async def test_a_wrong_region_is_thought_of_when_a_key_is_refused(system: System) -> None:
    system.gate.refuse = 401
    assert all("eu, na or au" in finding.detail for finding in await system.ats.check())
    with pytest.raises(ValueError, match="eu, na or au"):
        registry.make(replace(system.ats.account, config={"region": "moon"}), system.ats.pool)
    far = registry.make(replace(system.ats.account, config={"region": "NA"}), system.ats.pool)
    assert isinstance(far, Ats)


async def test_a_custom_field_with_choices_is_refused_by_its_name(system: System) -> None:
    person = system.person("Nora", "Quill")
    label, _ = system.parts.custom["choice"](system.store, person)
    with pytest.raises(Rejected) as refused:
        await system.ats.update_candidate(
            person, model.CandidateChange(custom={label: "Part-time"})
        )
    assert set(refused.value.fields) == {label}
    assert system.gate.written() == 0


async def test_every_call_is_one_of_those_that_the_vendor_names(system: System) -> None:
    if not SPECS.is_dir():
        pytest.skip("the list of Teamtailor's calls is not beside this checkout")
    named = json.loads((SPECS / "api_surface.json").read_text())["endpoints"]
    known = [(one["method"], re.sub(r"\{\w+\}", "[^/]+", one["path"])) for one in named]
    await ask_everything(system)
    asked = {(method, path) for method, path in system.gate.calls if path.startswith("/v1/")}
    left = [
        f"{method} {path}"
        for method, path in asked
        if not any(method == m and re.fullmatch(p, path) for m, p in known)
        and not (method == "GET" and re.fullmatch(BELOW, path))
    ]
    assert left == []
    assert len({(method, path.split("/")[2]) for method, path in asked}) >= 12


async def ask_everything(system: System) -> None:
    """Every read and every write of the connector once."""
    ats, application = system.ats, await system.application()
    person, job = application.candidate.id, application.job
    assert job is not None
    other = next(j for j in await ats.jobs() if j.ref != job)
    await ats.check()
    for ask in (ats.postings, ats.team, ats.pipeline, ats.stages):
        await ask(job.id)
    assert await ats.stages(None)
    assert {field.kind for field in await ats.custom_fields("candidate")} == {"text", "yes_no", "number"}  # fmt: skip
    (ada,) = [found async for found in ats.find_candidates("Ada Lovelace")]
    (resume,) = await ats.attachments(ada.ref.id)
    assert (await ats.download(resume)).startswith(b"%PDF-")
    await ats.set_tags(person, add=("sql",))
    await ats.update_candidate(person, model.CandidateChange(title="Editor", custom={"Needs a visa": True}))  # fmt: skip
    await ats.add_note(person, "Prefers mornings", key="n")
    await ats.create_application(person, other.ref.id, key="c")
    reason = (await ats.reasons())[0]
    await ats.reject(application.ref.id, reason.ref.id, "Not now")
    await ats.unreject(application.ref.id)
    await ats.hire(application.ref.id, start_on=date(2027, 1, 4))


RECORDED = {
    "candidates/8000": "candidate", "candidates?page[size]=2": "candidates", "job-applications?page[size]=2": "job_applications",
    "job-applications/9000?include=candidate,job": "job_application_included_candidate_job", "jobs/7101": "job", "stages": "stages",
    "reject-reasons": "reject_reasons", "users": "users", "custom-fields": "custom-fields", "custom-field-values": "custom-field-values",
}  # fmt: skip


async def test_the_answers_have_the_shape_of_those_that_were_recorded(system: System) -> None:
    """The connector reads what the stand-in tells; so what that tells must be what the vendor does."""
    if not SPECS.is_dir():
        pytest.skip("the recorded answers of Teamtailor are not beside this checkout")
    http = getattr(system.ats, "http", None)
    assert http is not None
    wrong = []
    for path, name in RECORDED.items():
        sample = json.loads((SPECS / "fixtures" / "v1" / f"{name}.json").read_text())
        told = (await http.get(path)).json
        assert isinstance(told["data"], type(sample["data"]))
        assert sample.keys() - {"included"} <= told.keys()
        ours, theirs = (d[0] if isinstance(d, list) else d for d in (told["data"], sample["data"]))
        assert ours["type"] == theirs["type"]
        wrong += unlike(ours["attributes"], theirs["attributes"], path)
        for relation, held in ours["relationships"].items():
            assert held.keys() >= {"links"}
            assert ("data" in held) == (relation in path.partition("include=")[2].split(","))
    assert wrong == []


def unlike(ours: dict[str, Any], theirs: dict[str, Any], at: str) -> list[str]:
    """Attributes that the recorded answer lacks or has with another type; null is taken anywhere."""
    lacking = [f"{at}: {name}" for name in ours.keys() - theirs.keys() - NEWER]
    other = [
        f"{at}: {name} is {type(value).__name__}"
        for name, value in ours.items()
        if value is not None and theirs.get(name) is not None and type(value) is not type(theirs[name])
    ]  # fmt: skip
    return lacking + other


async def test_what_was_recorded_can_be_read(system: System) -> None:
    if not SPECS.is_dir():
        pytest.skip("the recorded answers of Teamtailor are not beside this checkout")

    def recorded(name: str) -> list[Row]:
        told = json.loads((SPECS / "fixtures" / "v1" / f"{name}.json").read_text())
        return rows_of(Answer(200, told, {}))

    assert mapping.candidate(recorded("candidate")[0], "a").name == "Gregoria Deckow"
    (application,) = (mapping.application(r, "a") for r in recorded("job_application_included_candidate_job"))  # fmt: skip
    assert application.job is not None
    assert (application.candidate.id, application.job.id, application.job_title) == ("410", "26", "Ruby on Rails developer")  # fmt: skip
    stages = [mapping.stage(r, "a", "1", place) for place, r in enumerate(recorded("stages"))]
    assert (stages[0].kind, stages[-1].kind) == ("applied", "hired")
    assert {mapping.reason(r, "a").party for r in recorded("reject_reasons")} == {"they"}
    users = [mapping.user(r, "a") for r in recorded("users")]
    assert users[1].email == "admin@teamtailor.localhost"
    assert mapping.job(recorded("job")[0], "a").status == model.Word(kind="open", vendor="published")  # fmt: skip
    assert {mapping.custom_field(r, ()).kind for r in recorded("custom-fields")} == {"yes_no", "url", "choices"}  # fmt: skip
