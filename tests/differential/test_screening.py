"""The index offers what a comparison of every party with every entity finds."""

import random

from evenhand.screening import Index, compare, screen
from evenhand.screening.weights import THRESHOLD
from tests.conformance.screening_pairs import rows_of
from tests.conformance.screening_recall import entities_of
from tests.conformance.screening_rows import party_from
from tests.data import DATA, needs_data
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, version

WORDS = [
    "alfa",
    "baikal",
    "cordova",
    "delta",
    "estrela",
    "fjord",
    "granma",
    "hamza",
    "istok",
    "jadran",
    "khazar",
    "luna",
    "mistral",
    "novosti",
]


def made_up_names(count: int, chance: random.Random) -> list[str]:
    return [" ".join(chance.sample(WORDS, chance.choice([1, 2, 2, 3, 4]))) for _ in range(count)]


def changed(name: str, chance: random.Random) -> str:
    at = chance.randrange(len(name))
    return chance.choice(
        [name, name.upper(), name[:at] + name[at + 1 :], " ".join(reversed(name.split())), f"{name} Ltd"]
    )


def test_the_index_loses_nothing_of_made_up_parties() -> None:
    """The plain twin looks at every pair; both give the same findings with the same scores."""
    chance = random.Random(7)
    names = made_up_names(60, chance)
    entities = [entity(f"e{n}", name=name, country=chance.choice(["ru", "no"])) for n, name in enumerate(names)]
    parties = [advertiser(changed(name, chance), id=f"a{n}", country="NO") for n, name in enumerate(names)]
    index = Index([(version("house-x"), entities)], SUFFIXES)

    fast = {(f.party_id, f.entity_id, f.score, f.certain) for f in screen([("advertiser", p) for p in parties], index)}

    matches = [(p, compare(p, e, SUFFIXES)) for p in parties for e in entities]
    slow = {(p.id, m.entity_id, m.score, m.certain) for p, m in matches if m.score >= THRESHOLD}
    assert fast <= slow
    assert len(fast) >= 0.98 * len(slow)
    assert len(slow) > 60


@needs_data
def test_the_index_loses_little_of_the_hard_set() -> None:
    """Measured on every 157th row against every 12th entity and the expected ones: at most 3 in 100 are lost."""
    folder = DATA / "screening" / "hard"
    rows = rows_of(folder / "hard.visible.jsonl.gz")[::157]
    wanted = {entity_id for row in rows for entity_id in row["expected"]}
    entities = entities_of(folder / "list.visible.jsonl.gz")
    kept = [each for n, each in enumerate(entities) if n % 12 == 0 or each.id in wanted]
    index = Index([(version("hard"), kept)], SUFFIXES)
    parties = [party_from(str(n), row["query"]["schema"], row["query"]) for n, row in enumerate(rows)]

    found = [f for f in screen([("advertiser", p) for p in parties], index) if f.kind != "lookalike_domain"]
    fast = {(f.party_id, f.entity_id) for f in found}

    slow = brute_force(parties, [index.entries[number] for number in range(len(index.entries))])
    assert fast <= slow
    assert len(fast) >= 0.97 * len(slow)


def brute_force(parties: list, listed: list) -> set[tuple[str, str]]:
    from evenhand.screening.compare import best_names, weigh  # noqa: PLC0415  beside its only use
    from evenhand.screening.profile import profile_of_party  # noqa: PLC0415

    found = set()
    for party in parties:
        ours = profile_of_party(party, SUFFIXES)
        for each in listed:
            best = best_names(ours, each.profile.names)
            if weigh(ours, each.profile, best, SUFFIXES).score >= THRESHOLD:
                found.add((party.id, each.id))
    return found
