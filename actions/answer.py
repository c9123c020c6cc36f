"""The action behind every question: retrieve, decide, compose."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.decision import CITATIONS_SHOWN, NONE_OF_THESE, Decision, Outcome, decide, decide_choice, decide_parts
from actions.query import Language, Query, read_query
from embeddings import Encoder, IndexHandle, OpenIndex, Retrieval, Vector
from knowledge import Vocabulary, load_catalogue, load_limits

logger = logging.getLogger(__name__)

_NONE_OF_THESE_TITLE: dict[Language, str] = {"zh-Hans": "都不是", "en": "None of these"}
_SOME_DETAIL: dict[Language, str] = {"zh-Hans": "如果是更具体的规定", "en": "more specific rules"}
_DETAILS_NAMED = 2


class ActionAnswer(Action):
    """Answers the latest message with clauses, offers readings of it, or says that the document does not.

    What it says is a response of ``domain.yml``, named by ``Decision.response``; outcome, citations and
    probabilities go along as ``custom``, readings to choose from as buttons.

    Args:
        index: Where to retrieve from.
        load_encoder: Called at the first message that comes without a usable vector.
        vocabulary: Names the detail that is asked for.
    """

    def __init__(
        self,
        index: IndexHandle,
        load_encoder: Callable[[], Encoder],
        *,
        vocabulary: Vocabulary,
    ) -> None:
        self._index, self._load_encoder, self._vocabulary = index, load_encoder, vocabulary
        self._limits, self._catalogue = load_limits(), load_catalogue()

    def name(self) -> str:
        """Return the action's name in ``domain.yml``."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Retrieve, decide and utter; sets no slot and no event."""
        query = read_query(tracker.latest_message)
        index = self._index.current
        retrieval = self._retrieve(query.text, query.vector, query.encoder, index)
        decision = self._decide(query, retrieval, index)
        logger.info(
            "outcome=%s reason=%s clauses=%s probabilities=%s",
            decision.outcome,
            decision.reason,
            [hit.clause_id for hit in decision.cited],
            {label: round(probability, 3) for label, probability in retrieval.probabilities.items()},
        )
        dispatcher.utter_message(
            response=decision.response,
            json_message=compose(decision, retrieval, index),
            buttons=self.buttons(decision, query.language),
            **self._template_variables(decision, query, index),
        )
        return []

    def _decide(self, query: Query, retrieval: Retrieval, index: OpenIndex) -> Decision:
        if query.chosen:
            return decide_choice(query.chosen, retrieval)
        whole = decide(retrieval, self._limits.of(query.text))
        # A part under a rule is never answered beside the others: then the whole message decides.
        if whole.reason or any(self._limits.of(part.text) for part in query.parts):
            return whole
        found = (self._retrieve(part.text, part.vector, query.encoder, index) for part in query.parts)
        return decide_parts(whole, [decide(one) for one in found])

    def _retrieve(self, text: str, vector: Vector | None, encoder: str, index: OpenIndex) -> Retrieval:
        """Retrieve with ``vector``, or with one made here if there is none or another encoder made it."""
        if vector is None or encoder != index.manifest.encoder:
            vector = self._encoder.encode_query(text)
        return index.retriever.retrieve(text, vector, k=CITATIONS_SHOWN, explain=False)

    @cached_property
    def _encoder(self) -> Encoder:
        logger.info("a message came without a usable vector: loading the encoder")
        return self._load_encoder()

    def buttons(self, decision: Decision, language: Language) -> list[dict[str, str]]:
        """Return a button for each reading on offer, and one for none of them."""
        if decision.outcome is not Outcome.CLARIFY or not decision.cited:
            return []
        offered = [(self._reading(hit.clause_id, language), hit.clause_id) for hit in decision.cited]
        offered.append((_NONE_OF_THESE_TITLE[language], NONE_OF_THESE))
        return [{"title": title, "payload": title, "chosen": chosen} for title, chosen in offered]

    def _reading(self, clause_id: str, language: Language) -> str:
        entry = self._catalogue[clause_id]
        return entry.reading_en if language == "en" else entry.reading

    def _template_variables(self, decision: Decision, query: Query, index: OpenIndex) -> dict[str, str]:
        """Return what the response's template may name."""
        english = query.language == "en"
        if decision.matter:
            matter = decision.matter
            return {
                "matter": matter.title_en if english else matter.title,
                "belongs_to": matter.belongs_to_en if english else matter.belongs_to,
            }
        if not decision.cited:
            return {}
        clause = index.document.clause(decision.cited[0].clause_id)
        measure = index.document.measure(clause.measure)
        variables = {"clause_id": clause.id, "measure": str(measure.number), "measure_title": measure.title}
        if decision.outcome is Outcome.NO_DETAIL:
            variables["detail"] = self._detail(query)
        return variables

    def _detail(self, query: Query) -> str:
        """Return what a reply calls the details that a message asks for."""
        found = [mention.value for mention in self._vocabulary.find(query.text) if mention.kind == "detail"]
        labels = [self._vocabulary.labels[value] for value in dict.fromkeys(found)][:_DETAILS_NAMED]
        if query.language == "en":
            return " or ".join(label.en for label in labels) or _SOME_DETAIL["en"]
        return "和".join(label.zh for label in labels) or _SOME_DETAIL["zh-Hans"]


def compose(decision: Decision, retrieval: Retrieval, index: OpenIndex) -> dict[str, Any]:
    """Return the structured part of a reply: outcome, citations with whole clauses as quotes, probabilities."""
    return {
        "outcome": decision.outcome.value,
        "citations": [
            {
                "clause_id": hit.clause_id,
                "quote": index.document.clause(hit.clause_id).text,
                "score": round(hit.score, 4),
            }
            for hit in decision.cited
        ],
        "quoted": decision.quoted,
        "index_version": index.manifest.version,
        "probabilities": {label: round(p, 4) for label, p in retrieval.probabilities.items()},
    }
