"""``python -m bot train``, ``serve``, ``evaluate``, ``validate`` and ``test``, in the engine's own environment."""

from __future__ import annotations

import argparse
import sys
import time

from bot import quiet, without_tensorflow
from bot.engine_settings import ROOT, read_settings
from bot.training import TrainingError, train


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def main() -> int:
    """Run the command of the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("command", choices=_COMMANDS)
    command = parser.parse_args().command
    quiet.install()
    without_tensorflow.install()
    try:
        return _COMMANDS[command]()
    except (TrainingError, ValueError, OSError) as error:
        print(f"bot {command}: {error}", file=sys.stderr, flush=True)
        return 1


def _train() -> int:
    train(ROOT, read_settings().models_dir, say)
    return 0


def _serve() -> int:
    started = time.monotonic()
    from bot.launcher import serve

    say(f"Rasa imported in {time.monotonic() - started:.1f} s.")
    serve(ROOT, read_settings(), say)
    return 0


def _evaluate() -> int:
    from bot.evaluation import REPORT, write_report

    for name, value in write_report(ROOT).figures.items():
        say(f"{name:20} {value:.4g}")
    say(f"Wrote {REPORT}.")
    return 0


def _validate() -> int:
    from bot.validation import validate

    messages = validate(ROOT)
    for message in messages:
        say(message)
    say(f"Rasa's validator warns of {len(messages) or 'nothing'}.")
    return 1 if messages else 0


def _test() -> int:
    from bot.story_test import play_stories

    return 1 if play_stories(ROOT, read_settings(), say).failed else 0


_COMMANDS = {"train": _train, "serve": _serve, "evaluate": _evaluate, "validate": _validate, "test": _test}


if __name__ == "__main__":
    sys.exit(main())
