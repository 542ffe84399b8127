"""What Knit has no call for and Workable tells through `passthrough`: members, comments, ratings, events, reasons."""

import re
from collections.abc import Mapping
from typing import Any

from connectors import model, values
from connectors.model import Ref

Row = Mapping[str, Any]
LONGEST = 256  # characters of a note beside a rejection
THUMBS = {0: 2, 1: 4, 2: 5}
RSVP = {"accepted": "accepted", "declined": "declined", "tentative": "tentative"}


def member(row: Row, account: str) -> model.User:
    roles = {str(row.get("role") or ""), *map(str, row.get("roles") or ())}
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row.get("id"))),
        name=str(row.get("name") or row.get("email") or "Unnamed user"),
        email=str(row["email"]) if row.get("email") else None,
        active=bool(row.get("active", True)),
        admin=bool(roles & {"admin", "ats.admin", "workable.superadmin"}),
        raw=dict(row),
    )


def note(row: Row, account: str) -> model.Note:
    seen_by = row.get("visibility_roles")
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row.get("id"))),
        body=str(row.get("body") or ""),
        author=author(row, account),
        at=values.moment(row.get("created_at")),
        visibility="other" if seen_by else "everyone",
        raw=dict(row),
    )


def author(row: Row, account: str) -> Ref | None:
    who = row.get("member")
    return values.ref(account, "user", who.get("id") if isinstance(who, Mapping) else None)


def scorecard(row: Row, account: str, application: str) -> model.Scorecard:
    """A rating of the activity stream: one grade and a comment; Workable's full form cannot be read."""
    found = row.get("rating")
    rating: Row = found if isinstance(found, Mapping) else {}
    said = str(row.get("body") or "")
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row.get("id"))),
        application=Ref(account=account, kind="application", id=application),
        author=author(row, account),
        overall=_overall(str(rating.get("scale") or ""), rating.get("grade")),
        overall_word=str(rating.get("score") or ""),
        answers=(("Comment", said),) if said else (),
        submitted_at=values.moment(row.get("created_at")),
        raw=dict(row),
    )


def _overall(scale: str, grade: Any) -> int | None:
    """Grades count from 0: thumbs to 2, stars to 4, numbers to 9."""
    if not isinstance(grade, int) or isinstance(grade, bool):
        return None
    known = {"thumbs": THUMBS.get(grade), "stars": grade + 1, "numbers": 1 + round(grade * 4 / 9)}
    found = known.get(scale)
    return found if found in range(1, 6) else None


def interview(row: Row, account: str, application: str) -> model.Interview:
    """An event of kind interview, call or meeting; read only."""
    seats = [
        model.Seat(
            user=values.ref(account, "user", one.get("id")),
            name=one.get("name"),
            rsvp=model.Word(kind=RSVP.get(str(one.get("status")), "no_answer"), vendor=str(one.get("status") or "")),
        )
        for one in row.get("members") or ()
        if isinstance(one, Mapping)
    ]  # fmt: skip
    conference = row.get("conference")
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row.get("id"))),
        application=Ref(account=account, kind="application", id=application),
        name=str(row["title"]) if row.get("title") else None,
        start=values.moment(row.get("starts_at")),
        end=values.moment(row.get("ends_at")),
        meeting_url=conference.get("url") if isinstance(conference, Mapping) else None,
        panel=tuple(seats),
        status=model.Word(kind="cancelled" if row.get("cancelled") else "scheduled"),
        editable=False,
        raw=dict(row),
    )


def reason(row: Row, account: str) -> model.Reason:
    return model.Reason(
        ref=Ref(account=account, kind="reason", id=str(row.get("id"))),
        name=str(row.get("description") or "Reason"),
        party="they" if row.get("candidate_withdrew") else "we",
        raw=dict(row),
    )


def since(next: Any) -> str | None:
    """Where the next page begins, out of the full address that Workable gives for it."""
    found = re.search(r"[?&]since_id=([^&]+)", str(next or ""))
    return found.group(1) if found else None
