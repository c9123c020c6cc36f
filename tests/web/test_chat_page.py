"""``/chat`` as a visitor without scripts uses it: forms in, pages out."""

from __future__ import annotations

import asyncio
import html
import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.web.fakes import FIRST, SECOND, Edge, FakeEngine, answer, matched, run_edge
from tests.web.outline import Outline
from web.engine import EngineButton, EngineCitation, EngineCustom, EngineMessage, EngineReply

SIZE_OF_A_STORY = 2_001


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the page's last form, in which the visitor types."""
    form = re.findall(r'<form class="page-ask".*?</form>', page, re.DOTALL)[-1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def typed(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


async def post(edge: Edge, **fields: str) -> httpx2.Response:
    return await edge.client.post("/chat", data=fields)


async def test_form_is_there_before_the_first_question(edge: Edge) -> None:
    response = await edge.client.get("/chat")
    fields = hidden_fields(response.text)

    assert fields["lang"] == "zh-Hans"
    assert len(fields["session_id"]) == 32
    assert fields["client_turn_id"]
    assert "智能问答，仅供参考，以正式文件和窗口答复为准；请勿填写身份证号等个人信息" in response.text
    assert '<button name="message" value="公司名称争议怎么处理">' in response.text
    assert 'name="message" value="为我匹配适合我的政策">' in response.text
    assert '<body class="widget" data-mode="page">' in response.text


async def test_each_visitor_gets_ids_that_no_cache_keeps(edge: Edge) -> None:
    first, second = await edge.client.get("/chat"), await edge.client.get("/chat")

    assert first.headers["cache-control"] == "no-store"
    assert hidden_fields(first.text)["session_id"] != hidden_fields(second.text)["session_id"]
    assert hidden_fields(first.text)["client_turn_id"] != hidden_fields(second.text)["client_turn_id"]


@pytest.mark.parametrize(
    ("query", "wish", "language", "label"),
    [
        ("", "", "zh-Hans", "您想问什么？"),
        ("", "zh-TW", "zh-Hant", "您想問什麼？"),
        ("?lang=en", "zh-CN", "en", "What would you like to know?"),
        ("?lang=xx", "en-GB", "en", "What would you like to know?"),
    ],
)
async def test_page_speaks_the_language_asked_for(
    edge: Edge, query: str, wish: str, language: str, label: str
) -> None:
    page = (await edge.client.get(f"/chat{query}", headers={"Accept-Language": wish})).text

    assert f'<html lang="{language}"' in page
    assert label in page
    assert hidden_fields(page)["lang"] == language


async def test_page_holds_nothing_inline_and_links_nothing_foreign(edge: Edge) -> None:
    outline = Outline((await post(edge, message="歇业")).text)

    assert outline.inline == []
    assert [link for link in outline.links if not link.startswith(("/", "#", "tel:"))] == []


async def test_reply_is_rendered_with_quote_place_and_explanation(edge: Edge) -> None:
    response = await post(edge, message="公司歇业怎么办", session_id="s-1")
    page = response.text

    assert response.status_code == 200
    assert f'<blockquote lang="zh-Hans">{SECOND}</blockquote>' in page
    assert "第 1 项措施“深化登记制度改革”，第 2 句（1.2）" in page
    assert "沪府办〔2023〕9号" in page
    assert "2023年3月17日" in page
    assert '<p class="plain-label">内容说明（不是文件原文）</p>' in page
    assert 'href="/document/1.2"' in page
    (turn,) = await edge.services.store.turns("s-1")
    assert turn.utterance == "公司歇业怎么办"
    assert f"回执编号 {turn.turn_id}" in page


async def test_reply_offers_the_next_question_in_the_same_conversation(edge: Edge) -> None:
    first = hidden_fields((await edge.client.get("/chat")).text)
    second = hidden_fields((await post(edge, message="歇业", **first)).text)

    assert second["session_id"] == first["session_id"]
    assert second["client_turn_id"] != first["client_turn_id"]
    await post(edge, message="那浦东呢", **second)
    assert [turn.utterance for turn in await edge.services.store.turns(first["session_id"])] == [
        "歇业",
        "那浦东呢",
    ]


async def test_choices_are_buttons_and_their_title_is_the_next_question(edge: Edge) -> None:
    buttons = (EngineButton(title="看原文", payload="第1.2条", chosen="1.2"),)
    edge.engine.reply = answer(outcome="clarify", buttons=buttons)
    page = (await post(edge, message="歇业", session_id="s-1")).text
    found = re.search(r'<button name="choice_id" value="([^"]+)">看原文</button>', page)
    assert found

    edge.engine.reply = answer()
    page = (await post(edge, choice_id=found[1], **hidden_fields(page))).text

    assert "您问：</span>看原文</p>" in page
    assert [query.chosen for query in edge.engine.queries] == ["", "1.2"]


@pytest.mark.parametrize(
    ("outcome", "label"),
    [("no_detail", "文件没有写到这个细节"), ("abstain", "文件没有涉及"), ("handoff", "人工服务")],
)
async def test_outcome_is_said_in_words(edge: Edge, outcome: Any, label: str) -> None:
    edge.engine.reply = answer(outcome=outcome, cites=outcome == "no_detail")

    assert f'<p class="page-outcome" lang="zh-Hans">{label}</p>' in (await post(edge, message="多少钱")).text


async def test_matched_list_shows_reasons_and_the_checklist(edge: Edge) -> None:
    edge.engine.reply = matched()
    page = (await post(edge, message="为我匹配")).text

    assert 'href="/match?audience=enterprise&amp;stage=suspension&amp;lang=zh-Hans"' in page
    assert re.search(r'<p class="page-fits"><span>对上了</span><b>[^<]+</b>', page)


async def test_further_citations_are_shown_as_related(edge: Edge) -> None:
    cited = (
        EngineCitation(clause_id="1.2", quote=SECOND, score=0.9),
        EngineCitation(clause_id="1.1", quote=FIRST, score=0.2),
    )
    custom = EngineCustom(outcome="answer", citations=cited)
    edge.engine.reply = EngineReply(messages=(EngineMessage(text="找到了", custom=custom),))
    page = (await post(edge, message="歇业")).text

    assert page.index(SECOND) < page.index("相关条文") < page.index(FIRST)


async def test_markup_in_words_is_shown_as_text(edge: Edge) -> None:
    edge.engine.reply = answer(text="<img src=x onerror=alert(1)>", outcome="chat", cites=False)
    page = (await post(edge, message="<script>alert(1)</script>")).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x" not in page
    assert "<script>alert" not in page


async def test_identity_numbers_are_not_shown_again(edge: Edge) -> None:
    page = (await post(edge, message="我的电话 13800138000，歇业怎么办")).text

    assert "13800138000" not in page
    assert "[手机号]" in page


@pytest.mark.parametrize(
    ("lang", "message", "said"),
    [
        ("zh-Hans", "歇業怎麼辦", "zh-Hant"),
        ("zh-Hans", "How to suspend?", "en"),
        ("zh-Hant", "上市公司", "zh-Hant"),
        ("en", "歇业", "en"),
        ("xx", "歇业", "zh-Hans"),
    ],
)
async def test_reply_is_in_the_language_of_the_page_or_of_the_question(
    edge: Edge, lang: str, message: str, said: str
) -> None:
    page = (await post(edge, message=message, lang=lang)).text

    assert f'<article class="page-reply" data-outcome="answer" lang="{said}">' in page


async def test_a_form_sent_twice_is_one_turn(edge: Edge) -> None:
    fields = hidden_fields((await edge.client.get("/chat")).text)
    edge.engine.delay_s = 0.1
    pages = await asyncio.gather(*(post(edge, message="歇业", **fields) for _ in range(3)))
    pages.append(await post(edge, message="歇业", **fields))

    receipts = {re.findall(r"回执编号 ([\w-]+)", page.text)[0] for page in pages}
    assert len(receipts) == 1
    assert len(edge.engine.queries) == 1
    assert len(await edge.services.store.turns(fields["session_id"])) == 1


async def test_another_question_from_an_old_page_is_another_turn(edge: Edge) -> None:
    fields = hidden_fields((await edge.client.get("/chat")).text)
    for message in ("歇业", "食品"):
        await post(edge, message=message, **fields)

    assert [turn.utterance for turn in await edge.services.store.turns(fields["session_id"])] == ["歇业", "食品"]


@pytest.mark.parametrize(
    ("message", "status", "said"),
    [
        ("", 422, "您还没有输入内容。请用一句话写下您的问题，最多 2000 个字。"),
        ("\u200b ", 422, "您还没有输入内容。"),
        ("啊" * SIZE_OF_A_STORY, 422, "您的问题太长了，最多 2000 个字，请精简后再发送。"),
    ],
)
async def test_what_cannot_be_asked_comes_back_with_the_reason(
    edge: Edge, message: str, status: int, said: str
) -> None:
    response = await post(edge, message=message, session_id="s-1")

    assert response.status_code == status
    assert said in response.text
    assert typed(response.text) == message
    assert hidden_fields(response.text)["session_id"] == "s-1"
    assert edge.engine.queries == []


async def test_engine_that_is_away_leaves_the_words_and_a_retry_sends_them_once(edge: Edge) -> None:
    fields = hidden_fields((await edge.client.get("/chat")).text)
    edge.engine.failure = "timeout"
    failed = await post(edge, message="公司 <歇业>\n怎么办", **fields)

    assert failed.status_code == 503
    assert failed.headers["retry-after"] == "5"
    assert "问答服务暂时没有响应，请稍候几秒再发送一次。 您写的内容还在下面，没有丢失。" in failed.text
    assert typed(failed.text) == "公司 <歇业>\n怎么办"
    assert hidden_fields(failed.text) == fields

    edge.engine.failure = ""
    retried = await post(edge, message=typed(failed.text), **hidden_fields(failed.text))

    assert retried.status_code == 200
    assert len(await edge.services.store.turns(fields["session_id"])) == 1


async def test_a_choice_that_failed_can_be_pressed_again(edge: Edge) -> None:
    edge.engine.reply = answer(buttons=(EngineButton(title="看原文", payload="第1.2条"),))
    page = (await post(edge, message="歇业", session_id="s-1")).text
    choice_id = re.findall(r'name="choice_id" value="([^"]+)"', page)[0]
    edge.engine.failure = "timeout"
    failed = await post(edge, choice_id=choice_id, **hidden_fields(page))

    assert failed.status_code == 503
    assert f'<button name="choice_id" value="{choice_id}">重试</button>' in failed.text


async def test_an_unknown_choice_is_said_and_not_offered_again(edge: Edge) -> None:
    failed = await post(edge, choice_id="gone", session_id="s-1")

    assert failed.status_code == 422
    assert "这个选项已经失效，请直接输入您的问题。" in failed.text
    assert 'name="choice_id"' not in failed.text


@pytest.mark.parametrize("limits", [{"session_rate_limit": "1/minute"}, {"address_rate_limit": "1/minute"}])
async def test_too_many_questions_leave_the_words(tmp_path: Path, limits: dict[str, Any]) -> None:
    async with run_edge(tmp_path, **limits) as edge:
        await post(edge, message="歇业", session_id="s-1")
        response = await post(edge, message="食品", session_id="s-1", lang="en")

    assert response.status_code == 429
    assert 0 < int(response.headers["retry-after"]) <= 60
    assert "You are asking too often." in response.text
    assert typed(response.text) == "食品"


async def test_forms_and_api_share_the_limit_of_an_address(tmp_path: Path) -> None:
    async with run_edge(tmp_path, address_rate_limit="1/minute") as edge:
        await post(edge, message="歇业")

        assert (await edge.chat("食品")).status_code == 429


async def test_an_unforeseen_failure_leaves_the_words_and_says_nothing_of_itself(tmp_path: Path) -> None:
    class Broken(FakeEngine):
        async def send(self, query: object) -> EngineReply:
            raise RuntimeError("secret detail")

    async with run_edge(tmp_path, engine=Broken()) as edge:
        response = await post(edge, message="歇业")

    assert response.status_code == 500
    assert "服务出了点问题，请稍后再试。" in response.text
    assert typed(response.text) == "歇业"
    assert "secret detail" not in response.text


@pytest.mark.parametrize("fields", [{"session_id": "a b"}, {"session_id": "x" * 65}])
async def test_hidden_fields_that_are_not_ours_are_made_anew(edge: Edge, fields: dict[str, str]) -> None:
    failed = await post(edge, message="歇业", **fields)

    assert failed.status_code == 400
    assert typed(failed.text) == "歇业"
    assert (await post(edge, message="歇业", **hidden_fields(failed.text))).status_code == 200


async def test_a_form_without_hidden_fields_begins_a_conversation(edge: Edge) -> None:
    response = await post(edge, message="歇业")

    assert response.status_code == 200
    assert len(await edge.services.store.turns(hidden_fields(response.text)["session_id"])) == 1


async def test_what_is_no_form_is_refused(edge: Edge) -> None:
    as_json = await edge.client.post(
        "/chat", content=json.dumps({"message": "歇业"}), headers={"Content-Type": "application/json"}
    )
    many = await edge.client.post("/chat", data={f"f{n}": "x" for n in range(50)})
    large = await edge.client.post("/chat", data={"message": "x" * 70_000}, headers={"Accept": "text/html"})

    assert (as_json.status_code, as_json.json()["error"]["code"]) == (415, "not_form")
    assert many.status_code == 400
    assert (large.status_code, "写得太长了" in large.text) == (413, True)
