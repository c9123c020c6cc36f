"""Structured logs without visitors' words: names, numbers and ids only."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("web")
_FRAMES = 12
# Other libraries say nothing below a warning: it names full addresses, and with them search texts.
_OURS = ("embeddings", "knowledge")


class JsonFormatter(logging.Formatter):
    """Records of libraries as JSON; of an exception the type and the frames, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line: dict[str, object] = {
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error:
            line |= {"error": type(error).__name__, "where": where(error)}
        return json.dumps(line, ensure_ascii=False)


def configure_logs(level: str) -> None:
    """Write one JSON object per line to standard output, from ``level`` on."""
    lowest = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=max(lowest, logging.WARNING), force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(lowest)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )


def where(error: BaseException) -> list[str]:
    """Return the innermost frames of ``error`` as ``file:line function``.

    An exception's own text may repeat what a visitor typed, so it is never logged.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
