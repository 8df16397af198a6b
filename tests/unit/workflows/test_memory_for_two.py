"""Whether a second process may come to hold as much memory as this one: by what Linux says of both."""

import os
from pathlib import Path

import pytest

from evenhand.workflows.evaluation.side_process import has_memory_for_two

HELD = 1_000 * os.sysconf("SC_PAGE_SIZE")


def system(root: Path, *, left: int, limit: str | None = None, taken: int = 0) -> Path:
    """Return a root folder in which this process holds a thousand pages; memory is in bytes."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/statm").write_text("5000 1000 300 1 0 900 0\n")
    (root / "proc/meminfo").write_text(f"MemTotal:       24105000 kB\nMemAvailable:   {left >> 10} kB\nBuffers: 1 kB\n")
    if limit is not None:
        (root / "sys/fs/cgroup").mkdir(parents=True)
        (root / "sys/fs/cgroup/memory.max").write_text(f"{limit}\n")
        (root / "sys/fs/cgroup/memory.current").write_text(f"{taken}\n")
    return root


@pytest.mark.parametrize(
    ("left", "limit", "taken", "enough"),
    [
        (HELD, None, 0, True),
        (HELD - 1024, None, 0, False),
        (HELD, "max", 10 * HELD, True),
        (HELD, str(3 * HELD), 2 * HELD, True),
        (HELD, str(3 * HELD), 2 * HELD + 1, False),
        (HELD - 1024, str(3 * HELD), 0, False),
    ],
)
def test_both_the_machine_and_the_container_must_have_it(
    tmp_path: Path, left: int, limit: str | None, taken: int, enough: bool
) -> None:
    """A system that lacks memory ends processes, and the run with them."""
    assert has_memory_for_two(system(tmp_path, left=left, limit=limit, taken=taken)) is enough


def test_here_a_test_has_enough() -> None:
    """It reads what this machine has, or knows nothing."""
    assert has_memory_for_two()


def test_what_linux_does_not_say_stands_in_no_way(tmp_path: Path) -> None:
    """Without `MemAvailable`, which is older than any system that we know of, there is no second process."""
    root = system(tmp_path, left=HELD)
    (root / "proc/meminfo").write_text("MemTotal: 24105000 kB\n")

    assert not has_memory_for_two(root)
    assert has_memory_for_two(tmp_path / "nowhere")
