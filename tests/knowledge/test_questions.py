import time
from pathlib import Path

import pytest

from knowledge import DataFileError, Document, Question, load_document, load_questions
from knowledge.questions import QUESTIONS_DIR, question_key
from tests.knowledge.samples import parse

FIRST = '"1.1":\n  - "要清理吗？"\n"1.2":\n  - "谁来监督？"\n'
SECOND = '"2.1":\n  - "法治怎么保障？"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "01.yml").write_text(FIRST, encoding="utf-8")
    (tmp_path / "02.yml").write_text(SECOND, encoding="utf-8")
    return tmp_path


@pytest.fixture
def document() -> Document:
    return parse()


def test_load_questions_keeps_the_order_of_the_document(folder: Path, document: Document) -> None:
    assert load_questions(folder, document=document) == (
        Question("1.1", "要清理吗？"),
        Question("1.2", "谁来监督？"),
        Question("2.1", "法治怎么保障？"),
    )


def test_load_questions_reads_a_question_with_a_note(folder: Path, document: Document) -> None:
    (folder / "02.yml").write_text('"2.1":\n  - {text: "保障呢", note: "heard"}\n', encoding="utf-8")

    assert load_questions(folder, document=document)[-1] == Question("2.1", "保障呢")


def test_load_questions_reads_a_question_with_typos(folder: Path, document: Document) -> None:
    (folder / "02.yml").write_text('"2.1":\n  - {text: "保章呢", form: typo}\n', encoding="utf-8")

    assert load_questions(folder, document=document)[-1] == Question("2.1", "保章呢", "typo")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- 问\n", r"02\.yml, whole file: expected clause ids with lists of questions, found list"),
        ("2.1:\n  - 问\n", r"clause 2\.1: clause ids are strings; put 2\.1 in quotation marks"),
        ('"2.2":\n  - 问\n', r"clause 2\.2: The document has no clause '2\.2'"),
        ('"1.1":\n  - 问\n', r"clause 1\.1: belongs to measure 1, in 01\.yml"),
        ('"2.1": 问\n', r"clause 2\.1: expected a list of questions, found str"),
        ('"2.1": []\n', r"clause 2\.1: has no question"),
        ("{}\n", r"clause 2\.1: has no question"),
        ('"2.1":\n  - "？"\n', r"clause 2\.1, question 1: a question needs letters"),
        ('"2.1":\n  - "问 "\n', r"clause 2\.1, question 1: .* no space around it, found '问 '"),
        ('"2.1":\n  - 问\n  - 3\n', r"clause 2\.1, question 2: "),
        ('"2.1":\n  - {text: 问, form: odd}\n', r"clause 2\.1, question 1: form: Input should be"),
        ('"2.1":\n  - "要清理吗"\n', r"clause 2\.1: '要清理吗' is already asked for clause 1\.1: '要清理吗？'"),
        ('"2.1":\n  - 问\n"2.1":\n  - 答\n', r"line 3: is not YAML: '2\.1' stands there twice"),
        ('"2.1": [\n', r"line 2: is not YAML"),
    ],
)
def test_load_questions_names_file_and_clause_at_fault(
    folder: Path, document: Document, content: str, message: str
) -> None:
    (folder / "02.yml").write_text(content, encoding="utf-8")

    with pytest.raises(DataFileError, match=message):
        load_questions(folder, document=document)


def test_load_questions_refuses_a_missing_file(folder: Path, document: Document) -> None:
    (folder / "02.yml").unlink()

    with pytest.raises(DataFileError, match=r"02\.yml, whole file: cannot be read"):
        load_questions(folder, document=document)


def test_load_questions_refuses_another_encoding(folder: Path, document: Document) -> None:
    (folder / "02.yml").write_bytes('"2.1": [问]'.encode("gbk"))

    with pytest.raises(DataFileError, match=r"02\.yml, byte 8: is not UTF-8"):
        load_questions(folder, document=document)


def test_question_key_ignores_case_spaces_and_punctuation() -> None:
    assert question_key("“一网通办”2.0 是APP吗？") == question_key("一网通办20是app 吗")


def test_committed_questions_are_sound_and_at_least_twenty_a_clause() -> None:
    questions = load_questions()
    per_clause = {clause.id: 0 for clause in load_document().clauses}
    for question in questions:
        per_clause[question.clause_id] += 1

    assert len(questions) >= 2400
    assert min(per_clause.values()) >= 20


def test_committed_chinese_questions_have_full_width_punctuation() -> None:
    half_width = [
        question.text
        for question in load_questions()
        if any("\u4e00" <= character <= "\u9fff" for character in question.text)
        and set(question.text) & set(",?;:!")
    ]

    assert half_width == []


def test_committed_files_show_each_clause_above_its_questions() -> None:
    for measure in load_document().measures:
        lines = (QUESTIONS_DIR / f"{measure.number:02d}.yml").read_text(encoding="utf-8").splitlines()
        for clause in measure.clauses:
            assert lines[lines.index(f'"{clause.id}":') - 1] == f"# {clause.text}"


def test_load_questions_is_quick() -> None:
    started = time.process_time()
    load_questions()

    assert time.process_time() - started < 0.3
