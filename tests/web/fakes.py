"""Hand-written stand-ins for what the edge works with, and a small document."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import numpy as np
from sanic import Sanic

from embeddings import Layers, Vector
from knowledge import CatalogueEntry, Clause, Document, Measure, Mention, Question, Section, load_matching
from settings import Settings
from tests.embeddings.samples import ENTRY
from web.app import create_app
from web.encoding import QueryEncoder
from web.engine import (
    EngineButton,
    EngineCitation,
    EngineCustom,
    EngineIntent,
    EngineMessage,
    EngineQuery,
    EngineReply,
)
from web.errors import EngineUnavailableError
from web.metrics import Metrics
from web.schemas import Outcome
from web.services import Services
from web.store import Store, open_database
from web.suggestions import Suggestions
from web.widget_files import open_widget

FIRST = "持续精简各类审批服务事项。"
SECOND = "落实歇业备案制度，根据企业需要“一口办理”歇业备案手续。"
THIRD = "建立食品经营许可便捷机制。"


def make_document() -> Document:
    """Return a document of two sections, two measures and three clauses."""
    return Document(
        title="改革工作要点",
        number="沪府办〔2023〕9号",
        date="2023-03-17",
        issuer="办公厅",
        addressees="各单位：",
        notice_title="通知",
        notice="请执行。",
        preamble="总体要求。",
        sections=(
            Section(1, "深化行政审批制度改革", (_measure(1, "深化登记制度改革", 1, (FIRST, SECOND)),)),
            Section(2, "优化营商环境", (_measure(2, "推进许可改革", 2, (THIRD,)),)),
        ),
        text=FIRST + SECOND + THIRD,
        raw_sha256="ab" * 32,
        clean_sha256="cd" * 32,
    )


def _measure(number: int, title: str, section: int, sentences: tuple[str, ...]) -> Measure:
    start = (FIRST + SECOND + THIRD).index(sentences[0])
    clauses, at = [], start
    for place, text in enumerate(sentences, 1):
        clauses.append(Clause(f"{number}.{place}", number, place, text, at, at + len(text), (text,)))
        at += len(text)
    return Measure(number, title, section, start, at, tuple(clauses))


@dataclass(frozen=True)
class FakeHit:
    clause_id: str
    score: float
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeRetrieval:
    hits: tuple[FakeHit, ...]


@dataclass
class FakeIndex:
    """An index that finds the clauses it was given."""

    version: str = "20230317-1"
    source_sha256: str = "ab" * 32
    document: Document = field(default_factory=make_document)
    hits: tuple[FakeHit, ...] = (FakeHit("1.2", 0.9, {"lexical": {"value": 2.5}}), FakeHit("2.1", 0.1))
    asked: list[tuple[str, int]] = field(default_factory=list)

    def retrieve(self, text: str, vector: Vector, *, k: int) -> FakeRetrieval:
        self.asked.append((text, k))
        return FakeRetrieval(self.hits[:k])


@dataclass
class FakeEncoder:
    """An encoder that remembers what it was asked to encode."""

    id: str = "fake-1"
    texts: list[str] = field(default_factory=list)

    def encode_layers(self, text: str) -> Layers:
        self.texts.append(text)
        return Layers(np.full(384, 0.5, dtype=np.float32), np.full(384, 0.25, dtype=np.float32))


CATALOGUE = {"1.2": ENTRY}
SUSPENSION = {"audience": "enterprise", "stage": "suspension"}


@dataclass(frozen=True)
class FakeFinder:
    """Finds 浦东."""

    def find(self, text: str) -> tuple[Mention, ...]:
        at = text.find("浦东")
        return (Mention("area", "浦东", (), at, at + 2, True),) if at >= 0 else ()


QUESTIONS = (
    Question("1.2", "公司歇业备案怎么办理？"),
    Question("1.2", "歇业以后能不能恢复营业？"),
    Question("2.1", "食品经营许可怎么办理？"),
    Question("1.2", "How can a company suspend its business?"),
)
LOADER = b"(() => { /* loader */ })();"


@dataclass(frozen=True)
class Content:
    """What an edge knows: by default the small document."""

    document: Document = field(default_factory=make_document)
    catalogue: Mapping[str, CatalogueEntry] = field(default_factory=lambda: CATALOGUE)
    questions: tuple[Question, ...] = QUESTIONS


def build_widget(folder: Path) -> Path:
    """Write what a build of the widget makes, and return the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "loader.js").write_bytes(LOADER)
    (folder / "frame.js").write_text("export {};")
    (folder / "frame.css").write_text("#app {}")
    return folder


def answer(
    *,
    text: str = "根据第1条举措：",
    outcome: Outcome | None = "answer",
    quote: str = SECOND,
    clause_id: str = "1.2",
    buttons: tuple[EngineButton, ...] = (),
    cites: bool = True,
) -> EngineReply:
    """Return an engine's reply that cites one clause."""
    citations = (EngineCitation(clause_id=clause_id, quote=quote, score=0.93),) if cites else ()
    custom = EngineCustom(outcome=outcome, citations=citations, index_version="20230317-1")
    return EngineReply(
        intent=EngineIntent(name="business_registration", confidence=0.97),
        messages=(EngineMessage(text=text, buttons=buttons, custom=custom),),
    )


def matched(*, outcome: Outcome | None = "answer", **situation: str) -> EngineReply:
    """Return an engine's reply with a matched list of one clause, as it fits ``situation``."""
    citation = EngineCitation(clause_id="1.2", quote=SECOND, score=1.0, reasons=("stage", "audience"))
    custom = EngineCustom.model_validate(
        {"outcome": outcome, "citations": (citation,), "situation": situation or SUSPENSION}
    )
    return EngineReply(messages=(EngineMessage(text="找到 1 条：", custom=custom),))


@dataclass
class FakeEngine:
    """An engine that says what it was told to, after ``delay_s``, and remembers the queries."""

    reply: EngineReply = field(default_factory=answer)
    delay_s: float = 0.0
    failure: str = ""
    state: str = "ok"
    queries: list[EngineQuery] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def send(self, query: EngineQuery) -> EngineReply:
        self.queries.append(query)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.delay_s)
        finally:
            self.under_way -= 1
        if self.failure:
            raise EngineUnavailableError(self.failure)
        return self.reply

    async def health(self) -> str:
        return self.state

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class FakeActions:
    """An action server that is as well as it was told to be."""

    state: str = "ok"

    async def health(self) -> str:
        return self.state

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Edge:
    """A running edge and what it works with."""

    client: httpx2.AsyncClient
    port: int
    services: Services
    engine: FakeEngine
    actions: FakeActions
    encoder: FakeEncoder
    index: FakeIndex
    app: Sanic[Any, Any]

    async def chat(self, message: str | None = None, **fields: Any) -> httpx2.Response:
        body = ({} if message is None else {"message": message}) | fields
        return await self.client.post("/api/chat", json=body)


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Return settings that no environment and no file has changed."""
    values: dict[str, Any] = {"data_dir": folder, "metrics_port": 0, "engine_timeout_s": 2.0} | changes
    return Settings.model_construct(**(Settings.model_construct().model_dump() | values))


@asynccontextmanager
async def run_edge(
    folder: Path,
    *,
    engine: FakeEngine | None = None,
    content: Content | None = None,
    build: Path | None = None,
    add_routes: Callable[[Sanic[Any, Any]], None] = lambda app: None,
    **changes: Any,
) -> AsyncIterator[Edge]:
    """Serve a real edge with fakes behind it on a free port.

    Args:
        folder: Its data.
        engine: What answers.
        content: What it knows.
        build: The widget as it was built; by default three small files in its place.
        add_routes: Gives the application more addresses.
        changes: Settings other than their defaults.
    """
    settings = make_settings(folder, **changes)
    content, engine = content or Content(), engine or FakeEngine()
    encoder, index, actions = FakeEncoder(), FakeIndex(document=content.document), FakeActions()

    async def open_services() -> Services:
        store = Store(await open_database(settings.store_url))
        metrics = Metrics(version="test")
        return Services(
            settings,
            index,
            QueryEncoder(encoder),
            engine,
            actions,
            store,
            metrics,
            content.catalogue,
            load_matching(content.catalogue),
            FakeFinder(),
            Suggestions(content.questions),
            open_widget(settings.loaders_dir, build=build or build_widget(folder / "dist")),
        )

    app = create_app(open_services, name=f"edge-{uuid4().hex}")
    add_routes(app)
    app.config.TOUCHUP = False  # rewrites Sanic's own methods, which works once per process only
    listener = socket.create_server(("127.0.0.1", 0))
    server: Any = await app.create_server(sock=listener, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    port = listener.getsockname()[1]
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield Edge(client, port, app.ctx.services, engine, actions, encoder, index, app)
    finally:
        await server.close()
        await server.before_stop()
        for connection in list(server.connections):
            connection.abort()
        await server.after_stop()
