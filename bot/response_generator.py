"""Choose a response's variation by the visitor's language."""

from __future__ import annotations

import copy
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

DEFAULT_LANGUAGE = "zh-Hans"


class LanguageResponseGenerator(TemplatedNaturalLanguageGenerator):
    """Rasa's templates, with variations tagged ``metadata: {language: …}`` in the domain.

    The language is that of the latest user message's metadata. A response without a variation in it
    falls back to :data:`DEFAULT_LANGUAGE`.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,  # noqa: ANN401 - Rasa's signature
    ) -> dict[str, Any] | None:
        """Return the filled response, or ``None`` if the domain has none of that name."""
        variation = self.variation_for(utter_action, language_of(tracker))
        if variation is None:
            return None
        return self._fill_response(copy.deepcopy(variation), tracker.current_slot_values(), **kwargs)

    def variation_for(self, utter_action: str, language: str) -> dict[str, Any] | None:
        """Return the first variation in ``language``, else in the default language, else any."""
        variations = self.responses.get(utter_action, [])
        by_language = {_language_tag(variation): variation for variation in reversed(variations)}
        for wanted in (language, DEFAULT_LANGUAGE, None):
            if wanted in by_language:
                return by_language[wanted]
        return variations[0] if variations else None


def language_of(tracker: DialogueStateTracker) -> str:
    """Return the language that the latest message asks to be answered in."""
    metadata = tracker.latest_message.metadata if tracker.latest_message else None
    return str((metadata or {}).get("language", DEFAULT_LANGUAGE))


def _language_tag(variation: dict[str, Any]) -> str | None:
    language: str | None = (variation.get("metadata") or {}).get("language")
    return language
