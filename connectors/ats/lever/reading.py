"""What Lever tells of people and their candidacies. Lists page by an opaque `offset`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from connectors import model
from connectors.ats.lever import fields, mapping
from connectors.ats.lever.calls import Calls, Place, Row
from connectors.ats.lever.postings import posting
from connectors.contract import Walkable
from connectors.errors import Gone, MissingPermission, Rejected
from connectors.matching import is_email, matches
from connectors.model import Ref
from connectors.overrides import applied

MOST = 50  # people asked for in one call, so that the address stays short


class Reading(Calls):
    """The reads of one account that are about people."""

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """No name search: an address is asked for, a name found by listing. One person may have several opportunities."""
        filters: Row = {"email": text.strip()} if is_email(text) else {}
        seen: set[str] = set()
        async for page in self.all_pages("opportunities", **filters):
            for row in page:
                if not filters and not matches(text, str(row.get("name") or "")):
                    continue
                found = mapping.candidate(row, self.account.id)
                if found.ref.id not in seen:
                    seen.add(found.ref.id)
                    yield found

    async def candidate(self, id: str) -> model.Candidate:
        """As the newest opportunity tells it."""
        return await self._person((await self.opportunities(id))[0])

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        """Many people in a call, without the fields of their profile forms; who is not among the answers is asked for alone."""
        found: dict[str, model.Candidate] = {}
        for start in range(0, len(ids), MOST):
            for row in await self._opportunities_of(ids[start : start + MOST]):
                made = mapping.candidate(row, self.account.id)
                found.setdefault(made.ref.id, made)
        alone = await super().candidates([id for id in ids if id not in found])
        found |= {made.ref.id: made for made in alone}
        return [found[id] for id in dict.fromkeys(ids) if id in found]

    async def _person(self, row: Row) -> model.Candidate:
        """With what the profile forms of this opportunity hold, where the key may read them."""
        try:
            forms = await self.rows(f"opportunities/{row['id']}/forms")
        except (Gone, MissingPermission):
            forms = []
        return mapping.candidate(row, self.account.id, fields.on_person(forms, self.account.id))

    async def opportunities(self, contact: str) -> list[Row]:
        """A person's opportunities, newest first. An id that is an opportunity's own is taken too. Raises Gone."""
        rows = await self._opportunities_of([contact])
        rows = [r for r in rows if mapping.id_of(r.get("contact")) in (contact, None)]
        return rows or [await self.one(f"opportunities/{contact}", expand="applications")]

    async def _opportunities_of(self, contacts: Sequence[str]) -> list[Row]:
        """The opportunities of several people, newest first: a repeated filter asks for any of its values."""
        rows = await self.all_rows(
            "opportunities", contact_id=list(contacts), expand="applications"
        )
        return sorted(
            rows,
            key=lambda r: int(r.get("lastInteractionAt") or r.get("createdAt") or 0),
            reverse=True,
        )

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return await self._applications(await self.opportunities(candidate_id))

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """Many people in a call. Whoever is not among the answers is asked for alone."""
        found: dict[str, list[model.Application]] = {}
        for start in range(0, len(candidate_ids), MOST):
            rows = await self._opportunities_of(candidate_ids[start : start + MOST])
            for made in await self._applications(rows):
                found.setdefault(made.candidate.id, []).append(made)
        missing = [id for id in candidate_ids if id not in found]
        alone = await super().applications_of(missing)
        return {id: alone[id] if id in alone else found[id] for id in candidate_ids}

    async def application(self, id: str) -> model.Application:
        row = await self.one(f"opportunities/{id}", expand="applications")
        return (await self._applications([row]))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        """An opportunity says who it is about."""
        row = await self.one(f"opportunities/{id}", expand="applications")
        applications, person = await asyncio.gather(self._applications([row]), self._person(row))
        return applications[0], person

    async def history(self, application_id: str) -> list[model.StageChange]:
        row = await self.one(f"opportunities/{application_id}")
        return mapping.history(row, self.account.id, await self._lists())

    async def opportunity_of(self, candidate_id: str, application_id: str | None) -> str:
        """Where notes and files of a person go: the given opportunity, else the newest."""
        return application_id or str((await self.opportunities(candidate_id))[0]["id"])

    async def _applications(self, rows: Sequence[Row]) -> list[model.Application]:
        lists = await self._lists()
        found = []
        for row in rows:
            parts = row.get("applications") or []
            part = parts[0] if parts else None
            if part is not None and not isinstance(part, dict):
                part = await self.one(f"opportunities/{row['id']}/applications/{part}")
            found.append(mapping.application(row, self.account.id, lists, part))
        return found

    async def _lists(self) -> mapping.Lists:
        """The lists that applications refer to, with the reasons as the account's admin wants them understood."""
        stages, reasons, postings = await asyncio.gather(
            self.listed("stages"), self.listed("archive_reasons"), self.listed("postings", all=True)
        )
        read = [
            applied(mapping.reason(row, self.account.id), self.account.overrides) for row in reasons
        ]
        return mapping.Lists(
            stages={str(s["id"]): str(s.get("text") or "") for s in stages},
            reasons={reason.ref.id: reason for reason in read},
            hired=frozenset(str(r["id"]) for r in reasons if r.get("type") == "hired"),
            titles={str(p["id"]): str(p.get("text") or "") for p in postings},
        )

    async def pipeline(self, job_id: str) -> list[model.Application]:
        rows = await self.all_rows(
            "opportunities", posting_id=job_id, archived="false", expand="applications"
        )
        found = await self._applications(rows)
        return [a for a in found if a.job and a.job.id == job_id and a.status.kind == "active"]

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """Rows come newest first, not in the order of their changes: only the end of a walk moves its beginning on.

        A row that was never touched has no `updatedAt`: it comes in a full walk only, until somebody touches it.
        """
        place = Place.read(position)
        try:
            async for rows, reached in self._walk(kind, place):
                yield await self._things(kind, rows), reached
        except Rejected:
            if not place.offset:
                raise
            async for rows, reached in self._walk(kind, Place(since=place.since)):
                yield await self._things(kind, rows), reached

    async def _walk(self, kind: Walkable, place: Place) -> AsyncIterator[tuple[list[Row], str]]:
        path = "postings" if kind == "job" else "opportunities"
        filters: Row = {"updated_at_start": place.since or None}
        if kind == "application":
            filters["expand"] = "applications"
        async for rows, offset, asked in self.pages(path, all=True, offset=place.offset, **filters):
            place = place.after([int(r.get("updatedAt") or 0) for r in rows], offset, asked)
            yield rows, str(place)

    async def _things(self, kind: Walkable, rows: list[Row]) -> list[model.Thing]:
        if kind == "job":
            return [posting(row, self.account.id) for row in rows]
        if kind == "application":
            return [*await self._applications(rows)]
        rows = sorted(rows, key=lambda row: int(row.get("updatedAt") or 0))
        people = [mapping.candidate(row, self.account.id) for row in rows]
        return list({person.ref.id: person for person in people}.values())

    async def removed(self, kind: Walkable, since: datetime) -> list[Ref]:
        """A person is gone with the last opportunity only."""
        path = "postings/deleted" if kind == "job" else "opportunities/deleted"
        rows = await self.rows(path, deleted_at_start=mapping.millis(since))
        if kind != "candidate":
            return [Ref(account=self.account.id, kind=kind, id=str(row["id"])) for row in rows]
        people = list(
            dict.fromkeys(id for row in rows if (id := mapping.id_of(row.get("contact"))))
        )
        left: set[str | None] = set()
        for start in range(0, len(people), MOST):
            still = await self._opportunities_of(people[start : start + MOST])
            left |= {mapping.id_of(row.get("contact")) for row in still}
        return [Ref(account=self.account.id, kind=kind, id=id) for id in people if id not in left]
