import json
from pathlib import Path

import pytest

from knowledge import DataFileError, NaturalMessage, load_natural_messages

LINE = {
    "id": "a-1",
    "text": "停业半年行不行",
    "form": "oneliner",
    "label": "answer",
    "clauses": ["2.4"],
    "split": "train",
}
OTHER = {"id": "a-2", "text": "护照", "form": "fragment", "label": "oos", "clauses": [], "split": "held_out"}


def write(folder: Path, *lines: object) -> Path:
    path = folder / "natural.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def test_load_natural_messages_reads_one_split_or_all(tmp_path: Path) -> None:
    path = write(tmp_path, LINE, OTHER)
    first = NaturalMessage("a-1", "停业半年行不行", "oneliner", "answer", ("2.4",), "train")
    second = NaturalMessage("a-2", "护照", "fragment", "oos", (), "held_out")

    assert load_natural_messages(path) == (first, second)
    assert load_natural_messages(path, split="train") == (first,)
    assert load_natural_messages(path, split="held_out") == (second,)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({**OTHER, "label": "maybe"}, r"natural\.jsonl, line 2: label: Input should be"),
        ({**OTHER, "clauses": ["2.4"]}, r"line 2: entry: .*label oos with clauses \['2\.4'\]"),
        ({**LINE, "id": "a-3", "text": "别的", "clauses": []}, r"line 2: entry: .*label answer with clauses \[\]"),
        ({**LINE, "id": "a-3", "text": "别的", "clauses": ["2.9"]}, r"line 2: .*2\.9"),
        ({**OTHER, "id": "a-1"}, r"line 2: 'a-1' stands in line 1 already"),
        ({**OTHER, "text": "停业半年行不行？"}, r"line 2: '停业半年行不行' stands in line 1 already"),
    ],
)
def test_load_natural_messages_names_the_line_at_fault(
    tmp_path: Path, line: dict[str, object], message: str
) -> None:
    with pytest.raises(DataFileError, match=message):
        load_natural_messages(write(tmp_path, LINE, line))


def test_load_natural_messages_refuses_what_is_not_json(tmp_path: Path) -> None:
    path = tmp_path / "natural.jsonl"
    path.write_text("{", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"natural\.jsonl, line 1: is not JSON"):
        load_natural_messages(path)
