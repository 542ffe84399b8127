"""Finds connectors by their file names and makes live ones from accounts."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache

from connectors import ats, calendar, meeting
from connectors.auth_oauth import KEYS
from connectors.contract import Account, Ats, Connector
from connectors.http import Pool
from connectors.overrides import Overridden


@cache
def vendors() -> dict[str, type[Connector]]:
    """Every vendor by name. A file says its class in `connector`."""
    return {name: made for name in _places() if (made := find(name))}


@cache
def find(vendor: str) -> type[Connector] | None:
    """One vendor, without importing the others; None when there is none of that name."""
    place = _places().get(vendor)
    return _ready(importlib.import_module(place).connector, vendor) if place else None


@cache
def _places() -> dict[str, str]:
    """The module of every vendor."""
    return {
        module.name: f"{package.__name__}.{module.name}"
        for package in (ats, calendar, meeting)
        for module in pkgutil.iter_modules(package.__path__)
    }


def _ready(made: type[Connector], vendor: str) -> type[Connector]:
    """The class that accounts are made of: a vendor's own, read through the admin's overrides where it is an ATS."""
    if not issubclass(made, Ats):
        made.vendor = vendor
        return made
    return type(
        made.__name__, (Overridden, made), {"vendor": vendor, "__module__": made.__module__}
    )


FIRST = ("greenhouse", "lever", "ashby", "workable", "smartrecruiters")


def pages(wanted: Sequence[str] = FIRST) -> list[str]:
    """The domains where these vendors' own pages are, in this order."""
    known = [vendors()[name] for name in wanted if name in vendors()]
    return [host for made in known if issubclass(made, Ats) for host in made.hosts]


def make(account: Account, pool: Pool) -> Connector:
    """The live connector of an account. Raises ValueError for an unknown vendor."""
    return _known(account.vendor)(account, pool)


def check_keys(
    vendor: str, config: Mapping[str, str], secrets: Mapping[str, str], *, signed_in: bool = False
) -> tuple[dict[str, str], dict[str, str]]:
    """Sort what was given into plain and secret keys, however it was given.

    `signed_in`: the keys are those of an OAuth app, and the optional ones. Raises ValueError with a sentence naming the vendor, the missing or the unknown key.
    """
    known = _known(vendor)
    given = {**config, **secrets}
    required = KEYS if signed_in else known.required
    allowed = required | known.optional
    if missing := sorted(required - {k for k, v in given.items() if v}):
        raise ValueError(f"{known.label} needs {', '.join(missing)}: add --set or --secret for it.")
    if unknown := sorted(given.keys() - allowed):
        raise ValueError(
            f"{known.label} has no {', '.join(unknown)}; it knows {', '.join(sorted(allowed))}."
        )
    hidden = known.secret_keys | {"client_secret"}
    plain = {k: v for k, v in given.items() if k not in hidden}
    return plain, {k: v for k, v in given.items() if k in hidden}


def _known(vendor: str) -> type[Connector]:
    found = find(vendor)
    if found is None:
        raise ValueError(
            f"There is no connector called {vendor}; there are {', '.join(sorted(vendors()))}."
        )
    return found
