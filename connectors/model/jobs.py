"""Jobs, the openings behind them, their public posts, stages and interview plans, and the account's own lists."""

from datetime import date, datetime

from connectors.model.base import Frozen, Markup, Range, Ref, Thing, Word


class Job(Thing):
    """status.kind: draft, awaiting_approval, open, on_hold, closed, archived, other."""

    title: str
    status: Word = Word(kind="open")
    department: str | None = None
    offices: tuple[str, ...] = ()
    location: str | None = None
    remote: bool | None = None
    employment: str | None = None
    requisition: str | None = None
    openings: int | None = None
    pay: Range | None = None
    confidential: bool = False
    opened: datetime | None = None
    closed: datetime | None = None


class Opening(Thing):
    """A requisition: one approved seat or several. status.kind as a job's."""

    code: str | None = None
    job: Ref | None = None
    headcount: int = 1
    filled: int = 0
    status: Word = Word(kind="open")
    target_start: date | None = None
    application: Ref | None = None


class Posting(Thing):
    """A job's public advertisement. `body` is in the markup it says."""

    title: str
    job: Ref | None = None
    body: str | None = None
    markup: Markup = "html"
    location: str | None = None
    live: bool = False
    internal: bool = False
    apply_url: str | None = None


class Stage(Thing):
    """kind: lead, applied, screen, assessment, interview, onsite, reference, offer, hired, archived, other.

    `guessed` says that the kind was taken from the name, not told by the vendor or an admin. `job` is None where
    stages belong to the account.
    """

    name: str
    job: Ref | None = None
    order: int = 0
    kind: str = "other"
    guessed: bool = False
    active: bool = True


class PlannedInterview(Thing):
    """One interview of a job's plan. `form` is the scorecard form; `interviewers` the usual ones."""

    name: str
    minutes: int
    job: Ref | None = None
    stage: Ref | None = None
    form: Ref | None = None
    interviewers: tuple[Ref, ...] = ()
    order: int = 0


class Reason(Thing):
    """Why a candidacy ended. party: we, they, none, other."""

    name: str
    party: str = "we"


class Source(Thing):
    """Where candidates come from."""

    name: str
    active: bool = True


class Unit(Thing):
    """A department or an office, by its ref's kind."""

    name: str
    parent: Ref | None = None


class Count(Frozen):
    """How many people of one job chose an answer to a question about themselves. Never who; few are not told."""

    question: str
    answer: str
    people: int
