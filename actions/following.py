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
# From which probability on a message surely goes on: if it is about nothing of its own, it does however sure
# retrieval is of a clause for it alone.
SURELY_GOES_ON = 0.95
# From which probability on the engine's word that a message is out of scope outweighs that it is elliptical.
OUT_OF_SCOPE = 0.5
# Score from which a clause is named that stands beside the latest one, in the same measure: 水电气那个.
BESIDE = 0.4
# Lead of what is outside the document from which an elliptical message asks for that: 那护照呢.
OUTSIDE = 0.02
# Messages of more letters than this say enough by themselves; those of fewer than that hardly ever do.
LONG, SHORT = 16, 8
# How much what the topic was about counts beside the words of a message, what an area is worth that both name,
# what it is worth to have been shown first, and how much of a topic each clause of its measure is at least.
# The figures are those that did best on dialogues written for it; see docs/adr/0402.
TOPIC_WEIGHT, AREA_BONUS, SHOWN_FIRST, SAME_MEASURE = 0.9, 3.0, 0.8, 0.05
# Least share of a clause in a topic, and of one in what a message alone is near to: what is lower is nothing.
FLOOR, OWN_FLOOR = 0.002, 0.01
# What an elliptical turn of phrase adds to the engine's word that a message goes on with the topic.
ELLIPTICAL = 0.3
_ELLIPSIS = re.compile(r"^(那|还有|接着|and |what about|how about|then )|呢[？?。]*$", re.IGNORECASE)
_BACK = re.compile(r"刚才|刚刚|方才|前面|之前|先前|回到|说回|\bback to\b|\bearlier\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z']+|\w")


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
    elliptical = bool(_ELLIPSIS.search(query.text.strip()))
    answered = alone.outcome in {Outcome.ANSWER, Outcome.NO_DETAIL}
    named = bool(query.values("service"))
    if retrieval.outside_lead >= OUTSIDE and not (named or query.values("detail") or query.values("area")):
        return False
    if following >= SURELY_GOES_ON and not elliptical and says_nothing_new(query):
        return True
    if elliptical and query.intents.get("out_of_scope", 0.0) < OUT_OF_SCOPE:
        following += ELLIPTICAL
    if following >= GOES_ON:
        return not (answered and first >= (CLEAR_ALONE if named else SURE_ALONE))
    is_short = _letters(query.text) <= SHORT and not named
    if answered and first >= (SURE_ALONE if is_short else CLEAR_ALONE):
        return False
    if _letters(query.text) > LONG:
        return False
    if query.values("detail") and not named and retrieval.matter is None:
        return True
    return following >= MAY_GO_ON and not (named and answered)


def continue_topic(
    query: Query, retrieval: Retrieval, topic: Topic, catalogue: Mapping[str, CatalogueEntry]
) -> list[tuple[str, float]]:
    """Return how likely each clause is meant by a message after a topic, likeliest first; the shares add up to 1.

    What the message itself is near to and what the topic was about count together, as logarithms of shares; the
    clause shown first and one that holds in an area which the message names get a bonus.
    """
    own = own_shares(retrieval)
    areas = set(query.values("area"))
    measure = topic.clause_id.partition(".")[0]
    logits: dict[str, float] = {}
    for clause_id, entry in catalogue.items():
        about = topic.shares.get(clause_id, 0.0)
        if clause_id.partition(".")[0] == measure:
            about = max(about, SAME_MEASURE)
        logit = math.log(own.get(clause_id, 0.0) + OWN_FLOOR) + TOPIC_WEIGHT * math.log(about + FLOOR)
        if clause_id == topic.clause_id:
            logit += SHOWN_FIRST
        if areas & set(entry.areas):
            logit += AREA_BONUS
        logits[clause_id] = logit
    highest = max(logits.values())
    weights = {clause_id: math.exp(logit - highest) for clause_id, logit in logits.items()}
    total = sum(weights.values())
    return sorted(((c, weight / total) for c, weight in weights.items()), key=lambda one: -one[1])


def holds_there(
    query: Query, retrieval: Retrieval, topic: Topic, catalogue: Mapping[str, CatalogueEntry]
) -> str | None:
    """Return the clause on the topic that holds in an area which a message names; None if there is no such clause.

    Args:
        query: The message.
        retrieval: What was retrieved for it alone, all clauses.
        topic: What it points back to.
        catalogue: Tells where a clause holds.
    """
    areas = set(query.values("area"))
    for clause_id, _ in continue_topic(query, retrieval, topic, catalogue)[:CITATIONS_SHOWN]:
        if areas & set(catalogue[clause_id].areas):
            return clause_id
    return None


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
    if near and own.get(near, 0.0) >= _least_share(query):
        return _narrowed(shown[near], near)
    if first and context.latest and _is_beside(first.clause_id, context.latest) and first.score >= BESIDE:
        return Topic("", "", (first.clause_id,), (first.clause_id,), likeliest(own.items()))
    if first and first.score >= (CLEAR_ALONE if named else SURE_ALONE):
        return Topic("", "", (first.clause_id,), (first.clause_id,), likeliest(own.items()))
    if not context.topics:
        return None
    return _by_place(query.values("reference"), context)


def _by_place(references: tuple[str, ...], context: Context) -> Topic:
    """Return the topic in the place that a message names: in a list shown last, else in the order of the talk."""
    latest = context.topics[0]
    place = next((one for one in references if one != "latest"), "latest")
    if place == "latest":
        return latest
    if place == "earliest":
        return min(context.topics, key=lambda topic: topic.order)
    if latest.listed:
        at = min(_IN_LIST[place], len(latest.cited) - 1)
        return _narrowed(latest, latest.cited[at])
    by_order = sorted(context.topics, key=lambda topic: topic.order)
    if place == "previous":
        return by_order[max(0, by_order.index(latest) - 1)]
    return by_order[min(_IN_LIST[place], len(by_order) - 1)]


def says_nothing_new(query: Query) -> bool:
    """Say whether a short message names nothing but what it asks for or points to."""
    kinds = {entity.kind for entity in query.entities}
    return _letters(query.text) <= LONG and kinds <= {"detail", "reference"}


def asks_detail(query: Query, retrieval: Retrieval) -> bool:
    """Say whether a message asks for a particular that the document would not state."""
    answer, detail = retrieval.probabilities["answer"], retrieval.probabilities["detail"]
    return bool(query.values("detail")) or detail > answer


def _least_share(query: Query) -> float:
    """Return from which share on a clause shown before is meant; less is enough if a message points back."""
    if _BACK.search(query.text):
        return 0.05
    return 0.1 if query.values("service") else 0.3


def _is_beside(clause_id: str, topic: Topic) -> bool:
    return clause_id.partition(".")[0] == topic.clause_id.partition(".")[0]


def _narrowed(topic: Topic, clause_id: str) -> Topic:
    if clause_id == topic.clause_id:
        return topic
    return Topic("", "", (clause_id,), topic.seen, topic.shares)


def _letters(text: str) -> int:
    """Return the length of a text; an English word counts as two letters, as it says about as much."""
    return sum(min(2, len(word)) for word in _WORD.findall(text))


_RULED = frozenset({"unlawful", "elsewhere", "none_of_these"})
_IN_LIST = {"first": 0, "second": 1, "third": 2, "last": 10_000, "previous": 0}
