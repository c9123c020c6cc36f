"""The built widget and its loaders: the current one, and every pinned one that was ever served."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from web.assets import Asset, Assets, load_assets, read_asset
from web.errors import StartError
from web.logs import log

BUILD_FOLDER = Path(__file__).parent / "widget" / "dist"
_BUILT = ("loader.js", "frame.js", "frame.css")
_PINNED = re.compile(r"loader-([0-9a-f]{16})\.js")


@dataclass(frozen=True)
class Widget:
    """What was built of the widget.

    Attributes:
        loader: The current loader.
        pinned: Every loader by its name with the start of its hash, the current one among them.
        files: What the frame's page loads.
    """

    loader: Asset
    pinned: Mapping[str, Asset]
    files: Assets

    @property
    def pinned_url(self) -> str:
        """Address of the current loader that will always be this very file."""
        return f"/widget/{pinned_name(self.loader.content)}"

    @property
    def integrity(self) -> str:
        """Value of the ``integrity`` attribute for the current loader (Subresource Integrity)."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.loader.content).digest()).decode()

    def url(self, name: str) -> str:
        """Return the address of a file of the frame.

        Raises:
            KeyError: There is no such file.
        """
        return self.files.url(name)


def pinned_name(content: bytes) -> str:
    """Return the name under which a loader of this content is pinned."""
    return f"loader-{hashlib.sha256(content).hexdigest()[:16]}.js"


def open_widget(kept: Path, *, build: Path = BUILD_FOLDER) -> Widget:
    """Read the built widget, and keep its loader for the pages that pin it.

    Args:
        kept: Where loaders are kept, by name, also those of earlier versions.
        build: What the build made.

    Raises:
        StartError: The widget was not built, or ``kept`` cannot be used.
    """
    missing = [name for name in _BUILT if not (build / name).is_file()]
    if missing:
        raise StartError(f"The widget is not built: {build} has no {missing[0]}. Build it with `make run`.")
    loader = read_asset(build / "loader.js")
    try:
        _keep(loader.content, kept)
        pinned = dict(_read_pinned(kept))
    except OSError as error:
        raise StartError(
            f"The widget's loaders cannot be kept in {kept}: {error.strerror}. "
            "Check BANSHITONG_DATA_DIR, the folder's permissions and free disk space."
        ) from error
    return Widget(loader, pinned, load_assets(build, prefix="widget/"))


def _keep(content: bytes, folder: Path) -> None:
    """Write a loader whole or not at all: another edge may start at the same moment."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / pinned_name(content)
    if path.exists():
        return
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).rename(path)


def _read_pinned(folder: Path) -> list[tuple[str, Asset]]:
    """Return the kept loaders; one that is not what its name says would be refused by every browser."""
    found = []
    for path in sorted(folder.iterdir()):
        if not _PINNED.fullmatch(path.name):
            continue
        asset = read_asset(path)
        if pinned_name(asset.content) == path.name:
            found.append((path.name, asset))
        else:
            log.error("pinned_loader_damaged", name=path.name)
    return found
