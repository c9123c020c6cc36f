"""Bodies of the public contract; the OpenAPI document is made from these models."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh-Hans", "zh-Hant", "en"]
Outcome = Literal["answer", "no_detail", "clarify", "match", "abstain", "handoff", "chat"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
MAX_UTTERANCE = 2_000
MAX_REASON = 1_000

_Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
# NUL cannot be stored in PostgreSQL, other control characters have no place in an id.
_ClientTurnId = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


def read_language(code: str) -> Language | None:
    """Return the language of this code, None if it is none of ours."""
    return next((language for language in LANGUAGES if language == code), None)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChatRequest(_Body):
    """One turn: exactly one of ``message`` and ``choice_id``."""

    message: str | None = Field(default=None, description=f"What the visitor typed, 1–{MAX_UTTERANCE} characters.")
    choice_id: str | None = Field(default=None, description="A button of an earlier reply of this session.")
    session_id: _Identifier | None = Field(
        default=None, description="One conversation; made by the server when missing."
    )
    client_turn_id: _ClientTurnId | None = Field(
        default=None, description="Makes a retry safe: the same id returns the stored reply."
    )
    language: Literal["auto", "zh-Hans", "zh-Hant", "en"] = Field(
        default="auto", description="Language of the reply's own words; quotes stay as they are."
    )


class Intent(_Part):
    """What the engine took the utterance for."""

    name: str
    confidence: float


class Choice(_Part):
    """A button: send its ``choice_id`` back to press it."""

    choice_id: str
    title: str


class Message(_Part):
    """One message of the assistant."""

    text: str
    choices: tuple[Choice, ...] = ()


class DocumentReference(_Part):
    """The document that a quote is from."""

    number: str
    date: str
    title: str


class Explanation(_Part):
    """A clause in plain words, from the catalogue: not the document's text, and labelled so."""

    text: str
    language: Language
    label: str


class Citation(_Part):
    """An exact quotation with its place in the document, and beside it an explanation of the clause."""

    clause_id: str
    measure: int
    measure_title: str
    section: int
    section_title: str
    quote: str
    score: float
    document: DocumentReference
    explanation: Explanation | None = None
    reasons: tuple[str, ...] = Field(
        default=(), description="In a matched list: which of the visitor's answers the clause fits."
    )


class Checklist(_Part):
    """Where a matched list stands to be printed and kept."""

    url: str
    title: str


class Receipt(_Part):
    """What the reply was made from."""

    index_version: str
    source_sha256: str


class ChatReply(_Part):
    """One reply; ``citations`` are best first."""

    session_id: str
    turn_id: str
    language: Language
    outcome: Outcome
    intent: Intent
    messages: tuple[Message, ...]
    citations: tuple[Citation, ...]
    quoted: int = Field(
        default=1, description="How many of the citations, from the first, answer; the others are related."
    )
    checklist: Checklist | None = Field(default=None, description="Of a matched list.")
    receipt: Receipt


class FeedbackRequest(_Body):
    """Whether a turn helped; a later word on the same turn replaces the earlier one."""

    session_id: _Identifier
    turn_id: _Identifier
    helpful: bool
    reason: str | None = Field(default=None, description=f"At most {MAX_REASON} characters.")


class FeedbackReply(_Part):
    """The feedback as it was recorded."""

    session_id: str
    turn_id: str
    helpful: bool


class RatingRequest(_Body):
    """How satisfied a visitor is with the conversation; a later rating replaces the earlier one."""

    session_id: _Identifier
    stars: int = Field(ge=1, le=5, description="1 very dissatisfied, 3 fairly satisfied, 5 very satisfied.")
    comment: str | None = Field(default=None, description=f"At most {MAX_REASON} characters.")


class RatingReply(_Part):
    """The rating as it was recorded."""

    session_id: str
    stars: int


class Suggested(_Part):
    """A question to suggest, and the clause that answers it."""

    text: str
    clause_id: str


class SuggestionsReply(_Part):
    """Questions that go with what is being typed, best first."""

    suggestions: tuple[Suggested, ...]


class SearchHit(_Part):
    """One retrieved clause; ``why`` says what made its score."""

    clause_id: str
    measure: int
    quote: str
    score: float
    why: dict[str, object]


class SearchReply(_Part):
    """Retrieval alone, best first."""

    hits: tuple[SearchHit, ...]


class ClauseSummary(_Part):
    """A clause inside its measure."""

    clause_id: str
    text: str


class MeasureSummary(_Part):
    """A measure in the list of all."""

    measure: int
    title: str
    section: int
    section_title: str
    clause_ids: tuple[str, ...]


class MeasureList(_Part):
    """All measures in the document's order."""

    document: DocumentReference
    measures: tuple[MeasureSummary, ...]


class MeasureReply(_Part):
    """One measure with the text of its clauses."""

    measure: int
    title: str
    section: int
    section_title: str
    clauses: tuple[ClauseSummary, ...]
    document: DocumentReference


class ClauseReply(_Part):
    """One clause with its place."""

    clause_id: str
    text: str
    measure: int
    measure_title: str
    section: int
    section_title: str
    document: DocumentReference


class Health(_Part):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Readiness(_Part):
    """Whether each part answers: ``ok`` or what is wrong."""

    ready: bool
    parts: dict[str, str]


class Problem(BaseModel):
    """What went wrong, readable for a visitor; some codes add fields such as ``limit``."""

    model_config = ConfigDict(extra="allow", frozen=True)

    code: str
    message: str
    request_id: str


class ErrorReply(_Part):
    """The body of every error."""

    error: Problem
