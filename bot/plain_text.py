"""Take every message as plain text.

Stock Rasa reads ``/restart`` or ``/intent{"slot": 1}`` in a visitor's message as a command: it sets the
intent and the entities without asking the pipeline. Here the pipeline reads such a text like any other,
and then it may not even count as small talk, since to the encoder ``/restart`` is close to "restart":
it goes where all that is unsure goes, to retrieval.
"""

from __future__ import annotations

import unicodedata

from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

_PREFIXES = ("/", "external:")


def looks_like_command(text: str) -> bool:
    """Say whether a text begins like one of Rasa's commands, leading blanks and invisible characters aside."""
    seen = unicodedata.normalize("NFKC", text)
    start = next((at for at, character in enumerate(seen) if _is_visible(character)), len(seen))
    return seen[start:].casefold().startswith(_PREFIXES)


def handle_as_plain_text(
    _: RegexMessageHandler, messages: list[Message], domain: Domain | None = None
) -> list[Message]:
    """Return the messages, those that look like commands with the fallback intent."""
    for message in messages:
        if looks_like_command(message.get(TEXT) or ""):
            fallback = {INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME, PREDICTED_CONFIDENCE_KEY: 1.0}
            message.set(INTENT, fallback, add_to_output=True)
    return messages


def install() -> None:
    """Replace what Rasa does to ``/`` messages after the pipeline."""
    RegexMessageHandler.process = handle_as_plain_text


def _is_visible(character: str) -> bool:
    """Say whether a character is neither a blank nor a control, format or unassigned one."""
    return unicodedata.category(character)[0] not in "ZC"
