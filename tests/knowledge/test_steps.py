from collections.abc import Callable

import pytest

from knowledge.repair import Edit, Line, default_steps
from knowledge.repair.lines import apply_edits
from knowledge.repair.steps import (
    full_width_punctuation,
    normalise_indents,
    strip_pinyin,
    to_simplified,
    unify_variants,
)


def run(find: Callable[[Line], tuple[Edit, ...]], text: str) -> str:
    line = Line.raw(1, text)
    return apply_edits(line, find(line), step="under test")[0].text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("印發(fā)《2023年", "印發《2023年"),
        ("戰(zhàn)略、創(chuàng)新", "戰略、創新"),
        ("減(jiǎn)少", "減少"),
        ("綠(lǜ)色", "綠色"),
        ("系統(AI)", "系統(AI)"),
        ("(fā)布", "(fā)布"),
        ("試行(一年)", "試行(一年)"),
        ("產(chǎn", "產(chǎn"),
    ],
)
def test_strip_pinyin_removes_only_readings_behind_a_character(before: str, after: str) -> None:
    assert run(strip_pinyin, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("??一、進一步", "一、進一步"),
        ("一、進一步", "一、進一步"),
        ("好??", "好??"),
        ("???", "?"),
        ("?一", "?一"),
    ],
)
def test_normalise_indents_removes_two_marks_at_the_start_only(before: str, after: str) -> None:
    assert run(normalise_indents, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("各區人民政府,市政府", "各區人民政府，市政府"),
        ("各有關單位:", "各有關單位："),
        ("2023年,上海", "2023年，上海"),
        ("5,上海", "5，上海"),
        ("1,000元", "1,000元"),
        ("甲;乙", "甲；乙"),
        ("1.持續", "1.持續"),
        ("上?!拔", "上?!拔"),
        ("“桩基+围护”", "“桩基+围护”"),
    ],
)
def test_full_width_punctuation_widens_what_is_not_inside_a_number(before: str, after: str) -> None:
    assert run(full_width_punctuation, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("關于印發", "关于印发"),
        ("落實市場主體準入準營審管聯動機制", "落实市场主体准入准营审管联动机制"),
        ("松綁減負", "松绑减负"),
        ("“包干制”", "“包干制”"),
        ("中國（上海）", "中国（上海）"),
        ("乾坤", "乾坤"),
        ("5G+物聯網", "5G+物联网"),
    ],
)
def test_to_simplified_converts_by_phrase(before: str, after: str) -> None:
    assert run(to_simplified, before) == after


def test_to_simplified_records_single_characters() -> None:
    edits = to_simplified(Line.raw(1, "印發給"))

    assert [(edit.start, edit.after) for edit in edits] == [(1, "发"), (2, "给")]


@pytest.mark.parametrize(("before", "after"), [("著力提高", "着力提高"), ("成效显著", "成效显著")])
def test_unify_variants_corrects_zhe_but_not_zhu(before: str, after: str) -> None:
    assert run(unify_variants, before) == after


def test_default_steps_restore_before_they_strip_and_convert_last() -> None:
    assert [step.name for step in default_steps(())] == [
        "restore_errata",
        "strip_pinyin",
        "normalise_indents",
        "full_width_punctuation",
        "to_simplified",
        "unify_variants",
    ]


@pytest.mark.parametrize("step", default_steps(()), ids=lambda step: str(step.name))
def test_every_step_leaves_clean_text_alone(step: object) -> None:
    clean = Line.raw(1, "2.深化“放管服”改革，打造“一网通办”2.0版，着力提高水平。")

    assert next(s for s in default_steps(()) if s.name == step.name).find(clean) == ()  # type: ignore[attr-defined]
