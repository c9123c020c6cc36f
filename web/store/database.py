"""Opening the store's database: connections, SQLite's pragmas, the newest tables."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from web.errors import StartError

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
# FULL: a recorded turn outlives a power failure too. What it costs is in docs/adr/0201.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON")
# Any constant of ours: two edges that start at once upgrade one after the other.
_UPGRADE_LOCK = 7_205_759


async def open_database(url: str) -> AsyncEngine:
    """Return the database at ``url`` with all its tables up to date.

    Raises:
        StartError: It cannot be reached, written or upgraded.
    """
    address = _parse(url)
    try:
        engine = _open_sqlite(address) if address.get_backend_name() == "sqlite" else _open(address)
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    except (SQLAlchemyError, OSError) as error:
        raise StartError(
            f"The store at {address.render_as_string(hide_password=True)} cannot be opened: "
            f"{_first_line(error)}. Check BANSHITONG_DATABASE_URL, the folder's permissions and free disk space."
        ) from error
    return engine


def upgrade(connection: Connection) -> None:
    """Bring the tables behind ``connection`` to the newest migration; does nothing if they are."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _parse(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        # The URL itself may hold a password.
        raise StartError(f"BANSHITONG_DATABASE_URL is not a URL; it starts like {_DRIVERS[1]}://…") from error
    if address.drivername not in _DRIVERS:
        raise StartError(
            f"BANSHITONG_DATABASE_URL starts with {address.drivername!r}; expected one of {', '.join(_DRIVERS)}."
        )
    return address


def _open(address: URL, **options: Any) -> AsyncEngine:  # noqa: ANN401 - SQLAlchemy's own options
    return create_async_engine(
        address,
        hide_parameters=True,  # an error's text must not repeat visitors' words
        json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        pool_timeout=5,
        **({"pool_size": 8, "pool_pre_ping": True} | options),
    )


def _open_sqlite(address: URL) -> AsyncEngine:
    if address.database and address.database != ":memory:":
        path = Path(address.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Conversations are nobody else's business on this machine.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = _open(address, pool_size=4, pool_pre_ping=False)

    @event.listens_for(engine.sync_engine, "connect")
    def _set_pragmas(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _first_line(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    return (str(origin).splitlines() or [type(origin).__name__])[0]
