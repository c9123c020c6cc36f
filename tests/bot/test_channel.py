from __future__ import annotations

from typing import Any

import pytest

from bot.channel import BadTurnError, EdgeInput, EdgeOutput, Turn, read_turn


def body(**changes: Any) -> dict[str, Any]:
    return {"sender": "session-1", "message": "公司想歇业", **changes}


def test_read_turn_keeps_only_what_the_contract_names() -> None:
    metadata = {
        "language": "en",
        "query": {"encoder": "e", "vector": "v", "middle": "m", "more": 1},
        "is_external": True,
    }

    turn = read_turn(body(metadata=metadata, intent="restart"))

    query = {"encoder": "e", "vector": "v", "middle": "m"}
    assert turn == Turn("session-1", "公司想歇业", {"language": "en", "query": query})


@pytest.mark.parametrize("chosen", ["2.4", "22.10", "none", "rating-1", "rating-3", "rating-5"])
def test_read_turn_knows_what_a_pressed_button_stands_for(chosen: str) -> None:
    assert read_turn(body(metadata={"chosen": chosen})).metadata == {"language": "zh-Hans", "chosen": chosen}


def test_read_turn_keeps_the_parts_of_a_query() -> None:
    parts = [{"text": "歇业吗", "vector": "v", "more": 1}, {"text": "改名吗", "vector": "w"}]
    metadata = {"query": {"encoder": "e", "vector": "v", "parts": parts}}

    assert read_turn(body(metadata=metadata)).metadata["query"] == {
        "encoder": "e",
        "vector": "v",
        "parts": [{"text": "歇业吗", "vector": "v"}, {"text": "改名吗", "vector": "w"}],
    }


@pytest.mark.parametrize("parts", [None, []])
def test_read_turn_passes_no_empty_parts_on(parts: Any) -> None:
    query = {"encoder": "e", "vector": "v", "parts": parts}

    assert read_turn(body(metadata={"query": query})).metadata["query"] == {"encoder": "e", "vector": "v"}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"text": "歇业吗", "vector": "v"}, "metadata.query.parts: expected a list of at most 3 objects"),
        ([{"text": "歇业吗", "vector": "v"}] * 4, "metadata.query.parts: expected a list of at most 3"),
        (["歇业吗"], "metadata.query.parts: expected objects with the texts text and vector"),
        ([{"text": "歇业吗"}], "metadata.query.parts: expected objects with the texts text and vector"),
        ([{"text": "歇业吗", "vector": [0.5]}], "metadata.query.parts: expected objects"),
        ([{"text": " ", "vector": "v"}], "metadata.query.parts.text: expected a text that is not blank"),
        ([{"text": 7, "vector": "v"}], "metadata.query.parts.text: expected a text that is not blank"),
        ([{"text": "好" * 4001, "vector": "v"}], "metadata.query.parts.text: expected at most 4000"),
        ([{"text": "\ud83d", "vector": "v"}], "metadata.query.parts.text: .* lone surrogate"),
    ],
)
def test_read_turn_names_what_is_wrong_with_parts(parts: Any, message: str) -> None:
    with pytest.raises(BadTurnError, match=message):
        read_turn(body(metadata={"query": {"encoder": "e", "vector": "v", "parts": parts}}))


def test_read_turn_refuses_a_middle_vector_that_is_no_text() -> None:
    with pytest.raises(BadTurnError, match=r"metadata\.query\.middle: expected a text"):
        read_turn(body(metadata={"query": {"encoder": "e", "vector": "v", "middle": [0.5]}}))


MENTION = {"kind": "area", "value": "浦东", "start": 1, "end": 3}


def mentioning(mentions: Any) -> dict[str, Any]:
    return body(metadata={"query": {"encoder": "e", "vector": "v", "mentions": mentions}})


def test_read_turn_keeps_what_the_contract_says_of_a_mention() -> None:
    turn = read_turn(mentioning([{**MENTION, "more": 1}, {**MENTION, "start": 0}]))

    assert turn.metadata["query"] == {
        "encoder": "e",
        "vector": "v",
        "mentions": [
            {"kind": "area", "value": "浦东", "start": 1, "end": 3},
            {"kind": "area", "value": "浦东", "start": 0, "end": 3},
        ],
    }


@pytest.mark.parametrize("mentions", [None, []])
def test_read_turn_passes_no_empty_mentions_on(mentions: Any) -> None:
    assert read_turn(mentioning(mentions)).metadata["query"] == {"encoder": "e", "vector": "v"}


def test_read_turn_takes_two_hundred_mentions() -> None:
    assert len(read_turn(mentioning([MENTION] * 200)).metadata["query"]["mentions"]) == 200


@pytest.mark.parametrize(
    ("mentions", "message"),
    [
        (MENTION, "metadata.query.mentions: expected a list of at most 200 objects"),
        ([MENTION] * 201, "metadata.query.mentions: expected a list of at most 200 objects"),
        (["浦东"], "metadata.query.mentions: expected objects with kind, value, start and end"),
        ([MENTION, {"kind": "area"}], "metadata.query.mentions: expected objects with kind, value, start and end"),
        ([{**MENTION, "kind": 7}], "metadata.query.mentions: expected objects"),
        ([{**MENTION, "value": ["浦东"]}], "metadata.query.mentions: expected objects"),
        ([{**MENTION, "start": -1}], "metadata.query.mentions: expected objects"),
        ([{**MENTION, "end": 3.0}], "metadata.query.mentions: expected objects"),
        ([{**MENTION, "end": True}], "metadata.query.mentions: expected objects"),
    ],
)
def test_read_turn_names_what_is_wrong_with_mentions(mentions: Any, message: str) -> None:
    with pytest.raises(BadTurnError, match=message):
        read_turn(mentioning(mentions))


@pytest.mark.parametrize("metadata", [None, {}, {"query": None}])
def test_read_turn_without_metadata_is_in_simplified_chinese(metadata: Any) -> None:
    assert read_turn(body(metadata=metadata)).metadata == {"language": "zh-Hans"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, "body: expected a JSON object, got NoneType"),
        ([], "body: expected a JSON object, got list"),
        ({"message": "您好"}, "sender"),
        (body(sender=""), "sender"),
        (body(sender="会话"), "sender"),
        (body(sender="a" * 65), "sender"),
        (body(sender="session-1\n"), "sender"),
        (body(sender=7), "sender"),
        (body(message=None), "message: expected a text"),
        (body(message=""), "message: expected a text"),
        (body(message=" \t\u3000"), "message: expected a text"),
        (body(message=["您好"]), "message: expected a text"),
        (body(message="好" * 4001), "at most 4000 characters, got 4001"),
        (body(message="\ud83d"), "lone surrogate"),
        (body(metadata=[]), "metadata: expected an object, got list"),
        (body(metadata={"language": "fr"}), "metadata.language: expected one of zh-Hans, en"),
        (body(metadata={"language": []}), "metadata.language"),
        (body(metadata={"query": "AAAA"}), "metadata.query"),
        (body(metadata={"query": {"encoder": "e"}}), "metadata.query"),
        (body(metadata={"query": {"encoder": 1, "vector": "v"}}), "metadata.query"),
        (body(metadata={"chosen": "restart"}), "metadata.chosen: expected a clause id, none, or rating-1 to"),
        (body(metadata={"chosen": "rating-0"}), "metadata.chosen"),
        (body(metadata={"chosen": "rating-6"}), "metadata.chosen"),
        (body(metadata={"chosen": "rating-5\n"}), "metadata.chosen"),
        (body(metadata={"chosen": ["2.4"]}), "metadata.chosen"),
    ],
)
def test_read_turn_names_what_is_wrong(wrong: Any, message: str) -> None:
    with pytest.raises(BadTurnError, match=message):
        read_turn(wrong)


async def test_output_keeps_text_buttons_and_custom_of_an_utterance_together() -> None:
    output = EdgeOutput()

    await output.send_response(
        "session-1",
        {
            "text": "您好",
            "buttons": [{"title": "歇业", "payload": "公司想歇业"}],
            "custom": {"outcome": "chat"},
            "metadata": {},
        },
    )
    await output.send_response("session-1", {"text": None, "custom": {"outcome": "answer"}})
    await output.send_response("session-1", {"text": ""})

    assert output.messages == [
        {
            "text": "您好",
            "buttons": [{"title": "歇业", "payload": "公司想歇业"}],
            "custom": {"outcome": "chat"},
        },
        {"custom": {"outcome": "answer"}},
    ]


def test_channel_is_called_edge() -> None:
    assert EdgeInput.from_credentials(None).url_prefix() == "edge"
