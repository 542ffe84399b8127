"""Interviews of the Ashby stand-in: one schedule holds many events; only the key that made one may change it."""

from datetime import datetime
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.ashby import webhooks
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, is_uuid, iso, new_id, plain
from bot.workspace.ats.ashby.paging import page


@call("interview.list", "interviewsRead")
def definitions(desk: Desk) -> Doc:
    rows = [
        r
        for r in desk.store.all("ashby_interviews")
        if desk.body.get("includeArchived") or not r["isArchived"]
    ]
    if not desk.body.get("includeNonSharedInterviews"):
        rows = [row for row in rows if row["jobId"] is None]
    return page(desk, "interviews", rows, plain)


@call("interview.info", "interviewsRead")
def definition(desk: Desk) -> Doc:
    return plain(desk.one("interviews", "id"))


def shown(desk: Desk, row: Doc) -> Doc:
    """A schedule as the API gives it."""
    told = {k: v for k, v in plain(row).items() if k not in ("keyId", "createdAt")}
    told["interviewEvents"] = [_event(desk, event) for event in row["interviewEvents"]]
    return told


def _event(desk: Desk, event: Doc) -> Doc:
    users = [desk.store.get("ashby_users", seat["userId"]) or {} for seat in event["seats"]]
    given = desk.store.find("ashby_feedback", interviewEventId=event["id"])
    told = {k: v for k, v in event.items() if k != "seats"} | {
        "interviewerUserIds": [u["id"] for u in users], "interviewers": [plain(u) for u in users], "hasSubmittedFeedback": bool(given),
    }  # fmt: skip
    if "interview" in (desk.body.get("expand") or []):
        told["interview"] = plain(desk.store.get("ashby_interviews", event["interviewId"]) or {})
    return told


@call("interviewSchedule.list", "interviewsRead")
def every(desk: Desk) -> Doc:
    rows = desk.store.all("ashby_schedules")
    if application := desk.maybe("applications", "applicationId"):
        rows = [row for row in rows if row["applicationId"] == application["id"]]
    if stage := desk.maybe("stages", "interviewStageId"):
        rows = [row for row in rows if row["interviewStageId"] == stage["id"]]
    return page(desk, "schedules", rows, lambda row: shown(desk, row))


@call("interviewEvent.list", "interviewsRead")
def events(desk: Desk) -> list[Doc]:
    return [
        _event(desk, event)
        for event in desk.one("schedules", "interviewScheduleId")["interviewEvents"]
    ]


@call("interviewSchedule.create", "interviewsWrite")
def create(desk: Desk) -> Doc:
    application, rows = desk.one("applications", "applicationId"), desk.body.get("interviewEvents")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refusal("invalid_input", "interviewEvents must hold at least one event")
    row: Doc = {
        "id": new_id(), "status": "Scheduled", "applicationId": application["id"], "candidateId": application["candidateId"],
        "interviewStageId": application["stageId"], "createdAt": desk.now, "keyId": desk.key["id"], "scheduledBy": None, "interviewEvents": [],
    }  # fmt: skip
    row["interviewEvents"] = [_made(desk, row["id"], event) for event in rows]
    saved = desk.save("schedules", row)
    webhooks.tell(desk, "interviewScheduleCreate", {"interviewSchedule": shown(desk, saved)})
    return _told(desk, saved)


@call("interviewSchedule.update", "interviewsWrite")
def update(desk: Desk) -> Doc:
    """An event without its id is one more event; one with feedback is only cancelled when that is allowed."""
    row, wish, gone = (
        _mine(desk, "interviewScheduleId"),
        desk.body.get("interviewEvent"),
        desk.body.get("interviewEventIdToCancel"),
    )
    if (wish is None) == (gone is None):
        raise Refusal(
            "invalid_input", "Either interviewEvent or interviewEventIdToCancel is required"
        )
    held = {event["id"]: event for event in row["interviewEvents"]}
    for event in _list(wish):
        if not isinstance(event, dict):
            raise Refusal("invalid_input", "interviewEvent is not an event")
        known = _known(held, event["interviewEventId"]) if event.get("interviewEventId") else None
        made = _made(desk, row["id"], event, known)
        held[made["id"]] = made
    for id in _list(gone):
        _known(held, id)
        if desk.store.find("ashby_feedback", interviewEventId=id):
            if not desk.body.get("allowFeedbackDeletion"):
                raise Refusal("interview_event_has_feedback", "The event has submitted feedback.")
            for card in desk.store.find("ashby_feedback", interviewEventId=id):
                desk.store.delete("ashby_feedback", card["id"])
        del held[id]
    row["interviewEvents"] = list(held.values())
    row["status"] = "Scheduled" if held else "Cancelled"
    return _told(desk, desk.save("schedules", row))


@call("interviewSchedule.cancel", "interviewsWrite")
def cancel(desk: Desk) -> Doc:
    row = _mine(desk, "id")
    status = "NeedsScheduling" if desk.body.get("allowReschedule") else "Cancelled"
    return _told(desk, desk.save("schedules", {**row, "status": status}))


def _told(desk: Desk, row: Doc) -> Doc:
    made = shown(desk, row)
    webhooks.tell(desk, "interviewScheduleUpdate", {"interviewSchedule": made})
    return made


def _mine(desk: Desk, field: str) -> Doc:
    row = desk.one("schedules", field)
    if row["keyId"] != desk.key["id"]:
        raise Refusal(
            "interview_schedule_not_editable",
            "Only schedules created with this API key can be updated.",
        )
    return row


def _known(held: dict[str, Doc], id: Any) -> Doc:
    if not is_uuid(id):
        raise Refusal("invalid_input", "interviewEventId is not a valid UUID")
    if id not in held:
        raise Refusal("interview_event_not_found", "Interview event not found")
    return held[id]


def _made(desk: Desk, schedule: str, row: Doc, known: Doc | None = None) -> Doc:
    """An event, checked; interviewers are named by the address of an Ashby user. Raises Refusal."""
    start, end = _moment(row, "startTime"), _moment(row, "endTime")
    seats = row.get("interviewers")
    if (
        end <= start
        or not isinstance(seats, list)
        or not all(isinstance(seat, dict) for seat in seats)
    ):
        raise Refusal("invalid_input", "startTime, a later endTime and interviewers are required")
    people = [_seat(desk, seat) for seat in seats]
    kept = known or {
        "id": new_id(),
        "createdAt": desk.now,
        "interviewId": _default(desk),
        "extraData": {},
    }
    interview = desk.maybe("interviews", "interviewId", row)
    return {
        **kept, "interviewId": interview["id"] if interview else kept["interviewId"], "interviewScheduleId": schedule, "seats": people,
        "startTime": iso(start), "endTime": iso(end), "updatedAt": desk.now, "meetingLink": kept.get("meetingLink"),
        "location": kept.get("location"), "feedbackLink": f"https://app.ashbyhq.com/interview-briefings/{kept['id']}/feedback",
        "extraData": row.get("extraData") or kept["extraData"],
    }  # fmt: skip


def _default(desk: Desk) -> str:
    """The organisation's default interview."""
    return str(desk.store.all("ashby_interviews")[0]["id"])


def _seat(desk: Desk, seat: Doc) -> Doc:
    email = desk.text("email", seat).strip().lower()
    for user in desk.store.all("ashby_users"):
        if user["email"].lower() == email and user["isEnabled"]:
            return {
                "userId": user["id"],
                "feedbackRequired": bool(seat.get("feedbackRequired", True)),
            }
    raise Refusal("interviewer_not_found", "An interviewer is not a user of this organisation")


def _moment(row: Doc, name: str) -> datetime:
    try:
        return asking.moment(row.get(name))
    except ValueError:
        raise Refusal("invalid_input", f"{name} is not a date and time") from None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
