"""What a use case may use, passed down as one value. Made once in `bot/wiring.py`."""

from dataclasses import dataclass, field
from typing import Literal

from hiring.accounts import Accounts
from hiring.clock import Clock
from hiring.desk import Desk
from hiring.jobs import Jobs
from hiring.keys import Keys
from hiring.memory import Memory
from hiring.store import Store
from messages.mail import Mailer
from messages.mailbox import Mailbox
from scheduling.busy import Policy
from scheduling.candidate_events import Grouping
from scheduling.company_rules import CompanyRules


@dataclass(frozen=True, slots=True)
class Company:
    """How the company names itself to candidates, and what it decided. `public_url` has no slash at its end.

    `candidate_events` says how interviews are put together in a candidate's calendar; `reminders` are the minutes
    before an interview at which the candidate is reminded. `swaps` says whether substitutes are asked without a
    recruiter when somebody declines, and `swap_minutes` how long each of them has before the next is asked.
    `policy` says over which kinds of busy time nobody is booked. `meetings` names the account that makes meeting links,
    or is `calendar`, or empty. `panel_channels`: a loop's form starts with a private channel for its panel. `rules` count
    for every interview.
    """

    name: str
    mail_from: str
    public_url: str
    command: str = "hire"
    retention_days: int = 30
    candidate_events: Grouping = "interview"
    reminders: tuple[int, ...] = (1_440, 60)
    swaps: Literal["at once", "after 10 minutes", "never"] = "never"
    swap_minutes: int = 15
    policy: Policy = field(default_factory=Policy)
    meetings: str = ""
    panel_channels: bool = False
    rules: CompanyRules = field(default_factory=CompanyRules)


@dataclass(frozen=True, slots=True)
class Services:
    """The parts every use case may need."""

    store: Store
    clock: Clock
    jobs: Jobs
    seal: Keys
    accounts: Accounts
    mailer: Mailer
    desk: Desk
    company: Company
    memory: Memory = field(default_factory=Memory)
    mailbox: Mailbox | None = None  # where answers arrive, when it may be read
