from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from embeddings.build import build_index
from embeddings.handle import OpenIndex, open_version
from tests.embeddings.samples import CharacterEncoder, WordFinder, sample_document, sample_material


@pytest.fixture(scope="session", autouse=True)
def one_thread_for_algebra() -> Iterator[None]:
    """The sample's matrices are tiny: on a busy machine several threads spend seconds waiting for each other."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built index of the sample document; tests that change it work on ``index_copy``."""
    folder = tmp_path_factory.mktemp("index")
    build_index(material=sample_material(), encoders=[CharacterEncoder()], finder=WordFinder(), index_dir=folder)
    return folder


@pytest.fixture
def index_copy(index_dir: Path, tmp_path: Path) -> Path:
    shutil.copytree(index_dir, tmp_path / "index", symlinks=True)
    return tmp_path / "index"


@pytest.fixture(scope="session")
def opened(index_dir: Path) -> OpenIndex:
    return open_version(
        index_dir / "current", encoder="characters-1", finder=WordFinder(), read_document=sample_document
    )
