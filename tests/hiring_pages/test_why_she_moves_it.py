"""Why an interview is moved or cancelled: hers to say on her page, and of a list for the recruiter."""

from datetime import timedelta

import httpx
import pytest

from commands import interview_blocks
from commands.router import Gesture
from hiring import (
    interview_records,
    interviews,
    reasons,
)
from hiring.interviews_table import interviews as rows
from hiring.reasons import Why
from tests.firm import BEN, ROSA, Firm
from tests.hiring_pages.conftest import a_time, offered, seen_by, times_on

pytestmark = pytest.mark.anyio


async def test_why_she_moves_it_is_hers_to_say_and_is_kept_when_the_time_went(
    company: Firm, phone: httpx.AsyncClient
) -> None:
    now, path = await offered(company, "why")
    await phone.post(path, data={"act": "pick", "time": a_time(now.slots[-1])})
    gone = f"{now.slots[-1][0].isoformat()}/{(now.slots[-1][0] + timedelta(minutes=5)).isoformat()}"
    said = {"act": "move", "why": "illness", "more": "A cold & a cough"}
    late = await phone.post(path, data=said | {"time": gone})
    assert late.status_code == 409
    assert '<option value="illness" selected>' in late.text
    assert "A cold &amp; a cough</textarea>" in late.text
    moved = await phone.post(path, data=said | {"time": times_on(late.text)[0]})
    assert "You are booked" in moved.text
    assert "cough" not in moved.text
    shown = await seen_by(company, ROSA, now.id)
    assert "Moved by the candidate: Illness – A cold &amp; a cough" in shown
    assert "cough" not in await seen_by(company, BEN, now.id)
    forged = {"act": "move", "why": "<b>", "time": times_on(late.text)[1]}
    assert "You are booked" in (await phone.post(path, data=forged)).text
    stands = await interview_records.get(company.services, now.id)
    assert (stands.why.reason, stands.why.note, stands.sequence) == ("", None, 2)
    rosa = await company.actor(ROSA)
    await interviews.cancel(company.services, rosa, now.id, "Budget", reason="other")
    assert f"Cancelled by <@{ROSA}>: Other – Budget" in await seen_by(company, ROSA, now.id)
    async with company.services.store.read() as conn:
        assert not [row for row in await conn.execute(rows.select()) if "Budget" in str(row)]


def test_a_list_of_reasons_is_read_from_a_setting_and_a_reason_keeps_its_key() -> None:
    assert reasons.read(" Ill,  on  leave , ill!,,Room: too small") == ("Ill", "on leave", "Room: too small")  # fmt: skip
    assert reasons.choices(["Room: too small"]) == [("room_too_small", "Room: too small")]
    assert reasons.named(["Room: too small"], "room_too_small") == "Room: too small"
    for wrong in ("", " , !", "x" * 76, ",".join(str(n) for n in range(26))):
        with pytest.raises(ValueError, match="1 to 25 reasons"):
            reasons.read(wrong)


async def test_a_recruiter_cancels_for_a_reason_of_the_list_and_may_move_without_one(
    company: Firm,
) -> None:
    services, rosa = company.services, await company.actor(ROSA)
    fields = interview_blocks.reason_fields(services, kept=Why("illness", "Flu"))
    assert [(f["block_id"], f["optional"]) for f in fields] == [("reason", False), ("note", True)]
    assert fields[0]["element"]["initial_option"]["value"] == "illness"
    assert fields[1]["element"]["initial_value"] == "Flu"
    assert interview_blocks.reason_fields(services, optional=True)[0]["optional"]
    why = Why("other", "a | b " + "x" * 994)
    again = interview_blocks.see_others("move.open", "int_1", why)
    assert interview_blocks.kept(again["value"]) == ("int_1", why), "what was typed comes back"
    assert interview_blocks.kept("int_1") == ("int_1", Why())
    for values, wrong in (({}, True), ({"reason": "boredom"}, True), ({"reason": "other"}, False)):
        sent = Gesture("view", rosa.team, ROSA, "cancel", values=values)
        assert bool(await interview_blocks.has_reason(sent, rosa, services)) == wrong
