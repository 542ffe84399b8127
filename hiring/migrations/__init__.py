"""Brings a database up to the shape this release needs: our tables by alembic, the engine's by its own migrations."""

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa

FOLDER = Path(__file__).parent


def upgrade(url: str) -> None:
    """Bring the database up. `url` is the setting's; running it again changes nothing."""
    from alembic import command

    engine = sa.create_engine(_sync(url))
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with engine.begin() as conn:
        if engine.dialect.name == "sqlite":
            conn.exec_driver_sql("PRAGMA journal_mode=WAL")
    with engine.begin() as conn:
        command.upgrade(_config(conn), "head")
    engine.dispose()
    _engine_tables(url)


def is_current(url: str) -> bool:
    """Whether the database has the shape this release needs."""
    engine = sa.create_engine(_sync(url))
    try:
        with engine.connect() as conn:
            found = conn.execute(sa.text("select version_num from alembic_version")).scalar()
    except sa.exc.SQLAlchemyError:
        return False
    finally:
        engine.dispose()
    return found == head()


def head() -> str:
    """The newest revision: the one in `versions/` that no other follows."""
    texts = [path.read_text() for path in (FOLDER / "versions").glob("[0-9]*.py")]
    own, followed = (
        {found[1] for text in texts if (found := re.search(rf'^{name} = "(\w+)"', text, re.M))}
        for name in ("revision", "down_revision")
    )
    return max(own - followed)


def metadata() -> sa.MetaData:
    """All tables: every `hiring/*_table.py` and `tables.py` is imported."""
    import hiring
    from hiring.metadata import metadata as found

    for module in pkgutil.iter_modules(hiring.__path__):
        if module.name == "tables" or module.name.endswith("_table"):
            importlib.import_module(f"hiring.{module.name}")
    return found


def _config(conn: sa.Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = conn
    return config


def _engine_tables(url: str) -> None:
    from hiring.jobs import migrate_engine

    migrate_engine(_sync(url))


def _sync(url: str) -> str:
    return url.replace("+aiosqlite", "")
