"""How a feature file says what it answers: slash verbs, buttons, modals, pickers and cards. Knows nothing of Bolt."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from hiring.people import Actor
from hiring.services import Services

Blocks = list[dict[str, Any]]
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What a card or an answer says. `text` is the plain fallback that notifications show: no names, no pay."""

    text: str
    blocks: Blocks = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gesture:
    """One thing a person did in Slack, read once from the raw payload. Values Slack did not send are empty."""

    kind: str  # command, action, view, closed, options, shortcut, event
    team: str
    user: str
    name: str  # the verb, action id, callback id or event type
    text: str = ""  # what was typed after the verb, or in a picker
    value: str = ""  # a button's value or the chosen option's value
    channel: str = ""
    trigger: str = ""
    response_url: str = ""
    view_id: str = ""
    view_hash: str = ""
    root_view_id: str = ""
    block_id: str = ""
    message_ts: str = ""
    delivery: str = ""  # once-only key of this delivery
    private: Mapping[str, Any] = field(default_factory=dict)  # private_metadata, read as JSON
    values: Mapping[str, Any] = field(default_factory=dict)  # {block_id: str | list[str] | None}


class Reply(Protocol):
    """What a handler may answer with. All but `errors` and `next_view` may be used any time."""

    async def whisper(self, message: Message) -> None:
        """Show it to the asker only (response_url, else chat.postEphemeral, else a direct message)."""
        ...

    async def replace(self, message: Message) -> None:
        """Replace the message whose button was pressed."""
        ...

    async def open(self, view: View) -> str:
        """Open a modal (or push it, when the gesture came from one); gives its view id."""
        ...

    async def update(self, view: View, view_id: str = "") -> None:
        """Replace the content of an open modal; what was typed under unchanged block ids stays."""
        ...

    async def home(self, view: View) -> None:
        """Publish the asker's Home tab (views.publish)."""
        ...

    async def unfurl(self, cards: Mapping[str, Blocks]) -> None:
        """Show blocks below addresses that the asker posted (chat.unfurl)."""
        ...

    async def hand_over(self, filename: str, content: bytes, title: str) -> None:
        """Upload a file to the asker's direct messages (files.getUploadURLExternal)."""
        ...


Handler = Callable[[Gesture, Actor, Services, Reply], Awaitable[None]]
Check = Callable[[Gesture, Actor, Services], Awaitable[Mapping[str, str]]]
Options = Callable[[Gesture, Actor, Services], Awaitable[list[dict[str, Any]]]]
Draw = Callable[[Services, str, str, str], Awaitable[Message]]  # services, team, user, subject
# after a submitted modal: close, clear (all of the stack) or wait (a spinner view), or what decides which
Then = str | Callable[[Gesture], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the dispatch table. `durable` gestures change the world: they become a job before the ack."""

    name: str
    handler: Handler
    roles: frozenset[str] = frozenset()
    help: str = ""
    example: str = ""
    durable: bool = False
    check: Check | None = None
    then: Then = "close"
    alias: str = ""
    order: int = 50


@dataclass(slots=True)
class Router:
    """Collects what one feature file answers; `commands/__init__.py` walks the folder and merges them."""

    verbs: dict[str, Entry] = field(default_factory=dict)
    actions: dict[str, Entry] = field(default_factory=dict)
    views: dict[str, Entry] = field(default_factory=dict)
    closed: dict[str, Entry] = field(default_factory=dict)
    pickers: dict[str, Options] = field(default_factory=dict)
    cards: dict[str, Draw] = field(default_factory=dict)
    events: dict[str, Entry] = field(default_factory=dict)
    shortcuts: dict[str, Entry] = field(default_factory=dict)

    def slash(
        self,
        verb: str,
        *,
        help: str,
        roles: set[str],
        example: str = "",
        alias: str = "",
        order: int = 50,
    ) -> Callable[[Handler], Handler]:
        """A verb of the root command. It only shows something; `roles` empty means everyone."""
        return self._add(
            self.verbs,
            Entry,
            verb,
            roles=roles,
            help=help,
            example=example,
            alias=alias,
            order=order,
        )

    def action(self, name: str, *, durable: bool = False) -> Callable[[Handler], Handler]:
        """A button, menu or picker choice by its action_id (what follows a `:` is cut off before the look-up)."""
        return self._add(self.actions, Entry, name, durable=durable)

    def view(
        self, name: str, *, durable: bool = True, check: Check | None = None, then: Then = "close"
    ) -> Callable[[Handler], Handler]:
        """A submitted modal by callback_id. `check` runs before the ack and gives {block_id: sentence}."""
        return self._add(self.views, Entry, name, durable=durable, check=check, then=then)

    def view_closed(self, name: str) -> Callable[[Handler], Handler]:
        return self._add(self.closed, Entry, name)

    def event(self, name: str) -> Callable[[Handler], Handler]:
        return self._add(self.events, Entry, name)

    def options(self, action: str) -> Callable[[Options], Options]:
        """Answers an external select's typing; gives Slack option objects, at most 100."""

        def register(function: Options) -> Options:
            self.pickers[action] = function
            return function

        return register

    def card(self, kind: str) -> Callable[[Draw], Draw]:
        """Draws a card for one viewer: `(services, team, user, subject) -> Message`."""

        def register(function: Draw) -> Draw:
            self.cards[kind] = function
            return function

        return register

    def take(self, other: "Router", source: str) -> None:
        """Take over what another file registered. Raises ValueError naming the file on a double name."""
        for table in fields(self):
            mine, theirs = getattr(self, table.name), getattr(other, table.name)
            if twice := mine.keys() & theirs.keys():
                raise ValueError(f"commands/{source}.py registers {', '.join(sorted(twice))} again")
            mine.update(theirs)

    @staticmethod
    def _add(
        table: dict[str, Entry],
        make: type[Entry],
        name: str,
        *,
        roles: set[str] | None = None,
        **rest: Any,
    ) -> Callable[[Handler], Handler]:
        def register(function: Handler) -> Handler:
            if name in table:
                raise ValueError(f"{name} is registered twice")
            table[name] = make(name=name, handler=function, roles=frozenset(roles or ()), **rest)
            return function

        return register
