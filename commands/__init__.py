"""What people do in Slack: one file per feature with its slash command, modals, buttons and cards."""

import importlib
import pkgutil

from commands.router import Router


def load() -> Router:
    """Walk this folder and merge every file's `router` into one. Raises ValueError when two answer the same name."""
    merged = Router()
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        router = getattr(importlib.import_module(f"{__name__}.{found.name}"), "router", None)
        if isinstance(router, Router):
            merged.take(router, found.name)
    return merged
