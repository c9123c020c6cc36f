"""The widget without a mouse, and what a screen reader is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import engine
from tests.browser.chat import CLOSE, OPEN, Chat, frame_of, launcher, wait_until_script
from tests.browser.edge import StubEdge
from tests.browser.hosts import Host

pytestmark = pytest.mark.browser

MOST_STEPS = 60
# How long anything of the frame would move.
MOVEMENTS = """() => [...document.querySelectorAll("*")].flatMap((one) => [null, "::before"].map((part) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(one, part);
    return (animationName === "none" ? 0 : parseFloat(animationDuration)) + parseFloat(transitionDuration);
})).filter((seconds) => seconds > 0)"""


def tab_to(chat: Chat, name: str, *, key: str = "Tab") -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST_STEPS):
        chat.page.keyboard.press(key)
        if chat.frame.evaluate("document.hasFocus()") and name in described(chat):
            return
    raise AssertionError(f"{name} is not reached by {key} within {MOST_STEPS} steps; now at {described(chat)}")


def described(chat: Chat) -> str:
    """Return the words by which a visitor knows what has the focus in the frame."""
    return str(
        chat.frame.evaluate("""() => {
            const { activeElement: one } = document;
            return `${one.getAttribute("aria-label") ?? ""} ${one.labels?.[0]?.textContent ?? one.textContent}`;
        }""")
    )


def test_everything_can_be_done_by_keyboard_alone(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url())
    wait_until_script(page, "window.Banshitong")
    page.keyboard.press("Tab")  # the page's own link
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    chat = Chat(page, frame_of(page))
    expect(chat.input).to_be_focused()

    page.keyboard.type(engine.ANSWER)
    page.keyboard.press("Enter")
    chat.reply_after(0)
    tab_to(chat, "查看出处", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(chat.frame.locator("mark").first).to_be_visible()

    tab_to(chat, "菜单", key="Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(chat, "结束并评价")
    page.keyboard.press("Enter")
    expect(chat.frame.locator("#rating-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(chat, "提交评价")
    page.keyboard.press("Enter")
    expect(chat.frame.locator("#rating-title")).to_have_text("您的评价已经记下，谢谢！")
    page.keyboard.press("Escape")
    expect(chat.input).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("aside .panel")).to_be_hidden()
    expect(launcher(page)).to_be_focused()


def test_escape_on_the_page_closes_the_panel_too(chat: Chat) -> None:
    chat.page.locator("#last").focus()
    chat.page.keyboard.press("Escape")

    expect(chat.page.locator("aside .panel")).to_be_hidden()
    expect(launcher(chat.page)).to_be_focused()


def test_button_says_whether_the_panel_is_open(page: Page, edge: StubEdge, host: Host) -> None:
    page.goto(host.url())
    expect(launcher(page)).to_have_accessible_name(OPEN)
    launcher(page).click()
    expect(launcher(page)).to_have_accessible_name(CLOSE)
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_tab_leaves_the_frame(chat: Chat, key: str) -> None:
    chat.ask(engine.ANSWER)
    for _ in range(MOST_STEPS):
        chat.page.keyboard.press(key)
        if not chat.frame.evaluate("document.hasFocus()"):
            return
    raise AssertionError(f"the focus is caught in the frame, at {described(chat)}")


def test_first_escape_closes_the_menu_and_the_next_the_panel(chat: Chat) -> None:
    chat.frame.locator("#menu-button").click()
    chat.frame.locator("#menu [role=switch]").first.focus()
    chat.page.keyboard.press("Escape")
    expect(chat.frame.locator("#menu")).to_be_hidden()
    expect(chat.frame.locator("#menu-button")).to_be_focused()
    chat.page.keyboard.press("Escape")

    expect(chat.page.locator("aside .panel")).to_be_hidden()


def test_suggestions_are_a_combobox(chat: Chat, edge: StubEdge) -> None:
    box, options = chat.frame.get_by_role("combobox"), chat.frame.get_by_role("option")
    expect(box).to_have_attribute("aria-expanded", "false")
    chat.input.press_sequentially("歇业")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options).to_have_count(3)

    chat.input.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(chat.input).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(chat.input).to_be_focused()
    chat.input.press("ArrowUp")
    expect(chat.frame.locator('[role=option][aria-selected="true"]')).to_have_count(0)
    chat.input.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    picked = options.last.inner_text()
    chat.input.press("Enter")

    expect(chat.input).to_have_value(picked)
    expect(options).to_have_count(0)
    assert edge.asked == []


def test_escape_closes_the_suggestions_and_not_the_panel(chat: Chat) -> None:
    chat.input.press_sequentially("歇业")
    expect(chat.frame.get_by_role("option")).to_have_count(3)
    chat.input.press("Escape")

    expect(chat.frame.get_by_role("option")).to_have_count(0)
    expect(chat.page.locator("aside .panel")).to_be_visible()
    expect(chat.input).to_have_value("歇业")


def test_enter_without_a_choice_sends_what_was_typed(chat: Chat, edge: StubEdge) -> None:
    chat.input.press_sequentially("歇业")
    expect(chat.frame.get_by_role("option")).to_have_count(3)
    chat.input.press("Enter")
    chat.reply_after(0)

    assert edge.asked == ["歇业"]


def test_answer_leaves_the_focus_where_it_was(chat: Chat) -> None:
    chat.ask(engine.ANSWER)

    expect(chat.input).to_be_focused()


def test_frame_has_its_landmarks_and_headings(chat: Chat) -> None:
    expect(chat.frame.get_by_role("main", name="对话")).to_be_visible()
    expect(chat.frame.get_by_role("banner")).to_be_visible()
    expect(chat.frame.get_by_role("region", name="您想问什么？")).to_be_visible()
    assert chat.frame.locator("h1, h2, h3").evaluate_all(
        "all => all.map((one) => one.tagName + one.innerText)"
    ) == [
        "H1办事通",
        "H2您好，想办什么事？",
        "H3个人",
        "H3企业",
    ]


def test_whole_page_keeps_one_main_landmark(whole_page: Chat) -> None:
    expect(whole_page.page.locator("main")).to_have_count(1)
    expect(whole_page.frame.get_by_role("main")).to_have_count(1)


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_does_not_want_it(
    page: Page, edge: StubEdge, host: Host, motion: str, moves: bool
) -> None:
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    page.goto(host.url())
    edge.engine.holds = True
    launcher(page).click()
    chat = Chat(page, frame_of(page))
    chat.send(engine.ANSWER)
    expect(chat.frame.get_by_role("status")).not_to_be_empty()

    animation = page.locator("aside .panel").evaluate("one => getComputedStyle(one).animationName")
    assert (animation != "none", chat.frame.evaluate(MOVEMENTS) != []) == (moves, moves)


def test_elder_mode_is_one_switch_away_and_kept(chat: Chat) -> None:
    chat.menu('[data-switch="elder"]')
    expect(chat.frame.locator("html")).to_have_attribute("data-elder", "true")
    expect(chat.frame.locator('[data-switch="elder"]')).to_have_attribute("aria-checked", "true")
    assert chat.frame.locator("#message").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 24
    lines = "one => { const s = getComputedStyle(one); return parseFloat(s.lineHeight) / parseFloat(s.fontSize); }"
    assert chat.ask(engine.ANSWER).locator(".words").evaluate(lines) >= 1.3
