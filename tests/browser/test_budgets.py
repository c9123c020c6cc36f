"""What the widget weighs, what it requests, and what it costs a page on which nobody opens it."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from statistics import mean

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import engine
from tests.browser.chat import Chat, open_widget, wait_until_script
from tests.browser.edge import BARE_DEMO, StubEdge
from tests.browser.hosts import Host
from web.widget_files import BUILD_FOLDER

LOG = logging.getLogger(__name__)
pytestmark = pytest.mark.browser

LOADS = 15
# What else the machine does only ever makes a load slower: the fastest of each kind are compared.
UNDISTURBED = 5
MOST_ADDED_MS = 50
SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 300);
})"""
LOAD_MS = "() => performance.getEntriesByType('navigation')[0].duration"


@pytest.mark.parametrize(
    ("files", "most_kb"), [(("loader.js",), 5), (("frame.js", "frame.css"), 35)], ids=["loader", "frame"]
)
def test_built_files_keep_their_budget(edge: StubEdge, files: tuple[str, ...], most_kb: int) -> None:
    sizes = [len(gzip.compress((BUILD_FOLDER / name).read_bytes())) for name in files]

    assert sum(sizes) <= most_kb * 1024


def test_nothing_but_the_loader_is_requested_before_the_first_opening(
    page: Page, edge: StubEdge, host: Host
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(host.url(data_question="公司歇业怎么办", data_elder="true"))
    page.wait_for_load_state("networkidle")

    assert [url for url in requests if url.startswith(edge.url)] == [f"{edge.url}/widget/loader.js"]
    assert [url for url in requests if not url.startswith((edge.url, host.origin()))] == []


def test_whole_flow_needs_nothing_beyond_this_machine(
    context: BrowserContext, page: Page, edge: StubEdge, host: Host
) -> None:
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    assert page.evaluate("fetch('https://example.com').then(() => 'reached', () => 'blocked')") == "blocked"
    requests.clear()

    page.goto(host.url())
    chat = Chat(page, open_widget(page))
    chat.input.press_sequentially("歇业")
    expect(chat.frame.get_by_role("option").first).to_be_visible()
    chat.ask(engine.ANSWER).locator(".source summary").first.click()
    expect(chat.frame.locator("mark")).to_be_visible()
    chat.ask(engine.MATCH)
    chat.press("企业")
    chat.press("暂停营业")
    chat.menu('[name="language"][value="en"]')
    chat.menu('[data-deed="end"]')
    chat.frame.locator("[name=stars]").first.check()
    chat.frame.locator("form.rating [type=submit]").click()
    expect(chat.frame.locator("[data-stage=thanking]")).to_be_visible()

    assert len(requests) > 10
    assert [url for url in requests if not url.startswith((edge.url, host.origin()))] == []


def test_widget_asks_for_no_cookie(chat: Chat) -> None:
    chat.ask(engine.ANSWER)

    assert chat.page.context.cookies() == []


def test_closed_widget_adds_little_to_the_load_and_shifts_nothing(
    new_context: Callable[..., BrowserContext], edge: StubEdge
) -> None:
    loads: dict[bool, list[float]] = {True: [], False: []}
    shifts: list[float] = []

    # One after the other and each with an empty cache, so that both kinds meet the same machine.
    for number in range(2 * LOADS):
        has_widget = number % 2 == 0
        context = new_context()
        page = context.new_page()
        page.goto(f"{edge.url}{'/' if has_widget else BARE_DEMO}", wait_until="load")
        wait_until_script(page, "performance.getEntriesByType('navigation')[0].duration > 0")
        loads[has_widget].append(page.evaluate(LOAD_MS))
        assert page.evaluate("'Banshitong' in window") == has_widget
        if has_widget and len(shifts) < 3:
            shifts.append(page.evaluate(SHIFTS))
        context.close()

    with_widget, without = (mean(sorted(loads[kind])[:UNDISTURBED]) for kind in (True, False))
    added = with_widget - without
    LOG.info("load with %.0f ms, without %.0f ms", with_widget, without)
    assert added <= MOST_ADDED_MS, loads
    assert shifts == [0, 0, 0]
