"""Errors of the edge: each knows its HTTP status and the name of its wording."""

from __future__ import annotations

from collections.abc import Mapping


class WebError(Exception):
    """Root of all errors that the edge raises itself."""


class ApiError(WebError):
    """A request that ends in an error body.

    Attributes:
        status: HTTP status code.
        code: Stable name for programs; also the key of the wording in ``web/locales``.
        fields: Values for the wording, repeated in the error body.
        retry_after: Seconds for the ``Retry-After`` header, or None.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        fields: Mapping[str, object] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.status, self.code, self.retry_after = status, code, retry_after
        self.fields: Mapping[str, object] = fields or {}
        super().__init__(f"{status} {code}")


class EngineUnavailableError(ApiError):
    """The engine did not answer this turn, or not with a reply that may be sent.

    Attributes:
        reason: Short technical name for the log and the metrics, e.g. ``timeout``.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(503, "engine_unavailable", retry_after=5)


class BusyError(ApiError):
    """More turns are waiting than the edge lets wait."""

    def __init__(self) -> None:
        super().__init__(503, "busy", retry_after=2)


class StoreUnavailableError(ApiError):
    """The store could not read or write: locked, full, or away.

    Attributes:
        reason: Class name of the driver's error; never its text, which may repeat stored words.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(503, "store_unavailable", retry_after=5)


class QuoteMismatchError(ApiError):
    """A citation's quote is not in its clause, so the reply must not be sent.

    Attributes:
        clause_id: The clause that the engine named.
    """

    def __init__(self, clause_id: str) -> None:
        self.clause_id = clause_id
        super().__init__(503, "unverified_quote", retry_after=5)


class StartError(WebError):
    """The edge cannot start; the message is one line that says what to do."""
