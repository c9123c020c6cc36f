"""A small document with its questions, and an encoder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from embeddings import Layers, Vector
from embeddings.passages import Label, Material
from knowledge import (
    CatalogueEntry,
    Clause,
    Document,
    Measure,
    Mention,
    NaturalMessage,
    OutsideMatter,
    Question,
    ScopeExample,
    Section,
)
from knowledge.phrases import Kind

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
ENTRY = CatalogueEntry(
    clause_id="1.2",
    reading="先停业，不注销",
    reading_en="Pausing a business",
    explanation="公司想先停一停，可以备案。",
    explanation_en="A company that wants to pause may file for it.",
    audience="enterprise",
    stages=("suspension",),
    topics=("歇业",),
    areas=(),
    status="full",
    services=(),
)
MATTERS = (
    OutsideMatter(
        id="tickets",
        title="电影票",
        title_en="Cinema tickets",
        belongs_to="电影票由影院出售。",
        belongs_to_en="Cinemas sell them.",
        messages=(
            "电影票怎么退",
            "想看电影",
            "电影票多少钱一张",
            "电影票能改签吗",
            "买两张电影票",
            "电影几点开场",
            "退电影票扣钱吗",
            "晚上有什么电影",
        ),
    ),
    OutsideMatter(
        id="bus_card",
        title="公交卡",
        title_en="Bus card",
        belongs_to="公交卡由公交公司发行。",
        belongs_to_en="The bus company issues them.",
        messages=(
            "公交卡怎么充值",
            "公交卡坏了",
            "公交卡余额查询",
            "公交卡能退吗",
            "新办公交卡",
            "公交卡刷不了",
            "学生公交卡打折吗",
            "公交卡充错了",
        ),
    ),
)
# Written without the document at hand: enough of each label for every fold, whatever the folds are.
ANSWERED = {
    "1.1": [
        "我想给公司起名字",
        "公司叫什么名字要批吗",
        "起公司名字自己说了算吗",
        "名称能不能自己报",
        "新公司名称怎么申报",
    ],
    "1.2": [
        "生意不做了先关半年",
        "店里没生意想停业",
        "公司先停业行不行",
        "歇业要去办手续吗",
        "暂停营业要不要备案",
    ],
    "2.1": ["我妈想在小区里养老", "老人住社区有人管吗", "社区里有没有养老的", "家门口养老", "老人想住养老院"],
}
DETAIL_ASKED = {
    "1.1": ["名称申报要交多少钱", "起名字电话打多少", "申报名称要几天", "公司起名要带什么材料", "名称审核多少天"],
    "1.2": ["停业要交几份表", "歇业备案多少钱", "停业手续几天办完", "歇业要带什么材料", "备案的电话是多少"],
    "2.1": ["养老院一个月多少钱", "社区养老的电话", "日托中心地址在哪", "养老院几点开门", "养老要带什么材料"],
}
NATURAL_OUTSIDE = [
    "公交卡丢了",
    "世界杯谁赢了",
    "红烧肉放糖吗",
    "猫不吃饭",
    "股票跌了",
    "给我讲个笑话",
    "周末下雨吗",
    "电影好看吗",
    "推荐一首歌",
    "手机屏碎了",
    "火车晚点",
    "感冒吃啥药",
    "附近哪有火锅",
    "汽车加油",
    "英语作文怎么写",
    "游戏打不开",
    "快递没到",
    "我失恋了",
    "飞机票",
    "狗咬人",
]
VAGUE = [
    "那个怎么弄",
    "在吗",
    "你好",
    "怎么弄啊",
    "我想问一下",
    "有人吗",
    "帮帮我",
    "那件事呢",
    "你能干啥",
    "然后呢",
    "就是那个",
    "问一下那个",
    "那个呢",
    "你好在吗",
    "怎么搞",
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


def sample_natural() -> tuple[NaturalMessage, ...]:
    labelled: list[tuple[str, Label, tuple[str, ...]]] = [
        *((text, "answer", (clause,)) for clause, texts in ANSWERED.items() for text in texts),
        *((text, "detail", (clause,)) for clause, texts in DETAIL_ASKED.items() for text in texts),
        *((text, "oos", ()) for text in NATURAL_OUTSIDE),
        *((text, "vague", ()) for text in VAGUE),
    ]
    return tuple(
        NaturalMessage(f"n-{number}", text, "oneliner", label, clauses, "train")
        for number, (text, label, clauses) in enumerate(labelled, 1)
    )


def sample_material() -> Material:
    return Material(
        document=sample_document(),
        questions=sample_questions(),
        examples=sample_examples(),
        matters=MATTERS,
        natural=sample_natural(),
        vocabulary="words-1",
    )


# What the sample's finder finds: kind, value and clauses of each word.
WORDS: dict[str, tuple[Kind, str, tuple[str, ...]]] = {
    "名称申报": ("service", "名称申报承诺制", ("1.1",)),
    "歇业备案": ("service", "歇业备案", ("1.2",)),
    "养老院": ("service", "嵌入式养老", ("2.1",)),
    "停业": ("stage", "suspension", ()),
    "多少钱": ("detail", "fee", ()),
    "电话": ("detail", "telephone", ()),
    "材料": ("detail", "materials", ()),
}


class WordFinder:
    """Finds a few words letter for letter; stands in for the vocabulary, which needs spaCy."""

    def find(self, text: str) -> tuple[Mention, ...]:
        return tuple(
            Mention(kind, value, clause_ids, start, start + len(word), exact=True)
            for word, (kind, value, clause_ids) in WORDS.items()
            if (start := text.find(word)) >= 0
        )


class CharacterEncoder:
    """Texts that share characters have similar vectors; the same everywhere and at once.

    As with a trained encoder, all vectors have much in common: the cosine of any two texts is at least 0.5.
    """

    id = "characters-1"
    dimensions = 128

    def encode_query(self, text: str) -> Vector:
        counts = np.zeros(self.dimensions)
        for character in text:
            counts[hashlib.sha256(character.encode()).digest()[0] % self.dimensions] += 1
        vector = counts / max(1.0, float(np.linalg.norm(counts))) + self.dimensions**-0.5
        unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit

    def encode_layers(self, text: str) -> Layers:
        return Layers(self.encode_query(text), None)

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        return np.stack([self.encode_query(text) for text in texts])

    encode_passages = encode_queries
