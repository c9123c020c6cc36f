"""Rasa's message processor with turns that are whole or not at all."""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

# The intents of pressed buttons that stand for something; no text is ever classified as one of them.
CHOOSE, RATED = "choose", "rated"


class ActionFailedError(RasaException):
    """An action raised, timed out or gave an answer of the wrong form: the turn did not happen."""

    def __init__(self, action: str, cause: Exception) -> None:
        self.action, self.cause = action, cause
        super().__init__(f"{action} failed with {type(cause).__name__}; see the action server's log.")


class _WatchedAction(Action):
    """An action that remembers its failure instead of letting it be swallowed."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.failure: Exception | None = None

    def name(self) -> str:
        """Return the action's own name."""
        name: str = self.action.name()
        return name

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Run the action; a form's rejection passes, any other failure is kept."""
        try:
            events: list[Event] = await self.action.run(output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise
        except Exception as error:  # noqa: BLE001 - an action's run: whatever it was, the turn failed
            self.failure = error
            return []
        return events

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> ActionExecuted:
        """Return the event that logs the action."""
        return self.action.event_for_successful_execution(prediction)


class TurnProcessor(MessageProcessor):
    """Give up a turn whose action failed, before anything of it is saved.

    Stock Rasa logs the failure, goes on, saves the turn and answers nothing.
    """

    async def _update_tracker_session(
        self,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        # Stock Rasa would keep the first message's metadata, with its vector, in a slot.
        await super()._update_tracker_session(tracker, output_channel, None)

    async def _handle_message_with_tracker(self, message: UserMessage, tracker: DialogueStateTracker) -> None:
        # The channel reads the intent from the message. What a button stands for needs no understanding.
        chosen = (message.metadata or {}).get("chosen")
        if chosen:
            intent = {"name": RATED if chosen.startswith("rating-") else CHOOSE, "confidence": 1.0}
            message.parse_data = {
                "text": message.text,
                "intent": intent,
                "intent_ranking": [intent],
                "entities": [],
            }
        else:
            message.parse_data = message.parse_data or await self.parse_message(message, tracker)
        await super()._handle_message_with_tracker(message, tracker)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = _WatchedAction(action)
        goes_on: bool = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.failure is not None:
            raise ActionFailedError(watched.name(), watched.failure) from watched.failure
        return goes_on
