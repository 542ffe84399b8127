"""Which column is which, by its heading; every other column is a custom field of its owner's."""

import re
from collections.abc import Mapping, Sequence

ID = ("id", "number", "no")
PERSON: Mapping[str, tuple[str, ...]] = {
    "id": (*ID, "candidate id"),
    "name": ("name", "full name", "candidate", "candidate name"),
    "given": ("first name", "given name", "firstname", "given"),
    "family": ("last name", "family name", "lastname", "surname", "family"),
    "email": ("email", "e mail", "email address", "e mail address", "mail"),
    "phone": ("phone", "phone number", "telephone", "mobile"),
    "links": ("linkedin", "links", "link", "website", "profile"),
    "title": ("title", "headline", "current title", "current position"),
    "company": ("company", "employer", "current company"),
    "location": ("location", "city", "place"),
    "source": ("source", "origin"),
    "tags": ("tags", "tag", "labels"),
}
APPLICATION: Mapping[str, tuple[str, ...]] = {
    "job": ("job", "position", "role", "vacancy", "job title", "job id", "applied for"),
    "stage": ("stage", "step", "phase"),
    "status": ("status", "state"),
    "reason": ("reason", "rejection reason", "reject reason", "why"),
    "applied": ("applied", "applied at", "applied on", "application date", "date applied", "date"),
    "start": ("start date", "starts on", "start"),
    "recruiter": ("recruiter", "owner", "responsible"),
}
OWN_APPLICATION: Mapping[str, tuple[str, ...]] = {
    "id": (*ID, "application id"), "candidate": ("candidate id", "candidate", "person"), "source": ("source", "origin"),
    **APPLICATION,
}  # fmt: skip
JOB: Mapping[str, tuple[str, ...]] = {
    "id": (*ID, "job id", "code"), "title": ("title", "job", "job title", "name", "position"), "status": ("status", "state"),
    "department": ("department", "team"), "location": ("location", "city", "office"),
    "requisition": ("requisition", "requisition id"), "recruiter": ("recruiter", "owner"),
    "hiring_manager": ("hiring manager", "manager"),
}  # fmt: skip
STAGE: Mapping[str, tuple[str, ...]] = {"name": ("name", "stage", "step"), "kind": ("kind", "type"), "job": ("job", "job id")}  # fmt: skip
REASON: Mapping[str, tuple[str, ...]] = {"name": ("name", "reason"), "party": ("party", "who")}
USER: Mapping[str, tuple[str, ...]] = {
    "id": (*ID, "user id"), "name": ("name", "full name"), "email": ("email", "e mail", "mail"), "role": ("role", "admin"),
}  # fmt: skip
NOTE: Mapping[str, tuple[str, ...]] = {
    "id": ID, "candidate": ("candidate", "candidate id"), "at": ("at", "date", "written"), "author": ("author", "by"),
    "note": ("note", "text", "body"),
}  # fmt: skip


def found(heading: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The file's own heading of each of our columns that it has; the first name that fits wins."""
    plain = {_plain(name): name for name in reversed(heading)}
    mine = {ours: next((plain[n] for n in names if n in plain), None) for ours, names in known.items()}  # fmt: skip
    return {ours: name for ours, name in mine.items() if name}


def others(heading: Sequence[str], mine: Mapping[str, str]) -> list[str]:
    """The headings that are nobody's but the owner's."""
    return [name for name in heading if name and name not in mine.values()]


def _plain(heading: str) -> str:
    return re.sub(r"[\s_.\-]+", " ", heading).strip().casefold()
