"""The widget on pages of others: strict, hostile, allowed or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import engine
from tests.browser.chat import CLOSE, OPEN, Chat, frame_of, launcher, open_widget
from tests.browser.chromium import watch
from tests.browser.conftest import DISTRICT
from tests.browser.edge import StubEdge
from tests.browser.hosts import Host

pytestmark = pytest.mark.browser

RECORD_VIOLATIONS = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""
FRAME_WINDOW = "document.querySelector('body > div').shadowRoot.querySelector('iframe').contentWindow"
STYLE_OF = "(one, name) => getComputedStyle(one)[name]"


def test_strict_policy_of_the_host_is_never_violated(
    context: BrowserContext, page: Page, edge: StubEdge, host: Host
) -> None:
    context.add_init_script(RECORD_VIOLATIONS)
    page.goto(host.url(data_color="#b3261e", data_elder="true", data_position="left"))
    chat = Chat(page, open_widget(page))
    chat.ask(engine.ANSWER).locator(".source summary").first.click()
    expect(chat.frame.locator("mark")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    chat.frame.locator("#close-button").click()

    assert [frame.evaluate("window.violations") for frame in page.frames] == [[], []]


def test_host_that_is_not_allowed_gets_a_plain_line_and_a_link(
    new_context: Callable[..., BrowserContext], edge: StubEdge, stranger: Host
) -> None:
    page = new_context().new_page()
    problems = watch(page)
    page.clock.install()
    page.goto(stranger.url())
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        launcher(page).click()
    page.clock.fast_forward(8000)

    expect(page.get_by_role("alert")).to_have_text("智能问答现在打不开。在新窗口中提问")
    link = page.get_by_role("link", name="在新窗口中提问")
    assert link.get_attribute("href") == f"{edge.url}/chat?lang=zh-Hans"
    expect(link).to_be_focused()
    assert [line for line in problems if "frame-ancestors" not in line] == []
    assert len(problems) == 1


def test_frame_that_could_not_be_reached_is_tried_again_at_the_next_opening(
    page: Page, edge: StubEdge, host: Host
) -> None:
    page.clock.install()
    page.route("**/widget/frame**", lambda route: route.abort())
    page.goto(host.url())
    launcher(page).click()
    page.clock.fast_forward(8000)
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/widget/frame**")
    launcher(page).click()
    launcher(page).click()

    expect(frame_of(page).get_by_role("heading", name="您好，想办什么事？")).to_be_visible()


def test_wildcard_of_the_setting_covers_a_subdomain_and_its_messages(
    page: Page, edge: StubEdge, host: Host
) -> None:
    page.goto(host.url(name=f"www.{DISTRICT}"))
    page.evaluate("question => Banshitong.ask(question)", engine.ANSWER)

    expect(frame_of(page).locator(".quote").first).to_be_visible()
    assert edge.asked == [engine.ANSWER]


@pytest.mark.parametrize("name", [DISTRICT, f"evil-{DISTRICT}"])
def test_wildcard_covers_neither_the_domain_itself_nor_a_longer_name(
    new_context: Callable[..., BrowserContext], edge: StubEdge, host: Host, name: str
) -> None:
    page = new_context().new_page()
    problems = watch(page)
    page.goto(host.url(name=name))
    launcher(page).click()
    page.wait_for_timeout(300)

    assert any("frame-ancestors" in line for line in problems)


def test_messages_to_the_frame_count_from_the_embedding_page_only(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url(frame=host.url(bare="")))
    chat = Chat(page, open_widget(page))
    (forger,) = [frame for frame in page.frames if frame.url.endswith("?bare=")]
    # Of an allowed origin, even that of the embedding page, but not that page.
    forger.evaluate(
        f"parent.{FRAME_WINDOW}.postMessage({{ banshitong: 1, type: 'ask', text: '伪造的问题' }}, '*')"
    )
    chat.ask(engine.ANSWER)
    page.evaluate(f"{FRAME_WINDOW}.postMessage({{ banshitong: 1, type: 'ask', text: '真的问题' }}, '*')")
    chat.reply_after(1)

    assert edge.asked == [engine.ANSWER, "真的问题"]
    expect(chat.questions).to_contain_text(edge.asked)


@pytest.mark.parametrize(
    "message", ["{ type: 'ask', text: '问' }", "null", "'ask'", "{ banshitong: 2, type: 'ask', text: '问' }"]
)
def test_messages_in_another_form_are_nothing_to_the_frame(chat: Chat, edge: StubEdge, message: str) -> None:
    chat.page.evaluate(f"{FRAME_WINDOW}.postMessage({message}, '*')")
    chat.ask(engine.ANSWER)

    assert edge.asked == [engine.ANSWER]


def test_messages_to_the_loader_count_from_its_own_frame_only(
    page: Page, edge: StubEdge, host: Host, stranger: Host
) -> None:
    page.goto(host.url(frame=stranger.url(bare="")))
    open_widget(page)
    (forger,) = [frame for frame in page.frames if frame.url.startswith(stranger.origin())]
    forger.evaluate("parent.postMessage({ banshitong: 1, type: 'close' }, '*')")
    page.evaluate("postMessage({ banshitong: 1, type: 'close' }, '*')")
    page.wait_for_timeout(100)

    expect(launcher(page)).to_have_attribute("aria-expanded", "true")


def test_messages_to_the_loader_count_from_our_origin_only(
    page: Page, edge: StubEdge, host: Host, stranger: Host
) -> None:
    page.goto(host.url(frame=stranger.url(bare="")))
    frame = open_widget(page)
    page.locator("aside iframe").evaluate("(frame, url) => { frame.src = url; }", stranger.url(bare=""))
    frame.wait_for_url(f"{stranger.origin()}/**")
    frame.evaluate("parent.postMessage({ banshitong: 1, type: 'close' }, '*')")
    page.wait_for_timeout(100)

    expect(launcher(page)).to_have_attribute("aria-expanded", "true")


def test_scripts_of_the_host_can_open_close_and_ask(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url())
    page.evaluate("Banshitong.ask('公司暂时不想经营了，又不想注销，怎么办')")
    frame = frame_of(page)
    expect(frame.locator(".quote").first).to_be_visible()
    page.evaluate("Banshitong.close()")
    expect(page.locator("aside .panel")).to_be_hidden()
    page.evaluate("Banshitong.open()")
    expect(page.locator("aside .panel")).to_be_visible()
    page.evaluate("Banshitong.ask('再问一句')")

    expect(frame.locator("li.reply")).to_have_count(2)
    assert edge.asked == [engine.ANSWER, "再问一句"]


def test_question_of_a_script_waits_for_an_answer_under_way(chat: Chat, edge: StubEdge) -> None:
    edge.engine.holds = True
    chat.send(engine.ANSWER)
    chat.page.evaluate("Banshitong.ask('再问一句')")
    expect(chat.input).to_have_value("再问一句")
    edge.engine.holds = False

    expect(chat.replies).to_have_count(1)
    assert edge.asked == [engine.ANSWER]


def test_answer_to_a_closed_widget_is_announced_on_its_button(chat: Chat, edge: StubEdge) -> None:
    edge.engine.holds = True
    chat.send(engine.ANSWER)
    chat.page.evaluate("Banshitong.close()")
    edge.engine.holds = False

    expect(launcher(chat.page)).to_have_accessible_name(f"{OPEN}，有新的答复")
    launcher(chat.page).click()
    expect(launcher(chat.page)).to_have_accessible_name(CLOSE)


def test_colour_and_side_are_those_of_the_host(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url(data_color="#FFD54F", data_position="left"))
    box = launcher(page).bounding_box()
    frame = open_widget(page)

    assert box is not None
    assert box["x"] == 20
    assert launcher(page).evaluate(STYLE_OF, "backgroundColor") == "rgb(255, 213, 79)"
    assert launcher(page).evaluate(STYLE_OF, "color") == "rgb(0, 0, 0)"
    send = frame.get_by_role("button", name="发送")
    assert (send.evaluate(STYLE_OF, "backgroundColor"), send.evaluate(STYLE_OF, "color")) == (
        "rgb(255, 213, 79)",
        "rgb(0, 0, 0)",
    )


def test_language_theme_and_size_are_those_of_the_host(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url(data_language="en", data_theme="dark", data_elder="true"))
    expect(launcher(page)).to_have_text("Ask the assistant")
    root = open_widget(page).locator("html")

    expect(root).to_have_attribute("lang", "en")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-elder", "true")


@pytest.mark.parametrize(
    "options", [{"data_color": "red", "data_position": "up", "data_language": "fr", "data_theme": "pink"}, {}]
)
def test_options_that_mean_nothing_change_nothing(
    page: Page, edge: StubEdge, host: Host, options: dict[str, str]
) -> None:
    page.goto(host.url(**options))
    root = open_widget(page).locator("html")

    assert launcher(page).evaluate(STYLE_OF, "backgroundColor") == "rgb(13, 91, 99)"
    expect(root).to_have_attribute("lang", "zh-Hans")
    expect(root).to_have_attribute("data-theme", "auto")


def test_first_question_is_filled_in_and_not_sent(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url(data_question="公司想停业几个月，可以不注销吗？"))
    chat = Chat(page, open_widget(page))

    expect(chat.input).to_have_value("公司想停业几个月，可以不注销吗？")
    assert edge.asked == []
    assert chat.stored() == {}


def test_styles_of_the_host_reach_nothing_of_the_widget(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url())
    box = launcher(page).bounding_box()

    assert box is not None
    assert (box["x"] + box["width"], box["y"] + box["height"]) == (1260, 780)
    assert page.locator("body > div").last.evaluate("one => getComputedStyle(one).opacity") == "1"


def test_pinned_loader_is_checked_by_its_hash(page: Page, edge: StubEdge, host: Host) -> None:
    widget = edge.edge.services.widget
    page.goto(host.url(src=widget.pinned_url, integrity=widget.integrity))

    expect(open_widget(page).get_by_role("heading", name="您好，想办什么事？")).to_be_visible()


def test_loader_with_another_hash_leaves_the_page_as_it_was(
    new_context: Callable[..., BrowserContext], edge: StubEdge, host: Host
) -> None:
    page = new_context().new_page()
    problems = watch(page)
    page.goto(host.url(bare=""))
    before = page.locator("body").inner_html()
    page.goto(
        host.url(src=edge.edge.services.widget.pinned_url, integrity="sha384-" + "A" * 64), wait_until="load"
    )

    assert page.locator("body").inner_html() == before
    assert page.evaluate("'Banshitong' in window") is False
    assert len(problems) == 1
    assert "integrity" in problems[0]


def test_demo_page_has_the_widget_and_the_line_that_embeds_it(page: Page, edge: StubEdge) -> None:
    page.goto(edge.url)
    chat = Chat(page, open_widget(page))
    chat.ask(engine.ANSWER)

    expect(chat.frame.locator("blockquote").first).to_contain_text("落实歇业备案制度")
    widget = edge.edge.services.widget
    expect(page.locator("#embed pre")).to_have_text(
        f'<script src="{edge.url}{widget.pinned_url}" integrity="{widget.integrity}" '
        'crossorigin="anonymous" async></script>'
    )
