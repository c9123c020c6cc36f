"""Rate limits: a moving window for each key, in this process's memory."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable

from limits import RateLimitItem, parse

from web.errors import ApiError

_SWEEP_EVERY = 1024


class MovingWindow:
    """At most ``limit`` requests of one key in any window of its length.

    The asynchronous memory storage of ``limits`` walks all keys in a background task at each request,
    one thread hop per key; this keeps a deque per key and forgets idle keys now and then.

    Args:
        limit: In the notation of ``limits``, e.g. ``600/minute``.
        times: So many times the ``limit``.
    """

    def __init__(self, limit: str, *, times: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._item: RateLimitItem = parse(limit)
        self._amount = times * self._item.amount
        self._window_s = float(self._item.get_expiry())
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._until_sweep = _SWEEP_EVERY

    def __len__(self) -> int:
        return len(self._times)

    def check(self, key: str) -> None:
        """Count one request of ``key``.

        Raises:
            ApiError: 429, with the seconds until the next request will be let through.
        """
        now = self._clock()
        self._sweep(now)
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self._window_s:
            times.popleft()
        if len(times) >= self._amount:
            wait = max(1, math.ceil(times[0] + self._window_s - now))
            raise ApiError(429, "too_many_requests", fields={"seconds": wait}, retry_after=wait)
        times.append(now)

    def _sweep(self, now: float) -> None:
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._until_sweep = max(_SWEEP_EVERY, len(self._times))
            oldest = now - self._window_s
            self._times = {key: times for key, times in self._times.items() if times and times[-1] > oldest}


def client_address(peer: str, forwarded_for: str, *, trusted_proxies: int) -> str:
    """Return the address to count for, an IPv6 one as its /64 network.

    Of ``X-Forwarded-For`` only the last ``trusted_proxies`` entries were written by proxies of ours, so
    the visitor is the first of these. A missing or malformed entry falls back to the peer.
    """
    address = peer
    if trusted_proxies:
        entries = [entry.strip() for entry in forwarded_for.split(",")]
        if len(entries) >= trusted_proxies:
            address = entries[-trusted_proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return peer or "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
