"""The register that the gate would have under another rulebook: outcomes, conditions, whose decisions nobody took."""

from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.gate.registers.plain_form import decode_register
from evenhand.model.errors import NotFound
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Contains, Is, Unknown
from evenhand.model.register import RegisterHead, RegisterRow
from evenhand.policy import Rulebook
from evenhand.workflows.delivery.gate_conditions import UNFIT
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.rulebooks.shadow import shadow
from evenhand.workflows.rulebooks.shadow_register import write_register
from tests.networks import DAY_1, DAY_3, MadeNetwork, empty_network, quiet
from tests.unit.policy.made_up import forbid


def otherwise(begun: MadeNetwork, folder: Path, old: str, new: str, further: str = "") -> Rulebook:
    """Return the network's rulebook with something else in it."""
    made = begun.copy(folder)
    made.edit_rules(lambda text: text.replace(old, new) + further, historic=True)
    return Rulebook.load(made.folder / "rulebook", historic=True)


def written(
    made: MadeNetwork, other: Rulebook, out: Path
) -> tuple[RegisterHead, dict[str, RegisterRow], tuple[str, ...]]:
    """Return head, rows by id and sentences of the register under another rulebook."""
    doubts = write_register(made.network, other, shadow(made.network, other, DAY_1, quiet), out)
    head, rows = decode_register(out.read_bytes().split(b"\n"), out)
    return head, {row.id: row for row in rows}, doubts


def test_the_same_rulebook_makes_the_same_register(begun: MadeNetwork, tmp_path: Path) -> None:
    """Its conditions too, made of recorded facts here and of the tables there."""
    head, rows, doubts = written(begun, Rulebook.load(begun.folder / "rulebook"), tmp_path / "out.jsonl")

    assert (head, rows, doubts) == (*begun.register(), ())


def test_flips_are_in_it_and_say_that_nobody_took_the_decision(begun: MadeNetwork, tmp_path: Path) -> None:
    """The gate can be run against it, on a network's own log before anybody approves the rules."""
    other = otherwise(begun, tmp_path / "other", "regime_share_bp.house >= 5000", "regime_share_bp.house >= 4000")

    _, after, _ = written(begun, other, tmp_path / "out.jsonl")

    _, before = begun.register()
    assert (after["minor"].outcome, after["minor"].decision, after["minor"].reason) == (
        Outcome.REFUSE, "proposed-advertiser-minor", "house-owned",
    )  # fmt: skip
    assert Gate(tmp_path / "out.jsonl", "last").verdict(advertiser="minor", at=DAY_1).outcome is Outcome.REFUSE
    assert after["outlet"] == before["outlet"]
    assert {key: row for key, row in after.items() if key != "minor"} == {
        key: row for key, row in before.items() if key != "minor"
    }


def test_a_flip_to_allow_has_no_reason(begun: MadeNetwork, tmp_path: Path) -> None:
    """An allow needs none."""
    other = otherwise(begun, tmp_path / "other", 'Designation::"possible-match"', 'Designation::"asset-freeze"')

    _, after, _ = written(begun, other, tmp_path / "out.jsonl")

    namesake = after["namesake"]
    assert (namesake.outcome, namesake.decision, namesake.reason) == (Outcome.ALLOW, None, None)


def test_conditions_are_those_of_the_other_rulebook(begun: MadeNetwork, tmp_path: Path) -> None:
    """A rule of serving alone flips nobody and meets bids all the same; the last run's conditions go."""
    scope = 'principal, action == Action::"serve", resource'
    further = forbid('context.political && context.territories.contains("EU")', "eu", scope)
    other = otherwise(begun, tmp_path / "other", "when { context.political };", "when { false };", further)

    _, after, _ = written(begun, other, tmp_path / "out.jsonl")

    (rule,) = after["civic"].when or ()
    assert (rule.rule, rule.outcome) == ("eu", Outcome.REFUSE)
    assert rule.program == And((Is("political", True), Contains("territories", "EU")))
    assert {each.rule for each in begun.register()[1]["civic"].when or ()} == {"political-label"}


def test_unions_and_platforms_are_those_of_the_other_rulebook(begun: MadeNetwork, tmp_path: Path) -> None:
    """A condition that asks for a union means the other rulebook's."""
    folder = begun.copy(tmp_path / "other").folder / "rulebook"
    (folder / "territories.csv").write_text("territory,union,from,until\nDE,EU,1993-11-01,\n")
    (folder / "shared_hosts.txt").write_text("clips.example\n")

    head, _, _ = written(begun, Rulebook.load(folder), tmp_path / "out.jsonl")

    assert (head.unions, head.shared_hosts) == ({"EU": ("DE",)}, ("clips.example",))
    assert head.fresh_until == begun.register()[0].fresh_until


def test_what_the_gate_could_not_say_is_told(begun: MadeNetwork, tmp_path: Path) -> None:
    """Anyone who looks before a release sees that it would hold everybody."""
    scope = 'principal, action == Action::"serve", resource'
    other = otherwise(begun, tmp_path / "other", "", "", forbid('context.placement.slot like "a*"', "slots", scope))

    _, after, _ = written(begun, other, tmp_path / "out.jsonl")

    advertisers = [row for row in after.values() if row.kind == "advertiser"]
    assert all(Unknown("slots") in {each.program for each in row.when or ()} for row in advertisers)
    assert shadow(begun.network, other, DAY_1, quiet).held_at_gate == (
        f"rule `slots` holds bids of {len(advertisers)} advertisers at the gate: "
        "it asks for what the gate cannot do, `like`",
    )


def test_an_advertiser_whose_facts_were_erased_is_held(begun: MadeNetwork, tmp_path: Path) -> None:
    """Nothing tells what a rule would say of it. An erasure cleans the register too, so one from before is put back."""
    made = begun.copy(tmp_path / "network")
    register = made.folder / "out/register.jsonl"
    before = register.read_bytes()
    officer = "a made-up officer"
    erase(made.folder / "ledger", [], DAY_1, subject="civic", basis="GDPR Art. 17(1)(a)", by=officer, lift=True)
    register.write_bytes(before)

    _, after, _ = written(made, Rulebook.load(made.folder / "rulebook"), tmp_path / "out.jsonl")

    assert after["civic"].when == UNFIT.items


def test_a_network_that_never_ran_has_no_register_to_shadow(begun: MadeNetwork, tmp_path: Path) -> None:
    """One line, and what to do."""
    made = empty_network(tmp_path / "network")
    made.write()
    book = Rulebook.load(begun.folder / "rulebook")

    with pytest.raises(NotFound, match="no register of a last run; run `evenhand run` first"):
        write_register(made.network, book, shadow(begun.network, book, DAY_3, quiet), tmp_path / "out.jsonl")
