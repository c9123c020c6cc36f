"""Prometheus metrics of the edge, on a loopback port of their own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, start_http_server

from web.errors import StartError

_BUCKETS = (0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.12, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """All counters of one edge, in a registry of their own."""

    def __init__(self, *, version: str) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter("banshitong_turns", "Turns sent.", ["outcome"], registry=self.registry)
        self.replays = Counter("banshitong_replays", "Retries answered from the store.", registry=self.registry)
        self.stages = Histogram(
            "banshitong_stage_seconds",
            "Time of one turn's stages; total is all of it.",
            ["stage"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.engine_failures = Counter(
            "banshitong_engine_failures", "Turns that the engine failed.", ["reason"], registry=self.registry
        )
        self.refusals = Counter(
            "banshitong_refusals", "Requests that ended in an error body.", ["code"], registry=self.registry
        )
        self.rate_limited = Counter(
            "banshitong_rate_limited", "Requests over a rate limit.", registry=self.registry
        )
        self.waiting = Gauge(
            "banshitong_turns_in_progress", "Turns under way and waiting.", registry=self.registry
        )
        Info("banshitong_build", "What is running.", registry=self.registry).info({"version": version})
        self._server: tuple[WSGIServer, Thread] | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage of a turn, also when it fails."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stages.labels(name).observe(time.perf_counter() - started)

    def serve(self, port: int) -> None:
        """Serve ``/metrics`` on loopback; port 0 switches it off.

        Raises:
            StartError: The port is taken.
        """
        if not port:
            return
        try:
            self._server = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        except OSError as error:
            raise StartError(
                f"Port {port} on 127.0.0.1 (metrics) is taken: {os.strerror(error.errno or 0)}. "
                "Stop what uses it or set BANSHITONG_METRICS_PORT (0 switches metrics off)."
            ) from error

    def close(self) -> None:
        """Stop serving."""
        if self._server:
            server, thread = self._server
            server.shutdown()
            server.server_close()
            thread.join(timeout=2)
            self._server = None
