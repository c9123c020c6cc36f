from __future__ import annotations

import pytest

from web.errors import ApiError
from web.limiter import MovingWindow, client_address


class Clock:
    """A clock that stands still unless it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_check_lets_the_limit_through_in_any_window() -> None:
    clock = Clock()
    window = MovingWindow("2/minute", clock=clock)
    window.check("a")
    clock.now += 40
    window.check("a")

    with pytest.raises(ApiError, match="429 too_many_requests") as caught:
        window.check("a")
    assert caught.value.retry_after == 20
    clock.now += 20
    window.check("a")
    with pytest.raises(ApiError, match="429"):
        window.check("a")


def test_check_lets_so_many_times_the_limit_through() -> None:
    window = MovingWindow("2/minute", times=3, clock=Clock())
    for _ in range(6):
        window.check("a")

    with pytest.raises(ApiError, match="429"):
        window.check("a")


def test_check_counts_each_key_for_itself() -> None:
    window = MovingWindow("1/minute", clock=Clock())
    window.check("a")
    window.check("b")

    with pytest.raises(ApiError, match="429"):
        window.check("a")


def test_check_forgets_idle_keys() -> None:
    clock = Clock()
    window = MovingWindow("5/second", clock=clock)
    for number in range(5000):
        clock.now += 0.01
        window.check(f"s-{number}")

    assert len(window) < 2500


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("1.1.1.1", "", 0, "1.1.1.1"),
        ("1.1.1.1", "2.2.2.2", 0, "1.1.1.1"),
        ("1.1.1.1", "2.2.2.2", 1, "2.2.2.2"),
        ("1.1.1.1", "9.9.9.9, 2.2.2.2", 1, "2.2.2.2"),
        ("1.1.1.1", "9.9.9.9, 2.2.2.2, 3.3.3.3", 2, "2.2.2.2"),
        ("1.1.1.1", "3.3.3.3", 2, "1.1.1.1"),
        ("1.1.1.1", "garbage", 1, "1.1.1.1"),
        ("1.1.1.1", "", 1, "1.1.1.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "", 0, "1.2.3.4"),
        ("", "", 0, "unknown"),
    ],
)
def test_client_address_believes_only_proxies_of_ours(
    peer: str, forwarded: str, proxies: int, address: str
) -> None:
    assert client_address(peer, forwarded, trusted_proxies=proxies) == address
