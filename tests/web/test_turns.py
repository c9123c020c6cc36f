"""What a turn comes to beyond one answer: matched lists, requests for a person, ratings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.fakes import FIRST, SECOND, Edge, answer, matched, run_edge
from web.engine import EngineButton, EngineCitation, EngineCustom, EngineMessage, EngineReply
from web.schemas import Outcome
from web.store import Rating

NUMBER = r"[0-9A-F]{8}"
STARS = tuple(
    EngineButton(title=f"{stars} 星", payload=f"{stars} 星", chosen=f"rating-{stars}") for stars in (5, 4, 3, 2, 1)
)


def saying(*said: tuple[str, EngineCustom | None]) -> EngineReply:
    return EngineReply(messages=tuple(EngineMessage(text=text, custom=custom) for text, custom in said))


def handing_off(text: str = "已经记下，编号 $request。") -> EngineReply:
    return saying((text, EngineCustom(outcome="handoff")))


async def press(edge: Edge, title: str, *, said: str = "谢谢") -> None:
    """Say something, and press the button of the reply that has this title."""
    body = (await edge.chat(said, session_id="s-1")).json()
    choices = {choice["title"]: choice["choice_id"] for choice in body["messages"][0]["choices"]}
    await edge.chat(session_id="s-1", choice_id=choices[title])


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        ("zh-Hans", ["暂停营业", "企业"]),
        ("zh-Hant", ["暫停營業", "企業"]),
        ("en", ["pausing the business", "a company"]),
    ],
)
async def test_matched_clause_says_which_answers_it_fits_in_the_visitors_language(
    edge: Edge, language: str, reasons: list[str]
) -> None:
    edge.engine.reply = matched()

    body = (await edge.chat("企业暂停营业", language=language)).json()

    assert body["citations"][0]["reasons"] == reasons
    assert body["citations"][0]["quote"] == SECOND


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("zh-Hans", "打印这份清单（固定链接）"),
        ("zh-Hant", "打印這份清單（固定鏈接）"),
        ("en", "Print this checklist (permanent link)"),
    ],
)
async def test_matched_list_links_to_its_checklist(edge: Edge, language: str, title: str) -> None:
    edge.engine.reply = matched()

    body = (await edge.chat("企业暂停营业", language=language)).json()

    assert body["checklist"] == {
        "url": f"/match?audience=enterprise&stage=suspension&lang={language}",
        "title": title,
    }


async def test_checklist_of_a_matched_list_shows_its_clause(edge: Edge) -> None:
    edge.engine.reply = matched(audience="enterprise", stage="suspension", area="浦东")

    url = (await edge.chat("企业暂停营业")).json()["checklist"]["url"]

    assert url == "/match?audience=enterprise&stage=suspension&area=%E6%B5%A6%E4%B8%9C&lang=zh-Hans"
    page = await edge.client.get(url)
    assert page.status_code == 200
    assert SECOND in page.text


async def test_reason_that_is_no_answer_of_the_visitor_is_left_out(edge: Edge) -> None:
    edge.engine.reply = matched(stage="suspension")

    assert (await edge.chat("暂停营业")).json()["citations"][0]["reasons"] == ["暂停营业"]


async def test_answer_without_a_situation_has_neither_reasons_nor_checklist(edge: Edge) -> None:
    body = (await edge.chat("歇业")).json()

    assert (body["citations"][0]["reasons"], body["checklist"]) == ([], None)


async def test_answer_of_the_engine_that_is_not_one_of_the_matching_is_no_reply(edge: Edge) -> None:
    edge.engine.reply = matched(stage="flying")

    response = await edge.chat("暂停营业", session_id="s-1")

    assert (response.status_code, response.json()["error"]["code"]) == (503, "engine_unavailable")
    assert await edge.services.store.turns("s-1") == ()


async def test_recorded_reply_has_the_checklist(edge: Edge) -> None:
    edge.engine.reply = matched()
    body = (await edge.chat("企业暂停营业", session_id="s-1")).json()

    (turn,) = await edge.services.store.turns("s-1")
    assert turn.reply == body


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("answer", "match", "answer"),
        ("no_detail", "match", "no_detail"),
        ("chat", "match", "chat"),
        ("match", "chat", "match"),
        (None, "match", "match"),
        ("abstain", None, "abstain"),
        (None, None, "chat"),
    ],
)
async def test_outcome_of_several_messages_is_what_answers_first(
    edge: Edge, first: Outcome | None, second: Outcome | None, outcome: str
) -> None:
    cited = (EngineCitation(clause_id="1.2", quote=SECOND, score=0.9),)
    cites = first in ("answer", "no_detail")
    edge.engine.reply = saying(
        ("原文：", EngineCustom(outcome=first, citations=cited if cites else ())),
        ("回到匹配：", EngineCustom(outcome=second)),
    )

    body = (await edge.chat("歇业要几天", session_id="s-1")).json()

    assert body["outcome"] == outcome
    assert [message["text"] for message in body["messages"]] == ["原文：", "回到匹配："]
    assert [turn.outcome for turn in await edge.services.store.turns("s-1")] == [outcome]


async def test_question_of_the_matching_leaves_the_citation_of_the_answer_before_it(edge: Edge) -> None:
    edge.engine.reply = saying(
        ("按“歇业”理解。", None),
        (
            "原文：",
            EngineCustom(outcome="answer", citations=(EngineCitation(clause_id="1.1", quote=FIRST, score=0.9),)),
        ),
        ("回到匹配：", EngineCustom(outcome="match")),
    )

    body = (await edge.chat("审批事项")).json()

    assert [citation["clause_id"] for citation in body["citations"]] == ["1.1"]


async def test_matching_that_asks_need_not_cite(edge: Edge) -> None:
    edge.engine.reply = saying(("您在哪里？", EngineCustom(outcome="match")))

    body = (await edge.chat("为我匹配")).json()

    assert (body["outcome"], body["citations"]) == ("match", [])


async def test_handoff_is_recorded_under_the_number_that_the_reply_says(edge: Edge) -> None:
    edge.engine.reply = handing_off()

    body = (await edge.chat("转人工", session_id="s-1")).json()

    (handoff,) = await edge.services.store.open_handoffs()
    assert re.fullmatch(NUMBER, handoff.number)
    assert body["messages"][0]["text"] == f"已经记下，编号 {handoff.number}。"
    assert (handoff.session_id, handoff.turn_id) == ("s-1", body["turn_id"])


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
async def test_handoff_has_its_number_in_every_language(edge: Edge, language: str) -> None:
    edge.engine.reply = handing_off("number $request")

    body = (await edge.chat("转人工", language=language)).json()

    assert re.fullmatch(f"number {NUMBER}", body["messages"][0]["text"])


async def test_handoffs_have_different_numbers(edge: Edge) -> None:
    edge.engine.reply = handing_off()
    for session_id in ("s-1", "s-1", "s-2"):
        await edge.chat("转人工", session_id=session_id)

    handoffs = await edge.services.store.open_handoffs()
    assert len({handoff.number for handoff in handoffs}) == 3


async def test_handoff_is_recorded_once_when_it_is_asked_again_for_the_same_turn(edge: Edge) -> None:
    edge.engine.reply = handing_off()
    first = await edge.chat("转人工", session_id="s-1", client_turn_id="t-1")
    second = await edge.chat("转人工", session_id="s-1", client_turn_id="t-1")

    assert second.json() == first.json()
    assert len(await edge.services.store.open_handoffs()) == 1


async def test_handoff_outlives_a_restart(tmp_path: Path) -> None:
    async with run_edge(tmp_path) as edge:
        edge.engine.reply = handing_off()
        await edge.chat("转人工", session_id="s-1")
        (before,) = await edge.services.store.open_handoffs()
    async with run_edge(tmp_path) as edge:
        assert await edge.services.store.open_handoffs() == (before,)


@pytest.mark.parametrize("outcome", ["answer", "chat", "abstain"])
async def test_other_outcomes_make_no_request_for_a_person(edge: Edge, outcome: Outcome) -> None:
    edge.engine.reply = answer(outcome=outcome)

    await edge.chat("歇业")

    assert await edge.services.store.open_handoffs() == ()


async def test_rating_button_is_recorded(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=STARS)

    await press(edge, "4 星")

    assert await edge.services.store.rating("s-1") == Rating(4)
    assert [query.chosen for query in edge.engine.queries] == ["", "rating-4"]


async def test_last_rating_of_a_conversation_counts(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=STARS)

    await press(edge, "5 星")
    await press(edge, "1 星")

    assert await edge.services.store.rating("s-1") == Rating(1)
    assert await edge.services.store.rating("s-2") is None


@pytest.mark.parametrize("said", ["非常满意", "rating-5", "5 星"])
async def test_words_are_no_rating(edge: Edge, said: str) -> None:
    edge.engine.reply = answer(buttons=STARS)

    await edge.chat(said, session_id="s-1")

    assert await edge.services.store.rating("s-1") is None


async def test_button_of_a_clause_is_no_rating(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=(EngineButton(title="先停业", payload="先停业", chosen="1.2"),))

    await press(edge, "先停业")

    assert await edge.services.store.rating("s-1") is None
