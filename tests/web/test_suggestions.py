"""Questions suggested while a visitor types."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from pathlib import Path

import pytest

from knowledge import Question, load_document, load_questions, to_simplified
from tests.web.fakes import Edge, run_edge
from web.schemas import Language
from web.suggestions import Suggestion, Suggestions, fitting_pool

SAMPLE = Suggestions(
    Question(clause_id, text)
    for clause_id, text in (
        ("2.4", "公司想停业几个月，可以不注销吗？"),
        ("2.4", "歇业备案怎么办理"),
        ("2.4", "歇业以后能不能恢复？"),
        ("2.5", "公司注销能在网上办吗？"),
        ("2.2", "注销公司名称要多久？"),
        ("11.4", "外地的医保能直接结算吗？"),
        ("2.4", "Can I put my company on hold without deregistering it?"),
        ("11.4", "Can I use my insurance from another province?"),
    )
)


@pytest.fixture(scope="module")
def real() -> Suggestions:
    return Suggestions(load_questions())


def texts(typed: str, language: Language = "zh-Hans", *, k: int = 6) -> list[str]:
    return [one.text for one in SAMPLE.find(typed, language, k=k)]


@pytest.mark.parametrize("typed", ["", "公", " 公 ", "？？？", "公！", "a"])
def test_find_waits_for_two_characters(typed: str) -> None:
    assert texts(typed) == []
    assert texts(typed, "en") == []


def test_find_puts_first_what_begins_with_it_then_what_holds_it() -> None:
    assert texts("注销") == ["注销公司名称要多久？", "公司注销能在网上办吗？", "公司想停业几个月，可以不注销吗？"]


def test_find_puts_what_holds_all_characters_before_what_shares_some() -> None:
    some = Suggestions((Question("11.3", "医保怎么结清？"), Question("11.4", "外地的医保能直接结算吗？")))

    assert [one.clause_id for one in some.find("医保结算", "zh-Hans", k=6)] == ["11.4", "11.3"]


def test_find_prefers_different_clauses_among_what_holds_it() -> None:
    assert [one.clause_id for one in SAMPLE.find("公司", "zh-Hans", k=6)] == ["2.5", "2.4", "2.2"]
    assert [one.clause_id for one in SAMPLE.find("歇业", "zh-Hans", k=6)] == ["2.4", "2.4"]
    both = Suggestions(
        Question(clause, text)
        for clause, text in (("2.4", "歇业备案怎么办"), ("2.4", "歇业最长要多久"), ("2.5", "能不能网上歇业"))
    )
    assert [one.clause_id for one in both.find("歇业", "zh-Hans", k=6)] == ["2.4", "2.5", "2.4"]


def test_find_returns_at_most_k() -> None:
    assert len(texts("公司", k=1)) == 1


def test_find_finds_nothing_for_what_nobody_asks() -> None:
    assert texts("量子纠缠") == []


def test_find_looks_past_how_something_is_asked() -> None:
    assert texts("医保怎么报") == ["外地的医保能直接结算吗？"]
    assert texts("天气怎么") == []


@pytest.mark.parametrize("typed", ["医保", "醫保", " 医 保 ", "“医保”，"])
def test_find_takes_either_script_and_any_punctuation(typed: str) -> None:
    assert texts(typed) == ["外地的医保能直接结算吗？"]


def test_find_shows_the_script_asked_for() -> None:
    assert texts("医保", "zh-Hant") == ["外地的醫保能直接結算嗎？"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("INSUR", ["Can I use my insurance from another province?"]),
        ("company hold", ["Can I put my company on hold without deregistering it?"]),
        ("can i p", ["Can I put my company on hold without deregistering it?"]),
        ("医保", []),
    ],
)
def test_find_finds_english_by_the_beginnings_of_words(typed: str, found: list[str]) -> None:
    assert texts(typed, "en")[: len(found) or 1] == found


def test_find_ends_a_question_with_its_mark() -> None:
    assert texts("歇业备案") == ["歇业备案怎么办理？"]


def test_find_bears_a_very_long_text() -> None:
    assert texts("歇业备案" * 500)[:1] == ["歇业备案怎么办理？"]


@pytest.mark.parametrize(
    ("text", "form", "pool"),
    [
        ("公司想停业几个月，可以不注销吗？", "", "zh"),
        ("歇业备案怎么办理", "", "zh"),
        ("歇业备案怎么办里", "typo", None),
        ("歇业备案", "", None),
        ("是否", "", None),
        ("長三角的醫保怎麼結算？", "", None),
        ("我听说可以歇业。怎么办理？", "", None),
        ("歇业是什么？怎么办理？", "", None),
        ("文件里哪一条讲歇业？", "", None),
        ("歇业咋办理？", "", None),
        ("请问" + "很" * 31 + "吗", "", None),
        ("Can I put my company on hold?", "", "en"),
        ("put my company on hold", "", None),
        ("company hold?", "", None),
        ("Which clause covers a business on hold?", "", None),
        ("Can I " + "really " * 20 + "do this?", "", None),
    ],
)
def test_fitting_pool_takes_plain_well_formed_questions(text: str, form: str, pool: str | None) -> None:
    assert fitting_pool(Question("2.4", text, "typo" if form else "")) == pool


def test_every_clause_has_questions_to_suggest_in_both_languages(real: Suggestions) -> None:
    clauses = {clause.id for clause in load_document().clauses}
    counts = Counter((question.clause_id, fitting_pool(question)) for question in load_questions())

    assert {clause for clause in clauses if counts[clause, "zh"] < 3} == set()
    assert {clause for clause in clauses if not counts[clause, "en"]} == set()
    assert 1_000 < len(real) < 2_500


@pytest.mark.parametrize(
    ("typed", "language", "clause_id"),
    [("歇业", "zh-Hans", "2.4"), ("醫保", "zh-Hant", "11.4"), ("罚款", "zh-Hans", "7.4"), ("credit", "en", "5.2")],
)
def test_real_questions_are_found_by_their_beginnings(
    real: Suggestions, typed: str, language: Language, clause_id: str
) -> None:
    found = real.find(typed, language, k=10)

    assert clause_id in [one.clause_id for one in found]
    if language == "zh-Hans":
        assert all(to_simplified(one.text) == one.text for one in found)


async def test_suggestions_are_served(edge: Edge) -> None:
    response = await edge.client.get("/api/suggestions", params={"q": "歇業備案", "language": "zh-Hant"})

    assert response.json() == {"suggestions": [{"text": "公司歇業備案怎麼辦理？", "clause_id": "1.2"}]}
    assert response.headers["cache-control"] == "no-store"
    assert edge.encoder.texts == []


@pytest.mark.parametrize(
    ("query", "count"), [("", 0), ("q=", 0), ("q=怎", 0), ("q=怎么办理", 2), ("q=怎么办理&k=1", 1)]
)
async def test_suggestions_are_at_most_k(edge: Edge, query: str, count: int) -> None:
    response = await edge.client.get(f"/api/suggestions?{query}")

    assert len(response.json()["suggestions"]) == count


@pytest.mark.parametrize(
    ("query", "code"),
    [("q=歇业&k=0", "invalid_k"), ("q=歇业&k=11", "invalid_k"), ("q=歇业&language=fr", "invalid_fields")],
)
async def test_suggestions_refuse_bad_parameters(edge: Edge, query: str, code: str) -> None:
    response = await edge.client.get(f"/api/suggestions?{query}")

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


async def test_typing_does_not_use_up_the_questions_of_an_address(tmp_path: Path) -> None:
    async with run_edge(tmp_path, address_rate_limit="2/minute") as edge:
        typed = [(await edge.client.get("/api/suggestions?q=歇业")).status_code for _ in range(21)]
        asked = [(await edge.chat("歇业")).status_code for _ in range(3)]

    assert typed == [200] * 20 + [429]
    assert asked == [200, 200, 429]


async def test_suggestions_come_while_one_types(tmp_path: Path, real: Suggestions) -> None:
    async with run_edge(tmp_path) as edge:
        edge.services.suggestions = real
        times: list[float] = []
        for question in load_questions()[::60]:
            started = time.perf_counter()
            params = {"q": question.text[: 2 + len(times) % 12], "k": "10"}
            response = await edge.client.get("/api/suggestions", params=params)
            times.append(time.perf_counter() - started)
            assert response.status_code == 200

    assert statistics.quantiles(times, n=20)[-1] <= 0.030, f"p95 of {len(times)}: {times}"


def test_suggestion_knows_its_clause() -> None:
    assert SAMPLE.find("外地的", "zh-Hans", k=1) == (Suggestion("外地的医保能直接结算吗？", "11.4"),)
