"""The states that the widget can be in, each reached as a visitor would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import expect

from tests.browser import engine
from tests.browser.chat import Chat
from tests.browser.edge import StubEdge

Place = Literal["widget", "closed", "demo", "refused", "page", "plain"]
Reach = Callable[[Chat, StubEdge], object]


@dataclass(frozen=True)
class State:
    """A state, and how to get there.

    Attributes:
        name: Of its pictures.
        reach: What a visitor does, beginning with the opened widget.
        place: Where: the opened ``widget``, the ``closed`` one, the ``demo`` page, a page that was
            ``refused``, the whole ``page``, or that page as it is without scripts, ``plain``.
        options: Attributes of the script tag.
        anchor: What its pictures have in their middle.
        is_pictured: Whether pictures of it are kept; what counts down or moves is not.
    """

    name: str
    reach: Reach = lambda chat, edge: None
    place: Place = "widget"
    options: Mapping[str, str] = field(default_factory=dict)
    anchor: str = ""
    is_pictured: bool = True


def asked(question: str) -> Reach:
    """Reach the reply to a question."""
    return lambda chat, edge: chat.ask(question)


def _suggestions(chat: Chat, edge: StubEdge) -> None:
    chat.input.press_sequentially("歇业")
    expect(chat.frame.get_by_role("option")).to_have_count(3)
    chat.input.press("ArrowDown")


def _thinking(chat: Chat, edge: StubEdge) -> None:
    edge.engine.holds = True
    chat.send(engine.ANSWER)
    expect(chat.frame.get_by_role("status")).to_have_text("正在文件里查找…")


def _source(chat: Chat, edge: StubEdge) -> None:
    chat.ask(engine.ANSWER).locator(".source summary").first.click()
    expect(chat.frame.locator("mark")).to_be_visible()


def _step(chat: Chat, edge: StubEdge) -> None:
    chat.frame.locator("[data-match]").click()
    chat.reply_after(0)
    chat.press("企业")


def _list(chat: Chat, edge: StubEdge) -> None:
    _step(chat, edge)
    chat.press("暂停营业")


def _feedback(chat: Chat, edge: StubEdge) -> None:
    reply = chat.ask(engine.NO_DETAIL)
    reply.locator('[data-helpful="false"]').click()
    reply.get_by_label("看不明白").check()


def _failed(chat: Chat, edge: StubEdge) -> None:
    edge.engine.failure = "connect"
    chat.send(engine.ANSWER)
    expect(chat.retry).to_be_visible()


def _busy(chat: Chat, edge: StubEdge) -> None:
    edge.limit("1/minute")
    chat.ask(engine.CHAT)
    chat.send(engine.ANSWER)
    expect(chat.retry).to_be_disabled()


def _offline(chat: Chat, edge: StubEdge) -> None:
    chat.page.context.set_offline(True)
    chat.send(engine.ANSWER)
    expect(chat.alert).to_contain_text("网络断开了")


def _too_long(chat: Chat, edge: StubEdge) -> None:
    chat.send("问" * 2003)
    expect(chat.alert).to_contain_text("问题太长了")


def _menu(chat: Chat, edge: StubEdge) -> None:
    chat.ask(engine.CHAT)
    chat.frame.locator("#menu-button").click()


def _rating(chat: Chat, edge: StubEdge) -> None:
    chat.ask(engine.ABSTAIN)
    chat.menu('[data-deed="end"]')
    chat.frame.get_by_label("满意", exact=True).check()


def _rated(chat: Chat, edge: StubEdge) -> None:
    _rating(chat, edge)
    chat.frame.get_by_role("button", name="提交评价").click()
    expect(chat.frame.locator("[data-stage=thanking]")).to_be_visible()


def _contrast(chat: Chat, edge: StubEdge) -> None:
    chat.menu('[data-switch="contrast"]')
    chat.frame.locator("#menu-button").click()
    chat.ask(engine.ANSWER)


def _plain_reply(chat: Chat, edge: StubEdge) -> None:
    chat.frame.locator("#message").fill(engine.ANSWER)
    chat.frame.get_by_role("button", name="提问", exact=True).click()
    expect(chat.frame.locator(".page-citation blockquote")).to_be_visible()


STATES = (
    State("closed", place="closed", is_pictured=False),
    State("demo", place="demo"),
    State("greeting"),
    State("suggestions", _suggestions),
    State("thinking", _thinking),
    State("answer", asked(engine.ANSWER)),
    State("source", _source, anchor="mark"),
    State("two-answers", asked("两件事"), is_pictured=False),
    State("no-detail", asked(engine.NO_DETAIL), is_pictured=False),
    State("choices", asked(engine.CLARIFY)),
    State("step", _step),
    State("list", _list),
    State("abstain", asked(engine.ABSTAIN)),
    State("queued", asked(engine.HANDOFF)),
    State("feedback", _feedback, anchor="form.reason"),
    State("error", _failed),
    State("offline", _offline, is_pictured=False),
    State("busy", _busy, is_pictured=False),
    State("too-long", _too_long, is_pictured=False),
    State("menu", _menu),
    State("rating", _rating),
    State("rated", _rated, is_pictured=False),
    State("elder", asked(engine.ANSWER), options={"data_elder": "true"}),
    State("elder-menu", _menu, options={"data_elder": "true"}, is_pictured=False),
    State("elder-rating", _rating, options={"data_elder": "true"}, is_pictured=False),
    State("elder-feedback", _feedback, options={"data_elder": "true"}, is_pictured=False),
    State("traditional", asked(engine.ANSWER), options={"data_language": "zh-Hant"}),
    State("english", asked("How can a company pause?"), options={"data_language": "en"}),
    State("brand", options={"data_color": "#b3261e", "data_position": "left"}, is_pictured=False),
    State("contrast", _contrast),
    State("refused", place="refused"),
    State("page", asked(engine.ANSWER), place="page"),
    State("plain", _plain_reply, place="plain"),
)
