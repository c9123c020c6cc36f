"""The widget in real Chromium before the real product: ask, read, match, and survive a restart."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge import load_document
from tests.browser.chat import Chat, bodies_of, open_widget, wait_until_script
from tests.browser.chromium import open_chromium, watch
from tests.browser.measuring import WATCH, p95
from tests.journeys.product import LiveProduct, start_product, wait_until

LOG = logging.getLogger(__name__)
pytestmark = [pytest.mark.journey, pytest.mark.browser]

SUSPEND = "公司暂时不想经营了，又不想注销，怎么办"
OTHERS = ("在外地看病，医保可以直接结算吗", "数字化电子发票是不是要全面推广了", "公司名称争议怎么处理")
TURNS, ANSWER_MS = 30, 500


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProduct]:
    product = start_product(tmp_path_factory.mktemp("product"))
    yield product
    product.running.stop()


@pytest.fixture(params=[(1280, 800), (390, 844)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, product: LiveProduct) -> Iterator[Page]:
    width, height = request.param
    context = chromium.new_context(
        base_url=product.url, locale="zh-CN", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    problems = watch(page)
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def chat(page: Page) -> Chat:
    page.goto("/")
    return Chat(page, open_widget(page))


def test_a_typed_question_comes_back_as_a_quotation_with_its_clause(chat: Chat, product: LiveProduct) -> None:
    text = load_document().clause("2.4").text
    quote = chat.ask(SUSPEND).locator("figure.quote").first

    assert quote.locator("blockquote").text_content() == text
    quote.get_by_text("查看出处").click()
    expect(quote.locator("mark")).to_have_text(text)
    with chat.page.expect_popup() as opened:
        quote.locator("a.permanent").click()
    expect(opened.value).to_have_url(f"{product.url}/document/2.4")
    expect(opened.value.locator("main")).to_contain_text(text)


def test_what_is_outside_the_document_shows_no_quotation(chat: Chat) -> None:
    reply = chat.ask("帮我写一封情书")

    expect(reply.locator(".words")).to_contain_text("12345")
    expect(reply.locator("figure.quote")).to_have_count(0)


def test_guided_matching_ends_in_a_checklist(chat: Chat) -> None:
    chat.frame.locator("[data-match]").click()
    chat.reply_after(0)
    chat.press("企业")
    chat.press("暂停营业")
    checklist = chat.frame.locator("a.checklist").last

    expect(chat.replies.last.locator(".reasons").first).to_be_visible()
    with chat.page.expect_popup() as opened:
        checklist.click()
    expect(opened.value).to_have_url(re.compile("/match\\?audience=enterprise&stage=suspension"))
    expect(opened.value.locator("main")).to_contain_text(load_document().clause("2.4").text)


def test_typing_brings_suggestions_that_are_answered(chat: Chat) -> None:
    chat.input.press_sequentially("歇业备案")
    option = chat.frame.get_by_role("option").first
    expect(option).to_be_visible()
    chat.input.press("ArrowDown")
    chat.input.press("Enter")
    chat.input.press("Enter")

    expect(chat.reply_after(0)).to_have_attribute("data-outcome", re.compile("answer|no_detail|clarify"))


def test_answers_are_painted_in_time(chat: Chat) -> None:
    chat.ask("您好")
    chat.frame.evaluate(WATCH)
    for number in range(TURNS):
        chat.ask((SUSPEND, *OTHERS)[number % (1 + len(OTHERS))])
    wait_until_script(chat.frame, f"window.times.length === {TURNS}")
    answer = p95([one[1] for one in chat.frame.evaluate("window.times")])

    LOG.info("answer p95 %.0f ms", answer)
    assert answer <= ANSWER_MS


@pytest.mark.parametrize("service", ["edge", "engine"])
def test_a_restart_in_the_middle_loses_and_doubles_no_message(
    chat: Chat, product: LiveProduct, service: str
) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    chat.ask(SUSPEND)
    before = len(product.recorded_turns())
    product.kill(service)
    chat.send(OTHERS[0])
    for _ in range(20):  # as a visitor who presses what is offered, until it is answered
        expect(chat.retry.or_(chat.replies.nth(1))).to_be_visible(timeout=30_000)
        if chat.replies.count() == 2:
            break
        wait_until(product.is_ready, 30, what="ready again")
        chat.retry.click()

    expect(chat.replies).to_have_count(2)
    expect(chat.questions).to_contain_text([SUSPEND, OTHERS[0]])
    chat.ask(OTHERS[1])
    recorded = [utterance for _, utterance in product.recorded_turns()]
    assert recorded[before:] == [OTHERS[0], OTHERS[1]]
    assert len({body["client_turn_id"] for body in bodies}) == 3
    assert len({body["session_id"] for body in bodies}) == 1

    chat.page.reload()
    chat = Chat(chat.page, open_widget(chat.page))
    expect(chat.questions).to_contain_text([SUSPEND, OTHERS[0], OTHERS[1]])
    expect(chat.replies).to_have_count(3)
