"""Two namesakes of listed companies, refused by a wrong match, complain: each is freed everywhere, and told when.

What they may do is asked by the commands that ad servers and order desks use, before and after; the second of them is
of another country and has the same path.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.complaint import Complaint
from evenhand.model.confirmed_fact import FactChange
from tests.commands import evenhand
from tests.networks import DAY_2, MadeNetwork
from tests.settlements import FILED, SETTLED, reversed_complaint
from tests.wrong_match import LOOMS, MILLS, Namesake, wrongly_matched

BEFORE, AFTER = DAY_2 + timedelta(hours=1), SETTLED + timedelta(hours=1)
FREE, BLOCKED = (0, "allow"), (1, "refuse")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    return wrongly_matched(tmp_path_factory.mktemp("wrong") / "network", MILLS, LOOMS)


def verdicts(made: MadeNetwork, who: Namesake, at: object) -> list[tuple[int, str]]:
    """Return status and outcome of what `gate check` says of every key of a party and of whom it owns."""
    asked = [
        *(("--adomain", f"{name}.example") for name in (who.party, f"{who.party}-news", f"{who.party}-shop")),
        ("--adomain", f"https://www.instagram.com/{who.party}official"), ("--bundle", f"example.{who.party}"),
        ("--seat", f"dsp-{who.party}"), ("--advertiser", who.party), ("--adomain", f"{who.child}.example"),
        ("--seat", f"dsp-{who.child}"),
    ]  # fmt: skip
    answers = [evenhand("gate", "check", "--register", made.folder, *each, "--at", at, "--json") for each in asked]
    return [(each.status, each.json["outcome"]) for each in answers]


def orders(made: MadeNetwork, who: Namesake, at: object) -> list[tuple[str, ...]]:
    """Return the codes with which the order desk blocks the orders that a party runs or pays for."""
    found = []
    for advertiser, campaign in ((who.party, f"c-{who.party}"), (who.client, who.paid)):
        order = {
            "advertiser": advertiser, "payer": who.party, "campaign": campaign, "markets": ["DE"], "landing_hosts": [],
            "flight": {"starts": "2026-04-01T00:00:00Z", "ends": "2026-04-02T00:00:00Z"}, "budget_micros": 0,
            "political": "does-not-contain",
        }  # fmt: skip
        path = made.folder / "order.json"
        path.write_text(json.dumps(order))
        codes = evenhand("gate", "purchase", path, "--register", made.folder, "--at", at, "--json").json["codes"]
        found.append(tuple(code for code in codes if code.endswith("-blocked")))
    return found


def on_lists(made: MadeNetwork, who: Namesake) -> list[bool]:
    """Return of each exported list whether a domain of the party or of whom it owns is on it."""
    texts = [(made.folder / name).read_text() for name in ("blocked.csv", "prebid.json")]
    return [any(f"{name}.example" in text for name in (who.party, who.child)) for text in texts]


def settle(made: MadeNetwork, complaint: Complaint, *options: object) -> tuple[int, str]:
    done = evenhand("settle", made.folder, complaint.id, *options, "--at", SETTLED.isoformat())
    return done.status, done.out + done.err


def test_a_wrong_match_is_set_right_at_every_place_whatever_the_country(network: MadeNetwork, tmp_path: Path) -> None:
    """Each is blocked everywhere, complains, and is free everywhere; a company that is listed indeed stays refused."""
    made, kinds, told = network.copy(tmp_path / "network"), [], []
    for who in (MILLS, LOOMS):
        assert verdicts(made, who, BEFORE.isoformat()) == [BLOCKED] * 9
        assert orders(made, who, BEFORE.isoformat()) == [("advertiser-blocked",), ("payer-blocked", "campaign-blocked")]
        assert on_lists(made, who) == [True, True]

    for who in (MILLS, LOOMS):
        change = FactChange(kind="judgement", list="house-sanctions", entity_id=f"s-{who.party}", verdict="not-same")
        complaint = reversed_complaint(made, party=who.party, changes=(change,))
        status, said = settle(made, complaint, "--as", "otto")
        assert (status, said.splitlines()[0]) == (0, f"Complaint {complaint.id}: reversed (wrong_entity); closed")
        told.append(said.splitlines()[1].partition(";")[0])
        shown = evenhand("settle", made.folder, complaint.id, "--as", "otto", "--at", AFTER.isoformat(), "--json").json
        kinds.append([event["body"]["kind"] for event in shown["complaint"]["events"]])
        deadlines = {each["clock"]: each["due_at"] for each in shown["complaint"]["deadlines"]}
        assert deadlines["propagate_gate"] == f"{FILED + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        (letter,) = (made.folder / "out" / "complaints").glob(f"{complaint.id}.*.decision.txt")
        assert "3 March 2026" in letter.read_text()

    for who in (MILLS, LOOMS):
        assert verdicts(made, who, AFTER.isoformat()) == [FREE] * 9
        assert orders(made, who, AFTER.isoformat()) == [(), ()]
        assert on_lists(made, who) == [False, False]
    assert kinds[0] == kinds[1]
    assert told == ["Places that follow: 25 of 25"] * 2
    listed = evenhand("gate", "check", "--register", made.folder, "--adomain", "ferrolit.example", "--at", AFTER)
    assert listed.status == 1
    assert "ferrolit.example" in (made.folder / "blocked.csv").read_text()
    assert evenhand("ledger", "verify", made.folder).status == 0


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        ((), 2, "--as: nobody is named"),
        (("--as", "otto", "--sign", "no.key"), 2, "this network has no staff.toml"),
        (("--as", "evenhand test"), 1, "rule person"),
        (("--as", "otto", "--at", "tomorrow"), 2, "no instant"),
    ],
)
def test_what_cannot_be_settled_is_refused_in_words(
    network: MadeNetwork, tmp_path: Path, options: tuple[str, ...], status: int, says: str
) -> None:
    """Bad use is status 2; what state, four eyes or staff refuse is status 1, with the rule."""
    made = network.copy(tmp_path / "network")
    complaint = reversed_complaint(made)

    done = evenhand("settle", made.folder, complaint.id, "--at", SETTLED.isoformat(), *options)

    assert (done.status, says in done.err) == (status, True), done
    assert evenhand("settle", made.folder, "c-none", "--as", "otto").status == 2
