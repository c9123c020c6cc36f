from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from knowledge import DataFileError, Notice, load_document, load_notice
from knowledge.notice import NOTICE_FILE


def write(folder: Path, **changes: str) -> Path:
    """The committed notice with some fields changed."""
    content = yaml.safe_load(NOTICE_FILE.read_text(encoding="utf-8"))
    path = folder / "notice.yml"
    path.write_text(yaml.safe_dump({**content, **changes}, allow_unicode=True), encoding="utf-8")
    return path


def test_load_notice_reads_the_fields(tmp_path: Path) -> None:
    words = {"explanation": "这是一个通知，发给各区。", "explanation_en": "This is a notice to the districts."}

    assert load_notice(write(tmp_path, **words)) == Notice(
        title="2023年上海市推进政府职能转变和“放管服”改革工作要点",
        number="沪府办〔2023〕9号",
        date="2023-03-17",
        issuer="上海市人民政府办公厅",
        addressees="各区人民政府，市政府各委、办、局，各有关单位：",
        **words,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "2023年上海市工作要点"),
        ("number", "沪府办〔2023〕19号"),
        ("date", "2023-03-18"),
        ("date", "2023-13-99"),
        ("issuer", "上海市人民政府"),
        ("addressees", "各区人民政府："),
    ],
)
def test_load_notice_refuses_what_the_document_does_not_say(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(DataFileError, match=rf"notice\.yml, {field}: expected '.*', found '{value}'"):
        load_notice(write(tmp_path, **{field: value}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"date": "17 March 2023"}, "date: String should match"),
        ({"explanation": "没有句号的说明，这里没有"}, "explanation: String should match"),
        ({"fee": "0"}, "fee: Extra inputs"),
    ],
)
def test_load_notice_names_what_breaks_the_schema(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        load_notice(write(tmp_path, **changes))


def test_committed_explanations_have_no_number_that_the_notice_has_not() -> None:
    notice, document = load_notice(), load_document()
    front = document.text.partition(document.preamble)[0] + document.preamble

    numbers = re.findall(r"\d+", notice.explanation + notice.explanation_en)

    assert [number for number in numbers if number not in re.findall(r"\d+", front)] == []
