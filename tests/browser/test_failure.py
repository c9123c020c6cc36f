"""When something goes wrong: the visitor is told, nothing typed is lost, and a retry sends it once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser import engine
from tests.browser.chat import Chat, bodies_of
from tests.browser.edge import StubEdge

pytestmark = pytest.mark.browser

CHAT = "**/api/chat"
ERROR = {"error": {"code": "scripted", "message": "脚本里的原因", "request_id": "r"}}


def fail(chat: Chat, status: int, *, times: int = 1) -> None:
    """Let the next turns fail with a status."""
    chat.page.route(CHAT, lambda route: route.fulfill(status=status, json=ERROR), times=times)


def lose_answer(route: Route) -> None:
    """Let the turn be taken, and its answer be lost on the way back."""
    route.fetch()
    route.abort("connectionreset")


def retried_once(chat: Chat, bodies: list[dict[str, object]]) -> None:
    """Press the button twice, as the impatient do: one reply comes, of the very same turn."""
    chat.retry.dblclick()
    chat.reply_after(0)
    expect(chat.alert).to_be_empty()
    expect(chat.questions).to_have_count(1)
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("status", "words"),
    [(500, "服务出了点问题"), (502, "问答服务正在恢复"), (504, "问答服务正在恢复"), (408, "服务出了点问题")],
)
def test_failure_of_the_server_is_said_and_a_retry_sends_the_same_turn_once(
    chat: Chat, edge: StubEdge, status: int, words: str
) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    fail(chat, status)
    chat.send(engine.ANSWER)
    expect(chat.alert).to_contain_text(words)
    expect(chat.questions).to_contain_text([engine.ANSWER])

    retried_once(chat, bodies)
    assert edge.asked == [engine.ANSWER]


def test_engine_that_is_away_is_503_and_its_return_answers_the_retry(chat: Chat, edge: StubEdge) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    edge.engine.failure = "connect"
    chat.send(engine.ANSWER)
    expect(chat.alert).to_contain_text("问答服务正在恢复，您的问题还在。")
    edge.engine.failure = ""

    retried_once(chat, bodies)


def test_too_many_questions_count_down_to_the_retry(chat: Chat, edge: StubEdge) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    edge.limit("1/2 second")
    chat.ask("先问一句")
    chat.send(engine.ANSWER)
    expect(chat.alert).to_contain_text("问得有点快")
    expect(chat.retry).to_be_disabled()
    expect(chat.retry).to_have_text("1 秒后可重试")
    alert = chat.alert.inner_text()
    expect(chat.retry).to_have_text("重试")
    assert chat.alert.inner_text() == alert  # the countdown is not read out

    chat.retry.click()
    chat.reply_after(1)
    assert bodies[1] == bodies[2]
    assert edge.asked == ["先问一句", engine.ANSWER]


def test_offline_keeps_the_question_until_the_network_is_back(chat: Chat, edge: StubEdge) -> None:
    context = chat.page.context
    context.set_offline(True)
    chat.send(engine.ANSWER)
    expect(chat.alert).to_have_text("网络断开了，您的问题还在。连上网络后请重试。")
    context.set_offline(False)
    expect(chat.frame.locator("#toast")).to_have_text("网络已恢复，可以重试了。")
    chat.retry.click()
    chat.reply_after(0)

    assert edge.asked == [engine.ANSWER]


def test_connection_lost_before_the_answer_doubles_nothing(chat: Chat, edge: StubEdge) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    chat.page.route(CHAT, lose_answer, times=1)
    chat.send(engine.ANSWER)
    expect(chat.alert).to_have_text("现在连不上服务，您的问题还在。请稍后重试。")

    retried_once(chat, bodies)
    assert edge.asked == [engine.ANSWER]


def test_answer_that_breaks_off_can_be_had_again(chat: Chat) -> None:
    chat.page.route(
        CHAT, lambda route: route.fulfill(status=200, body="{", content_type="application/json"), times=1
    )
    chat.send(engine.ANSWER)
    expect(chat.alert).to_contain_text("服务出了点问题")
    chat.retry.click()

    chat.reply_after(0)


def test_slow_answer_is_said_to_be_slow(chat: Chat, edge: StubEdge) -> None:
    edge.engine.holds = True
    chat.page.clock.install()
    chat.send(engine.ANSWER)
    expect(chat.frame.get_by_role("status")).to_have_text("正在文件里查找…")
    chat.page.clock.run_for(5000)
    expect(chat.frame.get_by_role("status")).to_have_text("比平时慢一些，还在查找，请再等一等…")
    edge.engine.holds = False

    chat.reply_after(0)
    expect(chat.frame.get_by_role("status")).to_be_empty()


def test_answer_that_never_comes_is_given_up_and_can_be_retried(chat: Chat, edge: StubEdge) -> None:
    # The browser's own clock ends the request; here it is ended as that would.
    chat.frame.evaluate("""AbortSignal.timeout = () => {
        const ended = new AbortController();
        setTimeout(() => ended.abort(new DOMException("late", "TimeoutError")), 200);
        return ended.signal;
    }""")
    bodies = bodies_of(chat.page, "/api/chat")
    edge.engine.holds = True
    chat.send(engine.ANSWER)
    expect(chat.alert).to_have_text("等了很久没有回音，您的问题还在。请重试。")
    edge.engine.holds = False
    retried_once(chat, bodies)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_question_that_is_refused_goes_back_to_where_it_was_typed(chat: Chat, edge: StubEdge, status: int) -> None:
    fail(chat, status)
    chat.send(engine.ANSWER)

    expect(chat.alert).to_have_text("脚本里的原因")
    expect(chat.input).to_have_value(engine.ANSWER)
    expect(chat.input).to_be_focused()
    expect(chat.questions).to_have_count(0)
    expect(chat.retry).to_have_count(0)
    assert "banshitong.conversation" not in chat.stored()


def test_refused_question_leaves_what_was_typed_meanwhile(chat: Chat) -> None:
    def type_and_refuse(route: Route) -> None:
        chat.input.fill("下一个问题")
        route.fulfill(status=422, json=ERROR)

    chat.page.route(CHAT, type_and_refuse, times=1)
    chat.send(engine.ANSWER)

    expect(chat.alert).to_have_text("脚本里的原因")
    expect(chat.input).to_have_value("下一个问题")


def test_question_over_the_limit_is_counted_and_not_sent(chat: Chat, edge: StubEdge) -> None:
    chat.input.fill("😀" * 1900)
    expect(chat.frame.locator("#count")).to_have_text("还可以输入 100 个字")
    chat.send("😀" * 2001)

    expect(chat.frame.locator("#count[data-over]")).to_have_text("超出 1 个字，最多 2000 个字")
    expect(chat.alert).to_contain_text("问题太长了，最多 2000 个字")
    expect(chat.input).to_have_value("😀" * 2001)
    assert edge.asked == []


def test_another_question_leaves_the_failed_one_readable(chat: Chat, edge: StubEdge) -> None:
    fail(chat, 503)
    chat.send("第一问")
    expect(chat.retry).to_be_visible()
    chat.ask("第二问")

    expect(chat.questions).to_contain_text(["第一问", "第二问"])
    expect(chat.frame.locator("li.question").first).to_contain_text("没有收到答复")
    expect(chat.frame.locator(".unanswered")).to_have_count(1)
    expect(chat.retry).to_have_count(0)
    assert edge.asked == ["第二问"]


def test_source_that_cannot_be_fetched_still_leads_to_the_document(chat: Chat) -> None:
    chat.page.route("**/api/measures/*", lambda route: route.abort(), times=1)
    source = chat.ask(engine.ANSWER).locator("figure.quote details.source")
    source.locator("summary").click()
    expect(source).to_contain_text("暂时打不开")
    expect(source.locator("a.permanent")).to_be_visible()
    source.locator("summary").click()
    source.locator("summary").click()

    expect(source.locator("mark")).to_be_visible()


def test_suggestions_that_fail_are_not_missed(chat: Chat) -> None:
    chat.page.route("**/api/suggestions**", lambda route: route.fulfill(status=500, body="?"))
    chat.input.press_sequentially("歇业")
    chat.page.wait_for_timeout(300)

    expect(chat.alert).to_be_empty()
    chat.input.press("Enter")
    chat.reply_after(0)
