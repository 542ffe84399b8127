"""The looking that heals what no webhook told, and the word to a person when webhooks stay away."""

from connectors.contract import Ats
from connectors.errors import ConnectorError
from hiring import hooks, issues, sync
from hiring.jobs import job
from hiring.services import Services

OFTEN, SELDOM = (
    5,
    60,
)  # minutes between two looks: where changes can be asked for, and where everything is walked
MISSED = 5  # changes that only a look saw: then somebody is told


@job("sync.reconcile", lane="bulk", order="account:{account}", what="Catching up with the ATS")
async def reconcile(services: Services, *, account: str, full: bool = False) -> None:
    """See what no webhook told. Twice changes nothing."""
    done = await sync.run(services, account, full=full)
    if done.told:
        await _missed(services, await services.accounts.ats(account), done.told)


@job("beat.reconcile", lane="bulk", order="reconcile")
async def beat(services: Services) -> None:
    """Every few minutes: each ATS account catches up on its own; those that cannot tell changes once an hour."""
    now = services.clock.now()
    for ats in await services.accounts.all_ats():
        minutes = OFTEN if "changes" in ats.abilities else SELDOM
        slot = int(now.timestamp() // (minutes * 60))
        async with services.store.begin() as tx:
            key = f"reconcile:{ats.account.id}:{minutes}:{slot}"
            await services.jobs.enqueue(tx, reconcile, key=key, account=ats.account.id)


async def _missed(services: Services, ats: Ats, count: int) -> None:
    """Where webhooks once arrived, changes without one are a sign that they do not any more."""
    account = ats.account.id
    async with services.store.begin() as tx:
        missed = await hooks.missed(services, tx, account, count)
    if missed < MISSED:
        return
    if "register_webhook" in ats.abilities:
        await hooks.ensure(services, account)
    await issues.note(
        services,
        kind=hooks.SILENT,
        key=account,
        sentence=f"{ats.account.name} does not send its changes at once any more: {missed} of them were seen only by looking."
        f" {await _advice(services, ats)}",
        once=False,
    )


async def _advice(services: Services, ats: Ats) -> str:
    url = f"{services.company.public_url}/hooks/{ats.account.id}"
    try:
        known = await ats.webhooks(url) if "register_webhook" in ats.abilities else []
    except ConnectorError as error:
        return f"Its webhooks could not be looked at: {error.text}"
    if any(hook.active for hook in known):
        return f"It says that its webhook is active: check that {url} can be reached from outside."
    return f"Check in its settings that a webhook goes to {url} and is active."
