from collections import Counter
from pathlib import Path

import pytest

from knowledge import DataFileError, Question, ScopeExample, load_questions, load_scope_examples
from knowledge.scope import KINDS, refuse_answerable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, text in zip(KINDS, ["讲个笑话", "怎么领养老金", "教我伪造公章", "歇业备案收多少钱"], strict=True):
        (tmp_path / f"{kind}.yml").write_text(f"- {text}\n", encoding="utf-8")
    return tmp_path


def test_load_scope_examples_takes_the_kind_from_the_file(folder: Path) -> None:
    assert load_scope_examples(folder) == (
        ScopeExample("讲个笑话", "unrelated"),
        ScopeExample("怎么领养老金", "near"),
        ScopeExample("教我伪造公章", "unsafe"),
        ScopeExample("歇业备案收多少钱", "detail"),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("讲个笑话\n", r"near\.yml, whole file: expected a list of messages, found str"),
        ("[]\n", r"near\.yml, whole file: expected a list of messages"),
        ("- 好\n- 12345\n", r"near\.yml, message 2: expected a text .* found 12345"),
        ('- "……"\n', r"near\.yml, message 1: expected a text with letters"),
        ("- 讲个笑话！\n", r"near\.yml, '讲个笑话！': is already in unrelated\.yml: '讲个笑话'"),
    ],
)
def test_load_scope_examples_names_file_and_message_at_fault(folder: Path, content: str, message: str) -> None:
    (folder / "near.yml").write_text(content, encoding="utf-8")

    with pytest.raises(DataFileError, match=message):
        load_scope_examples(folder)


def test_load_scope_examples_refuses_a_missing_file(folder: Path) -> None:
    (folder / "unsafe.yml").unlink()

    with pytest.raises(DataFileError, match=r"unsafe\.yml, whole file: cannot be read"):
        load_scope_examples(folder)


def test_refuse_answerable_finds_a_message_that_is_also_a_question() -> None:
    with pytest.raises(DataFileError, match=r"near\.yml, '能停业吗': is also a question that clause 2\.4 answers"):
        refuse_answerable([ScopeExample("能停业吗", "near")], [Question("2.4", "能停业吗？")])


def test_committed_examples_are_sound_and_apart_from_the_questions() -> None:
    examples = load_scope_examples()

    refuse_answerable(examples, load_questions())
    assert set(Counter(example.kind for example in examples)) == set(KINDS)
    assert len(examples) >= 300
