"""The release of a rulebook in a network with staff: two people of the right roles sign it, or no run uses it."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.model.errors import BadInput, NotPermitted, RulebookInvalid
from evenhand.model.release import Approval
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.signature_checks import verify_with_signatures
from evenhand.workflows.rulebooks.approvals import approve
from evenhand.workflows.rulebooks.release import due_difference
from tests.networks import DAY_1, DAY_2, MadeNetwork
from tests.people import ROLES, acting, write_staff

LATER = DAY_1 + timedelta(hours=1)


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    """A network whose rulebook says the same in other words, approved by two names and by no signature."""
    copy = begun.copy(tmp_path / "network")
    write_staff(copy.folder)
    copy.edit_rules(lambda text: f"// the same rules\n{text}")
    copy.write()
    return copy


def sign(made: MadeNetwork, who: Acting) -> Approval:
    with read_ledger(made.network.ledger) as ledger:
        difference = due_difference(made.network, ledger, LATER)
    return approve(made.network, difference, who, LATER)


def test_two_signatures_release_a_rulebook_and_the_ledger_keeps_them(made: MadeNetwork) -> None:
    """Names alone were enough before staff.toml, and are not now."""
    with pytest.raises(RulebookInvalid, match="too few signed it `nobody`"):
        made.run(DAY_2)
    assert sign(made, acting("pol")).second is None
    with pytest.raises(RulebookInvalid, match="too few signed it `pol`"):
        made.run(DAY_2)
    assert sign(made, acting("lea")).approved_by == ("pol", "lea")

    made.run(DAY_2)

    approval = msgspec.json.decode(made.payloads("rulebook")[-1])["approval"]
    assert (approval["approved_by"], approval["second"]["role"]) == (["pol", "lea"], "legal")
    report = verify_with_signatures(made.folder)
    assert (report.ok, report.signatures) == (True, 2)
    with pytest.raises(BadInput, match="needs no approval"):
        sign(made, acting("pol"))


def test_one_person_another_role_or_no_key_do_not_release(made: MadeNetwork) -> None:
    """Each is refused when signing, not first by the run."""
    for who, words in (
        (acting("ana"), "`approve release` is not for the role analyst"),
        (Acting("pol"), "not signed"),
        (acting("pol", key_of="lea"), "not this person's"),
    ):
        with pytest.raises(NotPermitted, match=words):
            sign(made, who)
    sign(made, acting("pol"))
    with pytest.raises(NotPermitted, match="not-own-proposal"):
        sign(made, acting("pol"))
    sign(made, acting("lea"))
    with pytest.raises(BadInput, match="two people have approved it already `pol, lea`"):
        sign(made, acting("lea"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('person = "lea"', 'person = "ana"', "signed by `ana` as legal, a role not held then"),
        ('role = "legal"', 'role = "policy"', "signed by `lea` as policy, a role not held then"),
        ("[second]", "[other]", "no approval"),
    ],
)
def test_a_run_checks_what_the_file_says(made: MadeNetwork, old: str, new: str, words: str) -> None:
    """Anybody can edit it."""
    sign(made, acting("pol"))
    sign(made, acting("lea"))
    path = made.folder / "rulebook" / "release.toml"
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(RulebookInvalid, match=words):
        made.run(DAY_2)


def test_who_left_between_the_signature_and_the_run_does_not_release(made: MadeNetwork) -> None:
    """The staff of the day on which the rules come into force counts."""
    sign(made, acting("pol"))
    sign(made, acting("lea"))
    write_staff(made.folder, {who: roles for who, roles in ROLES.items() if who != "lea"})

    with pytest.raises(RulebookInvalid, match="`lea`, who was not in"):
        made.run(DAY_2)
