"""``python -m bench.dialogues``: play the dialogues to a running product and count what comes out right."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from bench.client import Connection
from bench.errors import BadReplyError
from embeddings.evaluation.shares import Share
from knowledge import Dialogue, Expectation, load_dialogues
from settings import get_settings

_ANSWERED = {"answer", "no_detail"}
_TIMEOUT_S = 30.0


def is_right(reply: dict[str, Any], expected: Expectation) -> bool:
    """Say whether a reply is what a turn should come to, as the acceptance client counts.

    An answer is right if the first clause is one of those expected; a detail that is not stated, if it says so
    with a related clause first, or abstains; what is not covered, if it is not answered; the matching goes on if
    it asks or lists.
    """
    outcome, cited = reply["outcome"], [citation["clause_id"] for citation in reply["citations"]]
    if expected.unstated:
        if not expected.clause_ids:
            return outcome not in _ANSWERED
        return outcome == "abstain" or (outcome == "no_detail" and cited[0] in expected.clause_ids)
    if expected.clause_ids:
        return outcome in _ANSWERED and cited[0] in expected.clause_ids
    if expected.intent == "match":
        return outcome in {"match", "clarify"} | _ANSWERED
    return expected.intent in {outcome, reply["intent"]["name"]}


async def play(dialogue: Dialogue, connection: Connection, run: str) -> list[bool]:
    """Return for each turn of a dialogue whether the product's reply is right.

    Raises:
        BadReplyError: A turn failed.
    """
    marks = []
    for utterance, expected in dialogue.turns:
        body = json.dumps({"session_id": f"{run}-{dialogue.id}", "message": utterance}).encode()
        response = await connection.post("/api/chat", body, timeout_s=_TIMEOUT_S)
        if response.status != 200:
            raise BadReplyError(f"{dialogue.id}: {utterance!r} got status {response.status}")
        marks.append(is_right(json.loads(response.body), expected))
    return marks


async def play_all(dialogues: Iterable[Dialogue], port: int) -> dict[str, tuple[str, list[bool]]]:
    """Return kind and marks of each dialogue, by id."""
    connection, run = Connection(port), uuid.uuid4().hex[:8]
    try:
        return {one.id: (one.kind, await play(one, connection, run)) for one in dialogues}
    finally:
        connection.close()


def summarise(marks: dict[str, tuple[str, list[bool]]]) -> list[str]:
    """Return the shares of right turns and of wholly right dialogues, overall and by kind, with 95 % intervals."""
    groups: dict[str, list[list[bool]]] = defaultdict(list)
    for kind, turns in marks.values():
        groups["all"].append(turns)
        groups[kind].append(turns)
    lines = ["| dialogues | turns right | wholly right |", "| --- | ---: | ---: |"]
    for kind, dialogues in groups.items():
        turns = [mark for dialogue in dialogues for mark in dialogue]
        whole = [all(dialogue) for dialogue in dialogues]
        lines.append(f"| {kind} | {_share(turns)} | {_share(whole)} |")
    return lines


def _share(marks: Sequence[bool]) -> str:
    share = Share("right", sum(marks), len(marks))
    low, high = share.interval()
    return f"{share.value:.3f} ({low:.3f}-{high:.3f}), n {len(marks)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, print the table; return 1 if the product cannot be asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.dialogues", description=__doc__)
    parser.add_argument("--port", type=int, default=get_settings().port)
    parser.add_argument("--file", default="", help="prefix of the ids to play, such as y")
    options = parser.parse_args(arguments)
    dialogues = [one for one in load_dialogues() if one.id.startswith(options.file)]
    try:
        marks = asyncio.run(play_all(dialogues, options.port))
    except (OSError, TimeoutError, BadReplyError) as error:
        print(f"bench.dialogues: 127.0.0.1:{options.port}: {error}; is `make run` running?", file=sys.stderr)
        return 1
    print("\n".join(summarise(marks)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
