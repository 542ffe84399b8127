"""Connect an account: choose a vendor, fill in what it wants, and it is tried before it is saved. For admins."""

import asyncio
from collections.abc import Mapping
from typing import Any

from commands import blocks
from commands.router import Blocks, Gesture, Reply, Router, View
from connectors import registry
from hiring import connecting, signing_in
from hiring.connecting import Connected, Wish
from hiring.errors import NotAllowed, Refused
from hiring.people import Actor
from hiring.services import Services

router = Router()
TITLE = "Connect an account"
PATIENCE = 2.0  # seconds for a try before the modal has to be answered; a slower vendor is tried after that
PLACE = "http://127.0.0.1:9090"
SIGN_IN = "sign_in"
FILES = frozenset({"service_account"})  # keys of several lines
OWN_APP = "Of the OAuth app that your company registered at the vendor."


@router.slash("connect", help="Connect an ATS or a calendar", roles={"admin"}, order=89)
async def choose(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    _admin(actor)
    await reply.open(blocks.modal(TITLE, "connect.choose", [_vendors()], submit="Go on"))


def _vendors() -> dict[str, Any]:
    """A menu of everything there is a connector for; twice where one may sign in or give keys."""
    options = []
    for vendor, known in sorted(registry.vendors().items(), key=lambda each: each[1].label):
        if known.local:
            continue
        options.append(blocks.option(known.label, vendor))
        if known.oauth is not None:
            label = f"{known.label}, by signing in there"
            options.append(blocks.option(label, f"{vendor}/{SIGN_IN}"))
    menu = blocks.select("connect.vendor", options, placeholder="Choose a vendor")
    return blocks.entry("What do you want to connect?", menu, "vendor", tells=True)


@router.action("connect.vendor")
@router.view("connect.choose", durable=False, then="wait")
async def fill_in(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    _admin(actor)
    choice = str(gesture.value or gesture.values["vendor"])
    connecting.reachable(choice.partition("/")[0], actor.user)
    signing_in.oauth_of(choice.partition("/")[0])  # a menu may be older than this release
    await reply.update(_form(choice, {}), gesture.view_id)


def _form(choice: str, typed: Mapping[str, Any], wrong: str = "") -> View:
    """One field per key in the vendor's own words. Secrets are never put back into the form."""
    vendor, _, way = choice.partition("/")
    known = registry.vendors()[vendor]
    needed = signing_in.KEYS if way else known.required
    shown: Blocks = [blocks.section(f":warning: {blocks.escape(wrong)}")] if wrong else []
    shown.append(
        blocks.context(
            "Keys are sealed and never shown again. Slack sees what is typed here; "
            "`callsheet accounts add` on the server keeps it from there."
        )
    )
    name = blocks.text_input("name", initial=typed.get("name") or known.label, most=120)
    shown.append(blocks.entry("Name", name, "name", hint="What you call this account."))
    for key in [*sorted(needed), *sorted(known.optional - needed)]:
        hidden = key in known.secret_keys or key == "client_secret"
        field = blocks.text_input(
            "key", initial="" if hidden else typed.get(f"key.{key}") or "", multiline=key in FILES
        )
        hint = known.key_help.get(key, "") if not way or key in known.optional else OWN_APP
        shown.append(blocks.entry(key, field, f"key.{key}", optional=key not in needed, hint=hint))
    place = blocks.text_input("place", initial=typed.get("base_url") or "", placeholder=PLACE)
    elsewhere = "Leave this empty, unless another server stands for this vendor."
    shown.append(blocks.entry("Address", place, "base_url", optional=True, hint=elsewhere))
    return blocks.modal(
        TITLE,
        "connect",
        shown,
        submit="Connect" if not way else "Go on",
        private={"choice": choice},
    )


def _wish(gesture: Gesture) -> Wish:
    keys = {
        name.removeprefix("key."): str(value).strip()
        for name, value in gesture.values.items()
        if name.startswith("key.") and value
    }
    vendor = str(gesture.private["choice"]).partition("/")[0]
    values = gesture.values
    return Wish(vendor, str(values.get("name") or ""), keys, {}, values.get("base_url") or None)


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    """Try it while the form still stands, so that nothing typed is lost when it does not work."""
    _admin(actor)
    wish, way = _wish(gesture), str(gesture.private["choice"]).partition("/")[2]
    try:
        connecting.reachable(wish.vendor, actor.user)
        draft = services.accounts.draft(
            wish.vendor, wish.name, wish.config, wish.secrets, wish.base_url, signed_in=bool(way)
        )
        await services.accounts.free(draft.name)
        if not way:
            async with asyncio.timeout(PATIENCE):
                await connecting.tried(services, draft)
    except TimeoutError:
        return {}  # it is tried again, with more patience, once the form was taken
    except Refused as refused:
        return {refused.field or "name": blocks.clip(refused.sentence, 1_500)}
    return {}


@router.view("connect", durable=False, check=_check, then="wait")
async def submit(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Not durable: what was typed is in no job. A cut-off form is simply filled in again."""
    _admin(actor)
    choice, wish = str(gesture.private["choice"]), _wish(gesture)
    try:
        if choice.partition("/")[2]:
            address = await signing_in.begin_sign_in(
                services, wish, team=actor.team, user=actor.user
            )
            view = _go(registry.vendors()[wish.vendor].label, address)
        else:
            view = _done(services, await connecting.connect(services, wish, actor=actor.user))
    except Refused as refused:
        view = _form(choice, gesture.values, refused.sentence)
    await reply.update(view, gesture.view_id)


@router.action("connect.go")
async def went(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """The button is a link; Slack tells of the press as well."""


def _go(label: str, address: str) -> View:
    button = blocks.button(f"Sign in at {label}", "connect.go", style="primary", url=address)
    text = (
        f"*Sign in at {blocks.escape(label)}* in your browser within {signing_in.MINUTES} minutes. "
        "The link is yours alone. The account is saved when it works."
    )
    return blocks.notice(TITLE, text, blocks.actions(button))


def _done(services: Services, done: Connected) -> View:
    works = [f":heavy_check_mark: {blocks.escape(f.what)}" for f in done.findings]
    head = f":large_green_circle: *{blocks.escape(done.account.name)} is connected*"
    hook = f"Its webhooks go to\n`{blocks.escape(connecting.webhook_url(services, done.account))}`"
    advice = blocks.escape(connecting.webhook_advice(done.account, done.webhook_secret))
    return blocks.notice(
        TITLE, "\n".join([head, *works]), blocks.section("\n".join(filter(None, [hook, advice])))
    )


def _admin(actor: Actor) -> None:
    """A modal can be kept open, and an action needs no verb: who may is asked at each step."""
    if not actor.person.is_admin:
        raise NotAllowed("Only workspace admins can do this. Ask one of them.")
