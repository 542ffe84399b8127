"""Edit a candidate's fields and tags in the ATS: only what changed is written, and never over somebody else's change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connectors import model, values
from connectors.errors import Conflict, ConnectorError, Gone, Rejected
from hiring import abilities, audit, candidates, money
from hiring.candidates import LOOKERS, Profile
from hiring.errors import NotFound, Refused
from hiring.people import Actor
from hiring.services import Services

EDITORS = LOOKERS | {"admin"}
OWN = {
    "given": "Given name",
    "family": "Family name",
    "title": "Title",
    "company": "Company",
    "location": "Location",
}
KINDS = frozenset(
    {"text", "long_text", "number", "yes_no", "choice", "choices", "date", "url", "money"}
)
CUSTOM = "custom."


@dataclass(frozen=True, slots=True)
class Field:
    """One field that may be edited: `key` is ours or `custom.` and the vendor's; `value` what it holds, as text.

    kind: text, long_text, number, yes_no, choice, choices, date, url or money; options are the labels to choose from.
    """

    key: str
    label: str
    kind: str
    value: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What may be edited of one person, and the version it was read at."""

    profile: Profile
    fields: tuple[Field, ...]
    version: str


async def sheet(services: Services, actor: Actor, ref: model.Ref) -> Sheet:
    """The fields that the ATS lets us write. Raises Refused with the reason where it lets us write none."""
    ats = await abilities.require(services, ref.account, "update_candidate")
    profile = await candidates.profile(services, actor, ref)
    person = profile.candidate
    own = [Field(key, label, "text", str(getattr(person, key) or "")) for key, label in OWN.items()]
    for key, label, contacts in (
        ("email", "E-mail", person.emails),
        ("phone", "Phone", person.phones),
    ):
        own.append(Field(key, label, "text", contacts[0].value if contacts else ""))
    try:
        defined = await ats.custom_fields("candidate")
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error
    custom = [_field(field, person) for field in defined if field.writable and field.kind in KINDS]
    return Sheet(profile, (*own, *custom), person.version)


def _field(defined: model.CustomField, person: model.Candidate) -> Field:
    held = next((c for c in person.custom.values() if c.key == defined.key or c.label == defined.label), None)  # fmt: skip
    options = tuple(option.label for option in defined.options)
    return Field(
        f"{CUSTOM}{defined.key}", defined.label, defined.kind, str(held) if held else "", options
    )


async def check(services: Services, actor: Actor, ref: model.Ref, given: Mapping[str, str]) -> None:
    """Raise Refused naming the first field that cannot be as it is given."""
    now = await sheet(services, actor, ref)
    _change(now, _changed(now, given), given)


def _changed(now: Sheet, given: Mapping[str, str]) -> list[Field]:
    return [f for f in now.fields if given.get(f.key, f.value).strip() != f.value.strip()]


async def edit(
    services: Services, actor: Actor, ref: model.Ref, given: Mapping[str, str], version: str
) -> tuple[Profile, tuple[str, ...]]:
    """Write the fields that are not as they were; gives the labels of those. `given` is text by field key.

    Raises Refused naming the field that cannot be so, or when somebody changed the person since `version`.
    """
    now = await sheet(services, actor, ref)
    changed = _changed(now, given)
    if not changed:
        return now.profile, ()
    change = model.CandidateChange.model_validate(_change(now, changed, given))
    ats = await services.accounts.ats(ref.account)
    try:
        await ats.update_candidate(now.profile.candidate.ref.id, change, version=version or None)
    except Conflict:
        raise Refused(
            "Somebody changed this person meanwhile. Open the form again: it shows what is there now."
        ) from None
    except Rejected as error:
        raise Refused(f"{ats.account.name} did not take it: {error.text}") from None
    except Gone:
        raise NotFound("This person is no longer in the ATS, or was merged.") from None
    labels = tuple(field.label for field in changed)
    await _record(services, actor, now.profile, "candidate.edited", fields=[f.key for f in changed])
    return now.profile, labels


def _change(now: Sheet, changed: Sequence[Field], given: Mapping[str, str]) -> dict[str, object]:
    made: dict[str, object] = {}
    custom: dict[str, model.Value] = {}
    for field in changed:
        text = given[field.key].strip()
        if field.key.startswith(CUSTOM):
            custom[field.key.removeprefix(CUSTOM)] = _value(field, text)
        elif field.key == "phone":
            others = now.profile.candidate.phones[1:]
            first = [model.Contact(value=text, type="mobile")] if text else []
            made["phones"] = (*first, *others)
        elif field.key == "email":
            made["emails"] = _emails(now.profile.candidate.emails, text)
        else:
            made[field.key] = text
    return made | ({"custom": custom} if custom else {})


def _emails(known: Sequence[model.Contact], text: str) -> tuple[model.Contact, ...]:
    """The first address is the one shown; the others stay. Raises Refused for what is no address."""
    if text and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", text):
        raise Refused("This is no e-mail address, such as ada@example.com.", field="email")
    kind = known[0].type if known else "personal"
    first = [model.Contact(value=text, type=kind)] if text else []
    return (*first, *(c for c in known[1:] if c.value.casefold() != text.casefold()))


def _value(field: Field, text: str) -> model.Value:
    """What was typed, as the field's kind. Raises Refused with the form that is understood."""
    if not text:
        return None
    match field.kind:
        case "number":
            number = values.number(text.replace(",", "."))
            if number is None:
                raise Refused(f"{field.label} is a number, such as 3 or 2.5.", field=field.key)
            return int(number) if number.is_integer() else number
        case "date":
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise Refused(
                    f"{field.label} is a date, such as 2027-01-31.", field=field.key
                ) from None
        case "money":
            amount = money.parse(text, _currency(field.value), field=field.key)
            return model.Money(minor=amount.minor, currency=amount.currency)
        case "yes_no":
            return text == "yes"
        case "choices":
            return tuple(part.strip() for part in text.split(",") if part.strip())
        case "url" if not text.startswith(("https://", "http://")):
            raise Refused(
                f"{field.label} is an address that starts with https://.", field=field.key
            )
        case _:
            return text


def _currency(held: str) -> str:
    """What the field holds now names its currency; the usual one otherwise."""
    return next((code for code in money.CURRENCIES if code in held), money.CURRENCIES[0])


async def tag(
    services: Services, actor: Actor, ref: model.Ref, add: Sequence[str], remove: Sequence[str]
) -> tuple[Profile, tuple[str, ...]]:
    """Put tags on and take tags off; gives the tags afterwards. Twice changes nothing."""
    ats = await abilities.require(services, ref.account, "tags")
    profile = await candidates.profile(services, actor, ref)
    names = [name.strip() for name in add if name.strip()]
    if not names and not remove:
        return profile, profile.candidate.tags
    try:
        after = await ats.set_tags(profile.candidate.ref.id, add=names, remove=remove)
    except Rejected as error:
        raise Refused(f"{ats.account.name} did not take it: {error.text}", field="tags") from None
    await _record(
        services, actor, profile, "candidate.tagged", added=len(names), removed=len(remove)
    )
    return profile, after


async def known_tags(services: Services, account: str) -> list[str]:
    """The tags in use in an account, where it lists them."""
    ats = await services.accounts.ats(account)
    return await services.memory.recall(("tags", account), 300, ats.tags)


async def _record(
    services: Services, actor: Actor, profile: Profile, action: str, **detail: object
) -> None:
    async with services.store.begin() as tx:
        await audit.record(
            tx, services, actor.user, action, str(profile.ref), before="", after="", **detail
        )
