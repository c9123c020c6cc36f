"""Are the ports free that the product needs, and if not, who has them."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from launch.errors import PortSharedError, PortTakenError, PortUnusableError


@dataclass(frozen=True)
class Port:
    """A port that one of our processes will listen on.

    Attributes:
        host: Address to listen on.
        number: The port.
        setting: The environment variable that changes it.
    """

    host: str
    number: int
    setting: str


def check_ports(ports: tuple[Port, ...]) -> None:
    """Try each port once.

    Raises:
        PortSharedError: If two settings name the same port.
        PortTakenError: If another process listens on one of them.
        PortUnusableError: If one cannot be opened for another reason.
    """
    seen: dict[int, str] = {}
    for port in ports:
        if port.number in seen:
            raise PortSharedError(port=port.number, settings=(seen[port.number], port.setting))
        seen[port.number] = port.setting
        _check(port)


def _check(port: Port) -> None:
    try:
        family, *_, address = socket.getaddrinfo(port.host, port.number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(
                host=port.host, port=port.number, setting=port.setting, holder=holder_of(port.number)
            ) from error
        raise PortUnusableError(
            host=port.host, port=port.number, setting=port.setting, reason=error.strerror or str(error)
        ) from error


def holder_of(port: int) -> str | None:
    """Name and id of the process that listens on ``port``; None if the system does not tell us."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for folder in Path("/proc").glob("[0-9]*") if sockets else ():
        try:
            if any(os.readlink(link) in sockets for link in (folder / "fd").iterdir()):  # noqa: PTH115
                return f"{(folder / 'comm').read_text().strip()} (pid {folder.name})"
        except OSError:
            continue  # it ended meanwhile, or belongs to somebody else
    return None


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for row in table.read_text().splitlines()[1:]:
            local, state, inode = (row.split()[column] for column in (1, 3, 9))
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:  # 0A: listening
                inodes.add(inode)
    return inodes
