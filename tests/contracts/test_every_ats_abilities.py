"""What a connector says it can do is what it does, and what it cannot is refused in a sentence."""

from datetime import UTC, date, datetime, timedelta

import pytest

from connectors import model, registry
from connectors.abilities import ABILITIES
from connectors.contract import Ats
from connectors.errors import NotSupported
from tests.contracts.stand_ins import System

METHODS = {
    "create_candidate": "create_candidate", "update_candidate": "update_candidate", "create_application": "create_application",
    "update_application": "update_application", "notes": "add_note", "attachments": "attach", "tags": "set_tags",
    "move_stage": "move_stage", "reject": "reject", "unreject": "unreject", "hire": "hire", "anonymise": "anonymise",
    "interviews": "create_interview", "scorecards": "submit_scorecard", "offers": "create_offer",
    "job_status": "set_job_status", "webhooks": "read_webhook", "register_webhook": "register_webhook", "history": "history",
    "plans": "plan", "openings": "openings", "postings": "postings", "custom_fields": "custom_fields",
    "demographics": "demographics", "approvals": "approvals", "teams": "team",
}  # fmt: skip
ATSS = {name: made for name, made in registry.vendors().items() if issubclass(made, Ats)}
REF = model.Ref(account="a", kind="application", id="1")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DRAFT = model.InterviewDraft(
    application=REF, name="Screen", start=NOON, end=NOON + timedelta(minutes=30), zone="UTC",
    interviewers=(), external_id="x",
)  # fmt: skip


@pytest.mark.parametrize("vendor", sorted(ATSS))
def test_abilities_are_known_and_each_has_its_own_code(vendor: str) -> None:
    made = ATSS[vendor]
    assert made.abilities <= ABILITIES.keys()
    for ability, method in METHODS.items():
        owner = next(c for c in made.__mro__ if method in vars(c) and c.__name__ != "Overridden")
        is_own = owner.__module__.startswith("connectors.ats.")
        assert is_own == (ability in made.abilities), f"{ability}: {owner.__module__}.{method}"


@pytest.mark.parametrize("vendor", sorted(ATSS))
def test_a_fallback_is_said_only_for_what_is_absent(vendor: str) -> None:
    made = ATSS[vendor]
    assert not made.fallbacks.keys() & made.abilities
    assert made.fallbacks.keys() <= ABILITIES.keys()
    assert made.checked


@pytest.mark.anyio
async def test_what_it_cannot_write_is_refused_with_what_to_do_instead(system: System) -> None:
    ats = system.ats
    calls = {
        "create_candidate": lambda: ats.create_candidate(model.CandidateDraft(given="A", family="B"), key="k"),
        "update_candidate": lambda: ats.update_candidate("1", model.CandidateChange(title="x")),
        "create_application": lambda: ats.create_application("1", "1", key="k"),
        "update_application": lambda: ats.update_application("1", model.ApplicationChange(source="x")),
        "notes": lambda: ats.add_note("1", "x", key="k"),
        "private_notes": lambda: ats.add_note("1", "x", key="k", private=True),
        "attachments": lambda: ats.attach("1", "a.pdf", b"%PDF-", kind="other", key="k"),
        "tags": lambda: ats.set_tags("1", add=("x",)),
        "move_stage": lambda: ats.move_stage("1", "1"),
        "reject": lambda: ats.reject("1", "1", ""),
        "unreject": lambda: ats.unreject("1"),
        "hire": lambda: ats.hire("1", start_on=date(2027, 1, 4)),
        "anonymise": lambda: ats.anonymise("1"),
        "interviews": lambda: ats.create_interview(DRAFT, key="k"),
        "offers": lambda: ats.create_offer("1", start_on=date(2027, 1, 4), salary="EUR 1", key="k"),
        "job_status": lambda: ats.set_job_status("1", "closed"),
        "register_webhook": lambda: ats.register_webhook("https://callsheet.example/hooks/a", "s"),
        "history": lambda: ats.history("1"),
        "demographics": lambda: ats.demographics("1"),
    }  # fmt: skip
    for ability in calls.keys() - ats.abilities:
        with pytest.raises(NotSupported) as refused:
            await calls[ability]()
        assert refused.value.text.endswith("."), ability
        assert refused.value.account == ats.account.id
    assert system.gate.written() == 0
