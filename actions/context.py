"""What a conversation has been about: the latest topics with the clauses shown for each. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

SLOT = "context"
TOPICS_KEPT = 8
SHARES_KEPT = 12


@dataclass(frozen=True)
class Topic:
    """What one answer was about.

    Attributes:
        label: In a few words, in Chinese.
        label_en: The same in English.
        cited: Ids of the clauses shown, best first; at least one.
        seen: All clauses shown for this topic so far.
        shares: How likely each clause was the one meant, for the likeliest; they add up to at most 1.
        listed: Whether the clauses were shown as a list to choose from: readings on offer, a matched list.
        order: Which topic of the conversation it was when it came up first, counted from 1.
    """

    label: str
    label_en: str
    cited: tuple[str, ...]
    seen: tuple[str, ...]
    shares: Mapping[str, float]
    listed: bool = False
    order: int = 0

    @property
    def clause_id(self) -> str:
        """The clause shown first."""
        return self.cited[0]


@dataclass(frozen=True)
class Context:
    """The topics of a conversation, the latest first."""

    topics: tuple[Topic, ...] = ()

    @property
    def latest(self) -> Topic | None:
        """The topic of the last answer, if there was one."""
        return self.topics[0] if self.topics else None

    def with_topic(self, topic: Topic) -> Context:
        """Return the context after another answer; a topic that comes back moves to the front."""
        again = next((old for old in self.topics if _are_same(old, topic)), None)
        before = [old for old in self.topics if old is not again]
        seen = (*again.seen, *topic.seen) if again else topic.seen
        order = again.order if again else max((old.order for old in self.topics), default=0) + 1
        kept = replace(topic, seen=tuple(dict.fromkeys(seen)), order=order)
        return Context((kept, *before)[:TOPICS_KEPT])

    def to_slot(self) -> dict[str, Any]:
        """Return the context as a slot keeps it."""
        return {"topics": [asdict(topic) for topic in self.topics]}


def _are_same(one: Topic, other: Topic) -> bool:
    return one.clause_id == other.clause_id and one.listed == other.listed


def read_context(slot: object) -> Context:
    """Return the context in a slot; what is not of the agreed form, as of an older version, counts as empty."""
    try:
        topics = slot["topics"]  # type: ignore[index]
        return Context(tuple(_read_topic(topic) for topic in topics))
    except (AttributeError, TypeError, KeyError, ValueError):
        return Context()


def likeliest(shares: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the greatest shares, rounded, as a topic keeps them."""
    ordered = sorted(shares, key=lambda one: -one[1])[:SHARES_KEPT]
    return {clause_id: round(share, 4) for clause_id, share in ordered if share > 0}


def _read_topic(topic: Mapping[str, Any]) -> Topic:
    cited = tuple(map(str, topic["cited"]))
    if not cited:
        raise ValueError("a topic cites at least one clause")
    return Topic(
        label=str(topic["label"]),
        label_en=str(topic["label_en"]),
        cited=cited,
        seen=tuple(map(str, topic["seen"])),
        shares={str(clause_id): float(share) for clause_id, share in topic["shares"].items()},
        listed=bool(topic["listed"]),
        order=int(topic["order"]),
    )
