"""The data that people maintain, as committed."""

import re
from collections import Counter

from knowledge import (
    Question,
    load_catalogue,
    load_held_out_questions,
    load_natural_messages,
    load_outside_matters,
    load_questions,
    to_simplified,
)
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
    learnt = [*natural, *outside, *(q.text for q in load_questions())]
    keys, grams = {question_key(text) for text in learnt}, [bigrams(text) for text in learnt if len(text) > 5]
    held_out = [m.text for m in load_natural_messages(split="held_out")]
    held_out += [q.text for q in load_held_out_questions()]

    copies = [text for text in held_out if question_key(text) in keys]
    close = [
        text
        for text in held_out
        if len(text) > 5
        and any(len(own & other) > 0.7 * len(own | other) for own in [bigrams(text)] for other in grams)
    ]

    assert copies == []
    assert close == []


def test_there_are_enough_held_out_questions() -> None:
    questions = load_held_out_questions()

    assert len(questions) >= 200
    assert len({q.clause_ids[0] for q in questions}) == 109


def han(text: str) -> int:
    return len(re.findall("[\u4e00-\u9fff]", text))


def is_traditional(text: str) -> bool:
    return sum(a != b for a, b in zip(text, to_simplified(text), strict=False)) >= 2


def test_every_clause_is_asked_for_in_every_form() -> None:
    asked: dict[str, list[Question]] = {}
    for question in load_questions():
        asked.setdefault(question.clause_id, []).append(question)

    counts = {
        clause_id: {
            "all": len(questions),
            "long": sum(han(q.text) >= 40 for q in questions),
            "English": sum(han(q.text) == 0 for q in questions),
            "Traditional": sum(is_traditional(q.text) for q in questions),
            "typo": sum(q.form == "typo" for q in questions),
        }
        for clause_id, questions in asked.items()
    }

    fewest = {"all": 24, "long": 5, "English": 2, "Traditional": 1, "typo": 2}
    lacking = {c: n for c, n in counts.items() if any(n[form] < fewest[form] for form in fewest)}
    assert len(counts) == 109
    assert lacking == {}


def test_every_clause_has_a_reading_of_its_own() -> None:
    entries = load_catalogue().values()

    assert len({e.reading for e in entries}) == len({e.reading_en for e in entries}) == 109
