from pathlib import Path
from typing import Any

import pytest

from knowledge import DataFileError, OutsideMatter, load_outside_matters

MESSAGES = [f"护照第{n}次来问" for n in "一二三四五六七八"]


def write(folder: Path, *, file: str = "passports.yml", **changes: object) -> None:
    entry = {
        "id": "passport_renewal",
        "title": "护照换发",
        "title_en": "passport renewal",
        "belongs_to": "出入境证件由公安机关出入境管理部门办理。",
        "belongs_to_en": "Passports are issued by the police.",
        "messages": MESSAGES,
        **changes,
    }
    lines = [f"  {key}: {value!r}" for key, value in entry.items()]
    (folder / file).write_text("-" + "\n".join(lines)[1:] + "\n", encoding="utf-8")


def test_load_outside_matters_reads_every_file(tmp_path: Path) -> None:
    write(tmp_path)

    assert load_outside_matters(tmp_path) == (
        OutsideMatter(
            "passport_renewal",
            "护照换发",
            "passport renewal",
            "出入境证件由公安机关出入境管理部门办理。",
            "Passports are issued by the police.",
            tuple(MESSAGES),
        ),
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "Passport"}, r"passports\.yml, entry 1: id: String should match"),
        ({"belongs_to": "公安机关"}, r"passports\.yml, entry 1: belongs_to: String should match"),
        ({"messages": MESSAGES[:7]}, r"passports\.yml, entry 1: messages: List should have at least 8"),
        (
            {"messages": [*MESSAGES, "护照第一次来问？"]},
            r"passports\.yml, passport_renewal: .*stands in passports",
        ),
        ({"phone": "12345"}, r"passports\.yml, entry 1: phone: Extra inputs"),
    ],
)
def test_load_outside_matters_names_what_is_wrong(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    write(tmp_path, **changes)

    with pytest.raises(DataFileError, match=message):
        load_outside_matters(tmp_path)


def test_load_outside_matters_refuses_an_id_of_another_file(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, file="visas.yml", messages=[f"签证{message}" for message in MESSAGES])

    with pytest.raises(
        DataFileError, match=r"visas\.yml, passport_renewal: 'passport_renewal' stands in passports"
    ):
        load_outside_matters(tmp_path)


def test_load_outside_matters_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="holds no matters"):
        load_outside_matters(tmp_path)
