"""Hand-written stand-ins for what the engine talks to, and the engine as a process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent

ANSWER = {
    "events": [],
    "responses": [
        {
            "response": "utter_answer",
            "measure": 2,
            "measure_title": "深化市场主体登记制度改革",
            "clause_id": "2.4",
            "custom": {"outcome": "answer", "citations": [{"clause_id": "2.4", "score": 0.9}]},
        }
    ],
}


class FakeActionServer:
    """Answers every action call the same way and keeps what it was sent.

    Attributes:
        answer: The JSON to answer with.
        status: The status to answer with.
        delay_s: How long an answer takes.
        healthy: Whether ``/health`` answers 200.
        calls: The bodies received.
    """

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.reset()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._send(200 if fake.healthy else 503, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                fake.calls.append(json.loads(body))
                time.sleep(fake.delay_s)
                self._send(fake.status, fake.answer)

            def _send(self, status: int, answer: object) -> None:
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def reset(self) -> None:
        self.answer: object = ANSWER
        self.status, self.delay_s, self.healthy = 200, 0.0, True
        self.calls.clear()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class EngineProcess:
    """``python -m bot serve`` on a free port, with a token."""

    TOKEN = "test-token"

    def __init__(self, data_dir: Path, actions_port: int, *, action_timeout_s: float = 1.0) -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.environment = {
            **os.environ,
            "BANSHITONG_DATA_DIR": str(data_dir),
            "BANSHITONG_ENGINE_PORT": str(self.port),
            "BANSHITONG_ACTIONS_PORT": str(actions_port),
            "BANSHITONG_ENGINE_TOKEN": self.TOKEN,
            "BANSHITONG_ACTION_TIMEOUT_S": str(action_timeout_s),
        }
        self.log = data_dir / "engine.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.call("GET", "/webhooks/edge/health")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"the engine did not start: {self.log.read_text()}")

    def say(self, text: str, *, sender: str = "session-1", **metadata: Any) -> tuple[int, dict[str, Any]]:
        body = {"sender": sender, "message": text, "metadata": metadata}
        return self.call("POST", "/webhooks/edge/webhook", json.dumps(body).encode())

    def call(
        self, method: str, path: str, body: bytes | None = None, *, token: str = TOKEN
    ) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=body,
            method=method,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
