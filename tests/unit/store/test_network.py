"""A network is a folder: its paths."""

from pathlib import Path

from evenhand.store.network import read_network
from tests.unit.store.test_settings import SETTINGS


def test_the_paths_are_those_of_the_map(tmp_path: Path) -> None:
    """Everything a run reads or writes is below the one folder."""
    (tmp_path / "evenhand.toml").write_text(SETTINGS)

    network = read_network(tmp_path)

    named = (network.rulebook, network.lists, network.ledger, network.snapshots, network.state, network.out)
    assert [path.relative_to(tmp_path).as_posix() for path in named] == [
        "rulebook", "lists", "ledger", "snapshots", "state", "out",
    ]  # fmt: skip
    assert network.settings.network.name == "Made-up"
