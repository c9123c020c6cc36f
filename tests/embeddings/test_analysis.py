from __future__ import annotations

import pytest

from embeddings.analysis import analyse, count_word_characters


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("歇业备案", ["歇业", "业备", "备案", "xie'ye", "ye'bei", "bei'an"]),
        ("税", ["税", "shui"]),
        ("AI赋能", ["ai", "赋能", "fu'neng"]),
        ("电费，水费", ["电费", "dian'fei", "水费", "shui'fei"]),
        ("5G+AI 2023年", ["5g+ai", "2023", "年", "nian"]),
        ("？！……", []),
        ("", []),
    ],
)
def test_analyse_gives_bigrams_and_their_pinyin(text: str, terms: list[str]) -> None:
    assert analyse(text) == terms


def test_analyse_makes_homophones_share_terms() -> None:
    assert "zhu'xiao" in analyse("注消")
    assert "zhu'xiao" in analyse("注销")


def test_count_word_characters_leaves_out_punctuation_and_blanks() -> None:
    assert count_word_characters("公司 注销，OK？") == 6
