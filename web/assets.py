"""Static files, read once into memory and addressed by the version of all of them together.

Modules and style sheets name each other relatively, so one version in the path covers what they
load too; a version in the query would not reach an imported module.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

STATIC_FOLDER = Path(__file__).parent / "static"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One static file.

    Attributes:
        content: Its bytes.
        content_type: Value of the ``Content-Type`` header.
        etag: Quoted hash of the bytes.
    """

    content: bytes
    content_type: str
    etag: str

    @classmethod
    def of(cls, content: bytes, content_type: str) -> Self:
        """Return the file of this content, named by its hash."""
        return cls(content, content_type, f'"{hashlib.sha256(content).hexdigest()[:16]}"')


@dataclass(frozen=True)
class Assets:
    """All static files of a folder.

    Attributes:
        version: Changes whenever a file is added, removed, renamed or changed.
        files: By path relative to the folder, with ``/``.
        prefix: Stands before the names in addresses: empty, or a path that ends in ``/``.
    """

    version: str
    files: Mapping[str, Asset]
    prefix: str = ""

    def url(self, name: str) -> str:
        """Return the address of a file, which may be kept for ever.

        Raises:
            KeyError: There is no such file; a template that names one must not render.
        """
        if name not in self.files:
            raise KeyError(f"No static file {name!r}; there are: {', '.join(sorted(self.files))}")
        return f"/static/{self.version}/{self.prefix}{name}"


def load_assets(folder: Path, *, prefix: str = "") -> Assets:
    """Read every file of a known type below ``folder``; others are never served."""
    files = {
        path.relative_to(folder).as_posix(): read_asset(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in CONTENT_TYPES
    }
    listing = "".join(f"{name}{asset.etag}" for name, asset in files.items())
    return Assets(hashlib.sha256(listing.encode()).hexdigest()[:12], files, prefix)


@lru_cache(maxsize=1)
def get_assets() -> Assets:
    """Return our own static files, read at the first call."""
    return load_assets(STATIC_FOLDER)


def read_asset(path: Path) -> Asset:
    """Return one file of a known type."""
    return Asset.of(path.read_bytes(), CONTENT_TYPES[path.suffix])
