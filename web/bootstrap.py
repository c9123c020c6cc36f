"""What the widget's script begins with: its words, the examples, the document, and who may talk to it."""

from __future__ import annotations

from collections.abc import Mapping

from sanic import Request

from web.citations import refer
from web.hosts import own_origin
from web.http import language_of, services_of
from web.schemas import LANGUAGES, MAX_UTTERANCE, Language, read_language
from web.wording import load_words

HOTLINE = "12345"


def page_language(request: Request) -> Language:
    """Return the language of a page: ``lang`` of its address, or the browser's first wish.

    Errors of the request are said in it too.
    """
    language = read_language(request.args.get("lang", "")) or language_of(request)
    request.ctx.language = language
    return language


def make_bootstrap(request: Request, language: Language) -> Mapping[str, object]:
    """Return the bootstrap in ``language`` as it stands in the page, ready for JSON."""
    services = services_of(request)
    ours = own_origin(request, trusted_proxies=services.settings.trusted_proxies)
    return {
        "language": language,
        "languages": language_names(),
        "wording": load_words("widget", language),
        "examples": load_words("examples", language),
        "document": refer(services.index.document).model_dump(),
        "limit": MAX_UTTERANCE,
        "hosts": [*services.hosts, *([ours] if ours else [])],
        "hotline": HOTLINE,
    }


def language_names() -> list[dict[str, str]]:
    """Return code and name of every language, each in itself."""
    names = load_words("languages", "zh-Hans")
    return [{"code": code, "name": names[code]} for code in LANGUAGES]
