"""The data that people maintain, as committed."""

import re
from collections import Counter

from knowledge import load_natural_messages, load_outside_matters, load_questions
from knowledge.questions import question_key


def bigrams(text: str) -> set[str]:
    key = question_key(text)
    return {key[i : i + 2] for i in range(len(key) - 1)}


def test_there_are_enough_outside_matters() -> None:
    assert len(load_outside_matters()) >= 200


def test_no_outside_matter_names_a_telephone_or_a_link() -> None:
    told = "".join(matter.belongs_to for matter in load_outside_matters())

    assert re.findall(r"[0-9]{3,}|https?:|www\.|[A-Za-z0-9]+@", told) == []


def test_no_outside_message_is_a_question_that_a_clause_answers() -> None:
    answered = {question_key(question.text) for question in load_questions()}

    outside = [text for matter in load_outside_matters() for text in matter.messages]

    assert [text for text in outside if question_key(text) in answered] == []


def test_a_third_of_the_natural_messages_is_held_out() -> None:
    splits = Counter(message.split for message in load_natural_messages())

    assert splits.total() >= 1500
    assert 0.3 < splits["held_out"] / splits.total() < 0.36


def test_held_out_messages_are_no_near_copies_of_what_models_learn_from() -> None:
    outside = [text for matter in load_outside_matters() for text in matter.messages]
    natural = [message.text for message in load_natural_messages(split="train")]
    learnt = [bigrams(text) for text in (*natural, *outside, *(q.text for q in load_questions())) if len(text) > 5]

    close = [
        message.text
        for message in load_natural_messages(split="held_out")
        if len(message.text) > 5
        and any(len(own & other) > 0.7 * len(own | other) for own in [bigrams(message.text)] for other in learnt)
    ]

    assert close == []
