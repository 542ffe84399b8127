"""Requests and answers, held against the vendor's own description."""

from datetime import date

import pytest

from bot.workspace.ats.ashby.seed import ident
from tests.connectors.ashby import test_interviews, test_offers, test_people
from tests.connectors.ashby.office import ADA, HERS, Office, walked
from tests.connectors.described import SHARED, Described
from tests.serving import serve
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio


SINCE = (  # what came after the export, or what it has wrong beside its own words and examples
    "acceptanceStatus", ".fieldType", "customRequisitionId", ".selectableValues is list", ".fieldSubmissions[",
    "descriptionParts.description is missing", "secondaryLocationId is missing",
)  # fmt: skip
OLDER = {"/application.changeStage": "/application.change_stage", "/application.changeSource": "/application.change_source"}  # fmt: skip


async def test_requests_and_answers_are_as_the_vendor_describes_them(office: Office) -> None:
    """Against an older export of the vendor's own description; calls that it does not know yet are left out."""
    path = SHARED / "ashby" / "openapi.json"
    if not path.exists():
        pytest.skip("the vendor's API description is not beside the project")
    described = Described(path, SINCE)
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
    assert not faults, "\n".join(sorted(faults))


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
    await test_interviews.test_an_interview_with_feedback_is_not_cancelled_and_its_scorecard_has_every_answer(
        office
    )
    resume = await ats.resume(ADA)
    assert resume is not None
    await ats.download(resume)
    await ats.attach(ADA, "plan.pdf", b"%PDF-", kind="other", key="a")
    await ats.add_note(ADA, "Well done", key="n", private=True)
    await test_people.test_every_kind_of_custom_field_is_written_in_one_call_and_read_back(office)
    await test_people.test_an_application_gets_another_source_and_recruiter(office)
    await test_people.test_a_new_person_comes_with_links_tags_fields_source_and_job(office)
    await test_offers.test_an_offer_has_its_pay_its_steps_and_the_people_who_are_asked(office)
    await ats.set_tags(ADA, add=("Sailor",), remove=("Strong",))
    await ats.reject(HERS, (await ats.reasons())[0].ref.id, "Not this time")
    await ats.unreject(HERS)
    await ats.hire(HERS, start_on=date(2027, 1, 4))
    await ats.set_job_status(job, "closed")
    await ats.set_job_status(job, "open")
    hearing = Hearing()
    with serve(hearing.app) as url:
        await ats.register_webhook(url, "s3")
