"""Our domain and rules, rewritten for a stock Rasa project: pure functions on loaded YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Yaml = dict[str, Any]

LANGUAGE = "zh-Hans"
DOMAIN_KEYS = ("version", "intents", "entities", "slots", "forms", "responses", "actions", "session_config")


def stock_domain(domain: Yaml) -> Yaml:
    """Return the domain with one language's responses and without what only our engine reads.

    Stock Rasa picks a response's variation at random; ours picks by the visitor's language. So only the
    Chinese variations stay, without the tag that says so.
    """
    kept = {key: domain[key] for key in DOMAIN_KEYS if key in domain}
    kept["responses"] = {name: _chinese(variations) for name, variations in domain["responses"].items()}
    return kept


def _chinese(variations: list[Yaml]) -> list[Yaml]:
    chosen = [one for one in variations if one.get("metadata", {}).get("language", LANGUAGE) == LANGUAGE]
    return [{key: value for key, value in one.items() if key != "metadata"} for one in chosen or variations]


def stock_stories(documents: Iterable[Yaml]) -> Yaml:
    """Return stories for TED, which learns from nothing else: each rule's steps between two others'.

    Only rules of one intent and its actions are taken, so that no story contradicts a rule.
    """
    exchanges = [steps for document in documents for steps in _exchanges(document)]
    stories = [
        {"story": f"visit {number}", "steps": [*exchanges[number - 1], *steps, *exchanges[-number - 1]]}
        for number, steps in enumerate(exchanges)
    ]
    return {"version": "3.1", "stories": stories}


def _exchanges(document: Yaml) -> Iterator[list[Yaml]]:
    for rule in document.get("rules") or []:
        steps = rule["steps"]
        plain = "intent" in steps[0] and all(set(step) == {"action"} for step in steps[1:])
        if plain and not rule.get("conversation_start") and not rule.get("condition"):
            yield steps
