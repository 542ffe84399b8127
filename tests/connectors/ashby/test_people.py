"""People and applications in Ashby: added, edited, with custom fields of every kind."""

from datetime import date

import pytest

from bot.workspace.ats.ashby.seed import ident
from connectors import model
from connectors.errors import Conflict, Rejected
from connectors.model import CandidateChange, Money, Range, Ref, Value
from tests.connectors.ashby.office import ADA, HERS, Office

pytestmark = pytest.mark.anyio


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


async def test_a_person_with_an_open_application_is_not_erased(office: Office) -> None:
    with pytest.raises(Rejected):
        await office.ats.anonymise(ADA)
    gone = ident("candidate 16")
    for _ in range(2):
        await office.ats.anonymise(gone)
    assert (await office.ats.candidate(gone)).anonymised
