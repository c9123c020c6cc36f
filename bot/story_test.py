"""Run the test stories: ``python -m bot test``.

Each story is played as ``rasa test`` plays it end to end: the trained model reads the texts, the policies predict
the actions, and both are compared with what the story says. Rasa's own loop does it, :mod:`rasa.core.test`. Its
entry ``test()`` is not used, because that one silently drops a story whose intents and actions are those of
another, whatever its texts are, and because it wants plots and reports.
"""

from __future__ import annotations

import asyncio
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rasa.core import test as rasa_test
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.loading import load_data_from_files
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException

from bot.engine_settings import EngineSettings
from bot.launcher import load_agent
from bot.training import inputs_hash, newest_model

STORIES = "tests/stories"
FAILED_STORIES_FILE = "failed_stories.yml"
NONE_FAILED = "None of the test stories failed."


class StoryError(ValueError):
    """The test stories cannot be read as they are meant."""


@dataclass(frozen=True)
class StoryReport:
    """What the stories came to.

    Attributes:
        passed: Names of the stories that the model plays as written, in the order of the files.
        failed: Names of the others.
    """

    passed: tuple[str, ...]
    failed: tuple[str, ...]


def play_stories(
    root: Path, settings: EngineSettings, say: Callable[[str], None], *, stories: str = STORIES
) -> StoryReport:
    """Play the stories with the newest model and write down the failed ones; about half a minute.

    The failed stories stand in ``evaluation/failed_stories.yml`` of the data folder, with what was predicted
    instead as comments.

    Args:
        root: Folder of ``endpoints.yml`` and of what the model is made from.
        settings: Say where the models and the data folder are.
        say: Gets one line for each thing worth knowing.
        stories: Folder of the stories, from the root.

    Raises:
        bot.training.TrainingError: If there is no model.
        StoryError: If the stories are not as :func:`read_stories` wants them.
    """
    model = newest_model(settings.models_dir)
    if model.name != f"{inputs_hash(root)}.tar.gz":
        say(f"Model {model.name} is older than its inputs; `python -m bot train` makes a new one.")
    with tempfile.TemporaryDirectory() as scratch:
        agent = load_agent(root, model, replace(settings, data_dir=Path(scratch)))
        trackers = read_stories(root / stories, agent.domain)
        report = asyncio.run(_play_all(trackers, agent, settings.data_dir / "evaluation" / FAILED_STORIES_FILE))
    for name in report.failed:
        say(f"failed: {name}")
    say(f"{len(report.passed)} of {len(trackers)} stories passed with model {model.name}.")
    return report


def read_stories(folder: Path, domain: Domain) -> list[DialogueStateTracker]:
    """Return one tracker for each story of the folder's ``test_*.yml``.

    Raises:
        StoryError: If Rasa cannot read a step or would skip it, if there is no story, or two have one name.
    """
    files = sorted(str(path) for path in folder.glob("test_*.yml"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            steps = load_data_from_files(files, domain)
    except (UserWarning, RasaException) as error:
        raise StoryError(f"{folder}: {error}") from error
    names = [step.block_name for step in steps]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if not names or doubles:
        raise StoryError(f"{folder}: expected stories with a name of their own, got {doubles or 'none'}")
    generator = TrainingDataGenerator(
        StoryGraph(steps),
        domain,
        remove_duplicates=False,
        use_story_concatenation=False,
        augmentation_factor=0,
    )
    trackers: list[DialogueStateTracker] = generator.generate_story_trackers()
    return trackers


async def _play_all(trackers: Sequence[DialogueStateTracker], agent: Agent, failed_to: Path) -> StoryReport:
    evaluation, _, _ = await rasa_test._collect_story_predictions(list(trackers), agent, use_e2e=True)
    failed_to.parent.mkdir(parents=True, exist_ok=True)
    rasa_test._log_stories(evaluation.failed_stories, str(failed_to), NONE_FAILED)
    await agent.action_endpoint.close()
    agent.tracker_store.close()
    return StoryReport(
        passed=tuple(tracker.sender_id for tracker in evaluation.successful_stories),
        failed=tuple(tracker.sender_id for tracker in evaluation.failed_stories),
    )
