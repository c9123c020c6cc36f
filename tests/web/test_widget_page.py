"""The page inside the frame, and what its script begins with."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.web.fakes import Edge, run_edge
from tests.web.outline import Outline
from web.rendering import get_environment
from web.wording import load_words

HOSTS = "https://www.example.gov.cn https://*.district.cn:8443"


def bootstrap_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="bootstrap">(.*?)</script>', page, re.DOTALL)
    assert found
    bootstrap: dict[str, Any] = json.loads(found[1])
    return bootstrap


async def test_frame_may_be_shown_by_our_own_pages_only(edge: Edge) -> None:
    headers = (await edge.client.get("/widget/frame")).headers

    assert headers["content-security-policy"] == (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"
    )
    assert "x-frame-options" not in headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"


async def test_frame_may_be_shown_by_the_hosts_of_the_setting(tmp_path: Path) -> None:
    async with run_edge(tmp_path, widget_hosts=HOSTS) as edge:
        response = await edge.client.get("/widget/frame")

    policy = response.headers["content-security-policy"]
    assert f"frame-ancestors 'self' {HOSTS};" in policy
    assert bootstrap_of(response.text)["hosts"] == [*HOSTS.split(), f"http://127.0.0.1:{edge.port}"]


@pytest.mark.parametrize("path", ["/chat", "/", "/document"])
async def test_no_other_page_may_be_shown_in_a_frame(tmp_path: Path, path: str) -> None:
    async with run_edge(tmp_path, widget_hosts=HOSTS) as edge:
        headers = (await edge.client.get(path)).headers

    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


async def test_a_frame_that_is_unchanged_may_still_be_shown(edge: Edge) -> None:
    first = await edge.client.get("/widget/frame")
    again = await edge.client.get("/widget/frame", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert "frame-ancestors 'self'" in again.headers["content-security-policy"]
    assert "x-frame-options" not in again.headers


@pytest.mark.parametrize(
    ("query", "tag"),
    [
        ("", '<html lang="zh-Hans" data-theme="auto" data-elder="false">'),
        ("?lang=en&theme=dark", '<html lang="en" data-theme="dark" data-elder="false">'),
        ("?lang=zh-Hant&elder=true", '<html lang="zh-Hant" data-theme="auto" data-elder="true">'),
        ("?color=%231A5E63", '<html lang="zh-Hans" data-theme="auto" data-elder="false" data-color="#1a5e63">'),
        ("?color=red&theme=pink&lang=fr", '<html lang="zh-Hans" data-theme="auto" data-elder="false">'),
        ('?theme="><script>', '<html lang="zh-Hans" data-theme="auto" data-elder="false">'),
    ],
)
async def test_frame_looks_as_its_address_says(edge: Edge, query: str, tag: str) -> None:
    assert tag in (await edge.client.get(f"/widget/frame{query}")).text


async def test_frame_speaks_the_browsers_language_unless_told(edge: Edge) -> None:
    response = await edge.client.get("/widget/frame", headers={"Accept-Language": "zh-TW,zh;q=0.9"})

    assert '<html lang="zh-Hant"' in response.text
    assert response.headers["vary"] == "Accept-Language"


async def test_frame_holds_nothing_inline_and_only_our_own_files(edge: Edge) -> None:
    page = (await edge.client.get("/widget/frame")).text
    outline, widget = Outline(page), edge.services.widget

    assert outline.inline == []
    assert {widget.url("frame.js"), widget.url("frame.css")} <= set(outline.links)
    assert [link for link in outline.links if not link.startswith("/")] == []
    assert '<body class="widget" data-mode="frame">' in page


async def test_frame_without_its_script_leads_to_the_page(edge: Edge) -> None:
    page = (await edge.client.get("/widget/frame?lang=en")).text

    assert '<a href="/chat?lang=en" target="_blank" rel="noopener">' in page


async def test_bootstrap_has_what_the_script_needs(edge: Edge) -> None:
    bootstrap = bootstrap_of((await edge.client.get("/widget/frame")).text)

    assert bootstrap == {
        "language": "zh-Hans",
        "languages": [
            {"code": "zh-Hans", "name": "简体"},
            {"code": "zh-Hant", "name": "繁體"},
            {"code": "en", "name": "English"},
        ],
        "wording": load_words("widget", "zh-Hans"),
        "examples": load_words("examples", "zh-Hans"),
        "document": {"number": "沪府办〔2023〕9号", "date": "2023-03-17", "title": "改革工作要点"},
        "limit": 2000,
        "hosts": [f"http://127.0.0.1:{edge.port}"],
        "hotline": "12345",
    }


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_wording_is_the_bootstrap_of_another_language(edge: Edge, language: str) -> None:
    response = await edge.client.get(f"/widget/wording/{language}.json")

    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-cache"
    assert response.json() == bootstrap_of((await edge.client.get(f"/widget/frame?lang={language}")).text)


@pytest.mark.parametrize("name", ["fr.json", "en", "zh-Hans.yml", ".json"])
async def test_there_is_no_wording_of_other_languages(edge: Edge, name: str) -> None:
    assert (await edge.client.get(f"/widget/wording/{name}")).status_code == 404


def test_bootstrap_cannot_end_its_element() -> None:
    words = {"wording": {"ask": "</script><img src=x onerror=alert(1)><!--"}}
    template = '{% from "widget.html" import bootstrap_script %}{{ bootstrap_script(bootstrap) }}'

    page = get_environment().from_string(template).render(bootstrap=words)

    assert page.count("</script>") == 1
    assert "<img" not in page
    assert "<!--" not in page
    assert bootstrap_of(page) == words
