import pytest

from knowledge.repair import Line
from knowledge.repair.leftovers import find_leftovers


@pytest.mark.parametrize(
    "text",
    [
        "沪府办〔2023〕9号",
        "2023年3月17日",
        "各区人民政府，市政府各委、办、局，各有关单位：",
        "22.加强支撑保障。",
        "打造“一网通办”智慧好办2.0版，",
        "“大数据+5G+物联网+AI+区块链”",
        "“桩基+围护”",
        "“6天+365天”",
        "“15分钟政务服务圈”",
        "“留·在上海”",
        "关于印发《2023年“放管服”改革工作要点》的通知",
        "成效显著，突破裉节问题",
    ],
)
def test_find_leftovers_accepts_what_the_document_has(text: str) -> None:
    assert find_leftovers(Line.raw(1, text)) == ()


@pytest.mark.parametrize(
    ("text", "start", "found", "problem"),
    [
        ("上?海", 1, "?", "half-width punctuation"),
        ("好!", 1, "!", "half-width punctuation"),
        ("甲,乙", 1, ",", "half-width punctuation"),
        ("甲:乙", 1, ":", "half-width punctuation"),
        ("甲(乙", 1, "(", "half-width punctuation"),
        ("甲.乙", 1, ".", "half-width punctuation"),
        ("好+", 1, "+", "half-width punctuation"),
        ('他说"', 2, '"', "half-width punctuation"),
        ("拔鍌中", 1, "鍌", "not a character of Simplified Chinese"),
        ("發布", 0, "發", "not a character of Simplified Chinese"),
        ("著力提高", 0, "著", "should be 着"),
        ("五€中", 1, "€", "does not belong"),
        ("发fa布", 1, "f", "Latin letter or digit"),
        ("第3条", 1, "3", "Latin letter or digit"),
        ("发ā布", 1, "ā", "letter with a tone mark"),
        ("发ǜ布", 1, "ǜ", "letter with a tone mark"),
        ("２日", 0, "２", "full-width form"),
        ("好！", 1, "！", "full-width form"),
        ("好？", 1, "？", "full-width form"),
        ("甲 乙", 1, " ", "space"),
        ("\u3000甲", 0, "\u3000", "space"),
        ("甲\u00a0乙", 1, "\u00a0", "space"),
        ("甲\t乙", 1, "\t", "control character"),
        ("甲\x00", 1, "\x00", "control character"),
        ("\ufeff甲", 0, "\ufeff", "invisible character"),
        ("甲\u200b乙", 1, "\u200b", "invisible character"),
        ("甲\ue000", 1, "\ue000", "private-use character"),
        ("甲\ufffd", 1, "\ufffd", "could not be decoded"),
        ("甲\ufa0e", 1, "\ufa0e", "does not belong"),
        ("甲，，乙", 1, "，，", "doubled punctuation"),
        ("甲、。", 1, "、。", "doubled punctuation"),
        ("“甲", 0, "“", "never closed"),
        ("甲”", 1, "”", "closes what was not opened"),
        ("《“甲》”", 0, "《", "never closed"),
        ("", 0, "", "empty line"),
    ],
)
def test_find_leftovers_names_what_does_not_belong(text: str, start: int, found: str, problem: str) -> None:
    first = find_leftovers(Line.raw(1, text))[0]

    assert (first.start, first.found) == (start, found)
    assert problem in first.problem
