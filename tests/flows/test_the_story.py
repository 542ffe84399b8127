"""The whole story once, through the front door, by the payloads a real Slack would send."""

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.flows.conftest import Town
from tests.flows.person import blocks_of, until, words

ROSA, MAYA, BEN, CHEN, TOM = "U0ROSA001", "U0MAYA001", "U0BEN0001", "U0CHEN001", "U0TOM0001"
ADA = "ada.lovelace@mailbox.example"


def link_in(mail: dict[str, object]) -> str:
    found = re.search(r"http://\S+/c/[\w.\-]+", str(mail["text"]))
    assert found, mail["text"]
    return found.group(0)


def test_one_recruiter_finds_ada_in_two_systems_and_sees_one_card(town: Town) -> None:
    rosa = town.person(ROSA)
    rosa.types("/hire find ada")
    card = rosa.sees("Ada Lovelace")
    said = words(blocks_of(card))
    assert "Senior Backend Engineer" in said
    assert "Data Analyst" in said, "her earlier application in the other ATS is named"
    assert card["is_ephemeral"]


def test_two_she_sends_ada_a_link_and_ada_picks_a_time(town: Town) -> None:
    rosa, ada = town.person(ROSA), town.mailbox(ADA)
    rosa.types("/candidate ada")
    rosa.presses("Schedule", rosa.sees("Ada Lovelace"))
    modal = rosa.modal("Schedule")
    how = next(
        o
        for b in blocks_of(modal)
        for o in (b.get("element") or {}).get("options", [])
        if "link" in o["text"]["text"]
    )
    assert rosa.submits(How=how["value"])["ok"]
    page = link_in(ada.receives("/c/"))
    with httpx.Client(timeout=20) as phone:
        shown = phone.get(page)
        assert shown.status_code == 200
        times = re.findall(r'name="(\w+)"[^>]*value="([^"]+)"', shown.text)
        field, first = next((n, v) for n, v in times if n in ("slot", "time", "start"))
        booked = phone.post(page, data={field: first}, follow_redirects=True)
        assert booked.status_code == 200, booked.text
    invite = ada.receives("", method="REQUEST")["calendar"]
    assert invite["sequence"] == 0
    assert town.mailbox("ben@brightwater.example").receives("", method="REQUEST")
    rosa.hears("Ada Lovelace")


def test_three_moving_raises_the_sequence_and_cancelling_sends_a_cancel(town: Town) -> None:
    rosa, ada = town.person(ROSA), town.mailbox(ADA)
    first = ada.receives("", method="REQUEST")["calendar"]
    rosa.presses("Move", rosa.has("Move"))
    rosa.modal("Move")
    assert rosa.submits()["ok"]
    moved = until(
        lambda: next(
            (
                m["calendar"]
                for m in ada.mails()
                if m["calendar"] and m["calendar"]["sequence"] == 1
            ),
            None,
        ),
        "the update",
    )
    assert moved["uid"] == first["uid"]
    assert moved["start"] != first["start"]


def test_three_and_a_half_a_cancelled_interview_leaves_every_calendar(town: Town) -> None:
    rosa, ada, chen = town.person(ROSA), town.mailbox(ADA), town.mailbox("chen@brightwater.example")
    rosa.types("/hire schedule ada")
    rosa.modal("Schedule")
    assert rosa.submits(Interview="Coffee with the team")["ok"]
    booked = ada.receives("Coffee with the team", method="REQUEST")["calendar"]
    rosa.presses("Cancel", rosa.has("Cancel", "Coffee with the team"))
    rosa.modal("Cancel")
    assert rosa.submits(Reason="Illness")["ok"]
    gone = ada.receives("Coffee with the team", method="CANCEL")["calendar"]
    assert (gone["uid"], gone["sequence"]) == (booked["uid"], booked["sequence"] + 1)
    assert chen.receives("Coffee with the team", method="CANCEL")


def test_four_the_interviewer_is_asked_after_the_interview_and_the_recruiter_hears_of_it(
    town: Town,
) -> None:
    ben, rosa = town.person(BEN), town.person(ROSA)
    town.waits(days=14)
    ben.presses("Scorecard", ben.has("Scorecard"))
    form = ben.modal()
    filled = {}
    for block in blocks_of(form):
        element = block.get("element") or {}
        if block["type"] == "input" and not block.get("optional"):
            if element["type"] == "plain_text_input":
                filled[block["label"]["text"]] = "Thinks in types, explains well."
            elif element["type"] in ("static_select", "radio_buttons"):
                filled[block["label"]["text"]] = element["options"][-1]["value"]
    assert ben.submits(**filled)["ok"]
    rosa.hears("Ben")


def test_five_a_templated_message_is_previewed_sent_and_noted(town: Town) -> None:
    rosa, ada = town.person(ROSA), town.mailbox(ADA)
    rosa.types("/hire message ada")
    modal = rosa.modal("Message")
    picker = next(b for b in blocks_of(modal) if b.get("label", {}).get("text") == "Template")
    assert "Ada" in words(modal)
    before = len(ada.mails())
    assert rosa.submits(**missing(modal))["ok"]
    until(lambda: len(ada.mails()) > before, "the message in Ada's mailbox")
    assert picker["element"]["options"]
    rosa.hears("noted in")


def missing(modal: dict[str, object]) -> dict[str, str]:
    """Facts the systems did not know, typed by the recruiter."""
    return {
        b["label"]["text"]: "Friday, 4 December"
        for b in blocks_of(modal)
        if b["type"] == "input"
        and b["block_id"].startswith("fact.")
        and not b["element"].get("initial_value")
    }


def test_six_an_offer_is_drafted_approved_signed_and_ada_is_hired(
    town: Town, tmp_path: Path
) -> None:
    rosa, maya, ada = town.person(ROSA), town.person(MAYA), town.mailbox(ADA)
    rosa.types("/hire offer ada")
    rosa.modal("Offer")
    assert rosa.submits(Base_salary="82,000", Approver=MAYA)["ok"]
    card = maya.has("Approve")
    assert "82" not in words(blocks_of(card)), "the card never shows pay"
    maya.presses_many_times_at_once("Approve", card)
    until(
        lambda: "approved" in words(blocks_of(maya.hears("Offer for Ada"))),
        "the card to say who approved and when",
    )
    page = link_in(
        until(
            lambda: next((m for m in ada.mails() if "offer" in m["subject"].lower()), None),
            "the offer mail",
        )
    )
    with httpx.Client(timeout=60) as phone:
        assert "82,000" in phone.get(page).text
        assert phone.get(page, params={"file": "letter"}).content.startswith(b"%PDF")
        refused = phone.post(page, data={"act": "accept", "name": "Ada Lovelace"})
        assert "Tick the box" in refused.text, "consent is asked for, and what was typed is kept"
        assert "Ada Lovelace" in refused.text
        done = phone.post(
            page,
            data={"act": "accept", "name": "Ada Lovelace", "consent": "yes"},
            follow_redirects=True,
        )
        assert done.status_code == 200, done.text
        signed = phone.get(page, params={"file": "signed"}).content
    (tmp_path / "signed.pdf").write_bytes(signed)
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not installed; on Debian: apt install poppler-utils")
    verdict = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "signed.pdf"], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid" in verdict.stdout, verdict.stdout
    rosa.hears("hired")
    shown = town.http.get("/client/ats/candidates").json()
    rows = shown["candidates"] if isinstance(shown, dict) else shown
    mine = next(r for r in rows if r["name"] == "Ada Lovelace" and r["vendor"] == "greenhouse")
    assert mine["status"] == "hired"
