"""Every state: axe in every frame, sizes of what is pressed and read, and nothing beside the screen."""

from __future__ import annotations

import pytest

from tests.browser.gallery import Gallery
from tests.browser.states import STATES, State

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)]

ROUNDING = 0.5
ELDER = {"data_elder": "true"}


def is_elder(state: State) -> bool:
    return state.options.items() >= ELDER.items()


def test_axe_finds_nothing_in_any_frame(gallery: Gallery, state: State) -> None:
    assert gallery.visit(state).violations == {1280: [], 320: []}


def test_whatever_can_be_pressed_is_large_enough(gallery: Gallery, state: State) -> None:
    least = (60 if is_elder(state) else 44) - ROUNDING
    targets = gallery.visit(state).targets

    assert [one for width in targets for one in targets[width] if min(one[1:]) < least] == []
    assert min(len(found) for found in targets.values()) > 0


def test_text_is_never_too_small(gallery: Gallery, state: State) -> None:
    least = 24 if is_elder(state) else 13

    assert [words for words, size, _ in gallery.visit(state).texts if size < least] == []


def test_lines_of_the_widget_are_far_enough_apart(gallery: Gallery, state: State) -> None:
    if state.place in ("closed", "refused"):
        pytest.skip("the host's own text")

    assert [words for words, _, spacing in gallery.visit(state).texts if spacing < 1.3] == []


def test_nothing_is_wider_than_the_screen(gallery: Gallery, state: State) -> None:
    assert gallery.visit(state).overflow == {1280: 0, 320: 0}


def test_nothing_goes_wrong_unseen(gallery: Gallery, state: State) -> None:
    expected = "frame-ancestors" if state.place == "refused" else "ERR_FAILED"

    assert [line for line in gallery.visit(state).problems if expected not in line] == []
