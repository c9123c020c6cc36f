from __future__ import annotations

import os
from pathlib import Path

from bench.processes import Memory, Process, process_tree, processor_time_s, read_process, total_memory


def _make_process(
    proc: Path, pid: int, *, parent: int, state: str = "S", pss_kb: int | None = None, rss_kb: int = 0
) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    ticks = os.sysconf("SC_CLK_TCK")
    times = f"{2 * ticks} {ticks // 2}"
    (folder / "stat").write_text(
        f"{pid} (a (strange) name) {state} {parent} 0 0 0 0 0 0 0 0 0 {times} 0 0 0 0 0 0 {pid * 10} 0 0"
    )
    (folder / "status").write_text(f"Name:\tx\nVmRSS:\t{rss_kb} kB\n")
    if pss_kb is not None:
        (folder / "smaps_rollup").write_text(f"00-ff ---p 00:00 0 [rollup]\nRss: 9 kB\nPss: {pss_kb} kB\n")


def test_process_tree_holds_the_roots_and_all_descendants(tmp_path: Path) -> None:
    for pid, parent in ((10, 1), (11, 10), (12, 11), (20, 1), (21, 20)):
        _make_process(tmp_path, pid, parent=parent)

    assert process_tree([10], tmp_path) == (Process(10, 100), Process(11, 110), Process(12, 120))


def test_process_tree_leaves_out_zombies_and_the_dead(tmp_path: Path) -> None:
    _make_process(tmp_path, 10, parent=1)
    _make_process(tmp_path, 11, parent=10, state="Z")

    assert process_tree([10, 99], tmp_path) == (Process(10, 100),)


def test_total_memory_sums_pss_in_megabytes(tmp_path: Path) -> None:
    _make_process(tmp_path, 10, parent=1, pss_kb=100_000, rss_kb=500_000)
    _make_process(tmp_path, 11, parent=10, pss_kb=25_000, rss_kb=500_000)

    assert total_memory([10, 11], tmp_path) == Memory(megabytes=128.0, kind="PSS", processes=2)


def test_total_memory_falls_back_to_rss_for_all_if_one_hides_its_pss(tmp_path: Path) -> None:
    _make_process(tmp_path, 10, parent=1, pss_kb=1, rss_kb=100_000)
    _make_process(tmp_path, 11, parent=10, rss_kb=25_000)

    assert total_memory([10, 11], tmp_path) == Memory(megabytes=128.0, kind="RSS", processes=2)


def test_total_memory_of_ended_processes_is_nothing(tmp_path: Path) -> None:
    assert total_memory([10], tmp_path) == Memory(megabytes=0.0, kind="PSS", processes=0)


def test_processor_time_sums_user_and_system_time_of_the_living(tmp_path: Path) -> None:
    _make_process(tmp_path, 10, parent=1)
    _make_process(tmp_path, 11, parent=10)

    assert processor_time_s([10, 11, 99], tmp_path) == 5.0


def test_this_process_is_found_and_uses_memory() -> None:
    assert read_process(os.getpid()) in process_tree([os.getpid()])
    assert 10 < total_memory([os.getpid()]).megabytes < 4000


def test_a_process_is_not_mistaken_for_a_later_one_with_its_number(tmp_path: Path) -> None:
    _make_process(tmp_path, 10, parent=1)

    assert read_process(10, tmp_path) != Process(10, 101)
