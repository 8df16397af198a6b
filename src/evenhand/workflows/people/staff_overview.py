"""Who works for the network, shown with what could not be done: for `evenhand staff`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import get_args

from evenhand.model.outcome import Outcome
from evenhand.model.staff import Person, PersonShown, StaffAction, StaffCase, StaffOverview, not_verified
from evenhand.store.network import Network
from evenhand.store.ssh_keys import fingerprint, read_public_key
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import needs_second
from evenhand.workflows.people.staff_leaf import RemovedStaff, removed_staff
from evenhand.workflows.people.staff_rules import RULES_FOLDER, StaffRules, network_staff

# Who is logged in needs no key of their own for these, and without people the same is done at a terminal.
_ALSO_WITHOUT_PEOPLE = frozenset({"start_run", "replace_table", "accept_loss", "start_audit"})
_ACTIONS: tuple[StaffAction, ...] = tuple(each for each in get_args(StaffAction) if each not in _ALSO_WITHOUT_PEOPLE)
# The case in which an act needs most: what rests on a law is lifted.
_GRAVEST = {"judge": "not-same", "review": "reversed"}


def staff_overview(network: Network, at: datetime) -> StaffOverview:
    """Return everybody in `staff.toml` as of an instant, and what they cannot do between them.

    Raises:
        NetworkUnreadable: `staff.toml` does not hold.
        RulebookInvalid: the network's own rules do not hold.
    """
    rules = network_staff(network)
    if rules is None:
        return _without_file(network, at)
    able = [each for each in rules.staff.people if rules.staff.is_active(each, at)]
    without_key = [f"{each.id} has no key and can sign nothing" for each in rules.staff.people if not each.key]
    return StaffOverview(
        verified=True,
        people=tuple(_shown(each, rules, at) for each in rules.staff.people),
        rules=rules.staff.rules,
        own_rules=(network.folder / RULES_FOLDER).is_dir(),
        problems=(*without_key, *_lacking(network, rules, [each for each in able if each.key], at)),
        lacking=tuple(_lacking(network, rules, able, at)),
    )


def unverified(network: Network, at: datetime) -> str:
    """Return that persons are not verified, since when where they were, and ``""`` where they are.

    Raises:
        NetworkUnreadable: `staff.toml` does not hold.
    """
    return "" if network_staff(network) is not None else not_verified(_without_file(network, at).until)


def check_not_removed(network: Network, at: datetime) -> None:
    """Raise where `staff.toml` was taken away and nobody signed for that: no act of a person is taken.

    Raises:
        NotPermitted: rule `staff-removed`.
    """
    gone = _removed(network, at)
    if gone is not None:
        gone.check_signed()


def _without_file(network: Network, at: datetime) -> StaffOverview:
    """Return what the ledger says of a staff that was there before."""
    gone = _removed(network, at)
    if gone is None:
        return StaffOverview(verified=False)
    problems = (gone.warning() or gone.sentence(),)
    return StaffOverview(verified=False, until=gone.until, problems=problems, lacking=problems)


def _removed(network: Network, at: datetime) -> RemovedStaff | None:
    """Return the staff that was there before; None where the file is there, never was, or there is no ledger yet."""
    if not LedgerFolder.at(network.ledger).is_whole():
        return None
    with read_ledger(network.ledger) as ledger:
        return removed_staff(ledger, network, at)


def _shown(person: Person, rules: StaffRules, at: datetime) -> PersonShown:
    return PersonShown(
        id=person.id,
        name=person.name,
        roles=person.roles,
        key=fingerprint(read_public_key(person.key)) if person.key else "",
        active=rules.staff.is_active(person, at),
        active_from=person.active_from,
        active_until=person.active_until,
    )


def _lacking(network: Network, rules: StaffRules, able: Sequence[Person], at: datetime) -> Iterator[str]:
    """Yield the acts that people cannot do between them."""
    for action in _ACTIONS:
        case = StaffCase(
            sanctions=action != "interim_relief",  # nobody is relieved of what rests on a law
            refusal=True, ends_account=True, answer=_GRAVEST.get(action, ""),
        )  # fmt: skip
        count = sum(_may(rules, each, action, case, at) for each in able)
        words = action.replace("_", " ")
        if not count:
            yield f"nobody can `{words}`"
        elif count == 1 and (action == "confirm" or needs_second(network, action, case, at)):
            yield f"only one person can `{words}`, which can take two"


def _may(rules: StaffRules, person: Person, action: StaffAction, case: StaffCase, at: datetime) -> bool:
    answers = (rules.answer(person.id, role, action, case, at, proposing=True) for role in person.roles)
    return any(each.outcome is Outcome.ALLOW for each in answers)
