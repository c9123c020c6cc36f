"""A port that is not free is named, with its holder and the way out."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from launch.errors import PortSharedError, PortTakenError, PortUnusableError
from launch.ports import Port, check_ports, holder_of
from tests.launch.fakes import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_check_ports_names_port_setting_and_holder(taken: int) -> None:
    expected = (
        rf"Port {taken} on 127\.0\.0\.1 is taken by \S+ \(pid {os.getpid()}\)\. "
        rf"Stop that process, or choose another port: BANSHITONG_PORT={taken + 1} make run$"
    )

    with pytest.raises(PortTakenError, match=expected):
        check_ports((Port("127.0.0.1", taken, "BANSHITONG_PORT"),))


def test_check_ports_accepts_free_ports() -> None:
    check_ports((Port("127.0.0.1", free_port(), "BANSHITONG_PORT"),))


def test_check_ports_refuses_one_port_for_two_settings() -> None:
    port = free_port()

    with pytest.raises(PortSharedError, match=f"Port {port} is given to both BANSHITONG_PORT and BANSHITONG_X"):
        check_ports((Port("127.0.0.1", port, "BANSHITONG_PORT"), Port("127.0.0.1", port, "BANSHITONG_X")))


def test_check_ports_says_when_the_address_is_not_this_machines() -> None:
    with pytest.raises(PortUnusableError, match=r"on 192\.0\.2\.1 cannot be opened .* BANSHITONG_HOST"):
        check_ports((Port("192.0.2.1", free_port(), "BANSHITONG_PORT"),))


def test_holder_of_a_free_port_is_nobody() -> None:
    assert holder_of(free_port()) is None
