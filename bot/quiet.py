"""Keep Rasa quiet: no telemetry, no progress bars, one thread, and no visitor's word in a log."""

from __future__ import annotations

import logging
import os
import warnings

import structlog

LEVEL = logging.WARNING


def install() -> None:
    """Set logging up for this process; must run before the first import of ``rasa``.

    Rasa's structured logs print each message at debug level until someone sets a level.
    """
    os.environ.update(
        RASA_TELEMETRY_ENABLED="false",
        RASA_MAX_CACHE_SIZE="0",
        LOG_LEVEL=logging.getLevelName(LEVEL),
        OMP_NUM_THREADS=os.environ.get("OMP_NUM_THREADS", "1"),
        SQLALCHEMY_SILENCE_UBER_WARNING="1",
        TQDM_DISABLE="1",
    )
    logging.basicConfig(level=LEVEL, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(LEVEL))
    import sanic  # noqa: F401 - switches deprecation warnings on when imported, so before the next line

    warnings.simplefilter("ignore")
