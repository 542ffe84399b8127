"""Runs a handler for a gesture and tells the person what went wrong: the one place where errors meet people."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Protocol, runtime_checkable

from bot import logs
from bot.replies import SlackReply
from commands.router import Entry, Gesture, Router, View
from connectors.errors import (
    Conflict,
    ConnectorError,
    Gone,
    InDoubt,
    MissingPermission,
    NotSupported,
    Reconnect,
    Rejected,
    TryLater,
)
from hiring import access, health, ids, origin, people
from hiring.errors import Refused, Unreachable
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services

log = logs.logger(__name__)


@runtime_checkable
class Stage(Protocol):
    """What a desk on Slack also offers to durable gestures: the merged router, and a reply to a stored gesture."""

    router: Router

    def reply_to(
        self, gesture: Gesture, *, view: View | None = None, patient: bool = False
    ) -> SlackReply: ...


@job("slack.act", lane="now", what="What you pressed")
async def act(services: Services, *, team: str, user: str, gesture: Mapping[str, Any]) -> None:
    """Do what a stored gesture asks for. Use cases make a repeat harmless (`gesture.delivery` is their key)."""
    stage = services.desk
    assert isinstance(stage, Stage), "durable gestures need the Slack desk"
    done = Gesture(**gesture)
    entry = entry_of(stage.router, done)
    if entry is not None:
        await perform(services, entry, done, stage.reply_to(done, patient=True), durable=True)


def stored(gesture: Gesture) -> dict[str, Any]:
    """The gesture as job arguments (they are sealed at rest)."""
    return {field.name: getattr(gesture, field.name) for field in fields(gesture)}


def entry_of(router: Router, gesture: Gesture) -> Entry | None:
    """The line of the dispatch table that answers this gesture."""
    table = {
        "command": router.verbs,
        "action": router.actions,
        "view": router.views,
        "closed": router.closed,
        "shortcut": router.shortcuts,
        "event": router.events,
    }[gesture.kind]
    return table.get(gesture.name.partition(":")[0])


async def perform(
    services: Services, entry: Entry, gesture: Gesture, reply: SlackReply, *, durable: bool = False
) -> None:
    """Run the handler as the person who made the gesture. A durable one raises what is worth another try."""
    try:
        with origin.coming_from("slack", gesture.delivery, entry.name or "home"):
            actor = await people.actor(services, gesture.team, gesture.user)
            await allow(services, actor, entry)
            await entry.handler(gesture, actor, services, reply)
    except (TryLater, InDoubt, Unreachable, Reconnect, MissingPermission) as error:
        if durable:
            raise  # what was typed is kept, and tried again when the account is mended; a doubt is looked into first
        await _tell(reply, _sentence(error))
    except (Refused, ConnectorError) as error:
        if isinstance(error, ConnectorError):
            log.warning("refused", gesture=entry.name, error=type(error).__name__, code=error.code)
        await _tell(reply, _sentence(error))
    except health.AWAY as error:
        if durable:
            raise
        log.error("our database is away", gesture=entry.name, why=health.why(error))
        await _tell(
            reply,
            "Callsheet's own records are out of reach just now. Nothing was changed: try again in a minute.",
        )
    except Exception:  # the edge of the process: nobody may be left without an answer
        case = ids.new("err")[-8:]
        log.error("gesture failed", gesture=entry.name, kind=gesture.kind, case=case, exc_info=True)
        await _tell(
            reply,
            f"Something went wrong on our side, and it is noted. If it stays, tell an admin this number: {case}.",
        )


async def allow(services: Services, actor: Actor, entry: Entry) -> None:
    """Raise NotAllowed, naming who may, unless the verb is open to everyone or to a role of the actor."""
    if entry.roles:
        await access.require_anywhere(services, actor, frozenset(entry.roles))


async def _tell(reply: SlackReply, sentence: str) -> None:
    try:
        await reply.refuse(sentence)
    except ConnectorError as error:
        log.warning("could not tell", error=type(error).__name__, code=error.code)


def _sentence(error: Exception) -> str:
    """What to do next, by the class of the error."""
    match error:
        case Refused():
            return error.sentence
        case TryLater():
            return "A connected system did not answer in time. Nothing was changed: try again in a minute."
        case Reconnect():
            return (
                "A connected account no longer accepts its key. Ask an admin to connect it again."
            )
        case MissingPermission():
            return f"A connected account lacks a permission ({error.code or error.text}). Ask an admin to add it there."
        case Gone():
            return "That is no longer there: somebody removed it in the ATS."
        case Conflict():
            return "Somebody changed it meanwhile. Open it again and look before you repeat it."
        case Rejected() | NotSupported():
            return error.text or "The connected system refused this."
        case _:
            return "A connected system could not do this. Look there before you repeat it."
