"""``python -m bot train``, ``serve`` and ``evaluate``, in the engine's own environment."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict

from bot import quiet, without_tensorflow
from bot.engine_settings import ROOT, read_settings
from bot.training import TrainingError, train


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def main() -> int:
    """Run the command of the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("command", choices=("train", "serve", "evaluate"))
    command = parser.parse_args().command
    quiet.install()
    without_tensorflow.install()
    try:
        if command == "train":
            train(ROOT, read_settings().models_dir, say)
        elif command == "serve":
            _serve()
        else:
            _evaluate()
    except (TrainingError, ValueError, OSError) as error:
        print(f"bot {command}: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _serve() -> None:
    started = time.monotonic()
    from bot.launcher import serve

    say(f"Rasa imported in {time.monotonic() - started:.1f} s.")
    serve(ROOT, read_settings(), say)


def _evaluate() -> None:
    from bot.evaluation import evaluate

    for name, value in asdict(evaluate(ROOT)).items():
        say(f"{name:20} {value:.4g}")


if __name__ == "__main__":
    sys.exit(main())
