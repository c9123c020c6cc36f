"""What visitors do with answers and with the conversation: judge, take along, rate, start over, set."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from knowledge import load_document
from tests.browser import engine
from tests.browser.chat import Chat, bodies_of, open_widget
from tests.browser.edge import StubEdge
from tests.browser.hosts import Host

pytestmark = pytest.mark.browser

PLACE = (
    "《2023年上海市推进政府职能转变和“放管服”改革工作要点》（沪府办〔2023〕9号，2023年3月17日）第 2 项措施第 4 句"
)
VOICES = """
    const spoken = window.spoken = [];
    const voice = { localService: true, lang: "zh-CN", name: "本机", voiceURI: "zh", default: true };
    speechSynthesis.getVoices = () => [voice];
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    speechSynthesis.speak = (utterance) => spoken.push(utterance.text);
    speechSynthesis.cancel = () => spoken.push("(停)");
"""


def test_useful_is_one_press(chat: Chat) -> None:
    given = bodies_of(chat.page, "/api/feedback")
    reply = chat.ask(engine.ANSWER)
    reply.get_by_role("button", name="有用", exact=True).click()

    expect(chat.frame.locator("#toast")).to_have_text("已记下，谢谢您的反馈。")
    expect(reply.locator('[data-helpful="true"]')).to_have_attribute("aria-pressed", "true")
    expect(reply.locator("form.reason")).to_have_count(0)
    assert [(one["turn_id"], one["helpful"]) for one in given] == [(reply.get_attribute("data-turn"), True)]


def test_not_useful_asks_for_a_reason(chat: Chat) -> None:
    given = bodies_of(chat.page, "/api/feedback")
    reply = chat.ask(engine.ANSWER)
    reply.get_by_role("button", name="没用", exact=True).click()
    reply.get_by_label("看不明白").check()
    reply.get_by_label("您的意见").fill("想知道要带什么")
    reply.get_by_role("button", name="提交").click()

    expect(reply.locator("form.reason")).to_have_count(0)
    assert [(one["helpful"], one.get("reason")) for one in given] == [
        (False, None),
        (False, "看不明白；想知道要带什么"),
    ]


def test_judgement_that_could_not_be_sent_is_taken_back(chat: Chat) -> None:
    reply = chat.ask(engine.ANSWER)
    chat.page.route("**/api/feedback", lambda route: route.fulfill(status=503))
    reply.get_by_role("button", name="有用", exact=True).click()

    expect(chat.frame.locator("#toast")).to_have_text("没能送到，请稍后再点一次。")
    expect(reply.locator('[data-helpful="true"]')).to_have_attribute("aria-pressed", "false")


def test_copy_gives_quotation_source_and_address(chat: Chat, edge: StubEdge) -> None:
    chat.ask(engine.ANSWER).locator('[data-deed="copy"]').click()

    expect(chat.frame.locator("#toast")).to_have_text("已复制原文和出处。")
    chat.input.press("Control+V")
    expect(chat.input).to_have_value(f"“{load_document().clause('2.4').text}”\n——{PLACE}\n{edge.url}/document/2.4")


def test_copy_works_where_the_clipboard_is_not_allowed(chat: Chat) -> None:
    chat.frame.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    reply = chat.ask(engine.ANSWER)
    chat.frame.evaluate("document.addEventListener('copy', () => (window.copied = document.activeElement.value))")
    reply.locator('[data-deed="copy"]').click()

    expect(chat.frame.locator("#toast")).to_have_text("已复制原文和出处。")
    assert PLACE in chat.frame.evaluate("window.copied")


@pytest.fixture
def alone(page: Page, edge: StubEdge) -> Chat:
    """The frame's page by itself, as a printer gets it."""
    page.goto(f"{edge.url}/widget/frame")
    return Chat(page, page.main_frame)


def test_one_answer_is_printed_with_its_question_only(alone: Chat) -> None:
    alone.frame.evaluate("window.print = () => (window.printed = document.documentElement.className)")
    alone.ask(engine.CHAT)
    alone.ask(engine.ANSWER).locator('[data-deed="print"]').click()
    alone.page.emulate_media(media="print")

    assert alone.frame.evaluate("window.printed") == "prints-one"
    expect(alone.questions.first).to_be_hidden()
    expect(alone.questions.last).to_be_visible()
    expect(alone.frame.locator("figure.quote")).to_be_visible()
    expect(alone.frame.locator("#composer")).to_be_hidden()


def test_whole_conversation_is_printed(alone: Chat) -> None:
    alone.frame.evaluate("window.print = () => (window.printed = true)")
    alone.ask(engine.CHAT)
    alone.ask(engine.ANSWER)
    alone.menu('[data-deed="print_all"]')
    alone.page.emulate_media(media="print")

    assert alone.frame.evaluate("window.printed") is True
    expect(alone.questions.first).to_be_visible()
    expect(alone.frame.locator(".receipt").last).to_be_visible()


def test_conversation_is_downloaded_as_text(chat: Chat, tmp_path: Path) -> None:
    chat.ask(engine.ANSWER)
    with chat.page.expect_download() as download:
        chat.menu('[data-deed="download"]')
    download.value.save_as(tmp_path / "kept.txt")
    text = (tmp_path / "kept.txt").read_text(encoding="utf-8-sig")

    assert download.value.suggested_filename == "办事通对话.txt"
    assert f"您问：{engine.ANSWER}" in text
    assert load_document().clause("2.4").text in text
    assert PLACE in text
    assert "智能问答，仅供参考" in text


def test_start_over_forgets_the_conversation(chat: Chat) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    chat.ask(engine.ANSWER)
    chat.menu('[data-deed="start_over"]')
    expect(chat.questions).to_have_count(0)
    expect(chat.frame.locator("#greeting-title")).to_be_visible()
    assert "banshitong.conversation" not in chat.stored()
    chat.ask(engine.ANSWER)

    assert bodies[0]["session_id"] != bodies[1]["session_id"]


def test_answer_that_comes_after_a_new_start_is_not_shown(chat: Chat, edge: StubEdge) -> None:
    edge.engine.holds = True
    chat.send("旧的问题")
    expect(chat.questions).to_have_count(1)
    chat.menu('[data-deed="start_over"]')
    edge.engine.holds = False
    chat.ask("新的问题")

    expect(chat.questions).to_contain_text(["新的问题"])
    expect(chat.replies).to_have_count(1)


def test_conversation_ends_with_the_five_levels(chat: Chat) -> None:
    given = bodies_of(chat.page, "/api/rating")
    chat.ask(engine.ANSWER)
    chat.menu('[data-deed="end"]')
    levels = chat.frame.locator("form.rating label:has([name=stars])")
    expect(levels).to_have_text(["非常满意", "满意", "基本满意", "不满意", "非常不满意"])
    chat.frame.get_by_label("不满意", exact=True).check()
    chat.frame.get_by_label("您的意见").fill("等得有点久")
    chat.frame.get_by_role("button", name="提交评价").click()

    expect(chat.frame.locator("#rating-title")).to_have_text("您的评价已经记下，谢谢！")
    assert [(one["stars"], one["comment"]) for one in given] == [(2, "等得有点久")]
    chat.frame.get_by_role("button", name="继续咨询").click()
    expect(chat.input).to_be_focused()
    expect(chat.replies).to_have_count(1)


def test_rating_that_could_not_be_sent_can_be_sent_again(chat: Chat) -> None:
    chat.ask(engine.ANSWER)
    chat.menu('[data-deed="end"]')
    chat.page.route("**/api/rating", lambda route: route.abort(), times=1)
    chat.frame.get_by_label("满意", exact=True).check()
    chat.frame.get_by_role("button", name="提交评价").click()
    expect(chat.frame.locator("#toast")).to_have_text("评价没能送到，请稍后再提交一次。")
    expect(chat.frame.get_by_label("满意", exact=True)).to_be_checked()
    chat.frame.get_by_role("button", name="提交评价").click()

    expect(chat.frame.locator("[data-stage=thanking]")).to_be_visible()


def test_suggestions_can_be_switched_off(chat: Chat) -> None:
    chat.input.press_sequentially("歇业")
    expect(chat.frame.get_by_role("option")).to_have_count(3)
    chat.menu('[data-switch="suggestions"]')
    chat.frame.locator("#menu-button").click()
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.input.press_sequentially("备案")
    chat.page.wait_for_timeout(300)

    expect(chat.frame.get_by_role("option")).to_have_count(0)
    assert asked == []


def test_language_is_switched_in_place(chat: Chat) -> None:
    bodies = bodies_of(chat.page, "/api/chat")
    chat.ask(engine.ANSWER)
    chat.menu('[name="language"][value="zh-Hant"]')
    expect(chat.frame.locator("#standing")).to_contain_text("智能問答，僅供參考")
    expect(chat.frame.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(chat.frame.locator("blockquote").first).to_have_text(load_document().clause("2.4").text)
    chat.menu('[name="language"][value="en"]')
    expect(chat.frame.locator("#message")).to_have_attribute("placeholder", "Type your question")
    chat.frame.locator("#menu-button").click()
    chat.ask("How can a company pause?")

    assert [body["language"] for body in bodies] == ["auto", "en"]


def test_language_that_does_not_come_leaves_the_old_one(chat: Chat) -> None:
    chat.page.route("**/widget/wording/**", lambda route: route.abort())
    chat.menu('[name="language"][value="en"]')

    expect(chat.frame.locator("#toast")).to_have_text("现在换不了语言，请稍后再试。")
    expect(chat.frame.locator('[name="language"][value="zh-Hans"]')).to_be_checked()


def test_theme_and_contrast_are_chosen_and_kept(chat: Chat, host: Host) -> None:
    chat.ask(engine.CHAT)
    chat.menu('[name="theme"][value="dark"]')
    chat.menu('[data-switch="contrast"]')
    chat.page.reload()
    root = open_widget(chat.page).locator("html")

    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-contrast", "more")


def test_answer_is_read_aloud_by_a_voice_of_this_device(page: Page, edge: StubEdge, host: Host) -> None:
    page.add_init_script(VOICES)
    page.goto(host.url(data_elder="true"))
    chat = Chat(page, open_widget(page))
    reply = chat.ask(engine.ANSWER)
    assert chat.frame.evaluate("window.spoken") == []
    reply.locator('[data-deed="read"]').click()
    spoken = chat.frame.evaluate("window.spoken")

    assert spoken[-2:] == ["文件第2项措施写到：", load_document().clause("2.4").text]
    reply.locator('[data-deed="stop_reading"]').click()
    expect(reply.locator('[data-deed="read"]')).to_be_visible()
    assert chat.frame.evaluate("window.spoken.at(-1)") == "(停)"


def test_new_answers_are_read_for_who_wants_it(page: Page, edge: StubEdge, host: Host) -> None:
    page.add_init_script(VOICES)
    page.goto(host.url())
    chat = Chat(page, open_widget(page))
    chat.menu('[data-switch="reading"]')
    chat.frame.locator("#menu-button").click()
    chat.ask(engine.CHAT)

    assert "您好！您可以问我这份文件里的事。" in chat.frame.evaluate("window.spoken")


def test_without_a_voice_of_this_device_nothing_offers_to_read(page: Page, edge: StubEdge, host: Host) -> None:
    page.add_init_script("speechSynthesis.getVoices = () => [{ localService: false, lang: 'zh-CN' }];")
    page.goto(host.url(data_elder="true"))
    chat = Chat(page, open_widget(page))

    expect(chat.ask(engine.ANSWER).locator('[data-deed="read"]')).to_have_count(0)
    expect(chat.frame.locator('[data-switch="reading"]')).to_have_count(0)


def test_handing_over_to_a_person_is_one_press(chat: Chat, edge: StubEdge) -> None:
    chat.ask(engine.ABSTAIN).locator('[data-deed="human"]').click()
    reply = chat.reply_after(1)

    expect(reply).to_have_attribute("data-outcome", "handoff")
    assert edge.asked == [engine.ABSTAIN, engine.HANDOFF]
