"""Counts what became of the held-out messages. The definitions are those of the acceptance client."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from embeddings.evaluation.calibration import Reliability, reliabilities
from embeddings.evaluation.cases import Judged, measure_of, sha256_of
from embeddings.evaluation.shares import Better, Share, share_of
from embeddings.evaluation.tradeoffs import Tradeoff, tradeoffs
from embeddings.manifest import Manifest
from embeddings.models import OUTCOMES, Policy
from embeddings.passages import LABELS
from knowledge import to_simplified
from knowledge.questions import question_key

CONFUSIONS_SHOWN = 20
_QUESTIONS = "questions"
_ORDER = (_QUESTIONS, *(f"natural {label}" for label in LABELS))


@dataclass(frozen=True)
class Breakdown:
    """One share for each group of messages.

    Attributes:
        by: What makes the groups: ``label``, ``style``, ``form`` or ``measure``.
        name: What is counted among which messages.
        shares: One for each group, named after it.
    """

    by: str
    name: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Confusion:
    """A clause that comes first where another one is expected.

    Attributes:
        expected: The first of the expected clauses.
        got: The clause that came first, whatever the outcome.
        share: Of all messages that expect the clause.
        case_ids: The messages.
    """

    expected: str
    got: str
    share: Share
    case_ids: tuple[str, ...]


@dataclass(frozen=True)
class Measurement:
    """All that is measured on one index.

    Attributes:
        index: Version of the index.
        encoder: Id of the encoder.
        messages_sha256: Hash over the held-out messages.
        known_ids: Held-out messages that stand word for word among those that the index was made from.
        policy: The thresholds of the index.
        headline: The figures that are compared with the accepted ones.
        breakdowns: The same by label, style, form and measure.
        confusions: The most frequent ones, most frequent first.
        reliabilities: Of the probabilities.
        tradeoffs: What other thresholds would do.
    """

    index: str
    encoder: str
    messages_sha256: str
    known_ids: tuple[str, ...]
    policy: dict[str, float]
    headline: tuple[Share, ...]
    breakdowns: tuple[Breakdown, ...]
    confusions: tuple[Confusion, ...]
    reliabilities: tuple[Reliability, ...]
    tradeoffs: tuple[Tradeoff, ...]


def measure(
    judged: Sequence[Judged], policy: Policy, *, index: Manifest, known: Iterable[str] = ()
) -> Measurement:
    """Measure all there is to measure.

    Args:
        judged: All held-out messages.
        policy: That of the index.
        index: The index's manifest.
        known: Texts that the index was made from, in Simplified Chinese or English.
    """
    keys = {question_key(text) for text in known}
    cases = [one.case for one in judged]
    return Measurement(
        index=index.version,
        encoder=index.encoder,
        messages_sha256=sha256_of(cases),
        known_ids=tuple(case.id for case in cases if question_key(to_simplified(case.text)) in keys),
        policy=dict(vars(policy)),
        headline=headline(judged),
        breakdowns=breakdowns(judged),
        confusions=confusions(judged),
        reliabilities=reliabilities(judged),
        tradeoffs=tradeoffs(judged, policy),
    )


def headline(judged: Sequence[Judged]) -> tuple[Share, ...]:
    """Return the figures that must not get worse."""
    questions = [one for one in judged if one.case.source == "questions"]
    answer, detail, outside, vague = (_labelled(judged, label) for label in LABELS)
    return (
        share_of("questions: clause@1", questions, lambda one: one.is_right),
        share_of("questions: clause@3", questions, lambda one: one.is_cited and one.found_among_three),
        share_of("questions: measure@1", questions, lambda one: one.is_cited and one.found_measure),
        share_of("questions: refused", questions, lambda one: one.outcome == "abstain", better="lower"),
        share_of("questions: clarified", questions, lambda one: one.outcome == "clarify", better="lower"),
        share_of("natural answer: right at once", answer, lambda one: one.is_right),
        share_of("natural answer: helped", answer, lambda one: one.helped),
        share_of("natural answer: refused", answer, lambda one: one.outcome == "abstain", better="lower"),
        share_of("natural detail: right", detail, lambda one: one.is_right),
        share_of("natural oos: answered", outside, lambda one: one.outcome == "answer", better="lower"),
        share_of(
            "natural oos: clarified", outside, lambda one: one.outcome in ("clarify", "no_detail"), better="lower"
        ),
        share_of("natural vague: right", vague, lambda one: one.is_right),
    )


def breakdowns(judged: Sequence[Judged]) -> tuple[Breakdown, ...]:
    """Return shares by label, style, form and measure."""
    questions = [one for one in judged if one.case.source == "questions"]
    natural = [one for one in judged if one.case.source == "natural"]
    in_scope = [one for one in natural if one.case.label in ("answer", "detail")]
    outside = _labelled(judged, "oos")
    found = [one for one in judged if one.case.clause_ids]
    return (
        *(_by("label", outcome, judged, _label, _has_outcome(outcome)) for outcome in OUTCOMES),
        _by("style", "clause@1", questions, _kind, _is_right),
        _by("form", "all: right", natural, _kind, _is_right),
        _by("form", "answer, detail: right", in_scope, _kind, _is_right),
        _by("form", "oos: answered", outside, _kind, _has_outcome("answer"), better="lower"),
        _by("measure", "questions: clause@1", questions, _measure, _is_right),
        _by("measure", "natural answer, detail: right", in_scope, _measure, _is_right),
        _by("measure", "right clause first, whatever the outcome", found, _measure, lambda one: one.found),
    )


def confusions(judged: Sequence[Judged], *, k: int = CONFUSIONS_SHOWN) -> tuple[Confusion, ...]:
    """Return which clauses come first in place of others, most frequent first, at most ``k``."""
    expecting = Counter(one.case.clause_ids[0] for one in judged if one.case.clause_ids)
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in judged:
        if one.case.clause_ids and one.retrieval.hits and not one.found:
            pairs[one.case.clause_ids[0], one.retrieval.hits[0].clause_id].append(one.case.id)
    frequent = sorted(pairs.items(), key=lambda pair: -len(pair[1]))[:k]
    return tuple(
        Confusion(
            expected,
            got,
            Share(f"{expected} → {got}", len(ids), expecting[expected], "lower"),
            tuple(ids),
        )
        for (expected, got), ids in frequent
    )


def _by(
    by: str,
    name: str,
    judged: Sequence[Judged],
    group_of: Callable[[Judged], str],
    counts: Callable[[Judged], bool],
    *,
    better: Better = "higher",
) -> Breakdown:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[group_of(one)].append(one)
    order = sorted(groups, key=lambda group: _rank(group, len(groups[group])))
    return Breakdown(by, name, tuple(share_of(group, groups[group], counts, better=better) for group in order))


def _rank(group: str, size: int) -> tuple[int, int, str]:
    """Bring labels and measures into their own order, and the largest of other groups to the front."""
    if group in _ORDER:
        return (_ORDER.index(group), 0, group)
    return (int(group), 0, group) if group.isdigit() else (0, -size, group)


def _labelled(judged: Sequence[Judged], label: str) -> list[Judged]:
    return [one for one in judged if one.case.source == "natural" and one.case.label == label]


def _has_outcome(outcome: str) -> Callable[[Judged], bool]:
    return lambda one: one.outcome == outcome


def _is_right(one: Judged) -> bool:
    return one.is_right


def _label(one: Judged) -> str:
    return _QUESTIONS if one.case.source == "questions" else f"natural {one.case.label}"


def _kind(one: Judged) -> str:
    return one.case.kind


def _measure(one: Judged) -> str:
    return measure_of(one.case.clause_ids[0])
