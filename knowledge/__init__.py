"""The document: its source, its repair, its clauses, and the questions that people ask about it."""

from knowledge.asking import asks, split_questions
from knowledge.catalogue import CatalogueEntry, Service, load_catalogue
from knowledge.dialogues import Dialogue, Expectation, load_dialogues
from knowledge.document import Clause, Document, Measure, Section
from knowledge.errors import (
    DataFileError,
    DocumentNotBuiltError,
    KnowledgeError,
    RepairError,
    StructureError,
    UnknownClauseError,
    UnknownMeasureError,
    UnknownSectionError,
)
from knowledge.held_out import HeldOutQuestion, load_held_out_questions
from knowledge.limits import Limit, Limits, load_limits
from knowledge.matching import (
    ANY,
    FACETS,
    OTHER,
    Facet,
    Match,
    Matching,
    Option,
    Situation,
    load_matching,
    read_situation,
)
from knowledge.natural import NaturalMessage, load_natural_messages
from knowledge.notice import Notice, load_notice
from knowledge.outside import OutsideMatter, load_outside_matters
from knowledge.phrases import DetailKind, DetailLabel
from knowledge.places import Place, find_place
from knowledge.questions import Question, load_questions
from knowledge.scope import ScopeExample, load_scope_examples
from knowledge.script import to_simplified, to_traditional
from knowledge.storage import load_document
from knowledge.vocabulary import Mention, Vocabulary, load_vocabulary, vocabulary_fingerprint

__all__ = [
    "ANY",
    "FACETS",
    "OTHER",
    "CatalogueEntry",
    "Clause",
    "DataFileError",
    "DetailKind",
    "DetailLabel",
    "Dialogue",
    "Document",
    "DocumentNotBuiltError",
    "Expectation",
    "Facet",
    "HeldOutQuestion",
    "KnowledgeError",
    "Limit",
    "Limits",
    "Match",
    "Matching",
    "Measure",
    "Mention",
    "NaturalMessage",
    "Notice",
    "Option",
    "OutsideMatter",
    "Place",
    "Question",
    "RepairError",
    "ScopeExample",
    "Section",
    "Service",
    "Situation",
    "StructureError",
    "UnknownClauseError",
    "UnknownMeasureError",
    "UnknownSectionError",
    "Vocabulary",
    "asks",
    "find_place",
    "load_catalogue",
    "load_dialogues",
    "load_document",
    "load_held_out_questions",
    "load_limits",
    "load_matching",
    "load_natural_messages",
    "load_notice",
    "load_outside_matters",
    "load_questions",
    "load_scope_examples",
    "load_vocabulary",
    "read_situation",
    "split_questions",
    "to_simplified",
    "to_traditional",
    "vocabulary_fingerprint",
]
