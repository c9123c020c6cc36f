from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import CatalogueEntry, DataFileError, Document, Service, load_catalogue, load_document

ENTRY: dict[str, Any] = {
    "reading": "先停业一段时间，不注销",
    "reading_en": "Pausing a business without closing it",
    "explanation": "公司想暂时停业又不想注销，可以办歇业备案。",
    "explanation_en": "A company that wants to pause can file for suspension.",
    "audience": "enterprise",
    "stages": ["suspension"],
    "topics": ["歇业"],
    "areas": [],
    "status": "full",
    "services": [{"name": "歇业备案", "aliases": ["停业备案"]}],
}


@pytest.fixture
def document() -> Document:
    """The real document, cut down to the measure of clause 2.4."""
    whole = load_document()
    measure = whole.measure(2)
    clause = whole.clause("2.4")
    small = dataclasses.replace(measure, clauses=(clause,))
    return dataclasses.replace(whole, sections=(dataclasses.replace(whole.section(1), measures=(small,)),))


def write(folder: Path, content: object) -> Path:
    (folder / "02.yml").write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def test_load_catalogue_reads_an_entry_for_each_clause(tmp_path: Path, document: Document) -> None:
    assert load_catalogue(write(tmp_path, {"2.4": ENTRY}), document=document) == {
        "2.4": CatalogueEntry(
            clause_id="2.4",
            reading="先停业一段时间，不注销",
            reading_en="Pausing a business without closing it",
            explanation="公司想暂时停业又不想注销，可以办歇业备案。",
            explanation_en="A company that wants to pause can file for suspension.",
            audience="enterprise",
            stages=("suspension",),
            topics=("歇业",),
            areas=(),
            status="full",
            services=(Service("歇业备案", ("停业备案",)),),
        )
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"audience": "everyone"}, r"02\.yml, 2\.4: audience: Input should be"),
        ({"stages": ["lunch"]}, r"02\.yml, 2\.4: stages\.0: Input should be"),
        ({"explanation": "可以办歇业备案"}, r"02\.yml, 2\.4: explanation: String should"),
        ({"services": [{"name": "一网通办", "aliases": []}]}, r"02\.yml, 2\.4: does not name '一网通办'"),
        ({"services": [{"name": "歇业备案", "aliases": ["歇业备案"]}]}, r"2\.4: '歇业备案' is its own alias"),
        ({"fee": "0"}, r"02\.yml, 2\.4: fee: Extra inputs"),
    ],
)
def test_load_catalogue_names_what_is_wrong(
    tmp_path: Path, document: Document, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataFileError, match=message):
        load_catalogue(write(tmp_path, {"2.4": {**ENTRY, **changes}}), document=document)


@pytest.mark.parametrize("content", [{}, {"2.4": ENTRY, "2.5": ENTRY}, [ENTRY]])
def test_load_catalogue_wants_the_clauses_of_the_measure(
    tmp_path: Path, document: Document, content: object
) -> None:
    with pytest.raises(DataFileError, match=r"02\.yml, whole file: expected"):
        load_catalogue(write(tmp_path, content), document=document)


def test_committed_catalogue_has_an_entry_for_each_clause() -> None:
    entries = load_catalogue()

    assert list(entries) == [clause.id for clause in load_document().clauses]


def test_no_explanation_has_a_number_that_its_clause_has_not() -> None:
    clauses = {clause.id: clause.text for clause in load_document().clauses}

    invented = [
        entry.clause_id
        for entry in load_catalogue().values()
        for number in "".join(c if c.isdigit() else " " for c in entry.explanation).split()
        if number not in clauses[entry.clause_id]
    ]

    assert invented == []
