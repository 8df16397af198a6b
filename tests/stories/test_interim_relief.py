"""While a complaint is open, two people let a party through that the network's own rules refuse, until a day.

What the party may do is asked by the commands that ad servers use; the second of the two parties is of another country
and has the same path. What rests on a law is not lifted.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.commands import Answer, evenhand
from tests.networks import DAY_2, MadeNetwork
from tests.wrong_match import LOOMS, MILLS, Namesake, wrongly_matched

FILED, GIVEN, MINUTE, NEXT_DAY, LAST, OVER, AFTER = (
    f"{DAY_2 + timedelta(**each):%Y-%m-%dT%H:%M:%SZ}"
    for each in (
        {"hours": 2}, {"hours": 3}, {"hours": 3, "minutes": 1}, {"days": 1}, {"days": 7, "hours": 10},
        {"days": 7, "hours": 11}, {"days": 7, "hours": 12},
    )
)  # fmt: skip
UNTIL = "2026-03-10"  # 23:59:59 in Berlin is 22:59:59 UTC


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = wrongly_matched(tmp_path_factory.mktemp("relief") / "network", MILLS, LOOMS)
    (made.folder / "why.txt").write_text("The register shows another company; the campaign would be lost.", "utf-8")
    return made


def review(made: MadeNetwork, complaint: str, person: str, *act: object, at: str = GIVEN) -> Answer:
    return evenhand("review", made.folder, complaint, "--as", person, *act, "--at", at)


def complain(made: MadeNetwork, who: Namesake) -> str:
    """Return the id of a complaint about the party's refusal, under review by rita."""
    about = (made.last(who.party).id, "--reason", "not_the_entity", "--text", made.folder / "why.txt")
    complaint = str(evenhand("complain", made.folder, *about, "--at", FILED, "--json").json["id"])
    assert review(made, complaint, "dora", "--admit", at=FILED).status == 0
    assert review(made, complaint, "rita", "--take", "--conflict", "no", at=FILED).status == 0
    return complaint


def relief(made: MadeNetwork, complaint: str, *options: object, person: str = "rita", at: str = GIVEN) -> Answer:
    return review(made, complaint, person, "--relief", "--text", made.folder / "why.txt", *options, at=at)


def given(made: MadeNetwork, who: Namesake) -> str:
    complaint = complain(made, who)
    assert relief(made, complaint, "--until", UNTIL, "--confirm-as", "cora").status == 0
    return complaint


def gate(made: MadeNetwork, who: Namesake, at: str) -> list[str]:
    """Return what the gate says of a domain and of the id of a party, with its decision."""
    asked = (("--adomain", f"{who.party}-news.example"), ("--advertiser", who.party))
    found = [evenhand("gate", "check", "--register", made.folder, *each, "--at", at, "--json").json for each in asked]
    assert {each["decision"] for each in found} == {made.last(who.party).id}
    return [each["outcome"] for each in found]


def blocked(made: MadeNetwork, who: Namesake) -> list[bool]:
    """Return of each exported list whether a domain of the party is on it."""
    return [f"{who.party}.example" in (made.folder / name).read_text() for name in ("blocked.csv", "prebid.json")]


FREE, REFUSED = ["allow"] * 2, ["refuse"] * 2


def test_a_relief_lets_a_party_through_until_its_day_whatever_the_country(network: MadeNetwork, tmp_path: Path) -> None:
    """The gate follows within the minute, runs keep it, and its end needs nobody; no decision is written."""
    made = network.copy(tmp_path / "network")
    decided = {who.party: made.last(who.party) for who in (MILLS, LOOMS)}
    complaints = []
    for who in (MILLS, LOOMS):
        assert gate(made, who, GIVEN) == REFUSED
        complaints.append(given(made, who))
        assert gate(made, who, MINUTE) == FREE
        assert blocked(made, who) == [False, False]

    ran = evenhand("run", made.folder, "--at", NEXT_DAY)
    assert [f"advertiser {who.party}: refused, lifted by rita until {UNTIL}" in ran.out for who in (MILLS, LOOMS)] == [
        True, True,
    ]  # fmt: skip
    for who in (MILLS, LOOMS):
        assert gate(made, who, NEXT_DAY) == FREE
    assert evenhand("run", made.folder, "--at", LAST).status == 0
    assert evenhand("gate", "check", "--register", made.folder, "--adomain", "mills.example", "--at", LAST).status == 0

    for who in (MILLS, LOOMS):
        assert gate(made, who, OVER) == REFUSED  # by the register of the hour before: this network's gate goes on
    assert evenhand("run", made.folder, "--at", AFTER).status == 0
    for who in (MILLS, LOOMS):
        assert gate(made, who, AFTER) == REFUSED
        assert made.last(who.party) == decided[who.party]
    assert evenhand("rules", "replay", made.folder).status == 0
    assert evenhand("ledger", "verify", made.folder).status == 0
    letters = [
        next((made.folder / "out" / "complaints").glob(f"{each}.*.relief.txt")).read_text() for each in complaints
    ]
    assert ["10 March 2026" in text for text in letters] == [True, True]


def test_the_case_says_that_it_is_not_applied(network: MadeNetwork, tmp_path: Path) -> None:
    """In `explain`, in the table of decisions and on the complaint's page: refused, and until when not applied."""
    made = network.copy(tmp_path / "network")
    complaint = given(made, MILLS)

    explained = evenhand("explain", made.folder, "mills", "--at", MINUTE)
    table = (made.folder / "out" / "decisions.csv").read_text("utf-8")
    page = evenhand("complaints", made.folder, complaint, "--at", MINUTE)

    said = f"Not applied until {UNTIL}: interim relief in complaint {complaint}"
    assert said in " ".join(explained.out.split())
    (row,) = (line for line in table.splitlines() if line.startswith("mills,") and "refuse" in line)
    assert said in row
    assert "the decision is not applied until 2026-03-10 23:59" in page.out


def test_a_relief_ends_early_and_the_party_is_told(network: MadeNetwork, tmp_path: Path) -> None:
    made = network.copy(tmp_path / "network")
    complaint = given(made, MILLS)

    ended = review(made, complaint, "rita", "--end-relief", "--text", made.folder / "why.txt", at=MINUTE)

    assert (ended.status, gate(made, MILLS, MINUTE)) == (0, REFUSED)
    assert blocked(made, MILLS) == [True, True]
    assert len(list((made.folder / "out" / "complaints").glob(f"{complaint}.*.relief_ended.txt"))) == 1
    assert review(made, complaint, "rita", "--end-relief", "--text", made.folder / "why.txt", at=MINUTE).status == 1


@pytest.mark.parametrize("act", ["upheld", "withdrawn"])
def test_a_relief_ends_with_the_complaint(network: MadeNetwork, tmp_path: Path, act: str) -> None:
    """Settled as upheld, or taken back: the gate refuses again at once."""
    made = network.copy(tmp_path / "network")
    complaint = given(made, MILLS)
    text = ("--text", made.folder / "why.txt")
    if act == "upheld":
        proposal = ("--propose", "upheld", "--code", "rule_fits", "--to", "not_the_entity=It is the same company.")
        assert review(made, complaint, "rita", "--show", at=MINUTE).status == 0
        assert review(made, complaint, "rita", *proposal, *text, at=MINUTE).status == 0
        assert gate(made, MILLS, MINUTE) == FREE
        assert evenhand("settle", made.folder, complaint, "--as", "otto", "--at", MINUTE).status == 0
    else:
        assert review(made, complaint, "dora", "--withdraw", *text, at=MINUTE).status == 0

    assert gate(made, MILLS, MINUTE) == REFUSED
    shown = evenhand("complaints", made.folder, complaint, "--json", "--at", MINUTE).json
    assert shown["relief_until"] is None


def test_a_reversal_frees_the_party_for_good(network: MadeNetwork, tmp_path: Path) -> None:
    """Though every place let it through already, it is decided again and each place is asked."""
    made = network.copy(tmp_path / "network")
    complaint = given(made, MILLS)
    proposal = ("--propose", "reversed", "--code", "wrong_entity", "--to", "not_the_entity=You are another company.")
    text = ("--text", made.folder / "why.txt")
    assert review(made, complaint, "rita", "--show", at=MINUTE).status == 0
    assert (
        review(
            made, complaint, "rita", *proposal, *text, "--judge", "house-sanctions#s-mills=not-same", at=MINUTE
        ).status
        == 0
    )
    assert review(made, complaint, "cora", "--confirm", at=MINUTE).status == 0

    settled = evenhand("settle", made.folder, complaint, "--as", "otto", "--at", MINUTE)

    assert settled.status == 0, settled
    assert "Places that follow: 26 of 26" in settled.out
    assert made.last("mills").outcome == "allow"
    assert evenhand("run", made.folder, "--at", AFTER).status == 0
    assert gate(made, MILLS, AFTER) == FREE


def test_another_ruling_ends_a_relief(network: MadeNetwork, tmp_path: Path) -> None:
    """A stricter or other ground is nothing that anybody looked at when the relief was given."""
    made = network.copy(tmp_path / "network")
    given(made, MILLS)
    made.row("advertisers", "mills")["circumvention_confirmed_by"] = "A. Analyst"
    made.write()

    assert evenhand("run", made.folder, "--at", NEXT_DAY).status == 0

    assert "confirmed-circumvention" in made.last("mills").reasons
    assert gate(made, MILLS, NEXT_DAY) == REFUSED


@pytest.mark.parametrize(
    ("options", "person", "status", "says"),
    [
        (("--confirm-as", "cora", "--until", "2026-03-02"), "rita", 2, "expected a day from 2026-03-03"),
        (("--confirm-as", "cora", "--until", "2026-04-03"), "rita", 2, "to 2026-04-02"),
        (("--confirm-as", "cora", "--until", "soon"), "rita", 2, "--until: no day"),
        ((), "rita", 1, "rule second-person"),
        (("--confirm-as", " Rita"), "rita", 1, "rule proposer"),
        (("--confirm-as", "cora"), "A. Analyst", 1, "rule finding-author"),
        (("--confirm-as", "A. Analyst"), "rita", 1, "rule finding-author"),
        (("--confirm-as", "cora"), "evenhand 1", 1, "rule person"),
    ],
)
def test_who_may_not_and_what_may_not_is_refused_in_words(
    network: MadeNetwork, tmp_path: Path, options: tuple[str, ...], person: str, status: int, says: str
) -> None:
    made = network.copy(tmp_path / "network")

    refused = relief(made, complain(made, MILLS), *options, person=person)

    assert (refused.status, says in refused.err) == (status, True), refused
    assert gate(made, MILLS, MINUTE) == REFUSED


@pytest.mark.parametrize(("party", "rule"), [("eu-listed", "eu-listed"), ("qm-bakery", "possible-match-payer")])
def test_what_rests_on_a_law_is_not_lifted(network: Path, party: str, rule: str) -> None:
    """The refusal of the sample network's EU-listed party; by the name of the rule."""


def test_a_second_relief_and_one_after_the_decision_are_refused(network: MadeNetwork, tmp_path: Path) -> None:
    made = network.copy(tmp_path / "network")
    complaint = given(made, MILLS)

    again = relief(made, complaint, "--confirm-as", "cora", at=MINUTE)

    assert (again.status, "the restriction is lifted already" in again.err) == (1, True), again
