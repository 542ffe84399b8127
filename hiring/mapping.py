"""An admin's own mapping of one account, tried on real records before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors import model, overrides
from connectors.contract import Ats
from hiring import audit
from hiring.errors import Refused
from hiring.services import Services


@dataclass(frozen=True, slots=True)
class Change:
    """What one record would read as: `of` names the record, `was` and `now` are texts."""

    of: str
    field: str
    was: str
    now: str


def merged(
    before: Mapping[str, Any],
    fields: Mapping[str, str],
    stages: Mapping[str, str],
    reasons: Mapping[str, str],
) -> dict[str, Any]:
    """The mapping with these lines put in; an empty value takes a line out. Raises Refused naming what cannot be."""
    found: dict[str, Any] = {}
    for part, given in (("fields", fields), ("stages", stages), ("reasons", reasons)):
        rows = {**before.get(part, {}), **given}
        if kept := {name: value for name, value in rows.items() if value}:
            found[part] = kept
    try:
        return overrides.check(found)
    except ValueError as error:
        raise Refused(str(error)) from None


async def preview(
    services: Services, account: str, wanted: Mapping[str, Any], most: int = 5
) -> list[Change]:
    """What would read differently among the first `most` people, applications and jobs, all stages and reasons.

    Everything is read live and kept nowhere.
    """
    now = (await services.accounts.get(account)).overrides
    changes = []
    for thing in await _some(await services.accounts.unmapped(account), most):
        changes += _differences(overrides.applied(thing, now), overrides.applied(thing, wanted))
    return changes


async def _some(ats: Ats, most: int) -> list[model.Thing]:
    jobs = (await ats.jobs())[:most]
    stages = {stage.ref: stage for job in jobs for stage in await ats.stages(job.ref.id)}
    found: list[model.Thing] = [*jobs]
    for kind in ("candidate", "application"):
        async for page, _ in ats.walk("candidate" if kind == "candidate" else "application", None):
            found += page[:most]
            break
    return [*found, *stages.values(), *await ats.reasons()]


def _differences(before: model.Thing, after: model.Thing) -> list[Change]:
    name = str(getattr(before, "name", None) or getattr(before, "title", None) or before.ref.id)
    found = []
    for field, now in after:
        was = getattr(before, field)
        if field == "custom":
            for key in after.custom.keys() - before.custom.keys():
                found.append(
                    Change(name, f"{before.ref.kind}.custom.{key}", "", str(after.custom[key]))
                )
        elif field not in ("raw", "guessed") and was != now:
            found.append(Change(name, f"{before.ref.kind}.{field}", str(was or ""), str(now or "")))
    return found


async def keep(services: Services, account: str, wanted: Mapping[str, Any]) -> None:
    """Read the account so from now on, everywhere."""
    found = await services.accounts.override(account, wanted)
    services.memory.forget()
    async with services.store.begin() as tx:
        lines = sum(len(part) for part in wanted.values())
        await audit.record(
            tx, services, "operator", "account.mapped", found.id, before="", after=str(lines)
        )
