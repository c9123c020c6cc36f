"""Escaping, comparison of versions, and who gets a page instead of JSON."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from sanic import Request, Sanic
from sanic.compat import Header

from web.rendering import error_page, get_environment, is_unchanged, wants_page

APP = Sanic("rendering-test", configure_logging=False)


def make_request(path: str = "/", **headers: str) -> Request:
    fields = Header({name.replace("_", "-"): value for name, value in headers.items()})
    return Request(path.encode(), fields, "1.1", "GET", None, APP)  # type: ignore[arg-type]


def test_environment_escapes_what_a_template_is_given() -> None:
    template = get_environment().from_string("<p>{{ text }}</p>")

    assert template.render(text="<img onerror>") == "<p>&lt;img onerror&gt;</p>"


def test_environment_refuses_a_missing_value() -> None:
    with pytest.raises(UndefinedError, match="'text' is undefined"):
        get_environment().from_string("{{ text }}").render()


@pytest.mark.parametrize(
    ("status", "heading"), [(404, "没有找到这一页"), (500, "这一页暂时打不开"), (418, "这个请求没有办成")]
)
def test_error_page_is_chinese_and_not_kept(status: int, heading: str) -> None:
    response = error_page(status, request_id="<b>7")

    assert response.status == status
    assert response.headers["Cache-Control"] == "no-store"
    assert response.body is not None
    assert heading in response.body.decode()
    assert "<code>&lt;b&gt;7</code>" in response.body.decode()


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("/nowhere", "text/html,*/*;q=0.8", True),
        ("/nowhere", "application/json", False),
        ("/nowhere", "*/*", False),
        ("/api/nowhere", "text/html", False),
    ],
)
def test_wants_page_only_for_browsers_outside_the_api(path: str, accept: str, expected: bool) -> None:
    assert wants_page(make_request(path, accept=accept)) is expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False)],
)
def test_is_unchanged_compares_weakly(known: str, expected: bool) -> None:
    assert is_unchanged(make_request(if_none_match=known), '"a"') is expected
