"""Becomes a command that ends when its parent ends, even if the parent is killed with SIGKILL.

Called by its path, not as a module: it starts in about 10 ms and replaces itself by the command,
so no process stays in between::

    python launch/guard.py KILL <pid of the parent> <command> [argument ...]

The kernel sends the signal (Linux only; elsewhere the command just runs). It reaches this one process,
not the processes that the command may start: a service of ours is one process.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(signal_number: int, parent: int) -> None:
    """Have the kernel send ``signal_number`` to this process when its parent ends.

    Args:
        signal_number: The signal to get.
        parent: Process id of the expected parent; if it has gone already, this process ends at once.
    """
    if not sys.platform.startswith("linux"):
        return
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl(PR_SET_PDEATHSIG) failed: {os.strerror(code)}")
    if os.getppid() != parent:
        sys.exit(128 + signal_number)


def main(arguments: list[str]) -> None:
    """Set the signal up, then become the command."""
    signal_name, parent, *command = arguments
    end_with_parent(signal.Signals[f"SIG{signal_name}"], int(parent))
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
