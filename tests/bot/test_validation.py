from __future__ import annotations

from pathlib import Path

import pytest

from bot.validation import DataError, validate

ROOT = Path(__file__).parent.parent.parent

CONFIG = "recipe: default.v1\nassistant_id: test\nlanguage: zh\npipeline: []\npolicies:\n- name: RulePolicy\n"
DOMAIN = """
version: "3.1"
intents: [greet, choose, rated]
responses:
  utter_greet:
  - text: 您好
  utter_rated:
  - text: 谢谢
"""
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - 您好
    - 你好啊
"""
RULES = """
version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
- rule: choose
  steps:
  - intent: choose
  - action: utter_greet
- rule: rated
  steps:
  - intent: rated
  - action: utter_rated
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that Rasa has nothing to say against."""
    (tmp_path / "bot/data").mkdir(parents=True)
    (tmp_path / "actions").mkdir()
    for name, content in (
        ("config.yml", CONFIG),
        ("domain.yml", DOMAIN),
        ("bot/data/nlu.yml", NLU),
        ("bot/data/rules.yml", RULES),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def extend(path: Path, more: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")


def test_validate_says_nothing_of_sound_data_with_intents_of_buttons(project: Path) -> None:
    assert validate(project) == ()


def test_validate_names_a_response_that_nobody_utters(project: Path) -> None:
    extend(project / "domain.yml", "  utter_lost:\n  - text: 没人说\n")

    assert validate(project) == ("The utterance 'utter_lost' is not used in any story or rule.",)


@pytest.mark.parametrize(
    "code",
    [
        'dispatcher.utter_message(response="utter_who_citizen")\n',
        'audience = "citizen"\nresponse = f"utter_who_{audience}"\n',
    ],
)
def test_validate_sees_what_a_custom_action_utters(project: Path, code: str) -> None:
    extend(project / "domain.yml", "  utter_who_citizen:\n  - text: 个人\n")
    (project / "actions/answer.py").write_text(code, encoding="utf-8")

    assert validate(project) == ()


def test_validate_is_not_content_with_the_beginning_of_a_name(project: Path) -> None:
    extend(project / "domain.yml", "  utter_who_citizen:\n  - text: 个人\n")
    (project / "actions/answer.py").write_text('response = f"utter_who_{audience}"\n', encoding="utf-8")

    assert validate(project) == ("The utterance 'utter_who_citizen' is not used in any story or rule.",)


def test_validate_names_an_intent_without_example_or_rule(project: Path) -> None:
    domain = project / "domain.yml"
    domain.write_text(domain.read_text(encoding="utf-8").replace("rated]", "rated, lost]"), encoding="utf-8")

    assert validate(project) == (
        "The intent 'lost' is listed in the domain file, but is not found in the NLU training data.",
        "The intent 'lost' is not used in any story or rule.",
    )


def test_validate_names_an_example_of_two_intents(project: Path) -> None:
    extend(project / "bot/data/nlu.yml", "- intent: rated\n  examples: |\n    - 您好\n    - 五星\n")

    assert any("The example '您好' was found labeled with multiple" in message for message in validate(project))


def test_validate_names_an_action_that_the_domain_lacks(project: Path) -> None:
    extend(
        project / "bot/data/rules.yml",
        "- rule: fall back\n  steps:\n  - intent: nlu_fallback\n  - action: action_lost\n",
    )

    messages = validate(project)

    assert any("The action 'action_lost' is used in the 'fall back' block" in message for message in messages)
    assert messages[-1] == "Rasa's validation completed with errors."


def test_validate_names_stories_that_contradict_each_other(project: Path) -> None:
    story = "- story: {0}\n  steps:\n  - intent: greet\n  - action: utter_{0}\n"
    extend(project / "bot/data/rules.yml", "stories:\n" + story.format("greet") + story.format("rated"))

    assert any("Story structure conflict" in message for message in validate(project))


def test_validate_says_which_files_cannot_be_read(project: Path) -> None:
    (project / "domain.yml").write_text("version: '3.1'\nintents: [", encoding="utf-8")

    with pytest.raises(DataError, match=r"config\.yml, domain\.yml or bot/data is wrong"):
        validate(project)


@pytest.mark.slow
def test_our_own_data_give_no_warning() -> None:
    assert validate(ROOT) == ()
