from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from embeddings.passages import NOTHING, Corpus, Material, Matter, Message, make_corpus
from knowledge import NaturalMessage, OutsideMatter, Question, ScopeExample, UnknownClauseError
from tests.embeddings.samples import ENTRY, sample_document, sample_material

TICKETS = OutsideMatter("tickets", "电影票", "cinema tickets", "由影院出售。", "Cinemas sell them.", ("想看电影",))
BUS_CARD = OutsideMatter(
    "bus_card", "公交卡", "bus card", "由公交公司发行。", "From the bus company.", ("公交卡丢了",)
)


def natural(text: str, label: Any, *clause_ids: str) -> NaturalMessage:
    return NaturalMessage("n-1", text, "oneliner", label, clause_ids, "train")


def small_material() -> Material:
    return Material(
        document=sample_document(),
        questions=(Question("1.2", "歇業備案怎麼辦"), Question("2.1", "社区养老")),
        natural=(
            natural("想停业", "answer", "1.2"),
            natural("停业多少钱", "detail", "2.1", "1.1"),
            natural("下雨了", "oos"),
            natural("那个", "vague"),
        ),
        examples=(
            ScopeExample("写首诗", "unrelated"),
            ScopeExample("办护照", "near"),
            ScopeExample("造假章", "unsafe"),
            ScopeExample("要带什么材料", "detail"),
        ),
        matters=(TICKETS, BUS_CARD),
        catalogue=(ENTRY,),
    )


def test_make_corpus_takes_exactly_what_it_is_given_and_says_what_it_should_come_to() -> None:
    assert make_corpus(small_material()).messages == (
        Message("歇业备案怎么办", "answer", "written", clause=1),
        Message("社区养老", "answer", "written", clause=2),
        Message("先停业，不注销", "answer", "written", clause=1),
        Message("Pausing a business", "answer", "written", clause=1),
        Message("A company that wants to pause may file for it.", "answer", "written", clause=1),
        Message("想停业", "answer", "natural", clause=1),
        Message("停业多少钱", "detail", "natural", clause=2),
        Message("下雨了", "oos", "natural"),
        Message("那个", "vague", "natural"),
        Message("写首诗", "oos", "scope"),
        Message("办护照", "oos", "scope"),
        Message("造假章", "oos", "scope"),
        Message("要带什么材料", "detail", "scope"),
        Message("想看电影", "oos", "outside", matter=0),
        Message("公交卡丢了", "oos", "outside", matter=1),
    )


def test_make_corpus_encodes_clauses_with_their_measures_titles() -> None:
    corpus = make_corpus(small_material())

    assert corpus.clause_ids == ("1.1", "1.2", "2.1")
    assert corpus.clause_texts[0] == "深化登记制度改革。全面推行市场主体名称申报承诺制。"
    assert corpus.clause_texts[2] == "增强为民服务能力。完善社区嵌入式养老服务网络。"


def test_make_corpus_keeps_the_matters_without_their_messages() -> None:
    assert make_corpus(small_material()).matters == (
        Matter("tickets", "电影票", "cinema tickets", "由影院出售。", "Cinemas sell them."),
        Matter("bus_card", "公交卡", "bus card", "由公交公司发行。", "From the bus company."),
    )


def test_corpus_counts_and_positions() -> None:
    corpus = make_corpus(small_material())

    assert len(corpus) == 18
    assert corpus.message_clauses.tolist() == [1, 2, 1, 1, 1, 1, 2, -1, -1, -1, -1, -1, -1, -1, -1]
    assert corpus.message_matters.tolist() == [-1] * 13 + [0, 1]
    # Of answer, detail, oos, vague.
    assert corpus.message_labels.tolist() == [0, 0, 0, 0, 0, 0, 1, 2, 3, 2, 2, 2, 1, 2, 2]


def test_lexical_documents_add_each_clauses_messages_to_its_text() -> None:
    corpus = Corpus(
        ("1.1", "1.2"),
        ("改革", "养老"),
        (
            Message("想停业", "answer", "written", clause=1),
            Message("下雨", "oos", "natural", clause=NOTHING),
            Message("起名", "answer", "written", clause=0),
        ),
    )
    terms = [["停业", "tingye"], ["下雨"], ["起名"]]

    assert corpus.lexical_documents(terms) == [
        ["改革", "gai'ge", "起名"],
        ["养老", "yang'lao", "停业", "tingye"],
    ]
    assert corpus.lexical_documents(terms, [1, 2]) == [["改革", "gai'ge", "起名"], ["养老", "yang'lao"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"questions": (Question("9.9", "这条不存在"),)},
        {"natural": (natural("这条也不存在", "answer", "9.9"),)},
    ],
)
def test_make_corpus_refuses_a_message_of_no_clause(changes: dict[str, Any]) -> None:
    with pytest.raises(UnknownClauseError, match=r"9\.9"):
        make_corpus(dataclasses.replace(small_material(), **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"document": sample_document(raw_sha256="b" * 64)},
        {"questions": (Question("1.2", "歇业备案怎么办"),)},
        {"natural": ()},
        {"examples": ()},
        {"matters": (BUS_CARD, TICKETS)},
        {"vocabulary": "words-2"},
    ],
)
def test_sha256_changes_with_every_part_of_the_material(changes: dict[str, Any]) -> None:
    changed = dataclasses.replace(small_material(), **changes)

    assert changed.sha256(encoder="e", layout=1) != small_material().sha256(encoder="e", layout=1)


def test_sha256_changes_with_encoder_and_layout_only() -> None:
    hashes = {
        material.sha256(encoder=encoder, layout=layout)
        for material in (sample_material(), sample_material())
        for encoder in ("e", "f")
        for layout in (1, 2)
    }

    assert len(hashes) == 4
