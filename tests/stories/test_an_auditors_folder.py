"""A stranger checks the folder of a network in which some rows could not be read; with the countries exchanged too.

A row without a name, an advertiser with an owner whom nobody can name and one with a payer without a name are held,
whatever the rules say. Others, of whom the rules read the same, are allowed; so is one whose payer is in no table.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec import structs

from evenhand.model.decision import Decision
from evenhand.model.facts import Facts
from evenhand.model.log import LogRecord
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical
from evenhand.policy import Rulebook, rule
from evenhand.workflows.operations import open_ledger
from tests.commands import evenhand
from tests.networks import DAY_1, MADE_UP_RULE, MadeNetwork, empty_network

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
        assert (
            "4 with an attribute or a value that the schema does not know, as of a row that was not screened: held"
            in said
        )
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


def _entity(facts: Any, kind: str) -> Any:
    return next(each for each in facts["entities"] if each["uid"]["type"] == kind)


def _unknown_kind_of_content(facts: Any) -> None:
    _entity(facts, "Campaign")["attrs"]["content"] = [{"__entity": {"type": "ContentKind", "id": "made-up-kind"}}]


def _nothing_where_a_text_stands(facts: Any) -> None:
    _entity(facts, "Campaign")["attrs"]["landing_host"] = None


def _an_attribute_less(facts: Any) -> None:
    del _entity(facts, "Campaign")["attrs"]["content"]


def _a_text_where_a_set_stands(facts: Any) -> None:
    _entity(facts, "Advertiser")["attrs"]["languages"] = "de"


def _an_unknown_context(facts: Any) -> None:
    facts["context"]["made_up"] = True


def _a_list_that_is_not_there(facts: Any) -> None:
    _entity(facts, "Campaign")["parents"] = [{"type": "Designation", "id": "made-up-list"}]


def _no_payer(facts: Any) -> None:
    facts["entities"].remove(_entity(facts, "Payer"))


@pytest.mark.parametrize(
    "spoil",
    [
        _unknown_kind_of_content, _nothing_where_a_text_stands, _an_attribute_less,
        _a_text_where_a_set_stands, _an_unknown_context, _a_list_that_is_not_there, _no_payer,
    ],
)  # fmt: skip
def test_whatever_a_run_holds_without_a_rule_is_confirmed(
    made: MadeNetwork, tmp_path: Path, spoil: Callable[[Any], None]
) -> None:
    """What no rule reads is not shown, but for what is the reason of the hold: Cedar does not rule it here either."""
    copy = made.copy(tmp_path / "network")
    like = copy.last("named")
    facts = json.loads(canonical(like.facts))
    spoil(facts)
    held = rule(canonical(facts), Rulebook.load(copy.folder / "rulebook"))
    assert held.outcome is Outcome.HOLD
    _append(copy, like, facts=msgspec.convert(facts, Facts), **structs.asdict(held))

    check = _checked(copy, tmp_path / "folder")

    assert f"{len(copy.decisions())} ruled again by Cedar" in check.evenhand
    assert check.statuses[0] == 0, check.evenhand


def test_a_campaign_of_content_that_no_rule_provides_for_is_confirmed(made: MadeNetwork, tmp_path: Path) -> None:
    """Its kind is shown, that of others is not; both programs take it for no equal of theirs."""
    copy = made.copy(tmp_path / "network")
    for name, content in (("plain", "commercial"), ("unknown", "gambling")):
        copy.add("campaigns", id=name, advertiser_id="paid", payer_id="payer", status="running", content=content)
    copy.run(DAY_1)
    held = next(each for each in copy.decisions() if each.scope == "campaign:unknown")
    assert (held.outcome, held.reasons) == (Outcome.HOLD, ())

    check = _checked(copy, tmp_path / "folder")

    assert check.statuses == (0, 0), check
    text = (tmp_path / "folder" / "decisions.jsonl").read_text("utf-8")
    assert "gambling" in text
    assert '"id":"commercial"' not in text


def test_a_hold_for_a_rule_that_errs_is_confirmed(made: MadeNetwork, tmp_path: Path) -> None:
    """An error of a rule holds, in the run and here."""
    copy = made.copy(tmp_path / "network")
    errs = MADE_UP_RULE.format(condition="principal.designated_share_bp - 2 - 9223372036854775807 < 0")
    copy.begin_again()
    copy.edit_rules(lambda text: text + errs, historic=True)
    copy.run(DAY_1)
    assert copy.last("named").errors == ("made-up-rule",)

    assert _checked(copy, tmp_path / "folder").statuses == (0, 0)
