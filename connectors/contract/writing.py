"""What an ATS account can be told, and the webhooks it sends."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from connectors import model
from connectors.contract.reading import Reads
from connectors.errors import NotSupported


class Ats(Reads):
    """One applicant tracking system account.

    Writes take `key`, our own marker, and look before they repeat: calling a write twice with the same key leaves
    one note, interview, attachment, candidate or offer. Every write raises NotSupported where the ability is absent,
    and shows in our next read.
    """

    webhook_status: ClassVar[int] = 200  # the answer the vendor wants for a delivery that was taken
    webhook_echo: ClassVar[str] = (
        ""  # a header it wants back, lower case, before it delivers anything
    )

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: model.Ref | None = None
    ) -> model.Candidate:
        """Somebody with one of these e-mail addresses is given back unchanged rather than doubled.

        Raises JobClosed or AlreadyApplied where `draft.job` says to apply at once.
        """
        raise self.cannot("create_candidate")

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """Change what is given. Raises Conflict when somebody changed the person since `version`, Rejected by field."""
        raise self.cannot("update_candidate")

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: model.Ref | None = None,
    ) -> model.Application:
        """Raises JobClosed, or AlreadyApplied naming the open application."""
        raise self.cannot("create_application")

    async def update_application(
        self, id: str, change: model.ApplicationChange
    ) -> model.Application:
        raise self.cannot("update_application")

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Add and remove tags by name; what is there or gone already is fine. Gives the tags afterwards."""
        raise self.cannot("tags")

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
        """Raises NotSupported for a private note without ability `private_notes`, rather than show it to everyone."""
        raise self.cannot("notes")

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
        raise self.cannot("attachments")

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: model.Ref | None = None
    ) -> None:
        """Being there already counts as done."""
        raise self.cannot("move_stage")

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: model.Ref | None = None
    ) -> None:
        """Being rejected already counts as done."""
        raise self.cannot("reject")

    async def unreject(self, application_id: str, *, author: model.Ref | None = None) -> None:
        """Open a rejected application again, at the stage it had. Being open already counts as done."""
        raise self.cannot("unreject")

    async def hire(
        self, application_id: str, *, start_on: date, author: model.Ref | None = None
    ) -> None:
        """Mark hired. Being hired already counts as done."""
        raise self.cannot("hire")

    async def anonymise(self, candidate_id: str, *, author: model.Ref | None = None) -> None:
        """Erase the person's data in the ATS. Already gone counts as done."""
        raise self.cannot("anonymise")

    async def create_interview(self, draft: model.InterviewDraft, *, key: str) -> model.Interview:
        raise self.cannot("interviews")

    async def update_interview(self, id: str, draft: model.InterviewDraft) -> model.Interview:
        raise self.cannot("interviews")

    async def cancel_interview(self, id: str, draft: model.InterviewDraft) -> None:
        """Already gone counts as done."""
        raise self.cannot("interviews")

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
        raise self.cannot("scorecards")

    async def create_offer(
        self, application_id: str, *, start_on: date, salary: str, key: str
    ) -> model.Offer:
        """`salary` is text for a note or custom field, such as "EUR 82,000 a year"."""
        raise self.cannot("offers")

    async def update_offer(
        self, application_id: str, offer_id: str, change: model.OfferChange
    ) -> model.Offer:
        raise self.cannot("offers")

    async def mark_offer(
        self, application_id: str, offer_id: str, status: str, on: date
    ) -> model.Offer | None:
        """Set status sent, accepted or declined where the vendor allows it; None where it does not."""
        return None

    async def set_job_status(self, job_id: str, status: str) -> model.Job:
        """`open` or `closed`. Being so already counts as done."""
        raise self.cannot("job_status")

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """Check the vendor's signature over the raw bytes with secret `webhook_secret`, then read it.

        Header names are lower case. A ping gives []. Raises BadWebhook (bad or stale signature) or ValueError
        (not readable).
        """
        raise NotSupported("This vendor sends no webhooks.")

    async def webhooks(self, url: str) -> list[model.Webhook]:
        """Those registered for this address of ours. Raises NotSupported without ability `register_webhook`."""
        raise self.cannot("register_webhook")

    async def register_webhook(self, url: str, secret: str) -> str:
        """Have every change sent to `url`, once; heals one that the vendor gave up on.

        Gives the secret its deliveries are signed with: `secret`, or the one the vendor made itself.
        """
        raise self.cannot("register_webhook")

    async def unregister_webhook(self, url: str) -> None:
        """Take back what was registered for `url`. None there counts as done."""
        raise self.cannot("register_webhook")
