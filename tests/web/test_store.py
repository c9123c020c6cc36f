"""One suite that the store must pass on every database."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from web.errors import StartError, StoreUnavailableError
from web.store import Handoff, NewChoice, NewTurn, Rating, Store, open_database
from web.store.database import MIGRATIONS
from web.store.models import Base, HandoffRow

POSTGRES = "postgresql+asyncpg://postgres@127.0.0.1:5432"
NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)


def make_turn(turn_id: str = "t-1", **changes: Any) -> NewTurn:
    turn = NewTurn(
        turn_id=turn_id,
        session_id="s-1",
        client_turn_id=None,
        utterance="公司暂时不经营怎么办？",
        language="zh-Hans",
        outcome="answer",
        intent_name="business_registration",
        intent_confidence=0.97,
        reply={"turn_id": turn_id, "messages": [{"text": "“一口办理”😀"}]},
        clause_ids=["2.4", "2.5"],
        index_version="20230317-1",
        source_sha256="ab" * 32,
        duration_ms=12.5,
    )
    return replace(turn, **changes)


async def _make_database(backend: str, folder: Path) -> AsyncIterator[str]:
    if backend == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'store.db'}"
        return
    name = f"banshitong_test_{uuid4().hex}"
    server = create_async_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield f"{POSTGRES}/{name}"
        await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await server.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async for made in _make_database(request.param, tmp_path):
        yield made


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = Store(await open_database(url), clock=lambda: NOW)
    yield opened
    await opened.close()


async def test_record_turn_keeps_everything(store: Store) -> None:
    turn = make_turn(client_turn_id="c-1")

    assert await store.record_turn(turn) == turn.reply
    (stored,) = await store.turns("s-1")
    assert (stored.turn_id, stored.sequence, stored.client_turn_id) == ("t-1", 1, "c-1")
    assert (stored.utterance, stored.outcome, stored.clause_ids) == (
        "公司暂时不经营怎么办？",
        "answer",
        ("2.4", "2.5"),
    )
    assert stored.created_at == NOW
    assert stored.created_at.utcoffset() == timedelta(0)
    assert stored.reply == turn.reply


async def test_record_turn_counts_the_turns_of_each_session(store: Store) -> None:
    for turn_id, session_id in (("t-1", "s-1"), ("t-2", "s-2"), ("t-3", "s-1"), ("t-4", "s-1")):
        await store.record_turn(make_turn(turn_id, session_id=session_id))

    assert [turn.sequence for turn in await store.turns("s-1")] == [1, 2, 3]
    assert [turn.sequence for turn in await store.turns("s-2")] == [1]


async def test_record_turn_returns_the_first_reply_to_a_repeated_turn(store: Store) -> None:
    await store.record_turn(make_turn("t-1", client_turn_id="c-1"))
    repeated = await store.record_turn(make_turn("t-2", client_turn_id="c-1"))

    assert repeated["turn_id"] == "t-1"
    assert [turn.turn_id for turn in await store.turns("s-1")] == ["t-1"]


async def test_record_turn_keeps_apart_what_comes_at_once(store: Store) -> None:
    turns = [make_turn(f"t-{n}", session_id=f"s-{n % 5}", client_turn_id=f"c-{n % 20}") for n in range(40)]
    replies = await asyncio.gather(*(store.record_turn(turn) for turn in turns))

    recorded = [turn for n in range(5) for turn in await store.turns(f"s-{n}")]
    assert len(recorded) == 20
    assert {reply["turn_id"] for reply in replies} == {turn.turn_id for turn in recorded}
    for n in range(5):
        assert [turn.sequence for turn in await store.turns(f"s-{n}")] == [1, 2, 3, 4]


async def test_record_turn_refuses_a_turn_id_that_is_taken(store: Store) -> None:
    await store.record_turn(make_turn())

    with pytest.raises(StoreUnavailableError, match="store_unavailable"):
        await store.record_turn(make_turn(session_id="s-2"))
    assert await store.turns("s-2") == ()


async def test_find_reply_knows_only_the_sessions_own(store: Store) -> None:
    await store.record_turn(make_turn(client_turn_id="c-1"))

    assert await store.find_reply("s-1", "c-1") == make_turn().reply
    assert await store.find_reply("s-2", "c-1") is None
    assert await store.find_reply("s-1", "c-2") is None


async def test_find_choice_knows_only_the_sessions_own(store: Store) -> None:
    choices = (NewChoice("k-1", "看原文", "看第2.4条"), NewChoice("k-2", "都不是", "都不是"))
    await store.record_turn(make_turn(choices=choices, language="zh-Hant"))

    found = await store.find_choice("s-1", "k-1")
    assert found is not None
    assert (found.message, found.language) == ("看第2.4条", "zh-Hant")
    assert await store.find_choice("s-2", "k-1") is None


async def test_record_feedback_keeps_the_last_word(store: Store) -> None:
    await store.record_turn(make_turn())

    assert await store.record_feedback("s-1", "t-1", helpful=True, reason=None)
    assert await store.record_feedback("s-1", "t-1", helpful=False, reason="没答到点子上")
    assert await store.feedback("s-1", "t-1") == (False, "没答到点子上")


async def test_record_feedback_knows_only_the_sessions_own_turns(store: Store) -> None:
    await store.record_turn(make_turn())

    assert not await store.record_feedback("s-2", "t-1", helpful=True, reason=None)
    assert await store.feedback("s-1", "t-1") is None


async def test_record_turn_keeps_the_request_for_a_person_that_it_makes(store: Store) -> None:
    await store.record_turn(make_turn(handoff="7F3A09B2"))

    assert await store.open_handoffs() == (Handoff("7F3A09B2", "s-1", "t-1", NOW),)


async def test_record_turn_without_a_request_makes_none(store: Store) -> None:
    await store.record_turn(make_turn())

    assert await store.open_handoffs() == ()
    assert await store.rating("s-1") is None


async def test_open_handoffs_are_those_of_all_sessions_oldest_first(url: str) -> None:
    times = iter([NOW, NOW - timedelta(hours=1), NOW + timedelta(hours=1)])
    store = Store(await open_database(url), clock=lambda: next(times))
    for number, session_id in (("B", "s-1"), ("A", "s-2"), ("C", "s-1")):
        await store.record_turn(make_turn(f"t-{number}", session_id=session_id, handoff=number))

    assert [(one.number, one.session_id) for one in await store.open_handoffs()] == [
        ("A", "s-2"),
        ("B", "s-1"),
        ("C", "s-1"),
    ]
    await store.close()


async def test_open_handoffs_leaves_out_what_was_taken_care_of(store: Store, url: str) -> None:
    for number in ("A", "B"):
        await store.record_turn(make_turn(f"t-{number}", handoff=number))
    other = create_async_engine(url)
    async with other.begin() as connection:
        await connection.execute(update(HandoffRow).where(HandoffRow.number == "A").values(resolved_at=NOW))
    await other.dispose()

    assert [one.number for one in await store.open_handoffs()] == ["B"]


async def test_record_turn_records_a_repeated_request_for_a_person_once(store: Store) -> None:
    await store.record_turn(make_turn("t-1", client_turn_id="c-1", handoff="A"))
    await store.record_turn(make_turn("t-2", client_turn_id="c-1", handoff="B"))

    assert [one.number for one in await store.open_handoffs()] == ["A"]


async def test_record_turn_keeps_the_requests_of_turns_that_come_at_once(store: Store) -> None:
    turns = [make_turn(f"t-{n}", session_id=f"s-{n}", handoff=f"H{n}", stars=n % 5 + 1) for n in range(10)]
    await asyncio.gather(*(store.record_turn(turn) for turn in turns))

    assert {(one.number, one.turn_id) for one in await store.open_handoffs()} == {
        (f"H{n}", f"t-{n}") for n in range(10)
    }
    assert [await store.rating(f"s-{n}") for n in range(10)] == [Rating(n % 5 + 1) for n in range(10)]


async def test_rating_is_the_last_word_on_a_conversation(store: Store) -> None:
    for turn_id, stars in (("t-1", 5), ("t-2", 2), ("t-3", 0)):
        await store.record_turn(make_turn(turn_id, stars=stars))

    assert await store.rating("s-1") == Rating(2)


async def test_rating_knows_only_the_sessions_own(store: Store) -> None:
    await store.record_turn(make_turn(stars=4))

    assert await store.rating("s-1") == Rating(4)
    assert await store.rating("s-2") is None


async def test_record_rating_replaces_the_earlier_one_with_its_comment(store: Store) -> None:
    await store.record_turn(make_turn("t-1", stars=5))

    assert await store.record_rating("s-1", stars=2, comment="太慢")
    assert await store.rating("s-1") == Rating(2, "太慢")
    assert await store.record_rating("s-1", stars=3, comment=None)
    assert await store.rating("s-1") == Rating(3)


async def test_record_rating_gives_way_to_a_later_turns(store: Store) -> None:
    await store.record_turn(make_turn("t-1"))
    await store.record_rating("s-1", stars=1, comment="太慢")
    await store.record_turn(make_turn("t-2", stars=4))

    assert await store.rating("s-1") == Rating(4)


async def test_record_rating_knows_only_sessions_that_have_a_turn(store: Store) -> None:
    await store.record_turn(make_turn())

    assert not await store.record_rating("s-2", stars=5, comment=None)
    assert await store.rating("s-2") is None


async def test_health_is_ok_when_the_database_answers(store: Store) -> None:
    assert await store.health() == "ok"


async def test_migrations_make_exactly_the_models(url: str) -> None:
    engine = await open_database(url)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def migrate(connection: Connection, step: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    step(config, revision)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_migrations_for_handoffs_and_ratings_go_back_and_keep_the_turns(url: str) -> None:
    store = Store(await open_database(url))
    await store.record_turn(make_turn(handoff="A", stars=5))
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(migrate, command.downgrade, "0002")
    async with engine.connect() as connection:
        left = await connection.run_sync(tables)
    await engine.dispose()

    assert left == {"alembic_version", "choices", "conversations", "feedback", "turns"}
    assert [turn.turn_id for turn in await store.turns("s-1")] == ["t-1"]
    await store.close()


async def test_migrations_for_handoffs_and_ratings_are_made_up_for(url: str) -> None:
    store = Store(await open_database(url))
    await store.record_turn(make_turn())
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(migrate, command.downgrade, "0002")
    await engine.dispose()
    await store.close()

    again = Store(await open_database(url), clock=lambda: NOW)
    await again.record_turn(make_turn("t-2", handoff="A", stars=3))

    assert [turn.sequence for turn in await again.turns("s-1")] == [1, 2]
    assert (await again.open_handoffs(), await again.rating("s-1")) == (
        (Handoff("A", "s-1", "t-2", NOW),),
        Rating(3),
    )
    await again.close()


async def test_migrations_keep_ratings_from_before_there_were_comments(url: str) -> None:
    store = Store(await open_database(url))
    await store.record_turn(make_turn(stars=4))
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(migrate, command.downgrade, "0003")
    await engine.dispose()
    await store.close()

    again = Store(await open_database(url))

    assert await again.rating("s-1") == Rating(4)
    await again.close()


async def test_migrations_do_nothing_to_a_database_that_has_them(url: str) -> None:
    store = Store(await open_database(url))
    await store.record_turn(make_turn())
    again = await open_database(url)

    assert len(await store.turns("s-1")) == 1
    await again.dispose()
    await store.close()


async def test_store_outlives_its_process(url: str) -> None:
    first = Store(await open_database(url))
    await first.record_turn(make_turn())
    await first.close()
    second = Store(await open_database(url))

    assert len(await second.turns("s-1")) == 1
    await second.close()


async def test_store_says_what_is_wrong_without_the_stored_words(tmp_path: Path) -> None:
    address = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
    store = Store(await open_database(address))
    other = create_async_engine(address)
    async with other.begin() as connection:
        await connection.execute(text("DROP TABLE turns"))

    with pytest.raises(StoreUnavailableError, match="store_unavailable") as caught:
        await store.record_turn(make_turn())
    assert caught.value.reason == "OperationalError"
    assert "公司" not in str(caught.value)
    assert await store.health() == "ok"
    await other.dispose()
    await store.close()


async def test_open_database_keeps_conversations_to_its_own_user(tmp_path: Path) -> None:
    engine = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'deep' / 'store.db'}")

    assert (tmp_path / "deep" / "store.db").stat().st_mode & 0o777 == 0o600
    async with engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar() == 1
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar() == 2
    await engine.dispose()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nonsense", "is not a URL"),
        ("mysql://127.0.0.1/x", "starts with 'mysql'; expected one of sqlite"),
        ("sqlite+aiosqlite:////proc/none/store.db", "free disk space"),
        ("postgresql+asyncpg://someone:secret@127.0.0.1:9/x", r"someone:\*\*\*@127.0.0.1:9"),
    ],
)
async def test_open_database_says_what_to_do(address: str, message: str) -> None:
    with pytest.raises(StartError, match=message) as caught:
        await open_database(address)
    assert not re.search("secret|\n", str(caught.value))
