"""What every response has: headers, ids, readable errors, and logs without visitors' words."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.web.fakes import Edge, run_edge
from web.logs import configure_logs

SECRET = "张三的秘密问题"


async def raw(edge: Edge, request: bytes) -> bytes:
    """Return what the edge answers to these bytes until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "path", ["/chat", "/document", "/api/measures", "/api/nothing", "/healthz", "/openapi.json"]
)
async def test_every_response_has_the_security_headers(edge: Edge, path: str) -> None:
    headers = (await edge.client.get(path)).headers

    assert headers["content-security-policy"] == (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["permissions-policy"].startswith("camera=()")
    assert headers["x-request-id"]


async def test_a_sane_request_id_is_kept(edge: Edge) -> None:
    response = await edge.client.get("/api/nothing", headers={"X-Request-ID": "trace-1.2_3"})

    assert response.headers["x-request-id"] == "trace-1.2_3"
    assert response.json()["error"]["request_id"] == "trace-1.2_3"


@pytest.mark.parametrize("given", ["a b", "x" * 65, "<script>", ""])
async def test_another_request_id_is_replaced(edge: Edge, given: str) -> None:
    response = await edge.client.get("/healthz", headers={"X-Request-ID": given})

    assert len(response.headers["x-request-id"]) == 32


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_a_wrong_method_names_the_right_one(edge: Edge, method: str) -> None:
    response = await edge.client.request(method, "/api/chat")

    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"POST /api/chat HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/chat HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
    ],
)
async def test_broken_http_is_a_4xx(edge: Edge, request_bytes: bytes) -> None:
    answer = await raw(edge, request_bytes)

    assert answer.startswith(b"HTTP/1.1 4")
    assert b"Traceback" not in answer


async def test_a_person_gets_a_page_for_what_is_not_there(edge: Edge) -> None:
    response = await edge.client.get("/nothing", headers={"Accept": "text/html"})

    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("zh-CN,zh;q=0.9", "没有找到您要的页面。"),
        ("zh-TW", "沒有找到您要的頁面。"),
        ("en-GB,en", "The page was not found."),
        ("", "没有找到您要的页面。"),
    ],
)
async def test_errors_are_said_in_the_browsers_language(edge: Edge, wish: str, said: str) -> None:
    response = await edge.client.get("/api/nothing", headers={"Accept-Language": wish})

    assert response.json()["error"]["message"] == said


async def test_an_unforeseen_failure_says_nothing_of_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO")
    async with run_edge(tmp_path) as edge:

        def explode(text: str) -> None:
            raise RuntimeError(f"cannot encode {text}")

        edge.encoder.encode_layers = explode  # type: ignore[assignment, method-assign]
        response = await edge.chat(SECRET)

    assert response.status_code == 500
    assert response.json()["error"]["message"] == "服务出了点问题，请稍后再试。"
    printed = capsys.readouterr()
    assert "RuntimeError" in printed.out
    assert SECRET not in printed.out + printed.err + response.text
    assert "Traceback" not in response.text


async def test_a_visitor_who_hung_up_is_no_failure_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO")
    async with run_edge(tmp_path) as edge:
        edge.engine.delay_s = 0.3
        asking = asyncio.create_task(edge.chat("歇业", session_id="s-1"))
        await asyncio.sleep(0.1)
        asking.cancel()
        await asyncio.sleep(0.5)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["status"] for line in lines if line["event"] == "request"] == [499]
    assert [line for line in lines if line["event"] == "request_failed"] == []


async def test_logs_are_json_without_visitors_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")
    async with run_edge(tmp_path) as edge:
        assert (await edge.client.get("/healthz")).status_code == 200  # a probe that succeeds leaves no line
        await edge.chat(SECRET, session_id="s-1")
        await edge.client.get("/api/search", params={"q": SECRET})
        await edge.client.get("/api/suggestions", params={"q": SECRET})
        await edge.client.post("/chat", data={"message": SECRET})
        await edge.client.get(f"/api/measures/{SECRET}")
        await edge.client.get(f"/{SECRET}")
        edge.engine.failure = "timeout"
        await edge.chat(SECRET)

    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert [(line["route"], line["status"]) for line in lines if line["event"] == "request"] == [
        ("api/chat", 200),
        ("api/search", 200),
        ("api/suggestions", 200),
        ("chat", 200),
        ("api/measures/<number:str>", 404),
        (None, 404),
        ("api/chat", 503),
    ]
    failure = next(line for line in lines if line["event"] == "request_failed")
    assert (failure["code"], failure["reason"]) == ("engine_unavailable", "timeout")
