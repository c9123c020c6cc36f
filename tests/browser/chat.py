"""The widget as a visitor meets it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Frame, Locator, Page, expect

OPEN, CLOSE = "打开智能问答", "关闭智能问答"
SCRIPT_LIMIT_S = 10
# The launcher is in a shadow root: the document knows only its host element.
FOCUSED = """() => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused?.getAttribute("aria-label") || focused?.id || focused?.tagName || "";
}"""


@dataclass
class Chat:
    """A conversation on a page.

    Attributes:
        page: The embedding page, or the whole-page form.
        frame: Where the conversation is: the widget's frame, or the page itself.
    """

    page: Page
    frame: Frame

    @property
    def input(self) -> Locator:
        """Where one types."""
        return self.frame.get_by_role("textbox", name="您想问什么？")

    @property
    def replies(self) -> Locator:
        """All replies."""
        return self.frame.locator("li.reply")

    @property
    def questions(self) -> Locator:
        """All questions."""
        return self.frame.locator("li.question .asked")

    @property
    def alert(self) -> Locator:
        """What went wrong."""
        return self.frame.get_by_role("alert")

    @property
    def retry(self) -> Locator:
        """The button that sends once more."""
        return self.frame.locator("#retry")

    def send(self, text: str) -> None:
        """Type a question and press Enter."""
        box = self.frame.locator("#message")
        box.fill(text)
        box.press("Enter")

    def ask(self, text: str) -> Locator:
        """Ask, and return the reply once it is there."""
        before = self.replies.count()
        self.send(text)
        return self.reply_after(before)

    def press(self, name: str) -> Locator:
        """Press a button of the last reply, and return the reply to that."""
        before = self.replies.count()
        self.replies.last.get_by_role("button", name=name, exact=True).click()
        return self.reply_after(before)

    def reply_after(self, count: int) -> Locator:
        """Return the reply that comes after so many others."""
        expect(self.replies).to_have_count(count + 1)
        return self.replies.nth(count)

    def menu(self, selector: str) -> None:
        """Open the menu and press what is in it."""
        if self.frame.locator("#menu").is_hidden():
            self.frame.locator("#menu-button").click()
        self.frame.locator(f"#menu {selector}").click()

    def stored(self) -> dict[str, str]:
        """Return what the conversation keeps in this browser."""
        kept: dict[str, str] = self.frame.evaluate("({ ...localStorage })")
        return kept

    def focused(self, *, inside: bool = True) -> str:
        """Return label, id or tag of what has the focus, in the frame or on the embedding page."""
        return str((self.frame if inside else self.page.main_frame).evaluate(FOCUSED))


def wait_until_script(page: Page | Frame, condition: str) -> None:
    """Wait until a JavaScript expression holds on a page.

    Asked anew from outside each time: ``wait_for_function`` asks from within, with the ``eval`` that our pages
    forbid, and fails wherever the expression does not hold at once.

    Raises:
        TimeoutError: It did not within `SCRIPT_LIMIT_S`.
    """
    deadline = time.monotonic() + SCRIPT_LIMIT_S
    while not page.evaluate(f"Boolean({condition})"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {SCRIPT_LIMIT_S} s: {condition}")
        page.wait_for_timeout(20)


def launcher(page: Page) -> Locator:
    """Return the widget's button on an embedding page."""
    return page.locator("aside > button")


def open_widget(page: Page) -> Frame:
    """Press the launcher and return the frame once the conversation is there."""
    launcher(page).click()
    return frame_of(page)


def frame_of(page: Page) -> Frame:
    """Return the widget's frame once the conversation is there."""
    handle = page.locator("aside iframe").element_handle()
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_url(re.compile("/widget/frame"))
    frame.locator("#message").wait_for()
    return frame


def bodies_of(page: Page, path: str) -> list[dict[str, Any]]:
    """Return the list to which the body of every request to ``path`` will be added."""
    bodies: list[dict[str, Any]] = []

    def note(url: str, body: dict[str, Any] | None) -> None:
        if url.endswith(path) and body is not None:
            bodies.append(body)

    page.on(
        "request", lambda request: note(request.url, request.post_data_json) if request.method == "POST" else None
    )
    return bodies
