"""Pages that embed the widget, under a policy as strict as it may be."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

# A host's own style sheet means its own page; nothing of it may reach the widget.
_STYLE = """
body { font: 16px/1.6 sans-serif; margin: 24px; }
div { opacity: 0.2; transform: rotate(3deg); position: relative; left: 40px; }
button, iframe { display: none !important; }
"""
_PAGE = """<!doctype html>
<html lang="zh-Hans">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <title>区政务服务网</title><link rel="stylesheet" href="/host.css">{script}
</head>
<body>
  <header><p>区政务服务网</p></header>
  <main>
    <h1>办事指引</h1>
    <p>这一页嵌入了智能问答。</p><p><a id="last" href="#end">最后一个链接</a></p>{frame}
  </main>
</body>
</html>
"""


@dataclass
class Host:
    """A site of one page.

    Attributes:
        port: Where it listens, on every name of this machine.
        edge: Origin of the loader that its page has; set once it is known.
    """

    port: int
    edge: str = ""

    def url(self, *, name: str = "127.0.0.1", **options: str) -> str:
        """Return the page's address.

        Args:
            name: Under which the host is reached.
            options: ``data_…`` and ``integrity`` become attributes of the script tag, ``src`` is its path; with
                ``bare`` there is no tag; ``frame`` is the address of another frame, which the policy then allows.
        """
        return f"{self.origin(name)}/?{urlencode(options)}"

    def origin(self, name: str = "127.0.0.1") -> str:
        """Return the origin under a name."""
        return f"http://{name}:{self.port}"

    def page(self, options: Mapping[str, str]) -> str:
        """Return the page's markup."""
        attributes = {name.replace("_", "-"): value for name, value in options.items() if name.startswith("data_")}
        if "integrity" in options:
            attributes |= {"integrity": options["integrity"], "crossorigin": "anonymous"}
        src = self.edge + options.get("src", "/widget/loader.js")
        written = "".join(f' {name}="{escape(value)}"' for name, value in ({"src": src} | attributes).items())
        frame = f'<iframe title="另一页" src="{escape(options["frame"])}"></iframe>' if "frame" in options else ""
        return _PAGE.format(script="" if "bare" in options else f"<script{written} async></script>", frame=frame)

    def policy(self, options: Mapping[str, str]) -> str:
        """Return its Content-Security-Policy: what the widget needs, and nothing else."""
        other = urlsplit(options.get("frame", ""))
        frames = f"{self.edge} {other.scheme}://{other.netloc}" if other.netloc else self.edge
        return f"default-src 'self'; script-src 'self' {self.edge}; frame-src {frames}"


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, host: Host, *arguments: object) -> None:
        self.host = host
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        options = dict(parse_qsl(address.query, keep_blank_values=True))
        if address.path == "/":
            self._send(self.host.page(options), "text/html", self.host.policy(options))
        elif address.path == "/host.css":
            self._send(_STYLE, "text/css", "")
        else:
            self.send_error(404)

    def _send(self, text: str, kind: str, policy: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def serve_host() -> Iterator[Host]:
    """Serve a host on a free port while the block runs."""
    host = Host(0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, host))
    host.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
