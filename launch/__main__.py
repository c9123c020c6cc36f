"""Command line: ``python -m launch setup <target> | run | widget | lock``."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from launch.builds import data_dir
from launch.console import Console
from launch.errors import InvalidSettingsError, LaunchError
from launch.setup import TARGETS, set_up
from launch.widget import build_widget

if TYPE_CHECKING:
    from settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m launch", description="Set-up and supervisor.")
    commands = parser.add_subparsers(dest="command", required=True)
    setup = commands.add_parser("setup", help="make what a target needs, as far as it is missing")
    setup.add_argument("target", choices=sorted(TARGETS))
    commands.add_parser("run", help="start the product in the foreground")
    widget = commands.add_parser(
        "widget", help="build the widget of web/widget (set-up does it when anything changed)"
    )
    widget.add_argument("--check", action="store_true", help="check its types first")
    lock = commands.add_parser("lock", help="write the resolved part of the requirements files anew")
    lock.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    options = parser.parse_args(arguments)
    try:
        _do(options)
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the same command goes on from here.", file=sys.stderr, flush=True)
        os._exit(130)  # not waiting for the set-up's threads: their commands end with us
    return 0


def _do(options: argparse.Namespace) -> None:
    if options.command == "setup":
        os.environ["BANSHITONG_DATA_DIR"] = str(data_dir(ROOT))  # the engine's commands do not read .env
        set_up(TARGETS[options.target], ROOT, Console(()))
    elif options.command == "widget":
        build_widget(ROOT, checks=options.check)
    elif options.command == "lock":
        from launch.lock import lock_all

        lock_all(ROOT, upgrade=options.upgrade)
    else:
        from launch.supervisor import run_product  # needs the settings, which need the environment

        asyncio.run(run_product(_settings(), ROOT))


def _settings() -> Settings:
    from settings import get_settings

    try:
        return get_settings()
    except ValueError as error:  # pydantic's own is one; its text never goes out whole, it may hold a secret
        problems = re.findall(r"^(\w+)\n +(.+?) \[type=", str(error), re.MULTILINE)
        named = {f"BANSHITONG_{name.upper()}": problem for name, problem in problems}
        raise InvalidSettingsError(named) from error


if __name__ == "__main__":
    sys.exit(main())
