"""The stand-in ATSs: each folder here is one vendor, found by its name.

A folder gives `label`, `keys` (what an account needs, "{secret}" standing for a made-up secret), `create` (its HTTP app),
`fill` (its part of the company), `overview` (a row for each application) and `detail` (what it holds about one).
"""

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from starlette.applications import Starlette

from bot.workspace.ats.hooks import configure_webhook
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["DEFAULT", "StandIn", "candidate", "configure_webhook", "overview", "stand_ins"]
Doc = dict[str, Any]
DEFAULT = ("greenhouse", "lever")  # those a workspace runs unless it is told others


class StandIn(Protocol):
    """What a vendor's folder gives. Overview rows are `{vendor, id, name, job, stage, status}`, by application id."""

    label: str
    keys: Mapping[str, str]

    def create(self, store: Store, clock: WorkspaceClock) -> Starlette: ...

    def fill(self, store: Store, now: datetime) -> None: ...

    def overview(self, store: Store) -> list[Doc]: ...

    def detail(self, store: Store, id: str) -> Doc:
        """Lists under interviews, notes, offers, scorecards and attachments."""
        ...


@cache
def stand_ins() -> Mapping[str, StandIn]:
    """Every vendor's stand-in by name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.ispkg]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


def overview(store: Store) -> list[Doc]:
    """Everybody in every ATS of this workspace, for the panel that shows what they hold."""
    return [row for standing in stand_ins().values() for row in standing.overview(store)]


def candidate(store: Store, vendor: str, id: str) -> Doc | None:
    """Everything one ATS holds about one candidacy."""
    standing = stand_ins().get(vendor)
    if standing is None:
        return None
    row = next((row for row in standing.overview(store) if row["id"] == id), None)
    return {**row, **standing.detail(store, id)} if row else None
