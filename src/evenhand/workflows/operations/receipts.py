"""Receipts made from what is published, and checked with nothing but a key or a policy."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Final

import msgspec

from evenhand.ledger import format_receipt, read_witness_policy, verify_receipt
from evenhand.ledger.public_log import open_public_log, read_public_leaf
from evenhand.ledger.receipt import Disclosure, disclose
from evenhand.ledger.signed_notes import read_vkey
from evenhand.ledger.witness_policy import NOBODY, WitnessPolicy
from evenhand.model.errors import BadInput, HistoryConflict, NotFound, NotVerified, RecordIncomplete
from evenhand.model.log import ReceiptReport
from evenhand.model.record import sha256_hex
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import letter
from evenhand.reasons.receipt import is_receipt
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.operations.ledger_folder import LedgerFolder, one_line
from evenhand.workflows.operations.ledger_tables import open_tables

_SHOWN: Final = 60


def place_of(folder: Path, entry: str) -> int:
    """Return the index of an entry that is named by its number, or by the id of its decision, statement or notice.

    Raises:
        BadInput: no number and no id, or an id where there is only a public folder, which has none.
        NotFound: the ledger has no record of this id, or it was erased.
    """
    if entry.isascii() and entry.isdecimal():
        return int(entry)
    expected = "the number of an entry, or an id that begins with d-, r- or l-"
    if entry[:2] not in ("d-", "r-", "l-"):
        raise BadInput("no entry of a log", got=entry, expected=expected)
    where = LedgerFolder.at(folder)
    if not where.is_whole():
        raise BadInput("a public folder holds no ids", where=where.path, got=entry,
                       expected="the number of the entry, as in the receipt below the letter")  # fmt: skip
    with closing(open_tables(where, read_only=True)) as tables:
        found = tables.known([entry]).get(entry)
    if found is None:
        raise NotFound("no record of this id", where=where.path, got=entry, expected=expected)
    return found[0]


def check_entry(folder: Path, entry: str, vkey: str | None, policy: Path | None) -> ReceiptReport:
    """Return whether an entry is in the log that a folder publishes; without key and policy its own key is believed.

    Raises: as `place_of` and `prove`.
    """
    own = _vkey(LedgerFolder.at(folder)) if vkey is None and policy is None else vkey
    receipt = prove(folder, place_of(folder, entry), disclose=False)
    return verify_receipt(receipt.encode(), trusted(own, policy), Ed25519Verifier())


def letter_problem(report: ReceiptReport, path: Path) -> str:
    """Return how a letter differs from the one whose hash stands in the statement that a receipt discloses.

    ``""`` where it is that letter: line ends and a byte order mark, which programs change, do not count. The receipt
    below the letter is no part of what is hashed, since it was added when the statement was in the log: below a letter
    nothing may stand but a receipt of this very entry.

    Raises:
        BadInput: the receipt discloses no statement, or the letter cannot be read.
    """
    try:
        text = path.read_bytes().removeprefix(BOM_UTF8).replace(b"\r\n", b"\n")
    except OSError as error:
        raise BadInput("cannot be read", where=path, got=error.strerror, expected="the text of a letter") from error
    wanted = _notice_sha256(report)
    body, _, last = text.rstrip(b"\n").rpartition(b"\n\n")
    if wanted == sha256_hex(text):
        return ""  # a letter without a receipt
    if wanted == sha256_hex(body + b"\n"):
        is_ours = report.index is not None and is_receipt(last.decode("utf-8", "replace"), report.index)
        return "" if is_ours else f"what stands below the letter is not the receipt of entry {report.index}"
    return _difference(text.decode("utf-8", "replace"), _recorded_letter(report, wanted))


def _notice_sha256(report: ReceiptReport) -> str:
    payload = msgspec.json.decode(report.payload or "{}")
    wanted = payload.get("notice_sha256") if isinstance(payload, dict) else None
    if not isinstance(wanted, str):
        raise BadInput("the receipt shows no statement of reasons", expected="one made by `ledger prove --disclose`")
    return wanted


def _recorded_letter(report: ReceiptReport, wanted: str) -> str | None:
    """Return the letter that a disclosed statement makes, None where this version does not make the same."""
    try:
        raw = msgspec.json.decode(report.payload or "")
        del raw["notice_sha256"]
        statement = msgspec.convert(raw, StatementOfReasons)
        made = letter(statement, statement.language)
    except (msgspec.ValidationError, RecordIncomplete):
        return None
    return made.text if made.sha256 == wanted else None


def _difference(text: str, recorded: str | None) -> str:
    """Return in words that a letter is another, with the first place where it differs if the recorded is at hand."""
    words = "the letter is not the one recorded"
    pairs = zip_longest(text.split("\n"), (recorded or text).split("\n"), fillvalue="")
    for number, (line, own) in enumerate(pairs, 1):
        if line != own:
            same = next((at for at, (one, other) in enumerate(zip(line, own, strict=False)) if one != other), len(line))
            start = line.rfind(" ", 0, same) + 1
            return f"{words}: line {number} has {_quoted(line, start)} where that one has {_quoted(own, start)}"
    return words


def _quoted(line: str, start: int) -> str:
    """Return a line from a word on, as much of it as a reader needs to find it."""
    rest = line[start:]
    return f"`{'…' if start else ''}{rest[:_SHOWN]}{'…' if len(rest) > _SHOWN else ''}`" if rest else "nothing more"


def prove(folder: Path, index: int, *, disclose: bool) -> str:
    """Return the receipt of entry `index` against the published checkpoint; a few tiles are read, no lock is taken.

    With `disclose` it holds payload and salt too, unless they were erased.

    Raises:
        NotFound: there is no such published entry.
        NotVerified: tiles or payload are not those that were signed.
        BadInput: there is no log, or with `disclose` only its public folder.
        StorageFailed: a file cannot be read.
    """
    where = LedgerFolder.at(folder)
    files = PublicFiles(where.public)
    with _damage_told(), one_line(where.path):
        checkpoint, tree = open_public_log(files, _vkey(where), Ed25519Verifier())
        leaf = read_public_leaf(files, checkpoint, tree, index)
        disclosed = _disclosure(where, index, leaf) if disclose else Disclosure(leaf=leaf)
        return format_receipt(index, tree.inclusion(index, checkpoint.size), checkpoint, disclosed)


def check(receipt: Path, vkey: str | None, policy: Path | None) -> ReceiptReport:
    """Return what a receipt proves to somebody who trusts `vkey`, or the logs and witnesses of `policy`.

    Raises:
        BadInput: not exactly one of the two is given, or it cannot be read.
        StorageFailed: a file cannot be read.
    """
    with one_line(receipt):
        data = receipt.read_bytes()
    return verify_receipt(data, trusted(vkey, policy), Ed25519Verifier())


def trusted(vkey: str | None, policy: Path | None) -> WitnessPolicy:
    """Return the policy that a reader gives as a file, or as one key of a log and no witness."""
    if policy is not None and vkey is None:
        with one_line(policy):
            return read_witness_policy(policy.read_bytes())
    if vkey is None or policy is not None:
        raise BadInput("nothing to check against", expected="the log's key, or a policy file, as you know it")
    return WitnessPolicy(logs=[read_vkey(vkey, "vkey")], quorum=NOBODY)


def _vkey(where: LedgerFolder) -> str:
    path = where.public / "vkey"
    if not path.exists():
        raise BadInput("no log here", where=where.path, expected="`vkey`, `checkpoint` and `tile`")
    return path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")


def _disclosure(where: LedgerFolder, index: int, leaf: bytes) -> Disclosure:
    if not where.is_whole():
        raise BadInput("no payloads here", where=where.path, expected="a ledger, not only its public folder")
    with closing(open_tables(where, read_only=True)) as tables:
        return disclose(tables.entry(index), leaf)


@contextmanager
def _damage_told() -> Iterator[None]:
    """A damaged tile is damage to a reader; only a writer must refuse to start."""
    try:
        yield
    except HistoryConflict as error:
        raise NotVerified(error.what, where=error.where, todo=error.todo) from None
