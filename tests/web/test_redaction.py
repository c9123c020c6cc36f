"""Personal numbers out, everything else as it was."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from web.redaction import redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("身份证11010519491231002X办证", "身份证[身份证号]办证"),
        ("身份证11010519491231002x办证", "身份证[身份证号]办证"),
        ("１１０１０５１９４９１２３１００２Ｘ", "[身份证号]"),
        ("110105 19491231 002X", "[身份证号]"),
        ("110105-19491231-002 X。", "[身份证号]。"),
        ("1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "[身份证号]"),
        ("老号码110105491231002", "老号码[身份证号]"),
    ],
)
def test_redact_takes_identity_numbers_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("电话13800138000。", "电话[手机号]。"),
        ("138-0013-8000", "[手机号]"),
        ("138 0013 8000", "[手机号]"),
        ("138.0013.8000", "[手机号]"),
        ("１３８００１３８０００", "[手机号]"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", "[手机号]"),
        ("+86 13800138000", "[手机号]"),
        ("＋86－138－0013－8000", "[手机号]"),
        ("008613800138000", "[手机号]"),
        ("8613800138000", "[手机号]"),
        ("微信wx13800138000加我", "微信wx[手机号]加我"),
        ("13800138000 13900139000", "[手机号] [手机号]"),
        ("1 3 8 0 0 1 3 8 0 0 0", "[手机号]"),
    ],
)
def test_redact_takes_mobile_phones_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("座机021-62345678", "座机[电话号码]"),
        ("02162345678", "[电话号码]"),
        ("（021）6234 5678", "[电话号码]"),
        ("+86 21 62345678", "[电话号码]"),
        ("0512-65123456", "[电话号码]"),
    ],
)
def test_redact_takes_landlines_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("卡号6222021234567890128", "卡号[银行卡号]"),
        ("4111 1111 1111 1111", "[银行卡号]"),
        ("4111－1111－1111－1111", "[银行卡号]"),
        ("５５５５５５５５５５５５４４４４", "[银行卡号]"),
    ],
)
def test_redact_takes_bank_cards_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91310000MA1FL1GL4R",
        "信用代码 91110000600037341L 怎么变更",
        "订单号202303170001234567",
        "身份证110105194912310021",  # wrong check character
        "卡号4111111111111112",  # fails the Luhn check
        "流水号138001380001",  # twelve digits
        "编号9913800138000",  # thirteen digits, no country code
        "拨打12345热线或400-820-8820",
        "2023-03-17 2023-04-01",
        "注册资本1000000元，2023年3月17日",
        "第2.4条和第18.1条",
        "沪府办〔2023〕9号",
        "",
    ],
)
def test_redact_leaves_other_numbers(text: str) -> None:
    assert redact(text) == text


def test_redact_leaves_no_card_inside_a_credit_code() -> None:
    assert uscc.is_valid("91110000600037341L")
    assert redact("代码91110000600037341L，电话13800138000") == "代码91110000600037341L，电话[手机号]"


@given(st.text())
def test_redact_is_stable(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Cs"])))
def test_redact_changes_nothing_without_digits(text: str) -> None:
    assert redact(text) == text


BLANKS = st.sampled_from(["", " ", "-", "－", "\u3000", "\u00a0"])
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(
    st.dates().filter(lambda day: 1920 <= day.year <= 2020),
    st.integers(0, 999),
    BLANKS,
    st.booleans(),
)
def test_redact_finds_every_valid_identity_number(day: object, serial: int, blank: str, wide: bool) -> None:
    stem = f"310101{day:%Y%m%d}{serial:03d}"
    number = stem + ric.calc_check_digit(stem + "0")
    typed = blank.join((number[:6], number[6:14], number[14:]))

    assert redact(f"我的证件{typed.translate(WIDE) if wide else typed}可以吗") == "我的证件[身份证号]可以吗"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), BLANKS, st.booleans())
def test_redact_finds_every_mobile_phone(number: str, blank: str, wide: bool) -> None:
    typed = blank.join((number[:3], number[3:7], number[7:]))

    assert redact(f"电话{typed.translate(WIDE) if wide else typed}谢谢") == "电话[手机号]谢谢"


@example("62100900140108100", "")  # stdnum's list has a province for it, and no district
@example("62000900040008000", "")  # passes the check of credit codes, too
@given(st.from_regex(r"62[0-9]{13,16}", fullmatch=True), BLANKS)
def test_redact_finds_every_bank_card(stem: str, blank: str) -> None:
    number = stem + luhn.calc_check_digit(stem)
    typed = blank.join(number[at : at + 4] for at in range(0, len(number), 4))

    assert redact(f"卡{typed}冻结了").startswith("卡[")
    assert number[-4:] not in redact(f"卡{typed}冻结了")


@given(st.from_regex(r"[1-9][0-9]{19,39}", fullmatch=True))
def test_redact_never_takes_a_slice_of_a_longer_run(digits: str) -> None:
    assert redact(f"编号{digits}") == f"编号{digits}"
