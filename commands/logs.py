"""The last calls to a connected system, errors first: `/hire logs`, a page at a time."""

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import calls
from hiring.calls import Logged
from hiring.people import Actor
from hiring.services import Services

router = Router()
PAGE = 10
EVERYTHING = "*"


@router.slash(
    "logs",
    help="See the last calls to a connected system, errors first",
    roles={"admin"},
    example="logs greenhouse",
    order=94,
)
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    account = (await services.accounts.get(gesture.text.strip())).id if gesture.text.strip() else ""
    await reply.whisper(await draw(services, account, 0))


@router.action("logs.page")
async def turn(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Another page, or another account, in the place of what was shown."""
    if not actor.person.is_admin:
        return
    account, _, skip = gesture.value.partition("|")
    chosen = "" if account == EVERYTHING else account
    await reply.replace(await draw(services, chosen, int(skip or 0)))


async def draw(services: Services, account: str, skip: int) -> Message:
    """One page; ids, names and bodies stand in none of its lines."""
    names = {known.id: known.name for known in await services.accounts.listing()}
    found, count = await calls.latest(services.store, account, skip, PAGE)
    shown: Blocks = [blocks.header("Calls to connected systems")]
    if len(names) > 1:
        shown.append(_choice(names, account))
    if not found:
        shown.append(blocks.section("Nothing was asked of it lately."))
    shown += [blocks.section(_line(line, names)) for line in found]
    whose, buttons = account or EVERYTHING, []
    if skip:
        buttons.append(_turn("Back", f"{whose}|{max(0, skip - PAGE)}"))
    if skip + len(found) < count:
        buttons.append(_turn("More", f"{whose}|{skip + PAGE}"))
    if buttons:
        shown.append(blocks.actions(*buttons))
    shown.append(blocks.context(f"{count} calls, errors first. `callsheet logs` searches all."))
    return Message("Calls to connected systems", shown)


def _turn(label: str, where: str) -> dict[str, object]:
    return blocks.button(label, f"logs.page:{label.lower()}", where)


def _choice(names: dict[str, str], account: str) -> dict[str, object]:
    options = {EVERYTHING: blocks.option("All accounts", f"{EVERYTHING}|0")}
    options |= {id: blocks.option(name, f"{id}|0") for id, name in list(names.items())[:99]}
    initial = options.get(account or EVERYTHING)
    return blocks.actions(blocks.select("logs.page", list(options.values()), initial=initial))


def _line(line: Logged, names: dict[str, str]) -> str:
    sign = ":x:" if line.error else ":white_check_mark:"
    went = f"{line.status or 'no answer'}, {line.ms} ms" + (
        f", attempt {line.attempt}" if line.attempt > 1 else ""
    )
    more = [line.error, f"for {line.flow}" if line.flow else ""]
    more += [f"request id {line.request_id}"] if line.error and line.request_id else []
    about = blocks.escape(" · ".join(part for part in more if part))
    return (
        f"{sign} {blocks.moment(line.at, line.at.isoformat(timespec='seconds'))} "
        f"*{blocks.escape(names.get(line.account, line.account))}* "
        f"`{line.method} {blocks.escape(line.path)}`\n{went}{' · ' + about if about else ''}"
    )
