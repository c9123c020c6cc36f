"""The pages as a browser without scripts gets them, served by the blueprint alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from sanic import Sanic

from knowledge import KnowledgeError, load_catalogue, load_document, load_notice
from tests.web.outline import Outline
from tests.web.serving import serve_in_thread
from web import pages
from web.pages import create_pages, find_place

CLAUSE_2_4 = (
    "落实歇业备案制度，加强市场监管、税务、人力资源社会保障等部门间信息共享，根据企业需要“一口办理”歇业备案手续。"
)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    app: Sanic[Any, Any] = Sanic("pages-test", configure_logging=False)
    app.ctx.document = load_document()
    app.blueprint(create_pages())
    with serve_in_thread(app) as url, httpx2.Client(base_url=url, trust_env=False) as client:
        yield client


def test_clause_page_explains_in_plain_words_and_says_that_it_is_no_quotation(client: httpx2.Client) -> None:
    entry = load_catalogue()["2.4"]

    page = client.get("/document/2.4").text

    label = page.index("内容说明（不是文件原文）")
    assert label < page.index(entry.explanation) < page.index("unofficial explanation")
    assert "内容说明" not in client.get("/document/2").text


def test_document_page_explains_the_notice_between_preamble_and_clauses(client: httpx2.Client) -> None:
    notice = load_notice()

    page = client.get("/document").text

    assert page.count("内容说明（不是文件原文）") == 1
    places = [
        load_document().preamble,
        "内容说明（不是文件原文）",
        notice.explanation,
        "unofficial explanation",
        'id="s-1"',
    ]
    assert [page.index(place) for place in places] == sorted(page.index(place) for place in places)


def test_document_page_goes_without_an_explanation_that_cannot_be_read(
    client: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise KnowledgeError("gone")

    monkeypatch.setattr(pages, "load_notice", unreadable)
    pages._notice.cache_clear()
    try:
        response = client.get("/document")
    finally:
        pages._notice.cache_clear()

    assert response.status_code == 200
    assert "内容说明" not in response.text


def test_document_page_gives_each_of_the_109_clauses_an_anchor_and_a_link(
    client: httpx2.Client,
) -> None:
    outline = Outline(client.get("/document").text)

    assert len([name for name in outline.ids if name.startswith("c-")]) == 109
    assert len({link for link in outline.links if re.fullmatch(r"/document/\d+\.\d+", link)}) == 109
    assert len(outline.ids) == len(set(outline.ids))


def test_document_page_holds_every_clause_word_for_word(client: httpx2.Client) -> None:
    page = client.get("/document").text

    assert [clause.id for clause in load_document().clauses if clause.text not in page] == []


@pytest.mark.parametrize(
    "text", ["各区人民政府，市政府各委、办、局，各有关单位：", "2023年3月17日", "六、强化保障措施"]
)
def test_document_page_has_the_front_matter_and_sections(client: httpx2.Client, text: str) -> None:
    assert text in client.get("/document").text


def test_document_page_links_only_to_anchors_that_exist(client: httpx2.Client) -> None:
    outline = Outline(client.get("/document").text)

    targets = {link[1:] for link in outline.links if link.startswith("#")}
    assert targets - set(outline.ids) == set()


def test_clause_page_highlights_the_clause_in_its_measure(client: httpx2.Client) -> None:
    page = client.get("/document/2.4").text

    assert f"<mark>{CLAUSE_2_4}</mark>" in page
    assert page.count("<mark>") == 1
    assert "优化市场主体跨区迁移登记服务，深入推进高频证照变更联办“一件事”。" in page
    assert "<title>第2项措施第4句：深化市场主体登记制度改革（沪府办〔2023〕9号）· 办事通</title>" in page
    assert '<link rel="canonical" href="/document/2.4">' in page


@pytest.mark.parametrize(
    ("reference", "before", "after"),
    [("1.1", None, "1.2"), ("2.1", "1.5", "2.2"), ("22.3", "22.2", None), ("1", None, "2"), ("22", "21", None)],
)
def test_place_page_links_to_its_neighbours(
    client: httpx2.Client, reference: str, before: str | None, after: str | None
) -> None:
    page = client.get(f"/document/{reference}").text

    assert re.findall(r'rel="prev" href="/document/([\d.]+)"', page) == ([before] if before else [])
    assert re.findall(r'rel="next" href="/document/([\d.]+)"', page) == ([after] if after else [])


def test_measure_page_highlights_nothing(client: httpx2.Client) -> None:
    response = client.get("/document/2")

    assert response.status_code == 200
    assert "<mark>" not in response.text
    assert CLAUSE_2_4 in response.text


@pytest.mark.parametrize("reference", ["99", "2.99", "02", "2.04", "2.4.1", "２", "<script>", "0", "-1"])
def test_unknown_place_is_a_chinese_404_with_a_way_back(client: httpx2.Client, reference: str) -> None:
    response = client.get(f"/document/{reference}")

    assert response.status_code == 404
    assert "没有找到这一页" in response.text
    assert '<a class="quiet" href="/document">' in response.text
    assert "<script>" not in response.text


@pytest.mark.parametrize("path", ["/document", "/document/2", "/document/2.4", "/document/99"])
def test_pages_hold_nothing_inline_and_link_nothing_foreign(client: httpx2.Client, path: str) -> None:
    outline = Outline(client.get(path).text)

    assert outline.inline == []
    assert [link for link in outline.links if not link.startswith(("/", "#", "tel:"))] == []


def test_page_is_asked_for_again_and_unchanged_costs_304(client: httpx2.Client) -> None:
    first = client.get("/document")
    again = client.get("/document", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


def test_static_files_of_a_page_are_kept_for_ever_under_their_version(
    client: httpx2.Client,
) -> None:
    outline = Outline(client.get("/document").text)
    static = [link for link in outline.links if link.startswith("/static/")]

    assert {link.rsplit("/", 1)[1] for link in static} == {
        "favicon.svg",
        "base.css",
        "document.css",
        "document.js",
    }
    for link in static:
        response = client.get(link)
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_static_file_under_an_old_version_is_not_kept(client: httpx2.Client) -> None:
    response = client.get("/static/000000000000/document.js")

    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2fpages.py", "%2e%2e%2ftemplates%2fbase.html", "%2fetc%2fpasswd"]
)
def test_static_serves_no_other_file(client: httpx2.Client, name: str) -> None:
    assert (client.get(f"/static/0/{name}")).status_code == 404


def test_find_place_tells_a_measure_from_a_clause() -> None:
    measure, clause = find_place(load_document(), "2"), find_place(load_document(), "2.4")

    assert measure and measure.measure.title == "深化市场主体登记制度改革"
    assert measure.clause is None
    assert clause and clause.clause and clause.clause.text == CLAUSE_2_4
