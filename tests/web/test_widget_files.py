"""The built widget, and the loaders that are kept of it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from tests.web.fakes import LOADER, build_widget
from web.errors import StartError
from web.widget_files import open_widget, pinned_name

DIGEST = hashlib.sha256(LOADER).hexdigest()


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return build_widget(tmp_path / "dist")


def test_open_widget_names_the_loader_by_its_hash(tmp_path: Path, build: Path) -> None:
    widget = open_widget(tmp_path / "kept", build=build)

    assert widget.pinned_url == f"/widget/loader-{DIGEST[:16]}.js"
    assert widget.integrity == "sha384-" + base64.b64encode(hashlib.sha384(LOADER).digest()).decode()
    assert widget.pinned[pinned_name(LOADER)].content == LOADER


def test_open_widget_keeps_every_loader_that_was_ever_served(tmp_path: Path, build: Path) -> None:
    open_widget(tmp_path / "kept", build=build)
    (build / "loader.js").write_bytes(b"newer")

    widget = open_widget(tmp_path / "kept", build=build)

    assert {name: asset.content for name, asset in widget.pinned.items()} == {
        f"loader-{DIGEST[:16]}.js": LOADER,
        pinned_name(b"newer"): b"newer",
    }
    assert widget.loader.content == b"newer"


def test_open_widget_writes_a_known_loader_once(tmp_path: Path, build: Path) -> None:
    kept = tmp_path / "kept"
    open_widget(kept, build=build)
    written = (kept / pinned_name(LOADER)).stat().st_mtime_ns

    open_widget(kept, build=build)

    assert (kept / pinned_name(LOADER)).stat().st_mtime_ns == written
    assert [path.name for path in kept.iterdir()] == [pinned_name(LOADER)]


def test_open_widget_leaves_out_a_kept_loader_that_was_changed(tmp_path: Path, build: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / f"loader-{'0' * 16}.js").write_text("not what the name says")
    (kept / "notes.txt").write_text("somebody's")

    assert list(open_widget(kept, build=build).pinned) == [pinned_name(LOADER)]


@pytest.mark.parametrize("name", ["loader.js", "frame.js", "frame.css"])
def test_open_widget_says_how_to_build_it(tmp_path: Path, build: Path, name: str) -> None:
    (build / name).unlink()

    with pytest.raises(
        StartError, match=rf"The widget is not built: .*dist has no {name}\. Build it with `make run`\."
    ):
        open_widget(tmp_path / "kept", build=build)


def test_open_widget_says_that_loaders_cannot_be_kept(tmp_path: Path, build: Path) -> None:
    (tmp_path / "kept").write_text("a file")

    with pytest.raises(StartError, match=r"cannot be kept in .*kept: File exists"):
        open_widget(tmp_path / "kept", build=build)
