"""Who is asking: a Slack member, matched by e-mail to the users of every connected ATS."""

from dataclasses import dataclass

from connectors import model
from connectors.errors import ConnectorError, NotSupported
from hiring.desk import Person
from hiring.services import Services

KEEP = 600.0  # seconds an answer about an employee may be kept in memory


@dataclass(frozen=True, slots=True)
class Actor:
    """The person doing something, as Slack knows them."""

    person: Person

    @property
    def team(self) -> str:
        return self.person.team

    @property
    def user(self) -> str:
        return self.person.id

    @property
    def zone(self) -> str:
        return self.person.zone


async def actor(services: Services, team: str, user: str) -> Actor:
    """Look the member up. Raises NotFound."""
    return Actor(await services.desk.person(team, user))


async def ats_user(services: Services, person: Person, account: str) -> model.User | None:
    """The person's own user in that ATS, by e-mail; None when the ATS has none or Slack hides the e-mail."""
    email = (person.email or "").casefold()
    if not email:
        return None
    ats = await services.accounts.ats(account)
    return await services.memory.recall(
        ("ats_user", account, email), KEEP, lambda: ats.user_by_email(email)
    )


async def users_by_id(services: Services, account: str) -> dict[str, model.User]:
    """All users of an ATS account by the vendor's id, kept for minutes."""

    async def ask() -> dict[str, model.User]:
        ats = await services.accounts.ats(account)
        return {user.ref.id: user for user in await ats.users()}

    return await services.memory.recall(("ats_users", account), KEEP, ask)


async def user(services: Services, ref: model.Ref | None) -> model.User | None:
    """The ATS user behind a ref, or None when it is unknown or the ATS cannot be asked now."""
    if ref is None:
        return None
    try:
        return (await users_by_id(services, ref.account)).get(ref.id)
    except ConnectorError:
        return None


async def member(services: Services, team: str, ref: model.Ref | None) -> Person | None:
    """The Slack member who is this ATS user, by e-mail."""
    found = await user(services, ref)
    if found is None or not found.email:
        return None
    return await services.desk.person_by_email(team, found.email)


async def managers(services: Services, team: str, job: model.Ref | None) -> list[str]:
    """The hiring managers of a job who are in Slack; none where the ATS does not know of any. Raises its errors."""
    if job is None:
        return []
    ats = await services.accounts.ats(job.account)
    try:
        staff = await ats.team(job.id)
    except NotSupported:
        return []
    refs = [each.user for each in staff if each.role == "hiring_manager"]
    found = [await member(services, team, ref) for ref in refs]
    return [each.id for each in found if each]
