from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.exceptions import InvalidConfigException

from bot.evaluation import REPORT, Component, cross_validate, read_examples, read_pipeline, write_report

ROOT = Path(__file__).parent.parent.parent
GREETINGS = ["您好", "您好呀", "您好啊", "你好您好", "您好在吗", "早上您好"]
CREDIT = ["信用怎么修复", "信用能修复吗", "修复信用找谁", "信用修复多久", "怎么修复信用", "信用修复条件"]
WORDS_ONLY = """
pipeline:
  - name: bot.tokenizer.CharacterTokenizer
  - name: CountVectorsFeaturizer
  - name: LogisticRegressionClassifier
  - name: FallbackClassifier
    threshold: {threshold}
    ambiguity_threshold: 0.1
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two intents, and a pipeline that needs no encoder."""
    (tmp_path / "bot/data/nlu").mkdir(parents=True)
    (tmp_path / REPORT).parent.mkdir(parents=True)
    for intent, texts in (("greet", GREETINGS), ("credit", CREDIT)):
        examples = "".join(f"    - {text}\n" for text in texts)
        block = f"nlu:\n- intent: {intent}\n  examples: |\n{examples}"
        (tmp_path / f"bot/data/nlu/{intent}.yml").write_text(block, encoding="utf-8")
    (tmp_path / "config.yml").write_text(WORDS_ONLY.format(threshold=0.3), encoding="utf-8")
    return tmp_path


def names(pipeline: list[Component]) -> list[str]:
    return [component.kind.__name__ for component in pipeline]


def test_read_examples_reads_all_files(tmp_path: Path) -> None:
    for name, intent, text in (("a", "greet", "您好"), ("b", "credit", "信用怎么修复")):
        block = f"nlu:\n- intent: {intent}\n  examples: |\n    - {text}\n    - {text}吗\n"
        (tmp_path / f"{name}.yml").write_text(block, encoding="utf-8")

    texts, intents = read_examples(tmp_path)

    assert texts == ["您好", "您好吗", "信用怎么修复", "信用怎么修复吗"]
    assert intents == ["greet", "greet", "credit", "credit"]


def test_read_pipeline_finds_each_component_of_the_engine() -> None:
    pipeline = read_pipeline(ROOT / "config.yml")

    assert names(pipeline) == [
        "CharacterTokenizer",
        "QueryVectorFeaturizer",
        "KernelClassifier",
        "FallbackClassifier",
        "MentionExtractor",
    ]
    assert [component.is_trainable for component in pipeline] == [False, False, True, False, False]
    assert [component.makes_features for component in pipeline] == [True, True, False, False, False]


def test_read_pipeline_keeps_the_options() -> None:
    fallback = read_pipeline(ROOT / "config.yml")[3].options

    assert fallback["ambiguity_threshold"] == 0.1


def test_read_pipeline_refuses_a_component_that_there_is_not(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("pipeline:\n  - name: NoFeaturizer\n")

    with pytest.raises(InvalidConfigException, match="Can't load class for name 'NoFeaturizer'"):
        read_pipeline(tmp_path / "config.yml")


def test_cross_validate_guesses_each_example_once(project: Path) -> None:
    guesses = list(cross_validate(project, n_folds=3))

    assert sorted(guess.intent for guess in guesses) == ["credit"] * 6 + ["greet"] * 6


def test_cross_validate_learns_from_the_words_of_the_other_examples(project: Path) -> None:
    guesses = list(cross_validate(project, n_folds=3))

    assert [guess for guess in guesses if guess.best != guess.intent] == []


def test_cross_validate_never_learns_from_the_example_that_it_asks_about(project: Path) -> None:
    """Of texts that share no character each fold can only guess one and the same intent."""
    for intent, texts in (("greet", "甲乙丙丁"), ("credit", "子丑寅卯")):
        examples = "".join(f"    - {text}\n" for text in texts)
        block = f"nlu:\n- intent: {intent}\n  examples: |\n{examples}"
        (project / f"bot/data/nlu/{intent}.yml").write_text(block, encoding="utf-8")

    guesses = list(cross_validate(project, n_folds=2))

    assert [guess.best == guess.intent for guess in guesses].count(True) == 4


def test_cross_validate_falls_back_as_the_engine_does(project: Path) -> None:
    (project / "config.yml").write_text(WORDS_ONLY.format(threshold=0.9999), encoding="utf-8")

    guesses = list(cross_validate(project, n_folds=3))

    assert {guess.final for guess in guesses} == {"nlu_fallback"}
    assert {guess.best for guess in guesses} == {"greet", "credit"}


def test_cross_validate_runs_the_whole_pipeline_of_the_engine(project: Path) -> None:
    (project / "config.yml").write_text((ROOT / "config.yml").read_text(encoding="utf-8"), encoding="utf-8")

    guesses = list(cross_validate(project, n_folds=3))

    assert [guess for guess in guesses if guess.best != guess.intent] == []


def test_write_report_writes_the_same_page_twice(project: Path) -> None:
    result = write_report(project, n_folds=3)
    first = (project / REPORT).read_text(encoding="utf-8")
    write_report(project, n_folds=3)

    assert result.macro_f1 == 1.0
    assert (project / REPORT).read_text(encoding="utf-8") == first
    assert first.startswith("# Intents, cross-validated\n")
    assert "| credit | 1.000 | 1.000 | 1.000 | 6 | " in first
