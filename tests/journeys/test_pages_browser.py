"""The pages in real Chromium, with a scripted chat behind them and the edge's own security headers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from sanic import HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse, json

from knowledge import Document, load_document
from tests.web.serving import serve_in_thread
from web.http import SECURITY_HEADERS
from web.pages import create_pages
from web.reading import create_reading

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CLAUSE_2_4 = (
    "落实歇业备案制度，加强市场监管、税务、人力资源社会保障等部门间信息共享，根据企业需要“一口办理”歇业备案手续。"
)
# Links inside a sentence are exempt, as in WCAG 2.2, 2.5.8; rounding may cost half a pixel.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "button, summary, textarea, .masthead a, .clause-number, .primary, .quiet, .toc a, .permanent a, .neighbours a"
)].filter((control) => control.checkVisibility()).map((control) => {
    const { width, height } = control.getBoundingClientRect();
    return `${control.textContent} ${width}x${height}`;
}).filter((line) => line.match(/([\\d.]+)x([\\d.]+)$/).slice(1).some((side) => side < 43.5))"""
ANSWER = {"outcome": "answer", "text": "文件第2项措施写到：", "cite": ["2.4", "2.5"]}


@dataclass
class FakeEdge:
    """The pages with a chat that answers from a script.

    Attributes:
        url: Base address.
        document: What it quotes; the edge's own ``/api/measures`` serves it.
        script: Replies in turn, or an HTTP status that fails the turn; the last one is repeated.
        turns: Request bodies in the order they came.
    """

    url: str = ""
    document: Document = field(default_factory=load_document)
    script: list[dict[str, Any] | int] = field(default_factory=list)
    turns: list[dict[str, Any]] = field(default_factory=list)

    def reply(self, turn: dict[str, Any]) -> HTTPResponse:
        self.turns.append(turn)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, int):
            error = {"error": {"code": "scripted", "message": f"脚本里的错误{step}"}}
            return json(error, status=step, headers={"Retry-After": "3"})
        choices = [{"choice_id": f"id-{title}", "title": title} for title in step.get("choices", [])]
        return json(
            {
                "session_id": turn["session_id"],
                "turn_id": str(len(self.turns)),
                "language": "zh-Hans",
                "outcome": step["outcome"],
                "messages": [{"text": step["text"], "choices": choices}],
                "citations": [self.citation(clause_id) for clause_id in step.get("cite", [])],
            }
        )

    def citation(self, clause_id: str) -> dict[str, Any]:
        clause = self.document.clause(clause_id)
        return {
            "clause_id": clause_id,
            "measure": clause.measure,
            "measure_title": self.document.measure(clause.measure).title,
            "quote": clause.text,
            "document": {"number": self.document.number, "date": self.document.date},
        }


@pytest.fixture(scope="module")
def running() -> Iterator[FakeEdge]:
    edge = FakeEdge()
    app: Sanic[Any, Any] = Sanic("pages-browser-test", configure_logging=False)
    app.ctx.document = edge.document
    app.ctx.services = SimpleNamespace(index=SimpleNamespace(document=edge.document))
    app.blueprint((create_pages(), create_reading()))

    async def chat(request: Request) -> HTTPResponse:
        return edge.reply(request.json)

    async def secure(request: Request, response: BaseHTTPResponse) -> None:
        response.headers.update(SECURITY_HEADERS)

    app.add_route(chat, "/api/chat", methods=["POST"])
    app.register_middleware(secure, "response")
    with serve_in_thread(app) as url:
        edge.url = url
        yield edge


@pytest.fixture
def edge(running: FakeEdge) -> FakeEdge:
    running.script[:], running.turns[:] = [ANSWER], []
    return running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on PATH; install it with `apt-get install chromium`")
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser, edge: FakeEdge) -> Iterator[Page]:
    context = chromium.new_context(base_url=edge.url, locale="zh-CN", reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    # Chromium reports a failed request by itself; everything else, CSP violations too, is ours.
    assert [problem for problem in problems if "Failed to load resource" not in problem] == []


def ask(page: Page, text: str) -> None:
    page.get_by_label("您想问什么？").fill(text)
    page.keyboard.press("Enter")


def test_answer_is_an_exact_quotation_with_its_place(page: Page) -> None:
    page.goto("/")
    ask(page, "不想经营了又不想注销")

    citation = page.locator(".citation")
    expect(citation.locator("blockquote")).to_have_text(CLAUSE_2_4)
    expect(citation.locator(".place")).to_have_text("第2项措施 深化市场主体登记制度改革\xa0· 第4句（2.4）")
    expect(citation.locator(".origin")).to_have_text("沪府办〔2023〕9号　2023年3月17日")
    expect(page.locator(".related summary")).to_have_text("2.5 深化市场主体登记制度改革")


def test_citation_opens_inside_its_measure(page: Page) -> None:
    page.goto("/")
    ask(page, "不想经营了又不想注销")
    page.get_by_text("在文件中查看").first.click()

    expect(page.locator(".context .clause")).to_have_count(5)
    expect(page.locator(".context mark")).to_have_text(CLAUSE_2_4)
    expect(page.get_by_role("link", name="本句的固定链接")).to_have_attribute("href", "/document/2.4")


def test_example_button_asks_at_once(page: Page, edge: FakeEdge) -> None:
    page.goto("/")
    page.get_by_role("button", name="公司暂时不想经营了，又不想注销，怎么办").click()

    expect(page.locator(".reply")).to_have_count(1)
    assert [turn["message"] for turn in edge.turns] == ["公司暂时不想经营了，又不想注销，怎么办"]


def test_log_gains_one_node_per_answer(page: Page) -> None:
    page.goto("/")
    ask(page, "第一问")
    expect(page.locator("[role=log] > *")).to_have_count(2)
    ask(page, "第二问")

    expect(page.locator("[role=log] > *")).to_have_count(4)
    expect(page.locator("[role=log] > article")).to_have_count(2)


@pytest.mark.parametrize("event", [{"isComposing": True}, {"keyCode": 229}], ids=["composing", "safari"])
def test_enter_while_composing_sends_nothing(page: Page, edge: FakeEdge, event: dict[str, Any]) -> None:
    page.goto("/")
    box = page.get_by_label("您想问什么？")
    box.fill("gongsi")
    box.dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **event})
    page.wait_for_timeout(200)

    assert edge.turns == []
    expect(box).to_have_value("gongsi")


def test_shift_enter_makes_a_new_line(page: Page, edge: FakeEdge) -> None:
    page.goto("/")
    page.get_by_label("您想问什么？").fill("一")
    page.keyboard.press("Shift+Enter")

    expect(page.get_by_label("您想问什么？")).to_have_value("一\n")
    assert edge.turns == []


def test_choice_is_sent_by_its_id(page: Page, edge: FakeEdge) -> None:
    edge.script[:] = [{"outcome": "clarify", "text": "您想问哪一个？", "choices": ["名称登记", "都不是"]}, ANSWER]
    page.goto("/")
    ask(page, "登记")
    page.get_by_role("button", name="名称登记").click()

    expect(page.locator(".reply")).to_have_count(2)
    assert edge.turns[1]["choice_id"] == "id-名称登记"
    assert "message" not in edge.turns[1]
    assert edge.turns[1]["session_id"] == edge.turns[0]["session_id"]


@pytest.mark.parametrize(
    ("status", "words"), [(503, "问答服务正在恢复"), (429, "问得有点快"), (500, "服务出了点问题")]
)
def test_retry_sends_the_same_turn_once_more(page: Page, edge: FakeEdge, status: int, words: str) -> None:
    edge.script[:] = [status, ANSWER]
    page.goto("/")
    ask(page, "歇业怎么办")
    expect(page.get_by_role("alert")).to_contain_text(words)
    page.get_by_role("button", name="重试").dblclick()

    expect(page.locator(".reply")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_empty()
    assert len(edge.turns) == 2
    assert edge.turns[0] == edge.turns[1]


def test_offline_keeps_the_question_until_the_network_is_back(page: Page, edge: FakeEdge) -> None:
    page.goto("/")
    page.context.set_offline(True)
    ask(page, "歇业怎么办")
    expect(page.get_by_role("alert")).to_contain_text("网络断开了")
    expect(page.locator(".question")).to_contain_text("歇业怎么办")
    page.context.set_offline(False)
    page.get_by_role("button", name="重试").click()

    expect(page.locator(".reply")).to_have_count(1)
    assert [turn["message"] for turn in edge.turns] == ["歇业怎么办"]


def test_refused_question_goes_back_to_where_it_was_typed(page: Page, edge: FakeEdge) -> None:
    edge.script[:] = [422]
    page.goto("/")
    ask(page, "太长的问题")

    expect(page.get_by_role("alert")).to_have_text("脚本里的错误422")
    expect(page.get_by_label("您想问什么？")).to_have_value("太长的问题")
    expect(page.get_by_role("button", name="重试")).to_have_count(0)


def test_another_question_leaves_the_failed_one_readable(page: Page, edge: FakeEdge) -> None:
    edge.script[:] = [503, ANSWER]
    page.goto("/")
    ask(page, "第一问")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    ask(page, "第二问")

    expect(page.locator(".reply")).to_have_count(1)
    expect(page.locator(".question").first).to_contain_text("第一问")
    expect(page.locator(".unanswered").first).to_have_text("没有收到答复")
    expect(page.locator(".unanswered").last).to_be_hidden()


def test_reload_restores_the_conversation_and_its_session(page: Page, edge: FakeEdge) -> None:
    page.goto("/")
    ask(page, "第一问")
    expect(page.locator(".reply")).to_have_count(1)
    page.reload()
    expect(page.locator(".citation blockquote")).to_have_text(CLAUSE_2_4)
    ask(page, "第二问")

    expect(page.locator(".reply")).to_have_count(2)
    assert edge.turns[0]["session_id"] == edge.turns[1]["session_id"]


def test_restart_forgets_the_conversation(page: Page, edge: FakeEdge) -> None:
    page.goto("/")
    ask(page, "第一问")
    expect(page.locator(".reply")).to_have_count(1)
    page.get_by_role("button", name="清空对话，重新开始").click()
    expect(page.locator("[role=log]")).to_be_empty()
    page.reload()
    expect(page.locator("[role=log]")).to_be_empty()
    ask(page, "第二问")

    expect(page.locator(".reply")).to_have_count(1)
    assert edge.turns[0]["session_id"] != edge.turns[1]["session_id"]


def test_markup_from_visitor_and_server_is_text(page: Page, edge: FakeEdge) -> None:
    markup = "<img src=x onerror=alert(1)>"
    edge.script[:] = [{"outcome": "chat", "text": markup}]
    page.goto("/")
    ask(page, markup)

    expect(page.locator(".reply-text")).to_have_text(markup)
    expect(page.locator(".question")).to_contain_text(markup)
    expect(page.locator("main img")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("path", ["/", "/document", "/document/2", "/document/2.4", "/document/99"])
def test_page_fits_the_screen_with_targets_large_enough(page: Page, width: int, path: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    if path == "/":
        ask(page, "问")
        page.get_by_text("在文件中查看").first.click()
        expect(page.locator(".context mark")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(SMALL_TARGETS)
    assert small == []


def test_copy_button_copies_quotation_source_and_address(page: Page, edge: FakeEdge) -> None:
    page.goto("/document/2.4")
    page.get_by_role("button", name="复制原文和出处").click()

    expect(page.get_by_role("status")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == (
        f"“{CLAUSE_2_4}”——《2023年上海市推进政府职能转变和“放管服”改革工作要点》"
        f"（沪府办〔2023〕9号，2023年3月17日）第2项措施第4句\n{edge.url}/document/2.4"
    )


def test_contents_on_a_phone_lead_to_the_measure_and_close(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/document")
    page.locator(".toc-narrow summary").click()
    page.locator(".toc-narrow a", has_text="增强为民服务能力").click()

    expect(page.locator("#m-11 h3")).to_be_in_viewport()
    expect(page.locator(".toc-narrow nav")).to_be_hidden()
    assert page.url.endswith("/document#m-11")


def test_document_can_be_read_without_scripts(chromium: Browser, edge: FakeEdge) -> None:
    context = chromium.new_context(base_url=edge.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#composer")).to_be_hidden()
    page.get_by_role("link", name="阅读文件全文").click()

    expect(page.locator("#c-2\\.4")).to_contain_text(CLAUSE_2_4)
    context.close()
