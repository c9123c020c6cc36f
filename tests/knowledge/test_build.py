from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.build import Source, build_document, fingerprint, is_current, make_document, repair_source
from knowledge.errors import RepairError, StructureError
from knowledge.storage import DOCUMENT_DIR, RAW_FILE, load_document, load_stored

RAW = """\
市政府辦公廳關于印發(fā)《要點》的通知
滬府辦〔2023〕9號
各區(qū)人民政府:
??現(xiàn)將《要點》印發(fā)給你們。
??市政府辦公廳
??2023年3月17日
要點
??推進改革,著力服務。
??一、深化改革
??1.精簡事項。全面清理。
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    source = Source(tmp_path / "a.raw.txt", tmp_path / "errata.yml", tmp_path / "expected.yml")
    source.raw.write_text(RAW, encoding="utf-8")
    source.errata.write_text("[]\n", encoding="utf-8")
    source.expected.write_text("sections: 1\nmeasures: 1\nclauses: 1\n", encoding="utf-8")
    return source


def test_committed_files_are_what_the_build_makes_of_the_raw_file() -> None:
    assert load_document() == make_document(Source())
    assert load_stored(DOCUMENT_DIR).build_sha256 == fingerprint(Source())


def test_clean_text_on_disk_is_the_repaired_text_to_the_byte() -> None:
    assert (DOCUMENT_DIR / "clean.txt").read_bytes() == repair_source(Source()).text.encode("utf-8")


def test_build_document_writes_once_and_then_has_nothing_to_do(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "document"

    assert build_document(source, folder) is True
    written = (folder / "document.json").stat().st_mtime_ns
    assert build_document(source, folder) is False

    assert (folder / "document.json").stat().st_mtime_ns == written
    assert load_document(folder).clause("1.1").text == "全面清理。"
    assert load_document(folder).preamble == "推进改革，着力服务。"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("a.raw.txt", "著力", "用心"),
        ("errata.yml", "[]", "[]  # none"),
        ("expected.yml", "clauses: 1", "clauses: 1  # counted by hand"),
    ],
)
def test_build_document_runs_again_when_a_source_file_changes(
    source: Source, tmp_path: Path, name: str, old: str, new: str
) -> None:
    folder, path = tmp_path / "document", tmp_path / name
    build_document(source, folder)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    assert not is_current(folder, fingerprint(source))
    assert build_document(source, folder) is True
    assert is_current(folder, fingerprint(source))


def test_build_document_repairs_damaged_output(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "document"
    build_document(source, folder)
    (folder / "clean.txt").write_text("改过了\n", encoding="utf-8")

    assert build_document(source, folder) is True
    assert load_document(folder).title == "要点"


def test_build_document_writes_nothing_when_the_repair_refuses(source: Source, tmp_path: Path) -> None:
    source.raw.write_text(RAW.replace("全面", "全?面"), encoding="utf-8")

    with pytest.raises(RepairError, match=r"a\.raw\.txt:10:11: '\?' \(U\+003F\) is half-width punctuation"):
        build_document(source, tmp_path / "document")

    assert not (tmp_path / "document").exists()


def test_build_document_writes_nothing_when_a_clause_is_missing(source: Source, tmp_path: Path) -> None:
    source.expected.write_text("sections: 1\nmeasures: 1\nclauses: 2\n", encoding="utf-8")

    with pytest.raises(StructureError, match=r"expected 2 clauses up to here, found 1"):
        build_document(source, tmp_path / "document")

    assert not (tmp_path / "document").exists()


def test_repair_source_says_where_a_file_is_not_utf8(source: Source) -> None:
    source.raw.write_bytes("標題\n上".encode() + "海".encode("gbk"))

    with pytest.raises(RepairError, match=r"a\.raw\.txt:2:2: byte 0xba is not UTF-8"):
        repair_source(source)


@pytest.mark.parametrize(
    ("bad", "code"),
    [("?", "003F"), ("!", "0021"), ("€", "20AC"), ("鍌", "934C"), ("３", "FF13"), ("\ue5e5", "E5E5")],
)
def test_repair_of_the_real_file_refuses_new_damage(tmp_path: Path, bad: str, code: str) -> None:
    raw = tmp_path / "raw.txt"
    lines = RAW_FILE.read_text(encoding="utf-8").split("\n")
    lines[10] = lines[10][:8] + bad + lines[10][8:]
    raw.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(RepairError, match=rf"raw\.txt:11:9: .*U\+{code}"):
        repair_source(replace(Source(), raw=raw))
