"""Conversations through the real product: long, interleaved, at once, across restarts, and judged on dialogues."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from bench.dialogues import play_all
from knowledge import load_dialogues
from tests.journeys.product import SERVICES, LiveProduct, start_product, wait_until

pytestmark = pytest.mark.journey

SUSPEND = "公司暂时不想经营了，又不想注销，怎么办"
# Fewer right turns than this on the dialogues of one writer, and something is broken.
LEAST_TURNS_RIGHT = 0.92


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProduct]:
    product = start_product(tmp_path_factory.mktemp("product"))
    yield product
    product.running.stop()


def cited(reply: dict[str, Any]) -> list[str]:
    return [citation["clause_id"] for citation in reply["citations"]]


def words(reply: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in reply["messages"])


def test_follow_ups_are_completed_and_the_visitor_sees_how(product: LiveProduct) -> None:
    product.ask("歇业备案制度会落实吗", session_id="follow")

    number = product.ask("第几条", session_id="follow")
    detail = product.ask("那要多久办好呢", session_id="follow")

    assert (number["outcome"], cited(number)[0]) == ("answer", "2.4")
    assert "2.4" in words(number)
    assert (detail["outcome"], cited(detail)[0]) == ("no_detail", "2.4")
    assert "按“歇业备案 · " in words(detail)


def test_places_of_the_document_are_shown_by_their_numbers(product: LiveProduct) -> None:
    measure, sentence, following, missing = (
        product.ask(message, session_id="places")
        for message in ("第八条都讲了什么", "第三句", "下一条", "第三十条呢")
    )

    assert (measure["outcome"], cited(measure), measure["quoted"]) == (
        "answer",
        ["8.1", "8.2", "8.3", "8.4", "8.5"],
        5,
    )
    assert (cited(sentence), cited(following)) == (["8.3"], ["8.4"])
    assert (missing["outcome"], cited(missing)) == ("abstain", [])
    assert "22 项" in words(missing)


def test_a_new_topic_is_not_completed(product: LiveProduct) -> None:
    product.ask("歇业备案制度会落实吗", session_id="switch")

    reply = product.ask("在外省住院看病，医保能当场直接结算吗", session_id="switch")

    assert cited(reply)[0] == "11.4"
    assert "理解" not in words(reply)


def test_matching_takes_everything_that_was_said_at_once(product: LiveProduct) -> None:
    reply = product.ask("帮我匹配：我在浦东开了家做医疗器械的公司，想扩厂", session_id="four")

    assert reply["outcome"] == "answer"
    assert "审批" in "".join(citation["quote"] for citation in reply["citations"])
    assert "企业" in words(reply)
    assert "浦东" in words(reply)
    assert reply["checklist"]["url"].startswith("/match?audience=enterprise&stage=construction&area=")


def test_matching_is_corrected_interrupted_resumed_and_ends_in_a_checklist(product: LiveProduct) -> None:
    def say(message: str) -> dict[str, Any]:
        return product.ask(message, session_id="guided")

    assert say("我想看看有哪些政策适合我")["outcome"] == "match"
    say("我是个人")
    assert "企业" in words(say("不是个人，是公司"))
    interrupted = say("等一下，轻微违法能不能不罚？")
    assert (interrupted["outcome"], cited(interrupted)[0]) == ("answer", "7.7")
    assert say("继续刚才的匹配")["outcome"] == "match"
    say("准备设立")
    listed = say("临港")

    assert cited(listed)[0] == "16.2"
    assert listed["citations"][0]["reasons"] == ["准备设立", "临港", "企业"]
    page = httpx2.get(product.url + listed["checklist"]["url"], timeout=10)
    assert page.status_code == 200
    assert all(citation["quote"] in page.text for citation in listed["citations"])


def test_matching_can_be_left_at_any_time(product: LiveProduct) -> None:
    product.ask("为我匹配适合我的政策", session_id="leave")

    assert product.ask("退出匹配", session_id="leave")["intent"]["name"] == "stop_match"
    assert cited(product.ask(SUSPEND, session_id="leave"))[0] == "2.4"


def test_english_and_traditional_conversations_stay_in_their_language(product: LiveProduct) -> None:
    english = product.ask("Can I pause my company for a while without closing it down?", session_id="en")
    number = product.ask("which clause is that?", session_id="en")
    traditional = product.ask("公司暫時不想經營，又不想註銷，怎麼辦？", session_id="hant")

    assert english["citations"][0]["explanation"]["language"] == "en"
    assert "sentence 4 of measure 2" in words(number)
    assert traditional["language"] == "zh-Hant"
    assert "落实歇业备案制度" in traditional["citations"][0]["quote"]


def test_a_request_for_a_person_is_recorded_with_its_number(product: LiveProduct) -> None:
    reply = product.ask("我要找人工客服", session_id="person")

    assert reply["outcome"] == "handoff"
    assert "编号 " in words(reply)


def test_interleaved_conversations_do_not_leak_into_each_other(product: LiveProduct) -> None:
    topics = {
        "leak-a": (SUSPEND, "2.4"),
        "leak-b": ("轻微违法可以不罚吗", "7.7"),
        "leak-c": ("在外省看病医保能直接结算吗", "11.4"),
    }
    for session_id, (question, _) in topics.items():
        product.ask(question, session_id=session_id)

    shown = {session_id: cited(product.ask("原文怎么说", session_id=session_id))[0] for session_id in topics}

    assert shown == {session_id: clause_id for session_id, (_, clause_id) in topics.items()}


def test_two_messages_at_once_are_answered_in_order(product: LiveProduct) -> None:
    product.ask(SUSPEND, session_id="at-once")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(product.ask, "轻微违法可以不罚吗", session_id="at-once")
        time.sleep(0.02)
        second = pool.submit(product.ask, "原文怎么说", session_id="at-once")

    assert cited(first.result())[0] == "7.7"
    assert cited(second.result())[0] == "7.7"


def test_restarts_of_every_process_keep_the_form(product: LiveProduct) -> None:
    product.ask("为我匹配适合我的政策", session_id="restarted")
    product.ask("企业", session_id="restarted")

    for service in SERVICES:
        product.kill(service)
        wait_until(lambda: not product.is_ready(), 10, what="noticed")
        wait_until(product.is_ready, 60, what="ready again")
    reply = product.ask("暂停营业", session_id="restarted")

    assert cited(reply)[0] == "2.4"
    assert "企业 · 暂停营业" in words(reply)


def test_a_turn_late_in_a_long_conversation_costs_what_an_early_one_does(product: LiveProduct) -> None:
    turns = [SUSPEND, "第几条", "那多久能办好", "轻微违法可以不罚吗", "原文怎么说", "谢谢"]
    took = []
    for number in range(300):
        started = time.perf_counter()
        reply = product.ask(turns[number % len(turns)], session_id="long")
        took.append(time.perf_counter() - started)
        if number % len(turns) == 1:
            assert cited(reply)[0] == "2.4"

    assert statistics.median(took[-60:]) < 1.5 * statistics.median(took[6:66])


def test_dialogues_come_out_right(product: LiveProduct) -> None:
    dialogues = [one for one in load_dialogues() if one.id.startswith("v")]

    marks = asyncio.run(play_all(dialogues, urlsplit(product.url).port or 0))

    turns = [mark for _, dialogue in marks.values() for mark in dialogue]
    assert sum(turns) / len(turns) >= LEAST_TURNS_RIGHT
