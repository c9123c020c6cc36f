"""Entities of a message: what the edge's spaCy pipeline found in it, sent along like the query's vector."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MentionExtractor(GraphComponent, EntityExtractorMixin):
    """Turn the mentions in a message's metadata into entities; a message without them gets none."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MentionExtractor:
        """Create the component for Rasa's graph."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to the messages."""
        for message in messages:
            found = [_entity(mention, message) for mention in _mentions(message)]
            if found:
                extracted = self.add_extractor_name(found)
                message.set(ENTITIES, message.get(ENTITIES, []) + extracted, add_to_output=True)
        return messages


def _mentions(message: Message) -> list[dict[str, Any]]:
    query = (message.get("metadata") or {}).get("query") or {}
    mentions: list[dict[str, Any]] = query.get("mentions") or []
    return mentions


def _entity(mention: dict[str, Any], message: Message) -> dict[str, Any]:
    length = len(message.get(TEXT) or "")
    return {
        ENTITY_ATTRIBUTE_TYPE: mention["kind"],
        ENTITY_ATTRIBUTE_VALUE: mention["value"],
        ENTITY_ATTRIBUTE_START: min(mention["start"], length),
        ENTITY_ATTRIBUTE_END: min(mention["end"], length),
    }
