"""The action behind every question: retrieve, read in the light of what was said, decide, compose."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.composing import compose, name_details, place_of, topic_labels
from actions.context import SLOT, Context, Topic, likeliest, read_context
from actions.decision import (
    CITATIONS_SHOWN,
    NONE_OF_THESE,
    Decision,
    Outcome,
    decide,
    decide_choice,
    decide_parts,
)
from actions.following import Reading, own_shares, read_on, says_nothing_new
from actions.matching import refine, say_matches
from actions.placing import place_in, say_place
from actions.query import Language, Query, read_query
from actions.referring import POINTING
from actions.sources import RETRIEVED, Sources
from embeddings import OpenIndex, Retrieval

logger = logging.getLogger(__name__)

_NONE_OF_THESE_TITLE: dict[Language, str] = {"zh-Hans": "都不是", "en": "None of these"}
_DETAILS_NAMED = 2
_ADDED_SHOWN = 14
_UNSURE = "nlu_fallback"
# Probability of an intent that points back from which an unsure message is taken for it; less is enough if it also
# names what it points to.
POINTS_BACK, POINTS_WITH_REFERENCE = 0.35, 0.2
# What a follow-up says besides its content.
_FRAME = re.compile(
    r"^(那么|那|这|哦|噢|嗯|还有|and|what about|how about|so)[,，\s]*|[呢吗吧啊呀？?。!！\s]+$", re.IGNORECASE
)


class ActionAnswer(Action):
    """Answers the latest message with clauses, offers readings of it, or says that the document does not.

    What it says is a response of ``domain.yml``, named by ``Decision.response``; outcome and citations go along
    as ``custom``, readings to choose from as buttons. What was shown becomes the latest topic of the slot
    ``context``.

    Args:
        sources: What all actions share.
        referring: By name, the actions on what was just talked about; one of them takes over a message that the
            engine was not sure of but that most likely points back.
    """

    def __init__(self, sources: Sources, referring: Mapping[str, Action] = MappingProxyType({})) -> None:
        self._sources, self._referring = sources, referring

    def name(self) -> str:
        """Return the action's name in ``domain.yml``."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Retrieve, decide and utter; sets the slot ``context`` if clauses were shown."""
        query, context, index = (
            read_query(tracker.latest_message),
            read_context(tracker.slots.get(SLOT)),
            self._sources.index,
        )
        refined = None if query.chosen else refine(query, tracker.slots, context, self._sources.matching)
        if refined:
            return say_matches(refined, query, context, dispatcher, self._sources)
        retrieval = self._sources.retrieve(query, query.encoder, index, k=RETRIEVED)
        placed = None if query.chosen else place_in(query, retrieval, context, index.document)
        if placed and not self._sources.limits.of(query.text):
            context = say_place(placed, query, context, dispatcher, self._sources, index)
            return [SlotSet(SLOT, context.to_slot())]
        pointed = self._referring.get(_picks(query, context) or points_back(query)) if context.latest else None
        if pointed:
            events: list[dict[str, Any]] = pointed.run(dispatcher, tracker, domain)
            return events
        reading = self._read(query, retrieval, context, index)
        decision = reading.decision
        logger.info(
            "outcome=%s reason=%s completed=%s clauses=%s probabilities=%s",
            decision.outcome,
            decision.reason,
            reading.completed,
            [hit.clause_id for hit in decision.cited],
            {label: round(probability, 3) for label, probability in retrieval.probabilities.items()},
        )
        self._say(dispatcher, reading, query, context, index, retrieval)
        return self._remember(reading, query, retrieval, context)

    def _read(self, query: Query, retrieval: Retrieval, context: Context, index: OpenIndex) -> Reading:
        if query.chosen:
            return Reading(decide_choice(query.chosen, retrieval), completed=False)
        alone = self._decide(query, retrieval, index)
        return read_on(query, retrieval, alone, context, self._sources.catalogue)

    def _decide(self, query: Query, retrieval: Retrieval, index: OpenIndex) -> Decision:
        limits = self._sources.limits
        whole = decide(retrieval, limits.of(query.text))
        # A part under a rule is never answered beside the others: then the whole message decides.
        if whole.reason or any(limits.of(part.text) for part in query.parts):
            return whole
        found = (self._sources.retrieve(part, query.encoder, index, k=CITATIONS_SHOWN) for part in query.parts)
        return decide_parts(whole, [decide(one) for one in found])

    def _say(
        self,
        dispatcher: CollectingDispatcher,
        reading: Reading,
        query: Query,
        context: Context,
        index: OpenIndex,
        retrieval: Retrieval,
    ) -> None:
        decision = reading.decision
        if reading.completed and context.latest:
            dispatcher.utter_message(response="utter_understood", understood=understood(query, context.latest))
        probabilities = {label: round(p, 4) for label, p in retrieval.probabilities.items()}
        variables = self._template_variables(decision, query, index)
        unnamed = decision.outcome is Outcome.NO_DETAIL and not variables["detail"]
        dispatcher.utter_message(
            response="utter_related" if unnamed else decision.response,
            json_message={
                **compose(decision.outcome.value, decision.cited, index, quoted=decision.quoted),
                "probabilities": probabilities,
            },
            buttons=self.buttons(decision, query.language),
            **variables,
        )

    def _remember(
        self, reading: Reading, query: Query, retrieval: Retrieval, context: Context
    ) -> list[dict[str, Any]]:
        decision = reading.decision
        if not decision.cited:
            return []
        cited = tuple(hit.clause_id for hit in decision.cited)
        listed = decision.outcome is Outcome.CLARIFY or decision.quoted > 1
        shares = own_shares(retrieval)
        if reading.completed or query.chosen:
            shares = {hit.clause_id: hit.score for hit in (*decision.cited, *decision.rejected)}
        label, label_en = topic_labels(query, cited[0], self._sources)
        shown = cited if listed else cited[: decision.quoted]
        topic = Topic(label, label_en, cited, shown, likeliest(shares.items()), listed)
        return [SlotSet(SLOT, context.with_topic(topic).to_slot())]

    def buttons(self, decision: Decision, language: Language) -> list[dict[str, str]]:
        """Return a button for each reading on offer, and one for none of them."""
        if decision.outcome is not Outcome.CLARIFY or not decision.cited:
            return []
        offered = [(self._sources.reading(hit.clause_id, language), hit.clause_id) for hit in decision.cited]
        offered.append((_NONE_OF_THESE_TITLE[language], NONE_OF_THESE))
        return [{"title": title, "payload": title, "chosen": chosen} for title, chosen in offered]

    def _template_variables(self, decision: Decision, query: Query, index: OpenIndex) -> dict[str, str]:
        """Return what the response's template may name."""
        if decision.matter:
            matter = decision.matter
            return {
                "matter": matter.title_en if query.english else matter.title,
                "belongs_to": matter.belongs_to_en if query.english else matter.belongs_to,
            }
        if not decision.cited:
            return {}
        variables = place_of(decision.cited[0].clause_id, index)
        if decision.outcome is Outcome.NO_DETAIL:
            variables["detail"] = name_details(query, self._sources, most=_DETAILS_NAMED)
        return variables


def points_back(query: Query) -> str:
    """Return the action on what was just talked about that an unsure message most likely asks for; else empty."""
    if query.intent != _UNSURE or query.chosen:
        return ""
    ranked = {intent: share for intent, share in query.intents.items() if intent != _UNSURE}
    likeliest_intent = max(ranked, key=lambda intent: ranked[intent], default="")
    needed = POINTS_WITH_REFERENCE if query.values("reference") else POINTS_BACK
    if likeliest_intent != "ask_number" and query.values("detail"):
        return ""  # 把地址发我: a particular, not where the clause holds
    return POINTING.get(likeliest_intent, "") if ranked.get(likeliest_intent, 0.0) >= needed else ""


def _picks(query: Query, context: Context) -> str:
    """Return the action that shows an item of the list shown last, if a message only says which: 最后一个呢."""
    is_item = bool(set(query.values("reference")) & {"first", "second", "third", "last"})
    listed = context.latest is not None and context.latest.listed
    return POINTING["ask_previous"] if listed and is_item and says_nothing_new(query) else ""


def understood(query: Query, topic: Topic) -> str:
    """Return how a message was completed: what the topic was about, and what the message adds."""
    about = topic.label_en if query.english else topic.label
    added = _FRAME.sub("", _FRAME.sub("", query.text.strip())).strip()
    if len(added) > _ADDED_SHOWN * (3 if query.english else 1):
        added = ""
    return " · ".join(part for part in (about, added) if part)
