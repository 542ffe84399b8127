"""The Ashby stand-in: refusals with status 200, pages and sync tokens, permissions, files, offers, its webhooks."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.workspace.ats import ashby
from bot.workspace.ats.ashby.desk import OLDEST, keep
from bot.workspace.ats.ashby.seed import KEY, ident
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from tests.serving import serve
from tests.workspace_vendors.conftest import Seconds, basic
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio
Doc = dict[str, Any]
ADA, HERS = ident("candidate 0"), ident("application 0")
NOBODY = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


@pytest.fixture
def clock(store: Store) -> WorkspaceClock:
    made = WorkspaceClock(store)
    with store.batch():
        ashby.fill(store, made.now())
    return made


@pytest.fixture
def transport(store: Store, clock: WorkspaceClock, seconds: Seconds) -> httpx.ASGITransport:
    return httpx.ASGITransport(ashby.create(store, clock, seconds, seconds.pause))


@pytest.fixture
async def api(
    transport: httpx.ASGITransport, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=transport, base_url="http://ashby/", headers=basic(KEY)
    ) as http:
        yield http


@pytest.fixture
async def storage(
    transport: httpx.ASGITransport, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key, as addresses that are signed want it."""
    async with httpx.AsyncClient(transport=transport) as http:
        yield http


async def told(api: httpx.AsyncClient, call: str, **body: Any) -> Doc:
    """A whole answer that is a success."""
    answer = await api.post(call, json=body)
    found: Doc = answer.json()
    assert (answer.status_code, found["success"]) == (200, True), found
    return found


async def got(api: httpx.AsyncClient, call: str, **body: Any) -> Any:
    return (await told(api, call, **body))["results"]


async def refused(api: httpx.AsyncClient, call: str, **body: Any) -> str:
    """The code of a refusal, which Ashby gives with status 200."""
    answer = await api.post(call, json=body)
    found = answer.json()
    assert (answer.status_code, found["success"]) == (200, False), found
    assert found["errors"] == [found["errorInfo"]["code"]]
    assert found["errorInfo"]["requestId"] == answer.headers["x-ashby-request-id"]
    return str(found["errorInfo"]["code"])


async def everything(api: httpx.AsyncClient, call: str, **body: Any) -> tuple[list[Doc], str]:
    """All rows of a list, and the sync token of its last page."""
    rows: list[Doc] = []
    while True:
        page = await told(api, call, **body)
        assert ("syncToken" in page) is not page["moreDataAvailable"]
        rows += page["results"]
        if not page["moreDataAvailable"]:
            return rows, page["syncToken"]
        body["cursor"] = page["nextCursor"]


def stage(number: int, name: str) -> str:
    return ident(f"stage {number} {name}")


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer key", "Basic Og=="])
async def test_a_call_without_a_key_is_401(api: httpx.AsyncClient, header: str) -> None:
    answer = await api.post("user.list", json={}, headers={"authorization": header})
    assert (answer.status_code, answer.json()["success"]) == (401, False)


async def test_a_wrong_key_and_one_that_was_switched_off_are_403(
    api: httpx.AsyncClient, store: Store
) -> None:
    wrong = await api.post("user.list", json={}, headers=basic("another"))
    store.put("ashby_keys", KEY, {**(store.get("ashby_keys", KEY) or {}), "enabled": False})
    off = await api.post("user.list", json={})
    assert [wrong.status_code, off.status_code] == [403, 403]
    assert wrong.json()["errors"] == off.json()["errors"] == ["missing_endpoint_permission"]


async def test_a_missing_permission_is_403_and_only_for_its_calls(
    api: httpx.AsyncClient, store: Store
) -> None:
    key = store.get("ashby_keys", KEY) or {}
    store.put("ashby_keys", KEY, {**key, "permissions": ["jobsRead"]})
    answer = await api.post("candidate.list", json={})
    assert answer.status_code == 403
    assert "candidatesRead" in answer.json()["errorInfo"]["message"]
    assert await got(api, "job.list")


async def test_only_posts_of_json_are_understood(api: httpx.AsyncClient) -> None:
    assert (await api.get("user.list")).status_code == 405
    assert (await api.post("user.list", content=b"{}")).status_code == 415
    kind = {"content-type": "application/json"}
    for body in (b"{", b"[]", b"\xff"):
        assert (await api.post("user.list", content=body, headers=kind)).status_code == 400
    assert (await api.post("user.everything", json={})).status_code == 404


@pytest.mark.parametrize(
    ("call", "body", "code"),
    [
        ("candidate.info", {}, "invalid_input"), ("candidate.info", {"id": "12"}, "invalid_input"),
        ("candidate.info", {"id": NOBODY}, "candidate_not_found"), ("application.info", {"applicationId": NOBODY}, "application_not_found"),
        ("job.info", {"id": NOBODY}, "job_not_found"), ("candidate.search", {}, "invalid_input"),
        ("candidate.create", {"email": "a@b.example"}, "invalid_input"), ("candidate.create", {"name": "X", "email": "no"}, "invalid_input"),
        ("application.changeStage", {"applicationId": HERS, "interviewStageId": stage(1, "Offer")}, "interview_stage_not_found"),
        ("application.changeStage", {"applicationId": HERS, "interviewStageId": stage(0, "Archived")}, "invalid_input"),
        ("application.changeStage",
         {"applicationId": HERS, "interviewStageId": stage(0, "Archived"), "archiveReasonId": NOBODY}, "archive_reason_not_found"),
        ("application.list", {"limit": 101}, "invalid_input"), ("application.list", {"limit": "ten"}, "invalid_input"),
        ("application.list", {"cursor": "x"}, "invalid_next_cursor"), ("application.list", {"syncToken": "x"}, "sync_token_invalid"),
        ("application.list", {"createdAfter": "2026-01-01"}, "invalid_input"), ("application.list", {"status": "Gone"}, "invalid_input"),
        ("interviewSchedule.create", {"applicationId": HERS, "interviewEvents": []}, "invalid_input"),
        ("customField.setValue", {"objectType": "Candidate", "objectId": ADA, "fieldId": ident("field Seniority"), "fieldValue": "old"},
         "invalid_input"),
        ("customField.setValues", {"objectType": "Candidate", "objectId": ADA, "values": []}, "invalid_input"),
        ("offer.create", {"offerProcessId": ident("process 13"), "offerFormId": NOBODY}, "offer_form_not_found"),
        ("job.setStatus", {"jobId": ident("job 0"), "status": "Draft"}, "invalid_status_transition"),
        ("file.info", {"fileHandle": "x"}, "file_not_found"), ("webhook.info", {"webhookId": NOBODY}, "webhook_setting_not_found"),
        ("candidate.anonymize", {"candidateId": ADA}, "candidate_has_active_applications"),
    ],
)  # fmt: skip
async def test_most_refusals_come_with_status_200_and_change_nothing(
    api: httpx.AsyncClient, store: Store, call: str, body: Doc, code: str
) -> None:
    kinds = ("candidates", "applications", "schedules", "offers", "jobs")
    before = [store.all(f"ashby_{kind}") for kind in kinds]
    assert await refused(api, call, **body) == code
    assert [store.all(f"ashby_{kind}") for kind in kinds] == before


async def test_pages_meet_everybody_once_and_the_last_has_a_token(api: httpx.AsyncClient) -> None:
    rows, token = await everything(api, "candidate.list", limit=10)
    assert len({row["id"] for row in rows}) == len(rows) == 26
    assert token == (await told(api, "candidate.list"))["syncToken"]


async def test_a_sync_token_gives_only_what_changed_since(api: httpx.AsyncClient) -> None:
    token = (await told(api, "candidate.list"))["syncToken"]
    assert (await told(api, "candidate.list", syncToken=token))["results"] == []
    await got(api, "candidate.update", candidateId=ADA, name="Ada King")
    page = await told(api, "candidate.list", syncToken=token)
    assert [row["name"] for row in page["results"]] == ["Ada King"]
    assert (await told(api, "candidate.list", syncToken=page["syncToken"]))["results"] == []
    assert await refused(api, "application.list", syncToken=token) == "sync_token_invalid"


async def test_a_token_that_is_too_old_or_asks_for_too_much_is_refused(
    api: httpx.AsyncClient, store: Store
) -> None:
    token = (await told(api, "candidate.list"))["syncToken"]
    ada = store.get("ashby_candidates", ADA) or {}
    with store.batch():
        for number in range(1_001):
            keep(store, "candidates", {**ada, "id": ident(f"crowd {number}")})
    code = await refused(api, "candidate.list", syncToken=token)
    assert code == "incremental_sync_too_large"
    store.put(OLDEST, "candidates", {"until": 10**9})
    assert await refused(api, "candidate.list", syncToken=token) == "sync_token_expired"


async def test_created_after_counts_milliseconds(api: httpx.AsyncClient, store: Store) -> None:
    made = await got(api, "candidate.create", name="Nora Quill")
    job = ident("job 0")
    hers = await got(api, "application.create", candidateId=made["id"], jobId=job)
    since = int(datetime.fromisoformat(hers["createdAt"]).timestamp() * 1_000) - 1
    assert [r["id"] for r in await got(api, "application.list", createdAfter=since)] == [hers["id"]]
    code = await refused(api, "application.create", candidateId=made["id"], jobId=job)
    assert code == "application_already_exists"


async def test_a_hundred_calls_at_once_are_fine_and_then_twenty_a_second(
    api: httpx.AsyncClient, seconds: Seconds
) -> None:
    statuses = [(await api.post("source.list", json={})).status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    limited = await api.post("source.list", json={})
    assert (limited.headers["retry-after"], limited.json()["success"]) == ("1", False)
    seconds.at += 1
    assert (await api.post("source.list", json={})).status_code == 200


async def test_confidential_jobs_and_private_fields_need_their_own_rights(
    api: httpx.AsyncClient, store: Store
) -> None:
    key, secret = store.get("ashby_keys", KEY) or {}, ident("job 2")
    assert (await got(api, "job.info", id=secret))["confidential"] is True
    salary = {f["title"] for f in (await got(api, "candidate.info", id=ADA))["customFields"]}
    store.put("ashby_fields", ident("field Seniority"),
              {**(store.get("ashby_fields", ident("field Seniority")) or {}), "isPrivate": True})  # fmt: skip
    store.put("ashby_keys", KEY, {**key, "confidential": False, "private": False})
    assert await refused(api, "job.info", id=secret) == "job_not_found"
    code = await refused(api, "application.info", applicationId=ident("application 25"))
    assert code == "job_not_found"
    assert secret not in [job["id"] for job in await got(api, "job.list")]
    assert "Expected salary" in salary
    titles = [f["title"] for f in await got(api, "customField.list")]
    assert "Seniority" not in titles
    assert "Languages" in titles


async def test_drafts_are_listed_only_when_asked_for(api: httpx.AsyncClient) -> None:
    assert "Draft" not in {job["status"] for job in await got(api, "job.list")}
    assert {job["status"] for job in await got(api, "job.list", status=["Draft"])} == {"Draft"}


async def test_a_search_is_by_address_and_name_and_gives_a_hundred_at_most(
    api: httpx.AsyncClient, store: Store
) -> None:
    email = "ADA.lovelace@mailbox.example"
    assert [c["id"] for c in await got(api, "candidate.search", email=email)] == [ADA]
    assert await got(api, "candidate.search", email=email, name="Selma") == []
    ada = store.get("ashby_candidates", ADA) or {}
    with store.batch():
        for number in range(120):
            keep(store, "candidates", {**ada, "id": ident(f"crowd {number}")})
    answer = await told(api, "candidate.search", name="ada love")
    assert len(answer["results"]) == 100
    assert "nextCursor" not in answer


async def test_a_rejection_is_a_move_with_a_reason_and_is_kept_in_the_history(
    api: httpx.AsyncClient,
) -> None:
    reason = ident("reason Withdrew")
    row = await got(
        api, "application.changeStage", applicationId=HERS, interviewStageId=stage(0, "Archived"), archiveReasonId=reason
    )  # fmt: skip
    assert (row["status"], row["archiveReason"]["text"]) == ("Archived", "Withdrew")
    back = await got(
        api, "application.change_stage", applicationId=HERS, interviewStageId=stage(0, "Offer")
    )
    assert (back["status"], back.get("archivedAt"), "archiveReason" in back) == (
        "Active",
        None,
        False,
    )
    lines = await got(api, "application.listHistory", applicationId=HERS)
    assert [line["title"] for line in lines] == ["Application review", "Technical interview", "Archived", "Offer"]  # fmt: skip
    assert ["leftStageAt" in line for line in lines] == [True, True, True, False]


async def test_a_hire_is_told_by_three_events_signed_over_their_bytes(
    api: httpx.AsyncClient, store: Store
) -> None:
    hearing = Hearing()
    with serve(hearing.app) as url:
        for kind in ("candidateHire", "candidateStageChange", "applicationUpdate"):
            made = await got(
                api, "webhook.create", webhookType=kind, requestUrl=url, secretToken="s3"
            )
            assert made["enabled"] is True
        again = {"webhookType": "candidateHire", "requestUrl": url, "secretToken": "s3"}
        assert await refused(api, "webhook.create", **again) == "webhook_setting_already_exists"
        pings = len(hearing.bodies)
        hired = stage(0, "Hired")
        await got(api, "application.changeStage", applicationId=HERS, interviewStageId=hired)
        await hearing.quiet()
    assert {body["action"] for body in hearing.bodies[:pings]} == {"ping"}
    events, headers = hearing.bodies[pings:], hearing.headers[pings:]
    assert sorted(e["action"] for e in events) == ["applicationUpdate", "candidateHire", "candidateStageChange"]  # fmt: skip
    assert len({e["webhookActionId"] for e in events}) == 3
    for event, header in zip(events, headers, strict=True):
        digest = hmac.new(b"s3", json.dumps(event).encode(), hashlib.sha256).hexdigest()
        assert header["ashby-signature"] == f"sha256={digest}"
        assert event["data"]["application"]["status"] == "Hired"


async def test_a_hook_that_does_not_answer_is_kept_switched_off(api: httpx.AsyncClient) -> None:
    hearing = Hearing(status=500)
    with serve(hearing.app) as url:
        wish = {"webhookType": "offerCreate", "requestUrl": url, "secretToken": "s"}
        made = await got(api, "webhook.create", **wish)
    assert made["enabled"] is False
    shown = await got(api, "webhook.info", webhookId=made["id"])
    assert "secretToken" not in shown
    hearing = Hearing()
    with serve(hearing.app) as url:
        on = await got(api, "webhook.update", webhookId=made["id"], requestUrl=url, enabled=True)
    assert on["enabled"] is True
    await got(api, "webhook.delete", webhookId=made["id"])
    code = await refused(api, "webhook.info", webhookId=made["id"])
    assert code == "webhook_setting_not_found"


def event(**more: Any) -> Doc:
    times = {"startTime": "2027-01-11T10:00:00Z", "endTime": "2027-01-11T10:45:00Z"}
    return {**times, "interviewers": [{"email": "Ben@brightwater.example"}], **more}


async def test_an_event_without_its_id_is_one_more(api: httpx.AsyncClient) -> None:
    made = await got(
        api, "interviewSchedule.create", applicationId=HERS, interviewEvents=[event(extraData={"key": "k"})]
    )  # fmt: skip
    (first,) = made["interviewEvents"]
    assert (first["extraData"], first["hasSubmittedFeedback"]) == ({"key": "k"}, False)
    id = made["id"]
    more = await got(
        api, "interviewSchedule.update", interviewScheduleId=id, interviewEvent=event()
    )
    assert len(more["interviewEvents"]) == 2
    moved = event(interviewEventId=first["id"], startTime="2027-01-11T10:15:00Z")
    same = await got(api, "interviewSchedule.update", interviewScheduleId=id, interviewEvent=moved)
    assert [e["startTime"] for e in same["interviewEvents"]] == ["2027-01-11T10:15:00.000Z", "2027-01-11T10:00:00.000Z"]  # fmt: skip
    assert same["interviewEvents"][0]["extraData"] == {"key": "k"}
    stranger = event(interviewers=[{"email": "nobody@elsewhere.example"}])
    code = await refused(
        api, "interviewSchedule.create", applicationId=HERS, interviewEvents=[stranger]
    )
    assert code == "interviewer_not_found"


async def test_a_schedule_of_somebody_else_cannot_be_changed(api: httpx.AsyncClient) -> None:
    rows = await got(api, "interviewSchedule.list")
    code = await refused(
        api, "interviewSchedule.update", interviewScheduleId=rows[0]["id"], interviewEvent=event()
    )
    assert code == "interview_schedule_not_editable"


async def test_cancelling_an_event_with_feedback_needs_permission(api: httpx.AsyncClient) -> None:
    made = await got(api, "interviewSchedule.create", applicationId=HERS, interviewEvents=[event()])
    id = made["interviewEvents"][0]["id"]
    rows = [{"path": "overall_recommendation", "value": {"score": 4}},
            {"path": "strengths", "value": {"type": "PlainText", "value": "Clear"}}]  # fmt: skip
    card = {"formDefinitionId": ident("form"), "applicationId": HERS, "interviewEventId": id}
    form = {"fieldSubmissions": rows}
    assert await refused(api, "applicationFeedback.submit", feedbackForm=form, **card) == "invalid_input"  # fmt: skip
    card["userId"] = ident("user 503")
    await got(api, "applicationFeedback.submit", feedbackForm=form, **card)
    for bad in ([rows[0]], [{"path": "overall_recommendation", "value": {"score": 5}}, rows[1]],
                [*rows, {"path": "mood", "value": "x"}], [rows[0], {"path": "strengths", "value": "Clear"}]):  # fmt: skip
        wrong = {"fieldSubmissions": bad}
        assert await refused(api, "applicationFeedback.submit", feedbackForm=wrong, **card) == "invalid_input"  # fmt: skip
    wish = {"interviewScheduleId": made["id"], "interviewEventIdToCancel": id}
    assert await refused(api, "interviewSchedule.update", **wish) == "interview_event_has_feedback"
    done = await got(api, "interviewSchedule.update", **wish, allowFeedbackDeletion=True)
    assert (done["status"], done["interviewEvents"]) == ("Cancelled", [])
    assert await got(api, "applicationFeedback.list", applicationId=HERS) == []


@pytest.mark.parametrize(
    ("title", "good", "bad"),
    [
        ("Preferred name", "Ada", 3), ("Notes for the panel", "Long\ntext", ["x"]), ("Years of experience", 7.5, "7"),
        ("Open to relocation", False, "no"), ("Earliest start", "2027-01-04", "soon"), ("Seniority", "lead", "Lead"),
        ("Languages", ["en", "pl"], ["xx"]), ("Expected salary", {"value": 90_000, "currencyCode": "EUR"}, {"value": 1}),
        ("Weekly hours", {"type": "number-range", "minValue": 20, "maxValue": 40}, {"minValue": 1, "maxValue": 2}),
        ("Salary band", {"type": "compensation-range", "minValue": 1, "maxValue": 2, "currencyCode": "EUR", "interval": "1 YEAR"},
         {"type": "compensation-range", "minValue": 1, "maxValue": 2, "currencyCode": "EUR", "interval": "often"}),
        ("Portfolio", "https://ada.example", "ada"), ("Referred by", ident("user 503"), "ben"),
    ],
)  # fmt: skip
async def test_a_custom_field_takes_values_of_its_type_only(
    api: httpx.AsyncClient, title: str, good: Any, bad: Any
) -> None:
    field = {"objectType": "Candidate", "objectId": ADA, "fieldId": ident(f"field {title}")}
    assert (await got(api, "customField.setValue", **field, fieldValue=good))["value"] == good
    assert await refused(api, "customField.setValue", **field, fieldValue=bad) == "invalid_input"
    rows = (await got(api, "candidate.info", id=ADA))["customFields"]
    assert [row["value"] for row in rows if row["title"] == title] == [good]


async def test_several_values_are_set_together_or_not_at_all(api: httpx.AsyncClient) -> None:
    wish = {"objectType": "Candidate", "objectId": ADA}
    rows = [{"fieldId": ident("field Preferred name"), "fieldValue": "A."}, {"fieldId": ident("field Seniority"), "fieldValue": "x"}]  # fmt: skip
    assert await refused(api, "customField.setValues", **wish, values=rows) == "invalid_input"
    titles = [f["title"] for f in (await got(api, "candidate.info", id=ADA))["customFields"]]
    assert "Preferred name" not in titles


async def test_a_file_goes_to_storage_first_and_is_then_tied_to_a_person(
    api: httpx.AsyncClient, storage: httpx.AsyncClient
) -> None:
    wish = {"fileUploadContext": "CandidateResume", "filename": "cv.pdf", "contentType": "application/pdf", "contentLength": 5}  # fmt: skip
    place = await got(api, "file.createFileUploadHandle", **wish)
    tie = {"candidateId": ADA, "resumeHandle": place["handle"]}
    assert await refused(api, "candidate.uploadResume", **tie) == "file_not_found"
    with_key = await api.post(place["url"], data=place["fields"], files={"file": b"%PDF-"})
    wrong = await storage.post(place["url"], data={"key": place["fields"]["key"]}, files={"file": b"%PDF-"})  # fmt: skip
    long = await storage.post(place["url"], data=place["fields"], files={"file": b"%PDF-1.7"})
    assert [r.status_code for r in (with_key, wrong, long)] == [403, 403, 400]
    put = await storage.post(place["url"], data=place["fields"], files={"file": b"%PDF-"})
    assert put.status_code == 204
    person = await got(api, "candidate.uploadResume", **tie)
    assert person["resumeFileHandle"]["name"] == "cv.pdf"
    url = (await got(api, "file.info", fileHandle=person["resumeFileHandle"]["handle"]))["url"]
    assert (await storage.get(url)).content == b"%PDF-"
    assert (await storage.get(url.split("?")[0])).status_code == 403


async def test_a_file_may_still_come_in_a_form(api: httpx.AsyncClient) -> None:
    answer = await api.post(
        "candidate.uploadFile", data={"candidateId": ADA}, files={"file": ("a.txt", b"words")}
    )
    assert [f["name"] for f in answer.json()["results"]["fileHandles"]] == ["resume.pdf", "a.txt"]


async def test_an_offer_goes_through_its_steps(api: httpx.AsyncClient) -> None:
    process = await got(api, "offerProcess.start", applicationId=HERS)
    code = await refused(api, "offerProcess.start", applicationId=HERS)
    assert code == "offer_process_already_exists"
    form = await got(api, "offer.start", offerProcessId=process["id"])
    rows = [{"path": "startDate", "value": "2027-02-01"}, {"path": "salary", "value": {"value": 90_000, "currencyCode": "EUR"}}]  # fmt: skip
    wish = {"offerProcessId": process["id"], "offerFormId": form["id"]}
    assert await refused(api, "offer.create", **wish, offerForm={"fieldSubmissions": rows[:1]}) == "invalid_input"  # fmt: skip
    made = await got(api, "offer.create", **wish, offerForm={"fieldSubmissions": rows})
    assert (made["offerStatus"], made["acceptanceStatus"]) == ("WaitingOnApprovalStart", "Created")
    version = made["latestVersion"]["id"]
    asked = await got(api, "offer.startApprovalProcess", offerVersionId=version)
    assert asked["offerStatus"] == "WaitingOnOfferApproval"
    (approval,) = await got(api, "approval.list", entityType="offer", entityId=version)
    step = approval["steps"][0]
    by = {"userId": ident("user 501"), "approvalStepId": step["id"]}
    assert await refused(api, "offer.approve", offerVersionId=version, **by) == "approver_not_found"
    by["userId"] = step["approvers"][0]["userId"]
    done = await got(api, "offer.approve", offerVersionId=version, **by)
    assert done["offerStatus"] == "WaitingOnCandidateResponse"
    assert done["latestVersion"]["approvalStatus"] == "Approved"
    more = {"fieldSubmissions": [{"path": "startDate", "value": "2027-03-01"}]}
    moved = await got(api, "offer.update", offerId=made["id"], offerForm=more)
    assert (moved["latestVersion"]["startDate"], moved["latestVersion"]["salary"]["value"]) == ("2027-03-01", 90_000)  # fmt: skip
    over = await got(api, "offer.setStatus", offerId=made["id"], acceptanceStatus="Accepted")
    assert over["offerStatus"] == "CandidateAccepted"
    assert over["decidedAt"] is not None


async def test_markup_that_is_not_known_is_taken_out_of_a_note(api: httpx.AsyncClient) -> None:
    note = {"type": "text/html", "value": "<h1><b>Well</b></h1><!-- mark -->"}
    made = await got(api, "candidate.createNote", candidateId=ADA, note=note, isPrivate=True)
    assert (made["content"], made["isPrivate"]) == ("<b>Well</b>", True)
    assert made["id"] in [n["id"] for n in await got(api, "candidate.listNotes", candidateId=ADA)]
    assert await refused(api, "candidate.createNote", candidateId=ADA, note={"type": "x"}) == "invalid_input"  # fmt: skip


async def test_a_fault_strikes_ashby_alone(
    api: httpx.AsyncClient, store: Store, seconds: Seconds
) -> None:
    store.put("fault", "ashby", {"mode": "slow"})
    assert (await api.post("user.list", json={})).status_code == 200
    assert seconds.waited == [3.0]
    store.put("fault", "ashby", {"mode": "down"})
    assert (await api.post("user.list", json={})).status_code == 503


def test_the_workspace_page_hears_of_everybody_and_of_what_is_held(tmp_path: Path) -> None:
    store = Store(tmp_path / "workspace.db")
    ashby.fill(store, WorkspaceClock(store).now())
    rows = ashby.overview(store)
    assert len(rows) == 26
    assert set(rows[0]) == {"vendor", "id", "name", "job", "stage", "status"}
    assert {"active", "archived", "hired"} <= {row["status"] for row in rows}
    found = [ashby.detail(store, row["id"]) for row in rows]
    for part in ("interviews", "notes", "offers", "scorecards", "attachments"):
        assert any(detail[part] for detail in found), part
