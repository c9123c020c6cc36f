"""What stays in the browser, and what becomes of it after a reload."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from knowledge import load_document
from tests.browser import engine
from tests.browser.chat import Chat, bodies_of, launcher, open_widget
from tests.browser.chromium import watch
from tests.browser.edge import StubEdge
from tests.browser.hosts import Host

pytestmark = pytest.mark.browser

KEY = "banshitong.conversation"


def reloaded(chat: Chat) -> Chat:
    chat.page.reload()
    return Chat(chat.page, open_widget(chat.page))


def test_nothing_is_stored_before_the_first_message(chat: Chat) -> None:
    chat.menu('[data-switch="contrast"]')
    chat.menu('[name="theme"][value="dark"]')
    chat.input.press_sequentially("歇业")
    expect(chat.frame.get_by_role("option")).to_have_count(3)
    assert chat.stored() == {}
    chat.input.press("Enter")
    chat.reply_after(0)

    assert sorted(chat.stored()) == [KEY, "banshitong.preferences"]
    assert chat.page.evaluate("localStorage.length") == 0  # of the embedding page


def test_reload_restores_the_conversation_and_goes_on_with_it(chat: Chat) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    chat.ask(engine.ANSWER).get_by_role("button", name="有用", exact=True).click()
    chat.ask(engine.CLARIFY)
    chat = reloaded(chat)

    expect(chat.questions).to_contain_text([engine.ANSWER, engine.CLARIFY])
    expect(chat.replies).to_have_count(2)
    expect(chat.frame.locator("blockquote").first).to_have_text(load_document().clause("2.4").text)
    expect(chat.frame.locator('[data-helpful="true"]').first).to_have_attribute("aria-pressed", "true")
    chat.press("公司想歇业，不注销")
    assert len({body["session_id"] for body in bodies}) == 1


def test_page_left_in_the_middle_of_a_turn_gets_its_answer_later_and_once(chat: Chat, edge: StubEdge) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    edge.engine.holds = True
    chat.send(engine.ANSWER)
    expect(chat.questions).to_have_count(1)
    chat.page.reload()
    edge.engine.holds = False
    chat = Chat(chat.page, open_widget(chat.page))

    expect(chat.replies).to_have_count(1)
    expect(chat.questions).to_have_count(1)
    assert bodies[0] == bodies[1]
    assert edge.asked in ([engine.ANSWER], [engine.ANSWER] * 2)


def test_failed_question_is_sent_again_after_a_reload(chat: Chat, edge: StubEdge) -> None:
    edge.engine.failure = "connect"
    chat.send(engine.ANSWER)
    expect(chat.retry).to_be_visible()
    edge.engine.failure = ""
    chat = reloaded(chat)

    expect(chat.replies).to_have_count(1)
    expect(chat.questions).to_have_count(1)


@pytest.mark.parametrize(
    "kept",
    [
        "{",
        "null",
        "[]",
        json.dumps({"session_id": 5, "turns": []}),
        json.dumps({"session_id": "s", "turns": [{"id": "1"}]}),
        json.dumps(
            {"session_id": "s", "turns": [{"id": "1", "text": "问", "body": {"message": "问"}, "reply": {}}]}
        ),
    ],
)
def test_what_somebody_else_stored_is_not_shown(chat: Chat, kept: str) -> None:
    chat.frame.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [KEY, kept])
    chat.frame.evaluate(
        '() => localStorage.setItem(\'banshitong.preferences\', \'{"theme": 5, "isElder": "yes"}\')'
    )
    chat = reloaded(chat)

    expect(chat.frame.locator("#greeting-title")).to_be_visible()
    expect(chat.frame.locator("html")).to_have_attribute("data-elder", "false")
    chat.ask(engine.ANSWER)


@pytest.mark.parametrize("broken", ["getItem", "setItem"])
def test_conversation_goes_on_where_nothing_can_be_stored(
    new_context: Callable[..., BrowserContext], edge: StubEdge, host: Host, broken: str
) -> None:
    page = new_context().new_page()
    problems = watch(page)
    page.add_init_script(
        f"Storage.prototype.{broken} = () => {{ throw new DOMException('no', 'QuotaExceededError'); }};"
    )
    page.goto(host.url())
    chat = Chat(page, open_widget(page))
    chat.ask(engine.ANSWER)
    chat.menu('[data-switch="elder"]')
    chat.ask(engine.CHAT)

    expect(chat.replies).to_have_count(2)
    assert problems == []


def test_storage_of_a_host_on_another_site_is_its_own(
    new_context: Callable[..., BrowserContext], edge: StubEdge, host: Host
) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(host.url())
    Chat(page, open_widget(page)).ask(engine.ANSWER)
    page.goto(host.url(name="www.district.localhost"))
    other = Chat(page, open_widget(page))

    expect(other.frame.locator("#greeting-title")).to_be_visible()


def test_closed_widget_of_a_restored_conversation_requests_nothing(chat: Chat, edge: StubEdge) -> None:
    chat.ask(engine.ANSWER)
    requests: list[str] = []
    chat.page.on("request", lambda request: requests.append(request.url))
    chat.page.reload(wait_until="networkidle")

    expect(launcher(chat.page)).to_be_visible()
    assert [url for url in requests if url.startswith(edge.url)] == [f"{edge.url}/widget/loader.js"]
