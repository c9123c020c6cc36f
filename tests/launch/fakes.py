"""Tiny services: a web server of a few lines with the bad habits that a test asks for."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from launch.services import Health, Service

SERVER = r"""
import signal, subprocess, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass

port, habits = int(sys.argv[1]), sys.argv[2:]
if "ignores-sigterm" in habits:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "has-a-child" in habits:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print("child", child.pid, flush=True)
print("办事通 listens", flush=True)
print("on", port, file=sys.stderr, flush=True)
HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server(name: str, *habits: str, port: int | None = None) -> Service:
    port = port or free_port()
    return Service(name, (sys.executable, "-c", SERVER, str(port), *habits), Health("127.0.0.1", port, "/health"))


def lives(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody has collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def read_pid(run_dir: Path, name: str) -> int:
    file = run_dir / f"{name}.pid"
    return int(file.read_text() or 0) if file.exists() else 0


async def until(condition: Callable[[], object], *, within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - other processes bring it about
            await asyncio.sleep(0.02)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
