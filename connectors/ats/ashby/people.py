"""What Ashby lets us write of a person: the person, their applications, their tags. Each write looks first."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors import model
from connectors.ats.ashby import fields, mapping
from connectors.ats.ashby.calls import Row
from connectors.ats.ashby.offers import Offers
from connectors.errors import AlreadyApplied, Conflict, InDoubt, JobClosed, Rejected
from connectors.model import Ref

LINKS = (("linkedin.com", "LinkedIn"), ("github.com", "GitHub"), ("twitter.com", "Twitter"), ("x.com", "Twitter"),
         ("medium.com", "Medium"), ("stackoverflow.com", "StackOverflow"))  # fmt: skip


class People(Offers):
    """People and applications are added and edited; Ashby sends no mail for any of it."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """Known by address, or by the very name when there is none. Ashby takes no title and no company here."""
        row = await self._somebody(draft)
        if row is None:
            body = await self._new(draft)
            try:
                row = await self.write("candidate.create", author=id_of(author), **body)
            except InDoubt:
                row = await self._somebody(draft)
                if row is None:
                    raise
            if draft.tags:
                await self.set_tags(str(row["id"]), add=draft.tags)
            await self._set(str(row["id"]), "candidate", draft.custom)
        if draft.job is not None and not await self._applied(str(row["id"]), draft.job.id):
            await self.create_application(str(row["id"]), draft.job.id, key=key, author=author)
        return await self.candidate(str(row["id"]))

    async def _somebody(self, draft: model.CandidateDraft) -> Row | None:
        for email in draft.emails:
            for row in await self.rows("candidate.search", email=email.value.strip()):
                return row
        if draft.emails:
            return None
        name = _name(draft.given, draft.family)
        found = await self.rows("candidate.search", name=name)
        return next(
            (r for r in found if r.get("name") == name and not r.get("emailAddresses")), None
        )

    async def _new(self, draft: model.CandidateDraft) -> Row:
        emails = [email.value for email in draft.emails]
        body: Row = {
            "name": _name(draft.given, draft.family), "email": emails[0] if emails else None, "alternateEmailAddresses": emails[1:] or None,
            "phoneNumber": draft.phones[0].value if draft.phones else None,
            "location": {"city": draft.location} if draft.location else None,
            "sourceId": await self._source(draft.source) if draft.source else None,
        }  # fmt: skip
        names = {"LinkedIn": "linkedInUrl", "GitHub": "githubUrl"}
        for link in reversed(_links(draft.links)):
            body[names.get(link["type"], "website")] = link["url"]
        return {name: value for name, value in body.items() if value is not None}

    async def _source(self, name: str) -> str:
        for source in await self.sources():
            if source.active and name.casefold() in (source.name.casefold(), source.ref.id):
                return source.ref.id
        raise Rejected(
            f"Ashby has no source called {name}.", account=self.account.id, code="source"
        )

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """What Ashby cannot change is refused before anything is changed."""
        now = await self.candidate(id)
        if version is not None and version != now.version:
            raise Conflict("Somebody changed this person meanwhile.", account=self.account.id)
        if change.title is not None or change.company is not None:
            raise self._only_there("title and company")
        if change.emails == () or change.phones == ():
            raise self._only_there("removing an address or a number")
        body = self._changes(now, change)
        await self._set(id, "candidate", change.custom)
        if body:
            await self.write("candidate.update", candidateId=id, **body)
        for other in (change.emails or ())[1:]:
            await self.write("candidate.update", candidateId=id, alternateEmail=other.value)
        return await self.candidate(id)

    def _only_there(self, what: str) -> Rejected:
        said = f"Ashby takes {what} on its own pages only."
        return Rejected(said, account=self.account.id, code="not_writable")

    def _changes(self, now: model.Candidate, change: model.CandidateChange) -> Row:
        body: Row = {}
        if change.given is not None or change.family is not None:
            given = now.given if change.given is None else change.given
            family = now.family if change.family is None else change.family
            body["name"] = _name(given or "", family or "")
        if change.emails:
            body["email"] = change.emails[0].value
        if change.phones:
            body["phoneNumber"] = change.phones[0].value
        if change.links is not None:
            body["socialLinks"] = _links(change.links)
        if change.location:
            body["location"] = {"city": change.location}
        return body

    async def _set(self, id: str, kind: str, custom: Any) -> None:
        """All fields at once: single writes of one object race with each other."""
        if not custom:
            return
        known = [fields.defined(row) for row in (await self.definitions(kind)).values()]
        rows = fields.written(known, custom, self.account.id)
        await self.write(
            "customField.setValues", objectType=kind.capitalize(), objectId=id, values=rows
        )

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        job = await self.job(job_id)
        if job.status.kind != "open":
            raise JobClosed(
                "The job is not open in Ashby.", account=self.account.id, code=job.status.vendor
            )
        if known := await self._applied(candidate_id, job_id):
            said = "The person has an open application for this job already."
            raise AlreadyApplied(said, application=known.ref.id, account=self.account.id)
        more = {"interviewStageId": stage_id} if stage_id else {}
        try:
            made = await self.write(
                "application.create",
                author=id_of(author),
                candidateId=candidate_id,
                jobId=job_id,
                **more,
            )
        except (InDoubt, Conflict):
            if known := await self._applied(candidate_id, job_id):
                return known
            raise
        return await self.application(str(made["id"]))

    async def _applied(self, candidate_id: str, job_id: str) -> model.Application | None:
        for one in await self.applications(candidate_id):
            if one.job and one.job.id == job_id and one.status.kind in ("active", "prospect"):
                return one
        return None

    async def update_application(
        self, id: str, change: model.ApplicationChange
    ) -> model.Application:
        if change.source is not None:
            await self.write(
                "application.changeSource",
                applicationId=id,
                sourceId=await self._source(change.source),
            )
        for user, role in ((change.recruiter, "recruiter"), (change.coordinator, "coordinator")):
            if user is not None:
                await self._seat_member(id, user, role)
        await self._set(id, "application", change.custom)
        return await self.application(id)

    async def _seat_member(self, application_id: str, user: Ref, role: str) -> None:
        """One person a role: whoever had it before leaves it."""
        rows = await self.static("hiringTeamRole.list", namesOnly=False)
        known = next(
            (r for r in rows if mapping.ROLES.get(str(r.get("title")).casefold()) == role), None
        )
        if known is None:
            raise Rejected(
                f"Ashby has no hiring team role for a {role}.", account=self.account.id, code="role"
            )
        wish = {"applicationId": application_id, "roleId": known["id"]}
        now = await self.one("application.info", applicationId=application_id)
        held = [
            m.get("userId")
            for m in mapping.parts(now, "hiringTeam")
            if m.get("role") == known["title"]
        ]
        if user.id not in held:
            await self.write("hiringTeam.addMember", **wish, teamMemberId=user.id)
        for other in held:
            if other != user.id:
                await self.write("hiringTeam.removeMember", **wish, teamMemberId=other)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Tags are the account's: a new one is made there first."""
        known = {
            str(row.get("title")).casefold(): str(row["id"])
            for row in await self.rows("candidateTag.list")
        }
        now = {tag.casefold() for tag in (await self.candidate(candidate_id)).tags}
        for name in add:
            if name.casefold() not in now:
                id = known.get(name.casefold()) or str(
                    (await self.write("candidateTag.create", title=name))["id"]
                )
                await self.write("candidate.addTag", candidateId=candidate_id, tagId=id)
        for name in remove:
            if name.casefold() in now and name.casefold() in known:
                await self.write(
                    "candidate.removeTag", candidateId=candidate_id, tagId=known[name.casefold()]
                )
        return (await self.candidate(candidate_id)).tags


def _links(urls: Sequence[str]) -> list[Row]:
    """Ashby types its links by the site."""
    return [{"type": _site(url), "url": url} for url in urls]


def _site(url: str) -> str:
    try:
        host = f".{urlsplit(url).hostname or ''}"
    except ValueError:
        return "Website"
    return next((kind for site, kind in LINKS if host.endswith(f".{site}")), "Website")


def _name(given: str, family: str) -> str:
    return " ".join(word for word in (given.strip(), family.strip()) if word)


def id_of(author: Ref | None) -> str | None:
    return author.id if author else None
