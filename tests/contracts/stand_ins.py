"""Per vendor, what the shared tests cannot know: an account for its stand-in, how rows, refusals and deliveries look."""

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from bot import demo_state
from bot.demo_state import State
from bot.workspace import ats
from bot.workspace.ats import StandIn
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import model, registry
from connectors.contract import Account, Ats
from connectors.http import CallRecord, Pool
from tests.contracts import vendors
from tests.serving import Gate

HOOK_SECRET = "hook-secret-5d1c"
Doc = dict[str, Any]
Delivery = tuple[dict[str, str], bytes]
Refusal = tuple[int, dict[str, str], bytes]  # status, headers, body


def changes(method: str, path: str) -> bool:
    """Whether a call writes, for vendors that use HTTP's own methods."""
    return method != "GET" and path != "/token"


def none_sent(at: datetime, application: str, secret: str) -> Delivery:
    raise AssertionError("this vendor sends no webhooks")


@dataclass(frozen=True)
class Kit:
    """One vendor's account and rows.

    `page`: the most rows of one answer. `dated`: whether deliveries carry a time by which a stale one is known.
    `add_person(store, given, family, email)` adds somebody with an open application and gives the candidate's id.
    `deliver(at, application id, secret)` is a signed delivery about a moved application; a ping when the id is "".
    `sign(body, secret)` gives the headers that make a body look sent by the vendor.
    """

    secrets: Mapping[str, str]
    config: Mapping[str, str]
    page: int
    add_person: Callable[[Store, str, str, str], str]
    application: str = (
        "3001"  # an application's id as deliveries make it, where it has a form of its own
    )
    dated: bool = False
    deliver: Callable[[datetime, str, str], Delivery] = none_sent
    sign: Callable[[bytes, str], dict[str, str]] = lambda body, secret: {}
    writes: Callable[[str, str], bool] = changes  # by HTTP method and path
    refusals: Mapping[int, Refusal] = field(default_factory=dict)  # how it words 400, 403, 422…
    odd: Callable[[Store, str], None] | None = (
        None  # puts words nobody knows into a candidate's rows
    )
    custom: Mapping[str, Callable[[Store, str], tuple[str, model.Value]]] = field(
        default_factory=dict
    )  # by kind: gives a candidate such a field and tells its label and what is to be read
    pasted: Callable[[Store, str], None] | None = (
        None  # our address, set in the vendor's own pages first
    )
    close_job: Callable[[Store, str], None] | None = None
    alone: bool = False  # the vendor tells of one person at a time
    folder: Callable[[Store, Path], Path] | None = (
        None  # of a connector of files: fills a folder instead of a server, and notes it in the store
    )


@dataclass
class System:
    """One vendor's running stand-in and the connector that talks to it."""

    vendor: str
    parts: Kit
    store: Store
    clock: WorkspaceClock
    gate: Gate
    ats: Ats
    records: list[CallRecord]

    def able(self, ability: str) -> bool:
        return ability in self.ats.abilities

    def person(self, given: str, family: str, email: str = "") -> str:
        """Add somebody with an open application; gives the candidate's id."""
        address = email or f"someone{self.store.next_id('mail')}@mailbox.example"
        return self.parts.add_person(self.store, given, family, address)

    async def application(self) -> model.Application:
        """An open application of somebody new."""
        return (await self.ats.applications(self.person("Nora", "Quill")))[0]

    def break_down(self) -> None:
        """From now on the vendor shows its maintenance page."""
        self.store.put("fault", self.vendor, {"mode": "down"})


@dataclass
class Untouched(Gate):
    """The gate of a connector without a server: a write is a time at which the folder was not as it was when last asked."""

    folder: Path = Path()
    seen: tuple[int, str] = (0, "")

    def written(self) -> int:
        files = sorted(path for path in self.folder.iterdir() if path.suffix == ".csv")
        now = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
        if now != self.seen[1]:
            self.seen = (self.seen[0] + 1, now)
        return self.seen[0]


def here(vendor: str, parts: Kit, store: Store, clock: WorkspaceClock, folder: Path) -> System:
    """A connector that reads the files of a folder."""
    gate = Untouched(Starlette(), folder=folder)
    gate.written()
    gate.seen = (0, gate.seen[1])
    account = Account(f"{vendor}-1", vendor, "Brightwater", {**parts.config, "folder": str(folder)})
    ats = registry.make(account, Pool(folders=[str(folder)]))
    assert isinstance(ats, Ats)
    return System(vendor, parts, store, clock, gate, ats, [])


@cache
def kits() -> Mapping[str, Kit]:
    """Every vendor's kit by name."""
    names = [module.name for module in pkgutil.iter_modules(vendors.__path__)]
    return {name: importlib.import_module(f"tests.contracts.vendors.{name}").kit for name in names}


def stand_in(vendor: str) -> StandIn:
    return ats.stand_ins()[vendor]


def row(store: Store, kind: str, id: str) -> Doc:
    """A row the company has."""
    found = store.get(kind, id)
    assert found is not None, f"the company has no {kind} {id}"
    return found


def credentials(vendor: str, state: State) -> dict[str, str]:
    """What an account of this stand-in, or of the calendar's, needs."""
    told = {} if vendor == "google" else stand_in(vendor).keys
    return demo_state.credentials(vendor, state, told)
