"""A small document with its questions, and an encoder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from embeddings import Vector
from embeddings.passages import Material
from knowledge import (
    Clause,
    Document,
    Measure,
    NaturalMessage,
    OutsideMatter,
    Question,
    ScopeExample,
    Section,
)

CLAUSES = {
    "1.1": "全面推行市场主体名称申报承诺制。",
    "1.2": "落实歇业备案制度，根据企业需要“一口办理”歇业备案手续。",
    "2.1": "完善社区嵌入式养老服务网络。",
}
QUESTIONS = {
    "1.1": [
        "公司名字怎么起",
        "公司名称要不要审核",
        "名称重复了怎么办",
        "起名字要等几天吗",
        "公司名字被人抢注",
        "取名要承诺吗",
    ],
    "1.2": [
        "暂停营业怎么办手续",
        "歇业备案是什么",
        "店先关一阵子",
        "想停业半年",
        "暂时不做生意了",
        "停业期间要报税吗",
    ],
    "2.1": [
        "小区里有养老院吗",
        "老人谁来照顾",
        "社区养老服务",
        "爸爸妈妈养老",
        "附近的日托中心",
        "老年人吃饭在哪里",
    ],
}
OUTSIDE = ["今天天气怎么样", "帮我写一首诗", "红烧肉的做法", "附近的电影院", "明天股票涨不涨", "怎么养猫"]
DETAIL = [
    "歇业备案要交多少钱",
    "养老院的地址发我",
    "名称申报的电话是多少",
    "备案几天办完",
    "要带什么材料",
    "找谁办",
]


def sample_document(raw_sha256: str = "a" * 64) -> Document:
    clauses = [Clause(i, int(i[0]), int(i[2]), text, 0, len(text), (text,)) for i, text in CLAUSES.items()]
    measures = (
        Measure(1, "深化登记制度改革", 1, 0, 0, tuple(clauses[:2])),
        Measure(2, "增强为民服务能力", 1, 0, 0, tuple(clauses[2:])),
    )
    text = "".join(CLAUSES.values())
    return Document(
        title="工作要点",
        number="沪府办〔2023〕9号",
        date="2023-03-17",
        issuer="上海市人民政府办公厅",
        addressees="各区人民政府：",
        notice_title="通知",
        notice="请认真执行。",
        preamble="要点。",
        sections=(Section(1, "服务", measures),),
        text=text,
        raw_sha256=raw_sha256,
        clean_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def sample_questions() -> tuple[Question, ...]:
    return tuple(Question(clause, text) for clause, texts in QUESTIONS.items() for text in texts)


def sample_examples() -> tuple[ScopeExample, ...]:
    outside = [ScopeExample(text, "unrelated") for text in OUTSIDE]
    return (*outside, *(ScopeExample(text, "detail") for text in DETAIL))


def sample_material() -> Material:
    return Material(
        document=sample_document(),
        questions=sample_questions(),
        examples=sample_examples(),
        matters=(OutsideMatter("tickets", "电影票", "电影票由影院出售。", ("电影票怎么退", "想看电影")),),
        natural=(
            NaturalMessage("n-1", "生意不做了先关半年", "oneliner", "answer", ("1.2",), "train"),
            NaturalMessage("n-2", "停业要交几份表", "oneliner", "detail", ("1.2",), "train"),
            NaturalMessage("n-3", "公交卡丢了", "oneliner", "oos", (), "train"),
            NaturalMessage("n-4", "那个怎么弄", "other", "vague", (), "train"),
        ),
    )


class CharacterEncoder:
    """Texts that share characters have similar vectors; the same everywhere and at once."""

    id = "characters-1"
    dimensions = 64

    def encode_query(self, text: str) -> Vector:
        vector = np.full(self.dimensions, 0.01, dtype=np.float32)
        for character in text:
            digest = hashlib.sha256(character.encode()).digest()
            vector[digest[0] % self.dimensions] += 1
        unit: Vector = vector / np.linalg.norm(vector)
        return unit

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        return np.stack([self.encode_query(text) for text in texts])

    encode_passages = encode_queries
