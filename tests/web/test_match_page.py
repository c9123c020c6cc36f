"""The checklist of a guided matching, from its address to the page."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from knowledge import Facet, Situation, load_catalogue, load_document, load_matching
from tests.embeddings.samples import ENTRY
from tests.web.fakes import FIRST, SECOND, THIRD, Edge
from web.match_page import checklist_url

ADDRESS = "/match?audience=enterprise&stage=suspension"


async def read(edge: Edge, address: str = ADDRESS) -> str:
    response = await edge.client.get(address)

    assert response.status_code == 200
    return response.text


def catalogue_of(edge: Edge, *, reading: str, explanation: str) -> None:
    """Let the edge know one clause, with another entry."""
    edge.services.catalogue = {"1.2": replace(ENTRY, reading=reading, explanation=explanation)}
    edge.services.matching = load_matching(edge.services.catalogue)


def real_document(edge: Edge) -> None:
    """Let the edge work with the real document and its catalogue."""
    edge.index.document = load_document()
    edge.services.catalogue = load_catalogue()
    edge.services.matching = load_matching(edge.services.catalogue)


@pytest.mark.parametrize(
    "text",
    [
        "<h1>适合您的条款清单</h1>",
        "<span>按您的情况</span><b>企业</b><b>暂停营业</b>",
        "共 1 条，最对应的在前面。方框供您逐条勾选。",
        '<label class="tick"><input type="checkbox"><span>先停业，不注销</span></label>',
        f'<blockquote lang="zh-Hans">{SECOND}</blockquote>',
        '<a href="/document/1.2">第 1 项措施“深化登记制度改革”，编号 1.2</a>',
        '<span class="plain-label">内容说明（不是文件原文）</span>公司想先停一停，可以备案。',
        "<span>对上了</span><b>暂停营业</b><b>企业</b>",
        "改革工作要点（沪府办〔2023〕9号，2023年3月17日）",
        "索引 20230317-1，源文件校验值 abababababababab",
        "具体办理以正式文件和窗口答复为准。",
    ],
)
async def test_checklist_shows_the_situation_and_what_fits(edge: Edge, text: str) -> None:
    assert text in html.unescape(await read(edge))


async def test_checklist_leaves_out_what_does_not_fit(edge: Edge) -> None:
    page = await read(edge)

    assert page.count("<blockquote") == 1
    assert FIRST not in page
    assert THIRD not in page


async def test_checklist_says_so_when_nothing_fits(edge: Edge) -> None:
    page = await read(edge, "/match?audience=enterprise&stage=exit")

    assert "文件里没有专门讲这种情况的条款。" in page
    assert "<blockquote" not in page


async def test_checklist_needs_no_more_than_the_stage(edge: Edge) -> None:
    page = await read(edge, "/match?stage=suspension")

    assert "<span>按您的情况</span><b>暂停营业</b>" in page
    assert SECOND in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "stage=",
        "lang=en",
        "audience=enterprise",
        "audience=enterprise&area=%E6%B5%A6%E4%B8%9C",
        "stage=flying",
        "stage=Suspension",
        "stage=%00",
        "stage=%3Cscript%3Ealert(1)%3C/script%3E",
        "stage=suspension&audience=government",
        "stage=suspension&area=%E5%8C%97%E4%BA%AC",
        "stage=suspension&industry=mining",
        "stage=flying&stage=suspension",
    ],
)
async def test_checklist_of_no_situation_is_a_readable_404(edge: Edge, query: str) -> None:
    response = await edge.client.get(f"/match?{query}")

    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "没有找到这一页" in response.text
    assert "<script>" not in response.text


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("zh-Hans", ["适合您的条款清单", "<b>暂停营业</b>", "先停业，不注销", "公司想先停一停，可以备案。"]),
        ("zh-Hant", ["適合您的條款清單", "<b>暫停營業</b>", "先停業，不註銷", "公司想先停一停，可以備案。"]),
        (
            "en",
            [
                "Clauses that fit your situation",
                "<b>pausing the business</b>",
                "Pausing a business",
                "A company that wants to pause may file for it.",
                "Clauses: 1, the best first, with boxes to tick.",
            ],
        ),
    ],
)
async def test_checklist_speaks_the_language_of_its_address(edge: Edge, language: str, texts: list[str]) -> None:
    page = await read(edge, f"{ADDRESS}&lang={language}")

    assert [text for text in texts if text not in page] == []
    assert f'<div class="passage checklist" lang="{language}">' in page


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_checklist_quotes_to_the_letter_in_every_language(edge: Edge, language: str) -> None:
    page = html.unescape(await read(edge, f"{ADDRESS}&lang={language}"))

    assert re.findall(r'<blockquote lang="zh-Hans">(.*?)</blockquote>', page) == [SECOND]


@pytest.mark.parametrize("language", ["", "fr", "%3Cscript%3E"])
async def test_checklist_in_a_language_that_there_is_not_is_in_chinese(edge: Edge, language: str) -> None:
    assert await read(edge, f"{ADDRESS}&lang={language}") == await read(edge)


@pytest.mark.parametrize("address", ["/match?stage=construction", "/match?audience=enterprise&stage=operation"])
async def test_checklist_of_the_real_document_quotes_whole_clauses(edge: Edge, address: str) -> None:
    real_document(edge)

    page = html.unescape(await read(edge, address))

    numbers = re.findall(r'<a href="/document/([0-9.]+)">', page)
    quotes = re.findall(r'<blockquote lang="zh-Hans">(.*?)</blockquote>', page)
    assert len(quotes) > 5
    assert quotes == [load_document().clause(number).text for number in numbers]


async def test_checklist_is_in_the_order_of_the_ranking(edge: Edge) -> None:
    real_document(edge)

    page = await read(edge, "/match?audience=citizen&stage=health")

    ranked = edge.services.matching.rank(Situation(audience="citizen", stage="health"))
    assert re.findall(r'<a href="/document/([0-9.]+)">', page) == [match.clause_id for match in ranked]


async def test_checklist_escapes_what_the_catalogue_says(edge: Edge) -> None:
    catalogue_of(edge, reading="<b>停</b>业", explanation="<script>alert('x')</script> & 更多")

    page = await read(edge)

    assert "&lt;b&gt;停&lt;/b&gt;业" in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; 更多" in page


async def test_checklist_repeats_nothing_else_of_its_address(edge: Edge) -> None:
    page = await read(edge, f"{ADDRESS}&from=%3Cscript%3Ealert(1)%3C/script%3E&name=Zhang")

    assert page == await read(edge)


async def test_checklist_is_the_same_on_every_reload(edge: Edge) -> None:
    first = await edge.client.get(ADDRESS)
    second = await edge.client.get(ADDRESS)
    unchanged = await edge.client.get(ADDRESS, headers={"If-None-Match": first.headers["etag"]})

    assert second.content == first.content
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_checklist_does_not_depend_on_the_order_of_its_address(edge: Edge) -> None:
    assert await read(edge, "/match?lang=en&stage=suspension&audience=enterprise") == await read(
        edge, f"{ADDRESS}&lang=en"
    )


async def test_checklist_keeps_nothing_about_its_reader(edge: Edge) -> None:
    response = await edge.client.get(ADDRESS)

    assert "set-cookie" not in response.headers
    assert edge.engine.queries == []


async def test_checklist_holds_nothing_that_a_strict_policy_blocks(edge: Edge) -> None:
    page = await read(edge)

    assert re.findall(r"<style|<script(?![^>]* src=)| style=| on[a-z]+=", page) == []
    assert [
        link for link in re.findall(r'(?:href|src)="([^"]*)"', page) if not link.startswith(("/", "#", "tel:"))
    ] == []


async def test_checklist_loads_only_what_there_is(edge: Edge) -> None:
    links = [
        link for link in re.findall(r'(?:href|src)="([^"]*)"', await read(edge)) if link.startswith("/static/")
    ]

    assert {link.rsplit("/", 1)[1] for link in links} >= {
        "checklist.css",
        "checklist.js",
        "document.css",
        "base.css",
    }
    assert [link for link in links if (await edge.client.get(link)).status_code != 200] == []


async def test_checklist_offers_to_print_only_with_a_script(edge: Edge) -> None:
    assert '<button type="button" class="primary" id="print" hidden>打印</button>' in await read(edge)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("POST", 405), ("DELETE", 405)])
async def test_checklist_can_only_be_read(edge: Edge, method: str, status: int) -> None:
    response = await edge.client.request(method, ADDRESS)

    assert response.status_code == status


def test_checklist_url_encodes_the_answers_in_their_order() -> None:
    situation: dict[Facet, str] = {"audience": "enterprise", "stage": "setup", "area": "浦东"}

    assert checklist_url(situation, "zh-Hant") == (
        "/match?audience=enterprise&stage=setup&area=%E6%B5%A6%E4%B8%9C&lang=zh-Hant"
    )
