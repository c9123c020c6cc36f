from __future__ import annotations

import pytest

from knowledge import asks, split_questions, to_simplified


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("歇业怎么办理？公司名字怎么起？", ("歇业怎么办理？", "公司名字怎么起？")),
        ("歇业怎么办理，另外公司名字能不能改", ("歇业怎么办理", "另外公司名字能不能改")),
        ("歇业怎么办理还有公司名字怎么改", ("歇业怎么办理", "还有公司名字怎么改")),
        ("开店要哪些证，还有没有补贴", ("开店要哪些证", "还有没有补贴")),
        ("歇业要备案吗 顺便问下名字可以改么", ("歇业要备案吗", "顺便问下名字可以改么")),
        ("歇业要备案伐；再问老人吃饭在哪里", ("歇业要备案伐；", "再问老人吃饭在哪里")),
        ("歇业要备案吗\n小区里有养老院吗", ("歇业要备案吗", "小区里有养老院吗")),
        ("歇业要几天？名字咋修改？哪里有养老院？", ("歇业要几天？", "名字咋修改？", "哪里有养老院？")),
        ("How do I pause my shop? Can I rename it?", ("How do I pause my shop?", "Can I rename it?")),
        ("How do I pause my shop, also can I rename it", ("How do I pause my shop", "also can I rename it")),
        ("how do I pause my shop also can I rename it", ("how do I pause my shop", "also can I rename it")),
        (
            "What permits do I need and also is there a grant",
            ("What permits do I need", "and also is there a grant"),
        ),
    ],
)
def test_split_questions_finds_two_or_three(text: str, parts: tuple[str, ...]) -> None:
    assert split_questions(text) == parts


def test_split_questions_finds_them_in_traditional_once_it_is_folded() -> None:
    text = to_simplified("歇業怎麼辦理？還有公司名字能不能改？")

    assert split_questions(text) == ("歇业怎么办理？", "还有公司名字能不能改？")


def test_split_questions_keeps_the_statement_that_leads_to_a_question() -> None:
    text = "我开了家小饭馆，生意不好，能不能先停一停？我妈八十了，小区里有没有食堂？"

    assert split_questions(text) == (
        "我开了家小饭馆，生意不好，能不能先停一停？",
        "我妈八十了，小区里有没有食堂？",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("揭榜挂帅还搞不搞", True), ("这样合不合适", True), ("我们不搞这个", False), ("搞好不容易", False)],
)
def test_asks_knows_a_verb_and_its_denial(text: str, expected: bool) -> None:
    assert asks(text) is expected


def test_split_questions_leaves_out_what_asks_nothing_or_says_too_little() -> None:
    text = "您好！在吗？我想开个店。要办哪些证？谢谢。另外名字能自己起吗？好吗？"

    assert split_questions(text) == ("要办哪些证？", "另外名字能自己起吗？")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "歇业",
        "歇业怎么办理？",
        "How do I pause my shop?",
        # A story that leads to one question.
        "去年开的店。没什么生意，好几个月都亏，步伐再快也不怎么赚钱。哪怕关一阵子也好。能不能先歇业？",
        # These words do not begin a second question here.
        "我想知道年报能不能补还有几天截止",
        "我能不能去另外一个区开分店呢",
        "食品的证怎么并、招牌的、还有别的什么",
        "我可不可以顺便改名字呢",
        "How can I also rename my shop",
        # More than three: a list, not a message to be answered part by part.
        "歇业怎么办理？名字怎么改？食堂在哪里？执照怎么领？",
    ],
)
def test_split_questions_finds_none_in_anything_else(text: str) -> None:
    assert split_questions(text) == ()
