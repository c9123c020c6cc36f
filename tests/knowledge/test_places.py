from __future__ import annotations

import pytest

from knowledge import Place, find_place


@pytest.mark.parametrize(
    ("text", "measure", "sentence"),
    [
        ("第十五条都讲了些什么", 15, None),
        ("第8条里面第3点念一下", 8, 3),
        ("第二十二项措施第二句", 22, 2),
        ("第三点说简单点", None, 3),
        ("那第22条呢", 22, None),
        ("看看第十项", 10, None),
        ("第 8 条", 8, None),
        ("2.4", 2, 4),
        ("2.4的原文", 2, 4),
        ("编号16.2是说什么的", 16, 2),
        ("what does measure 8 say", 8, None),
        ("show me clause 2.4", 2, 4),
        ("sentence 3 of measure 9", 9, 3),
        ("measure 9, sentence 3", 9, 3),
        ("point 3 please", None, 3),
    ],
)
def test_find_place_reads_numbers(text: str, measure: int | None, sentence: int | None) -> None:
    place = find_place(text)

    assert (place and place.measure, place and place.sentence) == (measure, sentence)


@pytest.mark.parametrize(
    "text",
    [
        "公司法第十五条怎么规定",
        "《民法典》第8条",
        "合同里第三条算数吗",
        "税率降到2.5%能持续多久",
        "我们2.4万员工",
        "2023年3.15晚会曝光的店还开着",
        "第一次来办事",
        "第几条",
        "十五条",
        "第十十条",
        "I waited 2.5 hours in the hall",
    ],
)
def test_find_place_leaves_other_numbers_alone(text: str) -> None:
    assert find_place(text) is None


def test_find_place_says_where_it_stands_and_whether_it_counts_items() -> None:
    assert find_place("那第二条呢") == Place(2, None, True, 1, 4)
    assert find_place("那第二条第一句呢") == Place(2, 1, False, 1, 7)
