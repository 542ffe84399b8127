"""What a draft or a change of a person is in Greenhouse's words, and whether a person already shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors import model
from connectors.ats.greenhouse.mapping_people import contacts
from connectors.ats.greenhouse.rows import Row
from connectors.model import Contact, Value

EMAILS = ("personal", "work", "other")
PHONES = ("home", "work", "mobile", "skype", "other")
PLACES = ("home", "work", "other")


def listed(given: Sequence[Contact], types: Sequence[str], held: Any = ()) -> list[Row]:
    """Contacts as rows. A value that is there already keeps its type; a type Greenhouse does not know is `other`."""
    known = {c.value.casefold(): c.type for c in contacts(held)}
    rows = []
    for each in given:
        wanted = (each.type or known.get(each.value.casefold()) or "").strip().lower()
        rows.append({"value": each.value, "type": wanted if wanted in types else types[-1]})
    return rows


def added(draft: model.CandidateDraft) -> Row:
    """The body of a new person, custom fields and tags apart."""
    place = [Contact(value=draft.location, type="home")] if draft.location else []
    body: Row = {
        "first_name": draft.given,
        "last_name": draft.family,
        "email_addresses": listed(draft.emails, EMAILS),
        "phone_numbers": listed(draft.phones, PHONES),
        "addresses": listed(place, PLACES),
        "website_addresses": [{"value": link, "type": "other"} for link in draft.links],
        "title": draft.title,
        "company": draft.company,
    }
    return {name: value for name, value in body.items() if value not in (None, [], "")}


def changed(row: Row, change: model.CandidateChange) -> Row:
    """The body of an edit: a list that is touched is sent whole, since it replaces the one there."""
    names = {
        "first_name": change.given,
        "last_name": change.family,
        "title": change.title,
        "company": change.company,
    }
    body: Row = {name: value for name, value in names.items() if value is not None}
    if change.emails is not None:
        body["email_addresses"] = listed(change.emails, EMAILS, row.get("email_addresses"))
    if change.phones is not None:
        body["phone_numbers"] = listed(change.phones, PHONES, row.get("phone_numbers"))
    if change.links is not None:
        body |= _links(row, change.links)
    if change.location is not None:
        body["addresses"] = _places(row, change.location)
    return body


def _links(row: Row, wanted: Sequence[str]) -> Row:
    """Links to social media stay where they are; every other is a website."""
    social = [c for c in contacts(row.get("social_media_addresses")) if c.value in wanted]
    sites = {c.value: c.type or "other" for c in contacts(row.get("website_addresses"))}
    rest = [link for link in wanted if link not in {c.value for c in social}]
    return {
        "social_media_addresses": [{"value": c.value} for c in social],
        "website_addresses": [{"value": link, "type": sites.get(link, "other")} for link in rest],
    }


def _places(row: Row, location: str) -> list[Row]:
    """The first address is the location; without a location no address is left."""
    held = contacts(row.get("addresses"))
    if not location:
        return []
    first = Contact(value=location, type=held[0].type if held else "home")
    return listed([first, *held[1:]], PLACES)


def shows(person: model.Candidate, change: model.CandidateChange) -> bool:
    """Whether a person is already as the change wants them."""
    plain = ((change.given, person.given), (change.family, person.family), (change.title, person.title),
             (change.company, person.company), (change.location, person.location))  # fmt: skip
    lists = ((change.emails, person.emails), (change.phones, person.phones))
    return (
        all(wanted is None or wanted == (held or "") for wanted, held in plain)
        and all(w is None or [c.value for c in w] == [c.value for c in held] for w, held in lists)
        and (change.links is None or set(change.links) == set(person.links))
        and holds(person.custom, change.custom)
    )


def holds(held: Mapping[str, model.Custom], wanted: Mapping[str, Value]) -> bool:
    """Whether custom fields, by key or label, have these values; None and "" are none."""
    by_name = {n.casefold(): c.value for c in held.values() for n in (c.key, c.label)}
    return all(
        (by_name.get(name.strip().casefold()) or None) == (value or None)
        if not isinstance(value, bool | int | float)
        else by_name.get(name.strip().casefold()) == value
        for name, value in wanted.items()
    )


def is_same(person: model.Candidate, draft: model.CandidateDraft) -> bool:
    """Whether somebody without an address is the one that was drafted: the same name, phones and links."""
    wanted = (
        draft.given.strip(),
        draft.family.strip(),
        {p.value for p in draft.phones},
        set(draft.links),
    )
    have = (
        person.given or "",
        person.family or "",
        {p.value for p in person.phones},
        set(person.links),
    )
    return not person.emails and wanted == have
