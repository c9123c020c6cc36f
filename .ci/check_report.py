"""Fails if a report of the acceptance client is below the bars: ``python .ci/check_report.py report.json``.

The bars: 85 % of the questions get the right clause first, every quote is verbatim (and there are quotes),
no message meets a transport failure or a server error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LEAST_CLAUSE_AT_1 = 0.85


def failures(content: dict[str, Any]) -> list[str]:
    """Return one line for each bar that is not met; empty if all is well."""
    report = content["report"]
    found = []
    reached = report.get("in_scope", {}).get("clause@1", 0.0)
    if reached < LEAST_CLAUSE_AT_1:
        found.append(f"in_scope clause@1 is {reached}, expected at least {LEAST_CLAUSE_AT_1}")
    quotes = report.get("quotes", {"shown": 0, "not verbatim": 0})
    if not quotes["shown"]:
        found.append("no quote was shown, so nothing shows that quotes are verbatim")
    if quotes["not verbatim"]:
        found.append(f"{quotes['not verbatim']} quotes are not verbatim, e.g. {quotes['examples']}")
    broken = [reply for reply in _replies(content["records"]) if _is_broken(reply)]
    if broken:
        found.append(f"{len(broken)} messages met a transport failure or server error, e.g. {broken[0]}")
    return found


def _replies(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for record in records:
        if "turns" in record:
            yield from (turn["reply"] for turn in record["turns"])
        else:
            yield record["reply"]


def _is_broken(reply: dict[str, Any]) -> bool:
    return reply.get("outcome") == "error" and not 400 <= reply.get("status", 0) < 500


def main(path: str) -> int:
    """Say what is below the bars; return the exit code."""
    found = failures(json.loads(Path(path).read_text(encoding="utf-8")))
    sys.stdout.write("".join(f"BELOW THE BAR: {line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
