"""Conditions of the gate against the Cedar engine: the same outcome, or where the gate cannot know, a hold."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.countries import territories_of
from evenhand.gate.conditions.programs import conditional_outcome, only_political
from evenhand.model.errors import RulebookInvalid
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.program import When
from evenhand.policy import Rulebook, rule, rule_many
from evenhand.workflows.delivery.gate_conditions import GateSentences, ServeConditions, beside, recorded_serve_facts
from tests.differential.gate_requests import (
    COUNTRIES,
    RUN,
    UNIONS,
    VERDICTS,
    Served,
    advertiser_facts,
    condition,
    served,
    vote,
)
from tests.differential.policy_texts import BOOL, Writer
from tests.unit.policy.made_up import HOUSE, PERMIT, folder_with, forbid

PARTIES, REQUESTS = 6, 12


def rulebook(folder: Path, chance: random.Random, made: list[str]) -> Rulebook:
    """Return a rulebook of a permit, mostly for all, and forbids of serving with these conditions."""
    permits = [PERMIT]
    if chance.random() < 0.3:
        everything, serving = "principal, action, resource", 'principal, action == Action::"serve", resource'
        some = (
            PERMIT.replace(everything, serving)
            .replace('"open"', '"some"')
            .replace(";", f" when {{ {condition(chance, 1)} }};")
        )
        permits = [PERMIT.replace(everything, serving.replace("serve", "buy")), some]
    forbids = []
    for place, text in enumerate(made):
        verdict = chance.choice(VERDICTS)
        scope = 'principal, action == Action::"serve", resource'
        forbids.append(forbid(text, f"made-{place}", scope, verdict=verdict, **{verdict: "made_up"}))
    designations = (HOUSE / "designations.json").read_text()
    return Rulebook.load(folder_with(folder, *permits, *forbids, designations_json=designations), historic=True)


def cases(book: Rulebook, chance: random.Random) -> Iterator[tuple[Outcome, tuple[When, ...], bool, Served]]:
    """Yield what was decided of a party, its conditions, whether one of them is in doubt, and a request."""
    for _ in range(PARTIES):
        standing = advertiser_facts(chance)
        at_the_gate = ServeConditions(book, RUN)
        known = recorded_serve_facts(standing, vote(chance))
        decided = rule(standing, book).outcome
        when = beside(at_the_gate.of(known), decided)
        for _ in range(REQUESTS):
            yield decided, when, at_the_gate.sentences() != GateSentences((), ()), served(known, chance)


def compared(book: Rulebook, chance: random.Random, seen: Counter[str]) -> list[str]:
    """Return what differs from Cedar in a rulebook's requests, and count what was seen of it."""
    found = list(cases(book, chance))
    wrong = []
    for (decided, when, doubted, asked), ruling in zip(
        found, rule_many([each[3].facts for each in found], book), strict=True
    ):
        outcome, _ = conditional_outcome(decided, when, asked.circumstances)
        expected = strictest([decided, ruling.outcome])
        least = strictest([decided, min(ruling.outcome, Outcome.HOLD, key=lambda each: each.severity)])
        seen[f"{'doubted' if doubted else 'sure'} {expected}"] += 1
        seen["by a condition"] += outcome is not decided
        if outcome is not expected and not (doubted and outcome.severity >= least.severity):
            wrong.append(f"{outcome} for {ruling}, decided {decided}: {when}, {asked.circumstances}")
        if not asked.circumstances.political and only_political(when):
            seen["passed by"] += 1
            wrong += ["passed by, and stricter"] * (outcome is not decided)
    return wrong


def test_the_house_rulebook_fits_whole_and_says_what_cedar_says() -> None:
    """The outcome of row and conditions is Cedar's of the whole request, and no rule of the house is in doubt."""
    book, chance, seen = Rulebook.load(HOUSE), random.Random(1), Counter[str]()

    wrong = [each for _ in range(16) for each in compared(book, chance, seen)]

    assert wrong == []
    assert not any(name.startswith("doubted") for name in seen)
    assert min(seen[f"sure {outcome}"] for outcome in Outcome) > 5
    assert min(seen["by a condition"], seen["passed by"]) > 100


def disagreements(folder: Path, seeds: range, depth: int) -> tuple[dict[int, list[str]], Counter[str]]:
    """Return what differs from Cedar under rulebooks made of the gate's words, by seed."""
    seen, wrong = Counter[str](), {}
    for seed in seeds:
        chance = random.Random(seed)
        made = [condition(chance, chance.randint(0, depth)) for _ in range(chance.choice((1, 2, 4)))]
        differing = compared(rulebook(folder / str(seed), chance, made), chance, seen)
        if differing:
            wrong[seed] = [*made, differing[0]]
    return wrong, seen


def test_the_conditions_say_what_cedar_says(tmp_path: Path) -> None:
    """On 2,160 requests under rules in the gate's own words, errors included; hardly any is too long."""
    wrong, seen = disagreements(tmp_path, range(100, 130), depth=3)

    assert wrong == {}
    assert min(seen[f"sure {outcome}"] for outcome in Outcome) > 30
    assert sum(count for name, count in seen.items() if name.startswith("doubted")) < seen.total() / 10


@pytest.mark.long
def test_the_conditions_of_many_more_rules_say_what_cedar_says(tmp_path: Path) -> None:
    """The same on 288,000 requests, nested deeper."""
    wrong, _ = disagreements(tmp_path, range(1_000, 5_000), depth=4)

    assert wrong == {}


def test_a_rule_that_does_not_fit_holds_and_is_never_dropped(tmp_path: Path) -> None:
    """Rules over creatives, labels, texts, sums and whatever else: as strict as Cedar, or a hold that is told."""
    wrong, seen = {}, Counter[str]()
    schema = Rulebook.load(HOUSE).schema
    (serve,) = [each for each in schema.environments if each.action[1] == "serve"]
    for seed in range(45):
        chance = random.Random(seed)
        made = [Writer(schema, serve, chance).write(BOOL, chance.randint(1, 3)) for _ in range(3)]
        try:
            book = rulebook(tmp_path / str(seed), chance, made)
        except RulebookInvalid:  # the writer knows no members of the house's enums
            continue
        if differing := compared(book, chance, seen):
            wrong[seed] = [*made, differing[0]]

    assert wrong == {}
    assert min(seen["doubted hold"], seen["doubted allow"], seen["sure refuse"]) > 15


def test_an_unknown_country_is_never_milder_than_the_strictest_country_up_to_hold(tmp_path: Path) -> None:
    """Nobody may escape a rule by leaving out where an advertisement is shown."""
    books = [rulebook(tmp_path / str(seed), chance, [condition(chance, 2), condition(chance, 2)])
             for seed in range(300, 310) for chance in [random.Random(seed)]]  # fmt: skip
    held = 0
    for seed, book in enumerate([Rulebook.load(HOUSE), *books]):
        chance = random.Random(seed)
        for decided, when, _, asked in cases(book, chance):
            hidden = msgspec.structs.replace(asked.circumstances, country=None, territories=None)
            outcome, _ = conditional_outcome(decided, when, hidden)
            somewhere = [conditional_outcome(decided, when, each)[0] for each in elsewhere(asked.circumstances)]
            bound = min(strictest(somewhere), Outcome.HOLD, key=lambda each: each.severity)
            assert outcome.severity >= bound.severity
            held += outcome is Outcome.HOLD and decided is Outcome.ALLOW

    assert held > 30


def elsewhere(asked: Circumstances) -> Iterator[Circumstances]:
    """Yield the request in every country."""
    for country in COUNTRIES:
        yield msgspec.structs.replace(asked, country=country, territories=territories_of(country, UNIONS))
