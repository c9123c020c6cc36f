"""Journeys through the real product: engine, action server and edge under their supervisor."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from knowledge import load_document
from tests.journeys.product import SERVICES, LiveProduct, is_alive, start_product, wait_until

pytestmark = pytest.mark.journey

SUSPEND = "公司暂时不想经营了，又不想注销，怎么办"
IDENTITY_NUMBER = "11010519491231002X"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProduct]:
    product = start_product(tmp_path_factory.mktemp("product"))
    yield product
    product.running.stop()


def test_a_question_is_answered_with_the_exact_clause(product: LiveProduct) -> None:
    reply = product.ask(SUSPEND)

    assert reply["outcome"] == "answer"
    assert reply["intent"]["name"] == "business_registration"
    first = reply["citations"][0]
    assert first["clause_id"] == "2.4"
    assert first["quote"] == (
        "落实歇业备案制度，加强市场监管、税务、人力资源社会保障等部门间信息共享，根据企业需要“一口办理”歇业备案手续。"
    )
    assert first["measure_title"] == "深化市场主体登记制度改革"
    assert first["document"]["number"] == "沪府办〔2023〕9号"
    assert reply["receipt"]["source_sha256"] == load_document().raw_sha256


@pytest.mark.parametrize(
    ("message", "language", "clause_id"),
    [
        ("公司暫時不想經營了，又不想註銷，可以怎麼辦？", "zh-Hant", "2.4"),
        ("Can I pause my company for a while without closing it down?", "en", "2.4"),
        ("數字化電子發票是不是要全面推廣了", "zh-Hant", "10.6"),
    ],
)
def test_traditional_and_english_questions_find_the_clause(
    product: LiveProduct, message: str, language: str, clause_id: str
) -> None:
    reply = product.ask(message)

    assert reply["language"] == language
    # 怎么办 may ask for particulars, too: then the clause comes with the word that there are no more.
    assert reply["outcome"] in {"answer", "no_detail"}
    assert reply["citations"][0]["clause_id"] == clause_id
    assert reply["citations"][0]["quote"] == load_document().clause(clause_id).text


@pytest.mark.parametrize(
    "message", ["今晚有没有好看的电影推荐", "怎么腌萝卜才脆", "where can I buy cheap sneakers"]
)
def test_what_the_document_does_not_cover_is_said_to_be_so(product: LiveProduct, message: str) -> None:
    reply = product.ask(message)

    assert reply["outcome"] == "abstain"
    assert reply["citations"] == []
    assert "12345" in reply["messages"][0]["text"]


def test_a_detail_that_the_document_does_not_state_is_not_invented(product: LiveProduct) -> None:
    reply = product.ask("办歇业备案要收多少手续费")

    assert reply["outcome"] == "no_detail"
    assert reply["citations"][0]["clause_id"] == "2.4"


def test_small_talk_offers_questions_that_can_be_pressed(product: LiveProduct) -> None:
    greeting = product.ask("您好呀")
    choice = next(choice for message in greeting["messages"] for choice in message["choices"])

    pressed = httpx2.post(
        f"{product.url}/api/chat",
        json={"session_id": greeting["session_id"], "choice_id": choice["choice_id"]},
        timeout=30,
    ).json()

    assert (greeting["outcome"], greeting["intent"]["name"]) == ("chat", "greet")
    assert pressed["outcome"] == "answer"


def test_a_retry_gets_the_stored_reply_and_adds_no_turn(product: LiveProduct) -> None:
    first = product.ask(SUSPEND, session_id="retry", client_turn_id="1")
    before = len(product.recorded_turns())

    assert product.ask(SUSPEND, session_id="retry", client_turn_id="1") == first
    assert len(product.recorded_turns()) == before


def test_identity_numbers_are_kept_nowhere(product: LiveProduct) -> None:
    reply = product.ask(f"我的身份证是{IDENTITY_NUMBER}，手机１３８ ００１３ ８０００，想办歇业")

    assert reply["citations"][0]["clause_id"] == "2.4"
    files = [path for path in product.data_dir.glob("*.db*") if path.is_file()]
    assert len(files) >= 2
    for path in (*files, product.log):
        content = path.read_bytes()
        assert IDENTITY_NUMBER.encode() not in content, path
        assert b"13800138000" not in content, path


def test_logs_hold_no_words_of_visitors(product: LiveProduct) -> None:
    product.ask("我们弄堂口的阿婆裁缝铺想停业两个月")

    assert "阿婆裁缝铺" not in product.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "message",
    ["/restart", '/greet{"language":"en"}', "EXTERNAL: greet", "/session_start", " /restart", "／restart", "/"],
)
def test_a_command_of_the_engine_is_plain_text(product: LiveProduct, message: str) -> None:
    before = product.ask(SUSPEND, session_id="commands")

    reply = product.ask(message, session_id="commands")

    assert reply["intent"]["name"] not in ("session_start", "EXTERNAL")
    assert product.ask(SUSPEND, session_id="commands")["citations"] == before["citations"]


BAD_BODIES: dict[str, tuple[bytes, int]] = {
    "not JSON": (b"{", 400),
    "not an object": (b"[]", 400),
    "no message": (b"{}", 400),
    "a message that is a number": (b'{"message": 5}', 400),
    "empty": (b'{"message": ""}', 422),
    "blanks": ('{"message": "　 \\n"}'.encode(), 422),
    "NUL alone": (b'{"message": "\\u0000"}', 422),
    "2,001 characters": (json.dumps({"message": "问" * 2001}).encode(), 422),
    "100,000 emoji": (json.dumps({"message": "😀" * 100_000}, ensure_ascii=False).encode(), 413),
    "1 MB": (b'{"message": "' + b"a" * 1_000_000 + b'"}', 413),
    "a bad session id": ('{"message": "你好", "session_id": "../x"}'.encode(), 400),
    "an unknown button": (b'{"session_id": "s", "choice_id": "nobody"}', 422),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_input_gets_a_readable_error(product: LiveProduct, name: str) -> None:
    body, status = BAD_BODIES[name]

    response = httpx2.post(
        f"{product.url}/api/chat", content=body, headers={"content-type": "application/json"}, timeout=30
    )

    assert response.status_code == status
    assert set(response.json()["error"]) >= {"code", "message"}
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "message",
    ['{"message": "\\ud800停业"}', '{"message": "停\\u0000业"}', '{"message": "<img src=x onerror=alert(1)>"}'],
)
def test_odd_characters_get_a_normal_reply(product: LiveProduct, message: str) -> None:
    response = httpx2.post(
        f"{product.url}/api/chat", content=message, headers={"content-type": "application/json"}, timeout=30
    )

    assert response.status_code in (200, 400, 422), response.text


def test_a_huge_message_does_not_hold_up_others(product: LiveProduct) -> None:
    product.ask("先问一句歇业备案")
    slow = [threading.Thread(target=product.chat, args=("😀" * 1990 + str(i),)) for i in range(4)]
    for thread in slow:
        thread.start()

    elapsed = product.chat("公司停业期间怎么办").elapsed.total_seconds()

    for thread in slow:
        thread.join()
    assert elapsed < 5


def test_a_new_index_is_used_without_a_restart(product: LiveProduct) -> None:
    index = product.data_dir / "index"
    current = (index / "current").resolve()
    version = f"{current.name}-copy"
    shutil.copytree(current, index / version)
    manifest = index / version / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "version": version}))
    (index / "next").symlink_to(version)
    (index / "next").replace(index / "current")

    def used() -> bool:
        return bool(product.ask(SUSPEND)["receipt"]["index_version"] == version)

    assert wait_until(used, 15, what="using the new index") < 15


@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_process_is_back_within_30_s_and_no_turn_is_lost(product: LiveProduct, service: str) -> None:
    session = f"killed-{service}"
    replies = [product.ask(SUSPEND, session_id=session), product.ask("那要准备什么", session_id=session)]
    before = product.recorded_turns()

    product.kill(service)
    away = attempt(product, session)

    assert (
        wait_until(lambda: attempt(product, session).get("outcome") == "answer", 30, what="answering again") < 30
    )
    assert away.get("status") in (None, 0, 503)
    if away.get("status") == 503:
        assert int(away["retry_after"]) >= 1
        assert away["message"]
    recorded = [turn_id for turn_id, _ in product.recorded_turns()]
    assert recorded[: len(before)] == [turn_id for turn_id, _ in before]
    assert {reply["turn_id"] for reply in replies} <= set(recorded)


def attempt(product: LiveProduct, session: str) -> dict[str, Any]:
    """Ask once; a failure gives its status (0 if nobody answers), its message and when to retry."""
    try:
        response = product.chat(SUSPEND, session_id=session)
    except httpx2.HTTPError:
        return {"status": 0}
    if response.status_code == 200:
        reply: dict[str, Any] = response.json()
        return reply
    message = response.json()["error"]["message"]
    retry_after = response.headers.get("retry-after", "0")
    return {"status": response.status_code, "message": message, "retry_after": retry_after}


def test_interrupting_the_supervisor_leaves_nothing_behind(tmp_path: Path) -> None:
    product = start_product(tmp_path)
    pids = [process.pid for process in product.running.processes()]
    supervisor = min(pids)

    os.kill(supervisor, signal.SIGINT)

    assert len(pids) >= 4
    wait_until(lambda: not any(is_alive(pid) for pid in pids), 15, what="all ended")
    product.running.stop()
