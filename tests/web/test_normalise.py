from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.normalise import clean, detect_language, query_form


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  歇业  ", "歇业"),
        ("歇\u200b业\ufeff", "歇业"),
        ("歇\x00业\x1b[31m", "歇业[31m"),
        ("一\r\n二\t三", "一\n\n二 三"),
        ("\u3164\u2800\u115f", ""),
        ("营业执照，怎么办？！", "营业执照，怎么办？！"),
        ("\u202e反向", "反向"),
        ("Ａ１", "Ａ１"),
    ],
)
def test_clean_keeps_what_was_meant(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("營業執照怎麼辦？", "营业执照怎么办？"),
        ("Ａ１２３", "A123"),
        ("开店，要证吗？！（急）", "开店，要证吗？！（急）"),
        ("两个\n\n问题  一起问", "两个 问题 一起问"),
        ("㈱①", "(株)1"),
    ],
)
def test_query_form_is_simplified_with_chinese_punctuation(text: str, query: str) -> None:
    assert query_form(text) == query


def test_query_form_stays_within_the_longest_utterance() -> None:
    assert len(query_form("\ufdfa" * 2000)) <= 2000


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("公司暂时不想经营了", "zh-Hans"),
        ("公司暫時不想經營了", "zh-Hant"),
        ("關於營業執照", "zh-Hant"),
        ("上海有哪些著名的公司", "zh-Hans"),
        ("瞭望", "zh-Hans"),
        ("How do I get a licence?", "en"),
        ("zenme ban", "en"),
        ("请问 business licence 怎么办", "zh-Hans"),
        ("請問 business licence", "zh-Hant"),
        ("12345", "zh-Hans"),
        ("😀？", "zh-Hans"),
        ("", "zh-Hans"),
    ],
)
def test_detect_language_looks_at_one_message(text: str, language: str) -> None:
    assert detect_language(text) == language


@given(st.text())
def test_clean_is_stable(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=st.characters()))
def test_clean_leaves_nothing_that_a_database_refuses(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode("utf-8")
