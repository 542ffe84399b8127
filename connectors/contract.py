"""What every connector promises. A vendor file subclasses `Ats` or `Calendar` and exposes it as `connector`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from connectors import model
from connectors.errors import Gone, NotSupported

if TYPE_CHECKING:
    from connectors.auth_oauth import OAuth
    from connectors.http import Pool

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account. `config` and `secrets` use the vendor's own words (surfaces: accounts add).

    `base_url` swaps scheme, host and port of every host of the vendor and keeps the paths; None means the vendor's own.
    """

    id: str
    vendor: str
    name: str
    config: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_url: str | None = None


class Connector:
    """What ATS and calendar connectors share. Made by the registry: `cls(account, pool)`."""

    vendor: ClassVar[str] = ""  # the file's name, set by the registry
    label: ClassVar[str]
    required: ClassVar[frozenset[str]] = frozenset()  # keys an account must have
    optional: ClassVar[frozenset[str]] = frozenset()
    secret_keys: ClassVar[frozenset[str]] = frozenset()  # sealed at rest however they were given
    key_help: ClassVar[Mapping[str, str]] = {}  # what a key is and where to find it, for forms
    chooses_webhook_secret: ClassVar[bool] = False  # ours to choose; else the vendor makes it
    oauth: ClassVar["OAuth | None"] = None  # how somebody signs in there instead of giving keys

    def __init__(self, account: Account, pool: "Pool") -> None:
        self.account = account
        self.pool = pool

    async def check(self) -> list[model.Finding]:
        """Call the vendor and say, a line each, what works and which permission is missing. Never raises."""
        raise NotImplementedError


class Ats(Connector):
    """One applicant tracking system account. Every method may raise the errors of `connectors/errors.py`.

    Reads return fresh values; nothing is kept. Writes take `key`, our own marker, and look before they repeat:
    calling a write twice with the same key leaves one note, interview, attachment or offer.
    """

    abilities: ClassVar[frozenset[str]] = frozenset()
    # search_email, search_name, interviews, notes, attachments, move_stage, reject, hire, offers, scorecards, webhooks

    def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """People whose e-mail equals `text`, or whose name holds every word of it (listed, filtered, forgotten)."""
        raise NotImplementedError

    async def candidate(self, id: str) -> model.Candidate:
        raise NotImplementedError

    async def applications(self, candidate_id: str) -> list[model.Application]:
        """All candidacies of a person, newest activity first."""
        raise NotImplementedError

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """The candidacies of each of these people. Overridden where the vendor tells of many in one call."""

        async def ask(id: str) -> list[model.Application]:
            try:
                return await self.applications(id)
            except Gone:
                return []

        found = await asyncio.gather(*map(ask, candidate_ids))
        return dict(zip(candidate_ids, found, strict=True))

    async def application(self, id: str) -> model.Application:
        raise NotImplementedError

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        """An application and its person. Overridden where the vendor tells both at once."""
        application = await self.application(id)
        return application, await self.candidate(application.candidate.id)

    async def jobs(self) -> list[model.Job]:
        raise NotImplementedError

    async def job(self, id: str) -> model.Job:
        raise NotImplementedError

    async def team(self, job_id: str) -> list[model.TeamMember]:
        raise NotImplementedError

    async def memberships(self, user_id: str) -> list[tuple[model.Ref, model.TeamMember]]:
        """The jobs whose hiring team this user belongs to, each with the part played."""
        found = []
        for job in await self.jobs():
            members = await self.team(job.ref.id)
            found += [(job.ref, member) for member in members if member.user.id == user_id]
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """The active stages in order: of one job, or of the account where stages belong to the account."""
        raise NotImplementedError

    async def plan(self, job_id: str, stage_id: str | None) -> list[model.PlannedInterview]:
        """The planned interviews of a stage (of all stages when None). Empty where the vendor has no plans."""
        return []

    async def users(self) -> list[model.User]:
        raise NotImplementedError

    async def user_by_email(self, email: str) -> model.User | None:
        raise NotImplementedError

    async def interviews(self, application_id: str) -> list[model.Interview]:
        raise NotImplementedError

    async def create_interview(self, draft: model.InterviewDraft, *, key: str) -> model.Interview:
        raise NotSupported("Interviews are kept in Callsheet and noted in the ATS.")

    async def update_interview(self, id: str, draft: model.InterviewDraft) -> model.Interview:
        raise NotSupported("Interviews are kept in Callsheet and noted in the ATS.")

    async def cancel_interview(self, id: str, draft: model.InterviewDraft) -> None:
        """Already gone counts as done."""
        raise NotSupported("Interviews are kept in Callsheet and noted in the ATS.")

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        raise NotImplementedError

    async def scorecard_form(
        self, application_id: str, planned: model.Ref | None
    ) -> model.Form | None:
        """The form an interviewer should fill in; None where the vendor has none."""
        return None

    async def submit_scorecard(
        self,
        application_id: str,
        form: model.Form,
        answers: Mapping[str, str | Sequence[str]],
        *,
        author: model.Ref,
        interview: model.Ref | None,
        key: str,
    ) -> model.Scorecard:
        raise NotSupported("The scorecard is written as a private note with a link.")

    async def notes(self, candidate_id: str) -> list[model.Note]:
        raise NotImplementedError

    async def add_note(
        self,
        candidate_id: str,
        body: str,
        *,
        key: str,
        application_id: str | None = None,
        author: model.Ref | None = None,
        private: bool = False,
    ) -> model.Note:
        raise NotImplementedError

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        """The newest résumé, or None."""
        raise NotImplementedError

    async def download(self, attachment: model.Attachment) -> bytes:
        raise NotImplementedError

    async def attach(
        self,
        candidate_id: str,
        filename: str,
        content: bytes,
        *,
        kind: str,
        key: str,
        application_id: str | None = None,
        author: model.Ref | None = None,
    ) -> model.Attachment:
        raise NotSupported("Files stay in Callsheet; the note holds a link.")

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: model.Ref | None = None
    ) -> None:
        """Being there already counts as done."""
        raise NotImplementedError

    async def reasons(self) -> list[model.Reason]:
        raise NotImplementedError

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: model.Ref | None = None
    ) -> None:
        """Being rejected already counts as done."""
        raise NotImplementedError

    async def offers(self, application_id: str) -> list[model.Offer]:
        raise NotImplementedError

    async def create_offer(
        self, application_id: str, *, start_on: date, salary: str, key: str
    ) -> model.Offer:
        """`salary` is text for a note or custom field, such as "EUR 82,000 a year"."""
        raise NotSupported("The offer lives in Callsheet and is noted in the ATS.")

    async def mark_offer(
        self, application_id: str, offer_id: str, status: str, on: date
    ) -> model.Offer | None:
        """Set status sent, accepted or declined where the vendor allows it; None where it does not."""
        return None

    async def hire(
        self, application_id: str, *, start_on: date, author: model.Ref | None = None
    ) -> None:
        """Mark hired. Being hired already counts as done."""
        raise NotImplementedError

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """Check the vendor's signature over the raw bytes with secret `webhook_secret`, then read it.

        Header names are lower case. A ping gives []. Raises BadWebhook (bad or stale signature) or ValueError
        (not readable).
        """
        raise NotSupported("This vendor sends no webhooks.")

    def list_ids(
        self, kind: model.Kind, position: str | None
    ) -> AsyncIterator[tuple[list[model.Ref], str]]:
        """Walk `candidate` or `application` ids changed since `position`, a page at a time with the position after it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Busy:
    """A person's busy times in a window; `known` is False when the calendar could not be read, with why."""

    email: str
    known: bool
    times: tuple[Interval, ...] = ()
    why: str = ""


class Calendar(Connector):
    """One calendar account that can see the busy times of a company's people."""

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        """One `Busy` per e-mail, in order. A calendar that cannot be read is never reported as free."""
        raise NotImplementedError
