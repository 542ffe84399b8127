"""Bad input and bad weather: every failure says what to do next, and nothing is lost or done twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx

from tests.flows.conftest import Town
from tests.flows.person import blocks_of, elements, until, words
from tests.flows.test_the_story import ADA, BEN, CHEN, MAYA, ROSA, link_in

SAM, TOM, INES = "U0SAM0001", "U0TOM0001", "U0ADMIN01"


def fault(town: Town, what: str, mode: str) -> None:
    assert town.http.post("/client/faults", json={"what": what, "mode": mode}).json()["ok"]


def test_an_unknown_person_an_empty_search_and_a_wrong_word_get_a_clear_sentence(
    town: Town,
) -> None:
    rosa = town.person(ROSA)
    rosa.types("/hire find zzyzx")
    rosa.sees("I found nobody for “zzyzx”")
    rosa.types("/hire find")
    rosa.sees("Type at least two letters")
    rosa.types("/hire shedule ada")
    suggestion = rosa.sees("schedule")
    assert any(e["type"] == "button" for _, e in elements(suggestion)), (
        "the nearest word is a button"
    )


def test_an_ambiguous_name_asks_which_one_is_meant(town: Town) -> None:
    rosa = town.person(ROSA)
    rosa.types("/hire message sam")
    modal = rosa.modal("Message")
    assert "Sam Whitfield" in words(modal)
    assert "Sam Okonkwo" in words(modal)
    rosa.presses_in_modal("Choose")
    until(lambda: "Template" in words(rosa.modal("Message")), "the form for the chosen one")
    rosa.ask("close", view_id=rosa.modal()["id"], all=True)


def test_a_name_that_attacks_slack_is_shown_and_pings_nobody(town: Town) -> None:
    rosa = town.person(ROSA)
    rosa.types("/hire find siobhan")
    card = rosa.sees("Siobhán")
    texts = [b["text"] for b in blocks_of(card) if isinstance(b.get("text"), dict)]
    assert any(t["type"] == "plain_text" and "<!channel>" in t["text"] for t in texts)
    assert not any(t["type"] == "mrkdwn" and "<!channel>" in t["text"] for t in texts)


def test_an_ats_that_is_down_leaves_the_others_results_and_says_which_is_missing(
    town: Town,
) -> None:
    rosa = town.person(ROSA)
    fault(town, "lever", "down")
    try:
        rosa.types("/hire find ada")
        card = rosa.sees("Lever did not answer")
        assert "Senior Backend Engineer" in words(blocks_of(card))
    finally:
        fault(town, "lever", "ok")


def test_somebody_without_a_role_is_told_who_may(town: Town) -> None:
    tom = town.person(TOM)
    tom.types("/hire find ada")
    tom.sees("Only recruiters")


def test_a_message_with_a_missing_fact_is_refused_before_it_is_sent_and_keeps_what_was_typed(
    town: Town,
) -> None:
    rosa, ada = town.person(ROSA), town.mailbox(ADA)
    before = len(ada.mails())
    rosa.types("/hire message ada")
    modal = rosa.modal("Message")
    picker = next(b for b in blocks_of(modal) if b.get("label", {}).get("text") == "Template")
    wanted = next(o for o in picker["element"]["options"] if o["value"] == "take_home")
    place = {"type": "view", "view_id": modal["id"]}
    rosa.ask(
        "action",
        container=place,
        block_id="template",
        action_id="message.template",
        selected_option=wanted,
    )
    until(lambda: "Not sent" in words(rosa.modal()), "the template to change")
    assert "Not sent" in words(rosa.modal())
    answer = rosa.submits()
    assert not answer["ok"]
    assert answer["errors"]
    assert len(ada.mails()) == before
    rosa.ask("close", view_id=rosa.modal()["id"], all=True)


def test_an_interviewer_without_a_calendar_is_named_and_only_working_hours_are_looked_at(
    town: Town,
) -> None:
    rosa = town.person(ROSA)
    rosa.types("/hire schedule ada")
    modal = rosa.modal("Schedule")
    block = next(b for b in blocks_of(modal) if b.get("label", {}).get("text") == "Interviewers")
    rosa.ask(
        "action", container={"type": "view", "view_id": modal["id"]}, block_id=block["block_id"],
        action_id=block["element"]["action_id"], selected_users=[SAM],
    )  # fmt: skip
    until(lambda: "Sam Rivers" in words(rosa.modal()), "a line about Sam's calendar")
    assert "working hours only" in words(rosa.modal())
    rosa.ask("close", view_id=rosa.modal()["id"], all=True)


def test_two_people_booking_one_slot_one_wins_and_the_other_is_offered_others(town: Town) -> None:
    rosa, ines = town.person(ROSA), town.person(INES)
    forms = []
    for person, name in ((rosa, "jonas"), (ines, "malik")):
        person.types(f"/hire schedule {name}")
        modal = person.modal("Schedule")
        block = next(
            b for b in blocks_of(modal) if b.get("label", {}).get("text") == "Interviewers"
        )
        person.ask(
            "action", container={"type": "view", "view_id": modal["id"]}, block_id=block["block_id"],
            action_id=block["element"]["action_id"], selected_users=[BEN, CHEN],
        )  # fmt: skip
        forms.append(
            until(
                lambda p=person: p.modal() if f"{BEN}.{CHEN}" in str(p.modal()) else None,
                "new times",
            )
        )
    slots = [
        {
            o["value"]
            for b in blocks_of(f)
            for o in (b.get("element") or {}).get("options", [])
            if "/" in o["value"]
        }
        for f in forms
    ]
    shared = sorted(slots[0] & slots[1])[0]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda person: person.submits(Time=shared, Interview="Race"),
                (rosa, ines),
            )
        )
    said = [p for p, a in zip((rosa, ines), answers, strict=True) if not a["ok"]]
    if said:  # the second one was refused before the ack
        assert "just booked" in str([a for a in answers if not a["ok"]])
        said[0].ask("close", view_id=said[0].modal()["id"], all=True)
    else:  # both were taken; the database decided
        until(
            lambda: any(_told(p, "Somebody was faster") for p in (rosa, ines)),
            "the loser to be told",
        )
    mails = [m for m in town.mailbox("ben@brightwater.example").mails() if "Race" in m["subject"]]
    until(
        lambda: (
            len(
                [
                    m
                    for m in town.mailbox("ben@brightwater.example").mails()
                    if "Race" in m["subject"]
                ]
            )
            == 1
        ),
        "one invite",
    )
    assert len(mails) <= 1


def _told(person: object, text: str) -> bool:
    from tests.flows.person import Person

    assert isinstance(person, Person)
    rows = person.messages(person.dm()) + person.messages("C0HIRING1")
    return any(text in words(blocks_of(m)) for m in rows)


def test_an_interviewer_who_cannot_come_is_shown_to_the_recruiter_and_one_who_is_late_tells_both(
    town: Town,
) -> None:
    rosa, ben = town.person(ROSA), town.person(BEN)
    rosa.types("/hire schedule malik")
    modal = rosa.modal("Schedule")
    times = [
        option["value"]
        for b in blocks_of(modal)
        for option in (b.get("element") or {}).get("options", [])
        if "/" in option["value"]
    ]
    assert rosa.submits(Interviewers=[BEN], Time=times[0], Interview="Late talk")["ok"]
    ben.presses("Can't make it", ben.has("Can't make it", "Late talk"))
    ben.modal("Can't make it")
    assert not ben.submits(Reason=" ")["ok"]
    assert ben.submits(Reason="I am ill")["ok"]
    said = rosa.has("Move", "cannot make it")
    assert "I am ill" in words(said)
    ben.presses("Accept", ben.has("Accept", "Late talk"))
    rosa.hears("has accepted after all")
    start = datetime.fromisoformat(times[0].split("/")[0])
    clock = rosa.look("boot")["clock"]
    now = datetime.fromisoformat(clock["now_iso"])
    town.waits(minutes=(start - now).total_seconds() / 60 - 5)
    ben.presses("Running late", ben.has("Running late", "Late talk"))
    ben.modal("Running late")
    assert ben.submits(How_late="10")["ok"]
    rosa.hears("runs 10 minutes late")
    addresses = town.http.get("/client/mail/addresses").json()["addresses"]
    malik = next(a for a in addresses if a.startswith("malik"))
    assert "about 10 minutes" in town.mailbox(malik).receives("begins a few minutes late")["text"]


def test_a_tampered_and_an_expired_link_get_a_page_that_says_what_to_do(town: Town) -> None:
    rosa, jonas = town.person(ROSA), "jonas.brandt.5@mailbox.example"
    rosa.types("/hire schedule yuki")
    rosa.modal("Schedule")
    assert rosa.submits(How="link")["ok"]
    mail = until(
        lambda: next((m for a in town.http.get("/client/mail/addresses").json()["addresses"] if a.startswith("yuki")
                      for m in town.mailbox(a).mails() if "/c/" in m["text"]), None), "Yuki's link",
    )  # fmt: skip
    page = link_in(mail)
    with httpx.Client(timeout=20) as phone:
        assert phone.get(page).status_code == 200
        altered = phone.get(page[:-3] + ("abc" if not page.endswith("abc") else "xyz"))
        assert altered.status_code == 404
        assert "Open it again from the e-mail" in altered.text
        town.waits(days=20)
        expired = phone.get(page)
        assert expired.status_code == 410
        assert "expired" in expired.text
    assert jonas


def test_mail_that_cannot_go_out_is_retried_by_itself_and_the_sender_sees_it(town: Town) -> None:
    rosa, ada = town.person(ROSA), town.mailbox(ADA)
    before = len(ada.mails())
    fault(town, "smtp", "down")
    rosa.types("/hire message ada")
    rosa.modal("Message")
    assert rosa.submits()["ok"]
    rosa.hears("has not gone through yet")
    assert len(ada.mails()) == before
    fault(town, "smtp", "ok")
    until(lambda: len(ada.mails()) == before + 1, "the mail, once the server is back", 30)
    rosa.hears("went through after all")


def test_mail_that_was_refused_can_be_sent_again_by_a_button(town: Town) -> None:
    rosa, ada = town.person(ROSA), town.mailbox(ADA)
    before = len(ada.mails())
    fault(town, "smtp", "refuse")
    rosa.types("/hire message ada")
    rosa.modal("Message")
    assert rosa.submits()["ok"]
    card = rosa.has("Try again", "refused this message for good")
    fault(town, "smtp", "ok")
    rosa.presses_many_times_at_once("Try again", card)
    until(lambda: len(ada.mails()) == before + 1, "the mail after all", 30)
    until(lambda: "went through after all" in words(rosa.message(card)), "the card to say so")


def test_approving_twice_or_out_of_turn_changes_nothing(town: Town) -> None:
    rosa, maya, tom = town.person(ROSA), town.person(MAYA), town.person(TOM)
    rosa.types("/hire offer lucas")
    rosa.modal("Offer")
    refused = rosa.submits(Base_salary="a lot", Approver=MAYA)
    assert "such as 82,000" in str(refused["errors"])
    assert rosa.submits(Base_salary="82k", Approver=MAYA, Second_approver=TOM)["ok"]
    card = maya.has("Approve")
    maya.presses_many_times_at_once("Approve", card)
    second = tom.has("Approve")
    assert "Step 2 of 2" in words(blocks_of(second))
    assert not any(
        "Your offer from" in m["subject"]
        for m in town.mailbox("lucas.almeida.14@mailbox.example").mails()
    )
    tom.presses("Decline", second)
    modal = tom.modal("Decline")
    label = next(b["label"]["text"] for b in blocks_of(modal) if b["type"] == "input")
    assert tom.submits(**{label: "Over budget"})["ok"]
    until(lambda: _told(rosa, "Over budget"), "Rosa to see the reason")


def test_an_expired_offer_and_a_second_offer_say_so(town: Town) -> None:
    rosa = town.person(ROSA)
    rosa.types("/hire offer lucas")
    assert rosa.modal("Offer")["submit"]["text"] == "Ask for approval", (
        "a refused offer may be drafted again"
    )
    refused = rosa.submits(Base_salary="90,000", Approver=ROSA)
    assert "somebody else has to approve" in str(refused["errors"])
    rosa.ask("close", view_id=rosa.modal()["id"], all=True)


def test_no_stack_trace_ever_reaches_the_log_of_a_day_like_this(town: Town) -> None:
    log = (town.var / "demo.err").read_text()
    assert "Traceback" not in log, log[-3_000:]
    assert not re.search(r"[\w.]+@mailbox\.example", log), "no address in the log"
