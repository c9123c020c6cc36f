"""``python -m embeddings build``, ``ask "…"`` and ``evaluate``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict

from embeddings.encoder import encoder_id, load_encoder
from embeddings.errors import EmbeddingsError
from embeddings.manifest import LAYOUT
from embeddings.passages import Material
from knowledge import (
    KnowledgeError,
    load_document,
    load_natural_messages,
    load_outside_matters,
    load_questions,
    load_scope_examples,
    to_simplified,
)
from settings import Settings, get_settings


def main() -> int:
    """Run one command; the exit status is 1 if it failed, with one line that says why."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "build":
            _build(get_settings(), force=arguments.force)
        elif arguments.command == "ask":
            _ask(get_settings(), arguments.message, k=arguments.k)
        else:
            _evaluate(get_settings())
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
    commands.add_parser("evaluate", help="measure the current index on held-out natural messages")
    return parser


def _build(settings: Settings, *, force: bool) -> None:
    from embeddings.build import build_index, up_to_date

    material = Material(
        document=load_document(),
        questions=load_questions(),
        examples=load_scope_examples(),
        matters=load_outside_matters(),
        natural=load_natural_messages(split="train"),
    )
    inputs = material.sha256(encoder=encoder_id(settings.encoder), layout=LAYOUT)
    if up_to_date(settings.index_dir, inputs) and not force:
        print("index: up to date")
        return
    started = time.perf_counter()
    build_index(
        material=material,
        encoder=load_encoder(settings.encoder, threads=2),
        index_dir=settings.index_dir,
        report=lambda line: print(f"index: {time.perf_counter() - started:5.1f} s  {line}", flush=True),
    )


def _ask(settings: Settings, message: str, *, k: int) -> None:
    from embeddings.handle import open_index

    index = open_index(settings)
    query = to_simplified(message)
    vector = load_encoder(settings.encoder).encode_query(query)
    print(json.dumps(asdict(index.retrieve(query, vector, k=k)), ensure_ascii=False, indent=1))


def _evaluate(settings: Settings) -> None:
    from embeddings.evaluation import evaluate, make_retrieve, render
    from embeddings.handle import open_index

    retrieve = make_retrieve(load_encoder(settings.encoder), open_index(settings).retrieve)
    print(render(evaluate(load_natural_messages(split="held_out"), retrieve)))


if __name__ == "__main__":
    sys.exit(main())
