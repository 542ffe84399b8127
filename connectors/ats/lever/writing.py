"""What Lever lets us write of people and their candidacies. `perform_as` names who did it; a PUT replaces a whole object."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from connectors import model, repeats
from connectors.ats.lever import mapping
from connectors.ats.lever.calls import Row, unwrap
from connectors.ats.lever.records import Records
from connectors.errors import AlreadyApplied, Conflict, InDoubt, JobClosed, Rejected
from connectors.model import Ref

CONTACT = ("name", "headline", "location", "emails", "phones")  # all that a contact can be given


class Writing(Records):
    """The writes of one account to people and their opportunities. Lever sends nobody a message about them."""

    async def acting(self, author: Ref | None) -> str:
        """Who a write is done as: the author, the account's `user_id`, else the first super admin."""
        if author is not None:
            return author.id
        if known := self.account.config.get("user_id"):
            return known
        for row in await self.listed("users"):
            if mapping.user(row, self.account.id).admin and not row.get("deactivatedAt"):
                return str(row["id"])
        raise Rejected(
            "Lever needs a user to act as: set user_id on this account.", account=self.account.id
        )

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """A person is made with a first opportunity. Found again by e-mail, without one by a tag that holds our mark."""
        if draft.custom:
            raise self._refused(
                f"{', '.join(draft.custom)} cannot be filled in through Lever's API."
            )
        mark = None if draft.emails else f"callsheet-{repeats.marker(key)}"
        if known := await self._known(draft, mark):
            return known
        if draft.job:
            await self._open(draft.job.id)
        who = await self.acting(author)
        try:
            made = await self._sent("opportunities", _opportunity(draft, mark), who)
        except InDoubt:
            if known := await self._known(draft, mark):
                return known
            raise
        return mapping.candidate(made, self.account.id)

    async def _known(self, draft: model.CandidateDraft, mark: str | None) -> model.Candidate | None:
        """Somebody with one of these addresses, archived or not."""
        filters: list[Row] = [{"email": email.value} for email in draft.emails] or [{"tag": mark}]
        for asked in filters:
            if rows := await self.all_rows("opportunities", **asked):
                return mapping.candidate(rows[0], self.account.id)
        return None

    async def _sent(self, path: str, body: Row, who: str) -> Row:
        made = unwrap((await self.http.post(path, body, perform_as=who)).json)
        if not isinstance(made, dict) or not made.get("id"):
            raise InDoubt("Lever did not say what it made.", account=self.account.id)
        return made

    async def _open(self, job_id: str) -> None:
        job = await self.job(job_id)
        if job.status.kind in ("closed", "archived"):
            raise JobClosed(f"{job.title} is closed in Lever.", account=self.account.id)

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """Read the contact, change it, put all of it back. Links belong to the newest opportunity."""
        if change.custom or change.company:
            named = ", ".join([*change.custom, *(["company"] if change.company else [])])
            raise self._refused(f"Lever's API cannot write this: {named}.")
        row = (await self.opportunities(id))[0]
        if version is not None and mapping.candidate(row, self.account.id).version != version:
            raise Conflict("Somebody changed the person meanwhile.", account=self.account.id)
        contact = mapping.id_of(row.get("contact"))
        if contact is None:
            raise self._refused("Lever tells no contact for this person, so nothing can be edited.")
        if wanted := _changed(row, change):
            now = await self.one(f"contacts/{contact}")
            whole = {k: now[k] for k in CONTACT if now.get(k) is not None} | wanted
            if "location" in wanted and isinstance(now.get("location"), dict):
                whole["location"] = {"name": wanted["location"]}
            row |= await self._put_back(f"contacts/{contact}", whole)
        if change.links is not None:
            row["links"] = await self._listed_on(row, "Links", change.links)
        return mapping.candidate(row, self.account.id)

    async def _put_back(self, path: str, whole: Row) -> Row:
        """Write all of a contact and give it back; when the answer is lost, look whether it is there."""
        try:
            made = unwrap((await self.http.put(path, whole)).json) or whole
        except InDoubt:
            made = await self.one(path)
            if any(made.get(name) != value for name, value in whole.items()):
                raise
        return {name: value for name, value in made.items() if name in CONTACT}

    async def _listed_on(self, row: Row, what: str, wanted: Sequence[str]) -> list[str]:
        """Have exactly these links, tags or sources on an opportunity. Gives them back."""
        name, path = what.casefold(), f"opportunities/{row['id']}"
        have = [str(one) for one in row.get(name) or ()]
        who = self.account.config.get("user_id")
        if surplus := [one for one in have if one not in wanted]:
            await self.http.post(f"{path}/remove{what}", {name: surplus}, perform_as=who)
        if missing := [one for one in dict.fromkeys(wanted) if one not in have]:
            await self.http.post(f"{path}/add{what}", {name: missing}, perform_as=who)
        return [one for one in have if one in wanted] + missing

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        """One more opportunity of the same contact."""
        row = (await self.opportunities(candidate_id))[0]
        contact = mapping.id_of(row.get("contact"))
        await self._open(job_id)
        if known := await self._open_application(candidate_id, job_id):
            raise AlreadyApplied(
                "The person is on this job already.",
                application=known.ref.id,
                account=self.account.id,
            )
        body: Row = {"contact": contact, "postings": [job_id]}
        body |= {"stage": stage_id} if stage_id else {}
        who = await self.acting(author)
        try:
            made = await self._sent("opportunities", body, who)
        except InDoubt:
            if known := await self._open_application(candidate_id, job_id):
                return known
            raise
        if mapping.id_of(made.get("contact")) != contact:
            raise self._refused(
                "Lever made a new person of this application: merge the two in Lever."
            )
        return await self.application(str(made["id"]))

    async def _open_application(self, candidate_id: str, job_id: str) -> model.Application | None:
        for one in await self.applications(candidate_id):
            if one.job and one.job.id == job_id and one.status.kind == "active":
                return one
        return None

    async def update_application(
        self, id: str, change: model.ApplicationChange
    ) -> model.Application:
        """Only the source, which takes the place of all that were there."""
        if change.recruiter or change.coordinator or change.custom:
            raise self._refused(
                "Lever's API changes an opportunity's source, not its owner or other fields."
            )
        if change.source is not None:
            row = await self.one(f"opportunities/{id}")
            await self._listed_on(row, "Sources", [change.source] if change.source else [])
        return await self.application(id)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Tags belong to an opportunity: those of the newest one."""
        row = (await self.opportunities(candidate_id))[0]
        have = [str(tag) for tag in row.get("tags") or ()]
        gone = {tag.casefold() for tag in remove}
        kept = [tag for tag in have if tag.casefold() not in gone]
        held = {tag.casefold() for tag in kept}
        wanted = kept + [tag for tag in add if tag.casefold() not in held]
        return tuple(await self._listed_on(row, "Tags", wanted))

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        now = await self.one(f"opportunities/{application_id}")
        if mapping.id_of(now.get("stage")) == stage_id:
            return
        path = f"opportunities/{application_id}/stage"
        await self.http.put(path, {"stage": stage_id}, perform_as=author.id if author else None)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        now = await self.application(application_id)
        if now.status.kind in ("rejected", "withdrawn"):
            return
        await self._archive(application_id, reason_id, author)
        if note:
            await self.add_note(
                now.candidate.id,
                note,
                key=f"reject:{application_id}",
                application_id=application_id,
                author=author,
            )

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        """Taken out of the archive. A hire is an archive too, and is not undone here."""
        status = (await self.application(application_id)).status.kind
        if status == "hired":
            raise self._refused("This application is marked as hired, not as rejected.")
        if status in ("rejected", "withdrawn"):
            await self._archive(application_id, None, author)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """Hired is an archive reason of that type."""
        if (await self.application(application_id)).status.kind == "hired":
            return
        reasons = [
            r
            for r in await self.rows("archive_reasons")
            if r.get("type") == "hired" and r.get("status") != "inactive"
        ]
        if not reasons:
            raise self._refused("This Lever account has no archive reason of type hired.")
        await self._archive(application_id, str(reasons[0]["id"]), author)

    async def _archive(self, application_id: str, reason: str | None, author: Ref | None) -> None:
        body = {"reason": reason} | ({"cleanInterviews": False} if reason else {})
        path = f"opportunities/{application_id}/archived"
        await self.http.put(path, body, perform_as=author.id if author else None)

    def _refused(self, text: str) -> Rejected:
        return Rejected(text, account=self.account.id)


def _opportunity(draft: model.CandidateDraft, mark: str | None) -> Row:
    """Lever has a headline, in which people write title and company."""
    told: dict[str, Any] = {
        "name": f"{draft.given} {draft.family}".strip(),
        "headline": ", ".join(part for part in (draft.title, draft.company) if part),
        "location": draft.location,
        "emails": [email.value for email in draft.emails],
        "phones": _phones(draft.phones),
        "links": list(draft.links),
        "tags": [*draft.tags, *([mark] if mark else [])],
        "sources": [draft.source] if draft.source else [],
        "postings": [draft.job.id] if draft.job else [],
    }
    return {name: value for name, value in told.items() if value}


def _phones(phones: Sequence[model.Contact]) -> list[Row]:
    return [{"value": p.value} | ({"type": p.type} if p.type else {}) for p in phones]


def _changed(row: Row, change: model.CandidateChange) -> Row:
    """The contact's fields that are to change. Lever knows one name only."""
    wanted: Row = {}
    if change.given is not None or change.family is not None:
        given, _, family = str(row.get("name") or "").partition(" ")
        parts = (
            given if change.given is None else change.given,
            family if change.family is None else change.family,
        )
        wanted["name"] = " ".join(part for part in parts if part)
    for name, value in (("headline", change.title), ("location", change.location)):
        if value is not None:
            wanted[name] = value
    if change.emails is not None:
        wanted["emails"] = [email.value for email in change.emails]
    if change.phones is not None:
        wanted["phones"] = _phones(change.phones)
    return wanted
