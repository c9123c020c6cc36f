"""The stock project's one action: the usual custom action that looks the answer up in an index.

It uses the same encoder, index and decision as our product, so that the comparison is about everything else.
``python -m bench.stock.actions PORT`` serves it with rasa-sdk's application in one process: rasa-sdk's own command
pickles the actions for a second one, which an open index does not survive.
"""

from __future__ import annotations

import sys
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.decision import CITATIONS_SHOWN, decide
from embeddings import load_encoder, open_index
from settings import get_settings


class ActionAnswer(Action):
    """Encodes the message, retrieves clauses, utters a response of the domain with the citations."""

    def __init__(self) -> None:
        settings = get_settings()
        self._index = open_index(settings)
        self._encoder = load_encoder(settings.encoder)

    def name(self) -> str:
        """Return the action's name in ``domain.yml``."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message; sets no slot and no event."""
        text = tracker.latest_message["text"]
        index = self._index.current
        vector = self._encoder.encode_query(text)
        decision = decide(index.retriever.retrieve(text, vector, k=CITATIONS_SHOWN))
        clauses = [index.document.clause(hit.clause_id) for hit in decision.cited]
        slots = {}
        if clauses:
            measure = index.document.measure(clauses[0].measure)
            slots = {"measure": str(measure.number), "measure_title": measure.title, "clause_id": clauses[0].id}
        citations = [{"clause_id": clause.id, "quote": clause.text} for clause in clauses]
        dispatcher.utter_message(
            response=f"utter_{decision.outcome}", json_message={"citations": citations}, **slots
        )
        return []


def serve(port: int) -> None:
    """Serve on loopback until told to stop."""
    executor = ActionExecutor()
    executor.register_action(ActionAnswer())
    app = create_app(executor)
    app.run(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
