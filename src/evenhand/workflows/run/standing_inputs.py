"""The hash of all that decides in a run beside the instant and the record: where it is the same, so are the rulings."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

from evenhand.intake import REJECTED
from evenhand.intake.network_tables import table_hashes
from evenhand.lists.list_reader import list_files
from evenhand.model.record import files_sha256, record_sha256, sha256_hex
from evenhand.store.atomic_files import file_stamp
from evenhand.store.network import Network
from evenhand.store.program_code import code_sha256
from evenhand.workflows.delivery.decision_tables import CSV, WORKBOOK
from evenhand.workflows.delivery.publication import COMPILED, DECISIONS, REGISTER
from evenhand.workflows.evaluation.kept_cases import CASES
from evenhand.workflows.evaluation.known_rulings import RULINGS
from evenhand.workflows.evaluation.run_state import INPUTS, READING
from evenhand.workflows.influence.alike_creatives import pictures_of
from evenhand.workflows.influence.kept_tables import event_hashes

_LEFT: Final = (REGISTER, COMPILED, DECISIONS, CSV, WORKBOOK, REJECTED, "reasons", "influence")
_KEPT: Final = (
    "meta.json", "findings.parquet", RULINGS, CASES, "judgements.parquet", INPUTS, READING,
)  # fmt: skip


def inputs_sha256(network: Network, at: datetime) -> str:
    """Return the hash of program, settings, rules, lists, tables, and of the days of `at`.

    Rules, campaigns and verifications begin and end with days, in UTC and in the network's zone.

    Raises:
        TableUnreadable, ListUnreadable, OSError: what the settings name is not there; what is wrong is found in a run.
    """
    settings, folder, rules = network.settings, network.folder, network.rulebook
    named = {source.key: folder / source.path for source in settings.lists if source.path}
    fetched = [source.key for source in settings.lists if source.urls]
    switch = folder / f"{settings.gate.switch}.log"
    return record_sha256([
        _program_sha256(),
        settings,
        [at.date(), at.astimezone(settings.zone).date()],
        files_sha256({str(path.relative_to(rules)): path.read_bytes() for path in _files_below(rules)}),
        {key: files_sha256(list_files(path)) for key, path in named.items()},
        _stamps_of_lists(network, fetched),
        table_hashes(folder, settings.intake),
        event_hashes(network),
        sorted(pictures_of(folder)),
        sha256_hex(switch.read_bytes()) if switch.is_file() else "",
    ])  # fmt: skip


def outputs_stamp(network: Network) -> str:
    """Return what is another as soon as somebody has replaced or removed a file that a run left."""
    left = [network.out / name for name in _LEFT] + [network.state / name for name in _KEPT]
    stamps = map(file_stamp, (*left, network.snapshots))
    return " ".join((*stamps, *_stamps_of_lists(network, [source.key for source in network.settings.lists])))


@cache
def _program_sha256() -> str:
    """Return the hash of the program and of the distributions that it requires, as far as they are installed."""
    names = (re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in requires("evenhand") or ())
    return code_sha256(("evenhand",), list(filter(_is_installed, names)))


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _stamps_of_lists(network: Network, keys: Iterable[str]) -> list[str]:
    """Return the stamps of what is kept of these lists, without the folders of versions and the lock."""
    return [file_stamp(path) for key in keys for path in _files_in(network.lists / key) if path.name != "lock"]


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
