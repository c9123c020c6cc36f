"""The site's other pages: the document, a measure, a clause, the checklist, the contract, an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from knowledge import load_document
from tests.browser.edge import StubEdge
from tests.browser.gallery import TARGETS, run_axe

pytestmark = pytest.mark.browser

CHECKLIST = "/match?audience=enterprise&stage=suspension"
PATHS = ("/document", "/document/2", "/document/2.4", "/document/99", CHECKLIST, "/docs")
LEAST_TARGET = 43.5  # 44, and rounding


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_page_fits_the_screen_with_targets_large_enough(page: Page, edge: StubEdge, width: int, path: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(edge.url + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [one for one in page.evaluate(TARGETS) if min(one[1:]) < LEAST_TARGET] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(page: Page, edge: StubEdge, path: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(edge.url + path)

    assert run_axe(page.main_frame) == []


def test_copy_button_copies_quotation_source_and_address(
    context: BrowserContext, page: Page, edge: StubEdge
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{edge.url}/document/2.4")
    page.get_by_role("button", name="复制原文和出处").click()

    expect(page.get_by_role("status")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == (
        f"“{load_document().clause('2.4').text}”——《2023年上海市推进政府职能转变和“放管服”改革工作要点》"
        f"（沪府办〔2023〕9号，2023年3月17日）第2项措施第4句\n{edge.url}/document/2.4"
    )


def test_contents_on_a_phone_lead_to_the_measure_and_close(page: Page, edge: StubEdge) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{edge.url}/document")
    page.locator(".toc-narrow summary").click()
    page.locator(".toc-narrow a", has_text="增强为民服务能力").click()

    expect(page.locator("#m-11 h3")).to_be_in_viewport()
    expect(page.locator(".toc-narrow nav")).to_be_hidden()
    assert page.url.endswith("/document#m-11")


def test_checklist_is_printed_at_a_press(page: Page, edge: StubEdge) -> None:
    page.add_init_script("window.print = () => (window.printed = true)")
    page.goto(edge.url + CHECKLIST)
    page.locator("#print").click()

    assert page.evaluate("window.printed") is True


def test_document_can_be_read_without_scripts(new_context: Callable[..., BrowserContext], edge: StubEdge) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(edge.url)
    page.get_by_role("link", name="读文件全文").click()

    expect(page.locator("#c-2\\.4")).to_contain_text(load_document().clause("2.4").text)
