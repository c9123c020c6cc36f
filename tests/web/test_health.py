from __future__ import annotations

import socket
from pathlib import Path

import httpx2
import pytest

from tests.web.fakes import Edge, answer, run_edge
from web.errors import StartError
from web.metrics import Metrics
from web.probe import HttpProbe


async def test_healthz_lives(edge: Edge) -> None:
    response = await edge.client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_readyz_is_ready_when_every_part_answers(edge: Edge) -> None:
    response = await edge.client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "parts": {"index": "ok", "engine": "ok", "actions": "ok", "store": "ok"},
    }


async def test_readyz_says_which_part_does_not_answer(edge: Edge) -> None:
    edge.engine.state, edge.actions.state = "status 503", "ConnectError"
    response = await edge.client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "parts": {"index": "ok", "engine": "status 503", "actions": "ConnectError", "store": "ok"},
    }


async def test_a_probe_says_who_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    probe = HttpProbe(f"http://127.0.0.1:{port}/health")

    assert await probe.health() == "ConnectError"
    await probe.close()


async def test_metrics_count_turns_and_failures(tmp_path: Path) -> None:
    async with run_edge(tmp_path, session_rate_limit="3/minute") as edge:
        registry = edge.services.metrics.registry
        await edge.chat("歇业", session_id="s-1", client_turn_id="c-1")
        await edge.chat("歇业", session_id="s-1", client_turn_id="c-1")
        edge.engine.reply = answer(outcome="abstain")
        await edge.chat("天气", session_id="s-1")
        await edge.chat("天气", session_id="s-1")
        edge.engine.failure = "timeout"
        await edge.chat("歇业", session_id="s-2")

    assert registry.get_sample_value("banshitong_turns_total", {"outcome": "answer"}) == 1
    assert registry.get_sample_value("banshitong_turns_total", {"outcome": "abstain"}) == 1
    assert registry.get_sample_value("banshitong_replays_total") == 1
    assert registry.get_sample_value("banshitong_rate_limited_total") == 1
    assert registry.get_sample_value("banshitong_engine_failures_total", {"reason": "timeout"}) == 1
    assert registry.get_sample_value("banshitong_stage_seconds_count", {"stage": "store"}) == 2
    assert registry.get_sample_value("banshitong_turns_in_progress") == 0


async def test_metrics_are_served_on_loopback_until_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    metrics = Metrics(version="1.2.3")
    metrics.serve(port)
    async with httpx2.AsyncClient(trust_env=False) as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    metrics.close()

    assert 'banshitong_build_info{version="1.2.3"} 1.0' in text


def test_metrics_say_that_their_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} .* is taken.*BANSHITONG_METRICS_PORT"):
            Metrics(version="1").serve(port)
