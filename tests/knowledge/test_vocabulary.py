from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import spacy

from knowledge import (
    CatalogueEntry,
    DataFileError,
    Mention,
    Service,
    Vocabulary,
    load_catalogue,
    load_outside_matters,
    load_questions,
    load_scope_examples,
    load_vocabulary,
)
from knowledge.phrases import VOCABULARY_FILE


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def small(*services: tuple[str, Service]) -> dict[str, CatalogueEntry]:
    """A catalogue of some clauses with just these services."""
    entry = load_catalogue()["2.4"]
    clause_ids = dict.fromkeys(clause_id for clause_id, _ in services)
    return {
        clause_id: replace(
            entry,
            clause_id=clause_id,
            services=tuple(service for place, service in services if place == clause_id),
        )
        for clause_id in clause_ids
    }


@pytest.fixture(scope="module")
def three_services() -> Vocabulary:
    catalogue = small(
        ("2.4", Service("歇业备案", ("停业备案",))),
        ("9.3", Service("企业云", ())),
        ("10.1", Service("随申办企业云", ("企业云",))),
        ("3.5", Service("水电气网联合报装“一件事”", ())),
        ("16.1", Service("歇业备案", ())),
    )
    return load_vocabulary(catalogue=catalogue)


def named(vocabulary: Vocabulary, text: str, kind: str) -> list[tuple[str, str]]:
    return [(m.value, text[m.start : m.end]) for m in vocabulary.find(text) if m.kind == kind]


def test_find_gives_all_kinds_in_the_order_of_the_text(three_services: Vocabulary) -> None:
    text = "我公司在浦東要停業備案，多少錢？"

    assert three_services.find(text) == (
        Mention("audience", "enterprise", (), 0, 3, True),
        Mention("area", "浦东", (), 4, 6, True),
        Mention("stage", "suspension", (), 7, 9, True),
        Mention("service", "歇业备案", ("2.4", "16.1"), 7, 11, True),
        Mention("detail", "fee", (), 12, 15, True),
    )


def test_find_tells_a_misspelt_service(three_services: Vocabulary) -> None:
    assert three_services.find("歇夜备案") == (Mention("service", "歇业备案", ("2.4", "16.1"), 0, 4, False),)


def test_a_word_for_two_services_is_the_one_with_this_name(three_services: Vocabulary) -> None:
    assert three_services.find("企业云") == (Mention("service", "企业云", ("9.3", "10.1"), 0, 3, True),)


@pytest.mark.parametrize(
    "text", ["水电气网联合报装“一件事”", "水电气网联合报装一件事", "水电气网联合报装「一件事」"]
)
def test_quotation_marks_of_a_name_do_not_matter(three_services: Vocabulary, text: str) -> None:
    assert named(three_services, text, "service") == [("水电气网联合报装“一件事”", text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("歇夜备案怎么弄", "歇业备案"),
        ("歇页备案", "歇业备案"),
        ("一叶一证是啥", "一业一证"),
        ("勉申即享", "免申即享"),
        ("免申急享的补贴", "免申即享"),
        ("一网通班", "一网通办"),
        ("虹桥国际商务人材港", "虹桥国际商务人才港"),
        ("免申即享", "免申即享"),
        ("一網通辦", "一网通办"),
        ("政策体捡", "政策体检"),
    ],
)
def test_services_are_found_in_any_script_and_misspelt(vocabulary: Vocabulary, text: str, value: str) -> None:
    assert [found for found, _ in named(vocabulary, text, "service")] == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("浦東新區", "浦东"),
        ("in PUDONG?", "浦东"),
        ("自贸试验区临港新片区", "临港"),
        ("Lin-gang Special Area", "临港"),
        ("一体化示范区", "长三角示范区"),
        ("长三角一体化示范区", "长三角示范区"),
        ("the Yangtze River Delta", "长三角"),
        ("虹桥商务区", "虹桥"),
        ("Zhangjiang", "张江"),
    ],
)
def test_areas(vocabulary: Vocabulary, text: str, value: str) -> None:
    assert [found for found, _ in named(vocabulary, text, "area")] == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我们公司想歇业", "enterprise"),
        ("我是个体户", "enterprise"),
        ("开了家奶茶店", "enterprise"),
        ("我是老板", "enterprise"),
        ("my company is small", "enterprise"),
        ("我妈看病", "citizen"),
        ("小区居民", "citizen"),
        ("我家老人", "citizen"),
        ("my mother is ill", "citizen"),
    ],
)
def test_audiences(vocabulary: Vocabulary, text: str, value: str) -> None:
    assert {found for found, _ in named(vocabulary, text, "audience")} == {value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("想开个饭店", "setup"),
        ("註冊公司", "setup"),
        ("变更法人", "change"),
        ("公司搬到别的区", "relocation"),
        ("先关一阵再说", "suspension"),
        ("店里暂时不想经营了", "suspension"),
        ("不想注销", "suspension"),
        ("把公司注销掉", "exit"),
        ("銀行貸款", "financing"),
        ("招不到人", "hiring"),
        ("竣工验收", "construction"),
        ("来检查的太多", "inspection"),
        ("异地就医", "health"),
        ("养老院", "elderly_care"),
        ("找个托班", "childcare"),
        ("找不到工作", "employment"),
        ("低保", "social_aid"),
        ("科研经费", "research"),
        ("跨境电商", "trade"),
        ("商标被人抢了", "ip"),
        ("信用修复", "credit"),
        ("招投标", "tendering"),
        ("close my shop", "exit"),
        ("pause my business", "suspension"),
    ],
)
def test_stages(vocabulary: Vocabulary, text: str, value: str) -> None:
    assert {found for found, _ in named(vocabulary, text, "stage")} == {value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("要交多少钱", "fee"),
        ("收费吗", "fee"),
        ("how much does it cost", "fee"),
        ("在哪里办", "address"),
        ("徐汇区政务中心地址", "address"),
        ("where do I apply?", "address"),
        ("电话多少", "telephone"),
        ("聯繫方式", "telephone"),
        ("what is the phone number", "telephone"),
        ("几天能下来", "deadline"),
        ("截止到几号", "deadline"),
        ("how long does it take", "deadline"),
        ("带什么材料", "materials"),
        ("要准备啥", "materials"),
        ("what documents do I need", "materials"),
        ("办到哪一步了", "progress"),
        ("帮我查进度", "progress"),
        ("补多少", "amount"),
        ("罚款多少钱", "amount"),
        ("how much subsidy can we get", "amount"),
        ("找谁", "person"),
        ("哪个科室", "person"),
        ("who is in charge", "person"),
        ("哪里下载", "download"),
        ("申请表在哪", "download"),
        ("where can I download it", "download"),
        ("几点下班", "hours"),
        ("周末上班吗", "hours"),
        ("opening hours", "hours"),
        ("要什么条件", "eligibility"),
        ("我能申请吗", "eligibility"),
        ("are we eligible", "eligibility"),
        ("具体步骤", "steps"),
        ("怎么操作", "steps"),
        ("what are the steps", "steps"),
    ],
)
def test_details(vocabulary: Vocabulary, text: str, value: str) -> None:
    assert {found for found, _ in named(vocabulary, text, "detail")} == {value}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "今天天气怎么样",
        "浦东机场",
        "从虹桥火车站",
        "前几天",
        "coffee and feedback",
        "showing",
        "帮忙搬家具",
        "大家长期",
        "歇斯底里",
    ],
)
def test_nothing_is_found_where_nothing_is_named(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.find(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("注销驾驶证", "stage"),
        ("户口注销", "stage"),
        ("房贷", "stage"),
        ("企业运营", "service"),
        ("市民云", "audience"),
    ],
)
def test_what_only_looks_like_it_is_not(vocabulary: Vocabulary, text: str, kind: str) -> None:
    assert named(vocabulary, text, kind) == []


def test_mentions_of_one_kind_do_not_overlap(vocabulary: Vocabulary) -> None:
    for example in load_scope_examples():
        taken: set[tuple[str, int]] = set()
        for mention in vocabulary.find(example.text):
            places = {(mention.kind, i) for i in range(mention.start, mention.end)}
            assert not places & taken, example.text
            taken |= places


def test_few_messages_outside_the_document_name_a_service(vocabulary: Vocabulary) -> None:
    messages = [message for matter in load_outside_matters() for message in matter.messages]

    naming = [message for message in messages if named(vocabulary, message, "service")]

    assert len(naming) / len(messages) < 0.02
    assert not any(m.kind == "service" and not m.exact for text in messages for m in vocabulary.find(text))


def test_a_service_in_a_question_is_nearly_always_one_of_its_clause(vocabulary: Vocabulary) -> None:
    hits = [
        question.clause_id in mention.clause_ids
        for question in load_questions()
        for mention in vocabulary.find(question.text)
        if mention.kind == "service"
    ]

    assert sum(hits) / len(hits) > 0.9


def test_most_questions_written_for_a_detail_name_it_and_few_others_do(vocabulary: Vocabulary) -> None:
    details = [example.text for example in load_scope_examples() if example.kind == "detail"]
    answerable = [question.text for question in load_questions()]

    def share(texts: list[str]) -> float:
        return sum(bool(named(vocabulary, text, "detail")) for text in texts) / len(texts)

    assert share(details) > 0.85
    assert share(answerable) < 0.06


@pytest.mark.parametrize(("length", "limit_ms"), [(60, 20), (320, 60)])
def test_find_is_fast(vocabulary: Vocabulary, length: int, limit_ms: float) -> None:
    text = "".join(question.text for question in load_questions()[:400])[-length:]
    vocabulary.find(text)

    assert min(seconds(vocabulary, text) for _ in range(5)) * 1000 < limit_ms


def seconds(vocabulary: Vocabulary, text: str) -> float:
    started = time.perf_counter()
    vocabulary.find(text)
    return time.perf_counter() - started


def test_threads_find_what_one_thread_finds(vocabulary: Vocabulary) -> None:
    texts = [question.text for question in load_questions()[::20]]
    expected = [vocabulary.find(text) for text in texts]

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert list(threads.map(vocabulary.find, texts)) == expected


def test_words_of_visitors_are_forgotten(vocabulary: Vocabulary) -> None:
    vocabulary.find("Mr Xylophonist 贠")

    assert [vocabulary._finder.knows(word) for word in ("Xylophonist", "贠", "浦")] == [False, False, True]


def test_saved_vocabulary_is_a_spacy_pipeline(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.save(tmp_path)

    doc = spacy.load(tmp_path)("浦东 歇夜备案")

    assert [(span.label_, span.id_) for span in doc.spans["exact"]] == [("area", "浦东")]
    assert [(span.label_, span.id_) for span in doc.spans["misspelt"]] == [("service", "歇业备案")]


def test_a_rule_that_denies_a_service_is_refused() -> None:
    catalogue = small(("2.4", Service("企业运营", ())))

    with pytest.raises(
        DataFileError, match=r"vocabulary\.yml, service\.not: '企业运营' names '企业运营' in the cat"
    ):
        load_vocabulary(VOCABULARY_FILE, catalogue=catalogue)


def test_importing_knowledge_loads_neither_spacy_nor_pypinyin() -> None:
    code = (
        "import sys, knowledge; print([name for name in ('spacy', 'pypinyin', 'opencc') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == "[]\n"
