"""Check domain, rules and NLU data with Rasa's validator: ``python -m bot validate``.

It does what ``rasa data validate --fail-on-warnings`` does, and takes every warning as a failure, while that
command lets pass a response that no rule uses and an intent without an example. Of these two the warnings are
left out that Rasa gives for want of seeing our code: a response that a custom action utters is in use, and the
intent of a pressed button needs no example.
"""

from __future__ import annotations

import ast
import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rasa.cli.utils import validate_files
from rasa.shared.constants import UTTER_PREFIX
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from ruamel.yaml.error import YAMLError

from bot.processor import CHOOSE, RATED

# Where the names of responses stand, and what they are put together from.
_CODE = ("actions", "knowledge")
# Rasa's own action_restart utters it.
_UTTERED_BY_RASA = frozenset({"utter_restart"})
_UNUSED = re.compile(r"The utterance '(\w+)' is not used in any story or rule\.")
_UNTAUGHT = re.compile(
    r"The intent '(\w+)' is listed in the domain file, but is not found in the NLU training data\."
)
# Told to every domain that has slots.
_NOTICE = "Slot auto-fill has been removed in 3.0"


class DataError(ValueError):
    """Domain, configuration or data cannot be read at all."""


def validate(root: Path) -> tuple[str, ...]:
    """Return what Rasa's validator warns of; empty if all is well.

    Args:
        root: Folder of ``config.yml``, ``domain.yml``, ``bot/data`` and the actions' code.

    Raises:
        DataError: If Rasa cannot read one of the files.
    """
    with _gathered_warnings() as messages:
        try:
            validate_files(fail_on_warnings=True, max_history=None, importer=_importer(root))
        except SystemExit:
            messages.append("Rasa's validation completed with errors.")
        except (RasaException, YAMLError) as error:
            raise DataError(f"config.yml, domain.yml or bot/data is wrong: {error}") from error
    is_uttered = _utterances_of(root / folder for folder in _CODE)
    return tuple(message for message in messages if not _is_accounted_for(message, is_uttered))


def _importer(root: Path) -> TrainingDataImporter:
    return TrainingDataImporter.load_from_config(
        config_path=str(root / "config.yml"),
        domain_path=str(root / "domain.yml"),
        training_data_paths=[str(root / "bot/data")],
    )


def _is_accounted_for(message: str, is_uttered: Callable[[str], bool]) -> bool:
    if message.startswith(_NOTICE):
        return True
    if unused := _UNUSED.match(message):
        return unused[1] in _UTTERED_BY_RASA or is_uttered(unused[1])
    untaught = _UNTAUGHT.match(message)
    return untaught is not None and untaught[1] in {CHOOSE, RATED}


def _utterances_of(folders: Iterable[Path]) -> Callable[[str], bool]:
    """Return a test whether the code of the folders utters a response.

    It does if the response's name stands there as a text, or is the beginning of a formatted text, such as
    ``utter_who_`` of ``f"utter_who_{audience}"``, and a text that stands there.
    """
    texts: set[str] = set()
    beginnings: set[str] = set()
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    texts.add(text)
                case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if text.startswith(UTTER_PREFIX):
                    beginnings.add(text)

    def is_uttered(name: str) -> bool:
        ends = (name.removeprefix(beginning) for beginning in beginnings if name.startswith(beginning))
        return name in texts or any(end in texts for end in ends)

    return is_uttered


@contextmanager
def _gathered_warnings() -> Iterator[list[str]]:
    """Gather what Rasa warns of and logs as a warning; the list is complete once the block is left."""
    messages: list[str] = []
    handler = _Gatherer(messages)
    rasa_logger = logging.getLogger("rasa")
    rasa_logger.addHandler(handler)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("ignore")
            for category in (UserWarning, FutureWarning):
                warnings.simplefilter("always", category)
            yield messages
    finally:
        rasa_logger.removeHandler(handler)
    messages[:0] = [str(warning.message) for warning in caught]


class _Gatherer(logging.Handler):
    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())
