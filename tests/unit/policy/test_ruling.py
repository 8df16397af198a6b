"""The ruling: outcome arithmetic, and every way in which Cedar alone would let someone through."""

import copy
import json
from datetime import date
from pathlib import Path

import pytest

from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook, rule, rule_many, time_bound
from evenhand.policy.ruling import NO_RULING
from tests.unit.policy.made_up import HOUSE, PERMIT, TWO_NAMES, entity, facts, folder_with, forbid, pack, raw

BOOK = Rulebook.load(HOUSE)


@pytest.mark.parametrize("folder", [HOUSE, TWO_NAMES], ids=lambda folder: folder.name)
def test_every_request_of_a_shipped_pack_has_the_expected_ruling(folder: Path) -> None:
    """The pack is the rulebook's own test; it ships with it."""
    requests = pack(folder)

    rulings = rule_many(
        [json.dumps(raw(each, folder)).encode() for each in requests], Rulebook.load(folder, historic=True)
    )

    found = {
        name: {"decision": it.decision, "outcome": it.outcome, "reasons": list(it.reasons), "errors": list(it.errors)}
        for name, it in zip(requests, rulings, strict=True)
    }
    assert found == {name: each["expect"] for name, each in requests.items()}


@pytest.mark.parametrize("mirror", [each["id"] for each in pack().values() if "mirror_of" in each])
def test_a_mirror_has_the_ruling_of_what_it_mirrors(mirror: str) -> None:
    """Swap the countries; the outcome stays."""
    original = pack()[mirror]["mirror_of"]

    assert rule(facts(raw(mirror)), BOOK) == rule(facts(raw(original)), BOOK)


def test_a_batch_rules_as_one_by_one() -> None:
    """The packs reuse ids with other attributes, so a batch must keep such requests apart."""
    batch = [facts(raw(each)) for each in pack()]

    assert rule_many(batch * 2, BOOK) == [rule(each, BOOK) for each in batch] * 2


def test_a_batch_does_not_lend_one_request_the_entities_of_another() -> None:
    """A payer that only the neighbour brings is still missing."""
    missing, whole = raw("payer-missing"), raw("plain-commercial")

    rulings = rule_many([facts(whole), facts(missing), facts(whole)], BOOK)

    assert [each.outcome for each in rulings] == ["allow", "hold", "allow"]
    assert rulings[1].errors == ("listed-owners-together-payer",)


def test_one_unfit_request_leaves_its_neighbours_alone() -> None:
    """A handle that does not parse is halved until the culprit stands alone."""
    unfit = raw("plain-commercial")
    unfit["principal"]["id"] = "other"
    entity(unfit, "Advertiser")["uid"]["id"] = "other"
    entity(unfit, "Advertiser")["attrs"]["verification"] = "three"
    good = facts(raw("plain-commercial"))

    rulings = rule_many([good, good, facts(unfit), good], BOOK)

    assert [each.decision for each in rulings] == ["allow", "allow", "nodecision", "allow"]


def test_true_and_one_are_two_values_in_a_batch() -> None:
    """Python takes them for equal; Cedar refuses the second, and the batch must see that."""
    good, wrong = raw("plain-commercial"), raw("plain-commercial")
    entity(wrong, "Advertiser")["attrs"]["union_established"] = 1

    rulings = rule_many([facts(good), facts(wrong)], BOOK)

    assert [each.decision for each in rulings] == ["allow", "nodecision"]


def test_a_missing_payer_holds_where_cedar_allows() -> None:
    """Cedar skips a forbid that errors: left alone, it would fail open."""
    ruling = rule(facts(raw("payer-missing")), BOOK)

    assert (ruling.decision, ruling.outcome) == ("allow", Outcome.HOLD)


def test_a_missing_payer_holds_where_only_membership_is_asked(tmp_path: Path) -> None:
    """`in` on a missing entity is false without an error: nothing but our own check sees it."""
    book = Rulebook.load(folder_with(tmp_path, PERMIT, forbid(
        'context.payer in Designation::"asset-freeze"', scope='principal, action == Action::"buy", resource'
    )))  # fmt: skip

    assert rule(facts(raw("payer-missing")), book) == NO_RULING


def test_a_missing_placement_that_no_rule_looks_into_changes_nothing() -> None:
    """A hold must be for something that could have mattered."""
    plain = raw("plain-serve")
    plain["entities"] = [each for each in plain["entities"] if each["uid"]["type"] != "Placement"]

    assert rule(facts(plain), BOOK).outcome == Outcome.ALLOW


def test_a_parent_that_is_not_there_holds() -> None:
    """Whether the unknown list is under the asset freeze cannot be known."""
    plain = raw("plain-commercial")
    entity(plain, "Advertiser")["parents"] = [{"type": "Designation", "id": "unknown"}]

    assert rule(facts(plain), BOOK) == NO_RULING


def test_a_refusal_stands_though_something_is_missing() -> None:
    """Missing facts make an outcome stricter, never milder."""
    plain = raw("frozen")
    plain["entities"] = [each for each in plain["entities"] if each["uid"]["type"] != "Payer"]

    ruling = rule(facts(plain), BOOK)

    assert (ruling.outcome, ruling.reasons, ruling.errors) == (
        "refuse",
        ("eu-listed",),
        ("listed-owners-together-payer",),
    )


def test_an_entity_that_a_rule_names_must_be_among_the_facts(tmp_path: Path) -> None:
    """A batch neighbour could bring it, and then one by one would differ."""
    literal = 'Advertiser::"x" in Designation::"asset-freeze"'
    book = Rulebook.load(folder_with(tmp_path, PERMIT, forbid(literal)), historic=True)

    assert rule(facts(raw("plain-commercial")), book) == NO_RULING


def test_an_overflow_in_a_forbid_holds(tmp_path: Path) -> None:
    """Strict validation does not see an overflow."""
    condition = "principal.spend_micros * 9223372036854775807 > 5"
    book = Rulebook.load(
        folder_with(tmp_path, PERMIT, forbid(condition, scope="principal is Advertiser, action, resource"))
    )

    ruling = rule(facts(raw("plain-commercial")), book)

    assert (ruling.decision, ruling.outcome, ruling.errors) == ("allow", "hold", ("made-up",))


def test_an_error_in_a_permit_alone_holds_for_lack_of_any_rule(tmp_path: Path) -> None:
    """No rule was satisfied, so nobody said that it may run."""
    permit = PERMIT.replace(";", " when { principal.spend_micros * 9223372036854775807 > 5 };")
    book = Rulebook.load(folder_with(tmp_path, permit.replace("(principal,", "(principal is Advertiser,")))

    ruling = rule(facts(raw("plain-commercial")), book)

    assert (ruling.decision, ruling.outcome, ruling.errors) == ("deny", "hold", ("open",))


def test_an_error_in_a_permit_beside_a_satisfied_one_changes_nothing(tmp_path: Path) -> None:
    """Only the error of a forbid could hide a refusal."""
    broken = PERMIT.replace('"open"', '"broken"').replace("(principal,", "(principal is Advertiser,")
    broken = broken.replace(";", " when { principal.spend_micros * 9223372036854775807 > 5 };")
    book = Rulebook.load(folder_with(tmp_path, PERMIT, broken))

    assert rule(facts(raw("plain-commercial")), book).outcome == Outcome.ALLOW


@pytest.mark.parametrize("path", ["principal", "context", "entity"])
def test_a_json_null_is_no_cedar_value(path: str) -> None:
    """Facts that hold one are refused whole."""
    plain = raw("plain-commercial")
    match path:
        case "principal":
            plain["principal"]["id"] = None
        case "context":
            plain["context"]["political"] = None
        case _:
            entity(plain, "Advertiser")["attrs"]["country"] = None

    assert rule(json.dumps(plain).encode(), BOOK) == NO_RULING


@pytest.mark.parametrize(
    "at",
    [
        {"__extn": {"fn": "offset", "args": []}},
        {"__extn": {"fn": "datetime", "arg": "2026-02-30"}},
        {"__extn": {"fn": "datetime", "arg": "tomorrow"}},
        {"__extn": {"fn": "datetime", "arg": "0001-01-01T00:00:00+1400"}},
        "2026-01-01",
    ],
)
def test_an_instant_that_is_no_iso_text_is_refused(at: object) -> None:
    """The rules of the day cannot be chosen without a day."""
    plain = raw("plain-commercial")
    plain["context"]["at"] = at

    assert rule(facts(plain), BOOK) == NO_RULING


def test_an_offset_anywhere_in_the_facts_is_refused() -> None:
    """It may carry an instant far outside the calendar."""
    plain = raw("plain-commercial")
    entity(plain, "Advertiser")["attrs"]["first_seen"] = {"__extn": {"fn": "offset", "args": []}}

    assert rule(facts(plain), BOOK) == NO_RULING


def test_one_entity_with_two_meanings_is_refused() -> None:
    """Whichever the engine took, the other would be ignored in silence."""
    plain = raw("plain-commercial")
    double = copy.deepcopy(entity(plain, "Advertiser"))
    double["attrs"]["country"] = "BR"
    plain["entities"].append(double)

    assert rule(facts(plain), BOOK) == NO_RULING


def test_before_any_rule_was_in_force_everything_holds() -> None:
    """A rulebook that says nothing allows nothing."""
    plain = raw("plain-commercial")
    plain["context"]["at"]["__extn"]["arg"] = "2016-12-31T23:59:59Z"

    ruling = rule(facts(plain), BOOK)

    assert (ruling.decision, ruling.outcome, ruling.reasons) == ("deny", "hold", ())


def test_the_day_of_the_rules_is_the_utc_day() -> None:
    """Half past midnight at +0200 is still the day before."""
    plain = raw("state-news-first-day")
    plain["context"]["at"]["__extn"]["arg"] = "2019-08-19T00:30:00+0200"

    assert rule(facts(plain), BOOK).outcome == Outcome.ALLOW


@pytest.mark.parametrize(
    ("request_id", "bound"),
    [("plain-commercial", False), ("political", True), ("political-new", True), ("political-new-boundary", True),
     ("vote-outside-window", True), ("vote-elsewhere", True), ("no-at", False)],
)  # fmt: skip
def test_time_bound_are_the_requests_that_another_time_could_change(request_id: str, bound: bool) -> None:
    """A political request reads the clock; a commercial one never does."""
    plain = facts(raw(request_id))
    day = BOOK.active(date(2026, 3, 1))

    assert time_bound([plain], day) == [bound]


def test_without_a_rule_that_reads_the_clock_nothing_is_time_bound() -> None:
    """Then the engine is not even asked."""
    book = Rulebook.load(TWO_NAMES, historic=True)
    active = book.active(date(2017, 10, 26))

    assert active.open_engine is None
    assert time_bound([facts(raw("political-new"))], active) == [False]
