"""Candidates of the Ashby stand-in: found by name or address, made, changed, tagged, written about."""

import re
from typing import Any

from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, keep, new_id, plain
from bot.workspace.ats.ashby.paging import page

LINKS = {
    "linkedInUrl": "LinkedIn",
    "githubUrl": "GitHub",
    "website": "Website",
    "websiteUrl": "Website",
}
FIRST = 100  # how many rows a search gives; it has no pages


def shown(desk: Desk, row: Doc) -> Doc:
    """A candidate as the API gives it."""
    source = desk.store.get("ashby_sources", str(row.get("sourceId")))
    credited = desk.store.get("ashby_users", str(row.get("creditedToUserId")))
    tags = [desk.store.get("ashby_tags", tag) for tag in row["tagIds"]]
    mine = desk.store.find("ashby_applications", candidateId=row["id"])
    told = {
        k: v for k, v in plain(row).items() if k not in ("tagIds", "sourceId", "creditedToUserId")
    }
    emails, phones = row["emailAddresses"], row["phoneNumbers"]
    more: Doc = {
        "tags": [plain(tag) for tag in tags if tag], "profileUrl": f"https://app.ashbyhq.com/candidates/{row['id']}",
        "applicationIds": [a["id"] for a in mine], "customFields": [f for f in row["customFields"] if visible(desk, f)],
    }  # fmt: skip
    more |= {"primaryEmailAddress": emails[0]} if emails else {}
    more |= {"primaryPhoneNumber": phones[0]} if phones else {}
    more |= {"source": plain(source)} if source else {}
    more |= {"creditedToUser": plain(credited)} if credited else {}
    return told | more


def visible(desk: Desk, field: Doc) -> bool:
    """Private fields are told to keys that were given the right to them."""
    return bool(desk.key.get("private")) or not field.get("isPrivate")


@call("candidate.list", "candidatesRead")
def every(desk: Desk) -> Doc:
    rows = desk.store.all("ashby_candidates")
    return page(desk, "candidates", rows, lambda row: shown(desk, row))


@call("candidate.search", "candidatesRead")
def search(desk: Desk) -> list[Doc]:
    """Whoever has this address and this name; what of a name has to agree is not documented, so all of it in order."""
    email, name = desk.body.get("email"), desk.body.get("name")
    if not any(isinstance(word, str) and word.strip() for word in (email, name)):
        raise Refusal("invalid_input", "email or name is required")
    rows = desk.store.all("ashby_candidates")
    if email is not None:
        wanted = str(email).strip().lower()
        rows = [r for r in rows if any(e["value"].lower() == wanted for e in r["emailAddresses"])]
    if name is not None:
        words = str(name).strip().lower()
        rows = [row for row in rows if words in row["name"].lower()]
    return [shown(desk, row) for row in rows[:FIRST]]


@call("candidate.info", "candidatesRead")
def info(desk: Desk) -> Doc:
    return shown(desk, desk.one("candidates", "id"))


@call("candidate.create", "candidatesWrite")
def create(desk: Desk) -> Doc:
    row: Doc = {
        "id": new_id(), "createdAt": desk.now, "name": "", "emailAddresses": [], "phoneNumbers": [], "socialLinks": [], "tagIds": [],
        "fileHandles": [], "customFields": [], "position": None, "company": None, "school": None, "timezone": None,
    }  # fmt: skip
    desk.text("name")
    return shown(desk, desk.save("candidates", _changed(desk, row)))


@call("candidate.update", "candidatesWrite")
def update(desk: Desk) -> Doc:
    row = desk.one("candidates", "candidateId")
    return shown(desk, desk.save("candidates", _changed(desk, row)))


def _changed(desk: Desk, row: Doc) -> Doc:
    """The row with what the body says; what it leaves out stays. Raises Refusal."""
    body, made = desk.body, dict(row)
    if "name" in body:
        made["name"] = desk.text("name")
    emails = [_address(body["email"])] if "email" in body else []
    others = [
        *(body.get("alternateEmailAddresses") or []),
        *([body["alternateEmail"]] if body.get("alternateEmail") else []),
    ]
    if emails or others:
        kept = [e["value"] for e in row["emailAddresses"]][1 if emails else 0 :]
        values = list(dict.fromkeys([*emails, *kept, *map(_address, others)]))
        made["emailAddresses"] = [_contact(v, first=n == 0) for n, v in enumerate(values)]
    if "phoneNumber" in body:
        made["phoneNumbers"] = [_contact(desk.text("phoneNumber"), first=True)]
    links = {k: {"type": LINKS[k], "url": body[k]} for k in LINKS if body.get(k)}
    if links:
        types = {link["type"] for link in links.values()}
        kept_links = [link for link in row["socialLinks"] if link["type"] not in types]
        made["socialLinks"] = kept_links + list(links.values())
    if isinstance(body.get("socialLinks"), list):
        made["socialLinks"] = [
            {"type": row["type"], "url": row["url"]} for row in body["socialLinks"]
        ]
    for field, kind in (("sourceId", "sources"), ("creditedToUserId", "users")):
        if found := desk.maybe(kind, field):
            made[field] = found["id"]
    if isinstance(body.get("location"), dict):
        parts = [body["location"].get(name) for name in ("city", "region", "country")]
        summary = ", ".join(str(part) for part in parts if part)
        made["primaryLocation"] = {
            "id": new_id(),
            "locationSummary": summary,
            "locationComponents": [],
        }
    return made


def _address(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", value.strip()):
        raise Refusal("invalid_input", "email is not a valid email address")
    return value.strip()


def _contact(value: str, *, first: bool) -> Doc:
    return {"value": value, "type": "Personal", "isPrimary": first}


@call("candidate.addTag", "candidatesWrite")
def add_tag(desk: Desk) -> Doc:
    row, tag = desk.one("candidates", "candidateId"), desk.one("tags", "tagId")
    row["tagIds"] = list(dict.fromkeys([*row["tagIds"], tag["id"]]))
    return shown(desk, desk.save("candidates", row))


@call("candidate.removeTag", "candidatesWrite")
def remove_tag(desk: Desk) -> Doc:
    row, tag = desk.one("candidates", "candidateId"), desk.one("tags", "tagId")
    row["tagIds"] = [id for id in row["tagIds"] if id != tag["id"]]
    return shown(desk, desk.save("candidates", row))


@call("candidate.anonymize", "candidatesWrite")
def anonymize(desk: Desk) -> Doc:
    row = desk.one("candidates", "candidateId")
    mine = desk.store.find("ashby_applications", candidateId=row["id"])
    if any(a["status"] not in ("Archived", "Hired") for a in mine):
        raise Refusal(
            "candidate_has_active_applications", "All applications must be archived or hired."
        )
    for note in desk.store.find("ashby_notes", candidateId=row["id"]):
        desk.store.delete("ashby_notes", note["id"])
    bare = {
        "name": "Anonymized",
        "emailAddresses": [],
        "phoneNumbers": [],
        "socialLinks": [],
        "fileHandles": [],
        "customFields": [],
    }
    row.pop("resumeFileHandle", None)
    return shown(desk, desk.save("candidates", {**row, **bare}))


@call("candidate.listNotes", "candidatesRead")
def notes(desk: Desk) -> Doc:
    person = desk.one("candidates", "candidateId")
    rows = desk.store.find("ashby_notes", candidateId=person["id"])
    return page(desk, "notes", rows, _note)


@call("candidate.createNote", "candidatesWrite")
def create_note(desk: Desk) -> Doc:
    """The key is the author. Markup that Ashby does not know is taken out."""
    person, note = desk.one("candidates", "candidateId"), desk.body.get("note")
    if isinstance(note, dict):
        if note.get("type") not in ("text/plain", "text/html"):
            raise Refusal("invalid_input", "note.type must be text/plain or text/html")
        text = desk.text("value", note)
        if note["type"] == "text/html":
            text = re.sub(r"<(?!/?(?:b|i|u|a|ul|li|ol|code|pre)\b)[^>]*>", "", text)
    else:
        text = desk.text("note")
    row = {
        "id": new_id(), "candidateId": person["id"], "createdAt": desk.now, "content": text,
        "isPrivate": bool(desk.body.get("isPrivate")), "author": desk.who,
    }  # fmt: skip
    keep(desk.store, "notes", row)
    desk.save("candidates", person)
    return _note(row)


def _note(row: Doc) -> Doc:
    return {name: value for name, value in plain(row).items() if name != "candidateId"}
