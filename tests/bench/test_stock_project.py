"""With a stand-in for the environment: a ``rasa`` that only notes that it was called."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from bench.errors import StepFailedError
from bench.stock_project import FILES, StockProject

FAKE_RASA = """#!/bin/sh
echo "$@" >> calls
mkdir -p models
"""


@pytest.fixture
def project(tmp_path: Path) -> StockProject:
    data = tmp_path / "source" / "bot" / "data" / "nlu"
    data.mkdir(parents=True)
    (data / "greet.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - 您好\n", encoding="utf-8")
    (data.parent / "rules.yml").write_text(
        "rules:\n- rule: greet\n  steps:\n  - intent: greet\n  - action: utter_greet\n", encoding="utf-8"
    )
    (tmp_path / "source" / "domain.yml").write_text(
        "intents: [greet]\nresponses:\n  utter_greet:\n  - text: 您好\n", encoding="utf-8"
    )
    environment = tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    _write_rasa(environment, FAKE_RASA)
    lock = FILES / "requirements.lock"
    digest = sha256(lock.name.encode() + b"\0" + lock.read_bytes()).hexdigest()
    (environment / "installed").write_text(digest)
    said: list[str] = []
    return StockProject(
        tmp_path / "stock", tmp_path / "logs", said.append, environment=environment, source=tmp_path / "source"
    )


def _write_rasa(environment: Path, script: str) -> None:
    rasa = environment / "bin" / "rasa"
    rasa.write_text(script)
    rasa.chmod(0o755)


def _calls(project: StockProject) -> list[str]:
    return (project.folder / "calls").read_text().splitlines()


def test_prepare_writes_our_data_as_a_stock_project(project: StockProject) -> None:
    project.prepare()

    assert sorted(path.name for path in (project.folder / "data").iterdir()) == [
        "nlu-greet.yml",
        "rules.yml",
        "stories.yml",
    ]
    assert yaml.safe_load((project.folder / "domain.yml").read_text(encoding="utf-8"))["intents"] == ["greet"]


def test_prepare_trains_once(project: StockProject) -> None:
    project.prepare()
    project.prepare()

    assert _calls(project) == ["train --quiet --fixed-model-name stock"]


def test_prepare_trains_again_after_the_data_changed(project: StockProject) -> None:
    project.prepare()
    (project.source / "bot" / "data" / "nlu" / "greet.yml").unlink()
    project.prepare()

    assert len(_calls(project)) == 2
    assert not (project.folder / "data" / "nlu-greet.yml").exists()


def test_a_failed_training_is_named_with_its_log_and_repeated(project: StockProject) -> None:
    _write_rasa(project.environment, "#!/bin/sh\nexit 4\n")

    for _ in range(2):
        with pytest.raises(StepFailedError, match=r"training ended with code 4; read .*stock-training.log"):
            project.prepare()


def test_product_is_an_engine_on_loopback_and_an_action_server(project: StockProject, tmp_path: Path) -> None:
    engine, actions = project.product(port=8001, actions_port=8002, data_dir=tmp_path).commands

    assert " ".join(engine.argv[1:]) == "run --interface 127.0.0.1 --port 8001 --model models/stock.tar.gz"
    assert engine.env["STOCK_ACTIONS_PORT"] == "8002"
    assert " ".join(actions.argv[1:]) == "-m bench.stock.actions 8002"


def test_stock_files_are_the_usual_components() -> None:
    config = yaml.safe_load((FILES / "config.yml").read_text(encoding="utf-8"))

    names = [component["name"] for component in config["pipeline"] + config["policies"]]
    assert {"JiebaTokenizer", "CountVectorsFeaturizer", "DIETClassifier", "TEDPolicy", "RulePolicy"} <= set(names)


def test_stock_environment_has_tensorflow() -> None:
    lock = (FILES / "requirements.lock").read_text()

    assert "rasa==3.6.21\n" in lock
    assert "tensorflow-cpu==2.12.0\n" in lock
