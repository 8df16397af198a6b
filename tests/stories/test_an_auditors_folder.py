"""A stranger checks the folder of a network in which some rows could not be read; with the countries exchanged too.

A row without a name, an advertiser with an owner whom nobody can name and one with a payer without a name are held,
whatever the rules say. Others, of whom the rules read the same, are allowed; so is one whose payer is in no table.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from msgspec import structs

from evenhand.model.decision import Decision
from evenhand.model.facts import Facts
from evenhand.model.log import LogRecord
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical
from evenhand.workflows.operations import open_ledger
from tests.commands import evenhand
from tests.networks import DAY_1, MadeNetwork, empty_network

_AT = f"{DAY_1:%Y-%m-%dT%H:%M:%SZ}"
_NOT_KNOWN = "not screened: row rejected"


class Check(NamedTuple):
    """What both programs say of a folder, and how they end."""

    evenhand: str
    standalone: str
    statuses: tuple[int, int]


@pytest.fixture(scope="module", params=[("DE", "IE"), ("IE", "DE")], ids=["DE-IE", "IE-DE"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run once; each row that cannot be read has a twin of the same country that can."""
    made = empty_network(tmp_path_factory.mktemp("unread") / "network")
    made.settings["intake"]["max_refused_share"] = "0.9"
    one, other = request.param
    made.add("payers", id="payer", name="Plain Payer", country=other)
    made.add("payers", id="blank", name="", country=other)
    made.add("advertisers", id="nameless", name="", domains="nameless.example", country=one)
    made.add("advertisers", id="named", name="Pear Garden", domains="named.example", country=one)
    made.add("advertisers", id="owned", name="Plum Garden", domains="owned.example", country=other)
    made.add("advertisers", id="ownerless", name="Fig Garden", domains="ownerless.example", country=other)
    made.add("ownership", owner="", owned="owned", share="60 %", kind="ownership")
    made.add("advertisers", id="paid", name="Fern Garden", domains="paid.example", country=other, payer_id="payer")
    made.add("advertisers", id="half-paid", name="Oak Garden", domains="oak.example", country=other, payer_id="blank")
    made.add("advertisers", id="unpaid", name="Moss Garden", domains="unpaid.example", country=other, payer_id="nobody")
    made.run(DAY_1)
    return made


def _key(made: MadeNetwork) -> str:
    return (made.folder / "ledger" / "public" / "vkey").read_text("ascii").strip()


def _checked(made: MadeNetwork, out: Path) -> Check:
    """Export a network's folder and give it to both programs."""
    assert evenhand("audit", "export", made.folder, "--out", out).status == 0
    ours = evenhand("audit", "verify", out, "--vkey", _key(made))
    alone = subprocess.run(
        [sys.executable, "-I", out / "verify.py", out, _key(made)], capture_output=True, text=True, check=False
    )
    return Check(ours.out, alone.stdout, (ours.status, alone.returncode))


def _append(made: MadeNetwork, like: Decision, **changes: object) -> None:
    """Record one more decision, made from another by hand."""
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        leaf = next(ledger.entries(start=ledger.seq_of(like.id) or 0))[1]
        payload = canonical(structs.replace(like, **changes))
        ledger.append([LogRecord(kind="decision", payload=payload, rulebook=leaf.rulebook, lists=leaf.lists)], DAY_1)
        ledger.publish(DAY_1)


def test_a_network_with_rows_that_could_not_be_read_verifies(made: MadeNetwork, tmp_path: Path) -> None:
    """A row that nobody screened is held; its equals, whom somebody did, are not: that is no unequal treatment."""
    audited = made.copy(tmp_path / "network")
    for verb in ("plan", "run"):
        assert evenhand("audit", verb, audited.folder, "--at", _AT).status == 0

    check = _checked(audited, tmp_path / "folder")

    held = {each.party.id for each in made.decisions() if each.outcome is Outcome.HOLD}
    assert held == {"nameless", "owned", "half-paid", "blank"}
    assert check.statuses == (0, 0), check
    for said in (check.evenhand, check.standalone):
        assert "4 with an attribute that the schema does not know, as of a row that was not screened: held" in said
        assert "all with the same outcome" in said


def test_a_mended_row_leaves_its_old_decision_as_it_was(made: MadeNetwork, tmp_path: Path) -> None:
    """The log keeps both; the folder of both verifies."""
    mended = made.copy(tmp_path / "network")
    mended.row("advertisers", "nameless")["name"] = "Rose Garden"
    mended.run(DAY_1)

    assert mended.last("nameless").outcome is Outcome.ALLOW
    assert _checked(mended, tmp_path / "folder").statuses == (0, 0)


def test_one_of_two_equals_held_by_hand_is_found(made: MadeNetwork, tmp_path: Path) -> None:
    """A hold by no rule of facts that the schema knows is unequal treatment."""
    copy = made.copy(tmp_path / "network")
    _append(copy, copy.last("named"), outcome=Outcome.HOLD, decision="nodecision", reasons=())

    check = _checked(copy, tmp_path / "folder")

    assert check.statuses == (1, 1)
    assert "with equal facts" in check.evenhand
    assert "as equal facts at line" in check.standalone


@pytest.mark.parametrize("outcome", [Outcome.ALLOW, Outcome.HOLD])
def test_a_row_that_was_not_screened_and_is_ruled_all_the_same_is_found(
    made: MadeNetwork, tmp_path: Path, outcome: Outcome
) -> None:
    """Nobody may be let through so, also where no other has the same facts."""
    copy = made.copy(tmp_path / "network")
    like = copy.last("named")
    facts = json.loads(canonical(like.facts))
    facts["entities"][0]["attrs"][_NOT_KNOWN] = True
    _append(copy, like, facts=msgspec.convert(facts, Facts), outcome=outcome)

    check = _checked(copy, tmp_path / "folder")

    assert check.statuses == (1, 1)
    for said in (check.evenhand, check.standalone):
        assert f"a hold by no rule: the schema does not know Advertiser.{_NOT_KNOWN}" in said
