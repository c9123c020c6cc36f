import json
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.errors import DocumentNotBuiltError
from knowledge.storage import load_document, save_document, write_atomically
from tests.knowledge.samples import parse


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_document(parse(), tmp_path, build_sha256="b" * 64)
    return tmp_path


def change(folder: Path, **fields: object) -> None:
    path = folder / "document.json"
    structure = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**structure, **fields}), encoding="utf-8")


def test_load_document_gives_back_what_was_saved(folder: Path) -> None:
    assert load_document(folder) == parse()


def test_load_document_refuses_a_changed_text(folder: Path) -> None:
    text = folder / "clean.txt"
    text.write_text(text.read_text(encoding="utf-8").replace("加强", "增强"), encoding="utf-8")

    with pytest.raises(DocumentNotBuiltError, match=r"clean\.txt: its SHA-256 is .* with `make index`\."):
        load_document(folder)


@pytest.mark.parametrize("name", ["clean.txt", "document.json"])
def test_load_document_refuses_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(DocumentNotBuiltError, match=rf"{name}: cannot be read \(No such file.*`make index`"):
        load_document(folder)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"date": "17 March"}, r"date: String should match"),
        ({"raw_sha256": "00"}, r"raw_sha256: String should match"),
        ({"sections": []}, r"sections: List should have at least 1"),
        ({"sections": [{"number": 1, "title": "甲", "measures": 3}]}, r"sections\.0\.measures: "),
        ({"extra": 1}, r"extra: Extra inputs"),
    ],
)
def test_load_document_names_the_field_that_breaks_the_schema(
    folder: Path, fields: dict[str, object], problem: str
) -> None:
    change(folder, **fields)

    with pytest.raises(DocumentNotBuiltError, match=rf"document\.json: {problem}.*`make index`"):
        load_document(folder)


def test_load_document_refuses_half_a_file(folder: Path) -> None:
    path = folder / "document.json"
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(DocumentNotBuiltError, match=r"document\.json: whole file: Invalid JSON"):
        load_document(folder)


def test_load_document_refuses_words_that_are_not_at_their_offsets(folder: Path) -> None:
    path = folder / "document.json"
    path.write_text(path.read_text(encoding="utf-8").replace("加 强", "增 强", 1), encoding="utf-8")

    with pytest.raises(DocumentNotBuiltError, match=r"clause 1\.2: its words are not the text at \d+:\d+"):
        load_document(folder)


def test_load_document_needs_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys, knowledge; knowledge.load_document(); knowledge.load_questions();"
        "print([name for name in ('spacy', 'jieba', 'opencc', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == "[]\n"


def test_write_atomically_leaves_the_old_file_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "clean.txt"
    write_atomically(path, "旧")

    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        write_atomically(path, "\ud800")

    assert path.read_text(encoding="utf-8") == "旧"
    assert list(tmp_path.iterdir()) == [path]
