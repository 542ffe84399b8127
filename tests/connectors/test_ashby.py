"""What is Ashby's own: refusals with status 200, sync tokens, forms by path, offers step by step, its webhooks."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.workspace.ats import ashby
from bot.workspace.ats.ashby.desk import OLDEST, keep
from bot.workspace.ats.ashby.seed import KEY, ident
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import model, registry
from connectors.ats.ashby.offers import money
from connectors.contract import Account, Ats
from connectors.errors import Conflict, MissingPermission, Rejected, TryLater
from connectors.http import Pool
from connectors.model import CandidateChange, Money, Range, Ref, Value
from tests.connectors.described import SHARED, Described
from tests.serving import Gate, serve
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio
Doc = dict[str, Any]
ADA, HERS = ident("candidate 0"), ident("application 0")
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


class Recorder:
    """Stands before the stand-in and keeps what was asked and answered."""

    def __init__(self, app: Any) -> None:
        self.app, self.exchanges = app, list[tuple[str, Doc, Doc]]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked, answered = bytearray(), bytearray()

        async def hear() -> Any:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def say(message: Any) -> None:
            answered.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, hear, say)
        if not scope["path"].startswith("/storage/"):
            pair = (json.loads(asked or b"{}"), json.loads(answered))
            self.exchanges.append((scope["path"], *pair))


class Office:
    """A running Ashby and the connector that talks to it."""

    def __init__(self, store: Store, recorder: Recorder, ats: Ats) -> None:
        self.store, self.recorder, self.ats = store, recorder, ats

    def key(self, **change: Any) -> None:
        self.store.put("ashby_keys", KEY, {**(self.store.get("ashby_keys", KEY) or {}), **change})

    def without(self, permission: str) -> None:
        held = (self.store.get("ashby_keys", KEY) or {})["permissions"]
        self.key(permissions=[name for name in held if name != permission])

    def crowd(self, number: int, name: str) -> None:
        ada = self.store.get("ashby_candidates", ADA) or {}
        with self.store.batch():
            for one in range(number):
                keep(self.store, "candidates", {**ada, "id": ident(f"crowd {one}"), "name": name})

    async def user(self, name: str) -> Ref:
        found = await self.ats.user_by_email(f"{name}@brightwater.example")
        assert found is not None
        return found.ref


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def office(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Office]:
    store = Store(tmp_path / "workspace.db")
    clock = WorkspaceClock(store)
    with store.batch():
        ashby.fill(store, clock.now())
    recorder = Recorder(ashby.create(store, clock))
    with serve(Gate(recorder)) as url:
        account = Account(
            "ashby-1", "ashby", "Brightwater", {}, {"api_key": KEY, "webhook_secret": "s3"}, url
        )
        ats = registry.make(account, Pool(pause=0.01))
        assert isinstance(ats, Ats)
        yield Office(store, recorder, ats)
        await ats.pool.close()


async def walked(ats: Ats, kind: Any, position: str | None) -> tuple[list[str], str]:
    """The ids a walk meets, and the position after it."""
    ids: list[str] = []
    reached = ""
    async for page, reached in ats.walk(kind, position):
        ids += [thing.ref.id for thing in page]
    return ids, reached


async def test_a_missing_permission_is_named_by_the_call_and_by_the_check(office: Office) -> None:
    office.without("offersWrite")
    with pytest.raises(MissingPermission) as refused:
        await office.ats.create_offer(HERS, start_on=date(2027, 1, 4), salary="EUR 1", key="o")
    assert refused.value.code == "offersWrite"
    wrong = [f for f in await office.ats.check() if not f.ok]
    assert [f.abilities for f in wrong] == [frozenset(["offers"])]
    assert "offersWrite" in wrong[0].detail


async def test_a_check_changes_nothing(office: Office) -> None:
    kinds = ("candidates", "applications", "notes", "schedules", "processes", "jobs", "hooks")
    before = [office.store.all(f"ashby_{kind}") for kind in kinds]
    assert all(finding.ok for finding in await office.ats.check())
    assert [office.store.all(f"ashby_{kind}") for kind in kinds] == before


async def test_a_key_that_was_switched_off_is_told_in_every_finding(office: Office) -> None:
    office.key(enabled=False)
    assert {f.ok for f in await office.ats.check()} == {False}


async def test_a_key_without_metadata_still_reads_people_and_guesses_their_fields(
    office: Office,
) -> None:
    office.without("hiringProcessMetadataRead")
    custom = {f.label: (f.kind, f.value) for f in (await office.ats.candidate(ADA)).custom.values()}
    assert custom["Years of experience"] == ("number", 2)
    assert custom["Expected salary"] == ("money", Money(minor=7_000_000, currency="EUR"))
    assert custom["Seniority"] == ("choice", "Senior")


async def test_confidential_jobs_and_their_people_hide_from_keys_without_the_switch(
    office: Office,
) -> None:
    person, secret = ident("candidate 25"), ident("job 2")
    assert (await office.ats.job(secret)).confidential
    assert len(await office.ats.applications(person)) == 1
    office.key(confidential=False)
    assert await office.ats.applications(person) == []
    assert secret not in [job.ref.id for job in await office.ats.jobs()]


async def test_a_walk_tells_only_what_changed_and_starts_again_when_its_token_is_forgotten(
    office: Office,
) -> None:
    everybody, position = await walked(office.ats, "candidate", None)
    assert len(everybody) == 26
    await office.ats.update_candidate(ADA, CandidateChange(given="Augusta"))
    changed, later = await walked(office.ats, "candidate", position)
    assert changed == [ADA]
    office.store.put(OLDEST, "candidates", {"until": 10**9})
    again, _ = await walked(office.ats, "candidate", later)
    assert sorted(again) == sorted(everybody)


async def test_a_walk_with_too_many_changes_for_a_token_starts_again(office: Office) -> None:
    _, position = await walked(office.ats, "candidate", None)
    office.crowd(1_001, "Crowd Member")
    found, _ = await walked(office.ats, "candidate", position)
    assert len(found) == len(set(found)) == 1_027


async def test_a_walk_that_was_cut_off_goes_on_from_its_cursor(office: Office) -> None:
    office.crowd(120, "Crowd Member")
    pages = office.ats.walk("candidate", None)
    first, position = await anext(pages)
    rest, _ = await walked(office.ats, "candidate", position)
    assert len({t.ref.id for t in first} | set(rest)) == len(first) + len(rest) == 146
    whole, _ = await walked(office.ats, "candidate", json.dumps([None, "a cursor of long ago"]))
    assert len(whole) == 146


async def test_more_than_a_search_can_tell_are_listed(office: Office) -> None:
    office.crowd(130, "Crowd Member")
    found = [person.name async for person in office.ats.find_candidates("Crowd")]
    assert len(found) == 130
    calls = {path for path, _, _ in office.recorder.exchanges}
    assert {"/candidate.search", "/candidate.list"} <= calls


async def test_a_big_company_is_asked_person_by_person(office: Office) -> None:
    like = office.store.get("ashby_applications", ident("application 8")) or {}
    with office.store.batch():
        for one in range(400):
            keep(office.store, "applications", {**like, "id": ident(f"old {one}")})
    ids = [ident(f"candidate {number}") for number in range(5)]
    found = await office.ats.applications_of(ids)
    assert [len(found[id]) for id in ids] == [1] * 5
    lists = [path for path, _, _ in office.recorder.exchanges if path == "/application.list"]
    assert len(lists) == 3


async def test_an_application_tells_its_reason_its_day_and_its_answers(office: Office) -> None:
    (gone,) = await office.ats.applications(ident("candidate 16"))
    assert gone.status == model.Word(kind="withdrawn", vendor="Archived")
    assert gone.rejected is not None
    assert (gone.rejected.reason, gone.rejected.party) == ("Withdrew", "they")
    hers = await office.ats.application(HERS)
    assert hers.stage_since is not None
    assert hers.answers is not None
    assert [(a.question, a.answer) for a in hers.answers] == [
        ("Why Brightwater?", "I like engines."),
        ("Remote?", "yes"),
    ]
    assert hers.recruiter == await office.user("rosa")


WRITTEN: dict[str, tuple[Value, Value]] = {
    "Preferred name": ("A.", "A."), "Notes for the panel": ("One\ntwo", "One\ntwo"), "Years of experience": (7.5, 7.5),
    "Open to relocation": (False, False), "Earliest start": (date(2027, 1, 4), date(2027, 1, 4)), "Seniority": ("Lead", "Lead"),
    "Languages": (("English", "pl"), ("English", "Polish")), "Portfolio": ("https://ada.example", "https://ada.example"),
    "Expected salary": (Money(minor=8_200_050, currency="EUR"), Money(minor=8_200_050, currency="EUR")),
    "Weekly hours": (Range(low=20, high=40), Range(low=20, high=40)),
    "Referred by": (Ref(account="ashby-1", kind="user", id=ident("user 503")), Ref(account="ashby-1", kind="user", id=ident("user 503"))),
    "Salary band": (
        Range(low=Money(minor=100, currency="EUR", per="year"), high=Money(minor=200, currency="EUR", per="year")),
        Range(low=Money(minor=100, currency="EUR", per="year"), high=Money(minor=200, currency="EUR", per="year")),
    ),
}  # fmt: skip


async def test_every_kind_of_custom_field_is_written_in_one_call_and_read_back(
    office: Office,
) -> None:
    await office.ats.update_candidate(
        ADA, CandidateChange(custom={t: w for t, (w, _) in WRITTEN.items()})
    )
    custom = {f.label: f.value for f in (await office.ats.candidate(ADA)).custom.values()}
    assert custom == {title: read for title, (_, read) in WRITTEN.items()}
    calls = [
        path for path, _, _ in office.recorder.exchanges if path.startswith("/customField.set")
    ]
    assert calls == ["/customField.setValues"]
    fields = await office.ats.custom_fields("candidate")
    assert {f.label for f in fields if f.writable} == WRITTEN.keys()
    assert {f.label for f in fields if f.private} == {"Expected salary", "Salary band"}


@pytest.mark.parametrize(
    ("title", "value"),
    [("Seniority", "Emperor"), ("Years of experience", "seven"), ("Open to relocation", "no"), ("Shoe size", "43")],
)  # fmt: skip
async def test_a_value_of_another_kind_is_refused_before_it_is_sent(
    office: Office, title: str, value: Value
) -> None:
    with pytest.raises(Rejected) as refused:
        await office.ats.update_candidate(ADA, CandidateChange(given="X", custom={title: value}))
    assert title in refused.value.text
    assert (await office.ats.candidate(ADA)).name == "Ada Lovelace"


async def test_a_person_is_edited_and_what_ashby_keeps_for_itself_is_said(office: Office) -> None:
    now = await office.ats.candidate(ADA)
    change = CandidateChange(
        family="King", links=("https://github.com/ada", "https://ada.example"),
        emails=(model.Contact(value="ada@king.example"), model.Contact(value="a.king@work.example")),
    )  # fmt: skip
    changed = await office.ats.update_candidate(ADA, change, version=now.version)
    assert changed.name == "Ada King"
    assert [e.value for e in changed.emails] == ["ada@king.example", "a.king@work.example"]
    assert changed.links == ("https://github.com/ada", "https://ada.example")
    with pytest.raises(Conflict):
        await office.ats.update_candidate(ADA, CandidateChange(given="A"), version="long ago")
    for refused in (CandidateChange(title="Countess"), CandidateChange(emails=())):
        with pytest.raises(Rejected):
            await office.ats.update_candidate(ADA, refused)


async def test_a_new_person_comes_with_links_tags_fields_source_and_job(office: Office) -> None:
    job = Ref(account="ashby-1", kind="job", id=ident("job 0"))
    draft = model.CandidateDraft(
        given="Nora", family="Quill", emails=(model.Contact(value="nora@mailbox.example"),), links=("https://www.linkedin.com/in/nora",),
        tags=("Strong", "Sailor"), source="Referral", custom={"Seniority": "Mid"}, job=job, location="Bergen",
    )  # fmt: skip
    made = await office.ats.create_candidate(draft, key="k")
    assert (set(made.tags), made.source, made.location) == (
        {"Strong", "Sailor"},
        "Referral",
        "Bergen",
    )
    assert [str(f) for f in made.custom.values()] == ["Mid"]
    (hers,) = await office.ats.applications(made.ref.id)
    assert (hers.job, hers.stage_name) == (job, "Application review")
    bare = model.CandidateDraft(given="Cher", family="")
    assert (await office.ats.create_candidate(bare, key="c")).ref == (await office.ats.create_candidate(bare, key="c")).ref  # fmt: skip


async def test_an_application_gets_another_source_and_recruiter(office: Office) -> None:
    ben = await office.user("ben")
    change = model.ApplicationChange(
        source="Conference", recruiter=ben, custom={"Referral code": "X1"}
    )
    for _ in range(2):
        changed = await office.ats.update_application(HERS, change)
    assert (changed.source, changed.recruiter) == ("Conference", ben)
    assert [str(f) for f in changed.custom.values()] == ["X1"]


async def test_lists_of_the_account_and_of_a_job_are_told(office: Office) -> None:
    job = ident("job 0")
    assert "Engineering" in [unit.name for unit in await office.ats.departments()]
    assert [unit.name for unit in await office.ats.offices()] == ["Berlin", "London"]
    assert "Strong" in await office.ats.tags()
    assert "Referral" in [source.name for source in await office.ats.sources()]
    assert {(r.name, r.party) for r in await office.ats.reasons()} >= {
        ("Withdrew", "they"),
        ("Duplicate", "none"),
    }
    (opening,) = await office.ats.openings(job)
    assert (opening.code, opening.status.kind) == ("BW-301-1", "open")
    (post,) = await office.ats.postings(job)
    assert post.live
    assert "Brightwater" in str(post.body)
    told = await office.ats.job(job)
    assert (told.department, told.location, told.requisition, told.openings) == (
        "Engineering",
        "Berlin",
        "BW-301",
        1,
    )
    assert [j.status.kind for j in await office.ats.jobs()] == ["open", "open", "open", "draft"]
    assert {a.job_title for a in await office.ats.pipeline(job)} == {"Platform Engineer"}
    lead, *others = await office.ats.stages(ident("job 1"))
    assert (lead.kind, lead.guessed) == ("lead", False)
    assert {"assessment", "interview", "reference"} <= {
        stage.kind for stage in others if stage.guessed
    }


async def test_answers_about_people_are_counted_from_five_on(office: Office) -> None:
    assert await office.ats.demographics(ident("job 0")) == []
    like = office.store.all("ashby_surveys")[0]
    for one in range(4):
        keep(office.store, "surveys", {**like, "id": ident(f"more {one}")})
    (count,) = [c for c in await office.ats.demographics(ident("job 0")) if c.answer == "Woman"]
    assert (count.question, count.people) == ("Gender", 6)


async def draft(office: Office) -> model.InterviewDraft:
    job = ident("job 0")
    technical = next(p for p in await office.ats.plan(job, None) if p.name == "Technical interview")
    return model.InterviewDraft(
        application=Ref(account="ashby-1", kind="application", id=HERS), name="Technical interview", start=NOW,
        end=NOW + timedelta(minutes=technical.minutes), zone="Europe/London", interviewers=(await office.user("ben"),),
        external_id="callsheet-1", planned=technical.ref, location="Room 4", meeting_url="https://meet.example/x",
    )  # fmt: skip


async def test_a_planned_interview_keeps_its_place_and_its_form(office: Office) -> None:
    wish = await draft(office)
    made = await office.ats.create_interview(wish, key="k")
    mine = next(i for i in await office.ats.interviews(HERS) if i.ref == made.ref)
    assert (mine.name, mine.planned) == ("Technical interview", wish.planned)
    assert (mine.location, mine.meeting_url, mine.external_id, mine.editable) == ("Room 4", "https://meet.example/x", "callsheet-1", True)  # fmt: skip
    (theirs,) = [i for i in await office.ats.interviews(HERS) if i.ref != made.ref]
    assert not theirs.editable
    with pytest.raises(Rejected) as refused:
        await office.ats.update_interview(theirs.ref.id, wish)
    assert "API key" in refused.value.text
    form = await office.ats.scorecard_form(HERS, wish.planned)
    assert form is not None
    assert form.instructions


async def test_an_interview_with_feedback_is_not_cancelled_and_its_scorecard_has_every_answer(
    office: Office,
) -> None:
    made = await office.ats.create_interview(await draft(office), key="k")
    form = await office.ats.scorecard_form(HERS, None)
    assert form is not None
    ben = await office.user("ben")
    answers = {
        "overall_recommendation": "3", "strengths": "Clear", "would_work_with": "yes", "focus": ["coding", "design"], "seniority": "lead",
    }  # fmt: skip
    for _ in range(2):
        card = await office.ats.submit_scorecard(
            HERS, form, answers, author=ben, interview=made.ref, key="s"
        )
    assert (card.overall, card.overall_word, card.interview, card.author) == (
        4,
        "Yes",
        made.ref,
        ben,
    )
    assert dict(card.answers)["What did you look at?"] == "coding, design"
    assert len([c for c in await office.ats.scorecards(HERS) if c.interview == made.ref]) == 1
    more = (await draft(office)).model_copy(update={"external_id": "callsheet-2"})
    await office.ats.create_interview(more, key="k2")
    schedules = office.store.find("ashby_schedules", applicationId=HERS)
    ours = next(s for s in schedules if any(e["id"] == made.ref.id for e in s["interviewEvents"]))
    spare = next(s for s in schedules if s["id"] != ours["id"] and s["keyId"])
    keep(
        office.store,
        "schedules",
        {**ours, "interviewEvents": ours["interviewEvents"] + spare["interviewEvents"]},
    )
    with pytest.raises(Rejected) as refused:
        await office.ats.cancel_interview(made.ref.id, await draft(office))
    assert "feedback" in refused.value.text


@pytest.mark.parametrize(
    "answers", [{"overall_recommendation": "7"}, {"would_work_with": "perhaps"}]
)
async def test_an_answer_of_another_kind_is_refused_by_its_question(
    office: Office, answers: dict[str, str]
) -> None:
    form = await office.ats.scorecard_form(HERS, None)
    assert form is not None
    ben = await office.user("ben")
    with pytest.raises(Rejected) as refused:
        await office.ats.submit_scorecard(HERS, form, answers, author=ben, interview=None, key="s")
    assert any(field.label in refused.value.text for field in form.fields)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("EUR 82,000 a year", 82_000, "EUR"), ("USD 95.500,50", 95_500.5, "USD"), ("GBP 70 000", 70_000, "GBP"), ("JPY 9500000", 9_500_000, "JPY")],
)  # fmt: skip
def test_pay_is_read_as_people_write_it(text: str, amount: float, currency: str) -> None:
    assert money(text) == {"value": amount, "currencyCode": currency}
    assert money("competitive") is None


async def test_an_offer_has_its_pay_its_steps_and_the_people_who_are_asked(office: Office) -> None:
    made = await office.ats.create_offer(
        HERS, start_on=date(2027, 1, 4), salary="EUR 82,000 a year", key="o"
    )
    assert (made.status.kind, made.start_on) == ("draft", date(2027, 1, 4))
    assert made.custom["salary"].value == Money(minor=8_200_000, currency="EUR")
    change = model.OfferChange(start_on=date(2027, 2, 1), custom={"Equity": "0.2 %"})
    moved = await office.ats.update_offer(HERS, made.ref.id, change)
    assert (moved.start_on, str(moved.custom[ident("field Equity")])) == (date(2027, 2, 1), "0.2 %")
    assert moved.custom["salary"].value == made.custom["salary"].value
    assert await office.ats.approvals(made.ref) == []
    await office.ats.write("offer.startApprovalProcess", offerVersionId=moved.version)  # type: ignore[attr-defined]  # as an admin would
    (approval,) = await office.ats.approvals(made.ref)
    assert (approval.status.kind, approval.sequential) == ("asked", True)
    assert [a.user for a in approval.groups[0].approvers] == [await office.user("tom")]
    for status, on in (("sent", date(2026, 12, 2)), ("declined", date(2026, 12, 5))):
        marked = await office.ats.mark_offer(HERS, made.ref.id, status, on)
        assert marked is not None
        assert marked.status.kind == status
    assert marked is not None
    assert str(marked.decided_at)[:10] == "2026-12-05"


async def test_an_offer_that_somebody_began_in_ashby_is_left_to_them(office: Office) -> None:
    keep(
        office.store,
        "processes",
        {"id": ident("begun"), "applicationId": HERS, "status": "WaitingOnOfferCreation"},
    )
    with pytest.raises(Rejected) as refused:
        await office.ats.create_offer(HERS, start_on=date(2027, 1, 4), salary="EUR 1", key="o")
    assert "begun in Ashby" in refused.value.text


async def test_pay_that_cannot_be_read_is_asked_for(office: Office) -> None:
    with pytest.raises(Rejected) as refused:
        await office.ats.create_offer(
            HERS, start_on=date(2027, 1, 4), salary="competitive", key="o"
        )
    assert "Salary" in refused.value.text


async def test_a_person_with_an_open_application_is_not_erased(office: Office) -> None:
    with pytest.raises(Rejected):
        await office.ats.anonymise(ADA)
    gone = ident("candidate 16")
    for _ in range(2):
        await office.ats.anonymise(gone)
    assert (await office.ats.candidate(gone)).anonymised


async def test_every_type_of_webhook_is_registered_once_and_signed_with_our_secret(
    office: Office,
) -> None:
    hearing = Hearing()
    with serve(hearing.app) as url:
        for _ in range(2):
            assert await office.ats.register_webhook(url, "s3") == "s3"
        hooks = office.store.all("ashby_hooks")
        assert len(hooks) == len({hook["webhookType"] for hook in hooks}) == 12
        await office.ats.hire(HERS, start_on=date(2027, 1, 4))
        await hearing.quiet()
    events = []
    for body, headers in zip(hearing.bodies, hearing.headers, strict=True):
        events += office.ats.read_webhook(headers, json.dumps(body).encode(), NOW)
    assert sorted(event.kind for event in events) == [
        "application.changed",
        "application.hired",
        "application.moved",
    ]
    assert {(str(event.application), event.version) for event in events} == {
        (f"application:ashby-1:{HERS}", events[0].version)
    }


async def test_a_webhook_that_cannot_be_reached_is_taken_back(office: Office) -> None:
    with pytest.raises(Rejected) as refused:
        await office.ats.register_webhook("http://127.0.0.1:9/hooks", "s3")
    assert "could not reach" in refused.value.text
    assert office.store.all("ashby_hooks") == []


@pytest.mark.parametrize(
    ("action", "data", "kind", "named"),
    [
        ("candidateDelete", {"candidate": {"id": "c"}}, "candidate.deleted", {"candidate": "c"}),
        ("candidateMerge", {"deletedCandidate": {"id": "d"}, "mergedCandidate": {"id": "c"}}, "candidate.merged", {"candidate": "c"}),
        ("interviewScheduleUpdate", {"interviewSchedule": {"id": "s", "applicationId": "a"}}, "interview.changed", {"application": "a", "subject": "s"}),
        ("offerUpdate", {"offer": {"id": "o", "applicationId": "a"}}, "offer.changed", {"application": "a", "subject": "o"}),
        ("jobUpdate", {"job": {"id": "j"}}, "job.changed", {"job": "j"}),
        ("interviewPlanTransition", {"jobId": "j"}, "job.changed", {"job": "j"}),
        ("jobPostingPublish", {"jobPosting": {"id": "p", "jobId": "j"}}, "posting.changed", {"job": "j", "subject": "p"}),
        ("somethingNew", {"thing": {"id": "x"}}, "other", {}),
    ],
)  # fmt: skip
async def test_an_event_names_what_it_is_about(
    office: Office, action: str, data: Doc, kind: str, named: dict[str, str]
) -> None:
    body = json.dumps({"action": action, "data": data}).encode()
    headers = {"ashby-signature": "sha256=" + hmac.new(b"s3", body, hashlib.sha256).hexdigest()}
    (event,) = office.ats.read_webhook(headers, body, NOW)
    assert (event.kind, event.vendor_kind) == (kind, action)
    refs = {name: getattr(event, name) for name in ("candidate", "application", "job", "subject")}
    assert {name: ref.id for name, ref in refs.items() if ref} == named
    (again,) = office.ats.read_webhook(headers, body, NOW)
    assert again.delivery == event.delivery


async def test_a_link_from_anywhere_within_ashby_names_the_person(office: Office) -> None:
    for path in (
        f"candidates/{ADA}",
        f"candidate-searches/new/right-side/candidates/{ADA}/feed?x=1",
    ):
        found = office.ats.ref_of(f"https://app.ashbyhq.com/{path}")
        assert str(found) == f"candidate:ashby-1:{ADA}"
    assert office.ats.ref_of(f"https://app.ashbyhq.com.evil.example/candidates/{ADA}") is None


async def test_an_answer_that_is_no_envelope_is_to_be_asked_later(office: Office) -> None:
    office.store.put("fault", "ashby", {"mode": "truncated"})
    with pytest.raises(TryLater):
        await office.ats.candidate(ADA)


OLDER = {"/application.changeStage": "/application.change_stage", "/application.changeSource": "/application.change_source"}  # fmt: skip


async def test_requests_and_answers_are_as_the_vendor_describes_them(office: Office) -> None:
    """Against an older export of the vendor's own description; calls that it does not know yet are left out."""
    path = SHARED / "ashby" / "openapi.json"
    if not path.exists():
        pytest.skip("the vendor's API description is not beside the project")
    described = Described(path)
    await everything(office)
    faults, known = set[str](), set[str]()
    for call, asked, answered in office.recorder.exchanges:
        operation = described.operation(OLDER.get(call, call))
        if operation is None or not answered["success"]:
            continue
        known.add(call)
        content = operation["requestBody"]["content"]
        if "application/json" in content:
            faults |= {
                f"{call} asked: {f}"
                for f in described.faults(content["application/json"]["schema"], asked)
            }
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        faults |= {f"{call} answered: {f}" for f in described.faults(schema, answered)}
    assert len(known) > 40
    assert sorted(faults) == []


async def everything(office: Office) -> None:
    """One of every call that the connector knows."""
    ats, job = office.ats, ident("job 0")
    for kind in ("candidate", "application", "job"):
        await walked(ats, kind, None)
    for ask in (
        ats.jobs, ats.users, ats.reasons, ats.sources, ats.departments, ats.offices, ats.tags, ats.check, lambda: ats.stages(None),
        lambda: ats.applications(ADA), lambda: ats.history(HERS), lambda: ats.team(job), lambda: ats.stages(job), lambda: ats.openings(job),
        lambda: ats.postings(job), lambda: ats.pipeline(job), lambda: ats.notes(ADA), lambda: ats.offers(HERS), lambda: ats.demographics(job),
    ):  # fmt: skip
        await ask()
    await test_an_interview_with_feedback_is_not_cancelled_and_its_scorecard_has_every_answer(
        office
    )
    resume = await ats.resume(ADA)
    assert resume is not None
    await ats.download(resume)
    await ats.attach(ADA, "plan.pdf", b"%PDF-", kind="other", key="a")
    await ats.add_note(ADA, "Well done", key="n", private=True)
    await test_every_kind_of_custom_field_is_written_in_one_call_and_read_back(office)
    await test_an_application_gets_another_source_and_recruiter(office)
    await test_a_new_person_comes_with_links_tags_fields_source_and_job(office)
    await test_an_offer_has_its_pay_its_steps_and_the_people_who_are_asked(office)
    await ats.set_tags(ADA, add=("Sailor",), remove=("Strong",))
    await ats.reject(HERS, (await ats.reasons())[0].ref.id, "Not this time")
    await ats.unreject(HERS)
    await ats.hire(HERS, start_on=date(2027, 1, 4))
    await ats.set_job_status(job, "closed")
    await ats.set_job_status(job, "open")
    hearing = Hearing()
    with serve(hearing.app) as url:
        await ats.register_webhook(url, "s3")
