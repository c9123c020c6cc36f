from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import (
    FACETS,
    CatalogueEntry,
    DataFileError,
    Facet,
    Match,
    Matching,
    Option,
    Situation,
    Vocabulary,
    load_catalogue,
    load_matching,
    load_vocabulary,
    read_situation,
)
from knowledge.matching import MATCHING_FILE
from tests.knowledge.samples import catalogue_of, entry

CATALOGUE = catalogue_of(
    entry("1.1", "both", "setup"),
    entry("1.2", "enterprise", "change", "setup"),
    entry("1.3", "government", "setup"),
    entry("2.1", "enterprise", "setup", areas=("浦东",)),
    entry("2.2", "enterprise", "setup", areas=("临港",)),
    entry("3.1", "enterprise", "construction", industries=("medical",)),
    entry("3.2", "both", "construction"),
    entry("4.1", "citizen", "elderly_care", industries=("care",)),
    entry("4.2", "citizen", "social_aid"),
    entry("5.1", "both", "research", areas=("长三角",)),
    entry("5.2", "both", "research", areas=("长三角示范区",)),
    entry("5.3", "both", "research", areas=("张江",)),
    entry("6.1", "both"),
    entry("7.1", "enterprise", "suspension"),
)
MATCHING = load_matching(CATALOGUE)


def ids(situation: Situation, matching: Matching = MATCHING) -> list[str]:
    return [match.clause_id for match in matching.rank(situation)]


def points(situation: Situation) -> dict[str, int]:
    return {match.clause_id: match.points for match in MATCHING.rank(situation)}


def test_options_are_in_the_order_of_the_file() -> None:
    assert MATCHING.options("audience") == (
        Option("citizen", "个人", "an individual"),
        Option("enterprise", "企业", "a company"),
    )


def test_options_of_the_stage_are_those_of_the_audience() -> None:
    offered = [option.value for option in MATCHING.options("stage", Situation(audience="citizen"))]

    assert {"health", "employment", "social_aid"} <= set(offered)
    assert not {"setup", "exit", "financing"} & set(offered)


def test_options_of_the_stage_are_all_while_the_audience_is_not_known() -> None:
    offered = {option.value for option in MATCHING.options("stage")}

    assert {"setup", "social_aid"} <= offered
    assert len(offered) == 20


def test_options_of_the_area_do_not_depend_on_the_audience() -> None:
    assert MATCHING.options("area", Situation(audience="citizen")) == MATCHING.options("area")


@pytest.mark.parametrize(
    ("facet", "value", "zh", "en"),
    [
        ("stage", "suspension", "暂停营业", "pausing the business"),
        ("area", "other", "上海其他区", "elsewhere in Shanghai"),
        ("industry", "any", "不限行业", "any industry"),
    ],
)
def test_label_is_in_the_language_asked_for(facet: Facet, value: str, zh: str, en: str) -> None:
    assert (MATCHING.label(facet, value), MATCHING.label(facet, value, english=True)) == (zh, en)


def test_label_of_no_answer_is_refused() -> None:
    with pytest.raises(KeyError, match=r"stage has no value 'lunch'; see matching\.yml"):
        MATCHING.label("stage", "lunch")


@pytest.mark.parametrize(
    ("stage", "audience"),
    [
        ("exit", "enterprise"),
        ("social_aid", "citizen"),
        # A person's unless a company is named, and a company's or a person's alike.
        ("health", "citizen"),
        ("construction", None),
    ],
)
def test_complete_adds_the_audience_that_the_stage_says(stage: str, audience: str | None) -> None:
    assert MATCHING.complete(Situation(stage=stage)) == Situation(audience, stage)


@pytest.mark.parametrize("situation", [Situation(), Situation("enterprise", "health"), Situation(area="浦东")])
def test_complete_changes_nothing_that_is_known_or_cannot_be(situation: Situation) -> None:
    assert MATCHING.complete(situation) == situation


@pytest.mark.parametrize(
    ("situation", "facet"),
    [
        (Situation(), "audience"),
        (Situation(area="浦东"), "audience"),
        (Situation("enterprise"), "stage"),
        (Situation("enterprise", area="浦东", industry="food"), "stage"),
    ],
)
def test_next_facet_asks_who_and_then_what(situation: Situation, facet: Facet) -> None:
    assert MATCHING.next_facet(situation) == facet


def test_next_facet_asks_the_area_if_a_fitting_clause_holds_in_some_only() -> None:
    assert MATCHING.next_facet(Situation("enterprise", "setup")) == "area"


@pytest.mark.parametrize("area", ["浦东", "other", "any"])
def test_next_facet_asks_the_area_once(area: str) -> None:
    assert MATCHING.next_facet(Situation("enterprise", "setup", area)) is None


def test_next_facet_does_not_ask_for_what_only_others_clauses_need() -> None:
    # 2.1 and 2.2 hold in some areas only, but they are for companies.
    assert MATCHING.next_facet(Situation("citizen", "setup")) is None


def test_next_facet_asks_the_industry_if_a_fitting_clause_is_about_some_only() -> None:
    assert MATCHING.next_facet(Situation("enterprise", "construction")) == "industry"


def test_next_facet_asks_nobody_but_a_company_for_the_industry() -> None:
    assert MATCHING.next_facet(Situation("citizen", "elderly_care")) is None


def test_next_facet_is_none_if_nothing_more_would_change_the_list() -> None:
    assert MATCHING.next_facet(Situation("enterprise", "suspension")) is None


def test_rank_puts_the_main_stage_first_and_what_holds_in_some_areas_last() -> None:
    assert points(Situation("enterprise", "setup")) == {"1.1": 5, "1.2": 4, "2.1": 3, "2.2": 3}
    assert ids(Situation("enterprise", "setup")) == ["1.1", "1.2", "2.1", "2.2"]


def test_rank_breaks_ties_by_document_order() -> None:
    turned = dict(reversed(CATALOGUE.items()))

    assert ids(Situation("enterprise", "setup"), load_matching(turned)) == ["1.1", "1.2", "2.2", "2.1"]


def test_rank_leaves_out_what_is_for_others_and_the_governments_own_work() -> None:
    assert ids(Situation("citizen", "setup")) == ["1.1"]


def test_rank_puts_the_very_area_first() -> None:
    assert points(Situation("enterprise", "setup", "浦东")) == {"2.1": 9, "1.1": 5, "1.2": 4}


def test_rank_takes_what_holds_around_an_area_for_it_too() -> None:
    assert points(Situation("enterprise", "setup", "临港")) == {"2.2": 9, "2.1": 8, "1.1": 5, "1.2": 4}


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("长三角示范区", ["5.2", "5.1"]),
        ("长三角", ["5.1", "5.2"]),
        ("张江", ["5.3"]),
        ("浦东", []),
        ("虹桥", []),
        ("other", []),
        ("any", ["5.1", "5.2", "5.3"]),
    ],
)
def test_rank_knows_which_areas_lie_within_others(area: str, expected: list[str]) -> None:
    assert ids(Situation("enterprise", "research", area)) == expected


def test_rank_counts_any_area_as_none_given() -> None:
    anywhere = Situation("enterprise", "setup", "any")

    assert MATCHING.rank(anywhere) == MATCHING.rank(Situation("enterprise", "setup"))


@pytest.mark.parametrize(
    ("industry", "expected"),
    [
        ("medical", {"3.1": 8, "3.2": 5}),
        ("food", {"3.2": 5}),
        ("other", {"3.2": 5}),
        ("any", {"3.1": 5, "3.2": 5}),
    ],
)
def test_rank_leaves_out_what_is_about_other_industries(industry: str, expected: dict[str, int]) -> None:
    assert points(Situation("enterprise", "construction", industry=industry)) == expected


def test_rank_names_the_answers_that_a_clause_is_about() -> None:
    assert MATCHING.rank(Situation("enterprise", "setup", "浦东")) == (
        Match("2.1", 9, ("stage", "area", "audience")),
        Match("1.1", 5, ("stage",)),
        Match("1.2", 4, ("stage", "audience")),
    )
    assert MATCHING.rank(Situation("enterprise", "construction", industry="medical"))[0] == Match(
        "3.1", 8, ("stage", "industry", "audience")
    )


def test_rank_wants_more_than_the_audience() -> None:
    assert MATCHING.rank(Situation("citizen")) == ()


def test_rank_needs_no_stage() -> None:
    assert ids(Situation(area="浦东")) == ["2.1"]


def test_read_situation_takes_the_answers_and_passes_over_the_rest() -> None:
    given = {"stage": "setup", "area": "any", "industry": "", "page": "2"}

    assert read_situation(given) == Situation(stage="setup", area="any")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"audience": "robot"}, "audience: 'robot' is not one of citizen, enterprise"),
        ({"stage": "any"}, "stage: 'any' is not one of setup, change"),
        ({"area": "北京"}, "area: '北京' is not one of 浦东, 临港"),
        ({"stage": "setup", "industry": "浦东"}, "industry: '浦东' is not one of food, retail"),
    ],
)
def test_read_situation_names_the_answer_that_is_none(given: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_situation(given)


def test_answers_are_those_known_in_the_order_of_the_questions() -> None:
    answers = Situation(industry="food", audience="enterprise").answers

    assert list(answers.items()) == [("audience", "enterprise"), ("industry", "food")]


def write(folder: Path, content: object) -> Path:
    path = folder / "matching.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def content() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(MATCHING_FILE.read_text(encoding="utf-8"))
    return loaded


def without(facet: str, value: str) -> dict[str, Any]:
    changed = content()
    del changed[facet][value]
    return changed


def with_option(facet: str, value: str, option: dict[str, Any]) -> dict[str, Any]:
    changed = content()
    changed[facet][value] = option
    return changed


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (without("stage", "exit"), r"matching\.yml, stage: lacks \['exit'\], does not know \[\]"),
        (without("area", "other"), r"matching\.yml, area: lacks \['other'\], does not know \[\]"),
        (
            with_option("industry", "mining", {"zh": "采矿", "en": "mining"}),
            r"matching\.yml, industry: lacks \[\], does not know \['mining'\]",
        ),
        (with_option("area", "浦东", {"zh": "浦", "en": "Pudong"}), r"whole file: area\.浦东\.zh: String should"),
        (with_option("area", "浦东", {"zh": "浦东"}), r"whole file: area\.浦东\.en: Field required"),
        (
            with_option("stage", "exit", {"zh": "注销", "en": "closing down", "of": []}),
            r"whole file: stage\.exit\.of: List should",
        ),
        (
            with_option("stage", "exit", {"zh": "注销", "en": "closing down", "of": ["robot"]}),
            r"whole file: stage\.exit\.of\.0: Input should",
        ),
        (
            with_option("audience", "citizen", {"zh": "个人", "en": "citizen", "of": ["citizen"]}),
            r"whole file: audience\.citizen\.of: Extra inputs",
        ),
    ],
)
def test_load_matching_names_what_is_wrong(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        load_matching(CATALOGUE, write(tmp_path, changed))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("facet", "value"), [(facet, option.value) for facet in FACETS for option in MATCHING.options(facet)]
)
def test_the_vocabulary_understands_each_button(
    vocabulary: Vocabulary, facet: Facet, value: str, language: str
) -> None:
    label = MATCHING.label(facet, value, english=language == "en")

    assert {found.value for found in vocabulary.find(label) if found.kind == facet} == {value}


@pytest.fixture(scope="module")
def catalogue() -> dict[str, CatalogueEntry]:
    return load_catalogue()


def test_each_matter_on_offer_has_a_clause(catalogue: dict[str, CatalogueEntry]) -> None:
    matching = load_matching(catalogue)
    offered = [(who, option.value) for option in matching.options("stage") for who in option.speakers]

    assert [pair for pair in offered if not matching.rank(Situation(*pair))] == []


def test_each_area_and_industry_on_offer_has_a_clause(catalogue: dict[str, CatalogueEntry]) -> None:
    named = {value for one in catalogue.values() for value in (*one.areas, *one.industries)}
    offered = {o.value for facet in FACETS[2:] for o in MATCHING.options(facet)} - {"other", "any"}

    assert offered - named == set()
