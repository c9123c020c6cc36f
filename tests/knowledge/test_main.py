import json
from pathlib import Path

import pytest

from knowledge import __main__ as command_line
from knowledge.build import Source
from knowledge.repair import Repair
from knowledge.report import render_report


def test_clauses_prints_what_the_acceptance_client_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["clauses"]) == 0

    clauses = json.loads(capsys.readouterr().out)
    assert len(clauses) == 109
    assert clauses[0]["id"] == "1.1"
    assert clauses[8] == {
        "id": "2.4",
        "text": "落实歇业备案制度，加强市场监管、税务、人力资源社会保障等部门间信息共享，"
        "根据企业需要“一口办理”歇业备案手续。",
    }


def test_build_says_that_the_document_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["build"]) == 0

    expected = "knowledge: document up to date: 6 sections, 22 measures, 109 clauses\n"
    assert capsys.readouterr().out == expected


def test_check_validates_all_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check"]) == 0

    assert "held-out questions are sound" in capsys.readouterr().out


def test_check_refuses_a_document_of_other_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    errata = tmp_path / "errata.yml"
    errata.write_text("[]\n", encoding="utf-8")
    monkeypatch.setattr(command_line, "Source", lambda: Source(errata=errata))

    assert command_line.main(["check"]) == 1
    assert "does not belong to the source files. Build the document again" in capsys.readouterr().err


def test_report_of_the_real_file_counts_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["report"]) == 0

    report = capsys.readouterr().out
    assert report.startswith("2831 repairs; ")
    for heading in (
        "restore_errata: 2",
        "strip_pinyin: 445",
        "normalise_indents: 32",
        "full_width_punctuation: 268",
        "to_simplified: 2083",
        "unify_variants: 1",
    ):
        assert f"\n{heading}\n" in report


def test_report_groups_by_step_reason_and_change() -> None:
    repairs = [
        Repair("strip", 1, 4, "(fā)", "", "readings go"),
        Repair("strip", 2, 6, "(fā)", "", "readings go"),
        Repair("widen", 2, 9, ",", "，", "punctuation is wide"),
    ]

    assert render_report(repairs) == (
        "3 repairs; places are line:column of the raw file\n"
        "\n"
        "strip: 2\n"
        "  readings go\n"
        "    (fā) → (nothing)  ×2  1:4 2:6\n"
        "\n"
        "widen: 1\n"
        "  punctuation is wide\n"
        "    , → ，  ×1  2:9"
    )


def test_find_prints_mentions(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["find", "在浦東"]) == 0

    assert json.loads(capsys.readouterr().out) == [
        {"kind": "area", "value": "浦东", "clause_ids": [], "start": 1, "end": 3, "exact": True, "text": "浦東"}
    ]


def test_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["rebuild"])

    assert "invalid choice: 'rebuild'" in capsys.readouterr().err
