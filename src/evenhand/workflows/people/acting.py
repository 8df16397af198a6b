"""A person acts: what the staff's rules say of it, and the signature that goes into the record.

The order of a workflow, under the ledger's lock:

1. `acting = permit(network, acting, action, case, at)` raises where the rules refuse, else fills in the role.
2. `record = sign_record(record, acting, network_staff(network), at)`, and append it.

Where another person has to confirm (`needs_second`), the first answers with `proposing=True`, and the record has no
effect yet. The second comes with the same action and the first as `case.proposer`; both at once with `second=`.

A network without `staff.toml` has no such rules: everybody is permitted, and records stay unsigned.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, get_args

import msgspec

from evenhand.model.errors import BadInput, NotPermitted
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.model.staff import Person, Role, Signature, Signed, StaffAction, StaffCase, bytes_to_sign
from evenhand.store.network import Network
from evenhand.store.ssh_keys import fingerprint, read_public_key
from evenhand.workflows.people.staff_rules import StaffRules, network_staff

MOST_OF_ID = 200
AnyRecord = TypeVar("AnyRecord", bound=Record)
_ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Acting:
    """Who acts, in which role (``""``: in the first of theirs that may), and what signs for them.

    `sign` returns a signature over bytes, None where nothing signs. `conflict` is what the person declared of a
    conflict of interest in the case, None where nobody asked.
    """

    person: str
    role: Role | str = ""
    sign: Callable[[bytes], Signature] | None = None
    conflict: bool | None = None


def checked_person(acting: Acting, where: str = "--as") -> Acting:
    """Return who acts, with an id that is one line of text; `where` is the option that names them.

    Raises:
        BadInput: nobody, or no name.
    """
    person = acting.person.strip()
    if not 0 < len(person) <= MOST_OF_ID or not person.isprintable():
        raise BadInput("nobody acts", where=where, got=acting.person, expected="the id of a person, such as a.lee")
    return replace(acting, person=person)


def permit(
    network: Network,
    acting: Acting,
    action: StaffAction,
    case: StaffCase,
    at: datetime,
    second: Acting | None = None,
    *,
    proposing: bool = False,
) -> Acting:
    """Return who acts with the role in which they may; without `staff.toml`, as they came.

    `proposing`: the act has no effect before another person has confirmed it. `second` confirms it at once.

    Raises:
        NotPermitted: not in `staff.toml`, not active, no role that may, a rule that refuses, or another person needed.
    """
    staff = network_staff(network)
    return acting if staff is None else permit_under(staff, acting, action, case, at, second, proposing=proposing)


def permit_under(
    staff: StaffRules, acting: Acting, action: StaffAction, case: StaffCase, at: datetime,
    second: Acting | None = None, *, proposing: bool = False,
) -> Acting:  # fmt: skip
    """Return the same by a staff that the caller has."""
    permitted = _permitted(staff, acting, action, case, at, alone=not (proposing or second))
    if second is not None:
        _permitted(staff, second, action, msgspec.structs.replace(case, proposer=acting.person), at, alone=True)
    return permitted


def needs_second(network: Network, action: StaffAction, case: StaffCase, at: datetime) -> bool:
    """Return whether an act has an effect only when another person confirms it; never without `staff.toml`."""
    staff = network_staff(network)
    if staff is None:
        return False
    nobody = msgspec.structs.replace(case, proposer="")
    answers = (staff.answer("", role, action, nobody, at, proposing=False) for role in _ROLES)
    return any(each.outcome is Outcome.HOLD for each in answers)


def sign_record(record: AnyRecord, acting: Acting, staff: StaffRules | None, at: datetime) -> AnyRecord:
    """Return a record with who made it and their signature in `signed`; without staff, as it is.

    Raises:
        NotPermitted: nothing signs, the person is not in `staff.toml` or not active, or the key is not theirs.
    """
    return record if staff is None else _with_signature(record, "signed", acting, staff, at)


def sign_second(record: AnyRecord, acting: Acting, staff: StaffRules | None, at: datetime) -> AnyRecord:
    """Return a record with the other person's signature over the same bytes in `second`; without staff, as it is.

    Raises:
        NotPermitted: as `sign_record`, or the first signature is of the same person.
    """
    if staff is None:
        return record
    signed: Signed | None = getattr(record, "signed")  # noqa: B009  whatever record: each of them has it
    if signed is not None and signed.person == acting.person:
        raise NotPermitted("two signatures of one person are one", rule="two-people", person=acting.person,
                           needed="another person of staff.toml")  # fmt: skip
    return _with_signature(record, "second", acting, staff, at)


def signed_message(message: bytes, acting: Acting, staff: StaffRules, at: datetime) -> Signed:
    """Return a person's signature of bytes.

    Raises:
        NotPermitted: nothing signs, the person is not in `staff.toml` or not active, or the key is not theirs.
    """
    person = staff.person(acting.person, at)
    role = _roles_of(person, acting)[0]
    if acting.sign is None:
        raise NotPermitted("not signed; this network has a staff.toml", rule="signed", person=person.id,
                           needed="a signature", todo="give --sign KEY, the file of the private key, or"
                           " the .pub file of a key that ssh-agent holds")  # fmt: skip
    made = acting.sign(message)
    if made.how == "ssh-key":
        _check_key(person, made)
    return Signed(person=person.id, role=role, how=made.how, key=made.key, signature=made.signature)


def _permitted(
    staff: StaffRules, acting: Acting, action: StaffAction, case: StaffCase, at: datetime, *, alone: bool
) -> Acting:
    """Return who acts with the first role that may; `alone`: it takes effect now."""
    person = staff.person(acting.person, at)
    roles = _roles_of(person, acting)
    by_role = [
        (role, staff.answer(person.id, role, action, case, at, proposing=True, conflict=acting.conflict))
        for role in roles
    ]
    role = next((role for role, answer in by_role if answer.outcome is Outcome.ALLOW), None)
    if role is None:
        refusing = next((answer.rules for _, answer in by_role if answer.rules), ())
        raise _refusal(staff, person, action, refusing) if refusing else _no_role(staff, person, roles, action, at)
    if alone:
        answer = staff.answer(person.id, role, action, case, at, proposing=False, conflict=acting.conflict)
        if answer.outcome is not Outcome.ALLOW:
            raise _refusal(staff, person, action, answer.rules)
    return replace(acting, role=role)


def _roles_of(person: Person, acting: Acting) -> tuple[Role, ...]:
    """Return the roles in which somebody can act: the one that they name, or all that they have."""
    if not acting.role:
        return person.roles
    named = tuple(role for role in person.roles if role == acting.role)
    if not named:
        raise NotPermitted(f"does not have the role {acting.role}", rule="staff", person=person.id,
                           needed=f"one of {', '.join(person.roles)}")  # fmt: skip
    return named


def _refusal(staff: StaffRules, person: Person, action: StaffAction, rules: tuple[str, ...]) -> NotPermitted:
    """Return the error that names the first of the rules that refuse an act, or hold it for another person."""
    title, is_held = staff.title(rules[0]), staff.verdict_of(rules[0]) == Outcome.HOLD
    who = "a second person who confirms" if is_held else "another person for"
    return NotPermitted(title[:1].lower() + title[1:], rule=rules[0], person=person.id,
                        needed=f"{who} `{_words(action)}`")  # fmt: skip


def _no_role(
    staff: StaffRules, person: Person, roles: tuple[Role, ...], action: StaffAction, at: datetime
) -> NotPermitted:
    answers = {role: staff.answer("", role, action, StaffCase(), at, proposing=True) for role in _ROLES}
    able = [role for role, answer in answers.items() if answer.outcome is Outcome.ALLOW]
    return NotPermitted(
        f"`{_words(action)}` is not for the role {' or '.join(roles)}", rule="roles", person=person.id,
        needed=f"somebody of the role {' or '.join(able)}" if able else "a rule that permits it",
    )  # fmt: skip


def _words(action: StaffAction) -> str:
    return action.replace("_", " ")


def _with_signature(record: AnyRecord, field: str, acting: Acting, staff: StaffRules, at: datetime) -> AnyRecord:
    signed = signed_message(bytes_to_sign(record), acting, staff, at)
    return msgspec.structs.replace(record, **{field: signed})


def _check_key(person: Person, made: Signature) -> None:
    known = fingerprint(read_public_key(person.key)) if person.key else "none"
    if made.key != known:
        raise NotPermitted(f"signed with the key {made.key}, which is not this person's in staff.toml", rule="signed",
                           person=person.id, needed=f"the key {known}")  # fmt: skip
