"""What a body may hold when something is written to the Greenhouse stand-in. Anything else is refused (422)."""

from typing import Any

from bot.workspace import asking
from bot.workspace.ats.greenhouse.rules import Refusal

Doc = dict[str, Any]
CONTACTS = (
    "email_addresses", "phone_numbers", "addresses", "website_addresses", "social_media_addresses",
)  # fmt: skip
EDITABLE = {
    "candidates": {
        "first_name", "last_name", "preferred_name", "company", "title", "private", "can_email", "time_zone", "tags",
        "custom_fields", *CONTACTS,
    },
    "applications": {
        "recruiter_id", "coordinator_id", "source_id", "referrer_id", "location_address", "prospective_job_ids", "custom_fields",
    },
    "interviews": {
        "starts_at", "ends_at", "all_day_start_on", "all_day_end_on", "location", "video_conferencing_url", "external_event_id",
        "interviewers",
    },
    "offers": {"starts_on", "sent_on", "status", "opening_id", "custom_fields"},
    "rejection_details": {"rejection_reason_id", "notes"},
}  # fmt: skip
NEW = {"candidate_id", "job_id"}  # all that the documents tell of a new application
LISTED = {"interviewers", *CONTACTS}
SWITCHES = {"private", "can_email"}
RSVP = ("needs_action", "declined", "tentative", "accepted")


def editable(resource: str, body: Doc) -> None:
    """Refuse the first field that may not be changed."""
    for name in body:
        if name not in (NEW if resource == "new application" else EDITABLE[resource]):
            raise Refusal(422, f"{name} cannot be changed", (name, "cannot be changed"))


def check(body: Doc) -> None:
    """Refuse the first field whose value is of the wrong kind. None is good everywhere."""
    for name, value in body.items():
        if value is not None and not _good(name, value):
            raise Refusal(422, f"{name} is invalid", (name, "is invalid"))


def _good(name: str, value: Any) -> bool:
    if name.endswith(("_at", "_on")) or name == "start_date":
        return _moment(value)
    if name.endswith("_id") and name != "external_event_id":
        return isinstance(value, int | str) and not isinstance(value, bool)
    if name.endswith("_ids"):
        return isinstance(value, list) and all(isinstance(each, int) for each in value)
    if name == "custom_fields":
        return _rows(value) and all(isinstance(field.get("name_key"), str) for field in value)
    if name == "interviewers":
        return _rows(value) and all(_seat(each) for each in value)
    if name in LISTED:
        return _rows(value) and all(isinstance(each.get("value"), str) for each in value)
    if name in ("tags", "fields"):
        return isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    return isinstance(value, bool) if name in SWITCHES else isinstance(value, str)


def _seat(row: Doc) -> bool:
    user, email = row.get("user_id"), row.get("email")
    somebody = isinstance(user, int | str) if user is not None else isinstance(email, str)
    return somebody and row.get("response_status", "needs_action") in RSVP


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _moment(value: Any) -> bool:
    try:
        asking.moment(value)
    except ValueError:
        return False
    return True
