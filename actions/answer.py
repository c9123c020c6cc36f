"""The action behind every question: retrieve, decide, compose."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.decision import CITATIONS_SHOWN, Decision, Outcome, decide
from actions.query import Query, read_query
from embeddings import Encoder, IndexHandle, OpenIndex, Vector
from knowledge import load_limits

logger = logging.getLogger(__name__)


class ActionAnswer(Action):
    """Answers the latest message with clauses, or says that the document does not.

    What it says is a response of ``domain.yml`` (``utter_answer``, ``utter_no_detail``, ``utter_abstain``, and
    ``utter_unlawful`` or ``utter_elsewhere`` for what an explicit rule excludes); outcome, citations and scores
    go along as ``custom``.

    Args:
        index: Where to retrieve from.
        load_encoder: Called at the first message that comes without a usable vector.
    """

    def __init__(self, index: IndexHandle, load_encoder: Callable[[], Encoder]) -> None:
        self._index, self._load_encoder, self._limits = index, load_encoder, load_limits()

    def name(self) -> str:
        """Return the action's name in ``domain.yml``."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Retrieve, decide and utter; sets no slot and no event."""
        query = read_query(tracker.latest_message)
        index = self._index.current
        vector = self._vector(query, index)
        retrieval = index.retriever.retrieve(query.text, vector, k=CITATIONS_SHOWN, explain=False)
        decision = decide(retrieval, self._limits.of(query.text))
        logger.info(
            "outcome=%s clauses=%s scope=%.3f detail=%.3f",
            decision.outcome,
            [hit.clause_id for hit in decision.cited],
            decision.scope_probability,
            decision.detail_probability,
        )
        dispatcher.utter_message(
            response=f"utter_{decision.limit or decision.outcome}",
            json_message=compose(decision, index),
            **template_variables(decision, index),
        )
        return []

    def _vector(self, query: Query, index: OpenIndex) -> Vector:
        manifest = index.manifest
        if query.vector is not None and query.encoder == manifest.encoder:
            return query.vector
        return self._encoder.encode_query(query.text)

    @cached_property
    def _encoder(self) -> Encoder:
        logger.info("a message came without a usable vector: loading the encoder")
        return self._load_encoder()


def compose(decision: Decision, index: OpenIndex) -> dict[str, Any]:
    """Return the structured part of a reply: outcome, citations with whole clauses as quotes, scores."""
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
        "index_version": index.manifest.version,
        "scores": {
            "scope": round(decision.scope_probability, 4),
            "detail": round(decision.detail_probability, 4),
        },
    }


def template_variables(decision: Decision, index: OpenIndex) -> dict[str, str]:
    """Return what the response's template may name; nothing for an abstention."""
    if decision.outcome is Outcome.ABSTAIN:
        return {}
    clause = index.document.clause(decision.cited[0].clause_id)
    measure = index.document.measure(clause.measure)
    return {"clause_id": clause.id, "measure": str(measure.number), "measure_title": measure.title}
