from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import Guess, IntentReport, macro_f1, read_examples, report


def test_report_counts_each_kind_of_message_by_itself() -> None:
    guesses = [
        Guess("greet", "greet", "greet"),
        Guess("greet", "greet", "nlu_fallback"),
        Guess("thanks", "greet", "greet"),
        Guess("thanks", "licensing", "licensing"),
        Guess("out_of_scope", "greet", "greet"),
        Guess("follow_up", "licensing", "licensing"),
        Guess("licensing", "licensing", "nlu_fallback"),
        Guess("licensing", "help", "help"),
        Guess("licensing", "credit", "credit"),
        Guess("credit", "credit", "credit"),
    ]

    result = report(guesses)

    assert (result.n_examples, result.small_talk_recall, result.small_talk_confused) == (10, 0.25, 0.25)
    assert (result.chatter_swallowed, result.questions_swallowed) == (0.5, 0.25)


def test_macro_f1_is_the_mean_of_the_intents() -> None:
    guesses = [
        Guess("greet", "greet", "greet"),
        Guess("greet", "credit", "credit"),
        Guess("credit", "credit", "credit"),
    ]

    assert macro_f1(guesses) == pytest.approx(2 / 3)


def test_report_of_nothing_but_questions_has_no_small_talk() -> None:
    assert report([Guess("credit", "credit", "credit")]) == IntentReport(1, 1.0, 0.0, 0.0, 0.0, 0.0)


def test_read_examples_reads_all_files(tmp_path: Path) -> None:
    for name, intent, text in (("a", "greet", "您好"), ("b", "credit", "信用怎么修复")):
        block = f"nlu:\n- intent: {intent}\n  examples: |\n    - {text}\n    - {text}吗\n"
        (tmp_path / f"{name}.yml").write_text(block, encoding="utf-8")

    texts, intents = read_examples(tmp_path)

    assert texts == ["您好", "您好吗", "信用怎么修复", "信用怎么修复吗"]
    assert intents == ["greet", "greet", "credit", "credit"]
