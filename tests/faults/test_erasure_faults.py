"""The disk fails somewhere in an erasure: the same command ends it, and no file that runs made names the party."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import NotFound, StorageFailed
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.erasure import cleanup
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.operations.ledgers import verify_folder
from tests.networks import DAY_1, DAY_2, MadeNetwork, full_network

WHY = {"basis": "GDPR Art. 17(1)(a)", "by": "desk"}
STEPS = ("write_parquet", "write_whole", "compile_register", "write_register", "queue_all")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = full_network(tmp_path_factory.mktemp("erasure") / "network")
    made.run(DAY_1)
    return made


def failing(call: Callable[..., Any]) -> Callable[..., Any]:
    """Do what a call does, then say that the disk is full: the worst moment of each."""

    def fails(*values: Any, **named: Any) -> None:
        call(*values, **named)
        raise OSError(28, "No space left on device")

    return fails


@pytest.mark.parametrize("step", [*STEPS, "rmtree", "purge"])
def test_an_erasure_that_the_disk_cut_short_is_ended_by_the_next(
    begun: MadeNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What was erased from the ledger is not asked for again; what is left in other files is."""
    network = begun.copy(tmp_path / "network")
    owner: Any = {"rmtree": shutil, "purge": SqliteTables}.get(step, cleanup)
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, failing(getattr(owner, step)))
        with pytest.raises((StorageFailed, OSError)):
            erase(network.folder, [], DAY_2, subject="frozen", lift=True, **WHY)
    assert verify_folder(network.folder).ok

    with suppress(NotFound):  # the last step was done when it failed
        erase(network.folder, [], DAY_2, subject="frozen", **WHY)

    for path in [*(network.folder / "out").rglob("*"), *(network.folder / "state").rglob("*")]:
        assert path.is_dir() or b"Harbour Lane Parts" not in path.read_bytes(), path
    assert verify_folder(network.folder).ok
