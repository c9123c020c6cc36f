"""Actions on what was just talked about: its wording, number, plain words, reach, and more of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.composing import compose, name_details, place_of, topic_labels
from actions.context import SLOT, Context, Topic, read_context
from actions.decision import CITATIONS_SHOWN
from actions.following import continue_topic, holds_there, own_shares, refer, says_nothing_new
from actions.matching import refine, say_matches
from actions.placing import place_in, say_place, topic_of
from actions.query import Query, read_query
from actions.sources import RETRIEVED, Sources
from embeddings import Hit, OpenIndex, Retrieval

logger = logging.getLogger(__name__)

# Which action answers an intent that points to what was said before.
POINTING: dict[str, str] = {
    "ask_text": "action_show_text",
    "ask_number": "action_tell_number",
    "ask_more": "action_show_more",
    "ask_rephrase": "action_rephrase",
    "ask_where": "action_tell_where",
    "ask_who": "action_tell_who",
    "ask_previous": "action_recall",
}
_RESPONSES = {
    "action_show_text": "utter_text",
    "action_tell_number": "utter_number",
    "action_rephrase": "utter_rephrased",
    "action_tell_where": "utter_where",
    "action_tell_who": "utter_who",
    "action_recall": "utter_recalled",
}
# Where something is done, as against where a clause holds.
_UNSTATED_PLACES = frozenset({"address", "telephone", "download", "hours"})
# What shows a clause and says nothing else of it.
_SHOWN_AS_IT_IS = frozenset({"action_show_text", "action_recall", "action_tell_number"})


class ActionRefer(Action):
    """Says something of the clause that a message points back to, and shows it again.

    Args:
        sources: What all actions share.
        name: One of ``REFERRING``; it decides which response is uttered.
    """

    def __init__(self, sources: Sources, name: str) -> None:
        self._sources, self._name = sources, name

    def name(self) -> str:
        """Return the action's name in ``domain.yml``."""
        return self._name

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Utter the response about the clause, or ask which one is meant; the clause becomes the latest topic."""
        query, context, index = _read(tracker, self._sources)
        refined = None
        if self._name == "action_tell_where":  # 哪个区都行 after a list: what it asks for is another one
            refined = refine(query, tracker.slots, context, self._sources.matching)
        if refined:
            return say_matches(refined, query, context, dispatcher, self._sources)
        retrieval = self._sources.retrieve(query, query.encoder, index, k=RETRIEVED)
        placed = place_in(query, retrieval, context, index.document)
        if placed and (self._name in _SHOWN_AS_IT_IS or not placed.clause_ids):
            context = say_place(placed, query, context, dispatcher, self._sources, index)
            return [SlotSet(SLOT, context.to_slot())]
        topic = topic_of(placed, query, self._sources) if placed else refer(query, retrieval, context)
        if topic is None or self._sources.limits.of(query.text):
            dispatcher.utter_message(response="utter_ask_which", json_message=compose("clarify", (), index))
            return []
        there = None
        if not placed and self._is_unstated(topic, query):
            return self._say_unstated(topic, query, context, dispatcher, retrieval, index)
        if self._name == "action_tell_where":
            there = holds_there(query, retrieval, topic, self._sources.catalogue)
        if there and there != topic.clause_id:
            topic = Topic("", "", (there,), (there,), topic.shares)
        clause_id = topic.clause_id
        whole_list = topic.listed and (self._name == "action_recall" or placed is not None)
        cited = topic.cited if whole_list else (clause_id,)
        logger.info("%s clauses=%s", self._name, cited)
        dispatcher.utter_message(
            response=self._response(clause_id),
            json_message=compose("answer", _hits(cited, retrieval), index, quoted=len(cited)),
            **self._variables(clause_id, query, index, cited),
        )
        if not topic.label:
            label, label_en = topic_labels(query, clause_id, self._sources)
            topic = replace(topic, label=label, label_en=label_en)
        return [SlotSet(SLOT, context.with_topic(topic).to_slot())]

    def _is_unstated(self, topic: Topic, query: Query) -> bool:
        """Say whether a message asks where something is done, or which ones exactly: no clause says that."""
        details = set(query.values("detail"))
        if self._name == "action_tell_who" and details & {"amount", "fee"}:
            return True
        if self._name == "action_tell_where" and "amount" in details:
            return not self._sources.catalogue[topic.clause_id].areas
        return self._name in {"action_tell_where", "action_show_text"} and bool(_UNSTATED_PLACES & details)

    def _say_unstated(
        self,
        topic: Topic,
        query: Query,
        context: Context,
        dispatcher: CollectingDispatcher,
        retrieval: Retrieval,
        index: OpenIndex,
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(
            response="utter_no_detail",
            json_message=compose("no_detail", _hits((topic.clause_id,), retrieval), index),
            detail=name_details(query, self._sources, most=1),
            **place_of(topic.clause_id, index),
        )
        return [SlotSet(SLOT, context.with_topic(topic).to_slot())]

    def _variables(self, clause_id: str, query: Query, index: OpenIndex, cited: Sequence[str]) -> dict[str, str]:
        entry, matching = self._sources.catalogue[clause_id], self._sources.matching
        entries = [self._sources.catalogue[one] for one in cited]
        explanations = [one.explanation_en if query.english else one.explanation for one in entries]
        areas = [matching.label("area", area, english=query.english) for area in entry.areas]
        return {
            **place_of(clause_id, index),
            "explanation": (" " if query.english else "").join(explanations),
            "areas": (", " if query.english else "、").join(areas),
        }

    def _response(self, clause_id: str) -> str:
        """Return the response; where and for whom a clause holds has one for each case."""
        entry = self._sources.catalogue[clause_id]
        if self._name == "action_tell_where":
            return "utter_where" if entry.areas else "utter_where_anywhere"
        if self._name == "action_tell_who":
            return f"utter_who_{entry.audience}"
        return _RESPONSES[self._name]


class ActionShowMore(Action):
    """Shows further clauses on the topic of a message, or of the latest one."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def name(self) -> str:
        """Return the action's name in ``domain.yml``."""
        return "action_show_more"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Utter clauses not yet shown, or say that there are none."""
        query, context, index = _read(tracker, self._sources)
        retrieval = self._sources.retrieve(query, query.encoder, index, k=RETRIEVED)
        topic = context.latest
        placed = place_in(query, retrieval, context, index.document)
        if placed:
            context = say_place(placed, query, context, dispatcher, self._sources, index)
            return [SlotSet(SLOT, context.to_slot())]
        if topic is None or self._sources.limits.of(query.text):
            dispatcher.utter_message(response="utter_ask_which", json_message=compose("clarify", (), index))
            return []
        further = self._further(query, retrieval, topic)
        if not further:
            dispatcher.utter_message(response="utter_no_more", json_message=compose("chat", (), index))
            return []
        cited = tuple(further[:CITATIONS_SHOWN])
        dispatcher.utter_message(
            response="utter_more",
            json_message=compose("answer", _hits(cited, retrieval), index, quoted=len(cited)),
            **place_of(cited[0], index),
        )
        label, label_en = topic_labels(query, cited[0], self._sources)
        # What was shown before stays seen, so that the next "more" goes on from here.
        seen = tuple(dict.fromkeys((*topic.seen, *cited)))
        kept = Topic(label, label_en, cited, seen, topic.shares)
        return [SlotSet(SLOT, context.with_topic(kept).to_slot())]

    def _further(self, query: Query, retrieval: Retrieval, topic: Topic) -> list[str]:
        if says_nothing_new(query):  # 还有吗: whatever it is near to, it means the topic
            retrieval = replace(retrieval, hits=())
        shares = continue_topic(query, retrieval, topic, self._sources.catalogue)
        own, measure = own_shares(retrieval), topic.clause_id.partition(".")[0]

        def is_near(clause_id: str) -> bool:
            share = max(topic.shares.get(clause_id, 0.0), own.get(clause_id, 0.0))
            return clause_id.partition(".")[0] == measure or share > _NEAR

        return [clause_id for clause_id, _ in shares if is_near(clause_id) and clause_id not in topic.seen]


REFERRING: tuple[str, ...] = tuple(_RESPONSES)
# Share from which a clause of another measure belongs to a topic.
_NEAR = 0.04


def _read(tracker: Tracker, sources: Sources) -> tuple[Query, Context, OpenIndex]:
    return read_query(tracker.latest_message), read_context(tracker.slots.get(SLOT)), sources.index


def _hits(clause_ids: Sequence[str], retrieval: Retrieval) -> list[Hit]:
    scores = {hit.clause_id: hit.score for hit in retrieval.hits}
    return [Hit(clause_id, scores.get(clause_id, 0.0)) for clause_id in clause_ids]
