"""Instants that are taken for one another, against Cedar and the gate's conditions of each of them alone."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.facts import Facts
from evenhand.policy import Rulebook, rule, rule_many, time_bound
from evenhand.policy.distinct_questions import DistinctQuestions
from evenhand.policy.instant_bands import Cuts, instant_cuts
from evenhand.policy.residuals import PartyResiduals
from evenhand.policy.syntax_tree import parse
from evenhand.workflows.delivery.gate_conditions import ServeConditions
from tests.unit.policy.made_up import PERMIT, entity, facts, folder_with, forbid, raw

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPS = ("<", "<=", ">", ">=", "==", "!=")
SCOPE = 'principal is Advertiser, action in [Action::"buy", Action::"serve"], resource'
MS = timedelta(milliseconds=1)
SPANS = {"14d": timedelta(days=14), "36h": timedelta(hours=36), "-2d": timedelta(days=-2), "0d": timedelta()}
OTHERS = (
    "principal.first_seen.toTime() < duration(\"6h\")", "principal.first_seen.offset(duration(\"14d\")) < context.at",
    "[datetime(\"2026-02-15\")].contains(principal.first_seen)", "principal.first_seen < context.at",
    "principal.first_seen.durationSince(context.at) > duration(\"-3d\")",
    "context.at.durationSince(principal.first_seen).toDays() >= 14",
)  # fmt: skip
"""Conditions that do more with an instant than compare it, or its age, with what is written."""


def cedar(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def conditions(chance: random.Random) -> list[str]:
    """Return conditions on the day an advertiser was first seen, either side first."""
    found = []
    for _ in range(3):
        op, written = chance.choice(OPS), cedar(AT - timedelta(days=chance.choice((0, 14, 400)), hours=12))
        sides = chance.choice([
            ["principal.first_seen", f'datetime("{written}")'],
            ["context.at.durationSince(principal.first_seen)", f'duration("{chance.choice(list(SPANS))}")'],
        ])  # fmt: skip
        chance.shuffle(sides)
        found.append(f" {op} ".join(sides))
    return found


def instants() -> list[str]:
    """Return texts at and beside every place where a comparison could turn, and some that are no instant."""
    turns = [AT - span for span in SPANS.values()] + [AT - timedelta(days=day, hours=12) for day in (0, 14, 400)]
    near = [cedar(turn + step) for turn in turns for step in (-MS, timedelta(), MS)]
    return [*near, "2010-01-01", "0000-01-01", "9999-12-31", "2026-02-15", "2026-02-15T01:00:00+0100", "~0 1", "x", ""]


def seen_on(text: str, request: str = "plain-commercial") -> dict[str, Any]:
    plain = raw(request)
    entity(plain, "Advertiser")["attrs"]["first_seen"] = {"__extn": {"fn": "datetime", "arg": text}}
    plain["context"]["at"] = {"__extn": {"fn": "datetime", "arg": cedar(AT)}}
    return plain


@pytest.mark.parametrize("seed", range(12))
def test_instants_of_one_band_are_ruled_as_each_alone(tmp_path: Path, seed: int) -> None:
    """Every comparison in both directions, at the millisecond where it turns; half of the books do more with it."""
    chance = random.Random(seed)
    rules = [forbid(each, f"r{at}", SCOPE) for at, each in enumerate(conditions(chance))]
    more = [forbid(chance.choice(OTHERS), "more", SCOPE)] if seed % 2 else []
    book = Rulebook.load(folder_with(tmp_path / "book", PERMIT, *rules, *more), historic=True)
    active, batch = book.active(AT.date()), [facts(seen_on(text)) for text in instants()]
    questions = DistinctQuestions(active.question_form)
    places = {questions.place(each) for each in batch}

    assert rule_many(batch, book) == [rule(each, book) for each in batch]
    assert time_bound(batch, active) == [time_bound([each], active)[0] for each in batch]
    assert (len(places) < len(batch) // 2) == (not more)


def serving(text: str) -> Facts:
    """Return what is known beforehand of the requests to show an advertiser's creatives."""
    plain = seen_on(text)
    plain["action"], plain["resource"] = {"type": "Action", "id": "serve"}, {"type": "Creative", "id": "-"}
    plain["entities"] = [each for each in plain["entities"] if each["uid"]["type"] in ("Advertiser", "Payer")]
    kept = ("at", "bound_by", "payer", "payer_disclosed")
    plain["context"] = {name: value for name, value in plain["context"].items() if name in kept}
    return msgspec.convert(plain, Facts)


@pytest.mark.parametrize("seed", range(6))
def test_conditions_of_the_gate_are_those_of_each_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A band counts only for who can leave it in no request that is still to come."""
    rules = [forbid(each, f"r{at}", SCOPE) for at, each in enumerate(conditions(random.Random(seed)))]
    book = Rulebook.load(folder_with(tmp_path / "book", PERMIT, *rules), historic=True)
    together, asked = ServeConditions(book, AT), [serving(text) for text in instants()]
    alone = [ServeConditions(book, AT).of(each) for each in asked]
    made = []
    of_resource = PartyResiduals.of_resource
    monkeypatch.setattr(PartyResiduals, "of_resource", lambda *given: [made.append(1), of_resource(*given)][1])

    assert [together.of(each) for each in asked] == alone
    assert len(made) < len(asked) - 3
    assert len(set(alone)) > 1


def test_an_instant_that_is_used_otherwise_has_no_bands() -> None:
    """Neither does the instant of the request, of which ages are counted."""
    plain = 'principal.first_seen >= datetime("2000-01-01") && context.at > datetime("2001-01-01")'

    assert instant_cuts(parse(forbid(plain))) == {"first_seen": Cuts((946_684_800_000,))}
    assert [instant_cuts(parse(forbid(f"{plain} && {each}"))) for each in OTHERS] == [{}] * len(OTHERS)
