"""Reads a message in the light of what was said before: does it go on with a topic, and which clause does it mean?

Pure: no text for visitors, no engine, no index.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from actions.context import Context, Topic, likeliest
from actions.decision import CITATIONS_SHOWN, Decision, Outcome
from actions.query import Query
from embeddings import Hit, Retrieval
from knowledge import CatalogueEntry

# Intents of messages that mean something only after another one.
FOLLOWING = frozenset(
    {"follow_up", "ask_text", "ask_number", "ask_more", "ask_rephrase", "ask_where", "ask_who", "ask_previous"}
)
# From which probability on the engine's intents say that a message goes on with the topic.
GOES_ON = 0.5
# The same for a message that retrieval makes nothing of by itself.
MAY_GO_ON = 0.15
# Score of the first clause from which a message is understood without what came before …
CLEAR_ALONE = 0.55
# … and that which a message needs that sounds as if it went on.
SURE_ALONE = 0.85
# Messages of more letters than this say enough by themselves.
LONG = 16
# How much the words of a message count beside what the topic was about, and what an area that both name is worth.
OWN_WEIGHT, TOPIC_WEIGHT, AREA_BONUS, SAME_MEASURE = 1.0, 0.7, 3.0, 0.02
FLOOR = 0.004
_WORD_CHARACTER = re.compile(r"[\w]")


@dataclass(frozen=True)
class Reading:
    """What a message means after others.

    Attributes:
        decision: What it comes to.
        completed: Whether that rests on the topic before.
    """

    decision: Decision
    completed: bool


def read_on(
    query: Query,
    retrieval: Retrieval,
    alone: Decision,
    context: Context,
    catalogue: Mapping[str, CatalogueEntry],
) -> Reading:
    """Return what a message comes to, completed by the latest topic if it goes on with it.

    Args:
        query: The message.
        retrieval: What was retrieved for it alone, all clauses.
        alone: What it comes to without what was said before.
        context: What was said before.
        catalogue: Tells where a clause holds.
    """
    topic = context.latest
    if topic is None or alone.reason in _RULED or not goes_on(query, retrieval, alone):
        return Reading(alone, completed=False)
    shares = continue_topic(query, retrieval, topic, catalogue)
    hits = tuple(Hit(clause_id, share) for clause_id, share in shares[:CITATIONS_SHOWN])
    rest = tuple(Hit(clause_id, share) for clause_id, share in shares[CITATIONS_SHOWN:])
    outcome = Outcome.NO_DETAIL if asks_detail(query, retrieval) else Outcome.ANSWER
    return Reading(Decision(outcome, None, hits, rest), completed=True)


def goes_on(query: Query, retrieval: Retrieval, alone: Decision) -> bool:
    """Say whether a message means what it means only after the topic before."""
    first = retrieval.hits[0].score if retrieval.hits else 0.0
    following = sum(query.intents.get(intent, 0.0) for intent in FOLLOWING)
    answered = alone.outcome in {Outcome.ANSWER, Outcome.NO_DETAIL}
    named = bool(query.values("service"))
    if following >= GOES_ON:
        return not (answered and first >= (CLEAR_ALONE if named else SURE_ALONE))
    if answered and first >= CLEAR_ALONE:
        return False
    return following >= MAY_GO_ON and _letters(query.text) <= LONG and not (named and answered)


def continue_topic(
    query: Query, retrieval: Retrieval, topic: Topic, catalogue: Mapping[str, CatalogueEntry]
) -> list[tuple[str, float]]:
    """Return how likely each clause is meant by a message after a topic, likeliest first; the shares add up to 1.

    What the message itself is near to and what the topic was about count together, as logarithms of shares, and a
    clause that holds in an area which the message names gets a bonus.
    """
    own = own_shares(retrieval)
    areas = set(query.values("area"))
    measure = topic.clause_id.partition(".")[0]
    logits: dict[str, float] = {}
    for clause_id, entry in catalogue.items():
        about = topic.shares.get(clause_id, 0.0)
        if clause_id.partition(".")[0] == measure:
            about = max(about, SAME_MEASURE)
        logit = OWN_WEIGHT * math.log(own.get(clause_id, 0.0) + FLOOR) + TOPIC_WEIGHT * math.log(about + FLOOR)
        if areas & set(entry.areas):
            logit += AREA_BONUS
        logits[clause_id] = logit
    highest = max(logits.values())
    weights = {clause_id: math.exp(logit - highest) for clause_id, logit in logits.items()}
    total = sum(weights.values())
    return sorted(((c, weight / total) for c, weight in weights.items()), key=lambda one: -one[1])


def own_shares(retrieval: Retrieval) -> dict[str, float]:
    """Return how likely each clause is the one that a message means by itself, given that it means one."""
    total = sum(hit.score for hit in retrieval.hits) or 1.0
    return {hit.clause_id: hit.score / total for hit in retrieval.hits}


def refer(query: Query, retrieval: Retrieval, context: Context) -> Topic | None:
    """Return the topic, narrowed to the clause, that a message points back to; None if it points to nothing.

    A clause shown before that its words are near to comes first, then one that it names outright, then the place
    that it names (the first, the one before), then the latest.
    """
    own = own_shares(retrieval)
    first = retrieval.hits[0] if retrieval.hits else None
    shown = {clause_id: topic for topic in reversed(context.topics) for clause_id in topic.seen}
    near = max(shown, key=lambda clause_id: own.get(clause_id, 0.0), default=None)
    named = bool(query.values("service"))
    if near and own.get(near, 0.0) >= (0.1 if named else 0.3):
        return _narrowed(shown[near], near)
    if first and first.score >= (CLEAR_ALONE if named else SURE_ALONE):
        return Topic("", "", (first.clause_id,), (first.clause_id,), likeliest(own.items()))
    if not context.topics:
        return None
    return _by_place(query.values("reference"), context)


def _by_place(references: tuple[str, ...], context: Context) -> Topic:
    topics = context.topics
    latest = topics[0]
    place = next((one for one in references if one != "latest"), "latest")
    if place == "latest":
        return latest
    if latest.listed and place in _IN_LIST:
        at = min(_IN_LIST[place], len(latest.cited) - 1)
        return _narrowed(latest, latest.cited[at])
    if place == "previous":
        return topics[min(1, len(topics) - 1)]
    if place == "last":
        return latest
    at = min(_IN_LIST[place], len(topics) - 1)
    return topics[len(topics) - 1 - at]


def asks_detail(query: Query, retrieval: Retrieval) -> bool:
    """Say whether a message asks for a particular that the document would not state."""
    answer, detail = retrieval.probabilities["answer"], retrieval.probabilities["detail"]
    likely = detail > answer and answer + detail >= 0.3
    return bool(query.values("detail")) or likely


def _narrowed(topic: Topic, clause_id: str) -> Topic:
    if clause_id == topic.clause_id:
        return topic
    return Topic("", "", (clause_id,), topic.seen, topic.shares)


def _letters(text: str) -> int:
    return len(_WORD_CHARACTER.findall(text))


_RULED = frozenset({"unlawful", "elsewhere", "none_of_these"})
_IN_LIST = {"first": 0, "second": 1, "third": 2, "last": 10_000, "previous": 0}
