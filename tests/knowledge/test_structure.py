from pathlib import Path

import pytest

from knowledge.document import Clause
from knowledge.errors import DataFileError, StructureError
from knowledge.structure import Expected, load_expected
from tests.knowledge.samples import EXPECTED, TEXT, parse


def test_parse_document_reads_the_front_matter() -> None:
    document = parse()

    assert document.notice_title == "市政府办公厅关于印发《要点》的通知"
    assert document.number == "沪府办〔2023〕9号"
    assert document.addressees == "各区人民政府："
    assert document.notice == "现将《要点》印发给你们。"
    assert document.issuer == "市政府办公厅"
    assert document.date == "2023-03-17"
    assert document.title == "要点"
    assert document.preamble == "推进改革，要优化服务。"


def test_parse_document_numbers_the_sentences_behind_the_heading() -> None:
    document = parse()

    assert [section.title for section in document.sections] == ["深化改革", "保障落实"]
    assert [(measure.number, measure.title, measure.section) for measure in document.measures] == [
        (1, "精简事项", 1),
        (2, "加强支撑保障", 2),
    ]
    assert [clause.id for clause in document.clauses] == ["1.1", "1.2", "2.1"]
    start = TEXT.index("加强监督")
    assert document.clauses[1] == Clause("1.2", 1, 2, "加强监督。", start, start + 5, tuple("加强监督。"))


def test_parse_document_gives_measures_their_whole_paragraph() -> None:
    measure = parse().measures[0]

    assert TEXT[measure.start : measure.end] == "1.精简事项。全面清理。加强监督。"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("关于印发《要点》的通知", "通知", r"line 1: expected the notice's title"),
        ("〔2023〕", "[2023]", r"line 2: expected a document number .* found '沪府办\[2023\]9号'"),
        ("政府：", "政府", r"line 3: expected the addressees"),
        ("你们。", "你们", r"line 4: expected the notice, ending in 。"),
        ("3月17日", "2月30日", r"line 6: expected a day of the calendar"),
        ("2023年3月17日", "三月", r"line 6: expected the date of issue"),
        ("优化服务。", "优化服务", r"line 8: expected the preamble"),
        ("一、深化改革\n", "", r"line 9: expected the first section's heading"),
        ("二、保障", "三、保障", r"line 11: expected section number 2"),
        ("1.精简", "2.精简", r"line 10: expected measure 1 .* found '2.精简事项"),
        ("2.加强支撑保障。完善法治保障。", "2.加强支撑保障。", r"line 12: expected measure 2"),
        ("全面清理。加强监督。", "全面清理。加强监督", r"line 10: expected clause 1.2 to be one sentence"),
        ("加强监督。", "", r"line 12: expected 3 clauses up to here, found 2"),
        ("二、保障落实\n", "", r"expected 2 sections up to here, found 1"),
        ("2.加强支撑保障。完善法治保障。\n", "", r"expected 2 measures up to here, found 1"),
    ],
)
def test_parse_document_refuses_what_is_out_of_place(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1

    with pytest.raises(StructureError, match=message):
        parse(TEXT.replace(old, new))


def test_parse_document_refuses_a_text_that_ends_early() -> None:
    with pytest.raises(StructureError, match=r"line 3: expected the addressees.*found the end of the text"):
        parse("\n".join(TEXT.splitlines()[:2]))


def test_load_expected_reads_the_counts(tmp_path: Path) -> None:
    path = tmp_path / "expected.yml"
    path.write_text("sections: 2\nmeasures: 2\nclauses: 3\n", encoding="utf-8")

    assert load_expected(path) == EXPECTED


def test_load_expected_refuses_a_missing_count(tmp_path: Path) -> None:
    path = tmp_path / "expected.yml"
    path.write_text("sections: 2\nmeasures: 2\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"expected\.yml, whole file: clauses: Field required"):
        load_expected(path)


def test_expected_counts_of_the_document() -> None:
    from knowledge.storage import EXPECTED_FILE

    assert load_expected(EXPECTED_FILE) == Expected(sections=6, measures=22, clauses=109)
