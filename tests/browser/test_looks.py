"""Every state looks as it was accepted, at two widths and in both themes.

``ACCEPT_LOOKS=1`` accepts what is there instead; look at every picture of ``tests/browser/looks`` that changed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from settings import ROOT
from tests.browser import engine
from tests.browser.chat import Chat
from tests.browser.chromium import NAMES
from tests.browser.edge import StubEdge
from tests.browser.gallery import Gallery
from tests.browser.states import STATES, State

pytestmark = pytest.mark.browser

COMPARE = Path(__file__).with_name("compare.mjs")
LOOKS = Path(__file__).with_name("looks")
PICTURED = tuple(state for state in STATES if state.is_pictured)
# Where what was seen, and what differs, can be looked at.
SEEN = ROOT / "var" / "looks"
MOST_DIFFERENT = 0.001  # a line of small print that is missing is more
MOST_BYTES = 3_000_000
ACCEPTS = os.environ.get("ACCEPT_LOOKS") == "1"
# What drew the accepted pictures; others draw other pictures, which tell nothing.
DRAWN_BY = LOOKS / "drawn-by.txt"


def drawn_by() -> str:
    """Return Chromium's major version and the fonts that it has, a line each."""
    chromium = next(filter(None, map(shutil.which, NAMES)), "chromium")
    version = subprocess.run((chromium, "--version"), capture_output=True, text=True, check=True).stdout
    fonts = subprocess.run(
        ("fc-list", "--format", "%{family[0]} %{style[0]} %{fontversion}\n"),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return "\n".join([version.partition(".")[0], *sorted(set(fonts.splitlines()))]) + "\n"


@pytest.fixture(scope="module", autouse=True)
def same_brushes(gallery: Gallery) -> None:
    """Compare only what the same Chromium draws with the same fonts as when the pictures were accepted."""
    present = drawn_by()
    if ACCEPTS:
        DRAWN_BY.write_text(present, encoding="utf-8")
    differ = set(present.splitlines()) ^ set(DRAWN_BY.read_text(encoding="utf-8").splitlines())
    if differ:
        pytest.skip(
            f"the accepted pictures were drawn otherwise: {sorted(differ)[:6]}; ACCEPT_LOOKS=1 accepts anew"
        )


def compare(pictures: dict[str, bytes], folder: Path, *, mode: str = "compare") -> dict[str, float]:
    """Return the share of each picture's pixels that are not as accepted; ``folder`` gets what was seen."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (folder / f"{name}.actual.png").write_bytes(picture)
        (folder / f"{name}.diff.png").unlink(missing_ok=True)
    done = subprocess.run(
        (str(ROOT / ".venv/bin/node"), str(COMPARE), mode, str(folder)),
        input=json.dumps(list(pictures)),
        capture_output=True,
        text=True,
        check=True,
    )
    shares: dict[str, float] = json.loads(done.stdout)
    return shares


def names_of(state: State) -> Iterable[str]:
    return (f"{state.name}-{width}-{theme}" for width in (1280, 390) for theme in ("light", "dark"))


@pytest.mark.parametrize("state", PICTURED, ids=lambda state: state.name)
def test_state_looks_as_accepted(gallery: Gallery, state: State) -> None:
    pictures = {f"{state.name}-{name}": picture for name, picture in gallery.visit(state).pictures.items()}
    assert sorted(pictures) == sorted(names_of(state))

    shares = compare(pictures, SEEN, mode="accept" if ACCEPTS else "compare")

    different = {name: f"{share:.2%}" for name, share in shares.items() if share > MOST_DIFFERENT}
    assert different == {}, f"see {SEEN}; if it is meant, accept it with ACCEPT_LOOKS=1"


@pytest.mark.parametrize(
    "change",
    [
        "document.querySelector('.receipt').style.visibility = 'hidden'",
        "document.querySelector('.tag').style.visibility = 'hidden'",
        "document.querySelector('.choices').style.translate = '3px 0'",
    ],
)
def test_what_is_missing_or_moved_is_noticed(gallery: Gallery, tmp_path: Path, change: str) -> None:
    def reach(chat: Chat, edge: StubEdge) -> None:
        chat.ask(engine.CLARIFY)
        chat.frame.evaluate(change)

    pictures = gallery.visit(State(change, reach)).pictures
    shares = compare({f"choices-{name}": picture for name, picture in pictures.items()}, tmp_path)

    assert min(shares.values()) > MOST_DIFFERENT


def test_accepted_pictures_are_those_of_the_states_and_not_too_heavy() -> None:
    kept = sorted(LOOKS.glob("*.png"))

    assert [path.stem for path in kept] == sorted(name for state in PICTURED for name in names_of(state))
    assert sum(path.stat().st_size for path in kept) <= MOST_BYTES
