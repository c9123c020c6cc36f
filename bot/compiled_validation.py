"""Compile the schema of an action server's answer once.

Stock Rasa builds the schema and a validator and checks the schema itself against its meta-schema at
every action call, which is more than half of a lean turn. The same validator, kept, rejects the same answers.
"""

from __future__ import annotations

from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def validate_action_result(_: RemoteAction, result: dict[str, Any]) -> bool:
    """Return ``True`` for an answer of the form that Rasa expects.

    Raises:
        jsonschema.ValidationError: The error that ``jsonschema.validate`` would raise.
    """
    error = best_match(_VALIDATOR.iter_errors(result))
    if error is None:
        return True
    error.message += (
        ". Failed to validate Action server response from API, make sure your response from the Action "
        f"endpoint is valid. For more information about the format visit {DOCS_BASE_URL}/custom-actions"
    )
    raise error


def install() -> None:
    """Make every ``RemoteAction`` use the compiled validator."""
    RemoteAction._validate_action_result = validate_action_result
