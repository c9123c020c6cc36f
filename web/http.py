"""What all addresses share: bodies, ids, limits, headers, errors and the access log."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import (
    BadRequest,
    ExpectationFailed,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    RequestTimeout,
    SanicException,
)
from sanic.response import BaseHTTPResponse

from web.errors import ApiError
from web.limiter import MovingWindow, client_address
from web.logs import log, where
from web.rendering import error_page, wants_page
from web.schemas import Language
from web.services import Services
from web.wording import say

MAX_BODY = 64 * 1024
# A body over the limit is read to its end, up to here, and thrown away: a client that is still sending
# when the connection closes would get a reset instead of its 413.
MAX_DRAINED = 4 * 1024 * 1024
_MAX_FIELDS = 20

# As nginx logs it: there is no official status for a client that did not wait.
CLIENT_CLOSED_REQUEST = 499

PROBES = ("/healthz", "/readyz")
SUGGESTIONS = "/api/suggestions"


def content_policy(*ancestors: str) -> str:
    """Return the Content-Security-Policy of a page that only ``ancestors`` may show in a frame."""
    return (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {' '.join(ancestors)}; object-src 'none'"
    )


# What a response says of these itself counts.
SECURITY_HEADERS = {
    "Content-Security-Policy": content_policy("'none'"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CODES: Mapping[type[SanicException], str] = {
    NotFound: "not_found",
    MethodNotAllowed: "method_not_allowed",
    PayloadTooLarge: "body_too_large",
    ExpectationFailed: "expectation_failed",
    RequestTimeout: "request_timeout",
    BadRequest: "bad_request",
}
BodyT = TypeVar("BodyT", bound=BaseModel)


class EdgeRequest(Request):
    """A request whose body is bounded without cutting the connection."""

    async def receive_body(self) -> None:
        """Receive the body.

        Raises:
            ApiError: 413, it is over 64 KiB; all of it was read, so that the reply can be.
        """
        if self.body:
            return
        parts, size = [], 0
        stream: Any = self.stream
        async for part in stream:
            size += len(part)
            if size <= MAX_BODY:
                parts.append(part)
        if size > MAX_BODY:
            raise ApiError(413, "body_too_large", fields={"limit": MAX_BODY})
        self.body = b"".join(parts)


def read_body(request: Request, model: type[BodyT]) -> BodyT:
    """Return the request's JSON body as a ``model``.

    Raises:
        ApiError: 415 not JSON by its type, 400 not JSON at all or with wrong fields.
    """
    if _media_type(request) != "application/json":
        raise ApiError(415, "not_json")
    return checked(model, lambda: model.model_validate_json(request.body or b""))


def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form that a browser sent; of one given twice the first counts.

    Raises:
        ApiError: 415 not a form by its type.
    """
    if _media_type(request) != "application/x-www-form-urlencoded":
        raise ApiError(415, "not_form")
    try:
        fields = parse_qs((request.body or b"").decode("utf-8", "replace"), max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise ApiError(400, "bad_request") from None
    return {name: values[0] for name, values in fields.items()}


def checked(model: type[BodyT], validate: Callable[[], BodyT]) -> BodyT:
    """Return what ``validate`` makes of a request's fields.

    Raises:
        ApiError: 400, they are not JSON, or not those of ``model``.
    """
    try:
        return validate()
    except ValidationError as error:
        # Not chained: the validation error repeats the visitor's words.
        problems = error.errors(include_url=False, include_context=False, include_input=False)
    if problems[0]["type"] == "json_invalid":
        raise ApiError(400, "invalid_json")
    known = {str(problem["loc"][0]) for problem in problems if problem["loc"]} & set(model.model_fields)
    unknown = {"?"} if any(problem["type"] == "extra_forbidden" for problem in problems) else set()
    raise ApiError(400, "invalid_fields", fields={"names": ", ".join(sorted(known | unknown)) or "?"})


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def reply_json(body: BaseModel | Mapping[str, Any], *, status: int = 200) -> HTTPResponse:
    """Return a JSON response that no cache keeps."""
    if isinstance(body, BaseModel):
        text = body.model_dump_json()
    else:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {"Cache-Control": "no-store"}
    return HTTPResponse(text, status=status, headers=headers, content_type="application/json")


def services_of(request: Request) -> Services:
    """Return the services of the application that got ``request``."""
    services: Services = request.app.ctx.services
    return services


def install(app: Sanic[Any, Any]) -> None:
    """Put ids, rate limits, headers, errors and the access log around every address of ``app``."""
    app.register_middleware(_begin, "request")
    app.register_middleware(_finish, "response")
    app.error_handler.add(Exception, _fail)


def count_address(request: Request, limit: MovingWindow) -> None:
    """Count the request for the visitor's address.

    Raises:
        ApiError: 429, that address is over ``limit``.
    """
    forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
    proxies = services_of(request).settings.trusted_proxies
    limit.check(client_address(request.ip, forwarded, trusted_proxies=proxies))


def _begin(request: Request) -> None:
    """Give the request its id and count it for its address."""
    _identify(request)
    if request.path == SUGGESTIONS:
        # Counted apart: the keystrokes of one question must not use up the questions of a whole office
        # behind one address. It needs no encoder and no engine, so ten for each question do no harm.
        count_address(request, services_of(request).suggestion_limit)
    elif request.path.startswith("/api/"):
        count_address(request, services_of(request).address_limit)


def _identify(request: Request) -> None:
    if not hasattr(request.ctx, "request_id"):
        given = request.headers.get("x-request-id", "")
        request.ctx.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.ctx.started = time.perf_counter()


def _finish(request: Request, response: BaseHTTPResponse) -> None:
    """Add the headers that every response has and write the access log."""
    _identify(request)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if getattr(request.ctx, "embeddable", False):
        # It knows no list of hosts; frame-ancestors says who may.
        del response.headers["X-Frame-Options"]
    response.headers["X-Request-ID"] = request.ctx.request_id
    # Probes come every few seconds; they are worth a line only if they fail, or to who looks closely.
    is_quiet_probe = request.path in PROBES and response.status < 500
    (log.debug if is_quiet_probe else log.info)(
        "request",
        request_id=request.ctx.request_id,
        method=request.method,
        # The pattern, not the address: what stands in an address may be a visitor's words.
        route=request.route.path if request.route else None,
        status=_logged_status(request, response),
        duration_ms=round((time.perf_counter() - request.ctx.started) * 1000, 2),
    )


def _logged_status(request: Request, response: BaseHTTPResponse) -> int:
    """Return the status, but that of a visitor who hung up if Sanic made a 500 of it, which nobody gets."""
    transport = request.transport
    is_gone = transport is None or transport.is_closing()
    return CLIENT_CLOSED_REQUEST if response.status == 500 and is_gone else response.status


def _fail(request: Request, error: Exception) -> HTTPResponse:
    """Answer any error with a body that a visitor can read; only this edge sees everything raised."""
    _identify(request)
    problem = error if isinstance(error, ApiError) else _translated(error)
    services_of(request).metrics.refusals.labels(problem.code).inc()
    if problem.status >= 500:
        log.error(
            "request_failed",
            request_id=request.ctx.request_id,
            code=problem.code,
            error=type(error).__name__,
            where=where(error),
            **_identifiers(error),
        )
    if problem.status == 429:
        services_of(request).metrics.rate_limited.inc()
    response = _failed_response(request, problem)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    for name, value in (getattr(error, "headers", None) or {}).items():
        response.headers[name] = value
    return response


def _failed_response(request: Request, problem: ApiError) -> HTTPResponse:
    """Return the body of a failure: the page that the address has for it, or the common one, or JSON."""
    show: Callable[[ApiError], HTTPResponse] | None = getattr(request.ctx, "show_failure", None)
    if show:
        return show(problem)
    if wants_page(request):
        return error_page(problem.status, request_id=request.ctx.request_id)
    return _problem(request, problem)


def _translated(error: Exception) -> ApiError:
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            fields = {"limit": MAX_BODY} if code == "body_too_large" else {}
            return ApiError(kind.status_code, code, fields=fields)
    status = getattr(error, "status_code", 500)
    if isinstance(error, SanicException) and 400 <= status < 500:
        return ApiError(status, "bad_request")
    if isinstance(error, SanicException) and status == 503:
        return ApiError(503, "busy", retry_after=5)
    return ApiError(500, "internal_error")


def _identifiers(error: Exception) -> dict[str, str]:
    """Return what an error knows that is an id or a technical name."""
    return {name: str(getattr(error, name)) for name in ("clause_id", "reason") if hasattr(error, name)}


def _problem(request: Request, problem: ApiError) -> HTTPResponse:
    message = explain(request, problem)
    error = {"code": problem.code, "message": message, "request_id": request.ctx.request_id} | {
        name: value for name, value in problem.fields.items() if name != "names"
    }
    return reply_json({"error": error}, status=problem.status)


def explain(request: Request, problem: ApiError) -> str:
    """Return what a visitor may read about ``problem``, in the request's language."""
    return say(problem.code, language_of(request), **problem.fields)


def language_of(request: Request) -> Language:
    """Return the language to speak: the turn's or the page's own, or the browser's first wish, or Simplified."""
    known: Language | None = getattr(request.ctx, "language", None)
    return known or _wished(request.headers.get("accept-language", ""))


def _wished(header: str) -> Language:
    wish = header.partition(",")[0].partition(";")[0].strip().lower()
    if wish.startswith("en"):
        return "en"
    traditional = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")
    return "zh-Hant" if wish.startswith(traditional) else "zh-Hans"
