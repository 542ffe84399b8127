"""An admin's own mapping for one account: which vendor field feeds which of ours, what stages and reasons mean.

Overrides are plain JSON: `{"fields": {"candidate.title": "raw.headline", "candidate.custom.Notice": "raw.notice"},
"stages": {"Phone call": "screen"}, "reasons": {"Took another job": "they"}}`. Stages and reasons are named by id or name.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeVar

from connectors import model
from connectors.contract import Ats, Walkable

T = TypeVar("T", bound=model.Thing)
FIELDS: Mapping[str, tuple[str, ...]] = {
    "candidate": ("name", "given", "family", "preferred", "title", "company", "location", "time_zone", "source"),
    "application": ("job_title", "stage_name", "source"),
    "job": ("title", "department", "location", "requisition", "employment"),
}  # fmt: skip
STAGE_KINDS = frozenset(
    [
        "lead",
        "applied",
        "screen",
        "assessment",
        "interview",
        "onsite",
        "reference",
        "offer",
        "hired",
        "archived",
        "other",
    ]
)
PARTIES = frozenset({"we", "they", "none", "other"})


def check(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides, if they can be used. Raises ValueError with a sentence naming what cannot."""
    found: dict[str, Any] = {}
    for part, given in overrides.items():
        if part not in ("fields", "stages", "reasons") or not isinstance(given, Mapping):
            raise ValueError(f"There is no mapping of {part}; there is fields, stages, reasons.")
        found[part] = {str(k): str(v) for k, v in given.items()}
    for target, source in found.get("fields", {}).items():
        _check_field(target, source)
    _check_words(found.get("stages", {}), STAGE_KINDS, "A stage's kind")
    _check_words(found.get("reasons", {}), PARTIES, "Who ended it")
    return found


def _check_field(target: str, source: str) -> None:
    kind, _, name = target.partition(".")
    known = FIELDS.get(kind)
    if known is None:
        raise ValueError(f"Fields of {kind} cannot be mapped; those of {', '.join(FIELDS)} can.")
    if name not in known and not (name.startswith("custom.") and name != "custom."):
        raise ValueError(f"A {kind} has no {name}; it has {', '.join(known)} and custom.NAME.")
    if not source.startswith(("raw.", "custom.")) or source in ("raw.", "custom."):
        raise ValueError(
            f"{target} is fed from raw.FIELD (the vendor's own answer) or custom.FIELD, not from {source}."
        )


def _check_words(given: Mapping[str, str], known: frozenset[str], what: str) -> None:
    for name, kind in given.items():
        if kind not in known:
            raise ValueError(f"{what} is one of {', '.join(sorted(known))}, not {kind} ({name}).")


def applied(thing: T, overrides: Mapping[str, Any]) -> T:
    """The thing as this account's admin wants it read. A source that is missing leaves the field as it was."""
    if isinstance(thing, model.Stage):
        kind = _named(overrides.get("stages"), thing)
        return thing.model_copy(update={"kind": kind, "guessed": False}) if kind else thing
    if isinstance(thing, model.Reason):
        party = _named(overrides.get("reasons"), thing)
        return thing.model_copy(update={"party": party}) if party else thing
    changed: dict[str, Any] = {}
    custom = dict(thing.custom)
    for target, source in (overrides.get("fields") or {}).items():
        kind, _, name = target.partition(".")
        value = source_value(thing, source) if kind == thing.ref.kind else None
        if value is None:
            continue
        if own := name.removeprefix("custom.") if name.startswith("custom.") else "":
            custom[own] = model.Custom(key=own, label=own, kind="text", value=value)
        else:
            changed[name] = value
    if custom != thing.custom:
        changed["custom"] = custom
    return thing.model_copy(update=changed) if changed else thing


def source_value(thing: model.Thing, source: str) -> str | None:
    """The text at `raw.a.b` of the vendor's answer, or of the custom field `custom.key or label`."""
    place, _, name = source.partition(".")
    if place == "custom":
        wanted = name.casefold()
        held = next(
            (c for c in thing.custom.values() if wanted in (c.key.casefold(), c.label.casefold())),
            None,
        )
        return str(held) or None if held else None
    found: Any = thing.raw
    for part in name.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    if found in (None, "") or isinstance(found, Mapping | list):
        return None
    return str(found)


def _named(words: Any, thing: "model.Stage | model.Reason") -> str | None:
    """What an admin said of this one, by its id or its name."""
    by = {str(k).casefold(): str(v) for k, v in (words or {}).items()}
    return by.get(thing.ref.id.casefold()) or by.get(thing.name.casefold())


class Overridden(Ats):
    """Stands before a vendor's class, so that every read of an account is as its admin wants it."""

    def _own(self, thing: T) -> T:
        return applied(thing, self.account.overrides)

    def _each(self, things: Sequence[T]) -> list[T]:
        return [self._own(thing) for thing in things] if self.account.overrides else list(things)

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        async for found in super().find_candidates(text):
            yield self._own(found)

    async def candidate(self, id: str) -> model.Candidate:
        return self._own(await super().candidate(id))

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        return self._each(await super().candidates(ids))

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return self._each(await super().applications(candidate_id))

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        found = await super().applications_of(candidate_ids)
        return {id: self._each(mine) for id, mine in found.items()}

    async def application(self, id: str) -> model.Application:
        return self._own(await super().application(id))

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        application, candidate = await super().candidacy(id)
        return self._own(application), self._own(candidate)

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        async for page, reached in super().walk(kind, position):
            yield self._each(page), reached

    async def jobs(self) -> list[model.Job]:
        return self._each(await super().jobs())

    async def job(self, id: str) -> model.Job:
        return self._own(await super().job(id))

    async def pipeline(self, job_id: str) -> list[model.Application]:
        return self._each(await super().pipeline(job_id))

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        return self._each(await super().stages(job_id))

    async def reasons(self) -> list[model.Reason]:
        return self._each(await super().reasons())
