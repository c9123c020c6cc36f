"""Finds names that were typed with wrong characters: of the same sound, or one dropped, added or changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from knowledge.sounds import readings, syllables

# The shortest names for which each kind of error is looked for; shorter ones come too close to other words.
FEWEST_BY_SOUND, FEWEST_BY_EDIT, FEWEST_BY_CHANGE = 3, 5, 6
# Among three characters one is too little to recognise a name by.
MOST_WRONG_OF_THREE = 1


@dataclass(frozen=True)
class Misspelling:
    """A stretch of a text, ``text[start:end]``, that was meant to be ``name``.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character.
        name: What was meant.
        wrong: How many characters are wrong.
    """

    start: int
    end: int
    name: str
    wrong: int


class Misspellings:
    """Names that may be misspelt.

    An error of sound may be anywhere, and in several characters, as long as one is right. An edit is one
    character dropped, added or changed between the first and the last, which must be right.

    Args:
        names: Folded; those of fewer than three characters are never found.
        contrasts: Characters that mean different things, so that none of a group stands for another (区 and 省).
        weighty: Characters that change the meaning when they are dropped or added (不).
    """

    def __init__(self, names: Iterable[str], *, contrasts: Sequence[str] = (), weighty: str = "") -> None:
        self._contrasts = {(a, b) for group in contrasts for a in group for b in group if a != b}
        self._weighty = frozenset(weighty)
        self._by_sound: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._by_head: dict[str, list[str]] = defaultdict(list)
        self._by_tail: dict[str, list[str]] = defaultdict(list)
        for name in sorted(set(names)):
            sounds = syllables(name)
            if len(name) >= FEWEST_BY_SOUND and len(sounds) == len(name):
                self._by_sound[sounds[:FEWEST_BY_SOUND]].append((name, sounds))
            if len(name) >= FEWEST_BY_EDIT:
                self._by_head[name[:2]].append(name)
                self._by_tail[name[-2:]].append(name)

    def find(self, text: str) -> list[Misspelling]:
        """Return where a name was misspelt, longest first, then nearest; they may overlap. ``text`` is folded."""
        found = {*self._sounding_alike(text), *self._edited(text)}
        return sorted(found, key=lambda one: (one.start - one.end, one.wrong, one.start, one.name))

    def _sounding_alike(self, text: str) -> Iterator[Misspelling]:
        heard = [readings(character) for character in text]
        for start in range(len(text) - FEWEST_BY_SOUND + 1):
            for first in product(*heard[start : start + FEWEST_BY_SOUND]):
                for name, sounds in self._by_sound.get(first, ()):
                    end = start + len(name)
                    if end > len(text) or any(s not in h for s, h in zip(sounds, heard[start:end], strict=True)):
                        continue
                    wrong = self._wrong(text[start:end], name)
                    if 0 < wrong < len(name) and (len(name) > FEWEST_BY_SOUND or wrong <= MOST_WRONG_OF_THREE):
                        yield Misspelling(start, end, name, wrong)

    def _wrong(self, typed: str, name: str) -> int:
        """Return in how many characters two texts of one length differ; 0 if they mean different things."""
        differing = [(a, b) for a, b in zip(typed, name, strict=True) if a != b]
        return 0 if any(pair in self._contrasts for pair in differing) else len(differing)

    def _edited(self, text: str) -> Iterator[Misspelling]:
        """Yield edits: one half of the name is right, so its first or its last two characters are."""
        for i in range(len(text) - 1):
            pair = text[i : i + 2]
            for name in self._by_head.get(pair, ()):
                half = len(name) // 2
                if text.startswith(name[:half], i):
                    rest = text[i + half : i + len(name) + 1]
                    yield from (
                        Misspelling(i, i + half + n, name, 1) for n in self._edits(rest, name[half:], name)
                    )
            for name in self._by_tail.get(pair, ()):
                half, end = len(name) // 2, i + 2
                start = end - len(name) + half
                if start >= 0 and text.startswith(name[half:], start):
                    rest = text[max(0, start - half - 1) : start][::-1]
                    edits = self._edits(rest, name[:half][::-1], name)
                    yield from (Misspelling(start - n, end, name, 1) for n in edits)

    def _edits(self, text: str, part: str, name: str) -> Iterator[int]:
        """Yield how many leading characters of ``text`` are ``part`` with one edit before its last character."""
        pairs = enumerate(zip(text, part, strict=False))
        at = next((i for i, (typed, meant) in pairs if typed != meant), len(part))
        if at >= min(len(part), len(text)):
            return
        n, typed, meant = len(part), text[at], part[at]
        if at < n - 1 and meant not in self._weighty and text[at : n - 1] == part[at + 1 :]:
            yield n - 1
        if not typed.isalnum():
            return
        other = (typed, meant) in self._contrasts or bool({typed, meant} & self._weighty)
        if not other and len(name) >= FEWEST_BY_CHANGE and at < n - 1 and text[at + 1 : n] == part[at + 1 :]:
            yield n
        if typed not in self._weighty and text[at + 1 : n + 1] == part[at:]:
            yield n + 1
