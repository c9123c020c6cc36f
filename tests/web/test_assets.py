"""Static files and their one version."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.assets import get_assets, load_assets


def test_version_changes_when_any_file_changes(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import "./b.js";')
    (tmp_path / "b.js").write_text("1")
    before = load_assets(tmp_path).version

    (tmp_path / "b.js").write_text("2")

    assert load_assets(tmp_path).version != before


def test_load_assets_leaves_out_unknown_types(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("")
    (tmp_path / "notes.txt").write_text("")

    assert list(load_assets(tmp_path).files) == ["page.css"]


def test_url_names_the_files_when_one_is_missing(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("")

    with pytest.raises(KeyError, match=r"No static file 'gone\.css'; there are: page\.css"):
        load_assets(tmp_path).url("gone.css")


def test_url_puts_the_prefix_between_version_and_name(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("")
    assets = load_assets(tmp_path, prefix="widget/")

    assert assets.url("page.css") == f"/static/{assets.version}/widget/page.css"


def test_scripts_never_write_markup() -> None:
    scripts = [asset.content for name, asset in get_assets().files.items() if name.endswith(".js")]

    assert len(scripts) == 2
    for script in scripts:
        assert b"innerHTML" not in script
        assert b"insertAdjacentHTML" not in script
