from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from knowledge import DataFileError, Expectation, load_dialogues

GOOD = '{"id":"x001","kind":"refs","turns":[{"u":"歇业","expect":{"gold":["2.4"],"gold_measures":[2]}},%s]}'


def write(folder: Path, *lines: str) -> Path:
    (folder / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_load_dialogues_reads_what_each_turn_should_come_to(tmp_path: Path) -> None:
    line = GOOD % '{"u":"多久","expect":{"oos":true,"related":["2.4"]}},{"u":"谢谢","expect":{"intent":"thanks"}}'

    (dialogue,) = load_dialogues(write(tmp_path, line))

    assert (dialogue.id, dialogue.kind) == ("x001", "refs")
    assert [expected for _, expected in dialogue.turns] == [
        Expectation(("2.4",), False, ""),
        Expectation(("2.4",), True, ""),
        Expectation((), False, "thanks"),
    ]


@pytest.mark.parametrize(
    ("last", "message"),
    [
        ('{"u":"多久","expect":{}}', "'多久' expects nothing"),
        ('{"u":"多久","expect":{"gold":["2.9"]}}', "2.9"),
        ('{"u":"","expect":{"intent":"greet"}}', "turns.1.u"),
        ("{", "is not JSON"),
    ],
)
def test_load_dialogues_refuses_what_it_cannot_judge(tmp_path: Path, last: str, message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        load_dialogues(write(tmp_path, GOOD % last))


def test_load_dialogues_refuses_an_id_twice(tmp_path: Path) -> None:
    line = GOOD % '{"u":"谢谢","expect":{"intent":"thanks"}}'

    with pytest.raises(DataFileError, match="x001 is there already"):
        load_dialogues(write(tmp_path, line, line))


def test_the_committed_dialogues_cover_every_kind() -> None:
    kinds = Counter(dialogue.kind for dialogue in load_dialogues())

    assert kinds == {"ellipsis": 98, "refs": 72, "guided": 55, "switch": 49, "area": 36, "return": 30}
