from __future__ import annotations

import pytest

from knowledge.misspelling import Misspelling, Misspellings

NAMES = ["歇业备案", "一业一证", "随申办", "企业登记平台", "市场主体跨区迁移登记", "免罚清单"]


def found(text: str, **rules: object) -> list[tuple[str, str]]:
    misspellings = Misspellings(NAMES, **rules)  # type: ignore[arg-type]
    return [(text[one.start : one.end], one.name) for one in misspellings.find(text)]


@pytest.mark.parametrize(
    ("text", "typed", "meant"),
    [
        ("怎么办歇夜备案", "歇夜备案", "歇业备案"),
        ("歇页备按要几天", "歇页备按", "歇业备案"),
        ("协页备按", "协页备按", "歇业备案"),  # one character right is enough among four
        ("一叶一证", "一叶一证", "一业一证"),
        ("随身办打不开", "随身办", "随申办"),
    ],
)
def test_characters_of_the_same_sound_are_found(text: str, typed: str, meant: str) -> None:
    assert found(text) == [(typed, meant)]


@pytest.mark.parametrize("text", ["泻叶贝岸", "谁身办", "岁身办"])
def test_a_text_with_too_little_right_is_not_found(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "typed"),
    [("企业的登记平台", "企业的登记平台"), ("企业登平台", "企业登平台"), ("上企业登录平台看看", "企业登录平台")],
)
def test_one_character_added_dropped_or_changed_is_found(text: str, typed: str) -> None:
    assert found(text) == [(typed, "企业登记平台")]


@pytest.mark.parametrize(
    "text",
    [
        "企业登记平",  # without its last character it may be another word
        "业登记平台",
        "企业，登记平台",
        "企业的登记的平台",
        "一业三证",  # too short for an edit
    ],
)
def test_edits_at_the_ends_by_punctuation_or_twice_are_not_found(text: str) -> None:
    assert found(text) == []


def test_contrasting_characters_do_not_stand_for_each_other() -> None:
    assert found("市场主体跨省迁移登记") == [("市场主体跨省迁移登记", "市场主体跨区迁移登记")]
    assert found("市场主体跨省迁移登记", contrasts=["区省"]) == []


def test_weighty_characters_are_neither_added_nor_dropped() -> None:
    assert found("企业不登记平台") == [("企业不登记平台", "企业登记平台")]
    assert found("企业不登记平台", weighty="不") == []


def test_the_name_itself_is_no_misspelling() -> None:
    assert found("歇业备案和企业登记平台") == []


def test_longest_comes_first_with_offsets_and_count_of_wrong_characters() -> None:
    misspellings = Misspellings(["跨区迁移", "市场主体跨区迁移登记"])

    assert misspellings.find("市场主体夸区迁移登记") == [
        Misspelling(0, 10, "市场主体跨区迁移登记", 1),
        Misspelling(4, 8, "跨区迁移", 1),
    ]


@pytest.mark.parametrize("text", ["", "歇", "歇业", "a", "😀😀😀"])
def test_a_text_without_names_has_none(text: str) -> None:
    assert found(text) == []
