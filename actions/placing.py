"""Shows what a message names by its number: a measure, a sentence of one, an item of the list shown last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rasa_sdk.executor import CollectingDispatcher

from actions.composing import compose, place_of, topic_labels
from actions.context import Context, Topic, likeliest
from actions.following import own_shares
from actions.query import Query
from actions.sources import Sources
from embeddings import Hit, OpenIndex, Retrieval
from knowledge import Document, Place, UnknownMeasureError, find_place

# Share of a measure's clause, among all clauses, from which a message that names the measure means that clause.
MEANT = 0.3
# Letters besides the number from which a message says more than that it wants to see the place.
SAYS_MORE = 6
# 刚才说的第一条 points back to the conversation, not into the document.
_POINTS_BACK = re.compile(
    r"刚才|刚刚|方才|(?:前面|之前)(?:你?[说讲提问聊]|那[个条])|你说的|说过|来着|提到|\b(?:earlier|you said)\b",
    re.IGNORECASE,
)
# Words around a place in a message that only wants to see it.
_SHOWS = re.compile(
    r"[讲说写念看读听给我都了点些的是那呢吧吗里请]|什么|啥|原文|内容|全文|意思|帮忙|麻烦|一下|一遍|简单|白话|文件|怎么|可以"
    r"|\b(?:what|does|say|about|show|me|please|the|read|text|of|is|in|it|full|whole|original|explain|tell)\b",
    re.IGNORECASE,
)
_WORD_CHARACTER = re.compile(r"\w")


@dataclass(frozen=True)
class Placed:
    """What a message names by number.

    Attributes:
        clause_ids: The clauses there, in the order of the document; none if the document has no such place.
        measure: Number of the measure if the whole of it is named, or if it does not exist; else None.
        item_of: The list that the clause is an item of, if it was named as one.
    """

    clause_ids: tuple[str, ...]
    measure: int | None = None
    item_of: Topic | None = None


def place_in(query: Query, retrieval: Retrieval, context: Context, document: Document) -> Placed | None:
    """Return what a message names by number; None if it names nothing in that way.

    第三条 is the third item while a list is shown that is no measure; 第三句 is a sentence of the measure that the
    talk was about last, 下一条 the clause behind the latest. Of a measure that is named, the clause is meant that
    the rest of the message is near to.

    Args:
        query: The message.
        retrieval: What was retrieved for it.
        context: What was said before.
        document: Where the place is to be.
    """
    if "next" in query.values("reference") and context.latest and not context.latest.listed:
        return _following(context.latest.clause_id, document)
    place = find_place(query.text)
    if place is None or (place.counted and _POINTS_BACK.search(query.text)):
        return None
    latest = context.latest
    number = place.measure or place.sentence or 0
    if place.counted and latest and latest.listed and not _is_measure(latest, document):
        if number <= len(latest.cited):
            return Placed((latest.cited[number - 1],), item_of=latest)
        if place.measure is None:
            return None
    if place.measure is None and latest is None:
        return None
    measure = place.measure if place.measure is not None else int(latest.clause_id.partition(".")[0])  # type: ignore[union-attr]
    try:
        clauses = document.measure(measure).clauses
    except UnknownMeasureError:
        return Placed((), measure)
    if place.sentence is not None:
        return Placed(tuple(clause.id for clause in clauses if clause.sentence == place.sentence))
    own = own_shares(retrieval)
    nearest = max(clauses, key=lambda clause: own.get(clause.id, 0.0))
    if _says_more(query.text, place) and own.get(nearest.id, 0.0) >= MEANT:
        return Placed((nearest.id,))
    return Placed(tuple(clause.id for clause in clauses), measure)


def topic_of(placed: Placed, query: Query, sources: Sources) -> Topic:
    """Return the topic that a place which exists makes."""
    cited = placed.clause_ids
    shares = likeliest((clause_id, 1 / len(cited)) for clause_id in cited)
    label, label_en = topic_labels(query, cited[0], sources)
    if placed.item_of:
        return Topic(label, label_en, cited, placed.item_of.seen, placed.item_of.shares)
    if placed.measure is not None:
        label, label_en = f"第{placed.measure}项措施", f"measure {placed.measure}"
    return Topic(label, label_en, cited, cited, shares, listed=len(cited) > 1)


def say_place(
    placed: Placed,
    query: Query,
    context: Context,
    dispatcher: CollectingDispatcher,
    sources: Sources,
    index: OpenIndex,
) -> Context:
    """Utter what stands at a place, or that there is no such place, and return the context after that."""
    if not placed.clause_ids:
        dispatcher.utter_message(
            response="utter_no_such_place",
            json_message=compose("abstain", (), index),
            measures=str(len(index.document.measures)),
        )
        return context
    cited = placed.clause_ids
    dispatcher.utter_message(
        response="utter_measure" if placed.measure is not None else "utter_text",
        json_message=compose("answer", [Hit(one, 1.0) for one in cited], index, quoted=len(cited)),
        count=str(len(cited)),
        **place_of(cited[0], index),
    )
    return context.with_topic(topic_of(placed, query, sources))


def _following(clause_id: str, document: Document) -> Placed | None:
    """Return the clause behind another in the document; None behind the last."""
    ids = [clause.id for clause in document.clauses]
    at = ids.index(clause_id) + 1
    return Placed((ids[at],)) if at < len(ids) else None


def _is_measure(topic: Topic, document: Document) -> bool:
    """Say whether a list is that of all clauses of a measure."""
    measure = document.clause(topic.clause_id).measure
    return topic.cited == tuple(clause.id for clause in document.measure(measure).clauses)


def _says_more(text: str, place: Place) -> bool:
    rest = _SHOWS.sub("", text[: place.start] + " " + text[place.end :])
    return len(_WORD_CHARACTER.findall(rest)) >= SAYS_MORE
