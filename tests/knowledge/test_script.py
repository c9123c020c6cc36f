import pytest

from knowledge import to_simplified, to_traditional


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("公司註銷後怎麼辦理", "公司注销后怎么办理"),
        ("歇业备案", "歇业备案"),
        ("APP 怎麼用?", "APP 怎么用?"),
        ("", ""),
    ],
)
def test_to_simplified_converts_characters_and_leaves_the_rest(before: str, after: str) -> None:
    assert to_simplified(before) == after


@pytest.mark.parametrize(("before", "after"), [("文件没有规定", "文件沒有規定"), ("12345", "12345"), ("", "")])
def test_to_traditional_converts_characters_and_leaves_the_rest(before: str, after: str) -> None:
    assert to_traditional(before) == after
