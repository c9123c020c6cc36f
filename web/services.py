"""What the edge works with, opened once per process; tests put their own in place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Protocol

from embeddings import EmbeddingsError, Vector, load_encoder, open_index
from knowledge import (
    CatalogueEntry,
    Document,
    KnowledgeError,
    Matching,
    Mention,
    load_catalogue,
    load_matching,
    load_questions,
    load_vocabulary,
)
from settings import Settings
from web.encoding import QueryEncoder
from web.engine import Engine, HttpEngine
from web.errors import StartError
from web.gate import TurnGate
from web.hosts import parse_hosts
from web.limiter import MovingWindow
from web.metrics import Metrics
from web.probe import HttpProbe, Probe
from web.store import Store, open_database
from web.suggestions import Suggestions
from web.widget_files import Widget, open_widget
from web.wording import in_script

_WARM_UP = "你好"
# One is not enough to keep two cores busy when several visitors ask at once; each takes some 75 MB.
_ENCODERS = 2
# Suggestions asked for while one question is typed, at most.
_KEYSTROKES = 10


class Hit(Protocol):
    """A clause and its score in [0, 1], higher better; ``why`` says what made it."""

    @property
    def clause_id(self) -> str: ...  # noqa: D102 - see the class

    @property
    def score(self) -> float: ...  # noqa: D102

    @property
    def why(self) -> Mapping[str, Any]: ...  # noqa: D102


class Retrieval(Protocol):
    """Hits, best first."""

    @property
    def hits(self) -> tuple[Hit, ...]: ...  # noqa: D102


class Index(Protocol):
    """The index in use with its document; both may be exchanged for newer ones between two requests."""

    @property
    def version(self) -> str: ...  # noqa: D102

    @property
    def source_sha256(self) -> str: ...  # noqa: D102

    @property
    def document(self) -> Document: ...  # noqa: D102

    def retrieve(self, text: str, vector: Vector, *, k: int) -> Retrieval:
        """Return at most ``k`` hits; blocks for some 2 ms."""
        ...


class Finder(Protocol):
    """Finds what a text names; ``knowledge.Vocabulary`` does."""

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return the mentions in the order of the text; takes some 0.6 ms."""
        ...


@dataclass
class Services:
    """Everything a request needs. The limits, the gate and the hosts are made from the settings.

    Attributes:
        hosts: Origins whose pages may embed the widget, beside our own.
    """

    settings: Settings
    index: Index
    encoder: QueryEncoder
    engine: Engine
    actions: Probe
    store: Store
    metrics: Metrics
    catalogue: Mapping[str, CatalogueEntry]
    matching: Matching
    finder: Finder
    suggestions: Suggestions
    widget: Widget
    hosts: tuple[str, ...] = field(init=False)
    address_limit: MovingWindow = field(init=False)
    suggestion_limit: MovingWindow = field(init=False)
    session_limit: MovingWindow = field(init=False)
    gate: TurnGate = field(init=False)
    turns: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        settings = self.settings
        self.hosts = parse_hosts(settings.widget_hosts)
        self.address_limit = MovingWindow(settings.address_rate_limit)
        self.suggestion_limit = MovingWindow(settings.address_rate_limit, times=_KEYSTROKES)
        self.session_limit = MovingWindow(settings.session_rate_limit)
        self.gate = TurnGate(max_turns=settings.max_waiting_turns, patience_s=settings.engine_timeout_s)
        self.metrics.waiting.set_function(lambda: self.gate.turns)

    async def close(self) -> None:
        """Let the turns under way finish, then close what was opened."""
        if self.turns:
            await asyncio.wait(self.turns, timeout=self.settings.engine_timeout_s)
        await self.engine.close()
        await self.actions.close()
        await self.store.close()
        await asyncio.to_thread(self.encoder.close)
        await asyncio.to_thread(self.metrics.close)


async def open_services(settings: Settings) -> Services:
    """Open index, encoder (warm), engine client, store, metrics, suggestions and widget.

    Raises:
        StartError: One of them cannot be opened; the message says what to do.
    """
    parse_hosts(settings.widget_hosts)  # before all that takes time
    # torch takes seconds to import; the database can be opened meanwhile.
    loading = asyncio.create_task(asyncio.to_thread(_load, settings))
    store = Store(await open_database(settings.store_url))
    try:
        index, encoder, finder = await loading
        metrics = Metrics(version=metadata_version())
        metrics.serve(settings.metrics_port)
        catalogue = load_catalogue()
        matching = load_matching(catalogue)
        suggestions = Suggestions(load_questions(document=index.document))
        widget = open_widget(settings.loaders_dir)
    except (EmbeddingsError, KnowledgeError) as error:
        await store.close()
        raise StartError(str(error)) from error
    except StartError:
        await store.close()
        raise
    await encoder.encode(_WARM_UP)
    in_script(_WARM_UP, "zh-Hant")  # reads the tables, which the first visitor should not wait for
    engine = HttpEngine(
        settings.engine_url,
        token=settings.engine_token.get_secret_value(),
        timeout_s=settings.engine_timeout_s,
    )
    actions = HttpProbe(f"{settings.actions_url}/health")
    return Services(
        settings,
        index,
        encoder,
        engine,
        actions,
        store,
        metrics,
        catalogue,
        matching,
        finder,
        suggestions,
        widget,
    )


def metadata_version() -> str:
    """Return the product's version, ``dev`` when it runs from a folder without being installed."""
    try:
        return metadata.version("banshitong")
    except metadata.PackageNotFoundError:
        return "dev"


def _load(settings: Settings) -> tuple[Index, QueryEncoder, Finder]:
    encoders = [load_encoder(settings.encoder) for _ in range(_ENCODERS)]
    vocabulary = load_vocabulary()
    return open_index(settings, vocabulary), QueryEncoder(*encoders), vocabulary
