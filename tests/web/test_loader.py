"""The loaders and the frame's files, over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.fakes import LOADER, Edge, build_widget, run_edge
from web.widget_files import open_widget, pinned_name

OLD = b"(() => { /* older */ })();"


async def test_current_loader_is_asked_for_again(edge: Edge) -> None:
    response = await edge.client.get("/widget/loader.js")
    again = await edge.client.get("/widget/loader.js", headers={"If-None-Match": response.headers["etag"]})

    assert response.content == LOADER
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert again.status_code == 304


async def test_pinned_loader_is_kept_for_ever(edge: Edge) -> None:
    response = await edge.client.get(edge.services.widget.pinned_url)

    assert response.content == LOADER
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["loader.js", pinned_name(LOADER)])
@pytest.mark.parametrize("etag", ["", "*"])
async def test_any_page_may_load_a_loader_and_check_it(edge: Edge, name: str, etag: str) -> None:
    headers = {"Origin": "https://www.example.gov.cn", "If-None-Match": etag}
    response = await edge.client.get(f"/widget/{name}", headers=headers)

    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_a_loader_of_before_an_upgrade_is_still_served(tmp_path: Path) -> None:
    build = build_widget(tmp_path / "dist")
    (build / "loader.js").write_bytes(OLD)
    open_widget(tmp_path / "widget" / "loaders", build=build)

    async with run_edge(tmp_path) as edge:
        old = await edge.client.get(f"/widget/{pinned_name(OLD)}")
        new = await edge.client.get(edge.services.widget.pinned_url)

    assert (old.content, new.content) == (OLD, LOADER)


@pytest.mark.parametrize(
    "name", ["loader-0000000000000000.js", "loader-.js", "frame.js", "..%2f..%2fbanshitong.db"]
)
async def test_nothing_else_is_a_loader(edge: Edge, name: str) -> None:
    assert (await edge.client.get(f"/widget/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("frame.js", "text/javascript; charset=utf-8"), ("frame.css", "text/css; charset=utf-8")],
)
async def test_files_of_the_frame_are_kept_for_ever_under_their_version(
    edge: Edge, name: str, content_type: str
) -> None:
    response = await edge.client.get(edge.services.widget.url(name))
    old = await edge.client.get(f"/static/000000000000/widget/{name}")

    assert response.headers["content-type"] == content_type
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert old.headers["cache-control"] == "no-cache"


async def test_there_are_no_other_files_of_the_frame(edge: Edge) -> None:
    assert (await edge.client.get("/static/0/widget/gone.js")).status_code == 404
