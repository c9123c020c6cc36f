"""What the report of a measurement says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from embeddings.evaluation.accepted import Accepted, Change
from embeddings.evaluation.blocks import Block, Heading, Paragraph, Plots, Table
from embeddings.evaluation.calibration import Reliability
from embeddings.evaluation.measures import Breakdown, Confusion, Measurement
from embeddings.evaluation.shares import Share
from embeddings.evaluation.tradeoffs import Tradeoff

_CASES_SHOWN = 4
# Every fifth point: thresholds 0.1 apart.
_POINTS_APART = 5


def make_report(measurement: Measurement, accepted: Accepted | None, changes: Sequence[Change]) -> list[Block]:
    """Return the parts of the report.

    Args:
        measurement: What was measured.
        accepted: What was accepted last, if anything was.
        changes: The headline figures beside the accepted ones.
    """
    return [
        Heading("Evaluation on held-out messages", 1),
        Paragraph(_introduction(measurement)),
        Heading("Headline figures"),
        Paragraph(_comparison(measurement, accepted)),
        _headline_table(changes),
        Plots((("headline.svg", "Headline figures with 95 % intervals"),)),
        *_definitions(),
        *_groups(measurement.breakdowns),
        Heading("Confusions between clauses"),
        Paragraph(
            "Messages of both sets whose first clause is not an expected one, whatever the outcome; the share is "
            "of all messages that expect the clause."
        ),
        _confusions_table(measurement.confusions),
        *_calibration(measurement.reliabilities),
        *_thresholds(measurement),
    ]


def cell(share: Share) -> str:
    """Return a share with its interval and n on one line."""
    low, high = share.interval()
    return f"{share.value:.2f} ({low:.2f}–{high:.2f}), n {share.total}"


def _introduction(measurement: Measurement) -> str:
    text = (
        f"Index `{measurement.index}`, encoder `{measurement.encoder}`. `make eval` asks the index about every "
        "held-out message of `knowledge/evaluation`, without a running server. Each figure is a share in [0, 1] "
        "with its 95 % interval (Wilson) and n, the number of messages."
    )
    if measurement.known_ids:
        text += (
            f" {len(measurement.known_ids)} messages are not held out: the index was made from the same words "
            f"({', '.join(measurement.known_ids)})."
        )
    return text


def _comparison(measurement: Measurement, accepted: Accepted | None) -> str:
    if accepted is None:
        return "No figures have been accepted yet. ↓: the lower, the better."
    text = (
        f"Beside the figures accepted last, of index `{accepted.index}`. A figure is better or worse if it moved "
        "by more than half the width of the accepted figure's interval; ↓: the lower, the better."
    )
    if accepted.messages_sha256 != measurement.messages_sha256:
        text += " The held-out messages have changed since: differences come from the messages, too."
    return text


def _headline_table(changes: Sequence[Change]) -> Table:
    header = ("figure", "now", "accepted", "difference", "verdict", "95 % interval", "n", "n accepted")
    return Table(header, tuple(_headline_row(change) for change in changes))


def _headline_row(change: Change) -> tuple[str, ...]:
    then, difference = change.accepted, change.difference
    low, high = change.share.interval()
    return (
        change.title,
        "" if change.gone else f"{change.share.value:.3f}",
        f"{then.value:.3f}" if then else "",
        "" if difference is None else f"{difference:+.3f}",
        change.verdict.upper() if change.failed else change.verdict,
        "" if change.gone else f"{low:.3f}–{high:.3f}",
        "" if change.gone else str(change.share.total),
        str(then.total) if then else "",
    )


def _definitions() -> Iterator[Block]:
    yield Heading("What is counted", 3)
    yield Paragraph(
        "Questions, written for a clause: clause@1, the outcome is `answer` or `no_detail` and the first clause "
        "an expected one; clause@3, one of the first three; measure@1, the first clause is of an expected one's "
        "measure; refused, the outcome is `abstain`; clarified, it is `clarify`."
    )
    yield Paragraph(
        "Natural messages, by label. `answer`: right at once is clause@1; helped, one of the first three clauses "
        "is expected and the outcome is not `abstain`. `detail`: right is `no_detail` with an expected clause "
        "first, or `abstain`. `oos`: clarified is `clarify` or `no_detail`. `oos` and `vague`: right is neither "
        "`answer` nor `no_detail`. A message under an explicit rule of `knowledge/limits.yml` counts as "
        "`abstain`."
    )


def _groups(breakdowns: Sequence[Breakdown]) -> Iterator[Block]:
    yield Heading("By kind of message")
    yield Heading("Outcomes by label", 3)
    yield _breakdown_table([one for one in breakdowns if one.by == "label"])
    for by, title, caption in (
        ("style", "Questions by style", "Questions: clause@1 by style"),
        ("form", "Natural messages by form", "Natural messages by form"),
        ("measure", "By measure of the first expected clause", "By measure of the first expected clause"),
    ):
        yield Heading(title, 3)
        yield Plots(((f"by-{by}.svg", caption),))
        yield _breakdown_table([one for one in breakdowns if one.by == by])


def _breakdown_table(columns: Sequence[Breakdown]) -> Table:
    groups = dict.fromkeys(share.name for column in columns for share in column.shares)
    cells = [{share.name: cell(share) for share in column.shares} for column in columns]
    return Table(
        (columns[0].by if columns else "", *(column.name for column in columns)),
        tuple((group, *(column.get(group, "") for column in cells)) for group in groups),
    )


def _confusions_table(confusions: Sequence[Confusion]) -> Table:
    rows = (
        (
            one.expected,
            one.got,
            ", ".join(one.case_ids[:_CASES_SHOWN]) + (" …" if len(one.case_ids) > _CASES_SHOWN else ""),
            f"{one.share.hits}",
            cell(one.share),
        )
        for one in confusions
    )
    return Table(("expected", "first", "messages", "count", "share"), tuple(rows), n_text=3)


def _calibration(reliabilities: Sequence[Reliability]) -> Iterator[Block]:
    yield Heading("Do the probabilities come true?")
    yield Paragraph(
        "In scope: the probability of `answer` or `detail` against the share of natural messages with one of "
        "these labels. First clause: its score against its being an expected one. The expected calibration error "
        "is the mean distance between the two over all messages; it is no share, so it has no such interval."
    )
    yield Plots(
        (
            ("in-scope.svg", "Probability of being in scope; below, the number of messages"),
            ("first-clause.svg", "Score of the first clause; below, the number of messages"),
        )
    )
    for one in reliabilities:
        yield Heading(one.name, 3)
        yield Paragraph(f"Expected calibration error {one.expected_error:.3f}, n {one.total}.")
        yield Table(
            ("probability", "mean", "came true"),
            tuple((b.observed.name, f"{b.predicted:.2f}", cell(b.observed)) for b in one.bins),
        )


def _thresholds(measurement: Measurement) -> Iterator[Block]:
    yield Heading("Thresholds")
    yield Paragraph("The policy of the index, from which probabilities on a message gets which outcome:")
    yield Table(
        ("threshold", "probability"),
        tuple((name, f"{value:.3f}") for name, value in measurement.policy.items()),
    )
    yield Paragraph(
        "What other thresholds would do to the natural messages, one moved and the others as they are; `related` "
        "moves with `offer`. They are chosen on messages that teach, when the index is built; choosing them here "
        "would spoil the held-out ones."
    )
    yield Plots((("thresholds.svg", "False answers and offers against lost `answer` messages"),))
    for one in measurement.tradeoffs:
        yield Heading(f"`{one.moved}` moved", 3)
        yield _tradeoff_table(one)


def _tradeoff_table(one: Tradeoff) -> Table:
    at = one.current.threshold
    others = (p for p in one.points[_POINTS_APART - 1 :: _POINTS_APART] if abs(p.threshold - at) > 0.005)
    points = sorted((one.current, *others), key=lambda p: p.threshold)
    columns = ("answered", "offered", "not_answered", "refused")
    return Table(
        ("threshold", *(getattr(one.current, column).name for column in columns)),
        tuple(
            (
                f"{point.threshold:.2f}{' (policy)' if point == one.current else ''}",
                *(cell(getattr(point, column)) for column in columns),
            )
            for point in points
        ),
    )
