"""What an interviewer reads before an interview: the person, the focus, who covers what. Read live, nothing kept."""

from dataclasses import dataclass

from connectors import model
from connectors.errors import ConnectorError, Reconnect, TryLater, Unreadable
from hiring import access, candidacy, candidates, debrief_records, people, scorecard_forms
from hiring.candidates import LOOKERS, Profile
from hiring.debrief_records import Debrief
from hiring.errors import NotAllowed, Unreachable
from hiring.interview_records import Interview, get, listed
from hiring.interviews_table import interviews
from hiring.people import Actor
from hiring.services import Services

MOST = 12  # questions named
PASSING = (TryLater, Reconnect, Unreadable)  # may be over when the brief is drawn once more


@dataclass(frozen=True, slots=True)
class Brief:
    """`focus` is what the scorecard asks; `others` the person's other interviews; `said` earlier scorecards.

    `said` is (who, what they decided), None for somebody who may not see them before their own; `arrived` is how many
    there are. `unread` names what the ATS does not let us read. `debrief` is the one after the interviews.
    """

    interview: Interview
    profile: Profile
    focus: tuple[str, ...]
    others: tuple[Interview, ...]
    arrived: int
    said: tuple[tuple[str, str], ...] | None
    unread: tuple[str, ...] = ()
    debrief: Debrief | None = None


async def read(services: Services, team: str, user: str, interview: str) -> Brief:
    """The brief for one interviewer, whole: what the ATS fails to tell just now is no reason for half of it.

    Raises NotAllowed for somebody who does not sit in the interview, Unreachable when the ATS does not answer.
    """
    now = await get(services, interview)
    if user not in now.users:
        raise NotAllowed("Only the interviewers of this interview read its brief.")
    profile = await candidates.read(services, now.application)
    focus = await _focus(services, now)
    others = await listed(
        services, interviews.c.application == str(now.application),
        interviews.c.state == "scheduled", interviews.c.id != now.id,
    )  # fmt: skip
    actor = await people.actor(services, team, user)
    scorecards = await _scorecards(services, actor, now)
    arrived, said = scorecards or (0, None)
    refused = {"the scorecard form": focus is None, "earlier scorecards": scorecards is None}
    unread = tuple(what for what, missing in refused.items() if missing)
    debrief = await debrief_records.of(services, now.loop)
    return Brief(now, profile, focus or (), tuple(others), arrived, said, unread, debrief)


async def resume(services: Services, actor: Actor, interview: str) -> tuple[Profile, str, bytes]:
    """The newest résumé of whom the actor interviews: the profile, a file name, the bytes. Raises NotFound."""
    now = await get(services, interview)
    if actor.user not in now.users or now.state != "scheduled":
        raise NotAllowed("Only the interviewers of this interview open the résumé from here.")
    return await candidacy.resume_of(services, await candidates.read(services, now.application))


async def _focus(services: Services, now: Interview) -> tuple[str, ...] | None:
    """What the scorecard asks; None when the ATS does not let us read its form."""
    try:
        form = await scorecard_forms.form(services, now)
    except Unreachable as failed:
        if isinstance(failed.__cause__, PASSING):
            raise
        return None
    return tuple(f.label for f in form.fields if f.path != "notes")[:MOST]


async def _scorecards(
    services: Services, actor: Actor, now: Interview
) -> tuple[int, tuple[tuple[str, str], ...] | None] | None:
    """How many there are, and what they say to recruiters and the hiring manager of the job alone.

    None when the ATS does not let us read them.
    """
    ats = await services.accounts.ats(now.application.account)
    try:
        found = [
            card for card in await ats.scorecards(now.application.id) if card.state == "complete"
        ]
        may = await access.allowed(services, actor, LOOKERS | {"admin"}, now.job)
    except PASSING as failed:
        raise candidates.unreachable(ats, failed) from failed
    except ConnectorError:
        return None
    if not may:
        return len(found), None
    return len(found), tuple([(await _author(services, card), _word(card)) for card in found])


async def _author(services: Services, card: model.Scorecard) -> str:
    user = await people.user(services, card.author)
    return (user.name if user else None) or "Somebody"


def _word(card: model.Scorecard) -> str:
    return card.overall_word or "no decision"
