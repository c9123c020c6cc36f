"""Visits each state once, and brings back what all tests of accessibility and looks want to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Page

from settings import ROOT
from tests.browser.chat import Chat, open_widget, wait_until_script
from tests.browser.chromium import watch
from tests.browser.edge import StubEdge
from tests.browser.hosts import Host
from tests.browser.states import State

AXE = ROOT / "web/widget/node_modules/axe-core/axe.min.js"
# Of the page itself only: from the embedding page axe sees nothing of a frame, so it is run in each.
_RUN_AXE = """async () => {
    const rules = { "target-size": { enabled: true } };
    const { violations } = await axe.run(document, { iframes: false, rules });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id} ${target}: ${failureSummary.split("\\n").slice(1).join(" ").trim()}`));
}"""
# What can be pressed: a radio's target is its label. Links inside a sentence are exempt (WCAG 2.2, 2.5.8).
TARGETS = """() => {
    const kinds = "button, summary, textarea, select, input:not([type=hidden]), [role=option], a[href]";
    const found = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
        one.shadowRoot ? found(one.shadowRoot) : one.matches(kinds) ? [one] : []);
    const isInline = (one) => one.matches("a") && getComputedStyle(one).display === "inline";
    const isSeen = (one) => one.checkVisibility({ visibilityProperty: true });
    return found(document).filter((one) => isSeen(one) && !isInline(one)).map((one) => {
        const target = one.labels?.[0]?.contains(one) ? one.labels[0] : one;
        const { width, height } = target.getBoundingClientRect();
        return [`${one.tagName} ${target.innerText || one.getAttribute("aria-label") || ""}`, width, height];
    }).filter(([, width, height]) => width > 1 || height > 1);
}"""
_TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), sizes = [];
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const parent = text.parentElement;
        if (!text.data.trim() || parent.closest("script, .unseen") || !parent.checkVisibility()) continue;
        const { fontSize, lineHeight } = getComputedStyle(parent);
        const size = parseFloat(fontSize);
        sizes.push([text.data.trim(), size, lineHeight === "normal" ? 1.2 : parseFloat(lineHeight) / size]);
    }
    return sizes;
}"""
# What differs from one run to the next.
_FREEZE = """() => {
    const texts = (selector) => [...document.querySelectorAll(selector)].flatMap((one) => {
        const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), found = [];
        while (walker.nextNode()) found.push(walker.currentNode);
        return found;
    });
    const put = (selector, pattern, id) => {
        for (const text of texts(selector)) text.data = text.data.replace(pattern, id);
    };
    put("#toast", /.*/, "");
    put(".receipt, .page-receipt", /[\\w-]{16}/, "Kx7Q2mVd0aBz94Lp");
    put(".words", /\\b[0-9A-F]{8}\\b/, "5E0C91B7");
}"""
_SIZES = {1280: 800, 390: 844, 320: 720}
_THEMES = ("light", "dark")


@dataclass
class Visit:
    """What was found in a state.

    Attributes:
        violations: By width, what axe says of every frame.
        targets: By width, name, width and height of all that can be pressed.
        widths: By width, how wide the widest frame's content is beyond its window, in pixels.
        texts: Words, their size in pixels and their line spacing in sizes, where the conversation is.
        pictures: By ``width-theme``, a PNG of the panel or the page.
        problems: Errors of the console and of scripts.
    """

    violations: dict[int, list[str]] = field(default_factory=dict)
    targets: dict[int, list[tuple[str, float, float]]] = field(default_factory=dict)
    overflow: dict[int, float] = field(default_factory=dict)
    texts: list[tuple[str, float, float]] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Gallery:
    """All states, each visited when it is first asked for."""

    def __init__(self, chromium: Browser, edge: StubEdge, host: Host, stranger: Host) -> None:
        self._chromium, self._edge, self._host, self._stranger = chromium, edge, host, stranger
        self._visits: dict[str, Visit] = {}

    def visit(self, state: State) -> Visit:
        """Return what was found in ``state``."""
        if state.name not in self._visits:
            self._edge.reset()
            context = self._chromium.new_context(
                locale="zh-CN", reduced_motion="reduce", viewport={"width": 1280, "height": 800}
            )
            try:
                self._visits[state.name] = self._look(state, context)
            finally:
                context.close()
                self._edge.reset()
        return self._visits[state.name]

    def _look(self, state: State, context: BrowserContext) -> Visit:
        page = context.new_page()
        visit = Visit(problems=watch(page))
        page.emulate_media(color_scheme="light")
        chat = self._enter(state, page)
        state.reach(chat, self._edge)
        page.mouse.move(1, 1)  # what is under it would look otherwise
        _settle(page)
        for width, theme in ((1280, "light"), (1280, "dark"), (390, "dark"), (390, "light"), (320, "dark")):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            if page.viewport_size != {"width": width, "height": _SIZES[width]}:
                page.set_viewport_size({"width": width, "height": _SIZES[width]})
            _settle(page)
            if state.is_pictured and width != 320:
                visit.pictures[f"{width}-{theme}"] = _picture(page, chat, state.anchor)
            if (width, theme) in ((1280, "light"), (320, "dark")):
                self._examine(visit, page, chat, width)
        return visit

    def _enter(self, state: State, page: Page) -> Chat:
        if state.place in ("page", "plain"):
            if state.place == "plain":  # not without any scripts: axe is one
                page.route("**/frame.js", lambda route: route.abort())
            page.goto(f"{self._edge.url}/chat")
            if state.place == "page":
                page.locator(".app #message").wait_for()
            return Chat(page, page.main_frame)
        if state.place == "refused":
            page.clock.install()
        host = self._stranger if state.place == "refused" else self._host
        page.goto(self._edge.url if state.place == "demo" else host.url(**state.options))
        wait_until_script(page, "window.Banshitong")
        if state.place == "refused":
            page.locator("aside > button").click()
            page.clock.fast_forward(9000)
            page.get_by_role("alert").wait_for()
        return Chat(page, open_widget(page) if state.place == "widget" else page.main_frame)

    def _examine(self, visit: Visit, page: Page, chat: Chat, width: int) -> None:
        frames = [frame for frame in page.frames if not frame.url.startswith("chrome-error:")]
        visit.violations[width] = [line for frame in frames for line in run_axe(frame)]
        visit.targets[width] = [tuple(one) for frame in frames for one in frame.evaluate(TARGETS)]
        visit.overflow[width] = max(
            frame.evaluate("document.documentElement.scrollWidth - innerWidth") for frame in frames
        )
        visit.texts += [tuple(one) for one in chat.frame.evaluate(_TEXTS)]


def run_axe(frame: Frame) -> list[str]:
    """Return what axe says of one frame, a line for each element."""
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    lines: list[str] = frame.evaluate(_RUN_AXE)
    return lines


def _picture(page: Page, chat: Chat, anchor: str) -> bytes:
    """Return a PNG of the panel, or of the whole window where the panel is as large or is not there."""
    for frame in page.frames:
        frame.evaluate(_FREEZE)
    if anchor:
        chat.frame.locator(anchor).evaluate("one => one.scrollIntoView({ block: 'center' })")
    panel: Any = page.locator("aside .panel").bounding_box() if page.locator("aside .panel").count() else None
    return page.screenshot(clip=panel, caret="hide", animations="disabled")


def _settle(page: Page) -> None:
    """Wait until everything of the new size and theme has been drawn."""
    for frame in page.frames:
        if not frame.url.startswith("chrome-error:"):
            frame.evaluate(
                "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
            )
