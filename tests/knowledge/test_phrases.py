from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from knowledge import DataFileError
from knowledge.catalogue import Area, Industry, Stage
from knowledge.phrases import DetailKind, DetailLabel, Phrase, Reference, load_phrases, spell_out


def content(**changes: Any) -> dict[str, Any]:
    """A file of one phrase for each value, with some kinds changed."""
    kinds: dict[str, Any] = {
        "area": {
            "means": {area: [area] for area in get_args(Area)} | {"other": ["其他区"], "any": ["全市"]},
            "not": ["浦东机场"],
        },
        "audience": {"means": {"citizen": ["居民"], "enterprise": ["我公司"]}, "not": ["居民楼"]},
        "stage": {"means": {stage: [stage] for stage in get_args(Stage)}, "not": []},
        "industry": {
            "means": {one: [one] for one in get_args(Industry)} | {"other": ["其他行业"], "any": ["行业不限"]},
            "not": ["医疗费"],
        },
        "reference": {"means": {place: [place] for place in get_args(Reference)}, "not": ["第一次"]},
        "detail": {
            "means": {kind: [kind] for kind in get_args(DetailKind)},
            "not": [],
            "labels": {kind: {"zh": "费用", "en": "the fee"} for kind in get_args(DetailKind)},
        },
        "service": {"ambiguous": ["三定"], "not": ["企业运营"], "contrasts": ["区省"], "weighty": "不"},
    }
    return {kind: {**entry, **changes.get(kind, {})} for kind, entry in kinds.items()}


def write(folder: Path, kinds: object) -> Path:
    path = folder / "vocabulary.yml"
    path.write_text(yaml.safe_dump(kinds, allow_unicode=True), encoding="utf-8")
    return path


def test_load_phrases_reads_what_each_means(tmp_path: Path) -> None:
    book = load_phrases(write(tmp_path, content()))

    assert Phrase("浦东", "area", "浦东") in book.phrases
    assert Phrase("居民", "audience", "citizen") in book.phrases
    assert Phrase("居民楼", "audience", "") in book.phrases
    assert Phrase("行业不限", "industry", "any") in book.phrases
    assert Phrase("latest", "reference", "latest") in book.phrases
    assert Phrase("第一次", "reference", "") in book.phrases
    assert book.labels["fee"] == DetailLabel("费用", "the fee")
    assert book.services.phrases == (Phrase("企业运营", "service", ""),)
    assert book.services.ambiguous == {"三定"}
    assert (book.services.contrasts, book.services.weighty) == (("区省",), "不")


def test_load_phrases_spells_out_and_folds(tmp_path: Path) -> None:
    means = {"citizen": [["(我|我家)老人", "My  Mother"]], "enterprise": ["我公司"]}

    book = load_phrases(write(tmp_path, content(audience={"means": means})))

    citizen = [phrase.text for phrase in book.phrases if phrase.value == "citizen"]
    assert citizen == ["我老人", "我家老人", "my mother"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("多少钱", ["多少钱"]),
        ("(带|交)什么", ["带什么", "交什么"]),
        ("要(交|)钱(吗|伐)", ["要交钱吗", "要交钱伐", "要钱吗", "要钱伐"]),
    ],
)
def test_spell_out_gives_all_choices(text: str, expected: list[str]) -> None:
    assert list(spell_out(text)) == expected


@pytest.mark.parametrize("text", ["(带|交什么", "带|交", "((带|交)|拿)什么", "带)"])
def test_spell_out_refuses_brackets_that_do_not_match(text: str) -> None:
    with pytest.raises(ValueError, match="brackets do not match in"):
        list(spell_out(text))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"area": {"means": {"浦东": ["浦东"]}}}, r"area\.means: lacks \['any', 'other', '临港', .* know \[\]"),
        ({"audience": {"means": {"citizen": ["居民"], "robot": ["机器人"]}}}, r"does not know \['robot'\]"),
        ({"audience": {"means": {"citizen": ["居民"], "enterprise": ["居民"]}}}, "'居民' means 'citizen' already"),
        ({"audience": {"not": ["居民"]}}, "'居民' means 'citizen' already"),
        ({"audience": {"not": ["(居|市民"]}}, r"audience\.not: brackets do not match"),
        ({"audience": {"not": ["(居|)楼"]}}, r"audience\.not: '楼' of .* is too short"),
        ({"industry": {"means": {"food": ["餐饮"]}}}, r"industry\.means: lacks \['any', 'care', 'chemicals'"),
        ({"reference": {"means": {"latest": ["这条"], "fourth": ["第四条"]}}}, r"does not know \['fourth'\]"),
        ({"detail": {"labels": {}}}, r"detail\.labels: lacks \['address'"),
        ({"service": {"weight": "不"}}, "service.weight: Extra inputs"),
    ],
)
def test_load_phrases_names_what_is_wrong(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        load_phrases(write(tmp_path, content(**changes)))


def test_committed_labels_fit_into_a_sentence() -> None:
    labels = load_phrases().labels

    assert list(labels) == list(get_args(DetailKind))
    assert not any(label.zh.endswith(("。", "，")) or label.en.endswith(".") for label in labels.values())
    assert len({label.zh for label in labels.values()}) == len({label.en for label in labels.values()}) == 12
