"""The pages of the document: all of it, one measure, one clause; and the static files of all pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from sanic import Blueprint, HTTPResponse, Request

from knowledge import (
    CatalogueEntry,
    Clause,
    Document,
    KnowledgeError,
    Measure,
    Notice,
    load_catalogue,
    load_notice,
)
from web.assets import get_assets
from web.logs import log
from web.rendering import READ, error_page, render_page, send_versioned

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """What a permanent link names: a measure, or one clause of it."""

    measure: Measure
    clause: Clause | None


def create_pages() -> Blueprint:
    """Return the blueprint of these pages; the app must put the document at ``app.ctx.document``."""
    pages = Blueprint("pages")
    pages.add_route(show_document, "/document", methods=READ)
    pages.add_route(show_place, "/document/<reference:str>", methods=READ)
    pages.add_route(send_asset, "/static/<version:str>/<name:path>", methods=READ)
    return pages


async def show_document(request: Request) -> HTTPResponse:
    """Show the whole document."""
    document = _document(request)
    plain = _notice(document.clean_sha256)
    return render_page(request, "document.html", page="document", document=document, plain=plain)


async def show_place(request: Request, reference: str) -> HTTPResponse:
    """Show a measure (``/document/2``) or a clause within its measure (``/document/2.4``)."""
    document = _document(request)
    place = find_place(document, reference)
    if place is None:
        return error_page(404)
    before, after = _neighbours(document, place)
    return render_page(
        request,
        "measure.html",
        page="document",
        document=document,
        section=document.section(place.measure.section),
        measure=place.measure,
        clause=place.clause,
        plain=_plain_words(document, place.clause),
        before=before,
        after=after,
    )


async def send_asset(request: Request, version: str, name: str) -> HTTPResponse:
    """Send a static file of the pages."""
    return send_versioned(request, get_assets(), version, name)


def find_place(document: Document, reference: str) -> Place | None:
    """Return what ``reference`` names exactly as printed (``"2"``, ``"2.4"``), or None; ``"02"`` is nothing."""
    for measure in document.measures:
        if reference == str(measure.number):
            return Place(measure, None)
        for clause in measure.clauses:
            if reference == clause.id:
                return Place(measure, clause)
    return None


def _plain_words(document: Document, clause: Clause | None) -> CatalogueEntry | None:
    """Return what the catalogue says of a clause: an explanation, never a quotation."""
    return _catalogue(document.clean_sha256).get(clause.id) if clause else None


@lru_cache(maxsize=2)
def _catalogue(clean_sha256: str) -> Mapping[str, CatalogueEntry]:
    """Read the catalogue once for each version of the text; without one that fits, pages go without it."""
    try:
        return load_catalogue()
    except KnowledgeError as error:
        log.error("catalogue_unusable", document=clean_sha256, error=str(error))
        return {}


@lru_cache(maxsize=2)
def _notice(clean_sha256: str) -> Notice | None:
    """Read what is said of the notice, once for each version of the text, like the catalogue."""
    try:
        return load_notice()
    except KnowledgeError as error:
        log.error("notice_unusable", document=clean_sha256, error=str(error))
        return None


def _neighbours(document: Document, place: Place) -> tuple[Clause | Measure | None, Clause | Measure | None]:
    if place.clause is None:
        return _around(document.measures, place.measure)
    return _around(document.clauses, place.clause)


def _around(sequence: Sequence[T], item: T) -> tuple[T | None, T | None]:
    index = sequence.index(item)
    before = sequence[index - 1] if index > 0 else None
    after = sequence[index + 1] if index + 1 < len(sequence) else None
    return before, after


def _document(request: Request) -> Document:
    document: Document = request.app.ctx.document
    return document
