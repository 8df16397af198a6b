"""The approval of a rulebook's release: two people's names in `release.toml`, signed where the network has staff."""

import json
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import structs

from evenhand.model.errors import BadInput, NotPermitted, RulebookInvalid
from evenhand.model.release import Approval
from evenhand.model.staff import Signed, StaffCase
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.people.acting import Acting, permit, signed_message
from evenhand.workflows.people.sessions import session_key
from evenhand.workflows.people.signature_checks import approval_bytes, signature_fault
from evenhand.workflows.people.staff_rules import StaffRules, network_staff

APPROVAL_FILE = "release.toml"

_APPROVERS = 2


def checked_approval(network: Network, wanted: str, at: datetime) -> Approval:
    """Return the approval of a difference that `release.toml` has.

    Raises:
        RulebookInvalid: there is none, it is of another difference, or of too few people; where the network has staff,
            a signature is missing or does not hold, or the staff's rules do not allow it.
    """
    path, staff = network.rulebook / APPROVAL_FILE, network_staff(network)
    how = (
        "let two people run `evenhand rules approve`"
        if staff
        else f'let two approve `diff = "{wanted}"` in {path.name}'
    )
    todo = f"look at `evenhand rules diff {network.folder}`, then {how}"
    approval = read_approval(path)
    if approval is None:
        raise RulebookInvalid("nobody approved what this rulebook changes", where=path, todo=todo)
    if approval.diff != wanted:
        raise RulebookInvalid("approved was another difference", where=path, got=approval.diff, todo=todo)
    if staff is not None:
        return _checked_signatures(network, staff, approval, at)
    if len({name.strip().casefold() for name in approval.approved_by} - {""}) < _APPROVERS:
        got = ", ".join(approval.approved_by)
        raise RulebookInvalid("too few approved it", where=path, got=got, expected="two different people")
    return approval


def read_approval(path: Path) -> Approval | None:
    """Return what `release.toml` says, None where there is none.

    Raises:
        RulebookInvalid: it does not hold.
    """
    if not path.is_file():
        return None
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8-sig")), Approval)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise RulebookInvalid(f"no approval: {error}", where=path, expected="diff and approved_by") from error


def approve(network: Network, difference: str, acting: Acting, at: datetime, file: Path | None = None) -> Approval:
    """Sign the release of a difference, write `release.toml` or `file`, and return what it says then.

    The first person's signature waits for the second's. What approved another difference is written over.

    Raises:
        BadInput: the network has no staff, or two people have approved it already.
        NotPermitted: the staff's rules refuse it, or the signature is not this person's.
        RulebookInvalid: `release.toml` does not hold.
    """
    path, staff = file or network.rulebook / APPROVAL_FILE, network_staff(network)
    if staff is None:
        raise BadInput("this network has no staff.toml, so nothing is signed", where=network.folder,
                       todo=f"let two people write their names into {APPROVAL_FILE}")  # fmt: skip
    before = read_approval(path)
    first = before.signed if before is not None and before.diff == difference else None
    if before is not None and first is not None and before.second is not None:
        raise BadInput("two people have approved it already", where=path, got=", ".join(before.approved_by),
                       todo="run `evenhand run`")  # fmt: skip
    if first is None:
        acting = permit(network, acting, "approve_release", StaffCase(), at, proposing=True)
        signed = signed_message(approval_bytes(difference), acting, staff, at)
        approval = Approval(diff=difference, approved_by=(signed.person,), signed=signed)
    else:
        acting = permit(network, acting, "approve_release", StaffCase(proposer=first.person), at)
        second = signed_message(approval_bytes(difference), acting, staff, at)
        names = (first.person, second.person)
        approval = Approval(diff=difference, approved_by=names, signed=first, second=second)
    write_whole(path, "".join(_toml(approval)).encode())
    return approval


def _checked_signatures(network: Network, staff: StaffRules, approval: Approval, at: datetime) -> Approval:
    path, first, second = network.rulebook / APPROVAL_FILE, approval.signed, approval.second
    if first is None or second is None:
        raise RulebookInvalid("too few signed it", where=path, got=first.person if first else "nobody",
                              expected="the signatures of two people", todo="evenhand rules approve")  # fmt: skip
    # Of people who were logged in, the ledger's own key signs.
    known = structs.replace(staff.staff, session_key=session_key(network))
    for signed in (first, second):
        fault = signature_fault(signed, approval_bytes(approval.diff), at, known)
        if fault is not None:
            raise RulebookInvalid(fault, where=path, todo="let somebody else sign: evenhand rules approve")
    _check_permitted(network, first, second, at)
    return structs.replace(approval, approved_by=(first.person, second.person))


def _check_permitted(network: Network, first: Signed, second: Signed, at: datetime) -> None:
    """Refuse an approval that the staff's rules do not allow, as the run's refusal."""
    try:
        permit(network, Acting(first.person, first.role), "approve_release", StaffCase(), at, proposing=True)
        case = StaffCase(proposer=first.person)
        permit(network, Acting(second.person, second.role), "approve_release", case, at)
    except NotPermitted as error:
        raise RulebookInvalid(str(error), where=network.rulebook / APPROVAL_FILE) from error


def _toml(approval: Approval) -> Iterator[str]:
    """Yield the lines of the file; a text of JSON is one of TOML."""
    yield f"diff = {json.dumps(approval.diff)}\n"
    yield f"approved_by = {json.dumps(approval.approved_by)}\n"
    for name, signed in (("signed", approval.signed), ("second", approval.second)):
        if signed is not None:
            yield f"\n[{name}]\n"
            yield from (f"{key} = {json.dumps(value)}\n" for key, value in structs.asdict(signed).items())
