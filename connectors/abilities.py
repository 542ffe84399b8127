"""What a connector may be able to do, in words for people, and what happens where it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass

USES = (
    "Find and read",
    "Move candidates along",
    "Interviews and scorecards",
    "Offers and jobs",
    "Keep up",
)


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing a connector may be able to do. `instead` is what people get where it cannot."""

    use: str
    words: str
    instead: str


_ROWS: dict[str, tuple[int, str, str]] = {
    "listing": (0, "list everybody", "people are found by e-mail address only"),
    "search_email": (0, "find a person by e-mail address", "people are found through the search index"),
    "search_name": (0, "find a person by name", "people are found through the search index"),
    "history": (0, "tell an application's past stages", "stages are noted from the day of connecting on"),
    "custom_fields": (0, "tell the account's custom fields", "custom fields are not shown"),
    "resumes": (0, "give résumés", "open the résumé in the ATS"),
    "openings": (0, "tell requisitions and openings", "headcount is not shown"),
    "postings": (0, "tell public job posts", "job posts are not shown"),
    "plans": (0, "tell interview plans", "interviews are planned in Callsheet"),
    "teams": (0, "tell hiring teams", "only workspace admins may act on its jobs"),
    "demographics": (0, "count answers to demographic questions", "see the ATS's own reports"),
    "approvals": (0, "tell approvals of offers and jobs", "approvals live in Callsheet"),
    "create_candidate": (1, "add a candidate", "add the person in the ATS"),
    "update_candidate": (1, "edit a candidate", "edit the person in the ATS"),
    "create_application": (1, "put a candidate on a job", "add the application in the ATS"),
    "update_application": (1, "edit an application", "edit the application in the ATS"),
    "notes": (1, "take notes", "write the note in the ATS"),
    "private_notes": (1, "keep a note private", "a private note is not written, rather than shown to everyone"),
    "attachments": (1, "take files", "attach the file in the ATS"),
    "tags": (1, "tag a candidate", "tag the person in the ATS"),
    "move_stage": (1, "move to another stage", "move the candidate in the ATS"),
    "reject": (1, "reject with a reason", "reject the candidate in the ATS"),
    "unreject": (1, "take a rejection back", "reopen the application in the ATS"),
    "hire": (1, "mark as hired", "mark the hire in the ATS"),
    "anonymise": (1, "erase a person", "erase the person in the ATS"),
    "interviews": (2, "record interviews", "interviews are kept in Callsheet and noted in the ATS"),
    "read_interviews": (2, "tell interviews made elsewhere", "only interviews made with Callsheet are shown"),
    "read_scorecards": (2, "tell scorecards", "only scorecards filled in with Callsheet are shown"),
    "scorecards": (2, "take scorecards", "the scorecard is written as a private note with a link"),
    "read_offers": (3, "tell offers", "only offers made with Callsheet are shown"),
    "offers": (3, "take offers", "the offer lives in Callsheet and is noted in the ATS"),
    "job_status": (3, "open and close a job", "open or close the job in the ATS"),
    "changes": (4, "tell what changed since a time", "everything is listed and compared"),
    "webhooks": (4, "tell changes at once", "changes are seen at the next poll"),
    "register_webhook": (4, "let Callsheet set up its webhook", "an admin pastes the address and secret in the ATS"),
}  # fmt: skip

ABILITIES: Mapping[str, Ability] = {
    name: Ability(USES[use], words, instead) for name, (use, words, instead) in _ROWS.items()
}


def instead(name: str, own: Mapping[str, str]) -> str:
    """The sentence for an absent ability: the connector's own, else the usual one."""
    return _sentence(own.get(name) or ABILITIES[name].instead)


_CALENDAR_ROWS: dict[str, tuple[str, str]] = {
    "busy": ("tell busy times", "only working hours and Callsheet's own bookings are looked at"),
    "kinds": ("tell tentative, out of office and focus time apart", "all that is in the calendar counts as busy"),
    "hours": ("tell working hours", "working hours are set in Callsheet"),
    "events": ("take interviews", "invitations go by e-mail"),
    "invites": ("invite the guests itself", "invitations go by e-mail from Callsheet, whatever the draft says"),
    "silent": ("take interviews without mailing the guests", "an event that must not mail has no guests"),
    "responses": ("tell who accepted or declined", "replies are read from the mailbox"),
    "proposals": ("tell proposed new times", "proposed times are read from the mailbox"),
    "changes": ("tell what changed since a time", "events are read again one by one"),
    "push": ("tell changes at once", "changes are seen at the next poll"),
    "links": ("make meeting links", "the link of a meeting system, a room or a phone number is used"),
    "rooms": ("list rooms", "rooms are typed in by their address"),
}  # fmt: skip

CALENDAR_ABILITIES: Mapping[str, Ability] = {
    name: Ability("Calendars", words, instead) for name, (words, instead) in _CALENDAR_ROWS.items()
}


def calendar_instead(name: str, own: Mapping[str, str]) -> str:
    """The same for a calendar's absent ability."""
    return _sentence(own.get(name) or CALENDAR_ABILITIES[name].instead)


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}."
