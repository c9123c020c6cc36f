"""The data that people maintain, as committed."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

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


def near_copies(texts: Sequence[str], of: Sequence[str]) -> list[str]:
    """Return the texts that share more than seven in ten of their pairs of characters with one of the others."""
    pairs = CountVectorizer(preprocessor=question_key, analyzer="char", ngram_range=(2, 2), binary=True)
    others = pairs.fit_transform(of)
    own = pairs.transform(texts)
    n_own = np.array([len(set(pairwise(key))) for key in map(question_key, texts)])
    n_others = others.sum(axis=1).A1
    shared = (own @ others.T).tocoo()
    union = n_own[shared.row] + n_others[shared.col] - shared.data
    return [texts[row] for row in sorted(set(shared.row[shared.data > 0.7 * union].tolist()))]


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
    held_out = [m.text for m in load_natural_messages(split="held_out")]
    held_out += [q.text for q in load_held_out_questions()]
    keys = {question_key(text) for text in learnt}

    assert [text for text in held_out if question_key(text) in keys] == []
    assert near_copies([t for t in held_out if len(t) > 5], [t for t in learnt if len(t) > 5]) == []


def test_near_copies_are_found_by_pairs_of_characters() -> None:
    known = ["公司想停业半年执照怎么办", "老人看病"]

    assert near_copies(["公司想停业半年，执照怎么办呢", "老人看病难不难啊", "老人看病"], known) == [
        "公司想停业半年，执照怎么办呢",
        "老人看病",
    ]


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
