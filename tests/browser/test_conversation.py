"""Asking and answering: what is sent, what comes, how quickly, and how each outcome is shown."""

from __future__ import annotations

import logging
import re
from typing import get_args

import pytest
from playwright.sync_api import Page, expect

from knowledge import load_document
from tests.browser import engine
from tests.browser.chat import Chat, bodies_of, open_widget, wait_until_script
from tests.browser.edge import StubEdge
from tests.browser.hosts import Host
from tests.browser.measuring import WATCH, p95
from web.schemas import Outcome

LOG = logging.getLogger(__name__)
pytestmark = pytest.mark.browser

TURNS = 40
STATUS_MS, ANSWER_MS = 100, 200
WATCH_LOG = """() => {
    window.added = [];
    const observer = new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) for (const node of addedNodes) {
            if (document.querySelector("#log").getAttribute("aria-live") === "off") continue;
            window.added.push(`${target.className || target.id}: ${node.nodeName} ${node.className}`);
        }
    });
    observer.observe(document.querySelector("#log"), { childList: true, subtree: true });
}"""


def test_status_and_answer_are_painted_in_time(chat: Chat) -> None:
    chat.frame.evaluate(WATCH)
    for number in range(TURNS):
        chat.ask(f"{number}：{engine.ANSWER}")
    wait_until_script(chat.frame, f"window.times.length === {TURNS}")
    times = chat.frame.evaluate("window.times")
    status, answer = max(one[0] for one in times), p95([one[1] for one in times])

    LOG.info("status within %.0f ms, answer p95 %.0f ms", status, answer)
    assert status <= STATUS_MS
    assert answer <= ANSWER_MS


def test_log_gains_exactly_one_node_for_each_answer(chat: Chat) -> None:
    chat.frame.evaluate(WATCH_LOG)
    for question in engine.QUESTIONS.values():
        chat.ask(question)

    added = chat.frame.evaluate("window.added")
    assert added == ["turns: LI question", "turns: LI reply"] * len(engine.QUESTIONS)


def test_thinking_is_a_status_beside_the_log(chat: Chat, edge: StubEdge) -> None:
    edge.engine.holds = True
    chat.send(engine.ANSWER)
    expect(chat.frame.get_by_role("status")).to_have_text("正在文件里查找…")
    expect(chat.frame.get_by_role("button", name="发送")).to_have_attribute("aria-disabled", "true")
    assert "正在文件里查找" not in chat.frame.get_by_role("log").inner_text()
    edge.engine.holds = False

    chat.reply_after(0)
    expect(chat.frame.get_by_role("status")).to_be_empty()


def test_a_question_sent_while_one_is_answered_stays_in_the_input(chat: Chat, edge: StubEdge) -> None:
    edge.engine.holds = True
    chat.send("第一问")
    chat.send("第二问")
    expect(chat.input).to_have_value("第二问")
    edge.engine.holds = False
    chat.reply_after(0)

    assert edge.asked == ["第一问"]


@pytest.mark.parametrize("key", [{"isComposing": True}, {"keyCode": 229}], ids=["composing", "safari"])
def test_enter_of_an_input_method_sends_nothing(chat: Chat, edge: StubEdge, key: dict[str, object]) -> None:
    chat.input.fill("xieye")
    chat.input.dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **key})
    expect(chat.questions).to_have_count(0)
    expect(chat.input).to_have_value("xieye")
    chat.input.press("Enter")
    chat.reply_after(0)

    assert edge.asked == ["xieye"]


def test_text_composed_by_an_input_method_is_sent_by_the_next_enter(chat: Chat, edge: StubEdge) -> None:
    session = chat.page.context.new_cdp_session(chat.page)
    chat.input.focus()
    session.send("Input.imeSetComposition", {"text": "歇业", "selectionStart": 2, "selectionEnd": 2})
    chat.input.dispatch_event(
        "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    )
    expect(chat.frame.get_by_role("option")).to_have_count(0)
    session.send("Input.insertText", {"text": "歇业"})
    expect(chat.input).to_have_value("歇业")
    chat.input.press("Enter")
    chat.reply_after(0)

    assert edge.asked == ["歇业"]


def test_shift_and_enter_begin_a_new_line(chat: Chat, edge: StubEdge) -> None:
    chat.input.fill("第一行")
    chat.input.press("Shift+Enter")
    chat.input.press_sequentially("第二行")

    expect(chat.input).to_have_value("第一行\n第二行")
    assert edge.asked == []


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_sent_for_nothing(chat: Chat, edge: StubEdge, text: str) -> None:
    chat.send(text)
    chat.frame.get_by_role("button", name="发送").click()

    expect(chat.questions).to_have_count(0)
    assert edge.asked == []


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_each_outcome_is_shown_as_what_it_is(chat: Chat, outcome: Outcome) -> None:
    tags = {
        "no_detail": "文件没有更细的规定",
        "abstain": "文件没有涉及",
        "clarify": "想确认一下",
        "match": "帮您匹配 · 第 1 个问题",
        "handoff": "已转人工，排队等候中",
    }
    reply = chat.ask(engine.QUESTIONS[outcome])

    expect(reply).to_have_attribute("data-outcome", outcome)
    expect(reply.locator(".tag")).to_have_text([tags[outcome]] if outcome in tags else [])
    expect(reply.locator("figure.quote")).to_have_count(1 if outcome in ("answer", "no_detail") else 0)
    expect(reply.get_by_role("button", name="转人工", exact=True)).to_have_count(
        {"handoff": 0, "chat": 2}.get(outcome, 1)
    )
    assert reply.get_by_role("link", name="拨打 12345").get_attribute("href") == "tel:12345"
    expect(reply.locator(".receipt")).to_have_text(re.compile(r"^回执号 [\w-]{16} · 索引 20230317-1$"))
    receipt = reply.locator(".receipt").inner_text()
    assert str(reply.get_attribute("data-turn")) in receipt


def test_answer_is_quote_place_document_and_labelled_explanation(chat: Chat) -> None:
    quote = chat.ask(engine.ANSWER).locator("figure.quote")

    expect(quote.locator("blockquote")).to_have_text(load_document().clause("2.4").text)
    expect(quote.locator("blockquote")).to_have_attribute("lang", "zh-Hans")
    expect(quote.locator(".place")).to_have_text("第 2 项措施 · 第 4 句（2.4） 深化市场主体登记制度改革")
    expect(quote.locator(".origin")).to_have_text("沪府办〔2023〕9号2023年3月17日")
    expect(quote.get_by_role("note")).to_contain_text("内容说明（不是文件原文）")


def test_answer_to_two_questions_quotes_both(chat: Chat) -> None:
    quotes = chat.ask("两件事").locator("figure.quote")

    assert [one.get_attribute("data-clause") for one in quotes.all()] == ["2.4", "10.6"]


def test_source_opens_with_the_clause_highlighted_and_leads_to_its_page(chat: Chat, edge: StubEdge) -> None:
    source = chat.ask(engine.ANSWER).locator("figure.quote details.source")
    source.locator("summary").click()

    expect(source).to_contain_text("《2023年上海市推进政府职能转变和“放管服”改革工作要点》")
    expect(source.locator(".whole li")).to_have_count(len(load_document().measure(2).clauses))
    expect(source.locator("li.cited mark")).to_have_text(load_document().clause("2.4").text)
    with chat.page.expect_popup() as opened:
        source.get_by_role("link", name="在文件中查看（2.4，新窗口）").click()
    expect(opened.value).to_have_url(f"{edge.url}/document/2.4")


def test_related_clauses_are_folded_beside_the_answer(chat: Chat) -> None:
    related = chat.ask(engine.ANSWER).locator("details.related")
    expect(related.locator("summary").first).to_have_text("相关条文（2）")
    expect(related.locator("blockquote").first).to_be_hidden()
    related.locator("summary").first.click()

    expect(related.locator("blockquote").first).to_have_text(load_document().clause("2.5").text)


def test_a_choice_is_sent_by_its_id(chat: Chat, edge: StubEdge) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    chat.ask(engine.CLARIFY)
    chat.press("公司想歇业，不注销")

    expect(chat.questions.last).to_contain_text("公司想歇业，不注销")
    assert "message" not in bodies[1]
    assert bodies[1]["choice_id"]
    assert bodies[1]["session_id"] == bodies[0]["session_id"]


def test_matching_leads_by_steps_to_a_list_with_reasons_and_a_checklist(chat: Chat, edge: StubEdge) -> None:
    chat.frame.locator("[data-match]").click()
    chat.reply_after(0)
    chat.press("企业")
    expect(chat.replies.last.locator(".tag")).to_have_text("帮您匹配 · 第 2 个问题")
    found = chat.press("暂停营业")

    expect(found.locator(".tag")).to_have_text("为您匹配的条款")
    expect(found.locator("ol.list > li:visible")).to_have_count(3)
    expect(found.locator(".reasons").first).to_have_text("对上了：企业暂停营业")
    found.get_by_text("其余 1 条").click()
    expect(found.locator("ol.list > li:visible")).to_have_count(4)
    with chat.page.expect_popup() as opened:
        found.locator("a.checklist").click()
    expect(opened.value).to_have_url(
        re.compile(f"^{re.escape(edge.url)}/match\\?audience=enterprise&stage=suspension")
    )


def test_matching_can_be_left(chat: Chat, edge: StubEdge) -> None:
    chat.ask(engine.MATCH).locator("[data-leave]").click()
    chat.reply_after(1)

    assert edge.asked[-1] == "退出匹配"


def test_examples_stand_by_audience_and_ask_at_a_press(chat: Chat, edge: StubEdge) -> None:
    expect(chat.frame.locator(".audience h3")).to_have_text(["个人", "企业"])
    expect(chat.frame.locator("[data-example]")).to_have_count(6)
    chat.frame.locator("[data-example]", has_text=engine.ANSWER).click()
    chat.reply_after(0)

    assert edge.asked == [engine.ANSWER]
    expect(chat.frame.locator("#greeting-title")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_every_word_of_the_page_has_its_wording(page: Page, edge: StubEdge, host: Host, language: str) -> None:
    page.goto(host.url(data_language=language))
    frame = open_widget(page)
    frame.locator("#menu-button").click()

    wording = frame.evaluate("Object.keys(JSON.parse(document.querySelector('#bootstrap').textContent).wording)")
    shown = frame.locator(".app").inner_text().split()
    assert [word for word in shown if word in wording and "_" in word] == []
    assert "{" not in frame.locator(".app").inner_text()
