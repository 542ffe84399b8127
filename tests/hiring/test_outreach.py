"""Templated messages: refused naming each missing fact, sent once, noted in the ATS, never to who asked for silence."""

import pytest

from connectors.model import Ref
from hiring import outreach
from hiring.errors import MissingFacts, NotAllowed, Refused
from tests.firm import BEN, ROSA, Firm

pytestmark = pytest.mark.anyio
NORA = "nora@mailbox.example"


async def nora(office: Firm) -> Ref:
    return await office.newcomer("Nora", "Quill", NORA)


async def sendable(office: Firm, ref: Ref) -> tuple[str, dict[str, str]]:
    """A template that lacks facts, and words for all of them."""
    rosa = await office.actor(ROSA)
    for template in outreach.offered():
        _, shown = await outreach.preview(office.services, rosa, ref, template.name)
        if shown.missing:
            return template.name, {name: f"Typed {name}" for name in shown.missing}
    raise AssertionError("every template has all its facts")


async def test_every_template_previews_or_names_in_words_what_is_missing(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await nora(office)
    for template in outreach.offered():
        _, shown = await outreach.preview(office.services, rosa, ref, template.name)
        assert shown.to == NORA
        assert (shown.rendered is None) == bool(shown.missing)
        if shown.missing:
            sentence = outreach.missing_sentence(shown.missing)
            assert all(outreach.FACT_NAMES[name] in sentence for name in shown.missing)


async def test_a_missing_fact_keeps_it_from_being_sent_and_is_named(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await nora(office)
    name, typed = await sendable(office, ref)
    for given in ({}, dict.fromkeys(typed, "  ")):
        with pytest.raises(MissingFacts) as missing:
            await outreach.send(office.services, rosa, ref, name, given, key="k")
        assert set(missing.value.facts) == set(typed)
    async with office.at_work():
        await office.settles()
    assert office.mails(NORA) == []


async def test_the_same_message_is_sent_and_noted_once(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await nora(office)
    name, typed = await sendable(office, ref)
    async with office.at_work():
        for _ in range(2):
            profile = await outreach.send(office.services, rosa, ref, name, typed, key="once")
        await office.settles()
        await outreach.deliver(
            office.services, team=rosa.team, user=rosa.user, ref=str(ref), template=name,
            typed=typed, mail_key="once",
        )  # fmt: skip
    (mail,) = office.mails(NORA)
    assert next(iter(typed.values())) in mail["text"]
    ats = await office.services.accounts.ats(ref.account)
    notes = await ats.notes(profile.candidate.ref.id)
    assert len([n for n in notes if n.body.startswith("E-mail sent")]) == 1


async def test_hostile_facts_stay_text(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await nora(office)
    name, typed = await sendable(office, ref)
    evil = "<script>x</script> {{ recruiter_email }} [a](javascript:x)"
    _, shown = await outreach.preview(office.services, rosa, ref, name, dict.fromkeys(typed, evil))
    assert shown.rendered
    assert "<script>" not in shown.rendered.html
    assert 'href="javascript' not in shown.rendered.html
    assert "{{ recruiter_email }}" in shown.rendered.text


async def test_no_message_goes_out_for_strangers_or_with_an_unknown_template(office: Firm) -> None:
    ref = await nora(office)
    with pytest.raises(NotAllowed):
        await outreach.preview(office.services, await office.actor(BEN), ref, "next_step")
    with pytest.raises(Refused) as refused:
        await outreach.preview(office.services, await office.actor(ROSA), ref, "../secrets")
    assert refused.value.field == "template"


async def test_whoever_has_no_address_or_asked_for_silence_is_not_written_to(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await nora(office)
    row = next(r for r in office.store.all("gh_candidates") if r["last_name"] == "Quill")
    office.store.put("gh_candidates", row["id"], row | {"email_addresses": []})
    with pytest.raises(Refused) as refused:
        await outreach.preview(office.services, rosa, ref, "next_step")
    assert "no e-mail address" in refused.value.sentence
