"""The two restorations, and the proof that the damage comes out of the restored text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import DataFileError, RepairError
from knowledge.repair import Edit, Line, repair_text
from knowledge.repair.errata import Erratum, load_errata, restore_errata
from knowledge.storage import ERRATA_FILE, RAW_FILE

ERRATA = load_errata(ERRATA_FILE)
RAW = RAW_FILE.read_text(encoding="utf-8")


def erratum(**changes: object) -> Erratum:
    return Erratum.model_validate(
        {"id": "one", "line": 1, "before": "拔", "after": "五", "why": "because", **changes}
    )


def misread(octets: bytes) -> Iterator[str]:
    """Read code page 936 two bytes at a time; unassigned pairs vanish, 80 alone is the euro sign."""
    i = 0
    while i < len(octets):
        if octets[i] <= 0x80:
            yield "€" if octets[i] == 0x80 else chr(octets[i])
            i += 1
        else:
            yield octets[i : i + 2].decode("gbk", errors="ignore") if octets[i + 1] > 0x3F else ""
            i += 2


@pytest.mark.parametrize("entry", ERRATA, ids=lambda entry: str(entry.id))
def test_damage_is_the_restored_text_in_gbk_read_one_byte_late(entry: Erratum) -> None:
    broken, sound = entry.before.index("?"), entry.after.index("海")
    damaged = entry.before[broken:].replace("?", "").replace("!", "！")

    assert "".join(misread(entry.after[sound:].encode("gbk")[1:])) == damaged
    assert entry.before[:broken] == entry.after[:sound]


@pytest.mark.parametrize("entry", ERRATA, ids=lambda entry: str(entry.id))
def test_damage_occurs_exactly_once_in_the_raw_file(entry: Erratum) -> None:
    assert RAW.count(entry.before) == 1
    assert RAW.split("\n")[entry.line - 1].count(entry.before) == 1


def test_errata_are_applied_exactly_once_each() -> None:
    made = repair_text(RAW, errata=ERRATA, path=RAW_FILE).repairs

    restored = [(repair.line, repair.column, repair.before) for repair in made if repair.step == "restore_errata"]
    assert restored == [
        (8, 229, "上?!拔鍌€中心”建設"),
        (32, 40, "“留·在上?!钡认盗衅放苹顒樱哟蠛?nèi)外人才"),
    ]


def test_restore_errata_touches_its_own_line_only() -> None:
    assert restore_errata(Line.raw(2, "拔"), errata=[erratum()]) == ()
    assert restore_errata(Line.raw(1, "上拔"), errata=[erratum()]) == (Edit(1, 2, "五", "one: because"),)


@pytest.mark.parametrize(("text", "count"), [("上海", 0), ("拔拔", 2)])
def test_repair_refuses_an_erratum_that_does_not_fit(text: str, count: int) -> None:
    with pytest.raises(RepairError, match=rf"a\.txt:1:1: step restore_errata: .*exactly once, found {count}"):
        repair_text(f"{text}\n", errata=[erratum()], path=Path("a.txt"))


def test_repair_refuses_an_erratum_beyond_the_end() -> None:
    with pytest.raises(RepairError, match=r"a\.txt:9:1: erratum 'one' names this line, but the file has only 1"):
        repair_text("上海\n", errata=[erratum(line=9)], path=Path("a.txt"))


def test_load_errata_refuses_an_id_used_twice(tmp_path: Path) -> None:
    path = tmp_path / "errata.yml"
    entry = "- {id: one, line: 1, before: 拔, after: 五, why: because}\n"
    path.write_text(entry * 2, encoding="utf-8")

    with pytest.raises(DataFileError, match=r"errata\.yml, entry one: this id is used twice"):
        load_errata(path)


def test_load_errata_names_the_field_at_fault(tmp_path: Path) -> None:
    path = tmp_path / "errata.yml"
    path.write_text("- {id: one, line: 0, before: 拔, after: 五, why: because}\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"errata\.yml, entry 1: line: Input should be greater than"):
        load_errata(path)
