"""Identity, phone and bank-card numbers out of visitors' words, before anything keeps them.

Every character is first mapped to what a person reads it as (``１``, ``①`` and ``𝟏`` are digits, all
dashes are ``-``), so positions stay the same and the rules see plain ASCII. Numbers are then looked
for in chains of digit groups, whole groups only: a slice of a longer run of digits is never a phone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

IDENTITY_LABEL = "[身份证号]"
MOBILE_LABEL = "[手机号]"
LANDLINE_LABEL = "[电话号码]"
CARD_LABEL = "[银行卡号]"

_DASHES = frozenset("‐‑‒–—―−－﹣ー_·•.．")
# A group of digits, with an X only where a check character can stand: after the last group.
_GROUP = re.compile(r"\d+")
_SEPARATOR = re.compile(r"[ -]{0,3}")
_CHECK_X = re.compile(r"[ -]{0,3}X(?![0-9A-Z])")
_LANDLINE = re.compile(
    r"(?<![0-9])(?:\+?86[ -]{0,2})?"
    r"(?:\(0(?:10|2\d|[3-9]\d{2})\)|0(?:10|2\d|[3-9]\d{2})|(?<=86)(?:10|2\d)|(?<=86[ -])(?:10|2\d))"
    r"[ -]{0,2}[2-9]\d{2,3}[ -]?\d{4}(?![0-9])"
)
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
_MOBILE = re.compile(r"(?:0|(?:00)?86)?1[3-9]\d{9}")
# The issuers' first digits: 62 UnionPay, 3 JCB and American Express, 4 Visa, 5 Mastercard, 9 older domestic.
_CARD = re.compile(r"[34569]\d{15,18}")
_LONGEST = 19


@dataclass(frozen=True)
class _Group:
    """Digits at ``[start, end)`` of the text."""

    start: int
    end: int


@dataclass(frozen=True)
class _Finding:
    """A number at ``[start, end)`` of the text and what stands there instead."""

    start: int
    end: int
    label: str


def redact(text: str) -> str:
    """Return ``text`` with personal numbers replaced by their labels.

    Identity numbers must pass their checksum (the old ones of 15 digits: region and date of birth),
    bank cards the Luhn check. Valid social credit codes stay, as do numbers that fail the checks.
    """
    plain = "".join(_plain(character) for character in text)
    kept = [match.span() for match in _CREDIT_CODE.finditer(plain) if _is_credit_code(match.group())]
    parts, end = [], 0
    for finding in sorted(_findings(plain, kept), key=lambda found: found.start):
        if finding.start >= end:
            parts += [text[end : finding.start], finding.label]
            end = finding.end
    return "".join(parts) + text[end:]


def _findings(plain: str, kept: list[tuple[int, int]]) -> Iterator[_Finding]:
    for chain in _chains(plain, kept):
        yield from _in_chain(plain, chain)
    for match in _LANDLINE.finditer(plain):
        if not any(start < match.end() and match.start() < end for start, end in kept):
            yield _Finding(match.start(), match.end(), LANDLINE_LABEL)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character in _DASHES or unicodedata.category(character) == "Pd":
        return "-"
    if character != "\n" and character.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", character).upper()
    return folded if len(folded) == 1 else character


def _chains(plain: str, kept: list[tuple[int, int]]) -> Iterator[list[_Group]]:
    """Yield digit groups that only blanks and hyphens part, without those of credit codes."""
    chain: list[_Group] = []
    for match in _GROUP.finditer(plain):
        if any(start <= match.start() < end for start, end in kept):
            continue
        if chain and not _SEPARATOR.fullmatch(plain, chain[-1].end, match.start()):
            yield chain
            chain = []
        chain.append(_Group(match.start(), match.end()))
    if chain:
        yield chain


def _in_chain(plain: str, chain: list[_Group]) -> Iterator[_Finding]:
    first = 0
    while first < len(chain):
        for last in _reach(chain, first):
            finding = _judge(plain, chain[first : last + 1])
            if finding is not None:
                yield finding
                break
        else:
            last = first
        first = last + 1


def _reach(chain: list[_Group], first: int) -> list[int]:
    """Return the last groups that a number starting at ``first`` could have, the longest number first."""
    length, lasts = 0, []
    for last in range(first, len(chain)):
        length += chain[last].end - chain[last].start
        if length > _LONGEST:
            break
        lasts.append(last)
    return lasts[::-1]


def _judge(plain: str, groups: list[_Group]) -> _Finding | None:
    start, end = groups[0].start, groups[-1].end
    digits = "".join(plain[group.start : group.end] for group in groups)
    check = _CHECK_X.match(plain, end) if len(digits) == 17 else None
    if check and _is_identity(digits + "X"):
        return _Finding(start, check.end(), IDENTITY_LABEL)
    rules: tuple[tuple[Callable[[str], bool], str], ...] = (
        (_is_identity, IDENTITY_LABEL),
        (_is_card, CARD_LABEL),
    )
    for is_one, label in rules:
        if is_one(digits):
            return _Finding(start, end, label)
    if _MOBILE.fullmatch(digits) and _is_dialled_alike(plain, groups):
        return _Finding(start - plain[:start].endswith("+"), end, MOBILE_LABEL)
    return None


def _is_dialled_alike(plain: str, groups: list[_Group]) -> bool:
    """Tell a phone from figures that merely stand in a row: its groups are parted in one way."""
    national = groups[1:] if plain[groups[0].start : groups[0].end] in {"86", "0086"} else groups
    return len({plain[left.end : right.start] for left, right in pairwise(national)}) <= 1


def _is_identity(digits: str) -> bool:
    if len(digits) == 15:
        # Numbers given out before 1999: no century and no check character.
        digits = digits[:6] + "19" + digits[6:]
        return _is_listed(digits + ric.calc_check_digit(digits + "0"))
    if len(digits) != 18 or digits[-1] != ric.calc_check_digit(digits):
        return False
    try:
        ric.get_birth_date(digits)
    except ValidationError:
        return False
    # A district younger than stdnum's list must not leak a number, but a credit code has the benefit.
    return _is_listed(digits) or not uscc.is_valid(digits)


def _is_listed(number: str) -> bool:
    """Tell whether stdnum accepts an identity number; its list of districts has provinces without any."""
    try:
        return bool(ric.is_valid(number))
    except KeyError:
        return False


def _is_credit_code(code: str) -> bool:
    # Cards of UnionPay begin with 62, and a registry that nobody asks about: the card has the benefit.
    is_unionpay = code.startswith("62") and _is_card(code)
    return bool(uscc.is_valid(code)) and not _is_listed(code) and not is_unionpay


def _is_card(digits: str) -> bool:
    return bool(_CARD.fullmatch(digits)) and bool(luhn.is_valid(digits))
