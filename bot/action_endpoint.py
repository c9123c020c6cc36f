"""The way to the action server: one kept session, one time-out, no more than the action needs."""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

HEALTH_TIMEOUT_S = 1.0
KEEP_ALIVE_S = 4.0


class ActionEndpoint(EndpointConfig):
    """Rasa's endpoint, which would open a session for each call and wait five minutes for an answer.

    The query's vectors go out with the latest message only, never with earlier events.
    """

    def __init__(self, url: str, *, timeout_s: float, **options: Any) -> None:  # noqa: ANN401 - Rasa's
        super().__init__(url, **options)
        self.timeout_s = timeout_s
        self._kept: aiohttp.ClientSession | None = None

    def kept_session(self) -> aiohttp.ClientSession:
        """Return the session, made at the first call inside the running event loop."""
        if self._kept is None or self._kept.closed:
            connector = aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_S, limit=256)
            timeout = aiohttp.ClientTimeout(total=self.timeout_s)
            self._kept = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self._kept

    async def close(self) -> None:
        """Close the session."""
        if self._kept is not None:
            await self._kept.close()

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,  # noqa: ANN401 - Rasa's signature
    ) -> dict[str, Any] | None:
        """Send an action call and return the action server's JSON.

        Raises:
            asyncio.TimeoutError: After ``timeout_s``.
            rasa.utils.endpoints.ClientResponseError: If the status is 400 or higher.
            aiohttp.ClientError: If the server cannot be reached or breaks off.
        """
        # A newer rasa-sdk asks for the domain (449) if the field is missing; ours never need it.
        body = {"domain": {}, **without_earlier_vectors(kwargs["json"])}
        async with self.kept_session().request(method, self.url, json=body) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, await response.text())
            answer: dict[str, Any] | None = await response.json()
            return answer

    async def is_healthy(self) -> bool:
        """Say whether the action server's ``/health`` answers 200 within a second."""
        address = f"{self.url.rsplit('/', 1)[0]}/health"
        timeout = aiohttp.ClientTimeout(total=HEALTH_TIMEOUT_S)
        try:
            async with self.kept_session().get(address, timeout=timeout) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def without_earlier_vectors(call: dict[str, Any]) -> dict[str, Any]:
    """Return an action call whose events carry no query vectors; the latest message keeps its own."""
    tracker = call.get("tracker", {})
    events = [without_vector(event) for event in tracker.get("events") or []]
    return {**call, "tracker": {**tracker, "events": events}}


def without_vector(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event's dictionary without the query, its parts and all their vectors in its metadata."""
    if event.get("event") != "user":
        return event
    parse_data = event.get("parse_data") or {}
    return {
        **event,
        "metadata": _without_query(event.get("metadata")),
        "parse_data": {**parse_data, "metadata": _without_query(parse_data.get("metadata"))},
    }


def _without_query(metadata: dict[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (metadata or {}).items() if key != "query"}
