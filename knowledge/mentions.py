"""The spaCy pipeline that finds what a message names: characters, then exact phrases, then misspelt services.

Importing this module registers its three factories, so that ``spacy.load`` can open a saved pipeline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, cast

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import registry
from spacy.vocab import Vocab

from knowledge.folding import fold
from knowledge.misspelling import Misspellings
from knowledge.phrases import Phrase

EXACT, MISSPELT = "exact", "misspelt"  # the keys of doc.spans
SERVICE = "service"
_TOKEN = re.compile(r"[a-z\u00df-\u024f]+|[0-9]+|.", re.DOTALL)
_NO_CHARACTER = "\ufffd"
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class FoundSpan:
    """A stretch of a text, ``text[start:end]``, that means ``value``; see ``knowledge.vocabulary.Mention``."""

    kind: str
    value: str
    start: int
    end: int
    exact: bool


class CharacterTokenizer:
    """Cuts a text into single characters; Latin words and numbers stay whole.

    A token's norm is its folded form. One blank behind a token belongs to it, so that blanks between
    characters part nothing; any other blank is a token.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the tokens of the text, which put together are the text, but for surrogates."""
        text = _SURROGATE.sub(_NO_CHARACTER, text)
        words: list[str] = []
        norms: list[str] = []
        spaces: list[bool] = []
        for start, norm in _tokens(fold(text)):
            word = text[start : start + len(norm)]
            if word == " " and words and not (spaces[-1] or words[-1].isspace()):
                spaces[-1] = True
            else:
                words.append(word)
                norms.append(norm)
                spaces.append(False)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        for token, norm in zip(doc, norms, strict=True):
            token.norm_ = norm
        return doc

    def pipe(self, texts: Iterable[str], **_: object) -> Iterator[Doc]:
        """Yield the tokens of each text."""
        return map(self, texts)

    def to_disk(self, path: Path, **_: object) -> None:
        """Write nothing: there is nothing to keep."""

    def from_disk(self, path: Path, **_: object) -> CharacterTokenizer:
        """Read nothing."""
        return self


class PhraseFinder:
    """Marks exact phrases; the longest of a kind wins. The label is the kind, the id the value."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._phrases: list[Phrase] = []
        self._matcher = PhraseMatcher(nlp.vocab, attr="NORM")
        self._meanings: dict[int, tuple[str, str]] = {}

    def add(self, phrases: Sequence[Phrase]) -> None:
        """Look for these too."""
        strings = self._nlp.vocab.strings
        patterns: dict[tuple[str, str], list[list[int]]] = {}
        for phrase in phrases:
            # Hashes of the norms, as a matcher keeps and pickles its patterns: a Doc each would take a second.
            hashes = [strings.add(norm) for _, norm in _tokens(phrase.text) if norm != " "]
            patterns.setdefault((phrase.kind, phrase.value), []).append(hashes)
        for (kind, value), pattern in patterns.items():
            key = f"{kind}\t{value}"
            self._matcher.add(key, pattern)  # type: ignore[arg-type]
            self._meanings[strings[key]] = kind, value
        self._phrases += phrases

    def __call__(self, doc: Doc) -> Doc:
        """Put the phrases of a text into ``doc.spans["exact"]``, in no order."""
        found: list[tuple[int, int, str, str]] = []
        for key, start, end in self._matcher(doc):
            kind, value = self._meanings[key]
            found.append((start, end, kind, value))
        found.sort(key=lambda one: (one[0] - one[1], one[0]))
        taken: dict[str, set[int]] = {}
        spans = []
        for start, end, kind, value in found:
            used = taken.setdefault(kind, set())
            if used.isdisjoint(range(start, end)):
                used.update(range(start, end))
                spans.append(Span(doc, start, end, label=kind, span_id=value))
        doc.spans[EXACT] = spans
        return doc

    def to_disk(self, path: Path, **_: object) -> None:
        """Write the phrases."""
        _write(path, [[phrase.text, phrase.kind, phrase.value] for phrase in self._phrases])

    def from_disk(self, path: Path, **_: object) -> PhraseFinder:
        """Read the phrases."""
        self.add([Phrase(*fields) for fields in _read(path)])
        return self


class SoundMatcher:
    """Marks services whose name was typed with a wrong character, where no exact phrase names or denies one."""

    def __init__(self) -> None:
        self._services: dict[str, str] = {}
        self._rules: dict[str, Any] = {}
        self._misspellings = Misspellings(())

    def add(self, services: Mapping[str, str], *, contrasts: Sequence[str], weighty: str) -> None:
        """Look for these names, folded, each with its service; see ``Misspellings`` for the rules."""
        self._services = dict(services)
        self._rules = {"contrasts": list(contrasts), "weighty": weighty}
        self._misspellings = Misspellings(services, contrasts=contrasts, weighty=weighty)

    def __call__(self, doc: Doc) -> Doc:
        """Put misspelt services into ``doc.spans["misspelt"]``, in no order."""
        taken = {i for span in doc.spans[EXACT] if span.label_ == SERVICE for i in range(span.start, span.end)}
        spans = []
        text = "".join(norm if len(norm) == 1 else _NO_CHARACTER for norm in (token.norm_ for token in doc))
        for found in self._misspellings.find(text):
            if taken.isdisjoint(range(found.start, found.end)):
                taken.update(range(found.start, found.end))
                value = self._services[found.name]
                spans.append(Span(doc, found.start, found.end, label=SERVICE, span_id=value))
        doc.spans[MISSPELT] = spans
        return doc

    def to_disk(self, path: Path, **_: object) -> None:
        """Write the names and rules."""
        _write(path, {"services": self._services, **self._rules})

    def from_disk(self, path: Path, **_: object) -> SoundMatcher:
        """Read the names and rules."""
        kept = _read(path)
        self.add(kept["services"], contrasts=kept["contrasts"], weighty=kept["weighty"])
        return self


@registry.tokenizers("banshitong.characters.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], CharacterTokenizer]:
    """Return what makes the tokenizer of a pipeline."""
    return lambda nlp: CharacterTokenizer(nlp.vocab)


@Language.factory("phrase_finder")
def create_phrase_finder(nlp: Language, name: str) -> PhraseFinder:
    """Return a finder without phrases."""
    return PhraseFinder(nlp)


@Language.factory("sound_matcher")
def create_sound_matcher(nlp: Language, name: str) -> SoundMatcher:
    """Return a matcher without services."""
    return SoundMatcher()


def create_pipeline(
    phrases: Sequence[Phrase], services: Mapping[str, str], *, contrasts: Sequence[str], weighty: str
) -> Language:
    """Return a pipeline that puts what it finds into ``doc.spans["exact"]`` and ``doc.spans["misspelt"]``.

    Args:
        phrases: Found exactly, those of the services among them.
        services: Names that may be misspelt, folded, each with its service.
        contrasts: See ``Misspellings``.
        weighty: See ``Misspellings``.
    """
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "banshitong.characters.v1"}}})
    cast(PhraseFinder, nlp.add_pipe("phrase_finder")).add(phrases)
    cast(SoundMatcher, nlp.add_pipe("sound_matcher")).add(services, contrasts=contrasts, weighty=weighty)
    return nlp


class SpanFinder:
    """A pipeline as the rest of the package uses it. May be used by several threads; they take turns."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._turn = Lock()

    def find(self, text: str) -> list[FoundSpan]:
        """Return what is found in a text, in no order; what a phrase denies is left out."""
        # The zone forgets the visitor's words afterwards; there can be one at a time.
        with self._turn, self._nlp.memory_zone():
            doc = self._nlp(text)
            return [
                FoundSpan(span.label_, span.id_, span.start_char, span.end_char, exact=key == EXACT)
                for key in (EXACT, MISSPELT)
                for span in doc.spans[key]
                if span.id_
            ]

    def knows(self, word: str) -> bool:
        """Whether a word is kept in memory."""
        return word in self._nlp.vocab.strings

    def save(self, folder: Path) -> None:
        """Write the pipeline for ``spacy.load``, which needs this module to be imported before."""
        self._nlp.to_disk(folder)


def _tokens(folded: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the norm of each token, blanks included."""
    return ((found.start(), found[0]) for found in _TOKEN.finditer(folded))


def _write(path: Path, content: object) -> None:
    path.mkdir(parents=True, exist_ok=True)
    (path / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _read(path: Path) -> Any:  # noqa: ANN401 - what _write wrote
    return json.loads((path / "content.json").read_text(encoding="utf-8"))
