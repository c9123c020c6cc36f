"""``python -m actions``: run the action server."""

from __future__ import annotations

import logging
import sys
import warnings

from actions.server import serve
from embeddings import EmbeddingsError
from knowledge import KnowledgeError
from settings import get_settings


def main() -> int:
    """Serve; the exit status is 1 if the index cannot be opened, with one line that says why."""
    settings = get_settings()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    for name in ("sanic.access", "rasa_sdk.executor"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # rasa-sdk 3.21 serves a Rasa 3.6 engine, which the journeys test; it compares the version numbers alone.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk might not be compatible")
    try:
        serve(settings)
    except (EmbeddingsError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
