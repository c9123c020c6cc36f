from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction

from bot.compiled_validation import validate_action_result

GOOD: list[Any] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "区", "value": "浦东"}], "responses": [{"text": "您好"}]},
    {"events": [{"event": "restart"}], "responses": [{"response": "utter_answer", "custom": {}}]},
]
BAD: list[Any] = [
    None,
    [],
    "您好",
    {"events": {}},
    {"events": [{"event": "unknown"}]},
    {"events": [{"event": "slot"}]},
    {"responses": ["您好"]},
    {"events": [], "responses": {}},
]


@pytest.mark.parametrize("answer", GOOD)
def test_validate_action_result_accepts_what_stock_accepts(answer: Any) -> None:
    validate(answer, RemoteAction.action_response_format_spec())

    assert validate_action_result(RemoteAction("action_answer", None), answer) is True


@pytest.mark.parametrize("answer", BAD)
def test_validate_action_result_rejects_what_stock_rejects(answer: Any) -> None:
    with pytest.raises(ValidationError) as stock:
        validate(answer, RemoteAction.action_response_format_spec())

    with pytest.raises(ValidationError, match="make sure your response from the Action endpoint is valid") as ours:
        validate_action_result(RemoteAction("action_answer", None), answer)

    assert ours.value.message.startswith(stock.value.message)
    assert list(ours.value.path) == list(stock.value.path)
