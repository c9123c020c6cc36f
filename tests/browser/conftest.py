"""One Chromium, one edge and two hosts for all tests of the folder; pages of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chat import Chat, open_widget
from tests.browser.chromium import open_chromium, watch
from tests.browser.edge import StubEdge, serve_edge
from tests.browser.gallery import Gallery
from tests.browser.hosts import Host, serve_host

# A wildcard of the setting; every name below localhost is this machine.
DISTRICT = "district.localhost"


# Of the package, not of the session: Playwright's loop must be gone before tests that have one of their own.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    """A site that may embed the widget, by its address and under every name in ``DISTRICT``."""
    with serve_host() as host:
        yield host


@pytest.fixture(scope="package")
def stranger() -> Iterator[Host]:
    """A site that may not."""
    with serve_host() as host:
        yield host


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory, host: Host, stranger: Host) -> Iterator[StubEdge]:
    allowed = f"{host.origin()} {host.origin(f'*.{DISTRICT}')}"
    with serve_edge(tmp_path_factory.mktemp("edge"), hosts=allowed) as edge:
        host.edge = stranger.edge = edge.url
        yield edge


@pytest.fixture
def edge(running: StubEdge) -> StubEdge:
    running.reset()
    return running


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile of its own; all are closed at the end."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        usual = {"locale": "zh-CN", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}
        contexts.append(chromium.new_context(**(usual | options)))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen."""
    page = context.new_page()
    problems = watch(page)
    yield page
    assert problems == []


@pytest.fixture
def chat(page: Page, edge: StubEdge, host: Host) -> Chat:
    """The widget, opened on a page that embeds it."""
    page.goto(host.url())
    return Chat(page, open_widget(page))


@pytest.fixture
def whole_page(page: Page, edge: StubEdge) -> Chat:
    """The conversation as a page of its own."""
    page.goto(f"{edge.url}/chat")
    page.locator(".app #message").wait_for()
    return Chat(page, page.main_frame)


@pytest.fixture(scope="package")
def gallery(chromium: Browser, running: StubEdge, host: Host, stranger: Host) -> Gallery:
    """Every state of the widget, visited once."""
    return Gallery(chromium, running, host, stranger)


@pytest.fixture(scope="package")
def pictures_folder() -> Path:
    """Where the accepted pictures are."""
    return Path(__file__).parent / "looks"
