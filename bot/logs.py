"""Logs without people: no bodies, names, tokens or exception texts. JSON, or key=value on a terminal."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

ROOT = Path(__file__).parents[1]
_QUIET = (
    "httpx",
    "httpcore",
    "apscheduler",
    "slack_sdk",
    "slack_bolt",
    "aiosqlite",
    "sqlalchemy",
    "dbos",
    "alembic",
)
_TALKATIVE = ("uvicorn.access", "slack_bolt.RequestVerification")


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines take keys and values; safe to use before `configure`."""
    found: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return found


def configure(level: str = "info", form: str = "auto") -> None:
    """Send everything, our own lines and the libraries', through one formatter to stderr."""
    plain = form == "text" or (form == "auto" and sys.stderr.isatty())
    last: structlog.typing.Processor = (
        structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
        if plain
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in _TALKATIVE:
        logging.getLogger(name).disabled = True


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_broke,
    ]


def where_it_broke(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its class and the lines it passed. Its text could quote what a person typed."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = (
        info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    )
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["at"] = " < ".join(f"{_short(f.filename)}:{f.lineno}" for f in reversed(frames[-6:]))
        cause = error.__cause__ or error.__context__
        if cause is not None:
            event["cause"] = type(cause).__name__
    return event


def _short(filename: str) -> str:
    path = Path(filename)
    return (
        str(path.relative_to(ROOT))
        if path.is_relative_to(ROOT) and ".venv" not in path.parts
        else path.name
    )


structlog.configure(  # at import: the library's own way of showing an error quotes every variable
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
