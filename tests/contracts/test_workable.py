"""Workable's own traps, and its calls held against a list of those that the vendor's pages name."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from connectors import model, registry
from connectors.contract import Ats
from connectors.errors import Rejected
from tests.contracts.stand_ins import System, row

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("standing", ["workable"], indirect=True),
]
SPEC = Path(__file__).parents[3] / "shared" / "specs" / "workable" / "api_surface.json"
URL = "https://callsheet.example/hooks/account-1"


async def test_the_pages_of_a_job_go_on_at_another_path(system: System) -> None:
    job = (await system.application()).job
    assert job is not None
    with system.store.batch():
        for number in range(120):
            system.person("Crowd", f"Member{number}")
    assert len(await system.ats.pipeline(job.id)) > 120
    assert ("GET", f"/spi/v3/jobs/{job.id}/candidates") in system.gate.calls


async def test_a_job_for_employees_only_still_hires(system: System) -> None:
    job = (await system.ats.jobs())[0].ref.id
    system.store.put(
        "workable_jobs", job, {**row(system.store, "workable_jobs", job), "state": "closed"}
    )
    found = await system.ats.job(job)
    assert (found.status.kind, found.status.vendor, found.confidential) == ("open", "closed", True)


async def test_nobody_who_is_added_gets_mail(system: System) -> None:
    job = (await system.ats.jobs())[0]
    draft = model.CandidateDraft(
        given="Zoë", family="O'Rourke", emails=(model.Contact(value="zoe@mailbox.example"),)
    )
    for where in (None, job.ref):
        address = model.Contact(value=f"{'pool' if where is None else 'job'}@mailbox.example")
        await system.ats.create_candidate(
            draft.model_copy(update={"emails": (address,), "job": where}), key="k"
        )
    assert system.store.find("workable_activities", action="message") == []


async def test_somebody_in_the_talent_pool_is_a_prospect(system: System) -> None:
    draft = model.CandidateDraft(
        given="Zoë", family="O'Rourke", emails=(model.Contact(value="zoe@mailbox.example"),)
    )
    made = await system.ats.create_candidate(draft, key="k")
    (application,) = await system.ats.applications(made.ref.id)
    assert (application.status.kind, application.job) == ("prospect", None)


async def test_who_writes_is_the_author_or_an_admin(system: System) -> None:
    person = system.person("Nora", "Quill")
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    assert rosa is not None
    await system.ats.add_note(person, "First", key="1", author=rosa.ref)
    await system.ats.add_note(person, "Second", key="2")
    users = {user.ref: user.name for user in await system.ats.users()}
    assert [users[n.author] for n in await system.ats.notes(person) if n.author] == [
        "Rosa Delgado",
        "Ines Duarte",
    ]


async def test_who_withdrew_is_told_from_who_was_rejected_in_lists_too(system: System) -> None:
    application = await system.application()
    they = next(r for r in await system.ats.reasons() if r.party == "they")
    await system.ats.reject(application.ref.id, they.ref.id, "")
    alone = await system.ats.application(application.ref.id)
    listed = [a async for page, _ in system.ats.walk("application", None) for a in page]
    (same,) = [a for a in listed if a.ref == application.ref]
    assert isinstance(same, model.Application)
    assert alone.status == same.status == model.Word(kind="withdrawn", vendor="disqualified")
    assert alone.stage == application.stage


async def test_with_a_new_token_the_subscriptions_are_made_anew(system: System) -> None:
    await system.ats.register_webhook(URL, "")
    keys = {**system.ats.account.secrets, "webhook_secret": system.ats.account.secrets["api_key"]}
    turned = {**keys, "api_key": "another-token"}
    ours = registry.make(replace(system.ats.account, secrets=turned), system.ats.pool)
    assert isinstance(ours, Ats)
    assert [hook.active for hook in await ours.webhooks(URL)] == [False]
    assert await ours.register_webhook(URL, "") == "another-token"
    made = system.store.all("workable_subscriptions")
    assert {row["token"] for row in made} == {"another-token"}
    assert len({row["target"] for row in made}) == len(made) == 3


async def test_a_scorecard_without_a_grade_is_refused_by_field(system: System) -> None:
    application = await system.application()
    form = await system.ats.scorecard_form(application.ref.id, None)
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    assert form is not None
    assert rosa is not None
    with pytest.raises(Rejected) as refused:
        await system.ats.submit_scorecard(
            application.ref.id, form, {"comment": "Clear"}, author=rosa.ref, interview=None, key="s"
        )
    assert set(refused.value.fields) == {"grade"}
    assert system.gate.written() == 0


async def test_what_workable_does_not_take_is_named_before_anything_is_written(
    system: System,
) -> None:
    person = system.person("Nora", "Quill")
    two = (model.Contact(value="a@mailbox.example"), model.Contact(value="b@mailbox.example"))
    with pytest.raises(Rejected, match="the company, a second address"):
        await system.ats.update_candidate(person, model.CandidateChange(company="X", emails=two))
    assert system.gate.written() == 0


async def test_every_call_is_one_of_those_that_the_vendor_names(system: System) -> None:
    if not SPEC.is_file():
        pytest.skip("the list of Workable's calls is not beside this checkout")
    named = json.loads(SPEC.read_text())["endpoints"]
    known = [(one["method"], re.sub(r"\{\w+\}", "[^/]+", one["path"])) for one in named]
    await ask_everything(system)
    asked = {(method, path) for method, path in system.gate.calls if path.startswith("/spi/")}
    fits = {
        (method, path): [p for m, p in known if m == method and re.fullmatch(p, path)]
        for method, path in asked
    }
    left = {f"{method} {path.rpartition('/')[0]}" for (method, path), p in fits.items() if not p}
    assert left <= {"GET /spi/v3/candidates"}  # one candidate, which the list leaves out
    assert len({path for found in fits.values() for path in found}) >= 20


async def ask_everything(system: System) -> None:
    """Every read and every write of the connector once."""
    ats, application = system.ats, await system.application()
    person, job = application.candidate.id, application.job
    assert job is not None
    other = next(j for j in await ats.jobs() if j.ref != job)
    await ats.check()
    for ask in (ats.openings, ats.postings, ats.team, ats.pipeline, ats.stages):
        await ask(job.id)
    for ask in (ats.history, ats.interviews, ats.scorecards, ats.offers):
        await ask(application.ref.id)
    (ada,) = [found async for found in ats.find_candidates("Ada Lovelace")]
    resume = await ats.resume(ada.ref.id)
    assert resume is not None
    await ats.download(resume)
    assert [file.kind for file in await ats.attachments(ada.ref.id)] == ["resume"]
    await ats.attach(person, "a.pdf", b"%PDF-", kind="other", key="a")
    await ats.set_tags(person, add=("sql",))
    await ats.update_candidate(person, model.CandidateChange(title="Editor"))
    await ats.create_application(person, other.ref.id, key="c")
    reason = (await ats.reasons())[0]
    await ats.reject(application.ref.id, reason.ref.id, "Not now")
    await ats.unreject(application.ref.id)
    await ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    draft = model.CandidateDraft(
        given="Zoë", family="O'Rourke", emails=(model.Contact(value="zoe@mailbox.example"),)
    )
    await ats.create_candidate(draft.model_copy(update={"job": other.ref}), key="k")
    await ats.register_webhook(URL, "")
    await ats.unregister_webhook(URL)
