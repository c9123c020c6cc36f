"""``POST /api/chat`` over a real socket, with a fake engine behind it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from knowledge import Mention
from tests.web.fakes import SECOND, THIRD, Edge, FakeEngine, answer, run_edge
from web.engine import EngineButton, EngineCitation, EngineCustom, EngineMessage, EngineReply


async def test_chat_answers_with_the_whole_contract(edge: Edge) -> None:
    response = await edge.chat("公司暂时不经营怎么办？", session_id="s-1")

    assert response.status_code == 200
    body = response.json()
    assert body.pop("turn_id")
    assert body == {
        "session_id": "s-1",
        "language": "zh-Hans",
        "outcome": "answer",
        "intent": {"name": "business_registration", "confidence": 0.97},
        "messages": [{"text": "根据第1条举措：", "choices": []}],
        "citations": [
            {
                "clause_id": "1.2",
                "measure": 1,
                "measure_title": "深化登记制度改革",
                "section": 1,
                "section_title": "深化行政审批制度改革",
                "quote": SECOND,
                "score": 0.93,
                "document": {"number": "沪府办〔2023〕9号", "date": "2023-03-17", "title": "改革工作要点"},
                "explanation": {
                    "text": "公司想先停一停，可以备案。",
                    "language": "zh-Hans",
                    "label": "内容说明（不是文件原文）",
                },
                "reasons": [],
            }
        ],
        "quoted": 1,
        "checklist": None,
        "receipt": {"index_version": "20230317-1", "source_sha256": "ab" * 32},
    }


async def test_chat_asks_the_engine_in_simplified_without_personal_numbers(edge: Edge) -> None:
    await edge.chat("我的手機是１３８-0013-8000，營業執照怎麼辦？", session_id="s-1")

    (query,) = edge.engine.queries
    assert (query.session_id, query.text, query.language) == (
        "s-1",
        "我的手机是[手机号],营业执照怎么办?".replace(",", "，").replace("?", "？"),
        "zh-Hans",
    )
    assert edge.encoder.texts == [query.text]


async def test_chat_sends_the_questions_of_a_message_along_with_their_vectors(edge: Edge) -> None:
    await edge.chat("歇業怎麼辦理？電話13800138000的名字怎麼改？")

    (query,) = edge.engine.queries
    assert [part.text for part in query.parts] == ["歇业怎么办理？", "电话[手机号]的名字怎么改？"]
    assert [part.vector.shape for part in query.parts] == [(384,), (384,)]
    assert (query.vector[0], query.middle is not None and query.middle[0]) == (0.5, 0.25)
    assert sorted(edge.encoder.texts) == sorted([query.text, *(part.text for part in query.parts)])


async def test_chat_sends_along_what_the_message_names(edge: Edge) -> None:
    await edge.chat("我們在浦東開飯店")

    (query,) = edge.engine.queries
    assert query.mentions == (Mention("area", "浦东", (), 3, 5, True),)


async def test_chat_takes_nothing_for_named_in_the_words_of_a_button(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=(EngineButton(title="浦东", payload="浦东的试点", chosen="1.2"),))
    offered = (await edge.chat("试点", session_id="s-1")).json()["messages"][0]["choices"]
    await edge.chat(choice_id=offered[0]["choice_id"], session_id="s-1")

    assert [query.mentions for query in edge.engine.queries] == [(), ()]


async def test_chat_finds_what_a_button_that_only_sends_its_words_names(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=(EngineButton(title="浦东", payload="浦东"),))
    offered = (await edge.chat("试点", session_id="s-1")).json()["messages"][0]["choices"]
    await edge.chat(choice_id=offered[0]["choice_id"], session_id="s-1")

    assert [[mention.value for mention in query.mentions] for query in edge.engine.queries] == [[], ["浦东"]]


async def test_chat_takes_the_words_of_a_button_for_one_question(edge: Edge) -> None:
    said = "歇业怎么办理？名字怎么改？"
    edge.engine.reply = answer(buttons=(EngineButton(title="先停业", payload=said, chosen="1.2"),))
    offered = (await edge.chat("停业", session_id="s-1")).json()["messages"][0]["choices"]
    await edge.chat(choice_id=offered[0]["choice_id"], session_id="s-1")

    assert [(query.text, query.parts) for query in edge.engine.queries] == [("停业", ()), (said, ())]


async def test_chat_says_how_many_citations_answer(edge: Edge) -> None:
    both = tuple(
        EngineCitation(clause_id=i, quote=quote, score=0.9) for i, quote in (("1.2", SECOND), ("2.1", THIRD))
    )
    custom = EngineCustom(outcome="answer", citations=both, quoted=2)
    edge.engine.reply = EngineReply(messages=(EngineMessage(text="分别是：", custom=custom),))

    body = (await edge.chat("歇业怎么办理？食品许可怎么办？")).json()

    assert ([citation["clause_id"] for citation in body["citations"]], body["quoted"]) == (["1.2", "2.1"], 2)


async def test_chat_records_the_cleaned_and_redacted_utterance(edge: Edge) -> None:
    await edge.chat("  我的手機是13800138000，\u200b營業執照？\x00 ", session_id="s-1")

    (turn,) = await edge.services.store.turns("s-1")
    assert (turn.utterance, turn.sequence, turn.outcome, turn.clause_ids) == (
        "我的手機是[手机号]，營業執照？",
        1,
        "answer",
        ("1.2",),
    )


async def test_chat_has_recorded_the_turn_when_the_reply_arrives(edge: Edge) -> None:
    body = (await edge.chat("歇业", session_id="s-1")).json()

    (turn,) = await edge.services.store.turns("s-1")
    assert turn.reply == body


async def test_chat_makes_an_unguessable_session_when_there_is_none(edge: Edge) -> None:
    first, second = (await edge.chat("歇业")).json(), (await edge.chat("歇业")).json()

    assert first["session_id"] != second["session_id"]
    assert len(first["session_id"]) == 32


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        (b"[" * 60_000, 400, "invalid_json"),
        (b'{"message": NaN}', 400, "invalid_fields"),
        (b'{"message": "\\ud800"}', 400, "invalid_json"),
        (b"[]", 400, "invalid_fields"),
        (b"null", 400, "invalid_fields"),
        (b'{"message": 7}', 400, "invalid_fields"),
        (b'{"message": "a", "extra": 1}', 400, "invalid_fields"),
        (b'{"message": "a", "language": "fr"}', 400, "invalid_fields"),
        (b'{"message": "a", "session_id": "a b"}', 400, "invalid_fields"),
        (b'{"message": "a", "session_id": ""}', 400, "invalid_fields"),
        (b'{"message": "a", "session_id": "a\\n"}', 400, "invalid_fields"),
        (b'{"message": "a", "client_turn_id": "\\u0000"}', 400, "invalid_fields"),
        (b"{}", 400, "message_or_choice"),
        (b'{"message": "a", "choice_id": "b"}', 400, "message_or_choice"),
        (b'{"message": ""}', 422, "empty_message"),
        (b'{"message": " \\u0000\\u200b\\u3164 "}', 422, "empty_message"),
        (json.dumps({"message": "问" * 2001}).encode(), 422, "message_too_long"),
        (b'{"choice_id": "unknown"}', 422, "unknown_choice"),
        (b'{"choice_id": "\\u0000"}', 422, "unknown_choice"),
    ],
)
async def test_chat_refuses_bad_bodies(edge: Edge, body: bytes, status: int, code: str) -> None:
    response = await edge.client.post("/api/chat", content=body, headers={"content-type": "application/json"})

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert edge.engine.queries == []


async def test_chat_says_the_limit_of_a_message(edge: Edge) -> None:
    error = (await edge.chat("问" * 2001)).json()["error"]

    assert error["limit"] == 2000
    assert error["message"] == "您的问题太长了，最多 2000 个字，请精简后再发送。"


@pytest.mark.parametrize("content_type", ["text/plain", "application/jsonx", "multipart/form-data", ""])
async def test_chat_refuses_other_types(edge: Edge, content_type: str) -> None:
    response = await edge.client.post(
        "/api/chat", content=b'{"message": "a"}', headers={"content-type": content_type}
    )

    assert (response.status_code, response.json()["error"]["code"]) == (415, "not_json")


async def test_chat_takes_json_with_a_charset(edge: Edge) -> None:
    response = await edge.client.post(
        "/api/chat", content=b'{"message": "a"}', headers={"content-type": "Application/JSON; charset=utf-8"}
    )

    assert response.status_code == 200


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000, 3_000_000])
async def test_chat_refuses_large_bodies_with_a_reply_that_arrives(edge: Edge, size: int) -> None:
    body = b'{"message": "' + b"a" * (size - 15) + b'"}'
    response = await edge.client.post("/api/chat", content=body, headers={"content-type": "application/json"})

    assert (response.status_code, response.json()["error"]["code"]) == (413, "body_too_large")


async def test_chat_reads_a_body_of_exactly_the_limit(edge: Edge) -> None:
    body = b'{"message": "' + b"a" * (64 * 1024 - 15) + b'"}'
    response = await edge.client.post("/api/chat", content=body, headers={"content-type": "application/json"})

    assert (response.status_code, response.json()["error"]["code"]) == (422, "message_too_long")


@pytest.mark.parametrize(
    "message",
    ["/restart", '/intent{"slot":"x"}', "EXTERNAL: x", "<script>alert(1)</script>", "😀" * 2000, "\ufdfa" * 2000],
)
async def test_chat_hands_odd_messages_on_as_plain_text(edge: Edge, message: str) -> None:
    response = await edge.chat(message)

    assert response.status_code == 200
    assert 0 < len(edge.engine.queries[0].text) <= 2000


async def test_chat_returns_the_stored_reply_to_a_retry(edge: Edge) -> None:
    first = await edge.chat("歇业", session_id="s-1", client_turn_id="t-1")
    second = await edge.chat("歇业", session_id="s-1", client_turn_id="t-1")

    assert second.json() == first.json()
    assert len(edge.engine.queries) == 1
    assert len(await edge.services.store.turns("s-1")) == 1


async def test_chat_takes_two_identical_requests_at_once_for_one_turn(edge: Edge) -> None:
    edge.engine.delay_s = 0.05
    replies = await asyncio.gather(*(edge.chat("歇业", session_id="s-1", client_turn_id="t-1") for _ in range(5)))

    assert len({reply.text for reply in replies}) == 1
    assert len(edge.engine.queries) == 1


async def test_chat_keeps_retries_safe_across_a_restart(tmp_path: Path) -> None:
    async with run_edge(tmp_path) as edge:
        first = await edge.chat("歇业", session_id="s-1", client_turn_id="t-1")
    async with run_edge(tmp_path) as edge:
        second = await edge.chat("歇业", session_id="s-1", client_turn_id="t-1")
        assert edge.engine.queries == []

    assert second.json() == first.json()


async def test_chat_takes_the_same_turn_id_in_another_session_for_another_turn(edge: Edge) -> None:
    first = await edge.chat("歇业", session_id="s-1", client_turn_id="t-1")
    second = await edge.chat("歇业", session_id="s-2", client_turn_id="t-1")

    assert first.json()["turn_id"] != second.json()["turn_id"]


async def test_chat_runs_the_turns_of_one_session_one_after_another(edge: Edge) -> None:
    edge.engine.delay_s = 0.02
    await asyncio.gather(*(edge.chat(f"问题{number}", session_id="s-1") for number in range(6)))

    assert edge.engine.most_under_way == 1
    assert [turn.sequence for turn in await edge.services.store.turns("s-1")] == [1, 2, 3, 4, 5, 6]
    assert edge.services.gate.sessions == 0


async def test_chat_runs_sessions_beside_each_other(edge: Edge) -> None:
    edge.engine.delay_s = 0.1
    await asyncio.gather(*(edge.chat("歇业", session_id=f"s-{number}") for number in range(6)))

    assert edge.engine.most_under_way == 6


async def test_chat_refuses_turns_when_too_many_wait(tmp_path: Path) -> None:
    async with run_edge(tmp_path, engine=FakeEngine(delay_s=0.3), max_waiting_turns=2) as edge:
        replies = await asyncio.gather(*(edge.chat("歇业") for _ in range(5)))

    assert sorted(reply.status_code for reply in replies) == [200, 200, 503, 503, 503]
    refused = next(reply for reply in replies if reply.status_code == 503)
    assert (refused.json()["error"]["code"], refused.headers["retry-after"]) == ("busy", "2")


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_chat_says_readably_that_the_engine_is_away(edge: Edge, language: str) -> None:
    edge.engine.failure = "timeout"
    response = await edge.chat("歇业", session_id="s-1", language=language)

    said = {
        "zh-Hans": "问答服务暂时没有响应，请稍候几秒再发送一次。",
        "en": "The assistant is not answering right now. Please send your question again in a few seconds.",
    }
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["error"]["message"] == said[language]
    assert await edge.services.store.turns("s-1") == ()


@pytest.mark.parametrize(
    ("quote", "clause_id"), [("落实歇业备案制度。", "1.2"), ("", "1.2"), (SECOND, "1.1"), (SECOND, "9.9")]
)
async def test_chat_never_sends_a_quote_that_is_not_in_its_clause(edge: Edge, quote: str, clause_id: str) -> None:
    edge.engine.reply = answer(quote=quote, clause_id=clause_id)
    response = await edge.chat("歇业", session_id="s-1")

    assert (response.status_code, response.json()["error"]["code"]) == (503, "unverified_quote")
    assert await edge.services.store.turns("s-1") == ()


async def test_chat_never_sends_an_answer_without_a_citation(edge: Edge) -> None:
    edge.engine.reply = answer(cites=False)

    assert (await edge.chat("歇业")).json()["error"]["code"] == "engine_unavailable"


async def test_chat_cites_nothing_when_it_abstains(edge: Edge) -> None:
    edge.engine.reply = answer(outcome="abstain")

    assert (await edge.chat("今天天气")).json()["citations"] == []


async def test_chat_takes_a_reply_without_outcome_for_small_talk(edge: Edge) -> None:
    edge.engine.reply = EngineReply(messages=(EngineMessage(text="您好！"),))
    body = (await edge.chat("你好")).json()

    assert (body["outcome"], body["messages"][0]["text"]) == ("chat", "您好！")
    assert body["receipt"]["index_version"] == "20230317-1"


async def test_chat_answers_traditional_with_traditional_words_and_the_documents_own_quotes(edge: Edge) -> None:
    edge.engine.reply = answer(text=f"这是原文：{SECOND}请参考。", buttons=(_BUTTON,))
    body = (await edge.chat("公司暫時不經營怎麼辦？")).json()

    assert body["language"] == "zh-Hant"
    assert body["messages"][0]["text"] == f"這是原文：{SECOND}請參考。"
    assert body["messages"][0]["choices"][0]["title"] == "看原文與依據"
    assert body["citations"][0]["quote"] == SECOND


async def test_chat_tells_the_engine_to_answer_in_english(edge: Edge) -> None:
    body = (await edge.chat("How do I suspend my business?")).json()

    assert body["language"] == "en"
    assert edge.engine.queries[0].language == "en"


async def test_chat_lets_the_language_field_win(edge: Edge) -> None:
    body = (await edge.chat("How do I suspend my business?", language="zh-Hant")).json()

    assert body["language"] == "zh-Hant"
    assert edge.engine.queries[0].language == "zh-Hans"


_BUTTON = EngineButton(title="看原文与依据", payload="看第1条的原文")


async def test_chat_sends_what_a_pressed_choice_stands_for(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=(_BUTTON,))
    offered = (await edge.chat("公司暫時不經營怎麼辦？", session_id="s-1")).json()["messages"][0]["choices"]
    body = (await edge.chat(session_id="s-1", choice_id=offered[0]["choice_id"])).json()

    assert edge.engine.queries[1].text == "看第1条的原文"
    assert body["language"] == "zh-Hant"
    assert [turn.utterance for turn in await edge.services.store.turns("s-1")][1] == "看第1条的原文"


async def test_chat_tells_the_engine_which_clause_a_pressed_choice_stands_for(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=(EngineButton(title="先停业", payload="先停业", chosen="1.2"),))
    offered = (await edge.chat("停业", session_id="s-1")).json()["messages"][0]["choices"]
    await edge.chat(session_id="s-1", choice_id=offered[0]["choice_id"])

    assert [query.chosen for query in edge.engine.queries] == ["", "1.2"]


async def test_chat_puts_the_contact_lines_in_the_bots_words(edge: Edge) -> None:
    edge.engine.reply = answer(text="别的事可以$contact。")
    chinese = (await edge.chat("歇业")).json()
    traditional = (await edge.chat("歇業")).json()
    english = (await edge.chat("How do I suspend my business?")).json()

    assert chinese["messages"][0]["text"] == "别的事可以拨打 12345 热线，或者在“随申办”里查询。"
    assert "撥打 12345 熱線" in traditional["messages"][0]["text"]
    assert "call the 12345 hotline" in english["messages"][0]["text"]


async def test_chat_explains_in_the_visitors_language_and_says_that_it_is_no_quotation(edge: Edge) -> None:
    english = (await edge.chat("How do I suspend my business?")).json()["citations"][0]["explanation"]
    traditional = (await edge.chat("公司暫時不經營怎麼辦？")).json()["citations"][0]["explanation"]

    assert english == {
        "text": "A company that wants to pause may file for it.",
        "language": "en",
        "label": "Explanation (unofficial, not the text)",
    }
    assert (traditional["text"], traditional["label"]) == (
        "公司想先停一停，可以備案。",
        "內容說明（不是文件原文）",
    )


async def test_chat_knows_no_choice_of_another_session(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=(_BUTTON,))
    offered = (await edge.chat("歇业", session_id="s-1")).json()["messages"][0]["choices"]
    response = await edge.chat(session_id="s-2", choice_id=offered[0]["choice_id"])

    assert (response.status_code, response.json()["error"]["message"]) == (
        422,
        "这个选项已经失效，请直接输入您的问题。",
    )


async def test_chat_finishes_the_turn_of_a_visitor_who_hung_up(edge: Edge) -> None:
    edge.engine.delay_s = 0.2
    hurried: dict[str, Any] = {"session_id": "s-1", "client_turn_id": "t-1"}
    asking = asyncio.create_task(edge.chat("歇业", **hurried))
    await asyncio.sleep(0.1)
    asking.cancel()
    response = await edge.chat("歇业", **hurried)

    assert response.status_code == 200
    assert len(edge.engine.queries) == 1


async def test_chat_says_readably_that_the_turn_cannot_be_recorded(tmp_path: Path) -> None:
    async with run_edge(tmp_path) as edge:
        with sqlite3.connect(tmp_path / "banshitong.db") as outside:
            outside.execute("DROP TABLE turns")
        response = await edge.chat("歇业", session_id="s-1")

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["error"]["message"] == "服务暂时无法保存这次对话，请稍候几秒再试。"


async def test_chat_limits_the_rate_of_one_session(tmp_path: Path) -> None:
    async with run_edge(tmp_path, session_rate_limit="2/minute") as edge:
        codes = [(await edge.chat("歇业", session_id="s-1")).status_code for _ in range(3)]
        refused = await edge.chat("歇业", session_id="s-1")
        other = await edge.chat("歇业", session_id="s-2")

    assert codes == [200, 200, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert other.status_code == 200


async def test_chat_limits_the_rate_of_one_address(tmp_path: Path) -> None:
    async with run_edge(tmp_path, address_rate_limit="2/minute") as edge:
        codes = [(await edge.chat("歇业")).status_code for _ in range(3)]

    assert codes == [200, 200, 429]


async def test_chat_limits_the_address_that_a_trusted_proxy_names(tmp_path: Path) -> None:
    async with run_edge(tmp_path, address_rate_limit="1/minute", trusted_proxies=1) as edge:
        codes = [
            (
                await edge.client.post("/api/chat", json={"message": "a"}, headers={"X-Forwarded-For": who})
            ).status_code
            for who in ("9.9.9.9, 1.1.1.1", "9.9.9.9, 1.1.1.2", "8.8.8.8, 1.1.1.1")
        ]

    assert codes == [200, 200, 429]
