"""The connected accounts and whether they answer, for admins."""

import asyncio

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "accounts", help="See the connected accounts and whether they work", roles={"admin"}, order=90
)
async def listing(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    found = await services.accounts.listing()
    if not found:
        await reply.whisper(
            blocks.said(
                "No account is connected yet. On the server: `callsheet accounts add greenhouse --name …`."
            )
        )
        return
    checks = await asyncio.gather(*(services.accounts.check(account) for account in found))
    shown: Blocks = [blocks.header("Connected accounts")]
    for account, findings in zip(found, checks, strict=True):
        good = all(finding.ok for finding in findings)
        lines = [
            f"{':large_green_circle:' if good else ':red_circle:'} *{blocks.escape(account.name)}* ({blocks.escape(account.vendor)})"
        ]
        lines += [
            f"{':heavy_check_mark:' if f.ok else ':x:'} {blocks.escape(f.what)}{': ' + blocks.escape(f.detail) if f.detail else ''}"
            for f in findings
        ]
        shown.append(blocks.section("\n".join(lines)))
    await reply.whisper(Message("Connected accounts", shown))
