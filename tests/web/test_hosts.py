"""Who may embed the widget."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.web.fakes import run_edge
from web.errors import StartError
from web.hosts import parse_hosts


@pytest.mark.parametrize(
    ("setting", "hosts"),
    [
        ("", ()),
        ("https://www.example.gov.cn", ("https://www.example.gov.cn",)),
        ("  https://a.cn\thttp://b.cn:8080 \n", ("https://a.cn", "http://b.cn:8080")),
        ("https://A.cn https://a.cn:443", ("https://a.cn",)),
        ("http://a.cn:80 http://a.cn:443", ("http://a.cn", "http://a.cn:443")),
        ("https://*.example.gov.cn", ("https://*.example.gov.cn",)),
        ("http://localhost:3000 http://10.0.0.1", ("http://localhost:3000", "http://10.0.0.1")),
        ("http://[::1]:8000", ("http://[::1]:8000",)),
    ],
)
def test_parse_hosts_returns_origins_as_browsers_write_them(setting: str, hosts: tuple[str, ...]) -> None:
    assert parse_hosts(setting) == hosts


@pytest.mark.parametrize(
    "given",
    [
        *("www.example.gov.cn", "ftp://a.cn", "https://", "https://a.cn/", "https://a.cn/path", "https://a.cn?x"),
        *("*", "https://*", "https://*.cn", "https://a.*.cn", "https://*a.cn", "https://a.cn:*", "https://u@a.cn"),
        *("https://a.cn:0", "https://a.cn:65536", "https://a.cn:", "https://-a.cn", "https://a..cn", "null"),
        *("https://a.cn;", "https://a.cn,https://b.cn", "'self'", "https://示例.cn", "http://[::g]", "http://[1]"),
    ],
)
def test_parse_hosts_refuses_what_is_no_origin(given: str) -> None:
    with pytest.raises(StartError, match=re.escape(f"BANSHITONG_WIDGET_HOSTS has {given!r}; expected origins")):
        parse_hosts(f"https://good.cn {given}")


@pytest.mark.parametrize(
    ("headers", "proxies", "hosts"),
    [
        ({"Host": "wd.example.cn"}, 0, ["http://wd.example.cn"]),
        ({"Host": "WD.example.cn:80"}, 0, ["http://wd.example.cn"]),
        ({"Host": "wd.example.cn", "X-Forwarded-Proto": "https"}, 0, ["http://wd.example.cn"]),
        ({"Host": "wd.example.cn", "X-Forwarded-Proto": "https"}, 1, ["https://wd.example.cn"]),
        ({"Host": "wd.example.cn", "X-Forwarded-Proto": "http, https"}, 1, ["https://wd.example.cn"]),
        ({"Host": "*.example.cn"}, 0, []),
        ({"Host": 'a"><script>'}, 0, []),
    ],
)
async def test_own_origin_is_the_one_that_the_visitor_reached(
    tmp_path: Path, headers: dict[str, str], proxies: int, hosts: list[str]
) -> None:
    async with run_edge(tmp_path, trusted_proxies=proxies) as edge:
        response = await edge.client.get("/widget/wording/en.json", headers=headers)

    bootstrap: dict[str, Any] = json.loads(response.text)
    assert bootstrap["hosts"] == hosts
