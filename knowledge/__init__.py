"""The document: its source, its repair, its clauses, and the questions that people ask about it."""

from knowledge.catalogue import CatalogueEntry, Service, load_catalogue
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
from knowledge.limits import Limit, Limits, load_limits
from knowledge.natural import NaturalMessage, load_natural_messages
from knowledge.outside import OutsideMatter, load_outside_matters
from knowledge.questions import Question, load_questions
from knowledge.scope import ScopeExample, load_scope_examples
from knowledge.script import to_simplified, to_traditional
from knowledge.storage import load_document

__all__ = [
    "CatalogueEntry",
    "Clause",
    "DataFileError",
    "Document",
    "DocumentNotBuiltError",
    "KnowledgeError",
    "Limit",
    "Limits",
    "Measure",
    "NaturalMessage",
    "OutsideMatter",
    "Question",
    "RepairError",
    "ScopeExample",
    "Section",
    "Service",
    "StructureError",
    "UnknownClauseError",
    "UnknownMeasureError",
    "UnknownSectionError",
    "load_catalogue",
    "load_document",
    "load_limits",
    "load_natural_messages",
    "load_outside_matters",
    "load_questions",
    "load_scope_examples",
    "to_simplified",
    "to_traditional",
]
