"""``python -m embeddings build``, ``ask "…"`` and ``evaluate``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from embeddings.encoder import encoder_id, load_encoder
from embeddings.errors import EmbeddingsError
from embeddings.passages import Material
from knowledge import (
    KnowledgeError,
    load_catalogue,
    load_document,
    load_limits,
    load_natural_messages,
    load_outside_matters,
    load_questions,
    load_scope_examples,
    load_vocabulary,
    to_simplified,
    vocabulary_fingerprint,
)
from settings import Settings, get_settings

# Two in threads of their own encode twice as much as one with two threads.
ENCODERS = 2


def main() -> int:
    """Run one command; the exit status is 1 if it failed, with lines that say why."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "build":
            _build(get_settings(), force=arguments.force)
        elif arguments.command == "ask":
            _ask(get_settings(), arguments.message, k=arguments.k, as_json=arguments.json)
        else:
            return _evaluate(get_settings(), arguments)
    except (EmbeddingsError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m embeddings", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build the index unless the current one is up to date")
    build.add_argument("--force", action="store_true", help="build even if nothing changed")
    ask = commands.add_parser("ask", help="retrieve for one message and show what made each score")
    ask.add_argument("message")
    ask.add_argument("--k", type=int, default=3, help="how many clauses to show")
    ask.add_argument("--json", action="store_true", help="print the retrieval itself")
    evaluate = commands.add_parser("evaluate", help="measure the current index on held-out messages")
    evaluate.add_argument("--out", type=Path, help="folder for the report; by default var/evaluation")
    evaluate.add_argument("--accepted", type=Path, help="folder of what was accepted last; docs/evaluation")
    then = evaluate.add_mutually_exclusive_group()
    then.add_argument("--accept", action="store_true", help="make this measurement the accepted one")
    then.add_argument("--check", action="store_true", help="fail if a figure fell by more than its interval")
    return parser


def _build(settings: Settings, *, force: bool) -> None:
    from embeddings.build import build_index, hash_inputs, up_to_date

    material = Material(
        document=load_document(),
        questions=load_questions(),
        examples=load_scope_examples(),
        matters=load_outside_matters(),
        natural=load_natural_messages(split="train"),
        catalogue=tuple(load_catalogue().values()),
        vocabulary=vocabulary_fingerprint(),
    )
    inputs = hash_inputs(material, encoder_id(settings.encoder))
    if up_to_date(settings.index_dir, inputs) and not force:
        print("index: up to date")
        return
    started = time.perf_counter()
    build_index(
        material=material,
        encoders=[load_encoder(settings.encoder) for _ in range(ENCODERS)],
        finder=load_vocabulary(),
        index_dir=settings.index_dir,
        report=lambda line: print(f"index: {time.perf_counter() - started:5.1f} s  {line}", flush=True),
    )


def _ask(settings: Settings, message: str, *, k: int, as_json: bool) -> None:
    from embeddings.explanation import explain
    from embeddings.handle import open_index

    index = open_index(settings).current
    query = to_simplified(message)
    retrieval = index.retriever.retrieve(query, load_encoder(settings.encoder).encode_query(query), k=k)
    if as_json:
        print(json.dumps(asdict(retrieval), ensure_ascii=False, indent=1))
    else:
        print(explain(retrieval, document=index.document, limit=load_limits().of(query)))


def _evaluate(settings: Settings, arguments: argparse.Namespace) -> int:
    from embeddings.evaluation.run import ACCEPTED_DIR, evaluate

    worse = evaluate(
        settings,
        out=arguments.out or settings.data_dir / "evaluation",
        accepted_dir=arguments.accepted or ACCEPTED_DIR,
        accept=arguments.accept,
        check=arguments.check,
        report=lambda line: print(f"evaluation: {line}", flush=True),
    )
    for line in worse:
        print(f"WORSE: {line}", file=sys.stderr)
    return 1 if worse and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
