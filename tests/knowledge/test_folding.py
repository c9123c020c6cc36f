from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("營業執照註銷後怎麼辦", "营业执照注销后怎么办"),
        ("ＡＢＣ１２３　Pudong", "abc123 pudong"),
        ("「一網通辦」“一件事”", '"一网通办""一件事"'),
        ("who’s", "who's"),
        ("歇业备案，2.0版", "歇业备案,2.0版"),
        ("½㎡", "½㎡"),
        ("", ""),
    ],
)
def test_fold_makes_script_width_case_and_quotes_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
