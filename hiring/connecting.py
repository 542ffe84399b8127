"""Connect an account: what was given is tried before anything is saved, and what is missing is named."""

import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connectors import registry
from connectors.contract import Account, Ats
from connectors.model import Finding
from hiring import calendar_watch, hooks, reconciling, searching, sync
from hiring.errors import Refused
from hiring.services import Services

ESSENTIAL = frozenset({"listing", "search_email"})  # without these nobody can be found
OPERATOR = "operator"  # who connects from the command line


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to connect."""

    vendor: str
    name: str
    config: Mapping[str, str]
    secrets: Mapping[str, str]
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that was tried and saved. `webhook_secret` is what we made up for it, to be given to the vendor."""

    account: Account
    findings: Sequence[Finding]
    webhook_secret: str = ""


async def connect(services: Services, wish: Wish, *, actor: str = OPERATOR) -> Connected:
    """Try it, then save it. Raises Refused naming what is missing; then nothing is saved."""
    reachable(wish.vendor, actor)
    account, made = with_webhook_secret(draft(services, wish))
    await services.accounts.free(account.name)
    findings = await tried(services, account)
    await services.accounts.save(account, actor=actor)
    await services.accounts.note(account.id, findings)
    await begin(services, account.id)
    return Connected(account, findings, made)


def reachable(vendor: str, actor: str) -> None:
    """Raises Refused where files of this machine would be named by somebody who does not run it."""
    known = registry.vendors().get(vendor)
    if known is not None and known.local and actor != OPERATOR:
        raise Refused(
            f"{known.label} lie on Callsheet's own machine: who runs it connects them, by `callsheet accounts add {vendor}`."
        )


async def begin(services: Services, account: str) -> None:
    """What a new ATS account starts with: everybody becomes findable, and changes are told to us where we may ask for it."""
    if not services.accounts.is_ats((await services.accounts.get(account)).vendor):
        return
    async with services.store.begin() as tx:
        await services.jobs.enqueue(
            tx, reconciling.reconcile, key=f"first-sync:{account}", account=account
        )
    if services.company.public_url.startswith("https://"):
        await hooks.ensure(services, account)


def useful(findings: Sequence[Finding]) -> bool:
    """Whether an account can be used though something may be missing: its people can be found, and nothing that
    everything hangs on is wrong. What a finding names as lost is not offered then."""
    lost = [f for f in findings if not f.ok]
    return all(f.abilities and not f.abilities & ESSENTIAL for f in lost)


async def tried(services: Services, account: Account) -> Sequence[Finding]:
    """Call the vendor. Raises Refused with what does not work, when the account is of no use so."""
    findings = await services.accounts.attempt(account)
    if not useful(findings):
        wrong = [f"{f.what}: {f.detail.rstrip('.') or 'no'}" for f in findings if not f.ok]
        raise Refused(f"Nothing was saved, since this does not work yet. {'; '.join(wrong)}.")
    return findings


async def change(
    services: Services,
    account: str,
    config: Mapping[str, str],
    secrets: Mapping[str, str],
    *,
    actor: str = OPERATOR,
) -> Account:
    """Give an account other keys: those named replace what was there. Tried before it is saved. Raises Refused."""
    now = await services.accounts.get(account)
    reachable(now.vendor, actor)
    signed_in = not set(registry.vendors()[now.vendor].required) <= {*now.config, *now.secrets}
    keys = {**now.config, **now.secrets, **config, **secrets}
    other = services.accounts.draft(
        now.vendor, now.name, {k: v for k, v in keys.items() if v}, {}, now.base_url, signed_in=signed_in
    )  # fmt: skip
    fresh = replace(other, id=now.id)
    await tried(services, fresh)
    await services.accounts.change(now, fresh.config, fresh.secrets, actor=actor)
    return fresh


async def remove(services: Services, account: str, *, actor: str = OPERATOR) -> Account:
    """Disconnect; what was kept for the account opens no more."""
    services.memory.forget()
    found = await services.accounts.get(account)
    await calendar_watch.end(services, found.id)
    if services.accounts.is_ats(found.vendor):
        async with services.store.begin() as tx:
            await searching.forget(services, tx, found.id)
            await sync.forget(tx, found.id)
    return await services.accounts.remove(account, actor=actor)


def webhook_url(services: Services, account: Account) -> str:
    """Where the vendor has to send what happens; a path only while no public address is set."""
    return f"{services.company.public_url}/hooks/{account.id}"


def webhook_advice(account: Account, made: str = "") -> str:
    """What to do about the webhook's secret. `made` is the one that we made up."""
    known = registry.vendors()[account.vendor]
    if "webhook_secret" not in known.optional | known.required:
        return ""
    if made:
        return f"Its secret is {made}. Give {known.label} both; it is not shown again."
    if account.secrets.get("webhook_secret"):
        return "Its secret is the one you gave."
    if issubclass(known, Ats) and "register_webhook" in known.abilities:
        return "Callsheet sets it up there by itself, within the hour."
    return (
        f"{known.label} makes the secret itself: give it to us as webhook_secret "
        f"(`callsheet accounts change {account.id} --secret webhook_secret=@FILE`)."
    )


def draft(services: Services, wish: Wish, *, signed_in: bool = False) -> Account:
    """What was given as an account that is not saved. Raises Refused."""
    if not wish.name.strip():
        raise Refused("Give the account a name.", field="name")
    return services.accounts.draft(
        wish.vendor, wish.name, wish.config, wish.secrets, wish.base_url, signed_in=signed_in
    )


def with_webhook_secret(account: Account) -> tuple[Account, str]:
    """Make up the webhook's secret where it is ours to choose and none was given."""
    known = registry.vendors()[account.vendor]
    if not known.chooses_webhook_secret or account.secrets.get("webhook_secret"):
        return account, ""
    made = random.token_urlsafe(32)
    return replace(account, secrets={**account.secrets, "webhook_secret": made}), made
