"""Every signature of a person in a ledger, checked against the staff of its place."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from evenhand.ledger import LogReader
from evenhand.model.errors import BadInput, LedgerError, NotVerified
from evenhand.model.log import Leaf, LogReport, Problem
from evenhand.model.record import canonical_exact
from evenhand.model.staff import NO_STAFF, Person, Signed, Staff, StaffRemoval, bytes_to_sign, signed_bytes
from evenhand.store.ssh_keys import fingerprint, read_public_key
from evenhand.store.ssh_signatures import NAMESPACE, SESSION, verify_message
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import read_ledger, verify_folder
from evenhand.workflows.people.record_times import dated_back

_KINDS = frozenset({"staff", "judgement", "task", "confirmed_fact", "complaint", "review", "rulebook", "claim"})
_ANSWERS = frozenset({"answer", "confirm", "object"})  # of a task; to claim or note one decides nothing
_COMPLAINT_ACTS = frozenset({"admit", "reject_form", "assign", "object", "plan", "external_open", "external_close"})
_CLAIM_ACTS = frozenset({"confirm", "correct", "reject", "link", "unlink"})  # to add one says nothing of it
_FIELDS = ("signed", "second")


def verify_with_signatures(folder: Path, vkey: str | None = None, policy: Path | None = None) -> LogReport:
    """Return what `verify_folder` does, each signature of a person that does not hold, and what is dated back.

    Signatures are in payloads: where only the public side is there, none is looked at.

    Raises:
        BadInput, StorageFailed: as `verify_folder`.
    """
    report = verify_folder(folder, vkey, policy)
    if not LedgerFolder.at(folder).is_whole():
        return report
    try:
        with read_ledger(folder) as ledger:
            held, problems = signature_problems(ledger)
            back = dated_back(ledger)
    except (LedgerError, BadInput):
        return report  # it does not open, and says so already
    return structs.replace(
        report, ok=report.ok and not problems, problems=report.problems + problems, signatures=held, dated_back=back
    )  # fmt: skip


def signature_problems(ledger: LogReader) -> tuple[int, tuple[Problem, ...]]:
    """Return how many signatures hold, and a problem for each that does not, or that is missing."""
    held, problems = 0, list[Problem]()
    then = _StaffThen(ledger.origin)
    for seq, leaf, payload in ledger.entries_of(_KINDS):
        try:
            if leaf.kind == "staff":
                found = list(then.follow(seq, payload))
            else:  # erased, there is nothing left to check, or to check against
                found = list(_faults(leaf, payload, then.staff)) if payload and then.staff else []
        except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError):
            found = ["cannot be read as a record of a person"]
        held += found.count(None)
        problems += [Problem(kind="signature", where=f"{leaf.kind}: {fault}", index=seq) for fault in found if fault]
    return held, tuple(problems)


@dataclass
class _StaffThen:
    """The staff at a place of the ledger, None where it was erased, and the index of the leaf that names it."""

    log: str
    staff: Staff | None = NO_STAFF
    leaf: int = -1

    def follow(self, seq: int, payload: bytes | None) -> Iterator[str | None]:
        """Take the next `staff` leaf, and yield as `_faults` what there is to say of a removal's signatures.

        INVARIANT: without two signatures for its removal the staff stays, so that acts have to be signed.
        """
        stated = None if payload is None else msgspec.json.decode(payload, type=Staff)
        if stated is not None and not stated.people and self.staff is not None and self.staff.people:
            if stated.removal is msgspec.UNSET:
                return
            found = list(_removal_faults(stated.removal, self))
            yield from found
            if any(found):
                return
        self.staff, self.leaf = stated, seq


def _removal_faults(removal: StaffRemoval, then: _StaffThen) -> Iterator[str | None]:
    first, second, staff = removal.signed, removal.second, then.staff
    if first is None or second is None or staff is None or first.person == second.person:
        yield "not signed by two people"
        return
    if (removal.log, removal.leaf) != (then.log, then.leaf):
        yield f"removes the staff of leaf {removal.leaf} of {removal.log}, not of the one before"
        return
    for signed in (first, second):
        yield signature_fault(signed, bytes_to_sign(removal), removal.at, staff)


def approval_bytes(difference: str) -> bytes:
    """Return what a signature under the release of a rulebook is over: the hash of the difference, and what it is."""
    return canonical_exact({"approve_release": difference})


def _faults(leaf: Leaf, payload: bytes, staff: Staff) -> Iterator[str | None]:
    """Yield None for each signature that holds, what is wrong with one that does not, and whether one is missing."""
    fields: dict[str, Any] = msgspec.json.decode(payload)
    if leaf.kind == "claim" and not (isinstance(fields, dict) and fields.keys() >= {"document", "number"}):
        return  # of somebody else: a log takes any payload
    if leaf.kind == "judgement" and fields.get("verdict") == "lapsed":
        return  # a run's word; earlier versions left the signatures of the judgement that ended in it
    is_release = leaf.kind == "rulebook"
    if is_release:
        fields = fields.get("approval") or {}
    found = {name: msgspec.convert(fields[name], Signed) for name in _FIELDS if fields.get(name) is not None}
    if staff.people and "signed" not in found and _is_act(leaf, fields):
        yield "not signed, and the network had a staff.toml"
    if not found:
        return
    message = approval_bytes(fields["diff"]) if is_release else signed_bytes(payload)
    at = datetime.fromisoformat(leaf.at if is_release else fields["at"])
    for name, signed in found.items():
        yield _wrong_person(name, found, fields.get("by", "")) or signature_fault(signed, message, at, staff)


def _is_act(leaf: Leaf, fields: dict[str, Any]) -> bool:
    """Return whether a record is one that a person has to sign where the network has staff."""
    match leaf.kind:
        case "judgement":
            return bool(fields.get("verdict") != "lapsed")
        case "task":
            return fields.get("kind") in _ANSWERS
        case "rulebook":
            return bool(fields)
        case "complaint":
            return fields["body"]["kind"] in _COMPLAINT_ACTS
        case "claim":
            return fields.get("kind") in _CLAIM_ACTS
        case kind:
            return kind in {"confirmed_fact", "review"}


def _wrong_person(name: str, found: Mapping[str, Signed], by: str) -> str | None:
    """Return why a signature is not that of the person who should sign there, None if it is."""
    person = found[name].person
    if name == "signed":
        return None if by in ("", person) else f"signed by `{person}`, and it says to be by `{by}`"
    return f"both signatures are of `{person}`" if "signed" in found and found["signed"].person == person else None


def signature_fault(signed: Signed, message: bytes, at: datetime, staff: Staff) -> str | None:
    """Return why a signature does not hold under a staff, None if it does."""
    person = staff.person(signed.person)
    if person is None:
        return f"signed by `{signed.person}`, who was not in staff.toml then"
    if not staff.is_active(person, at):
        return f"signed by `{signed.person}`, who was not active then"
    if signed.role not in person.roles:
        return f"signed by `{signed.person}` as {signed.role}, a role not held then"
    return _key_fault(signed, message, person, staff)


def _key_fault(signed: Signed, message: bytes, person: Person, staff: Staff) -> str | None:
    is_session = signed.how == "session"
    line, who = (staff.session_key, "the server") if is_session else (person.key, f"`{person.id}`")
    if not line:
        return f"signed by `{person.id}`, for whom there was no key then"
    public = read_public_key(line)
    if signed.key != fingerprint(public):
        return f"signed with the key {signed.key}; {who} had {fingerprint(public)} then"
    namespace = SESSION if is_session else NAMESPACE
    try:
        verify_message(base64.b64decode(signed.signature, validate=True), message, public, namespace)
    except NotVerified as error:
        return f"signature of `{person.id}`: {error}"
    except (binascii.Error, ValueError):
        return f"signature of `{person.id}`: not base64"
    return None
