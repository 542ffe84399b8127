"""How the made-up company interviews: who has which skill, who learns one, and a stage with a whole loop. Settled once."""

from bot import logs
from connectors.errors import ConnectorError
from hiring import interviewer_rules, pipeline, plans, training
from hiring.debrief_records import Wish
from hiring.errors import Refused
from hiring.interviewer_rules import Rules
from hiring.loop_records import Session
from hiring.people import Actor
from hiring.plans import Plan
from hiring.services import Services

log = logs.logger(__name__)
BEN, CHEN, DANA, SAM, MAYA = "U0BEN0001", "U0CHEN001", "U0DANA001", "U0SAM0001", "U0MAYA001"
SKILLS = {
    BEN: ("backend", "system design"),
    CHEN: ("backend",),
    DANA: ("backend", "system design"),
}
LEARNS = (SAM, "backend")
JOB, STAGE = "Senior Backend Engineer", "Team interview"
SESSIONS = (
    Session("Pair programming", 60, tag="backend", seats=1, focus="A small change in a real code base, together"),
    Session("System design", 45, tag="system design", seats=1, focus="An API for a library"),
    Session("Talk with the manager", 30, (MAYA,), focus="What you look for, and what we do", room="Turing"),
)  # fmt: skip


async def furnish(services: Services, actor: Actor) -> None:
    """Does nothing where somebody settled a skill already. What fails is logged: the demo goes on without it."""
    if await interviewer_rules.everybody(services, actor.team):
        return
    try:
        for user, skills in SKILLS.items():
            await interviewer_rules.settle(services, actor, Rules(user, skills))
        await training.start(services, actor, *LEARNS)
        for _, job in await pipeline.find(services, actor, JOB):
            for stage in await plans.stages(services, job.ref):
                if stage.name == STAGE:
                    plan = Plan(SESSIONS, debrief=Wish(30, 2))
                    await plans.keep(services, actor, job.ref, str(stage.ref), plan)
    except (ConnectorError, Refused) as error:
        log.warning("the company is not furnished", error=type(error).__name__)
