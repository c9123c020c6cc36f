"""An engine that answers from a script: what is in the question decides about the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from knowledge import CatalogueEntry, Facet, Question, load_document
from tests.web.fakes import Content, FakeEngine
from web.engine import (
    EngineButton,
    EngineCitation,
    EngineCustom,
    EngineIntent,
    EngineMessage,
    EngineQuery,
    EngineReply,
)
from web.errors import EngineUnavailableError
from web.schemas import Outcome

# Questions by the outcome that they come to.
ANSWER = "公司暂时不想经营了，又不想注销，怎么办"
NO_DETAIL = "歇业备案要收多少手续费"
CLARIFY = "登记怎么办"
MATCH = "为我匹配适合我的政策"
ABSTAIN = "帮我写一封情书"
HANDOFF = "转人工"
CHAT = "您好呀"
QUESTIONS: Mapping[Outcome, str] = {
    "answer": ANSWER,
    "no_detail": NO_DETAIL,
    "clarify": CLARIFY,
    "match": MATCH,
    "abstain": ABSTAIN,
    "handoff": HANDOFF,
    "chat": CHAT,
}
MARKUP = "<img src=x onerror=alert(1)>"

_EXPLANATION = "公司一段时间不经营，可以办歇业备案，不必注销；几个部门的手续在一处办完。"
_EXPLANATION_EN = "A company that pauses may file for a suspension at one counter instead of closing down. "
_ENTRIES = {"2.4": "先停业，不注销", "2.5": "网上办登记", "10.6": "数字化电子发票", "10.2": "招聘和就业参保"}


@cache
def content() -> Content:
    """Return the whole document, with explanations and suggestions that no change of the catalogue touches."""
    return Content(
        load_document(),
        {clause_id: _entry(clause_id, reading) for clause_id, reading in _ENTRIES.items()},
        (
            Question("2.4", "公司歇业备案怎么办理？"),
            Question("2.4", "歇业以后能不能恢复营业？"),
            Question("2.4", "歇业期间怎么报税？"),
            Question("2.5", "公司设立登记怎么在网上办？"),
            Question("2.4", "How can a company suspend its business?"),
        ),
    )


def _entry(clause_id: str, reading: str) -> CatalogueEntry:
    return CatalogueEntry(
        clause_id=clause_id,
        reading=reading,
        reading_en=reading,
        explanation=_EXPLANATION,
        explanation_en=_EXPLANATION_EN,
        audience="enterprise",
        stages=("suspension",),
        topics=("歇业",),
        areas=(),
        status="full",
        services=(),
    )


@dataclass
class ScriptedEngine(FakeEngine):
    """Answers by the question; while it ``holds`` nobody gets an answer."""

    holds: bool = False

    async def send(self, query: EngineQuery) -> EngineReply:
        """Return the reply to ``query``, or fail if it was told to."""
        self.queries.append(query)
        while self.holds:  # noqa: ASYNC110 - an event would belong to this thread's loop
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.delay_s)
        if self.failure:
            raise EngineUnavailableError(self.failure)
        return reply_to(query)


def reply_to(query: EngineQuery) -> EngineReply:
    """Return what the script has for a question."""
    for word, reply in _SCRIPT.items():
        if word in query.text:
            return reply
    return _ANSWERED_IN_ENGLISH if query.language == "en" else _ANSWERED


def _reply(
    outcome: Outcome,
    text: str,
    *,
    cite: tuple[str, ...] = (),
    quoted: int = 1,
    buttons: tuple[str, ...] = (),
    situation: Mapping[Facet, str] | None = None,
) -> EngineReply:
    document, reasons = load_document(), tuple(situation or ())
    custom = EngineCustom(
        outcome=outcome,
        citations=tuple(
            EngineCitation(clause_id=one, quote=document.clause(one).text, score=0.9, reasons=reasons)
            for one in cite
        ),
        index_version="20230317-1",
        quoted=quoted,
        situation=dict(situation or {}),
    )
    offered = tuple(EngineButton(title=title, payload=title) for title in buttons)
    message = EngineMessage(text=text, buttons=offered, custom=custom)
    return EngineReply(intent=EngineIntent(name=outcome, confidence=0.97), messages=(message,))


_ANSWERED = _reply("answer", "文件第2项措施写到：", cite=("2.4", "2.5", "10.6"))
_ANSWERED_IN_ENGLISH = _reply("answer", "Measure 2 of the document says:", cite=("2.4", "2.5", "10.6"))
_SCRIPT = {
    "手续费": _reply("no_detail", "文件没有写到收费。与您的问题最接近的是这一句：", cite=("2.4",)),
    "登记": _reply(
        "clarify",
        "您想问的是哪一个？",
        buttons=("公司想歇业，不注销", "公司名称有争议", "在网上办设立登记", "都不是"),
    ),
    "匹配": _reply("match", "您是为个人还是为企业问？", buttons=("个人", "企业")),
    "企业": _reply("match", "您想办的是哪方面的事？", buttons=("准备设立", "日常经营", "暂停营业")),
    "暂停营业": _reply(
        "answer",
        "按您说的情况，找到 4 条：",
        cite=("2.4", "2.5", "10.2", "10.6"),
        quoted=4,
        situation={"audience": "enterprise", "stage": "suspension"},
    ),
    "情书": _reply("abstain", "文件没有涉及这件事。您可以$contact。"),
    "转人工": _reply("handoff", "已经为您转接人工，请求号是 $request。工作时间内会有人答复；急事请拨打 12345。"),
    "您好": _reply("chat", "您好！您可以问我这份文件里的事。", buttons=("公司想歇业怎么办", "转人工")),
    "两件事": _reply("answer", "您问了两件事，文件都写到了：", cite=("2.4", "10.6", "2.5"), quoted=2),
    "标记": _reply("chat", MARKUP),
}
