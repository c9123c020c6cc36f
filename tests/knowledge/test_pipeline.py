from pathlib import Path

import pytest

from knowledge.errors import RepairError
from knowledge.repair import Repair, repair_text

PATH = Path("/anywhere/notice.raw.txt")


def test_repair_text_runs_every_step_and_records_raw_places() -> None:
    repaired = repair_text("標題\n??發(fā)布,著力。\n", errata=(), path=PATH)

    assert repaired.text == "标题\n发布，着力。\n"
    assert [(r.step, r.line, r.column, r.before, r.after) for r in repaired.repairs] == [
        ("strip_pinyin", 2, 4, "(fā)", ""),
        ("normalise_indents", 2, 1, "??", ""),
        ("full_width_punctuation", 2, 9, ",", "，"),
        ("to_simplified", 1, 1, "標", "标"),
        ("to_simplified", 1, 2, "題", "题"),
        ("to_simplified", 2, 3, "發", "发"),
        ("unify_variants", 2, 10, "著力", "着力"),
    ]
    assert all(isinstance(repair, Repair) and repair.why for repair in repaired.repairs)


def test_repair_text_of_clean_text_records_nothing() -> None:
    assert repair_text("好。\n", errata=(), path=PATH).repairs == ()


@pytest.mark.parametrize("final", ["", "\n"])
def test_repair_text_ends_in_one_line_feed(final: str) -> None:
    assert repair_text(f"好。{final}", errata=(), path=PATH).text == "好。\n"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("?", r"U\+003F"),
        ("!", r"U\+0021"),
        ("€", r"U\+20AC"),
        ("ā", r"U\+0101"),
        ("鍌", r"U\+934C"),
        ("\u0007", r"U\+0007"),
        ("\ue5e5", r"U\+E5E5"),
        ("９", r"U\+FF19"),
        ("  ", r"U\+0020"),
        ("\r", r"U\+000D"),
    ],
)
def test_repair_text_refuses_with_file_line_column_and_code_point(bad: str, code: str) -> None:
    # The reading before it is stripped, yet the column is the raw file's: behind 發(fā)布.
    with pytest.raises(RepairError, match=rf"^notice\.raw\.txt:2:7: .*{code}.*Nothing was written") as caught:
        repair_text(f"標題\n發(fā)布{bad}好。\n", errata=(), path=PATH)

    assert (caught.value.line, caught.value.column, caught.value.found) == (2, 7, bad[0])


def test_repair_text_refuses_a_bracket_that_a_reading_lost() -> None:
    with pytest.raises(RepairError, match=r"1:2: 'n' \(U\+006E\) is a Latin letter"):
        repair_text("內nèi)外", errata=(), path=PATH)


def test_repair_text_refuses_an_empty_line() -> None:
    with pytest.raises(RepairError, match=r"2:1: is an empty line"):
        repair_text("好\n\n好\n", errata=(), path=PATH)
