"""Who works for the network, what each may do, and how a record shows that a person made it."""

from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from evenhand.model.record import Record, canonical, canonical_exact

Role = Literal["analyst", "reviewer", "policy", "legal", "auditor", "operator"]

StaffAction = Literal[
    "judge", "work_task", "release_hold", "refuse_hold", "keep_hold", "approve_release", "admit", "reject_form",
    "assign", "review", "confirm", "interim_relief", "settle", "external_dispute",
    "start_run", "replace_table", "accept_loss", "start_audit",
]  # fmt: skip


class Person(Record, frozen=True, kw_only=True):
    """One who works for the network; `key` is an OpenSSH public key (`ssh-ed25519 …`), ``""`` where there is none.

    `active_from` and `active_until` are days of the network's zone, both included; None: no limit.
    """

    id: str
    name: str
    roles: tuple[Role, ...]
    key: str = ""
    active_from: date | None = None
    active_until: date | None = None


class Signed(Record, frozen=True, kw_only=True):
    """Who made a record, in which role, and what shows it.

    `how`: `ssh-key`, a signature by the person's own key; `session`, by the key of the server in which the person was
    logged in. `key` is the fingerprint as OpenSSH writes it, `signature` the SSHSIG blob in base64 (namespace
    `evenhand`, of a session `evenhand-session`), over the canonical JSON of the record without its fields `signed` and
    `second`.
    """

    person: str
    role: Role
    how: Literal["ssh-key", "session"]
    key: str
    signature: str


class StaffRemoval(Record, frozen=True, kw_only=True):
    """That a network goes on without named staff, signed by two of the people of its last `staff` leaf.

    `log` is the origin of the log and `leaf` the index of that leaf, so that the signatures hold nowhere else.
    """

    log: str
    leaf: int
    at: datetime
    signed: Signed | None = None
    second: Signed | None = None


class Staff(Record, frozen=True, kw_only=True):
    """Everybody in `staff.toml`: the payload of a `staff` leaf, written whenever file or rules have changed.

    `rules` is the SHA-256 of the staff's rules, that is of their schema and policies; `zone` that of the days on which
    people are active. `session_key` is the ledger's own public key, as OpenSSH writes one: it signs for people who are
    logged in. No `people`: the network has no `staff.toml` any more; two of the staff sign for that in `removal`.
    """

    v: Literal[1] = 1
    people: tuple[Person, ...]
    rules: str = ""
    zone: str = "UTC"
    session_key: str = ""
    removal: StaffRemoval | msgspec.UnsetType = msgspec.UNSET

    def person(self, who: str) -> Person | None:
        """Return the person of this id, None where there is none."""
        return next((each for each in self.people if each.id == who), None)

    def is_active(self, person: Person, at: datetime) -> bool:
        """Return whether somebody works for the network at an instant."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        begun = person.active_from is None or person.active_from <= day
        return begun and (person.active_until is None or day <= person.active_until)


NO_STAFF = Staff(people=())


class Signature(Record, frozen=True, kw_only=True):
    """A signature as a key makes it; fields as those of `Signed`."""

    how: Literal["ssh-key", "session"]
    key: str
    signature: str


class PersonShown(Record, frozen=True, kw_only=True):
    """Somebody of the staff as people look it up; `key` is the fingerprint, ``""`` where there is no key."""

    id: str
    name: str
    roles: tuple[Role, ...]
    key: str
    active: bool
    active_from: date | None = None
    active_until: date | None = None


class StaffOverview(Record, frozen=True, kw_only=True):
    """The staff of a network at an instant; `verified` is False where it has no `staff.toml`.

    `rules` is the SHA-256 of the staff's rules, `own_rules` says that they are not those that ship. `problems` are
    sentences on what nobody, or no second person, could do at the command line, where each signs with a key of their
    own; `lacking` the same of people who are logged in to the console, which signs for them. `until`: when a
    `staff.toml` that was there before was first missing.
    """

    verified: bool
    people: tuple[PersonShown, ...] = ()
    rules: str = ""
    own_rules: bool = False
    problems: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    until: datetime | None = None

    @property
    def keyless(self) -> tuple[str, ...]:
        """Return the problems that are there for want of keys alone."""
        return tuple(each for each in self.problems if each not in self.lacking)


class StaffCase(Record, frozen=True, kw_only=True):
    """What the staff's rules look at beside the person: who took part before, and what is at stake.

    `deciders` proposed or made the decision, `approvers` confirmed it, `finding_authors` confirmed a finding or judged
    a match in the case, `earlier_reviewers` reviewed a complaint in the same matter, `proposer` made the proposal that
    is to be confirmed. `sanctions`: the restriction rests on a law. `answer` is the answer or outcome that is given.
    """

    deciders: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    finding_authors: tuple[str, ...] = ()
    earlier_reviewers: tuple[str, ...] = ()
    proposer: str = ""
    sanctions: bool = False
    ends_account: bool = False
    refusal: bool = False
    answer: str = ""


def keyless_words(overview: StaffOverview) -> str:
    """Return how much cannot be done for want of keys alone.

    >>> keyless_words(StaffOverview(verified=True, problems=("ana has no key and can sign nothing",)))
    'at the command line, where people sign with keys of their own, one thing cannot be done'
    """
    number = len(overview.keyless)
    what = "one thing" if number == 1 else f"{number} things"
    return f"at the command line, where people sign with keys of their own, {what} cannot be done"


def not_verified(until: datetime | None) -> str:
    """Return that persons are not verified; `until`: when a `staff.toml` that was there before was first missing.

    >>> not_verified(None)
    'persons not verified: without a staff.toml nothing shows who acted'
    """
    if until is None:
        return "persons not verified: without a staff.toml nothing shows who acted"
    return f"persons not verified since {until:%Y-%m-%d}: until then the network had named staff (staff.toml)"


def bytes_to_sign(record: Record) -> bytes:
    """Return what a signature in a record is over: its canonical JSON without the fields `signed` and `second`.

    >>> bytes_to_sign(Signature(how="ssh-key", key="SHA256:…", signature=""))
    b'{"how":"ssh-key","key":"SHA256:\xe2\x80\xa6","signature":""}'
    """
    return signed_bytes(canonical(record))


def signed_bytes(payload: bytes) -> bytes:
    """Return the same of a record's canonical JSON, whatever version of the record it is."""
    fields: dict[str, Any] = msgspec.json.decode(payload)
    return canonical_exact({name: value for name, value in fields.items() if name not in ("signed", "second")})
