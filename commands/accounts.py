"""The connected accounts and whether they answer, for admins: try one again, or remove it."""

import asyncio
from collections.abc import Sequence

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from connectors.contract import Account
from connectors.model import Finding
from hiring import connecting, signing_in
from hiring.errors import NotAllowed
from hiring.people import Actor
from hiring.services import Services

router = Router()
MOST = 15  # accounts in one message, which holds fifty blocks


@router.slash(
    "accounts", help="See the connected accounts and whether they work", roles={"admin"}, order=90
)
async def listing(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await reply.whisper(await _drawn(services))


@router.action("account.test")
async def test(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    _admin(actor)
    await services.accounts.get(gesture.value)
    await reply.replace(await _drawn(services))


@router.action("account.sign_in")
async def sign_in(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """For an account whose vendor ended the grant: a link to sign in anew."""
    _admin(actor)
    address = await signing_in.begin_again(
        services, gesture.value, team=actor.team, user=actor.user
    )
    text = f"The link is yours alone, for {signing_in.MINUTES} minutes."
    button = blocks.button("Go to the vendor", "connect.go", style="primary", url=address)
    await reply.whisper(blocks.said(text, blocks.actions(button)))


@router.action("account.remove")
async def remove(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Pressing twice removes once: the second press finds nothing any more."""
    _admin(actor)
    gone = await connecting.remove(services, gesture.value, actor=actor.user)
    await reply.replace(await _drawn(services, f"{blocks.escape(gone.name)} is removed."))


async def _drawn(services: Services, said: str = "") -> Message:
    found = await services.accounts.listing()
    shown: Blocks = [blocks.header("Connected accounts")]
    if said:
        shown.append(blocks.section(said))
    if not found:
        connect = f"`/{services.company.command} connect`"
        shown.append(blocks.section(f"No account is connected yet: type {connect}."))
        return Message("Connected accounts", shown)
    checks = await asyncio.gather(*(services.accounts.check(account) for account in found[:MOST]))
    for account, findings in zip(found, checks, strict=False):
        shown += _account(account, findings)
    if len(found) > MOST:
        shown.append(blocks.context("There are more: `callsheet accounts list` shows all."))
    return Message("Connected accounts", shown)


def _account(account: Account, findings: Sequence[Finding]) -> Blocks:
    good = all(finding.ok for finding in findings)
    name = blocks.escape(account.name)
    lines = [
        f"{':large_green_circle:' if good else ':red_circle:'} *{name}* ({blocks.escape(account.vendor)})"
    ]
    lines += [
        f"{':heavy_check_mark:' if f.ok else ':x:'} {blocks.escape(f.what)}{': ' + blocks.escape(f.detail) if f.detail else ''}"
        for f in findings
    ]
    sure = blocks.confirm(
        "Remove this account?",
        f"{account.name}: what was written there stays. Offers, scorecards and keys kept here for it are destroyed for good.",
        "Remove",
        danger=True,
    )
    again: Blocks = []
    if (
        not good
        and {*account.config, *account.secrets} >= signing_in.KEYS
        and signing_in.oauth_of(account.vendor)
    ):
        again = [blocks.button("Sign in again", "account.sign_in", account.id, style="primary")]
    buttons = blocks.actions(
        *again,
        blocks.button("Test", "account.test", account.id, aria=f"Test {account.name}"),
        blocks.button(
            "Remove", "account.remove", account.id, style="danger", ask=sure, aria=f"Remove {account.name}"
        ),
        block_id=f"account:{account.id}",
    )  # fmt: skip
    return [blocks.section("\n".join(lines)), buttons]


def _admin(actor: Actor) -> None:
    """A message can be kept, so who may is asked at each press."""
    if not actor.person.is_admin:
        raise NotAllowed("Only workspace admins can do this. Ask one of them.")
