"""Every error can be said in every language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from web.schemas import Language
from web.wording import LOCALES, in_script, load_wording, load_words, say

LABELS = {
    "explanation_label",
    *("checklist_link", "checklist_title", "checklist_for", "checklist_count", "checklist_none", "checklist_fits"),
    *("checklist_clause", "checklist_print", "checklist_note", "checklist_receipt"),
}
WEB = Path(__file__).resolve().parents[2] / "web"


def codes() -> set[str]:
    """Return every error code that the code of the edge names."""
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"(?:ApiError|__init__)\(\s*\w+, \"(\w+)\"", text))
        found |= set(re.findall(r"^    \w+: \"(\w+)\",$", text, re.MULTILINE)) if path.name == "http.py" else set()
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_wording_has_a_text_for_every_error_and_label(language: str) -> None:
    assert set(load_wording(language)) == codes() | LABELS


def test_wordings_take_the_same_values() -> None:
    english = load_wording("en")

    assert {name: placeholders(text) for name, text in load_wording("zh-Hans").items()} == {
        name: placeholders(text) for name, text in english.items()
    }


@pytest.mark.parametrize("part", ["page", "widget"])
def test_words_of_a_part_are_there_in_both_languages_and_take_the_same_values(part: str) -> None:
    english = load_words(part, "en")

    assert {name: placeholders(text) for name, text in load_words(part, "zh-Hans").items()} == {
        name: placeholders(text) for name, text in english.items()
    }


def test_page_words_are_all_named_by_a_template() -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in (WEB / "templates").iterdir())
    named = set(re.findall(r"words\.(\w+)", templates))

    assert {name for name in load_words("page", "en") if not name.startswith("outcome_")} == named


@pytest.mark.parametrize(
    ("language", "audience"), [("zh-Hans", "企业"), ("zh-Hant", "企業"), ("en", "Enterprises")]
)
def test_examples_are_given_by_audience(language: Language, audience: str) -> None:
    groups = load_words("examples", language)

    assert audience in [group["audience"] for group in groups]
    assert all(group["questions"] for group in groups)


def test_no_locale_file_is_left_over() -> None:
    parts = {path.name.split(".")[0] for path in LOCALES.iterdir()}

    assert parts == {"en", "zh-Hans", "page", "widget", "examples", "languages"}


def test_say_converts_simplified_words_to_traditional() -> None:
    assert say("message_too_long", "zh-Hant", limit=2000) == "您的問題太長了，最多 2000 個字，請精簡後再發送。"


@pytest.mark.parametrize(
    ("text", "keep", "said"),
    [
        ("请看办法", [], "請看辦法"),
        ("原文：落实备案。请看", ["落实备案。"], "原文：落实备案。請看"),
        ("落实备案。和发展规划。", ["发展规划。", "落实备案。"], "落实备案。和发展规划。"),
        ("落实备案。落实备案。", ["落实备案。"], "落实备案。落实备案。"),
        ("请看", [""], "請看"),
    ],
)
def test_in_script_leaves_quotes_as_they_are(text: str, keep: list[str], said: str) -> None:
    assert in_script(text, "zh-Hant", keep=keep) == said
    assert in_script(text, "zh-Hans", keep=keep) == text
