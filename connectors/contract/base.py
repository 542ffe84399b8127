"""What an account is, and what every connector has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from connectors import model

if TYPE_CHECKING:
    from connectors.auth_oauth import OAuth
    from connectors.http import Pool

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account. `config` and `secrets` use the vendor's own words (surfaces: accounts add).

    `base_url` swaps scheme, host and port of every host of the vendor and keeps the paths; None means the vendor's own.
    `overrides` is the admin's own mapping of fields, stages and reasons (see `connectors/overrides.py`); `routes` names
    the accounts that take what is made for a purpose, such as offers.
    """

    id: str
    vendor: str
    name: str
    config: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_url: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    routes: Mapping[str, str] = field(default_factory=dict)


class Connector:
    """What ATS and calendar connectors share. Made by the registry: `cls(account, pool)`."""

    vendor: ClassVar[str] = ""  # the file's name, set by the registry
    label: ClassVar[str]
    required: ClassVar[frozenset[str]] = frozenset()  # keys an account must have
    optional: ClassVar[frozenset[str]] = frozenset()
    secret_keys: ClassVar[frozenset[str]] = frozenset()  # sealed at rest however they were given
    key_help: ClassVar[Mapping[str, str]] = {}  # what a key is and where to find it, for forms
    local: ClassVar[bool] = False  # files of this machine: only its operator may name them
    chooses_webhook_secret: ClassVar[bool] = False  # ours to choose; else the vendor makes it
    oauth: ClassVar["OAuth | None"] = None  # how somebody signs in there instead of giving keys
    checked: ClassVar[str] = "the vendor's documents and the local stand-in, not a live account"
    remarks: ClassVar[tuple[str, ...]] = ()  # oddities an admin should know, a sentence each

    def __init__(self, account: Account, pool: "Pool") -> None:
        self.account = account
        self.pool = pool

    async def check(self) -> list[model.Finding]:
        """Call the vendor and say, a line each, what works and which permission is missing. Never raises."""
        raise NotImplementedError
