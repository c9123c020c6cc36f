"""What a message names, as measurements: services of the document, stages, details asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from embeddings.evidence import FloatArray
from knowledge import Mention

# Kinds of mention that say something of whether the document deals with a message.
TELLING_KINDS = ("service", "detail", "stage")


class Finder(Protocol):
    """Finds mentions; ``knowledge.Vocabulary`` does."""

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return what a text names."""
        ...


@dataclass(frozen=True)
class Naming:
    """What one message names.

    Attributes:
        services: For each clause whether the message names one of its services, shared among the clauses that have
            the service, shape ``(n_clauses,)``.
        kinds: For each of ``TELLING_KINDS`` 1 if there is such a mention, else 0.
    """

    services: FloatArray
    kinds: FloatArray


class Namer:
    """Measures what messages name.

    Args:
        finder: Finds the mentions.
        clause_ids: Of all clauses, in index order.
    """

    def __init__(self, finder: Finder, clause_ids: Sequence[str]) -> None:
        self._finder = finder
        self._positions = {clause_id: i for i, clause_id in enumerate(clause_ids)}

    def measure(self, text: str) -> Naming:
        """Return what a text names."""
        services = np.zeros(len(self._positions))
        mentions = self._finder.find(text)
        for mention in mentions:
            for clause_id in mention.clause_ids:
                if clause_id in self._positions:
                    position = self._positions[clause_id]
                    services[position] = max(services[position], 1 / len(mention.clause_ids))
        found = {mention.kind for mention in mentions}
        return Naming(services, np.array([float(kind in found) for kind in TELLING_KINDS]))
