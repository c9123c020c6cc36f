"""Asking a neighbour whether it lives."""

from __future__ import annotations

import asyncio
from typing import Protocol

import httpx2

_PATIENCE_S = 2.0


class Probe(Protocol):
    """Whatever can say how a part is."""

    async def health(self) -> str:
        """Return ``ok`` or what is wrong in a few words."""
        ...

    async def close(self) -> None:
        """Give its connections back."""
        ...


class HttpProbe:
    """Asks one URL, which answers 200 when all is well."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx2.AsyncClient(timeout=_PATIENCE_S, trust_env=False)

    async def health(self) -> str:
        """Return ``ok`` or what is wrong in a few words."""
        return await ask(self._client, self._url)

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()


async def ask(client: httpx2.AsyncClient, url: str) -> str:
    """Return ``ok`` if ``url`` answers 200 soon, else what is wrong in a few words."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            response = await client.get(url)
    except (TimeoutError, httpx2.HTTPError) as error:
        return type(error).__name__
    return "ok" if response.status_code == 200 else f"status {response.status_code}"
