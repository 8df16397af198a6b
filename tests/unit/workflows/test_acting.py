"""What the staff's rules allow whom, and what becomes of a record that a person makes."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.model.errors import NotPermitted
from evenhand.model.staff import Signature, StaffAction, StaffCase
from evenhand.model.task import TaskEvent
from evenhand.store.network import Network
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.store.ssh_keys import fingerprint, public_line
from evenhand.workflows.people.acting import Acting, needs_second, permit, sign_record, sign_second
from evenhand.workflows.people.staff_rules import RULES_FOLDER, network_staff
from tests.networks import empty_network

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEYS = {name: bytes([number]) * 32 for number, name in enumerate(("ana", "rob", "lea", "both"), start=1)}
STAFF = "".join(
    f'[[person]]\nid = "{who}"\nname = "Made-up {who}"\nroles = {roles}\nkey = "{public_line(KEYS[who])}"\n{more}\n'
    for who, roles, more in (
        ("ana", '["analyst"]', ""),
        ("rob", '["reviewer"]', "active_from = 2026-01-01\nactive_until = 2026-11-27"),
        ("lea", '["legal"]', ""),
        ("both", '["operator", "policy"]', ""),
    )
)
EVENT = TaskEvent(task="t-1", number=0, kind="answer", by="ana", at=AT, answer="not-same")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    made = empty_network(tmp_path_factory.mktemp("people") / "network")
    made.write()
    (made.folder / "staff.toml").write_text(STAFF, "utf-8")
    return made.network


def signs(who: str) -> Acting:
    return Acting(who, sign=lambda _: Signature(how="ssh-key", key=fingerprint(KEYS[who]), signature="AAAA"))


def refused_by(network: Network, who: str | Acting, action: StaffAction, case: StaffCase, at: datetime = AT) -> str:
    with pytest.raises(NotPermitted) as refused:
        permit(network, Acting(who) if isinstance(who, str) else who, action, case, at)
    return refused.value.rule


def test_without_staff_everybody_may_and_records_stay_as_they_are(tmp_path: Path, network: Network) -> None:
    """A network of one person works as before."""
    bare = Network(tmp_path, network.settings)
    anybody = Acting("A. Somebody")

    assert permit(bare, anybody, "release_hold", StaffCase(sanctions=True), AT) == anybody
    assert not needs_second(bare, "release_hold", StaffCase(sanctions=True), AT)
    assert sign_record(EVENT, anybody, network_staff(bare), AT) is EVENT


def test_a_person_acts_in_the_first_of_their_roles_that_may(network: Network) -> None:
    """Somebody of two roles need not say in which."""
    assert permit(network, Acting("both"), "approve_release", StaffCase(), AT, proposing=True).role == "policy"
    assert permit(network, Acting("both"), "work_task", StaffCase(), AT).role == "operator"
    assert refused_by(network, Acting("both", role="operator"), "approve_release", StaffCase()) == "roles"
    assert refused_by(network, Acting("both", role="legal"), "approve_release", StaffCase()) == "staff"


def test_strangers_the_inactive_and_roles_that_may_not_are_refused(network: Network) -> None:
    """Each by the rule that refuses, so that they know whom to ask."""
    tomorrow = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # the 28th in the network's zone

    assert refused_by(network, "nobody", "judge", StaffCase()) == "staff"
    assert permit(network, Acting("rob"), "judge", StaffCase(), AT).role == "reviewer"
    assert refused_by(network, "rob", "judge", StaffCase(), tomorrow) == "staff"
    assert refused_by(network, "ana", "review", StaffCase()) == "roles"


@pytest.mark.parametrize("field", ["deciders", "approvers", "finding_authors", "earlier_reviewers"])
def test_nobody_reviews_what_they_took_part_in(network: Network, field: str) -> None:
    """Deciding, approving, finding and reviewing before each bar from the review and from its confirmation."""
    case = StaffCase(**{field: ("rob",)})  # type: ignore[arg-type]  # four fields of one type

    assert refused_by(network, "rob", "review", case) == "not-own-decision"
    assert refused_by(network, "rob", "confirm", case) == "not-own-decision"
    assert permit(network, Acting("lea"), "review", case, AT).role == "legal"


def test_lifting_a_sanction_needs_a_second_person(network: Network) -> None:
    """By a judgement, by an answer and by a review alike; what lifts nothing needs one."""
    not_same, same = (StaffCase(sanctions=True, answer=answer) for answer in ("not-same", "same"))

    assert refused_by(network, "ana", "judge", not_same) == "two-clear-a-match"
    assert refused_by(network, "ana", "release_hold", StaffCase(sanctions=True)) == "two-release-a-sanction"
    assert needs_second(network, "judge", not_same, AT)
    assert not needs_second(network, "judge", same, AT)
    assert permit(network, Acting("ana"), "judge", same, AT).role == "analyst"


def test_two_people_lift_what_one_cannot(network: Network) -> None:
    """The first proposes, the second confirms; or both act at once."""
    case = StaffCase(sanctions=True, answer="not-same")

    assert permit(network, Acting("ana"), "judge", case, AT, proposing=True).role == "analyst"
    assert permit(network, Acting("ana"), "judge", case, AT, second=Acting("lea")).role == "analyst"
    confirming = StaffCase(sanctions=True, answer="not-same", proposer="ana")
    assert permit(network, Acting("rob"), "judge", confirming, AT).role == "reviewer"
    assert refused_by(network, "ana", "judge", confirming) == "not-own-proposal"
    with pytest.raises(NotPermitted, match="not-own-proposal"):
        permit(network, Acting("ana"), "judge", case, AT, second=Acting("ana"))


def test_a_declared_conflict_of_interest_bars(network: Network) -> None:
    """A declared no does not."""
    assert refused_by(network, Acting("rob", conflict=True), "review", StaffCase()) == "no-conflict"
    assert permit(network, Acting("rob", conflict=False), "review", StaffCase(), AT).role == "reviewer"


def test_a_record_carries_who_signed_it(network: Network) -> None:
    """Both signatures are over the same bytes, which are those of the record without them."""
    staff, seen = network_staff(network), []

    def note(data: bytes) -> Signature:
        seen.append(data)
        return signs("ana").sign(data)  # type: ignore[misc]

    signed = sign_record(EVENT, Acting("ana", sign=note), staff, AT)
    both = sign_second(signed, signs("lea"), staff, AT)

    assert both.signed is not None
    assert (both.signed.person, both.signed.role) == ("ana", "analyst")
    assert both.second is not None
    assert (both.second.person, both.second.role) == ("lea", "legal")
    assert b"signed" not in seen[0]
    assert b"second" not in seen[0]
    assert b'"answer":"not-same"' in seen[0]


def test_an_unsigned_act_or_anothers_key_is_refused(network: Network) -> None:
    """With a staff.toml nothing of a person is recorded unsigned."""
    staff = network_staff(network)

    with pytest.raises(NotPermitted, match="give --sign KEY"):
        sign_record(EVENT, Acting("ana"), staff, AT)
    with pytest.raises(NotPermitted, match="not this person's"):
        sign_record(EVENT, Acting("ana", sign=signs("rob").sign), staff, AT)
    with pytest.raises(NotPermitted, match="two signatures of one person"):
        sign_second(sign_record(EVENT, signs("ana"), staff, AT), signs("ana"), staff, AT)


def test_rules_of_the_network_can_be_stricter_and_never_milder(network: Network) -> None:
    """The guarantees count beside whatever a network writes."""
    own = network.folder / RULES_FOLDER
    shutil.copytree(shipped_rulebook("staff"), own)
    try:
        (own / "staff.cedar").write_text((own / "tests" / "guarantees.cedar").read_text().partition('@id("not')[0])
        assert permit(network, Acting("ana"), "review", StaffCase(deciders=("rob",)), AT).role == "analyst"
        assert refused_by(network, "ana", "review", StaffCase(deciders=("ana",))) == "not-own-decision"
        assert refused_by(network, "ana", "release_hold", StaffCase(sanctions=True)) == "two-release-a-sanction"
    finally:
        shutil.rmtree(own)
