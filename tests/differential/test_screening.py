"""The index offers what a comparison of every party with every entity finds."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Payer
from evenhand.screening import Index, compare, screen
from evenhand.screening.index.vocabulary import Vocabulary
from evenhand.screening.names.weights import THRESHOLD
from evenhand.screening.parties.party_comparison import best_names, weigh
from evenhand.screening.parties.profile import profile_of_entity, profile_of_party
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, screen_parties
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


SIGNS = {"a": "4", "e": "3", "i": "1", "l": "1", "o": "0", "s": "$", "t": "7"}


def made_up_names(count: int, chance: random.Random) -> list[str]:
    return [" ".join(chance.sample(WORDS, chance.choice([1, 2, 2, 3, 4]))) for _ in range(count)]


def typing_error(name: str, chance: random.Random) -> str:
    at = chance.randrange(len(name))
    swapped = name[: max(at - 1, 0)] + name[at] + name[max(at - 1, 0) : at] + name[at + 1 :]
    letter = chance.choice("aeinorstkz")
    return chance.choice(
        [name[:at] + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :], swapped]
    )


def changed(name: str, chance: random.Random) -> str:
    """Return a name as advertisers write it: another order, initials, words together, a form, one or two errors."""
    words = name.split()
    return chance.choice(
        [
            name,
            name.upper(),
            " ".join(reversed(words)),
            f"{name} Ltd",
            f"{words[0][0]}. {' '.join(words[1:])}",
            "".join(words),
            " ".join(["".join(words[:2]), *words[2:]]),
            " ".join(words[1:]) or name,
            typing_error(name, chance),
            typing_error(typing_error(name, chance), chance),
            f"{name} {chance.choice(['2', 'No. 7', 'HRB 12345', 'Ltd 2026', 'II'])}",
            name.translate(str.maketrans(dict(chance.sample(sorted(SIGNS.items()), 3)))),
        ]
    )


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize("schema", ["Organization", "Person"])
def test_the_index_loses_nothing_but_words_with_two_errors_or_one_in_joined_ones(seed: int, schema: str) -> None:
    """The plain twin looks at every pair; every answer of the index is its own, to the last digit."""
    chance = random.Random(seed)
    names = made_up_names(60, chance)
    entities = [entity(f"e{n}", schema, name=name, country=chance.choice(["ru", "no"])) for n, name in enumerate(names)]
    parties = [
        advertiser(changed(name, chance), id=f"a{n}", country="NO", schema=schema) for n, name in enumerate(names * 2)
    ]
    index = Index([(version("house-x"), entities)], SUFFIXES)

    fast = {(f.party_id, f.entity_id, f.score, f.certain) for f in screen([("advertiser", p) for p in parties], index)}

    pairs = {(p.id, e.id): (p, e) for p in parties for e in entities}
    matches = [(p, compare(p, e, SUFFIXES)) for p, e in pairs.values()]
    slow = {(p.id, m.entity_id, m.score, m.certain) for p, m in matches if m.score >= THRESHOLD or m.name_only}
    lost = [pairs[party, entity_id] for party, entity_id, *_ in slow - fast]
    assert fast <= slow
    assert [(p.name, e.caption) for p, e in lost if not has_a_word_out_of_reach(p, e)] == []
    assert len(slow) > 60


def has_a_word_out_of_reach(party: Payer, listed: ListedEntity) -> bool:
    """Return whether the match rests on a word more than one error away, or written together and with an error."""
    ours, theirs = profile_of_party(party, SUFFIXES), profile_of_entity(listed)
    best = best_names(ours, theirs.names)
    assert best is not None
    words = list(dict.fromkeys(word for name in theirs.names for word in name.tokens))
    known = Vocabulary(words, Vocabulary.build(words))
    for pair in best.aligned.pairs:
        if pair.theirs not in words and pair.similarity < 1:
            return True
        if pair.theirs in words and words.index(pair.theirs) not in known.near([pair.ours])[0][0].tolist():
            return True
    return False


NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join)
LISTS = st.dictionaries(
    st.integers(0, 9).map("e{}".format), st.tuples(NAMES, st.sampled_from(["ru", "no"])), max_size=8
)


@pytest.mark.parametrize("sieved", [False, True])
@given(LISTS, LISTS, st.lists(NAMES, min_size=1, max_size=6))
def test_a_run_that_remembers_the_last_finds_what_a_full_one_finds(
    sieved: bool, old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]], names: list[str]
) -> None:
    """Entries come, go and change; what is screened again is enough, to the last digit of every finding.

    With a prefilter only those are read that it lets pass.
    """
    parties = {("advertiser", f"a{n}"): advertiser(name, id=f"a{n}", country="RU") for n, name in enumerate(names)}
    lists = {
        version_.sha256: tuple(entity(key, name=name, country=country) for key, (name, country) in rows.items())
        for version_, rows in ((OLD, old), (NEW, new))
    }

    def noticed(at: ListVersion, memory: FindingsMemory | None, prefilter: Path | None) -> FindingsMemory:
        known = Lists({at.key: at}, lambda asked: lists[asked.sha256], lambda _: (), prefilter=prefilter)
        return screen_parties(parties, known, memory, SUFFIXES, lambda *_: None)[0]

    with TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        patch.setattr("evenhand.screening.index.cache._WORTH_A_SIEVE", 1)
        prefilter = Path(scratch, "state", "parties.sieve") if sieved else None
        remembered = noticed(NEW, noticed(OLD, None, prefilter), prefilter)
        assert prefilter is None or prefilter.exists()
    assert remembered == noticed(NEW, None, None)


OLD = replace(version("house-x"), sha256="aa" * 32)
NEW = replace(version("house-x"), sha256="bb" * 32)


@needs_data
def test_the_index_loses_little_that_is_not_asked_for() -> None:
    """Measured on every 314th row against every 12th entity and the expected ones: at most 3 in 100 are lost."""
    folder = DATA / "screening" / "hard"
    rows = rows_of(folder / "hard.visible.jsonl.gz")[::314]
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
    found = set()
    for party in parties:
        ours = profile_of_party(party, SUFFIXES)
        for each in listed:
            best = best_names(ours, each.profile.names)
            if weigh(ours, each.profile, best, SUFFIXES, media=each.media).score >= THRESHOLD:
                found.add((party.id, each.id))
    return found
