"""The conversation as a page of its own: taken over by the script, and without scripts a form."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from knowledge import load_document
from tests.browser import engine
from tests.browser.chat import Chat
from tests.browser.edge import StubEdge

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(new_context: Callable[..., BrowserContext], edge: StubEdge) -> Page:
    """The page in a browser whose scripts are off."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{edge.url}/chat")
    return page


def test_page_answers_like_the_widget_and_survives_a_reload(whole_page: Chat) -> None:
    whole_page.ask(engine.ANSWER)
    expect(whole_page.frame.locator("#close-button")).to_have_count(0)
    whole_page.page.reload()

    expect(whole_page.frame.locator("blockquote").first).to_have_text(load_document().clause("2.4").text)


def test_page_and_widget_of_our_own_site_share_the_conversation(whole_page: Chat, edge: StubEdge) -> None:
    whole_page.ask(engine.ANSWER)
    whole_page.page.goto(edge.url)
    whole_page.page.locator("aside > button").click()

    expect(whole_page.page.frame_locator("aside iframe").locator("li.reply")).to_have_count(1)


def test_what_is_typed_before_the_script_comes_is_kept(page: Page, edge: StubEdge) -> None:
    held: list[Route] = []
    page.route("**/frame.js", lambda route: held.append(route))
    page.goto(f"{edge.url}/chat", wait_until="commit")
    form = page.locator(".plain-chat #message")
    form.click()
    form.press_sequentially("公司想停业几个月")
    held[0].continue_()

    box = page.locator(".app #message")
    expect(box).to_have_value("公司想停业几个月")
    expect(box).to_be_focused()


def test_page_without_scripts_answers_with_quote_place_and_explanation(plain: Page) -> None:
    plain.get_by_label("您想问什么").fill(engine.ANSWER)
    plain.get_by_role("button", name="提问", exact=True).click()
    citation = plain.locator(".page-citation").first

    expect(citation.locator("blockquote")).to_have_text(load_document().clause("2.4").text)
    expect(citation).to_contain_text("沪府办〔2023〕9号")
    expect(citation.locator(".plain-label")).to_have_text("内容说明（不是文件原文）")
    expect(plain.locator(".page-question")).to_contain_text(engine.ANSWER)


def test_page_without_scripts_goes_on_by_buttons(plain: Page, edge: StubEdge) -> None:
    plain.get_by_role("button", name="为我匹配适合我的政策").click()
    plain.get_by_role("button", name="企业", exact=True).click()
    plain.get_by_role("button", name="暂停营业", exact=True).click()

    expect(plain.locator(".page-citation")).to_have_count(4)
    plain.locator('a[href^="/match"]').click()
    expect(plain).to_have_url(f"{edge.url}/match?audience=enterprise&stage=suspension&lang=zh-Hans")
    assert edge.asked == [engine.MATCH, "企业", "暂停营业"]
    assert len({query.session_id for query in edge.engine.queries}) == 1


def test_page_without_scripts_keeps_the_words_when_the_service_is_away(plain: Page, edge: StubEdge) -> None:
    edge.engine.failure = "connect"
    plain.get_by_label("您想问什么").fill(engine.ANSWER)
    plain.get_by_role("button", name="提问", exact=True).click()
    expect(plain.get_by_role("alert")).to_be_visible()
    expect(plain.locator("#message")).to_have_value(engine.ANSWER)
    edge.engine.failure = ""
    edge.engine.queries.clear()
    plain.get_by_role("button", name="重试").click()

    expect(plain.locator(".page-citation").first).to_be_visible()
    assert edge.asked == [engine.ANSWER]


def test_page_without_scripts_shows_markup_as_text(plain: Page) -> None:
    plain.get_by_label("您想问什么").fill(f"标记{engine.MARKUP}")
    plain.get_by_role("button", name="提问", exact=True).click()

    expect(plain.locator(".page-question")).to_contain_text(engine.MARKUP)
    expect(plain.locator(".page-reply-text")).to_have_text(engine.MARKUP)
    expect(plain.locator("main img")).to_have_count(0)


def test_page_without_scripts_hands_over_to_a_person(plain: Page) -> None:
    plain.get_by_label("您想问什么").fill(engine.ABSTAIN)
    plain.get_by_role("button", name="提问", exact=True).click()
    expect(plain.get_by_role("link", name="拨打 12345")).to_be_visible()
    plain.get_by_role("button", name="转人工").click()

    expect(plain.locator('[data-outcome="handoff"]')).to_be_visible()


def test_site_without_scripts_leads_to_the_page(
    new_context: Callable[..., BrowserContext], edge: StubEdge
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(edge.url)
    page.get_by_role("link", name="打开问答页面").click()

    expect(page).to_have_url(f"{edge.url}/chat")
    expect(page.locator(".plain-chat #message")).to_be_visible()
