from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot import training
from bot.training import TrainingError, inputs_hash, newest_model, train

INPUTS = (
    *("config.yml", "domain.yml", "bot/data/rules.yml"),
    *("bot/classifier.py", "bot/featurizer.py", "bot/entities.py", "bot/tokenizer.py"),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what a model is made from."""
    root = tmp_path / "project"
    (root / "bot/data/nlu").mkdir(parents=True)
    for name in (*INPUTS, "bot/requirements.lock"):
        (root / name).write_text(name)
    return root


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace Rasa's training by writing the name into the file; the list tells what was trained."""
    names: list[str] = []

    def write(_: Path, folder: Path, name: str) -> Path:
        names.append(name)
        (folder / name).write_text(name)
        return folder / name

    monkeypatch.setattr(training, "_train_with_rasa", write)
    return names


def silent(_: str) -> None:
    pass


@pytest.mark.parametrize("changed", INPUTS)
def test_inputs_hash_changes_with_each_input(project: Path, changed: str) -> None:
    before = inputs_hash(project)
    (project / changed).write_text("变了")

    assert inputs_hash(project) != before


def test_inputs_hash_sees_a_new_file_and_a_renamed_one(project: Path) -> None:
    without = inputs_hash(project)
    (project / "bot/data/nlu/greet.yml").write_text("x")
    with_greet = inputs_hash(project)
    (project / "bot/data/nlu/greet.yml").rename(project / "bot/data/nlu/hello.yml")

    assert len({without, with_greet, inputs_hash(project)}) == 3


def test_inputs_hash_refuses_a_missing_file(project: Path) -> None:
    (project / "domain.yml").unlink()

    with pytest.raises(TrainingError, match=r"domain\.yml is missing"):
        inputs_hash(project)


def test_train_does_nothing_twice(project: Path, trained: list[str], tmp_path: Path) -> None:
    lines: list[str] = []
    first = train(project, tmp_path / "models", silent)
    second = train(project, tmp_path / "models", lines.append)

    assert first == second
    assert first.name == f"{inputs_hash(project)}.tar.gz"
    assert trained == [first.name]
    assert lines == [f"Model {first.name} is up to date."]


def test_train_keeps_the_newest_two_and_leaves_no_scratch(
    project: Path, trained: list[str], tmp_path: Path
) -> None:
    models = tmp_path / "models"
    made = []
    for number in range(3):
        (project / "domain.yml").write_text(str(number))
        made.append(train(project, models, silent))
        os.utime(made[-1], (number, number))

    assert sorted(models.iterdir()) == sorted(made[1:])


def test_train_makes_the_model_of_reverted_inputs_the_newest(
    project: Path, trained: list[str], tmp_path: Path
) -> None:
    first = train(project, tmp_path / "models", silent)
    os.utime(first, (1, 1))
    (project / "domain.yml").write_text("变了")
    train(project, tmp_path / "models", silent)
    (project / "domain.yml").write_text("domain.yml")

    train(project, tmp_path / "models", silent)

    assert newest_model(tmp_path / "models") == first


def test_train_publishes_nothing_when_rasa_fails(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_: Path, folder: Path, name: str) -> None:
        (folder / name).write_text("half")
        print("no stories")  # noqa: T201 - as Rasa does

    monkeypatch.setattr(training, "_train_with_rasa", fail)

    with pytest.raises(TrainingError, match="Rasa trained no model; it said: no stories"):
        train(project, tmp_path / "models", silent)
    assert list((tmp_path / "models").iterdir()) == []


def test_train_names_the_files_when_yaml_is_broken(tmp_path: Path, project: Path) -> None:
    root = Path(training.__file__).parent.parent
    shutil.copy(root / "config.yml", project)
    (project / "domain.yml").write_text("version: '3.1'\nintents: [")

    with pytest.raises(TrainingError, match=r"config\.yml, domain\.yml or bot/data is wrong"):
        train(project, tmp_path / "models", silent)


def test_newest_model_without_any_says_how_to_train(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="python -m bot train"):
        newest_model(tmp_path)
