"""What is wrong with a network's ledger and register, read while others may write them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from evenhand.gate import Gate
from evenhand.ledger import LogReader, read_witness_policy
from evenhand.ledger.checkpoint import CHECKPOINT
from evenhand.model.errors import EvenhandError, HistoryConflict, NotVerified, RegisterInvalid, RulebookInvalid
from evenhand.model.run import Advice
from evenhand.policy import Rulebook
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.network import Network
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.delivery.publication import COMPILED, REGISTER
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.operations.maintenance import status
from evenhand.workflows.people.record_times import dated_back
from evenhand.workflows.rulebooks.approvals import APPROVAL_FILE, read_approval
from evenhand.workflows.rulebooks.release import approved_before, due_release

_AHEAD = timedelta(minutes=10)


class Clock(Protocol):
    """The one thing that these looks want of a machine."""

    @property
    def now(self) -> datetime:
        """Return the instant by its clock."""
        ...


def ledger_findings(network: Network, machine: Clock) -> Iterator[Advice]:
    """Yield problems of the folder and its keys, of its history, its witnesses, its releases, and of times."""
    folder = network.folder
    stands = status(network.ledger)
    verify = f"evenhand ledger verify {folder}"
    for problem in stands.problems:
        what, _, command = problem.partition("run `")
        yield Advice("error", "ledger", what.rstrip(" :,;"), _mending(command.partition("`")[0], network) or verify)
    if stands.origin != network.settings.network.origin:
        what = f"origin in [network] is {network.settings.network.origin}, the ledger's is {stands.origin}"
        yield Advice("error", "settings", what, f'set `origin = "{stands.origin}"`')
    if stands.other_host:
        what, _, _ = stands.other_host.rpartition("; ")
        yield Advice("warning", "ledger", what, f"evenhand ledger checkpoint {folder}")
    if repaired := LedgerFolder.at(network.ledger).repairs_sentence():
        what, _, todo = repaired.rpartition(": ")
        yield Advice("warning", "ledger", what, todo)
    if stands.behind and not stands.other_host:
        what = f"{stands.behind} entries are recorded and not published"
        yield Advice("warning", "ledger", what, f"evenhand ledger checkpoint {folder}")
    yield from _witnesses(network, stands.settings.policy)
    try:
        with read_ledger(network.ledger) as ledger:
            yield from _releases(network, ledger)
            yield from _clock(ledger, machine.now)
            back = dated_back(ledger)
            if back is not None:
                todo = "look at who dated them so, and why: the order of the ledger counts"
                yield Advice("warning", "clock", back.sentence, todo)
    except HistoryConflict as error:
        yield Advice("error", "ledger", str(error), verify)


def _mending(command: str, network: Network) -> str:
    """Return the command that a problem of the ledger names, as it is typed beside the network's folder."""
    program, _, rest = command.partition(" ")
    if program != "chmod":
        return f"{command} {network.folder}" if command.startswith("evenhand ledger ") else command
    mode, _, name = rest.partition(" ")
    path = network.ledger / name
    return f"chmod {mode} {path if path.exists() else network.ledger / 'private' / name}"


def register_findings(network: Network, machine: Clock) -> Iterator[Advice]:
    """Yield whether the gate's register is missing, damaged, stale, or of another log than the settings'."""
    run = f"evenhand run {network.folder}"
    path = network.out / COMPILED
    if not path.exists() and not (network.out / REGISTER).exists():
        yield Advice("warning", "register", "there is no register: no run yet", run)
        return
    try:
        gate = Gate(path if path.exists() else network.out / REGISTER, "last")
    except RegisterInvalid as error:
        yield Advice("error", "register", str(error), run)
        return
    opened = gate.opened
    if machine.now >= opened.fresh_until:
        meant = network.settings.gate.stale
        what = f'the register is stale since {opened.fresh_until:%Y-%m-%dT%H:%M:%SZ}; `stale = "{meant}"` answers now'
        yield Advice("error", "register", what, run)
    if opened.log.origin != network.settings.network.origin:
        what = f"the register was compiled from the log {opened.log.origin or 'of nobody'}"
        yield Advice("error", "register", what, run)
    yield from _compiled_from(network, opened.log.size, run)


def _compiled_from(network: Network, size: int, run: str) -> Iterator[Advice]:
    """Yield that decisions were recorded after the tree that the register was compiled from."""
    with read_ledger(network.ledger) as ledger:
        newest = ledger.last("decision")
    if newest is not None and newest[0] >= size:
        what = f"the register was compiled at tree size {size}; a decision was recorded after it, at {newest[0]}"
        yield Advice("error", "register", what, run)


def _witnesses(network: Network, policy: str) -> Iterator[Advice]:
    """Yield that the published checkpoint has not the cosignatures that the ledger's own policy asks for."""
    if not policy:
        return
    where = LedgerFolder.at(network.ledger)
    try:
        trusted = read_witness_policy((where.path / policy).read_bytes())
        trusted.open(PublicFiles(where.public).get(CHECKPOINT) or b"", Ed25519Verifier())
    except NotVerified as error:
        yield Advice("warning", "ledger", f"witnesses: {error}", f"evenhand ledger checkpoint {network.folder}")
    except (EvenhandError, OSError) as error:
        yield Advice("error", "ledger", f"policy of witnesses: {error}", f"correct {where.path / policy}")


def _releases(network: Network, ledger: LogReader) -> Iterator[Advice]:
    """Yield that the next run stops, because nobody approved what the rulebook changes."""
    try:
        rulebook = Rulebook.load(network.rulebook, network.settings.rulebook.historic)
    except EvenhandError:
        return  # told where rulebooks are looked at
    try:
        due, approval = due_release(network, rulebook, ledger), read_approval(network.rulebook / APPROVAL_FILE)
    except RulebookInvalid as error:
        yield Advice("error", "rulebook", f"a run stops: {error}", "put the files back from a backup")
        return
    if due is None or due.older is None:
        return
    if approval is None or approval.diff in approved_before(ledger, due.older.sha256):
        missing = f"{APPROVAL_FILE} {'is missing' if approval is None else 'approves an earlier change'}"
        what = f"the rulebook was changed and nobody approved it: {missing}, and a run stops"
        yield Advice("error", "rulebook", what, f"evenhand rules diff {network.folder}")


def _clock(ledger: LogReader, now: datetime) -> Iterator[Advice]:
    if not ledger.size:
        return
    last = next(ledger.entries(start=ledger.size - 1))[1].at
    if datetime.fromisoformat(last).astimezone(UTC) > now + _AHEAD:
        what = f"the last record is of {last}, the clock says {now:%Y-%m-%dT%H:%MZ}: a run stops until then"
        yield Advice(
            "error", "clock", what, "set the clock; the page back-up of the documentation, `A clock that was ahead`"
        )
