"""A network's staff and its rules: `staff.toml`, and the Cedar rules that say what each role may do."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.errors import BadInput, NetworkUnreadable, NotPermitted, RulebookInvalid
from evenhand.model.facts import Entity, Facts, Uid
from evenhand.model.outcome import Outcome
from evenhand.model.record import files_sha256
from evenhand.model.staff import Person, Role, Staff, StaffAction, StaffCase
from evenhand.policy import Rulebook, rule
from evenhand.policy.rulebook import SCHEMA_FILE
from evenhand.store.network import Network
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.store.staff import STAFF_FILE, read_people

RULES_FOLDER = "staff-rules"
GUARANTEES = "tests/guarantees.cedar"
_MOST_KEPT = 1000
_LISTS = ("deciders", "approvers", "finding_authors", "earlier_reviewers")
_held: dict[Path, "StaffRules"] = {}  # what held last, by `staff.toml`, of networks that keep it


@dataclass(frozen=True)
class Answer:
    """What the staff's rules say of an act; `rules` are the ids of those that refuse it or hold it."""

    outcome: Outcome
    rules: tuple[str, ...]


@dataclass(frozen=True)
class StaffRules:
    """Everybody in `staff.toml` with the rules for them.

    `guarantees` are the rules that every network keeps: an act is held against both, and the stricter answer counts.
    """

    staff: Staff
    rulebook: Rulebook
    guarantees: Rulebook
    _answers: dict[Hashable, Answer] = field(default_factory=dict, repr=False, compare=False)

    def person(self, who: str, at: datetime) -> Person:
        """Return the person of this id.

        Raises:
            NotPermitted: `staff.toml` has nobody of this id, or the person is not active on that day.
        """
        person = self.staff.person(who)
        if person is None:
            known = ", ".join(each.id for each in self.staff.people)
            raise NotPermitted("nobody of this id in staff.toml", rule="staff", person=who, needed=f"one of {known}")
        if not self.staff.is_active(person, at):
            needed = f"a person who is active on this day; this one is{_active_words(person)}"
            raise NotPermitted("not active", rule="staff", person=who, needed=needed)
        return person

    def answer(
        self, person: str, role: Role, action: StaffAction, case: StaffCase, at: datetime,
        *, proposing: bool, conflict: bool | None = None,
    ) -> Answer:  # fmt: skip
        """Return what the rules say of an act in a role; where no rule permits it, `refuse` by no rule.

        An answer is kept: a file of judgements asks one question a thousand times.
        """
        key = (person, role, action, case, at, proposing, conflict)
        if key not in self._answers:
            if len(self._answers) >= _MOST_KEPT:
                self._answers.clear()
            facts = staff_facts(person, role, action, self._with_ids(case), at, proposing=proposing, conflict=conflict)
            self._answers[key] = self._ruled(facts)
        return self._answers[key]

    def _ruled(self, facts: Facts) -> Answer:
        own, kept = rule(facts, self.rulebook), rule(facts, self.guarantees)
        refusing = {each for ruling, book in ((own, self.rulebook), (kept, self.guarantees))
                    for each in (*ruling.reasons, *ruling.errors) if book.rules[each].forbids}  # fmt: skip
        if Outcome.REFUSE in (own.outcome, kept.outcome):
            held = {each for each in refusing if self.verdict_of(each) == Outcome.HOLD}
            return Answer(Outcome.REFUSE, tuple(sorted(refusing - held)))
        if own.decision == kept.decision == "allow":
            return Answer(Outcome.ALLOW, ())
        is_held = refusing and not own.errors and not kept.errors
        return Answer(Outcome.HOLD if is_held else Outcome.REFUSE, tuple(sorted(refusing)))

    def _with_ids(self, case: StaffCase) -> StaffCase:
        """Return a case whose people are ids: records from before `staff.toml` name them as they call themselves."""
        ids = {each.name.strip().casefold(): each.id for each in self.staff.people}

        def known(names: tuple[str, ...]) -> tuple[str, ...]:
            plain = [name.strip().casefold() for name in names]
            return tuple(dict.fromkeys([*plain, *(ids[name] for name in plain if name in ids)]))

        named = {name: known(getattr(case, name)) for name in _LISTS}
        return msgspec.structs.replace(case, proposer=case.proposer.strip().casefold(), **named)

    def title(self, rule_id: str) -> str:
        """Return the sentence of a rule."""
        return self._note(rule_id, "title")

    def verdict_of(self, rule_id: str) -> str:
        """Return what a rule asks for: `hold` where another person has to confirm, `refuse`."""
        return self._note(rule_id, "verdict")

    def _note(self, rule_id: str, name: str) -> str:
        known = next(book for book in (self.rulebook, self.guarantees) if rule_id in book.rules)
        return known.rules[rule_id].annotations.get(name, "")


def network_staff(network: Network) -> StaffRules | None:
    """Return the network's staff with its rules; None where it has no `staff.toml`.

    Files are read at each call, and parsed only where they are others than before. Without a folder `staff-rules` the
    shipped rules count.

    Raises:
        NetworkUnreadable: `staff.toml` does not hold, and the network does not keep what held before.
        RulebookInvalid: the same of the network's own rules.
    """
    path = network.folder / STAFF_FILE
    try:
        staff = _read_staff(network, path)
    except (NetworkUnreadable, RulebookInvalid):
        if network.keeps_staff and path in _held:
            return _held[path]
        raise
    if staff is not None and network.keeps_staff:
        _held[path] = staff
    return staff


def _read_staff(network: Network, path: Path) -> StaffRules | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NetworkUnreadable(f"cannot be read ({error.strerror})", where=path) from error
    folder = _rules_folder(network)
    return _staff_rules(data, path, folder, rules_sha256(folder), network.settings.network.zone)


def rules_as_recorded(network: Network, staff: Staff) -> StaffRules:
    """Return a staff of the ledger with its rules, which the network must still have.

    Raises:
        BadInput: the staff's rules are others than those that were recorded with it.
    """
    folder = _rules_folder(network)
    if rules_sha256(folder) != staff.rules:
        raise BadInput("the staff's rules are not those of the last record", where=folder,
                       expected=f"sha256 {staff.rules}", todo="put staff.toml back and run once")  # fmt: skip
    return StaffRules(staff, Rulebook.load(folder), _guarantees())


def _rules_folder(network: Network) -> Path:
    own = network.folder / RULES_FOLDER
    return own if own.is_dir() else shipped_rulebook("staff")


def rules_sha256(folder: Path) -> str:
    """Return the hash that a folder of rules has as it is now, by its schema and policies."""
    names = [path.name for path in folder.glob("*.cedar")]
    return files_sha256({name: (folder / name).read_bytes() for name in (*names, SCHEMA_FILE)
                         if (folder / name).is_file()})  # fmt: skip


@lru_cache(maxsize=8)
def _staff_rules(data: bytes, path: Path, folder: Path, sha256: str, zone: str) -> StaffRules:
    staff = Staff(people=read_people(data, path), rules=sha256, zone=zone)
    return StaffRules(staff, Rulebook.load(folder), _guarantees())


@lru_cache(maxsize=1)
def _guarantees() -> Rulebook:
    return Rulebook.load(shipped_rulebook("staff"), variant=GUARANTEES)


def _active_words(person: Person) -> str:
    since = f" from {person.active_from}" if person.active_from else ""
    return f"{since}{f' until {person.active_until}' if person.active_until else ''}"


def staff_facts(
    person: str, role: Role, action: StaffAction, case: StaffCase, at: datetime,
    *, proposing: bool, conflict: bool | None,
) -> Facts:  # fmt: skip
    """Return an act as the request that the staff's rules are asked."""
    instant = {"__extn": {"fn": "datetime", "arg": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}}
    context: dict[str, Any] = {"at": instant, "proposing": proposing}
    if conflict is not None:
        context["conflict"] = conflict
    who, what, which = (
        Uid(type=kind, id=name) for kind, name in (("Person", person), ("Case", "case"), ("Role", role))
    )
    attrs = {"id": person, "role": {"__entity": {"type": "Role", "id": role}}}
    entities = (
        Entity(uid=who, attrs=attrs), Entity(uid=what, attrs=dict(_case_attributes(case))), Entity(uid=which, attrs={})
    )  # fmt: skip
    return Facts(principal=who, action=Uid(type="Action", id=action), resource=what, context=context, entities=entities)


def _case_attributes(case: StaffCase) -> Mapping[str, Any]:
    plain = ("sanctions", "refusal", "ends_account", "answer")
    attributes = {name: list(getattr(case, name)) for name in _LISTS} | {name: getattr(case, name) for name in plain}
    return attributes | ({"proposer": case.proposer} if case.proposer else {})
