"""Working memory of the conversations: the last turns of each, in SQLite.

A conversation is kept as rows of whole turns. Each row also holds the slots and the active loop as they
were before it, so a tracker is rebuilt from its last few turns alone and costs the same at turn 3 and at
turn 300. Older turns are deleted: the durable record of a conversation is the edge's, not the engine's.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.action_endpoint import without_vector

WINDOW_TURNS = 6
IDLE_DAYS = 30.0
_PRUNED_AT_ONCE = 500
# Rasa would look through all event classes again for each event it reads.
_EVENT_TYPES = {event.type_name: event for event in all_subclasses(Event)}
_KEPT_OF_PARSE_DATA = ("intent", "entities", "text", "message_id", "metadata")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (
    sender_id TEXT NOT NULL,
    turn INTEGER NOT NULL,
    saved_at REAL NOT NULL,
    state_before TEXT NOT NULL,
    events TEXT NOT NULL,
    PRIMARY KEY (sender_id, turn)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS turns_saved_at ON turns (saved_at);
"""


@dataclass(frozen=True)
class Loaded:
    """What of a tracker is in the database already.

    Attributes:
        turn: Number of the last turn stored, 0 if none.
        n_events: How many of the tracker's first events came from the database.
        state: Slots and active loop after them.
    """

    turn: int
    n_events: int
    state: dict[str, Any]


class WindowedTrackerStore(TrackerStore):
    """Rasa's tracker store with a cost per turn that does not depend on the conversation's length.

    Args:
        domain: Gives the slots; Rasa sets it again once the model is loaded.
        path: The SQLite file; its folder is made.
        window_turns: How many turns a rebuilt tracker holds, 1 or more.
        idle_days: Conversations without a message for so long are deleted by :meth:`prune`.
    """

    def __init__(
        self,
        domain: Domain | None,
        path: str | Path,
        event_broker: EventBroker | None = None,
        *,
        window_turns: int = WINDOW_TURNS,
        idle_days: float | str = IDLE_DAYS,
        **_: Any,  # noqa: ANN401 - what else Rasa passes from endpoints.yml
    ) -> None:
        super().__init__(domain, event_broker)
        if window_turns < 1 or float(idle_days) <= 0:
            raise ValueError(
                f"endpoints.yml, tracker_store: window_turns is {window_turns}, idle_days {idle_days}; "
                "expected at least 1 and more than 0."
            )
        self.path, self.window_turns, self.idle_days = Path(path), window_turns, float(idle_days)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = _connect(self.path)
        self._connection.executescript(_SCHEMA)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker with its last turns, or ``None`` for an unknown sender."""
        rows = self._connection.execute(
            "SELECT turn, state_before, events FROM turns WHERE sender_id = ? ORDER BY turn DESC LIMIT ?",
            (sender_id, self.window_turns),
        ).fetchall()
        return self._rebuild(sender_id, rows[::-1]) if rows else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add what happened since the tracker was retrieved as one turn; nothing new adds nothing."""
        loaded = getattr(tracker, "loaded", None) or self._replace(tracker.sender_id)
        events = list(tracker.events)[loaded.n_events :]
        if not events:
            return
        turn, state = loaded.turn + 1, json.dumps(loaded.state, ensure_ascii=False)
        row = (tracker.sender_id, turn, time.time(), state, json.dumps(_stored(events), ensure_ascii=False))
        with self._connection:
            self._connection.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", row)
            self._connection.execute(
                "DELETE FROM turns WHERE sender_id = ? AND turn <= ?",
                (tracker.sender_id, turn - self.window_turns),
            )
        tracker.loaded = Loaded(turn, len(tracker.events), _state_of(tracker))

    async def keys(self) -> Iterable[str]:
        """Return the senders, in order."""
        rows = self._connection.execute("SELECT DISTINCT sender_id FROM turns ORDER BY sender_id")
        return [sender_id for (sender_id,) in rows]

    def prune(self, now: float | None = None) -> int:
        """Delete the conversations idle for ``idle_days`` and fold the write-ahead log in.

        Uses a connection of its own, so it may run in another thread.

        Returns:
            The number of rows deleted.
        """
        before = (time.time() if now is None else now) - self.idle_days * 86_400
        connection, deleted = _connect(self.path), 0
        try:
            while batch := _idle_senders(connection, before):
                with connection:
                    deleted += connection.executemany("DELETE FROM turns WHERE sender_id = ?", batch).rowcount
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()
        return deleted

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _rebuild(self, sender_id: str, rows: list[tuple[int, str, str]]) -> DialogueStateTracker:
        first_turn, state_before, _ = rows[0]
        events = [] if first_turn == 1 else _opening(json.loads(state_before))
        for _, _, stored in rows:
            events.extend(_EVENT_TYPES[event["event"]]._from_parameters(event) for event in json.loads(stored))
        tracker = self.init_tracker(sender_id)
        known = set(tracker.slots)
        tracker.events.extend(event for event in events if not isinstance(event, SlotSet) or event.key in known)
        tracker.replay_events()
        tracker.loaded = Loaded(rows[-1][0], len(tracker.events), _state_of(tracker))
        return tracker

    def _replace(self, sender_id: str) -> Loaded:
        """Forget a conversation whose tracker was not retrieved from here."""
        with self._connection:
            self._connection.execute("DELETE FROM turns WHERE sender_id = ?", (sender_id,))
        return Loaded(0, 0, {"slots": {}, "loop": None})


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5.0, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    # A killed process loses nothing; only a power cut may lose the last turns of working memory.
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _idle_senders(connection: sqlite3.Connection, before: float) -> list[tuple[str]]:
    return connection.execute(
        "SELECT DISTINCT sender_id FROM turns AS old WHERE saved_at < ? AND NOT EXISTS "
        "(SELECT 1 FROM turns WHERE sender_id = old.sender_id AND saved_at >= ?) LIMIT ?",
        (before, before, _PRUNED_AT_ONCE),
    ).fetchall()


def _opening(state: dict[str, Any]) -> list[Event]:
    """Return the events that put a blank tracker into the state before the window."""
    events: list[Event] = [SlotSet(name, value) for name, value in state["slots"].items()]
    if state["loop"]:
        events.append(ActiveLoop(state["loop"]))
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


def _state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value}
    return {"slots": slots, "loop": tracker.active_loop_name}


def _stored(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [_slim(without_vector(event.as_dict())) for event in events]


def _slim(event: dict[str, Any]) -> dict[str, Any]:
    if event.get("event") != "user":
        return event
    parse_data = event["parse_data"]
    kept = {key: parse_data[key] for key in _KEPT_OF_PARSE_DATA if key in parse_data}
    return {**event, "parse_data": kept}
