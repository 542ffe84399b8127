"""What an ATS account can do now: what its connector declares, without what the last check found missing."""

from connectors.abilities import ABILITIES, instead
from connectors.contract import Ats
from hiring.errors import Refused
from hiring.services import Services


async def of(services: Services, account: str) -> frozenset[str]:
    """Everything the account can do now."""
    ats = await services.accounts.ats(account)
    return ats.abilities - services.accounts.missing(account)


async def able(services: Services, account: str, ability: str) -> bool:
    """Whether a button for this ability leads anywhere."""
    return ability in await of(services, account)


async def why_not(services: Services, account: str, ability: str) -> str:
    """Why the account cannot, and what to do instead; empty where it can."""
    ats = await services.accounts.ats(account)
    words = ABILITIES[ability].words
    if ability not in ats.abilities:
        return f"{ats.label} cannot {words} through its API. {instead(ability, ats.fallbacks)}"
    if ability in services.accounts.missing(account):
        return (
            f"The key of {ats.account.name} may not {words}. An admin can see what is missing with "
            f"`/{services.company.command} accounts`."
        )
    return ""


async def require(services: Services, account: str, ability: str) -> Ats:
    """The live connector, if it can do this. Raises Refused with the reason and what to do instead."""
    if reason := await why_not(services, account, ability):
        raise Refused(reason)
    return await services.accounts.ats(account)
