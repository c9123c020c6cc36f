"""What the tests of the actions share: a small catalogue, a retriever that finds what it is told, messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Context, Topic
from actions.query import Entity, Query
from actions.sources import Sources
from embeddings import Encoder, Hit, IndexHandle, Manifest, OpenIndex, Retrieval, Retriever, Vector
from knowledge import load_document, load_matching, load_vocabulary
from tests.embeddings.samples import CharacterEncoder
from tests.knowledge.samples import catalogue_of, entry

VOCABULARY = load_vocabulary()
CATALOGUE = catalogue_of(
    entry("1.1", "both", "setup"),
    entry("2.2", "enterprise", "setup", "change"),
    entry("2.3", "enterprise", "relocation", "change"),
    entry("2.4", "enterprise", "suspension", services=("歇业备案",)),
    entry("2.5", "enterprise", "change", "setup"),
    entry("3.2", "enterprise", "construction"),
    entry("5.1", "government"),
    entry("6.4", "both", "construction", industries=("medical",)),
    *(entry(f"7.{sentence}", "both", "inspection") for sentence in range(1, 8)),
    entry("8.1", "both", "inspection"),
    entry("8.2", "both", "inspection"),
    entry("11.4", "citizen", "health"),
    entry("11.5", "citizen", "social_aid"),
    entry("16.1", "enterprise", "setup", "construction", areas=("浦东",)),
    entry("16.2", "enterprise", "setup", areas=("临港", "浦东")),
    entry("17.1", "enterprise", "trade"),
)
MATCHING = load_matching(CATALOGUE)
# What a message comes to that is near to nothing, as "那个呢" is.
NOTHING = Retrieval((), "abstain", {"answer": 0.02, "detail": 0.02, "oos": 0.9, "vague": 0.06}, None)
_DOCUMENT = load_document()


def found(shares: Mapping[str, float], *, outcome: str = "answer", detail: float = 0.0) -> Retrieval:
    """Clauses with their scores, for a message in scope; the rest is outside."""
    in_scope = max(sum(shares.values()), 0.6 if outcome != "abstain" else 0.0)
    probabilities = {"answer": in_scope - detail, "detail": detail, "oos": 1 - in_scope, "vague": 0.0}
    hits = sorted((Hit(clause_id, score) for clause_id, score in shares.items()), key=lambda hit: -hit.score)
    return Retrieval(tuple(hits), outcome, probabilities, None)  # type: ignore[arg-type]


class FixedRetriever(Retriever):
    """Finds for each text what it is told, and nothing for any other."""

    def __init__(self, found: Mapping[str, Retrieval]) -> None:
        self._found = found

    def retrieve(self, text: str, vector: Vector, *, k: int = 10, explain: bool = True) -> Retrieval:
        return self._found.get(text, NOTHING)


class FixedIndex(IndexHandle):
    """One open index of the real document, for ever."""

    def __init__(self, found: Mapping[str, Retrieval]) -> None:
        sha256 = _DOCUMENT.clean_sha256
        manifest = Manifest("v1", "2026-01-01T00:00:00Z", "a" * 64, "b" * 64, sha256, "characters-1", 128, {}, 3)
        self._open_index = OpenIndex(manifest, _DOCUMENT, FixedRetriever(found))

    @property
    def current(self) -> OpenIndex:
        return self._open_index


def make_sources(found: Mapping[str, Retrieval] | None = None) -> Sources:
    """Sources of the small catalogue."""
    sources = Sources(FixedIndex(found or {}), load_encoder, vocabulary=VOCABULARY)
    sources.catalogue, sources.matching = CATALOGUE, MATCHING
    return sources


def load_encoder() -> Encoder:
    return CharacterEncoder()


def entities_of(text: str) -> list[dict[str, Any]]:
    """What the real vocabulary finds, as the engine hands it on."""
    return [
        {"entity": found.kind, "value": found.value, "start": found.start, "end": found.end}
        for found in VOCABULARY.find(text)
    ]


def query_of(text: str, intent: str = "", **intents: float) -> Query:
    entities = (Entity(one["entity"], one["value"], one["start"], one["end"]) for one in entities_of(text))
    return Query(text, None, "", intent=intent, intents=intents, entities=tuple(entities))


def said(
    text: str,
    intent: str = "",
    *,
    intents: Mapping[str, float] | None = None,
    slots: Mapping[str, Any] | None = None,
    **metadata: str,
) -> Tracker:
    """A tracker whose latest message is this one."""
    message = {
        "text": text,
        "intent": {"name": intent},
        "intent_ranking": [{"name": name, "confidence": share} for name, share in (intents or {}).items()],
        "entities": entities_of(text),
        "metadata": metadata,
    }
    return Tracker("session", dict(slots or {}), message, [], False, None, {}, "action_listen")


def perform(action: Action, tracker: Tracker) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the messages that an action utters, and the slots that it sets."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    assert [event["event"] for event in events] == ["slot"] * len(events)
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def topic(*cited: str, shares: Mapping[str, float] | None = None, listed: bool = False) -> Topic:
    return Topic(f"{cited[0]}的事", f"about {cited[0]}", cited, cited, shares or {cited[0]: 0.9}, listed)


def context_of(*topics: Topic) -> Context:
    """A conversation on these topics, one after the other."""
    context = Context()
    for one in topics:
        context = context.with_topic(one)
    return context


def context_slot(*topics: Topic) -> dict[str, Any]:
    return {"context": context_of(*topics).to_slot()}


def clause_ids(message: Mapping[str, Any]) -> list[str]:
    return [citation["clause_id"] for citation in message["custom"]["citations"]]


def titles(message: Mapping[str, Any]) -> Sequence[str]:
    return [button["title"] for button in message["buttons"]]
