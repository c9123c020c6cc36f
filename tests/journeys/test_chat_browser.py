"""The page in real Chromium before the real product: ask, read the quotation, follow it into the document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge import load_document
from tests.journeys.product import LiveProduct, start_product
from tests.journeys.test_pages_browser import chromium, playwright  # noqa: F401 - fixtures

pytestmark = [pytest.mark.journey, pytest.mark.browser]

SUSPEND = "公司暂时不想经营了，又不想注销，怎么办"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProduct]:
    product = start_product(tmp_path_factory.mktemp("product"))
    yield product
    product.running.stop()


@pytest.fixture(params=[(1280, 800), (390, 844)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, product: LiveProduct) -> Iterator[Page]:  # noqa: F811
    width, height = request.param
    context = chromium.new_context(
        base_url=product.url, locale="zh-CN", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def test_a_typed_question_comes_back_as_a_quotation_with_its_clause(page: Page) -> None:
    page.goto("/")
    page.get_by_label("您想问什么？").fill(SUSPEND)
    page.keyboard.press("Enter")

    citation = page.locator(".citation").first
    expect(citation.locator("blockquote")).to_have_text(load_document().clause("2.4").text)
    page.get_by_text("在文件中查看").first.click()
    expect(page.locator(".context mark")).to_have_text(load_document().clause("2.4").text)
    page.get_by_role("link", name="本句的固定链接").click()
    expect(page).to_have_url(f"{page.url.split('/document')[0]}/document/2.4")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_is_outside_the_document_shows_no_quotation(page: Page) -> None:
    page.goto("/")
    page.get_by_label("您想问什么？").fill("帮我写一封情书")
    page.keyboard.press("Enter")

    expect(page.locator("[role=log] > article")).to_contain_text("12345")
    expect(page.locator(".citation")).to_have_count(0)
