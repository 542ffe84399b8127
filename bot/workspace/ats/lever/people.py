"""People in the Lever stand-in: opportunities that are made, the contacts behind them, and the words on both."""

import uuid
from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.ats.lever.reads import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
MADE = {
    "name", "headline", "stage", "location", "phones", "emails", "links", "tags", "sources", "origin", "owner", "followers",
    "postings", "createdAt", "archived", "contact",
}  # fmt: skip
CONTACT = {"name", "headline", "location", "emails", "phones"}
ORIGINS = {"applied", "sourced", "referred", "university", "agency", "internal"}
WORDS = ("emails", "links", "tags", "sources", "followers", "postings")


def create(store: Store, clock: WorkspaceClock, who: str, body: Doc) -> Doc:
    """A new opportunity, of the contact that is named or has one of the addresses, else of a new one. Raises Refusal."""
    if store.get("lever_users", who) is None:
        raise Refusal(400, "BadRequest", "perform_as is required")
    _check(store, body, MADE)
    posting = _posting(store, body)
    contact, known = _contact(store, body)
    now = int(clock.now().timestamp() * 1_000)
    id, application = str(uuid.uuid4()), str(uuid.uuid4())
    stage = str(body.get("stage") or "lead-new")
    person: Doc = {
        "name": body.get("name") or "", "headline": body.get("headline") or "", "location": body.get("location") or "",
        "emails": body.get("emails") or [], "phones": body.get("phones") or [],
    }  # fmt: skip
    if known:
        person = {name: known[name] for name in person}
    store.put("lever_opportunities", id, {
        "id": id, "contact": contact, **person, "links": body.get("links") or [], "tags": body.get("tags") or [],
        "sources": body.get("sources") or [], "origin": body.get("origin") or "sourced", "confidentiality": "non-confidential",
        "stage": stage, "stageChanges": [{"toStageId": stage, "toStageIndex": 0, "userId": who, "updatedAt": now}],
        "archived": None, "archivedAt": None, "archiveReason": None, "owner": body.get("owner") or who, "followers": body.get("followers") or [],
        "sourcedBy": who, "applications": [application] if posting else [], "posting": posting, "createdAt": now, "updatedAt": now,
        "lastInteractionAt": now, "lastAdvancedAt": now, "snoozedUntil": None, "isAnonymized": False,
        "urls": {"list": "https://hire.lever.co/candidates", "show": f"https://hire.lever.co/candidates/{id}"},
        "dataProtection": {"store": {"allowed": True, "expiresAt": None}, "contact": {"allowed": True, "expiresAt": None}},
    })  # fmt: skip
    if posting:
        store.put("lever_applications", application, {
            "id": application, "opportunityId": id, "candidateId": id, "type": "user", "posting": posting, "postingOwner": None,
            "postingHiringManager": None, "user": who, "name": person["name"], "email": next(iter(person["emails"]), None),
            "createdAt": now, "archived": None, "requisitionForHire": None, "customQuestions": [],
        })  # fmt: skip
    ids = {"opportunityId": id, "candidateId": id, "contactId": contact}
    if not known:
        hooks.lever_hook(store, clock, "contactCreated", {"contactId": contact})
    if posting:
        hooks.lever_hook(store, clock, "applicationCreated", {**ids, "applicationId": application})
    return store.get("lever_opportunities", id) or {}


def _check(store: Store, body: Doc, known: set[str]) -> None:
    """Refuse what is not known or not of its type."""
    for name in body:
        if name not in known:
            raise Refusal(400, "BadRequest", f"{name}: is not a known field")
    for name in WORDS:
        value = body.get(name)
        if value is not None and not _texts(value):
            raise Refusal(400, "BadRequest", f"{name}: is not a list of words")
    phones = body.get("phones") or []
    if not isinstance(phones, list) or not all(
        isinstance(p, dict) and isinstance(p.get("value"), str) for p in phones
    ):
        raise Refusal(400, "BadRequest", "phones: are not a list of values")
    if any("@" not in email for email in body.get("emails") or []):
        raise Refusal(400, "BadRequest", "emails: are not addresses")
    if body.get("origin") is not None and body["origin"] not in ORIGINS:
        raise Refusal(400, "BadRequest", "origin: is not known")
    if body.get("stage") is not None and store.get("lever_stages", str(body["stage"])) is None:
        raise Refusal(400, "BadRequest", "stage: is not a stage of this account")


def _posting(store: Store, body: Doc) -> str | None:
    wanted = body.get("postings") or []
    if len(wanted) > 1:
        raise Refusal(400, "BadRequest", "postings: at most one")
    posting = store.get("lever_postings", wanted[0]) if wanted else None
    if wanted and (posting is None or posting["state"] not in ("published", "internal")):
        raise Refusal(400, "BadRequest", "postings: is not an open posting")
    return str(wanted[0]) if wanted else None


def _contact(store: Store, body: Doc) -> tuple[str, Doc | None]:
    """The contact's id, with an opportunity of it when it is known."""
    if body.get("contact") is not None:
        known = _of(store, str(body["contact"]))
        if not known:
            raise Refusal(400, "BadRequest", "contact: does not exist")
        return str(body["contact"]), known[0]
    wanted = {email.casefold() for email in body.get("emails") or []}
    for row in store.all("lever_opportunities"):
        if wanted & {email.casefold() for email in row["emails"]}:
            return str(row["contact"]), row
    return str(uuid.uuid4()), None


def contact(store: Store, id: str) -> Doc:
    """A contact, put together from its opportunities. Raises Refusal."""
    rows = _of(store, id)
    if not rows:
        raise Refusal(404, "ResourceNotFound", "Not found")
    told = {
        name: rows[0][name] for name in ("name", "headline", "isAnonymized", "emails", "phones")
    }
    return {"id": id, **told, "location": {"name": rows[0]["location"]}}


def change_contact(store: Store, clock: WorkspaceClock, id: str, body: Doc) -> Doc:
    """The whole contact is replaced: what is left out is emptied. Raises Refusal."""
    contact(store, id)
    _check(store, body, CONTACT)
    place = body.get("location") or ""
    if isinstance(place, dict):
        place = place.get("name") or ""
    values: Doc = {
        "name": body.get("name") or "", "headline": body.get("headline") or "", "location": place,
        "emails": body.get("emails") or [], "phones": body.get("phones") or [],
    }  # fmt: skip
    now = int(clock.now().timestamp() * 1_000)
    for row in _of(store, id):
        store.put("lever_opportunities", row["id"], {**row, **values, "updatedAt": now})
    hooks.lever_hook(store, clock, "contactUpdated", {"contactId": id})
    return contact(store, id)


def counted(store: Store, name: str) -> list[Doc]:
    """The tags or sources in use, each with how many opportunities have it."""
    found: dict[str, int] = {}
    for row in store.all("lever_opportunities"):
        for word in row[name]:
            found[word] = found.get(word, 0) + 1
    return [{"text": word, "count": count} for word, count in found.items()]


def _of(store: Store, contact: str) -> list[Doc]:
    return store.find("lever_opportunities", contact=contact)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)
