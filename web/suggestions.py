"""Questions to suggest while a visitor types: from the catalogue's questions, without an encoder."""

from __future__ import annotations

import math
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge import Question
from web.normalise import detect_language, query_form
from web.schemas import Language
from web.wording import in_script

Pool = Literal["zh", "en"]

SHORTEST = 2
# What is typed beyond this is a story; no question of moderate length begins like it.
_LONGEST = 64
# Of the weight of what was typed; less in common is no suggestion.
_LEAST_SHARED = 0.35
_LENGTHS: Mapping[Pool, tuple[int, int]] = {"zh": (6, 32), "en": (12, 90)}
# A question that stands by itself, as opposed to a keyword or a complaint.
_ASKS = re.compile(
    "怎么|如何|什么|哪|吗|么？?$|能不能|能否|是否|是不是|几[个次天种家样]|多少|可不可以|可否|有没有|会不会|要不要|谁|多久|何时"
)
_ASKS_IN_ENGLISH = re.compile(r"[A-Z].*[a-z)]\?")
# One sentence, in plain words, about the matter: no second sentence, no requests to look up or list a text,
# no dialect, no slang, nobody's family or office.
_NOT_PLAIN = re.compile(
    "[。！；：…“”《》、—]|？.|，.*，|文件|原文|条款|措施|哪条|那条|表述|提法|依据哪|列给|列几|帮我|帮忙找|给我|麻烦|一点，|先不|不问"
    "|[伐侬忒勿搿甭咋啥嘛哩呗呀啊]|阿拉|家伙|小毛头|老[爸妈]|我[妈爸们]|处里|科里|听说|领导|上级|同志|所问|科问|靠谱|章程"
    "|那帮|这帮|扯皮|踢皮球|总司令|拎|帮衬|紧箍咒|黑名册|拍脑袋|喊人|黑我|唬|糊弄|坑|宰"
)
_NOT_PLAIN_IN_ENGLISH = re.compile(
    r"[;:–—\"“”]|\?.|\b(?:clause|provision|document|text|cite|quote|which item|sentence)\b", re.I
)
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Suggestion:
    """A question in the language asked for, and the clause that answers it."""

    text: str
    clause_id: str


@dataclass(frozen=True)
class _Entry:
    question: Question
    key: str


class Suggestions:
    """An inverted index of the questions that are fit to be shown.

    Args:
        questions: All there are; the unfit are left out, of two that read alike the second.
    """

    def __init__(self, questions: Iterable[Question]) -> None:
        fit: dict[Pool, dict[str, Question]] = {"zh": {}, "en": {}}
        for question in questions:
            pool = fitting_pool(question)
            if pool:
                fit[pool].setdefault(_key(question.text), question)
        self._pools = {pool: _Postings(pool, found) for pool, found in fit.items()}

    def __len__(self) -> int:
        return sum(len(pool.entries) for pool in self._pools.values())

    def find(self, typed: str, language: Language, *, k: int) -> tuple[Suggestion, ...]:
        """Return at most ``k`` questions that go with ``typed``, best first.

        Those that begin with it come first, then those that hold it, then those that hold all of its
        characters, then those that share most. Of those that hold it, and of the others, different clauses
        go before a second question of one.
        Fewer than two letters or characters find nothing. Takes about a millisecond.
        """
        key = _key(typed[: 4 * _LONGEST])[:_LONGEST]
        if len(key) < SHORTEST:
            return ()
        ranked = self._pools["en" if language == "en" else "zh"].rank(key)
        holding = [entry for entry in ranked if key in entry.key]
        others = [entry for entry in ranked if key not in entry.key]
        return tuple(
            Suggestion(in_script(_asked(entry.question.text), language), entry.question.clause_id)
            for entry in [*_spread(holding), *_spread(others)][:k]
        )


def fitting_pool(question: Question) -> Pool | None:
    """Return where a question may be suggested: plain, well-formed, of moderate length; None if nowhere."""
    text = question.text
    language = detect_language(text)
    if question.form or language == "zh-Hant":
        return None
    pool: Pool = "en" if language == "en" else "zh"
    shortest, longest = _LENGTHS[pool]
    if not shortest <= len(text) <= longest:
        return None
    if pool == "en":
        return pool if _ASKS_IN_ENGLISH.fullmatch(text) and not _NOT_PLAIN_IN_ENGLISH.search(text) else None
    return pool if _ASKS.search(text) and not _NOT_PLAIN.search(text) else None


class _Postings:
    """The questions of one pool by what they hold."""

    def __init__(self, pool: Pool, questions: Mapping[str, Question]) -> None:
        self._pool = pool
        self.entries = tuple(_Entry(question, key) for key, question in questions.items())
        postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for place, entry in enumerate(self.entries):
            for gram in _indexed(entry.key, pool):
                postings[gram].append(place)
        self._postings = dict(postings)

    def rank(self, key: str) -> list[_Entry]:
        """Return the entries that go with ``key``, best first; of equals the shorter, then the earlier."""
        # How something is asked says nothing of what is asked about, unless there is nothing else yet.
        matter = _ASKS.sub("", key)
        grams = _typed(matter if len(matter) >= SHORTEST else key, self._pool)
        weights = {gram: self._weight(gram) for gram in grams}
        shared: dict[int, float] = defaultdict(float)
        for gram in grams:
            for place in self._postings.get(gram, ()):
                shared[place] += weights[gram]
        least = _LEAST_SHARED * sum(weights.values())
        ranked = sorted(
            (-self._nearness(key, place), -weight, len(self.entries[place].key), place)
            for place, weight in shared.items()
            if weight >= least
        )
        return [self.entries[place] for *_, place in ranked]

    def _weight(self, gram: str) -> float:
        """Return how telling a gram is: its inverse document frequency, highest if nothing holds it.

        A single character says less than its share of a pair does.
        """
        rarity = math.log(1 + len(self.entries) / (1 + len(self._postings.get(gram, ()))))
        return rarity if len(gram) > 1 else rarity / 2

    def _nearness(self, key: str, place: int) -> int:
        text = self.entries[place].key
        if text.startswith(key):
            return 3
        if key in text:
            return 2
        return int(set(key) <= set(text)) if self._pool == "zh" else 0


def _key(text: str) -> str:
    """Return what is compared: Simplified, without case and punctuation; words stay apart."""
    return " ".join(re.findall(r"\w+", query_form(text).casefold()))


def _asked(text: str) -> str:
    """Return a question with its question mark; many were written without, as people type them."""
    return text if text.endswith(("?", "？")) else f"{text}？"


def _indexed(key: str, pool: Pool) -> Sequence[str]:
    """Return what a question is found by: characters and pairs of them, or the beginnings of its words."""
    if pool == "zh":
        return _typed(key, pool)
    words = _WORD.findall(key)
    return tuple(dict.fromkeys(word[:end] for word in words for end in range(SHORTEST, len(word) + 1)))


def _typed(key: str, pool: Pool) -> Sequence[str]:
    """Return what is looked up, each once: characters and pairs of them, or words, maybe unfinished ones."""
    if pool == "en":
        return tuple(dict.fromkeys(word for word in _WORD.findall(key) if len(word) >= SHORTEST))
    packed = key.replace(" ", "")
    return tuple(dict.fromkeys([*packed, *(packed[at : at + 2] for at in range(len(packed) - 1))]))


def _spread(ranked: Sequence[_Entry]) -> Sequence[_Entry]:
    """Return the best of each clause before the others."""
    first: dict[str, _Entry] = {}
    for entry in ranked:
        first.setdefault(entry.question.clause_id, entry)
    return [*first.values(), *(entry for entry in ranked if first[entry.question.clause_id] is not entry)]
