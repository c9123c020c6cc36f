"""Who may embed the widget: the origins of the setting, and our own."""

from __future__ import annotations

import ipaddress
import re

from sanic import Request

from web.errors import StartError

SETTING = "BANSHITONG_WIDGET_HOSTS"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(
    rf"(?P<scheme>https?)://(?P<name>\[[0-9a-f:.]+\]|(?:\*\.)?{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[0-9]{{1,5}}))?"
)
_USUAL_PORTS = {"http": "80", "https": "443"}
_LARGEST_PORT = 65_535


def parse_hosts(setting: str) -> tuple[str, ...]:
    """Return the origins of ``setting`` as browsers write them, each once, in its order.

    Raises:
        StartError: One of them is not scheme and host, with a port or not; ``*`` stands only for the first
            labels of a name of at least two others.
    """
    return tuple(dict.fromkeys(_parse_origin(given) for given in setting.split()))


def own_origin(request: Request, *, trusted_proxies: int) -> str:
    """Return the origin at which the visitor reached us; empty if the request names none that may be one.

    The scheme of ``X-Forwarded-Proto`` counts only if a proxy of ours wrote it.
    """
    forwarded = request.headers.get("x-forwarded-proto", "") if trusted_proxies else ""
    scheme = forwarded.rpartition(",")[2].strip().lower() or request.scheme
    found = _ORIGIN.fullmatch(f"{scheme}://{request.headers.get('host', '').lower()}")
    return _written(found) if found and "*" not in found["name"] else ""


def _parse_origin(given: str) -> str:
    found = _ORIGIN.fullmatch(given.lower())
    if not found or not _is_host(found["name"]) or int(found["port"] or 1) not in range(1, _LARGEST_PORT + 1):
        raise StartError(
            f"{SETTING} has {given!r}; expected origins separated by spaces, each scheme and host and no path, "
            "like https://www.example.gov.cn, https://www.example.gov.cn:8443 or https://*.example.gov.cn."
        )
    return _written(found)


def _is_host(name: str) -> bool:
    """Tell whether a wildcard leaves a domain to stand on, and brackets an address."""
    if name.startswith("["):
        try:
            ipaddress.IPv6Address(name[1:-1])
        except ValueError:
            return False
    return not name.startswith("*.") or name.count(".") > 1


def _written(origin: re.Match[str]) -> str:
    """Return the origin as ``event.origin`` has it: without the scheme's usual port."""
    scheme, port = origin["scheme"], origin["port"]
    return f"{scheme}://{origin['name']}" + (f":{int(port)}" if port and port != _USUAL_PORTS[scheme] else "")
