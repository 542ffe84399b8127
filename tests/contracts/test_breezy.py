"""What only Breezy HR has: people who belong to one position, dead tokens refused with 400, an activity stream, 202 and 204."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.workspace.ats.breezy import seed
from connectors import model, registry
from connectors.contract import Ats
from connectors.errors import Gone, InDoubt, JobClosed, Reconnect, Rejected
from tests.connectors.described import SHARED
from tests.contracts.stand_ins import HOOK_SECRET, System, row
from tests.contracts.test_every_ats_webhooks import NOW

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("standing", ["breezy"], indirect=True)]
MOBILE, OFFICE, POOL = (place[0] for place in seed.POSITIONS)
URL = "https://callsheet.example/hooks/account-1"


def again(system: System, **secrets: str) -> Ats:
    account = system.ats.account
    made = registry.make(replace(account, secrets={**account.secrets, **secrets}), system.ats.pool)
    assert isinstance(made, Ats)
    return made


def answering(system: System, status: int, body: bytes) -> None:
    """From now on every write is taken and answered so, and nothing is done."""

    async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            await inner(scope, receive, send)
            return
        start: Message = {"type": "http.response.start", "status": status, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": body})

    inner, system.gate.app = system.gate.app, deaf


def draft(email: str = "zoe@mailbox.example", job: str | None = MOBILE) -> model.CandidateDraft:
    at = model.Ref(account="a", kind="job", id=job) if job else None
    emails = (model.Contact(value=email),) if email else ()
    return model.CandidateDraft(given="Zoë", family="Ekström", emails=emails, job=at, source="Referral", tags=("sql",))  # fmt: skip


async def test_a_dead_token_is_refused_with_400_and_means_to_connect_again(system: System) -> None:
    with pytest.raises(Reconnect):
        await again(system, access_token="breezy_pat_of_somebody_else").jobs()


async def test_somebody_is_there_at_the_own_position_only(system: System) -> None:
    person = system.person("Nora", "Quill").partition("-")[2]
    for place in (OFFICE, "5f0000000000"):
        with pytest.raises(Gone):
            await system.ats.candidate(f"{place}-{person}")


async def test_a_pool_is_no_job_and_whoever_is_in_it_a_prospect(system: System) -> None:
    assert POOL not in [job.ref.id for job in await system.ats.jobs()]
    (found,) = await system.ats.applications(f"{POOL}-5fbfac")
    assert (found.status.kind, found.job, found.stage_name) == ("prospect", None, "Keep in touch")


async def test_positions_of_every_state_are_jobs(system: System) -> None:
    await system.ats.set_job_status(OFFICE, "closed")
    fresh = again(system)
    assert {job.ref.id: job.status.kind for job in await fresh.jobs()} == {MOBILE: "open", OFFICE: "closed"}  # fmt: skip
    with pytest.raises(JobClosed):
        await fresh.create_candidate(draft(job=OFFICE), key="k")


async def test_each_position_has_the_stages_of_its_own_pipeline(system: System) -> None:
    names = [[s.name for s in await system.ats.stages(place)] for place in (MOBILE, OFFICE)]
    assert names[1] == ["Applied", "Recruiter screen", "Offer"]
    assert not {"Hired", "Disqualified", "Signed", "Withdrew"} & {n for some in names for n in some}
    kinds = {s.name: (s.kind, s.guessed) for s in await system.ats.stages(MOBILE)}
    assert kinds["Technical interview"] == ("interview", False)
    assert kinds["Take-home"] == ("assessment", True)


async def test_an_unknown_pipeline_is_not_taken_for_the_usual_one(system: System) -> None:
    kept = row(system.store, "breezy_positions", MOBILE)
    system.store.put("breezy_positions", MOBILE, {**kept, "pipeline_id": "5fabc0000404"})
    with pytest.raises(Gone):
        await system.ats.stages(MOBILE)


async def test_a_list_and_a_person_tell_the_same_stage(system: System) -> None:
    person = system.person("Nora", "Quill")
    listed = next(one for one in await system.ats.pipeline(MOBILE) if one.ref.id == person)
    alone = await system.ats.application(person)
    assert (listed.stage, listed.status) == (alone.stage, alone.status)


async def test_the_stages_of_the_disqualified_stand_for_reasons(system: System) -> None:
    parties = {reason.name: reason.party for reason in await system.ats.reasons()}
    assert parties == {"Disqualified": "we", "Withdrew": "they"}
    application = await system.application()
    with pytest.raises(Rejected):
        await system.ats.reject(application.ref.id, "5f62", "")  # of the other pipeline
    await system.ats.reject(application.ref.id, "disqualified", "Not this time")
    found = await system.ats.application(application.ref.id)
    assert found.rejected is not None
    assert (found.rejected.reason, found.rejected.at is not None) == ("Disqualified", True)


async def test_a_reason_that_was_given_in_breezy_is_told(system: System) -> None:
    (found,) = await system.ats.applications(f"{MOBILE}-5fbfaf")
    assert found.rejected is not None
    assert (found.status.kind, found.rejected.reason) == ("rejected", "Not enough experience")


async def test_a_move_never_ends_a_candidacy(system: System) -> None:
    application = await system.application()
    for ending in ("hired", "disqualified", "5f61"):
        with pytest.raises(Rejected):
            await system.ats.move_stage(application.ref.id, ending)
    assert system.gate.written() == 0


async def test_what_was_taken_but_not_done_is_in_doubt(system: System) -> None:
    application = await system.application()
    answering(system, 204, b"")
    for ask in (
        system.ats.move_stage(application.ref.id, "offer"),
        system.ats.hire(application.ref.id, start_on=date(2027, 1, 4)),
        system.ats.update_candidate(application.ref.id, model.CandidateChange(title="Editor")),
        system.ats.update_candidate(application.ref.id, model.CandidateChange(custom={"Notice period": "None"})),
        system.ats.set_tags(application.ref.id, add=("sql",)),
        system.ats.set_job_status(MOBILE, "closed"),
        system.ats.create_candidate(draft(), key="k"),
        system.ats.attach(application.ref.id, "a.pdf", b"%PDF-", kind="other", key="a"),
    ):  # fmt: skip
        with pytest.raises(InDoubt):
            await ask


async def test_whoever_has_to_fill_in_a_form_first_was_not_made(system: System) -> None:
    answering(system, 202, b'{"error": {"type": "form", "message": "A form was sent."}}')
    with pytest.raises(Rejected) as refused:
        await system.ats.create_candidate(draft(), key="k")
    assert refused.value.text == "Breezy has not made this person. A form was sent."


async def test_somebody_new_needs_an_address_and_a_position(system: System) -> None:
    for wrong in (draft(email=""), draft(job=None)):
        with pytest.raises(Rejected):
            await system.ats.create_candidate(wrong, key="k")
    assert system.gate.written() == 0


async def test_a_note_is_looked_for_in_the_whole_stream(system: System) -> None:
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    assert rosa is not None
    person = system.person("Nora", "Quill")
    id = person.partition("-")[2]
    await system.ats.add_note(person, "Moved on", key="n", author=rosa.ref)
    with system.store.batch():
        for number in range(120):
            told = {"_id": f"5f9{number:03}", "candidate": id, "type": "candidateStatusUpdated", "object": {}, "timestamp": f"2099-01-01T00:00:00.{number:03}Z"}  # fmt: skip
            system.store.put("breezy_stream", f"{id} {number}", told)
    await system.ats.add_note(person, "Moved on", key="n", author=rosa.ref)
    (note,) = await system.ats.notes(person)
    assert note.body.startswith("Moved on\n\n— Rosa Delgado, ref: ")


async def test_a_mail_in_the_stream_is_no_note(system: System) -> None:
    told = {"_id": "5f9", "candidate": "5fbfa1", "type": "conversationMessage", "object": {"body": "Dear Ada"}, "timestamp": "2026-01-01T00:00:00Z"}  # fmt: skip
    system.store.put("breezy_stream", "5fbfa1 mail", told)
    assert "Dear Ada" not in [note.body for note in await system.ats.notes(f"{MOBILE}-5fbfa1")]


async def test_a_score_is_a_scorecard_of_one_word(system: System) -> None:
    (card,) = await system.ats.scorecards(f"{MOBILE}-5fbfa3")
    ben = await system.ats.user_by_email("ben@brightwater.example")
    assert ben is not None
    assert (card.overall, card.overall_word, card.author) == (4, "good", ben.ref)


async def test_a_document_elsewhere_is_downloaded_without_the_token(system: System) -> None:
    person, tokens = system.person("Nora", "Quill"), list[bytes | None]()
    made = await system.ats.attach(person, "offer.pdf", b"%PDF-1.7", kind="offer", key="a")

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        tokens.append(dict(scope["headers"]).get(b"authorization"))
        await inner(scope, receive, send)

    inner, system.gate.app = system.gate.app, noting
    assert await system.ats.download(made) == b"%PDF-1.7"
    elsewhere = made.model_copy(update={"raw": {"path": "https://elsewhere.example/offer.pdf"}})
    with pytest.raises(Gone):
        await system.ats.download(elsewhere)
    assert tokens == [b"breezy_pat_brightwater", None]


async def test_a_webhook_that_was_switched_off_is_switched_on_again(system: System) -> None:
    secret = await system.ats.register_webhook(URL, HOOK_SECRET)
    ours = again(system, webhook_secret=secret)
    (endpoint,) = system.store.all("breezy_endpoints")
    for wrong in ({"enabled": False}, {"status": "paused"}):
        system.store.put("breezy_endpoints", endpoint["id"], {**endpoint, **wrong})
        assert [hook.active for hook in await ours.webhooks(URL)] == [False]
        assert await ours.register_webhook(URL, HOOK_SECRET) == secret
        assert [hook.active for hook in await ours.webhooks(URL)] == [True]


async def test_a_webhook_whose_secret_is_lost_is_made_anew(system: System) -> None:
    first = await system.ats.register_webhook(URL, HOOK_SECRET)
    old = {"id": "old", "url": URL, "is_legacy": True, "status": "active", "enabled": True}
    system.store.put("breezy_endpoints", "old", old)
    second = await system.ats.register_webhook(URL, HOOK_SECRET)
    assert second != first
    assert [r["secret"] for r in system.store.all("breezy_endpoints") if not r["is_legacy"]] == [second]  # fmt: skip
    assert row(system.store, "breezy_endpoints", "old") == old


def sent(system: System, told: dict[str, Any]) -> list[model.Event]:
    body = json.dumps({"_id": "5fd7", "creation_date": "2026-12-01T09:30:00Z", **told}).encode()
    return system.ats.read_webhook(system.parts.sign(body, HOOK_SECRET), body, NOW)


@pytest.mark.parametrize(
    ("event", "about", "kind", "subject"),
    [
        ("candidateAdded", {"position": {"_id": "1"}, "candidate": {"_id": "2"}}, "application.created", "1-2"),
        ("candidateDeleted", {"position": {"_id": "1"}, "candidate": {"_id": "2"}}, "candidate.deleted", "1-2"),
        ("candidateResumeUpdated", {"position": {"_id": "1"}, "candidate": {"_id": "2"}}, "candidate.changed", "1-2"),
        ("companyPositionStateUpdated", {"position": {"_id": "1"}}, "job.changed", "1"),
        ("companyPositionAdded", {"_id": "1"}, "job.created", "1"),
        ("companyNotePosted", {"position": {"_id": "1"}}, "other", "1"),
    ],
)  # fmt: skip
async def test_what_a_delivery_is_about(
    system: System, event: str, about: Any, kind: str, subject: str
) -> None:
    (told,) = sent(system, {"type": event, "object": about})
    assert told.kind == kind
    assert told.subject is not None
    assert (told.subject.id, told.delivery) == (subject, "5fd7")


async def test_a_delivery_about_another_company_says_nothing(system: System) -> None:
    about = {"company": {"_id": "5f0somebodyelse"}, "position": {"_id": "1"}}
    assert sent(system, {"type": "companyPositionAdded", "object": about}) == []


async def test_every_call_is_in_the_vendors_reference(system: System) -> None:
    """Webhooks are in the vendor's own pages, which the list was not made from."""
    folder = SHARED / "breezy"
    if not folder.is_dir():
        pytest.skip("The list of Breezy's calls is not beside this repository.")
    bodies: list[tuple[str, bytes]] = []

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        asked = bytearray()

        async def hear() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        await inner(scope, hear, send)
        bodies.append((f"{scope['method']} {scope['path']}", bytes(asked)))

    inner, system.gate.app = system.gate.app, noting
    await everything(system)
    known = {
        (one["method"], re.sub(r"\{\w+\}", "{}", one["path"]))
        for one in json.loads((folder / "api_surface.json").read_text())["endpoints"]
    }
    called = {(method, shape(path)) for method, path in system.gate.calls}
    hooks = {one for one in called if "webhook_endpoint" in one[1]}
    assert len(called) > 20
    assert called - hooks <= known
    actions = json.loads((folder / "writes.json").read_text())["actions"]
    described = {
        (a["method"], re.sub(r"\{\{[^}]+\}\}", "{}", a["path"])): a["record_schema"]["properties"].keys()
        for a in actions
    }  # fmt: skip
    met = set()
    for call, body in bodies:
        method, _, path = call.partition(" ")
        key = (method, shape(path).removeprefix("/company/{}"))
        if names := described.get(key):
            met.add(key)
            assert set(json.loads(body)) <= {*names, "custom_attributes"}
    assert len(met) == 4


def shape(path: str) -> str:
    return re.sub(r"/(5f\w+)", "/{}", path.removeprefix("/v3"))


async def everything(system: System) -> None:
    """Every read and write there is."""
    ats, person = system.ats, system.person("Nora", "Quill", "nora@mailbox.example")
    assert all(finding.ok for finding in await ats.check())
    assert [page async for page, _ in ats.walk("application", None)]
    await ats.create_candidate(draft(), key="k")
    await ats.update_candidate(person, model.CandidateChange(title="Editor", location="Leeds", custom={"Notice period": "None"}))  # fmt: skip
    await ats.set_tags(person, add=("sql",))
    await ats.attach(person, "offer.pdf", b"%PDF-", kind="offer", key="k")
    await ats.add_note(person, "Moved on", key="n")
    await ats.move_stage(person, "offer")
    await ats.set_job_status(OFFICE, "closed")
    resume = await ats.resume(f"{MOBILE}-5fbfa1")
    assert resume is not None
    await ats.download(resume)
    await ats.register_webhook(URL, HOOK_SECRET)
    await ats.unregister_webhook(URL)
    assert [await ats.departments(), await ats.custom_fields("candidate"), await ats.reasons(), await ats.users()]  # fmt: skip
