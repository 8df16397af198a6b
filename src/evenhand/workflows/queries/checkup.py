"""Everything of a network looked at, without a lock and without a change: what is wrong, and what mends it."""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, get_args

from evenhand.intake import REJECTED
from evenhand.lists import Versions
from evenhand.model.errors import BadInput, EvenhandError, RulebookInvalid
from evenhand.model.network import ListSource
from evenhand.model.run import Advice, Area
from evenhand.model.staff import keyless_words
from evenhand.policy import Rulebook
from evenhand.store.file_owners import closed_paths, denial_of, denied_by
from evenhand.store.network import SETTINGS_FILE, Network, read_network
from evenhand.store.staff import STAFF_FILE
from evenhand.workflows.evaluation.unused_entries import read_unused_entries
from evenhand.workflows.people.staff_overview import staff_overview
from evenhand.workflows.queries.access_checkup import access_findings
from evenhand.workflows.queries.evidence_checkup import evidence_findings
from evenhand.workflows.queries.gate_checkup import gate_findings
from evenhand.workflows.queries.ledger_checkup import ledger_findings, register_findings
from evenhand.workflows.queries.letter_setup import setup_findings, undated_list
from evenhand.workflows.queries.notification_checkup import notification_findings
from evenhand.workflows.run.list_intake import age_warning
from evenhand.workflows.run.mapping_names import check_mapping, mapping_name_warnings
from evenhand.workflows.run.network_places import check_places, place_warnings

AREAS: tuple[Area, ...] = get_args(Area)
_LEAST_FREE = 1 << 29
_GIB = 1 << 30
_TABLES = ("advertisers", "payers", "ownership", "campaigns", "creatives", "votes", "events", "declared", "bids")


class Machine(NamedTuple):
    """What the command line knows of where it runs: the clock, free bytes of the disk, packages and their lock.

    `locked` are the versions that were tested, by package; none where no lock is at hand. `environment` are the
    variables, of which some hold secrets.
    """

    now: datetime
    free_bytes: int
    installed: Mapping[str, str]
    locked: Mapping[str, str]
    environment: Mapping[str, str] = MappingProxyType({})


def examine(folder: Path, machine: Machine) -> tuple[Advice, ...]:
    """Return what is wrong with a network, worst first; of equal ones in the order of a run.

    Raises:
        NetworkUnreadable: there is no `evenhand.toml` in the folder.
    """
    try:
        network = read_network(folder)
    except EvenhandError as error:
        if not (folder / SETTINGS_FILE).is_file():
            raise
        return (Advice("error", "settings", str(error), f"edit {folder / SETTINGS_FILE}"),)
    looks: dict[Area, Callable[[Network, Machine], Iterator[Advice]]] = {
        "lists": _lists, "tables": _tables, "rulebook": _rulebook, "staff": _staff,
        "ledger": ledger_findings, "evidence": evidence_findings,
        "register": register_findings, "notifications": notification_findings, "disk": _disk, "versions": _versions,
    }  # fmt: skip
    found: list[Advice] = []
    for area, look in looks.items():
        try:
            found += look(network, machine)
        except (EvenhandError, OSError) as error:  # a finding too, and the other looks go on
            denied = denied_by(error) if isinstance(error, OSError) else ""
            todo = denied or f"correct what the line says, then evenhand doctor {folder}"
            what = f"{error.filename}: {error.strerror}" if denied and isinstance(error, OSError) else str(error)
            found.append(Advice("error", area, what, todo))
    return tuple(sorted(found, key=lambda each: (each.level != "error", AREAS.index(each.area))))


def _lists(network: Network, machine: Machine) -> Iterator[Advice]:
    sources, kept = network.settings.lists, Versions(network.lists)
    if not sources:
        accepted = network.settings.without_lists.none == "accept"
        what = "no list is configured: nobody is screened"
        yield Advice(
            "warning" if accepted else "error",
            "lists",
            what,
            f"add a [[list]] block to {network.folder / SETTINGS_FILE}",
        )
    for source in sources:
        yield from _list(network, kept, source, machine.now)
        yield from undated_list(network, kept, source)
    keys = {source.key for source in sources}
    for each in read_unused_entries(network.state):
        if each.key in keys:
            yield Advice("warning", "lists", each.what, each.todo)


def _list(network: Network, kept: Versions, source: ListSource, now: datetime) -> Iterator[Advice]:
    take = f"evenhand {'lists update' if source.urls else 'run'} {network.folder}"
    current = kept.current(source.key)
    if current is None:
        needed = "a run stops until it has one" if source.required else "nobody is screened against it"
        yield Advice("error" if source.required else "warning", "lists", f"{source.key} has no version: {needed}", take)
    else:
        kept.files(current)
    if not source.urls and not (network.folder / source.path).exists():
        what = f"{source.key}: there is no file or folder {source.path}"
        yield Advice("error", "lists", what, f"put it there, or correct `path` in {network.folder / SETTINGS_FILE}")
    for sentence in (age_warning(kept, source, now.date()), source.unsafe):
        if sentence:
            what, _, todo = sentence.rstrip(".").partition("; ")
            mend = take if source.urls and "old" in what else f"take today's files to {source.path}"
            yield Advice("warning", "lists", what, mend if sentence != source.unsafe else todo)


def _tables(network: Network, _: Machine) -> Iterator[Advice]:
    intake, settings = network.settings.intake, network.folder / SETTINGS_FILE
    for name in _TABLES:
        path = getattr(intake, name)
        if not path or (network.folder / path).is_file():
            continue
        if address := network.objects.get(name):
            yield Advice("warning", "tables", f"{address} was not fetched yet", f"evenhand run {network.folder}")
        else:
            what = f"there is no table {path}"
            yield Advice("error", "tables", what, f"put it there, or correct `{name}` in {settings}")
    rejected = network.out / REJECTED
    faults = _rejected(rejected) if rejected.is_file() else []
    rows = len({(row.get("file"), row.get("line")) for row in faults if row.get("what") == "row"})
    values = sum(row.get("what") == "value" for row in faults)
    if rows or values:
        what = f"the last run rejected input: rows {rows:,}, values {values:,}"
        yield Advice(
            "warning", "tables", what, f"open {rejected}, correct the tables, then evenhand run {network.folder}"
        )
    yield from setup_findings(network)


def _rejected(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _rulebook(network: Network, machine: Machine) -> Iterator[Advice]:
    try:
        rulebook = Rulebook.load(network.rulebook, network.settings.rulebook.historic)
    except RulebookInvalid as error:
        yield Advice("error", "rulebook", str(error), f"evenhand rules lint {network.rulebook}")
        return
    missing = rulebook.missing_rows(source.key for source in network.settings.lists)
    if missing:
        what = f"designations.csv has no row for {', '.join(missing)}: a run stops"
        yield Advice(
            "error", "rulebook", what, f"add a row with program `*` to {network.rulebook / 'designations.csv'}"
        )
    yield from _names(network, rulebook)
    if rulebook.historic:
        what = "the rulebook is taken as historic, in spite of what lint says"
        yield Advice("warning", "rulebook", what, f"set `historic = false` in {network.folder / SETTINGS_FILE}")
    yield from gate_findings(network, rulebook, machine.now)


def _names(network: Network, rulebook: Rulebook) -> Iterator[Advice]:
    edit, lint = f"edit {network.folder / SETTINGS_FILE}", f"evenhand rules lint {network.rulebook}"
    try:
        check_mapping(network, rulebook)
    except RulebookInvalid as error:
        yield Advice("error", "rulebook", error.what, lint)
    for each in mapping_name_warnings(network, rulebook):
        yield Advice("warning", "rulebook", each, lint)
    try:
        check_places(network, rulebook)
    except BadInput as error:
        yield Advice("error", "settings", str(error), edit)
    for each in place_warnings(network, rulebook):
        yield Advice("warning", "settings", each, edit)


def _staff(network: Network, machine: Machine) -> Iterator[Advice]:
    overview = staff_overview(network, machine.now)
    for problem in overview.lacking:
        yield Advice(
            "warning", "staff", problem, f"edit {network.folder / STAFF_FILE}; evenhand staff {network.folder}"
        )
    if overview.keyless:
        yield Advice(
            "warning", "staff", f"{keyless_words(overview)}; in the console the log-in signs for them",
            f"evenhand staff {network.folder} lists them; give people a `key` in {network.folder / STAFF_FILE}",
        )  # fmt: skip
    yield from access_findings(network, machine.now)


def _disk(network: Network, machine: Machine) -> Iterator[Advice]:
    written = (network.ledger, network.lists, network.snapshots, network.state, network.out)
    closed = closed_paths(each for each in written if each.exists())
    denials = [denial for path in closed if (denial := denial_of(path)) is not None]
    if denials:
        besides = f"; of files and folders there are {len(denials):,} such" if len(denials) > 1 else ""
        what = f"a run ends where it cannot write: {denials[0].what}{besides}"
        yield Advice("error", "disk", what, f"{denials[0].todo}, then evenhand doctor {network.folder}")
    needed = max(_LEAST_FREE, 2 * sum(path.stat().st_size for path in network.ledger.rglob("*") if path.is_file()))
    if machine.free_bytes < needed:
        what = f"{machine.free_bytes / _GIB:.1f} GiB are free; a run may need {needed / _GIB:.1f}"
        yield Advice("warning", "disk", what, f"free space, or evenhand ledger compact {network.folder}")


def _versions(_: Network, machine: Machine) -> Iterator[Advice]:
    other = [
        f"{name} {machine.installed.get(name, 'is missing')} (tested: {version})"
        for name, version in sorted(machine.locked.items())
        if machine.installed.get(name) != version
    ]
    if other:
        what = f"{len(other)} of {len(machine.locked)} packages are not of the tested versions: {', '.join(other)}"
        yield Advice("warning", "versions", what, "pip install --no-deps --require-hashes -r requirements/run.txt")
