"""Take every message as plain text.

Stock Rasa reads ``/restart`` or ``/intent{"slot": 1}`` in a visitor's message as a command: it sets the
intent and the entities without asking the pipeline. This switches that off where Rasa does it.
"""

from __future__ import annotations

from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.message import Message


def keep_messages(_: RegexMessageHandler, messages: list[Message], domain: Domain | None = None) -> list[Message]:
    """Return the messages as the pipeline left them."""
    return messages


def install() -> None:
    """Make Rasa's handler of ``/`` messages do nothing."""
    RegexMessageHandler.process = keep_messages
