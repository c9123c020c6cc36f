"""What the edge asks of the store: each method is one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable, Row, bindparam, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from web.errors import StoreUnavailableError
from web.store.models import ChoiceRow, ConversationRow, FeedbackRow, HandoffRow, RatingRow, TurnRow
from web.store.values import Choice, Handoff, NewChoice, NewTurn, Rating, StoredTurn
from web.store.writer import DuplicateError, GroupWriter

# Both dialects' inserts can upsert in the same words, but share no class that says so.
_UPSERTS: Mapping[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# What a turn and its row call alike.
_SAME_NAMES = (
    "session_id",
    "client_turn_id",
    "utterance",
    "language",
    "outcome",
    "intent_name",
    "intent_confidence",
    "reply",
    "index_version",
    "source_sha256",
    "duration_ms",
)

# The turn's number is the count that its conversation has just reached.
_INSERT_TURN = insert(TurnRow).values(
    sequence=select(ConversationRow.turn_count)
    .where(ConversationRow.id == bindparam("conversation"))
    .scalar_subquery()
)


class Store:
    """The durable record of turns, choices and feedback.

    All methods raise :class:`StoreUnavailableError` when the database is locked, full or away.
    """

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._clock = engine, clock
        # SQLite has one writer; waiting here is prompt and fair, its busy handler sleeps and polls.
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._upsert = _UPSERTS[engine.dialect.name]
        self._count = _count_turn(self._upsert)
        self._turns = GroupWriter(self._insert)

    async def record_turn(self, turn: NewTurn) -> dict[str, Any]:
        """Record ``turn`` durably and return the reply to send.

        That is the turn's own reply, or the stored one if the session already has a turn with this
        ``client_turn_id``; then nothing is added.
        """
        try:
            await self._turns.add(turn)
        except DuplicateError:
            stored = turn.client_turn_id and await self.find_reply(turn.session_id, turn.client_turn_id)
            if not stored:
                raise StoreUnavailableError("IntegrityError") from None
            return stored
        return turn.reply

    async def find_reply(self, session_id: str, client_turn_id: str) -> dict[str, Any] | None:
        """Return the reply already given to this turn of the session, or None."""
        query = select(TurnRow.reply).where(
            TurnRow.session_id == session_id, TurnRow.client_turn_id == client_turn_id
        )
        async with self._read() as connection:
            reply: dict[str, Any] | None = (await connection.execute(query)).scalar_one_or_none()
        return reply

    async def find_choice(self, session_id: str, choice_id: str) -> Choice | None:
        """Return a button that was offered in this session, or None."""
        query = select(ChoiceRow.title, ChoiceRow.message, ChoiceRow.language, ChoiceRow.chosen).where(
            ChoiceRow.id == choice_id, ChoiceRow.session_id == session_id
        )
        async with self._read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return Choice(row.title, row.message, row.language, row.chosen) if row else None

    async def turns(self, session_id: str) -> tuple[StoredTurn, ...]:
        """Return the session's turns in order; empty for an unknown session."""
        query = select(TurnRow.__table__).where(TurnRow.session_id == session_id).order_by(TurnRow.sequence)
        async with self._read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(_stored(row) for row in rows)

    async def record_feedback(self, session_id: str, turn_id: str, *, helpful: bool, reason: str | None) -> bool:
        """Record whether a turn helped, in place of what was said of it before.

        Returns:
            False if the session has no such turn; then nothing is recorded.
        """
        known = select(TurnRow.id).where(TurnRow.id == turn_id, TurnRow.session_id == session_id)
        said = {"created_at": self._clock(), "helpful": helpful, "reason": reason}
        async with self._write() as connection:
            if (await connection.execute(known)).first() is None:
                return False
            statement = self._upsert(FeedbackRow).values(turn_id=turn_id, session_id=session_id, **said)
            await connection.execute(statement.on_conflict_do_update(index_elements=["turn_id"], set_=said))
        return True

    async def feedback(self, session_id: str, turn_id: str) -> tuple[bool, str | None] | None:
        """Return whether a turn helped and the reason given, or None if nobody said."""
        query = select(FeedbackRow.helpful, FeedbackRow.reason).where(
            FeedbackRow.turn_id == turn_id, FeedbackRow.session_id == session_id
        )
        async with self._read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (row.helpful, row.reason) if row else None

    async def open_handoffs(self) -> tuple[Handoff, ...]:
        """Return the requests for a person that wait, oldest first."""
        query = (
            select(HandoffRow.__table__).where(HandoffRow.resolved_at.is_(None)).order_by(HandoffRow.created_at)
        )
        async with self._read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Handoff(row.number, row.session_id, row.turn_id, row.created_at) for row in rows)

    async def record_rating(self, session_id: str, *, stars: int, comment: str | None) -> bool:
        """Record how satisfied a visitor is, 1 to 5, in place of an earlier rating; it belongs to the last turn.

        Returns:
            False if there is no such session; then nothing is recorded.
        """
        latest = (
            select(TurnRow.id).where(TurnRow.session_id == session_id).order_by(TurnRow.sequence.desc()).limit(1)
        )
        async with self._write() as connection:
            turn_id = (await connection.execute(latest)).scalar_one_or_none()
            if turn_id is None:
                return False
            rated = {"turn_id": turn_id, "created_at": self._clock(), "stars": stars, "comment": comment}
            await connection.execute(self._rate(session_id, rated))
        return True

    async def rating(self, session_id: str) -> Rating | None:
        """Return how a visitor rated a conversation, or None if nobody did."""
        query = select(RatingRow.stars, RatingRow.comment).where(RatingRow.session_id == session_id)
        async with self._read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return Rating(row.stars, row.comment) if row else None

    async def health(self) -> str:
        """Return ``ok`` or what is wrong in a few words."""
        try:
            async with asyncio.timeout(2), self._read() as connection:
                await connection.execute(text("SELECT 1"))
        except StoreUnavailableError as error:
            return error.reason
        except TimeoutError:
            return "timeout"
        return "ok"

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def _insert(self, turns: Sequence[NewTurn]) -> None:
        """Insert turns of different sessions in one transaction."""
        now = self._clock()
        # Always in one order: two edges on one PostgreSQL must not wait for each other in a ring.
        turns = sorted(turns, key=lambda turn: turn.session_id)
        choices = [_choice_row(turn, choice) for turn in turns for choice in turn.choices]
        async with self._write() as connection:
            await connection.execute(self._count, [_conversation_row(turn, now) for turn in turns])
            await connection.execute(_INSERT_TURN, [_turn_row(turn, now) for turn in turns])
            if choices:
                await connection.execute(insert(ChoiceRow), choices)
            for turn in turns:
                await self._insert_requests(connection, turn, now)

    async def _insert_requests(self, connection: AsyncConnection, turn: NewTurn, now: datetime) -> None:
        """Insert what a turn asks for beside its reply: a person, or that a rating be kept."""
        said = {"turn_id": turn.turn_id, "created_at": now}
        if turn.handoff:
            await connection.execute(
                insert(HandoffRow).values(number=turn.handoff, session_id=turn.session_id, **said)
            )
        if turn.stars:
            await connection.execute(self._rate(turn.session_id, said | {"stars": turn.stars, "comment": None}))

    def _rate(self, session_id: str, rated: Mapping[str, object]) -> Executable:
        """Return the statement that puts a rating in place of the session's earlier one."""
        statement = self._upsert(RatingRow).values(session_id=session_id, **rated)
        replaced: Executable = statement.on_conflict_do_update(index_elements=["session_id"], set_=rated)
        return replaced

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        with _guarded():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        turn_to_write: AbstractAsyncContextManager[object] = self._writer or nullcontext()
        with _guarded():
            async with turn_to_write, self._engine.begin() as connection:
                yield connection


@contextmanager
def _guarded() -> Iterator[None]:
    """Turn what the drivers raise into our own error, without the statement's values."""
    try:
        yield
    except IntegrityError as error:
        raise DuplicateError from error
    except (SQLAlchemyError, sqlite3.Error, OSError, TimeoutError) as error:
        origin = getattr(error, "orig", None) or error
        raise StoreUnavailableError(type(origin).__name__) from error


def _count_turn(upsert: Callable[[Any], Any]) -> Executable:
    """Return the statement that begins a conversation or counts one more turn of it."""
    statement = upsert(ConversationRow)
    counted: Executable = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "last_turn_at": statement.excluded.last_turn_at,
            "turn_count": ConversationRow.turn_count + 1,
        },
    )
    return counted


def _conversation_row(turn: NewTurn, now: datetime) -> dict[str, object]:
    return {"id": turn.session_id, "created_at": now, "last_turn_at": now, "turn_count": 1}


def _turn_row(turn: NewTurn, now: datetime) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(turn, name) for name in _SAME_NAMES}
    return row | {
        "id": turn.turn_id,
        "conversation": turn.session_id,
        "created_at": now,
        "clause_ids": list(turn.clause_ids),
    }


def _choice_row(turn: NewTurn, choice: NewChoice) -> dict[str, object]:
    return {
        "id": choice.choice_id,
        "session_id": turn.session_id,
        "turn_id": turn.turn_id,
        "language": turn.language,
        "title": choice.title,
        "message": choice.message,
        "chosen": choice.chosen,
    }


def _stored(row: Row[Any]) -> StoredTurn:
    return StoredTurn(
        turn_id=row.id,
        sequence=row.sequence,
        client_turn_id=row.client_turn_id,
        created_at=row.created_at,
        utterance=row.utterance,
        outcome=row.outcome,
        clause_ids=tuple(row.clause_ids),
        reply=row.reply,
    )
