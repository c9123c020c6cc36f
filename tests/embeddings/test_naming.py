from __future__ import annotations

import pytest

from embeddings.naming import TELLING_KINDS, Namer
from knowledge import Mention
from tests.embeddings.samples import WordFinder


class FixedFinder:
    """Finds a service of several clauses in every text."""

    def __init__(self, *clause_ids: str) -> None:
        self._clause_ids = clause_ids

    def find(self, text: str) -> tuple[Mention, ...]:
        return (Mention("service", "一网通办", self._clause_ids, 0, len(text), exact=True),)


@pytest.mark.parametrize(
    ("text", "services", "kinds"),
    [
        ("歇业备案是什么", [0.0, 1.0, 0.0], {"service"}),
        ("歇业备案和养老院", [0.0, 1.0, 1.0], {"service"}),
        ("停业多少钱", [0.0, 0.0, 0.0], {"detail", "stage"}),
        ("电话", [0.0, 0.0, 0.0], {"detail"}),
        ("今天天气怎么样", [0.0, 0.0, 0.0], set()),
        ("", [0.0, 0.0, 0.0], set()),
    ],
)
def test_measure_says_what_a_message_names(text: str, services: list[float], kinds: set[str]) -> None:
    naming = Namer(WordFinder(), ["1.1", "1.2", "2.1"]).measure(text)

    assert naming.services.tolist() == services
    assert {kind for kind, named in zip(TELLING_KINDS, naming.kinds.tolist(), strict=True) if named == 1} == kinds


def test_measure_shares_a_service_among_the_clauses_that_have_it() -> None:
    naming = Namer(FixedFinder("1.1", "2.1"), ["1.1", "1.2", "2.1"]).measure("一网通办")

    assert naming.services.tolist() == [0.5, 0.0, 0.5]


def test_measure_ignores_clauses_that_the_index_does_not_have() -> None:
    naming = Namer(FixedFinder("1.1", "9.9"), ["1.1", "1.2"]).measure("一网通办")

    assert naming.services.tolist() == [0.5, 0.0]
