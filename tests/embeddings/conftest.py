from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.build import build_index
from embeddings.handle import OpenIndex, open_version
from tests.embeddings.samples import CharacterEncoder, sample_document, sample_material


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built index of the sample document; tests that change it work on a copy."""
    folder = tmp_path_factory.mktemp("index")
    build_index(
        material=sample_material(),
        encoder=CharacterEncoder(),
        index_dir=folder,
    )
    return folder


@pytest.fixture(scope="session")
def opened(index_dir: Path) -> OpenIndex:
    return open_version(index_dir / "current", encoder="characters-1", read_document=sample_document)
