"""Keeps the figures of a measurement, and compares headline figures with the last accepted ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from embeddings.errors import AcceptedFiguresError
from embeddings.evaluation.measures import Measurement
from embeddings.evaluation.shares import Share

Verdict = Literal["better", "worse", "same", "new", "gone"]


@dataclass(frozen=True)
class Accepted:
    """What was accepted last.

    Attributes:
        index: Version of the index that it was measured on.
        messages_sha256: Hash over the held-out messages.
        headline: The headline figures.
    """

    index: str
    messages_sha256: str
    headline: tuple[Share, ...]


@dataclass(frozen=True)
class Change:
    """One headline figure beside the accepted one.

    Attributes:
        share: The current figure; the accepted one if it is not measured any more.
        accepted: None if it was not measured then.
        gone: Whether it is not measured any more.
    """

    share: Share
    accepted: Share | None
    gone: bool = False

    @property
    def title(self) -> str:
        """The figure's name, with an arrow if it is good that it falls."""
        return self.share.name + (" ↓" if self.share.better == "lower" else "")

    @property
    def difference(self) -> float | None:
        """The current value minus the accepted one; None if there are not both."""
        return None if self.gone or self.accepted is None else self.share.value - self.accepted.value

    @property
    def verdict(self) -> Verdict:
        """``better`` or ``worse`` if the figure moved by more than half of the accepted interval's width."""
        if self.gone:
            return "gone"
        if self.accepted is None:
            return "new"
        gain = self.share.value - self.accepted.value
        if self.share.better == "lower":
            gain = -gain
        if abs(gain) <= self.accepted.margin:
            return "same"
        return "better" if gain > 0 else "worse"

    @property
    def failed(self) -> bool:
        """Whether the check refuses it."""
        return self.verdict in ("worse", "gone")


def save_figures(path: Path, measurement: Measurement) -> None:
    """Write all figures as JSON."""
    text = json.dumps(asdict(measurement), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def load_accepted(path: Path) -> Accepted:
    """Read the headline figures that ``save_figures`` wrote.

    Raises:
        AcceptedFiguresError: If the file is missing or not such a file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Accepted(
            index=content["index"],
            messages_sha256=content["messages_sha256"],
            headline=tuple(Share(**share) for share in content["headline"]),
        )
    except FileNotFoundError as error:
        raise AcceptedFiguresError(path=path, reason="there is no such file") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AcceptedFiguresError(path=path, reason=repr(error)) from error


def compare(headline: Sequence[Share], accepted: Sequence[Share]) -> tuple[Change, ...]:
    """Return each current headline figure beside the accepted one, then those that are gone."""
    then = {share.name: share for share in accepted}
    now = {share.name for share in headline}
    return (
        *(Change(share, then.get(share.name)) for share in headline),
        *(Change(share, share, gone=True) for share in accepted if share.name not in now),
    )


def failures(changes: Sequence[Change]) -> list[str]:
    """Return one line for each accepted figure that got worse by more than its interval, or is gone."""
    return [_failure(change) for change in changes if change.failed]


def _failure(change: Change) -> str:
    now, then = change.share, change.accepted
    if change.gone or then is None:
        return f"{now.name} was accepted and is not measured any more"
    moved = "rose" if now.value > then.value else "fell"
    return (
        f"{now.name} {moved} from {then.value:.3f} (n = {then.total}) to {now.value:.3f} (n = {now.total}), "
        f"by more than {then.margin:.3f}, half of the accepted figure's interval"
    )
