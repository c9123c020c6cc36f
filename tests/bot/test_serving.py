"""The engine as the edge meets it: a real model behind the channel, a fake action server."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.utils.io import read_config_file

from bot.intent_report import DIALOGUE, SMALL_TALK
from tests.bot.fakes import ROOT, EngineProcess, FakeActionServer

WEBHOOK = "/webhooks/edge/webhook"


@pytest.fixture(scope="module")
def actions() -> Iterator[FakeActionServer]:
    fake = FakeActionServer()
    yield fake
    fake.close()


@pytest.fixture(scope="module")
def engine(models: Path, actions: FakeActionServer) -> Iterator[EngineProcess]:
    process = EngineProcess(models.parent, actions.port)
    yield process
    process.kill()


@pytest.fixture(autouse=True)
def _fresh_actions(actions: FakeActionServer) -> None:
    actions.reset()


def outcome(reply: dict[str, Any]) -> str:
    return str(reply["messages"][0]["custom"]["outcome"])


def test_a_question_is_answered_by_the_action_server(
    engine: EngineProcess, actions: FakeActionServer, query_of: Any
) -> None:
    text = "生意做不下去想先停一停，不想注销公司"
    query = query_of(text)

    status, reply = engine.say(text, sender="question", language="zh-Hans", query=query)

    assert status == 200
    assert reply["intent"]["name"] == "business_registration"
    assert 0.5 < reply["intent"]["confidence"] <= 1
    (message,) = reply["messages"]
    assert "第 2 项" in message["text"]
    assert "深化市场主体登记制度改革" in message["text"]
    assert message["custom"] == {"outcome": "answer", "citations": [{"clause_id": "2.4", "score": 0.9}]}
    (call,) = actions.calls
    assert call["next_action"] == "action_answer"
    assert call["tracker"]["latest_message"]["text"] == text
    assert call["tracker"]["latest_message"]["metadata"] == {"language": "zh-Hans", "query": query}
    assert json.dumps(call).count(query["vector"]) == 1
    assert call["domain"] == {}


def test_a_pressed_button_goes_to_the_action_whatever_its_words(
    engine: EngineProcess, actions: FakeActionServer
) -> None:
    status, reply = engine.say("谢谢", chosen="none")

    assert (status, reply["intent"]) == (200, {"name": "choose", "confidence": 1.0})
    assert actions.calls[-1]["tracker"]["latest_message"]["metadata"]["chosen"] == "none"


@pytest.mark.parametrize("stars", [1, 5])
def test_a_rating_button_is_thanked_for_without_the_action_server(
    engine: EngineProcess, actions: FakeActionServer, stars: int
) -> None:
    status, reply = engine.say("您好", sender="rating", chosen=f"rating-{stars}")

    assert (status, reply["intent"]) == (200, {"name": "rated", "confidence": 1.0})
    assert reply["messages"][0]["text"].startswith("您的评价已经记下")
    assert actions.calls == []


def test_what_a_message_names_reaches_the_action_server_as_entities(
    engine: EngineProcess, actions: FakeActionServer, query_of: Any
) -> None:
    text = "浦东开饭店要办哪些许可证"
    mention = {"kind": "area", "value": "浦东", "start": 0, "end": 2}

    engine.say(text, sender="entities", query={**query_of(text), "mentions": [mention]})

    assert actions.calls[-1]["tracker"]["latest_message"]["entities"] == [
        {"entity": "area", "value": "浦东", "start": 0, "end": 2, "extractor": "MentionExtractor"}
    ]


BUTTONS = [
    (button["payload"], variation["metadata"]["language"])
    for variations in read_config_file(str(ROOT / "domain.yml"))["responses"].values()
    for variation in variations
    for button in variation.get("buttons", [])
    if "chosen" not in button
]
LEADS_TO = {
    "我要找人工客服": "human",
    "I want to talk to a person": "human",
    "为我匹配适合我的政策": "start_match",
    "Match me with the reforms that fit me": "start_match",
}


@pytest.mark.parametrize("payload", sorted(LEADS_TO))
def test_a_button_leads_to_what_its_words_promise(engine: EngineProcess, payload: str) -> None:
    _, reply = engine.say(payload, sender=f"button-{len(payload)}")

    assert reply["intent"]["name"] == LEADS_TO[payload]


@pytest.mark.parametrize(("payload", "language"), sorted({one for one in BUTTONS if one[0] not in LEADS_TO}))
def test_a_button_with_a_question_goes_to_retrieval(
    engine: EngineProcess, actions: FakeActionServer, payload: str, language: str
) -> None:
    _, reply = engine.say(payload, sender="button-question", language=language)

    assert reply["intent"]["name"] not in SMALL_TALK | DIALOGUE
    assert [call["next_action"] for call in actions.calls] == ["action_answer"]


def test_the_vector_only_saves_time(engine: EngineProcess, query_of: Any) -> None:
    text = "生意做不下去想先停一停，不想注销公司"

    _, with_vector = engine.say(text, sender="with", query=query_of(text))
    _, without = engine.say(text, sender="without")

    assert with_vector["intent"]["name"] == without["intent"]["name"]
    assert with_vector["intent"]["confidence"] == pytest.approx(without["intent"]["confidence"], abs=1e-3)


def test_vectors_of_earlier_turns_go_nowhere(
    engine: EngineProcess, actions: FakeActionServer, query_of: Any
) -> None:
    for _ in range(3):
        engine.say("开理发店要办什么许可", sender="earlier", query=query_of("开理发店要办什么许可"))
    engine.say("办许可要找谁", sender="earlier")

    call = json.dumps(actions.calls[-1])
    assert "vector" not in call
    with sqlite3.connect(engine.data_dir / "tracker.db") as database:
        rows = database.execute("SELECT events || state_before FROM turns").fetchall()
    assert not any("vector" in row for (row,) in rows)


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("您好呀", "greet", "chat"),
        ("拜拜啦", "goodbye", "chat"),
        ("谢谢您啊", "thanks", "chat"),
        ("你都能干些什么", "help", "chat"),
        ("给我转人工客服", "human", "handoff"),
        ("你是机器人还是真人", "bot_challenge", "chat"),
        ("答的什么乱七八糟的", "complaint", "chat"),
        ("真好用，不错", "praise", "chat"),
        ("从头再来吧，重新开始", "restart", "chat"),
    ],
)
def test_small_talk_is_answered_without_the_action_server(
    engine: EngineProcess, actions: FakeActionServer, text: str, intent: str, expected: str
) -> None:
    status, reply = engine.say(text, sender=f"talk-{intent}")

    assert (status, reply["intent"]["name"], outcome(reply)) == (200, intent, expected)
    assert actions.calls == []


@pytest.mark.parametrize(
    "text", ["你好，我想问歇业怎么办", "谢谢，那跨区迁移怎么办理", "在吗？开饭店要办哪些许可证"]
)
def test_a_greeting_with_a_question_is_a_question(engine: EngineProcess, text: str) -> None:
    _, reply = engine.say(text, sender="greeting-question")

    assert outcome(reply) == "answer"


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "  /restart",
        "\x00\x1f/restart",
        "\u200b/restart",
        '/greet{"name": "王"}',
        '/intent{"x":1}',
        "/session_start",
        "/back",
        "EXTERNAL: restart",
        " EXTERNAL: greet",
    ],
)
def test_a_command_is_plain_text(engine: EngineProcess, actions: FakeActionServer, text: str) -> None:
    sender = "command"
    engine.say("开理发店要办什么许可", sender=sender)

    status, reply = engine.say(text, sender=sender)

    assert (status, reply["intent"]["name"], outcome(reply)) == (200, "nlu_fallback", "answer")
    events = actions.calls[-1]["tracker"]["events"]
    assert [event for event in events if event["event"] == "restart"] == []
    assert events[-1]["event"] == "user" or "开理发店要办什么许可" in [event.get("text") for event in events]


def test_replies_follow_the_language_of_the_message(engine: EngineProcess) -> None:
    _, english = engine.say("hello there", sender="language", language="en")
    _, chinese = engine.say("hello there", sender="language", language="zh-Hans")

    assert english["messages"][0]["text"].startswith("Hello!")
    assert chinese["messages"][0]["text"].startswith("您好！")
    assert [button["title"] for button in chinese["messages"][0]["buttons"]] == [
        "生意想先停一停怎么办",
        "开店的几张证能合成一张吗",
        "在外省看病能直接结算吗",
        "老人不会用手机怎么办事",
        "为我匹配",
    ]


def test_a_restart_forgets_what_was_said(engine: EngineProcess, actions: FakeActionServer) -> None:
    engine.say("开理发店要办什么许可", sender="restart")
    _, reply = engine.say("我们重新开始吧", sender="restart")
    engine.say("跨区迁移登记怎么办", sender="restart")

    assert reply["messages"][0]["text"].startswith("好的，前面说的我都放下了")
    events = [event["event"] for event in actions.calls[-1]["tracker"]["events"]]
    assert events.count("restart") == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"sender": "a"}',
        b'{"sender": "a", "message": ""}',
        b'{"sender": "a", "message": "\\ud83d"}',
        b'{"sender": "a b", "message": "hi"}',
    ],
)
def test_a_bad_body_is_400(engine: EngineProcess, content: bytes) -> None:
    status, reply = engine.call("POST", WEBHOOK, content)

    assert (status, reply["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("token", ["", "wrong", "test-token2", "令牌".encode().decode("latin-1")])
def test_a_wrong_token_is_401(engine: EngineProcess, actions: FakeActionServer, token: str) -> None:
    body = json.dumps({"sender": "a", "message": "您好"}).encode()

    status, reply = engine.call("POST", WEBHOOK, body, token=token)

    assert (status, reply["error"]["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    "path", ["/", "/version", "/model", "/conversations/a/tracker", "/webhooks/rest/webhook", "/webhooks/edge/"]
)
def test_nothing_else_of_rasa_is_served(engine: EngineProcess, path: str) -> None:
    assert engine.call("GET", path)[0] == 404
    assert engine.call("POST", path, b"{}")[0] == 404


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, {}),
        (400, {"error": "no", "action_name": "action_answer"}),
        (200, {"events": [{"event": "unknown"}]}),
        (200, ["您好"]),
        (200, {"events": [], "responses": []}),
        (200, {"events": [], "responses": [{"response": "utter_missing"}]}),
    ],
)
def test_a_failed_or_silent_action_is_503_and_no_turn(
    engine: EngineProcess, actions: FakeActionServer, status: int, answer: object
) -> None:
    sender = f"failed-{status}-{len(json.dumps(answer))}"
    actions.status, actions.answer = status, answer

    code, reply = engine.say("开理发店要办什么许可", sender=sender)

    assert code == 503
    assert reply["error"]["code"] in {"action_failed", "nothing_said"}
    actions.reset()
    assert engine.say("跨区迁移登记怎么办", sender=sender)[0] == 200
    said = [event.get("text") for event in actions.calls[-1]["tracker"]["events"] if event["event"] == "user"]
    assert said[-1] == "跨区迁移登记怎么办"
    if reply["error"]["code"] == "action_failed":
        assert said == ["跨区迁移登记怎么办"]


def test_an_action_that_hangs_is_503_in_time_and_frees_its_sender(
    engine: EngineProcess, actions: FakeActionServer
) -> None:
    actions.delay_s = 20.0
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        hanging = pool.submit(engine.say, "开理发店要办什么许可", sender="hang")
        time.sleep(0.2)
        small_talk = pool.submit(engine.say, "谢谢您啊", sender="hang")
        others, _ = engine.say("您好呀", sender="other")
        assert others == 200
        assert time.monotonic() - started < 1.0
        assert hanging.result()[0] == 503
        assert small_talk.result()[0] == 200
    assert time.monotonic() - started < 2.5


def test_health_names_the_part_that_is_missing(engine: EngineProcess, actions: FakeActionServer) -> None:
    status, reply = engine.call("GET", "/webhooks/edge/health")
    assert (status, reply["status"]) == (200, "ok")
    assert re.fullmatch(r"[0-9a-f]{16}\.tar\.gz", reply["model"])

    actions.healthy = False
    assert engine.call("GET", "/webhooks/edge/health") == (503, {"status": "unavailable", "part": "actions"})


def test_three_hundred_turns_change_neither_rule_nor_size(
    engine: EngineProcess, actions: FakeActionServer, query_of: Any
) -> None:
    plan = [("开理发店要办什么许可", "licensing", "answer"), ("谢谢您啊", "thanks", "chat")]
    queries = {text: query_of(text) for text, _, _ in plan}
    for number in range(300):
        text, intent, expected = plan[number % 3 == 0]
        _, reply = engine.say(text, sender="long", query=queries[text])
        assert (reply["intent"]["name"], outcome(reply)) == (intent, expected)

    assert len(actions.calls[-1]["tracker"]["events"]) <= 6 * 6


def test_a_killed_engine_remembers_the_conversation(models: Path, actions: FakeActionServer) -> None:
    process = EngineProcess(models.parent, actions.port)
    try:
        process.say("开理发店要办什么许可", sender="killed")
        process.kill()
        process.start()
        actions.reset()
        status, _ = process.say("跨区迁移登记怎么办", sender="killed")
    finally:
        process.kill()

    assert status == 200
    said = [event.get("text") for event in actions.calls[-1]["tracker"]["events"] if event["event"] == "user"]
    assert said == ["开理发店要办什么许可", "跨区迁移登记怎么办"]


def test_visitors_words_are_not_in_the_log(engine: EngineProcess, actions: FakeActionServer) -> None:
    actions.status = 500
    engine.say("我叫王小明，想开理发店", sender="log")

    log = engine.log.read_text()
    assert "action_answer failed" in log
    assert "王小明" not in log
    assert "理发店" not in log
