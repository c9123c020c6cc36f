from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import NotBuiltError
from bench.our_product import our_product, prepare_data_dir


def test_data_dir_has_the_built_parts_and_no_conversation(tmp_path: Path) -> None:
    built, folder = tmp_path / "var", tmp_path / "bench"
    (built / "index" / "v1").mkdir(parents=True)
    (built / "models").mkdir()
    folder.mkdir()
    (folder / "banshitong.db").write_text("old")

    prepare_data_dir(folder, built)

    assert sorted(path.name for path in folder.iterdir()) == ["index", "models"]
    assert (folder / "index" / "v1").is_dir()


def test_preparing_again_leaves_the_built_parts_alone(tmp_path: Path) -> None:
    built = tmp_path / "var"
    for name in ("index", "models"):
        (built / name).mkdir(parents=True)
    for _ in range(2):
        prepare_data_dir(tmp_path / "bench", built)

    assert sorted(path.name for path in built.iterdir()) == ["index", "models"]


def test_a_missing_index_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError, match=r"index is missing; .* Build it with `make index`"):
        prepare_data_dir(tmp_path / "bench", tmp_path)


def test_product_starts_through_its_supervisor_on_its_own_ports(tmp_path: Path) -> None:
    product = our_product(ports=(8001, 8002, 8003), data_dir=tmp_path)

    (command,) = product.commands
    assert command.argv[1:] == ("-m", "launch", "run")
    assert product.port == 8001
    assert command.env["BANSHITONG_PORT"] == "8001"
    assert command.env["BANSHITONG_DATA_DIR"] == str(tmp_path)
    assert command.env["BANSHITONG_SESSION_RATE_LIMIT"] == "1000000/second"
