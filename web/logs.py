"""Structured logs without visitors' words: names, numbers and ids only."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("web")
_FRAMES = 12


def configure_logs(level: str) -> None:
    """Write one JSON object per line to standard output, from ``level`` on."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # httpx and Sanic's own access log name full URLs, and with them search texts.
    for name in ("httpx", "sanic.access"):
        logging.getLogger(name).disabled = True
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )


def where(error: BaseException) -> list[str]:
    """Return the innermost frames of ``error`` as ``file:line function``.

    An exception's own text may repeat what a visitor typed, so it is never logged.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
