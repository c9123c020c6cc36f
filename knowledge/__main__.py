"""``python -m knowledge build|check|report|clauses|find``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from knowledge.build import Source, build_document, fingerprint, is_current, repair_source
from knowledge.catalogue import load_catalogue
from knowledge.errors import DocumentNotBuiltError, KnowledgeError
from knowledge.held_out import load_held_out_questions
from knowledge.limits import load_limits
from knowledge.natural import load_natural_messages
from knowledge.notice import load_notice
from knowledge.outside import load_outside_matters
from knowledge.questions import load_questions
from knowledge.report import render_report
from knowledge.scope import load_scope_examples, refuse_answerable
from knowledge.storage import DOCUMENT_DIR, load_document
from knowledge.vocabulary import load_vocabulary


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0, or 1 with the error on stderr."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The document and its data files")
    commands = {"build": _build, "check": _check, "report": _report, "clauses": _clauses}
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, command in commands.items():
        subparsers.add_parser(name, help=command.__doc__)
    subparsers.add_parser("find", help=_find.__doc__).add_argument("text")
    try:
        chosen = parser.parse_args(arguments)
        if chosen.command == "find":
            _find(chosen.text)
        else:
            commands[chosen.command]()
    except KnowledgeError as error:
        print(f"knowledge: {error}", file=sys.stderr)
        return 1
    return 0


def _build() -> None:
    """Repair the raw file and write the clean document, if anything changed."""
    changed = build_document(Source())
    document = load_document()
    counts = f"{len(document.sections)} sections, {len(document.measures)} measures"
    state = "built" if changed else "up to date"
    print(f"knowledge: document {state}: {counts}, {len(document.clauses)} clauses")


def _check() -> None:
    """Check the built document and all data files."""
    if not is_current(DOCUMENT_DIR, fingerprint(Source())):
        raise DocumentNotBuiltError(path=DOCUMENT_DIR, problem="does not belong to the source files")
    questions, examples = load_questions(), load_scope_examples()
    refuse_answerable(examples, questions)
    load_limits()
    load_notice()
    load_vocabulary()
    counts = {
        "questions": len(questions),
        "scope examples": len(examples),
        "catalogue entries": len(load_catalogue()),
        "outside matters": len(load_outside_matters()),
        "natural messages": len(load_natural_messages()),
        "held-out questions": len(load_held_out_questions()),
    }
    print("knowledge: document,", ", ".join(f"{n} {what}" for what, n in counts.items()), "are sound")


def _report() -> None:
    """List every repair made to the raw file."""
    print(render_report(repair_source(Source()).repairs))


def _clauses() -> None:
    """Print all clauses as a JSON list of id and text."""
    clauses = [{"id": clause.id, "text": clause.text} for clause in load_document().clauses]
    print(json.dumps(clauses, ensure_ascii=False, indent=1))


def _find(text: str) -> None:
    """Print what a text names as a JSON list of mentions."""
    mentions = load_vocabulary().find(text)
    found = [{**asdict(mention), "text": text[mention.start : mention.end]} for mention in mentions]
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
