"""Where a decision has effect, and whether each place answers as decided (law *Gate = ledger*)."""

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import apsw
import pytest

from evenhand.model.complaint import EnforcementPoint, Probe
from evenhand.model.outcome import Outcome
from evenhand.workflows.complaints.enforcement_points import (
    PartyKey,
    Reach,
    points_of,
)
from evenhand.workflows.complaints.probes import Client
from evenhand.workflows.delivery.exported_lists import forget_export
from evenhand.workflows.delivery.statements import ids_in
from evenhand.workflows.evaluation.history import CaseDecision, fold
from evenhand.workflows.operations.ledgers import read_ledger
from tests.networks import DAY_1, DAY_2, SUFFIXES, MadeNetwork

AT = DAY_2 + timedelta(hours=1)
MILLS = ("advertiser", "mills")


def places(
    made: MadeNetwork, *parties: PartyKey, becomes: Outcome | None = None, at: datetime = AT
) -> tuple[EnforcementPoint, ...]:
    """Return the points of the decisions about some parties, and of those that rest on them.

    With `becomes` they are to answer as if all these decisions had this outcome.
    """
    with read_ledger(made.network.ledger) as ledger:
        reach = Reach(made.network, ledger, fold(ledger), at, SUFFIXES)
        standing = tuple(reach.history.all_in_force(reach.at))
        own = tuple(each for each in standing if (each.party_kind, each.party_id) in parties)
        others = tuple(each for each in standing if each not in own and _rests_on(reach, each, parties))
        return points_of(reach, own, others, None if becomes is None else dict.fromkeys(_cases(own, others), becomes))


def _rests_on(reach: Reach, standing: CaseDecision, parties: Sequence[PartyKey]) -> bool:
    """Return whether a finding of a restriction is about one of these parties, or leads over it."""
    decision = None if standing.outcome is Outcome.ALLOW else reach.decision(standing)
    named = {party_id for _, party_id in parties}
    return decision is not None and any(not named.isdisjoint(ids_in(each)) for each in decision.findings)


def _cases(*several: tuple[CaseDecision, ...]) -> list[str]:
    return [each.case for decisions in several for each in decisions]


def ask(made: MadeNetwork, points: tuple[EnforcementPoint, ...], at: datetime = AT) -> tuple[Probe, ...]:
    """Return what the points answer now."""
    with read_ledger(made.network.ledger) as ledger:
        return Client(made.network, ledger, fold(ledger), at, SUFFIXES).ask_all(points)


def red(probes: Iterable[Probe]) -> list[str]:
    """Return the names of the points that do not answer as they should."""
    return [each.point for each in probes if not each.agrees]


def test_a_decision_reaches_keys_children_exports_orders_letters_and_statements(built_wrong_match: MadeNetwork) -> None:
    """Three domains, a bundle, two seats, an account, a child, two exports."""
    probes = ask(built_wrong_match, places(built_wrong_match, MILLS))

    # Read off what was ordered and owned, not off the code.
    for name in (
        "register_key: advertiser mills: advertiser mills",
        *(f"register_key: advertiser mills: domain {host}" for host in (
            "mills.example", "mills-news.example", "mills-shop.example")),
        "register_key: advertiser mills: seat dsp-mills",
        "register_key: advertiser mills: seat shared-mills",
        "register_key: advertiser mills: bundle example.mills",
        "register_key: advertiser mills: account https://instagram.com/millsofficial",
        "child: advertiser works: domain works.example",
        "child: advertiser works: seat dsp-works",
        *(f"export: {file}: advertiser {party}" for file in ("blocked.csv", "prebid.json") for party in (
            "mills", "works")),
        "order: c-mills of mills paid by mills",
        "order: c-plum of agency-client paid by mills",
        "letter: advertiser mills",
        "letter: advertiser agency-client, campaign:c-plum",
        "public_record: advertiser mills",
    ):  # fmt: skip
        assert name in {each.point for each in probes}
    assert sum(each.point.startswith("eu_statement: ") for each in probes) == 3
    assert len({each.point for each in probes}) == len(probes)


def test_every_point_of_a_decision_answers_as_decided(built_wrong_match: MadeNetwork) -> None:
    """Law *Gate = ledger*, at every place and not at the gate alone."""
    assert red(ask(built_wrong_match, places(built_wrong_match, MILLS))) == []


def test_every_point_of_every_kind_of_outcome_answers_as_decided(begun: MadeNetwork) -> None:
    """New restrictions and allowed parties are asked by the same code."""
    every = sorted({(each.party.kind, each.party.id) for each in begun.decisions()})

    probes = ask(begun, places(begun, *every, at=DAY_1), DAY_1)

    assert red(probes) == []
    assert {each.expected for each in probes if each.point.startswith("register_key: ")} >= {"allow", "hold", "refuse"}


def test_before_a_reversal_every_point_that_the_decision_reached_is_red(built_wrong_match: MadeNetwork) -> None:
    """A seat that an allowed party shares never refused by itself: the decision did not reach it."""
    probes = ask(built_wrong_match, places(built_wrong_match, MILLS, becomes=Outcome.ALLOW))

    green = [each.point for each in probes if each.agrees]

    assert green == ["register_key: advertiser mills: seat shared-mills"]


def _without_row(made: MadeNetwork) -> None:
    """Put back the register of the time before: mills on hold, nobody refused."""
    path = made.folder / "out" / "register.jsonl"
    older = path.read_bytes().replace(b'"outcome":"refuse"', b'"outcome":"allow"')
    path.write_bytes(re.sub(rb'"rows_sha256":"[0-9a-f]+",', b"", older))
    (made.folder / "out" / "register.evh").write_bytes(path.read_bytes())


def _emptied_outbox(made: MadeNetwork) -> None:
    with closing(apsw.Connection(str(made.folder / "outbox" / "made-up.sqlite"))) as sql:
        sql.execute("DELETE FROM statement")


BREAKS: dict[str, tuple[Callable[[MadeNetwork], object], str, str]] = {
    "an older register": (_without_row, "register_key: advertiser mills: domain mills.example", "allow"),
    "a deleted export": (
        lambda made: (made.folder / "blocked.csv").unlink(), "export: blocked.csv: advertiser mills",
        "cannot be asked: .*blocked.csv: the exported list cannot be read: `No such file or directory`; export the list"
        " there again, or, if no host uses it any more, forget it: evenhand gate exports DIR --forget",
    ),
    "an export that is none": (
        lambda made: (made.folder / "prebid.json").write_text("[]"), "export: prebid.json: advertiser works",
        "cannot be asked: .*not in this format.*",
    ),
    "an edited export": (
        lambda made: (made.folder / "blocked.csv").write_text("type,value\ndomain,mills.example\n"),
        "export: blocked.csv: advertiser mills", "1 of 6 listed",
    ),
    "letters that are gone": (
        lambda made: shutil.rmtree(made.folder / "out" / "reasons"), "letter: advertiser mills", "no letter written",
    ),
    "an emptied outbox": (_emptied_outbox, "eu_statement: made-up.sqlite", "statement lost"),
    "a table of decisions that is gone": (
        lambda made: (made.folder / "out" / "decisions.parquet").unlink(), "public_record: advertiser works",
        "cannot be asked: .*",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_a_place_that_does_not_answer_as_decided_is_red_and_says_what_it_answers(
    wrong_match: MadeNetwork, broken: str
) -> None:
    """Each kind of place is seen to fail, and what to do is said where a person can mend it."""
    points = places(wrong_match, MILLS)
    break_it, name, got = BREAKS[broken]

    break_it(wrong_match)
    probes = ask(wrong_match, points)

    answers = [each.got for each in probes if each.point.startswith(name)]
    assert answers
    assert all(re.fullmatch(got, each) for each in answers), answers
    assert {each.split(": ")[0] for each in red(probes)} <= {name.split(": ")[0], "child", "order"}


def test_an_export_that_was_forgotten_is_asked_no_more(wrong_match: MadeNetwork) -> None:
    """An operator who says that no host uses a file any more has an answer: the decision is not enforced there."""
    earlier = places(wrong_match, MILLS)
    (wrong_match.folder / "blocked.csv").unlink()
    assert len(red(ask(wrong_match, earlier))) == 2

    forget_export(wrong_match.folder, Path("blocked.csv"), AT)

    assert red(ask(wrong_match, earlier)) == []
    points = places(wrong_match, MILLS)
    assert [each.key for each in points if each.kind == "export"] == [
        "prebid.json: advertiser mills", "prebid.json: advertiser works",
    ]  # fmt: skip
    assert red(ask(wrong_match, points)) == []
