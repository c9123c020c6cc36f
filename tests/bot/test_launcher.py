"""The agent as the launcher puts it together, inside this process."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from bot import launcher
from bot.channel import EdgeOutput
from bot.engine_settings import ROOT, EngineSettings
from bot.processor import ActionFailedError, TurnProcessor
from bot.training import TrainingError, newest_model
from bot.without_tensorflow import StandInModule


@pytest.fixture
def settings(models: Path, tmp_path: Path) -> EngineSettings:
    return EngineSettings(data_dir=tmp_path, actions_port=9, action_timeout_s=1.0)


@pytest.fixture
def agent(models: Path, settings: EngineSettings) -> Any:
    return launcher.load_agent(ROOT, newest_model(models), settings)


async def test_a_turn_needs_no_tensorflow(agent: Any) -> None:
    message = UserMessage("您好呀", EdgeOutput(), sender_id="session-1", metadata={"language": "en"})

    await agent.handle_message(message)

    assert message.output_channel.messages[0]["text"].startswith("Hello!")
    loaded = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "tensorflow"}
    assert loaded
    assert all(isinstance(module, StandInModule) for module in loaded.values())


async def test_a_failed_action_raises_and_saves_nothing(agent: Any) -> None:
    assert isinstance(agent.processor, TurnProcessor)
    message = UserMessage("开理发店要办什么许可", EdgeOutput(), sender_id="session-1", metadata={})

    with pytest.raises(ActionFailedError, match="action_answer failed with"):
        await agent.handle_message(message)

    assert await agent.tracker_store.retrieve("session-1") is None
    assert agent.lock_store.conversation_locks == {}
    await agent.action_endpoint.close()


async def test_metadata_of_the_first_message_sets_no_slot(agent: Any) -> None:
    metadata = {"language": "zh-Hans", "query": {"encoder": "other", "vector": "AAAA"}}
    message = UserMessage("您好呀", EdgeOutput(), sender_id="session-1", metadata=metadata)

    await agent.handle_message(message)

    tracker = await agent.tracker_store.retrieve("session-1")
    assert tracker.get_slot("session_started_metadata") is None


async def test_a_broken_tracker_store_fails_the_turn(agent: Any) -> None:
    agent.tracker_store.close()

    with pytest.raises(Exception, match="closed database"):
        await agent.handle_message(UserMessage("您好呀", EdgeOutput(), sender_id="session-1", metadata={}))


def test_serve_without_a_model_says_how_to_train(settings: EngineSettings) -> None:
    with pytest.raises(TrainingError, match="python -m bot train"):
        launcher.serve(ROOT, dataclasses.replace(settings), print)
