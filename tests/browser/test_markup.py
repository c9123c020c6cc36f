"""Whatever visitors, the document or the staff write is text, wherever it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser import engine
from tests.browser.chat import Chat, open_widget
from tests.browser.engine import MARKUP

pytestmark = pytest.mark.browser

DOCUMENT = {"number": MARKUP, "date": "2023-03-17", "title": MARKUP}
CITATION = {
    "clause_id": "2.4",
    "measure": 2,
    "measure_title": MARKUP,
    "section": 1,
    "section_title": MARKUP,
    "quote": MARKUP,
    "score": 0.9,
    "document": DOCUMENT,
    "explanation": {"text": MARKUP, "language": "zh-Hans", "label": MARKUP},
    "reasons": [MARKUP],
}
REPLY = {
    "session_id": "s",
    "turn_id": MARKUP,
    "language": "zh-Hans",
    "outcome": "answer",
    "intent": {"name": "x", "confidence": 1},
    "messages": [{"text": MARKUP, "choices": [{"choice_id": MARKUP, "title": MARKUP}]}],
    "citations": [CITATION, CITATION],
    "quoted": 1,
    "checklist": {"url": "/match", "title": MARKUP},
    "receipt": {"index_version": MARKUP, "source_sha256": "ab"},
}
MEASURE = {"measure": 2, "title": MARKUP, "clauses": [{"clause_id": "2.4", "text": f"前{MARKUP}后"}]}
# Everywhere in the reply: words, quote, two places with measure and number, explanation, reason, choice and so on.
LEAST_SHOWN = 12


def answer_with(chat: Chat, path: str, body: Any, *, status: int = 200) -> None:
    chat.page.route(path, lambda route: route.fulfill(status=status, json=body))


def assert_text_only(chat: Chat, *, shown: int) -> None:
    """Check that the markup stands there so many times, and made neither an element nor a handler."""
    assert chat.frame.locator(".app").text_content().count(MARKUP) >= shown  # type: ignore[union-attr]
    assert chat.frame.locator("img, [onerror]").count() == 0
    assert chat.page.locator("body > img").count() == 0


def test_markup_of_a_visitor_is_text_before_and_after_a_reload(chat: Chat) -> None:
    chat.ask(MARKUP)
    assert_text_only(chat, shown=1)
    chat.page.reload()
    chat = Chat(chat.page, open_widget(chat.page))

    expect(chat.questions).to_contain_text([MARKUP])
    assert_text_only(chat, shown=1)


def test_markup_of_the_staff_is_text(chat: Chat) -> None:
    expect(chat.ask("标记").locator(".words")).to_have_text(MARKUP)

    assert_text_only(chat, shown=1)


def test_markup_anywhere_in_a_reply_and_its_source_is_text(chat: Chat) -> None:
    answer_with(chat, "**/api/chat", REPLY)
    answer_with(chat, "**/api/measures/2", MEASURE)
    reply = chat.ask(engine.ANSWER)
    for summary in reply.locator("summary").all():
        if summary.is_visible():
            summary.click()
    expect(reply.locator("mark").first).to_have_text(MARKUP)

    assert_text_only(chat, shown=LEAST_SHOWN)


def test_markup_in_an_error_is_text(chat: Chat) -> None:
    answer_with(chat, "**/api/chat", {"error": {"code": "x", "message": MARKUP, "request_id": "r"}}, status=422)
    chat.send(engine.ANSWER)
    expect(chat.alert).to_have_text(MARKUP)

    assert_text_only(chat, shown=1)


def test_markup_in_a_suggestion_is_text(chat: Chat) -> None:
    answer_with(chat, "**/api/suggestions**", {"suggestions": [{"text": MARKUP, "clause_id": "2.4"}]})
    chat.input.press_sequentially("歇业")
    expect(chat.frame.get_by_role("option")).to_have_text([MARKUP])

    assert_text_only(chat, shown=1)


def test_markup_in_the_words_of_a_language_is_text(chat: Chat) -> None:
    def mark(route: Route) -> None:
        bootstrap = route.fetch().json()
        bootstrap["wording"] = dict.fromkeys(bootstrap["wording"], MARKUP)
        bootstrap["examples"] = [{"audience": MARKUP, "questions": [MARKUP]}]
        bootstrap["document"] = DOCUMENT
        route.fulfill(json=bootstrap)

    chat.page.route("**/widget/wording/**", mark)
    chat.menu('[name="language"][value="en"]')
    expect(chat.frame.locator("#greeting-title")).to_have_text(MARKUP)

    assert_text_only(chat, shown=LEAST_SHOWN)


def test_markup_in_the_host_attributes_is_text(chat: Chat) -> None:
    chat.page.evaluate("text => Banshitong.ask(text)", MARKUP)
    chat.reply_after(0)

    assert_text_only(chat, shown=1)
