from __future__ import annotations

import pytest

from bot.intent_report import Confusion, Guess, IntentScore, confuse, report, score, to_markdown

GUESSES = [
    Guess("credit", "credit", "credit"),
    Guess("credit", "credit", "credit"),
    Guess("credit", "licensing", "nlu_fallback"),
    Guess("credit", "licensing", "licensing"),
    Guess("greet", "thanks", "thanks"),
    Guess("licensing", "licensing", "licensing"),
    Guess("licensing", "licensing", "licensing"),
]


def test_report_counts_each_kind_of_message_by_itself() -> None:
    result = report(
        [
            Guess("greet", "greet", "greet"),
            Guess("greet", "greet", "nlu_fallback"),
            Guess("thanks", "greet", "greet"),
            Guess("thanks", "licensing", "licensing"),
            Guess("out_of_scope", "greet", "greet"),
            Guess("out_of_scope", "ask_who", "ask_who"),
            Guess("follow_up", "follow_up", "follow_up"),
            Guess("ask_text", "ask_text", "nlu_fallback"),
            Guess("licensing", "licensing", "nlu_fallback"),
            Guess("licensing", "help", "help"),
            Guess("licensing", "ask_who", "ask_who"),
            Guess("credit", "follow_up", "follow_up"),
        ]
    )

    assert (result.n_examples, result.small_talk_recall, result.small_talk_confused) == (12, 0.25, 0.25)
    assert (result.dialogue_recall, result.chatter_swallowed) == (0.5, 0.5)
    assert (result.questions_swallowed, result.questions_diverted) == (0.25, 0.25)


def test_report_of_nothing_but_questions_has_no_small_talk() -> None:
    assert report([Guess("credit", "credit", "credit")]).figures == {
        "n_examples": 1,
        "macro_f1": 1.0,
        "accuracy": 1.0,
        "small_talk_recall": 0.0,
        "small_talk_confused": 0.0,
        "dialogue_recall": 0.0,
        "chatter_swallowed": 0.0,
        "questions_swallowed": 0.0,
        "questions_diverted": 0.0,
    }


def test_macro_f1_is_the_mean_of_the_intents() -> None:
    guesses = [
        Guess("greet", "greet", "greet"),
        Guess("greet", "credit", "credit"),
        Guess("credit", "credit", "credit"),
    ]

    assert report(guesses).macro_f1 == pytest.approx(2 / 3)


def test_score_tells_precision_from_recall() -> None:
    credit, _, licensing, _ = score(GUESSES)

    assert credit == IntentScore("credit", precision=1.0, recall=0.5, f1=2 / 3, support=4, unsure=0.25)
    assert licensing == IntentScore("licensing", precision=0.5, recall=1.0, f1=2 / 3, support=2, unsure=0.0)


def test_score_of_an_intent_that_is_only_guessed_is_zero() -> None:
    assert score(GUESSES)[3] == IntentScore("thanks", 0.0, 0.0, 0.0, support=0, unsure=0.0)


def test_confuse_counts_pairs_most_frequent_first() -> None:
    assert confuse(GUESSES) == (Confusion("credit", "licensing", 2), Confusion("greet", "thanks", 1))


def test_confuse_orders_equal_counts_by_name() -> None:
    guesses = [Guess(own, "help", "help") for own in ("thanks", "deny", "greet")]

    assert [one.intent for one in confuse(guesses)] == ["deny", "greet", "thanks"]


@pytest.mark.parametrize(
    "row",
    [
        "| n_examples | 7 |",
        "| macro_f1 | 0.333 |",
        "| credit | 1.000 | 0.500 | 0.667 | 4 | 0.250 |",
        "| greet | 0.000 | 0.000 | 0.000 | 1 | 0.000 |",
        "| credit | licensing | 2 | 0.500 |",
    ],
)
def test_to_markdown_has_a_row_for_each_figure(row: str) -> None:
    assert row in to_markdown(report(GUESSES), n_folds=5).splitlines()


def test_to_markdown_counts_what_is_confused_once() -> None:
    page = to_markdown(report(GUESSES), n_folds=5)

    assert "1 more pairs are confused once." in page
    assert "| greet | thanks |" not in page


def test_to_markdown_does_not_depend_on_the_order_of_the_guesses() -> None:
    pages = {to_markdown(report(guesses), n_folds=5) for guesses in (GUESSES, GUESSES[::-1])}

    assert len(pages) == 1
