"""What leads to a listed entity beside the words of its names, as texts that both sides make alike."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, permutations

from evenhand.model.host_likeness import folded_label, slip_keys
from evenhand.model.hosts import Suffixes, registrable
from evenhand.screening.names.chinese_names import chinese_keys
from evenhand.screening.names.name_score import acronyms
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.weights import MIXED_SCRIPT, SAME_BIRTH_DAY, SAME_COUNTRY, SAME_FORM, SAME_NUMBERS
from evenhand.screening.names.word_keys import hash_of
from evenhand.screening.names.words import written_out
from evenhand.screening.parties.hosts import label_of, lookalikes
from evenhand.screening.parties.profile import Profile
from evenhand.screening.parties.whole_names import (
    head_office,
    outlet_keys,
    query_outlet_keys,
    whole_key,
    without_numbers,
)

LAYOUT = 15
"""INVARIANT: another number whenever kept arrays, or keys in them, are made otherwise: old files would lose matches."""

LONG_JOINED = 6
SHORTEST_JOINED = {True: 4, False: LONG_JOINED}
MOST_PAIRED = 5
_ACRONYM = range(3, 8)


def most_beside(party: Profile) -> float:
    """Return what birth, country and the like could add to the names of a party."""
    return (SAME_BIRTH_DAY if party.births else 0.0) + (SAME_COUNTRY if party.countries else 0.0)


def beside_marks(profile: Profile) -> tuple[int, int]:
    """Return the years of birth and the countries of a profile as marks in 64 bits each.

    Profiles that share one share a mark; those that share no mark share none.
    """
    births = countries = 0
    for birth in profile.births:
        if birth[:4].isdecimal():
            births |= 1 << int(birth[:4]) % 64
    for country in profile.countries:
        countries |= 1 << hash_of(country) % 64
    return births, countries


def most_of(name: Name) -> float:
    """Return what a name says for a match beside its words, at most."""
    return (
        (SAME_NUMBERS if name.numbers else 0.0)
        + (SAME_FORM if name.form else 0.0)
        + (MIXED_SCRIPT if name.mixed else 0)
    )


def party_keys(profile: Profile, suffixes: Suffixes) -> Iterator[str]:
    """Yield the keys of a profile's numbers, accounts and registered domains: the same on both sides."""
    for kind, jurisdiction, value in profile.numbers:
        yield f"n{kind} {jurisdiction} {value}"
    for account in profile.accounts:
        yield f"a{account}"
    for name in {name for host in profile.hosts if (name := registrable(host, suffixes))}:
        yield f"d{name}"


def label_keys(profile: Profile, suffixes: Suffixes) -> Iterator[str]:
    """Yield the keys under which a listed domain waits for those that look like it."""
    labels = {label for host in profile.hosts if (label := label_of(host, suffixes))}
    yield from dict.fromkeys(key for label in sorted(labels) for key in (f"l{label}", *_likeness_keys(label)))


def look_keys(host: str, suffixes: Suffixes) -> list[str]:
    """Return the keys of the listed domains that a host may pass itself off as, in order."""
    label = label_of(host, suffixes)
    return [*(f"l{each}" for each in sorted(lookalikes(label))), *_likeness_keys(label)] if label else []


def _likeness_keys(label: str) -> Iterator[str]:
    """Yield the keys that labels of like signs, or one slip of the keyboard apart, have in common."""
    yield f"f{folded_label(label)}"
    yield from (f"s{key}" for key in sorted(slip_keys(label)))


def offered_keys(name: Name, *, media: bool) -> Iterator[str]:
    """Yield the keys of a listed name beside its tokens: the whole and pairs as one word, long words, acronyms.

    Pairs stand in either order, neighbours or not: who writes two of three names together may leave one out. Short ones
    are neighbours: any two syllables make a word.
    """
    yield f"={name.joined}"
    pairs = {a + b for a, b in permutations(name.tokens[:MOST_PAIRED], 2) if len(a) + len(b) >= LONG_JOINED}
    yield from (f"+{pair}" for pair in pairs.union(_joined_pairs(name)))
    yield from (f".{token}" for token in name.tokens if len(token) >= SHORTEST_JOINED[name.person])
    yield from (f"!{each}" for each in acronyms(name))
    if whole := whole_key(name):
        yield f"#{whole}"
    if bare := without_numbers(name):
        yield f"={bare}"
    if media and not name.person:
        yield from (f"@{each}" for each in outlet_keys(name))
    if name.person:
        yield from chinese_keys(name.tokens)


def query_keys(name: Name) -> list[str]:
    """Return the keys under which listed names wait for this one, beside its tokens."""
    keys = [f"={name.joined}", *[f".{pair}" for pair in _joined_pairs(name)]]
    for token in name.tokens:
        keys += _keys_of_word(token, name.person)
    if len(name.joined) in _ACRONYM:
        keys.append(f"!{name.joined}")
    if name.person:
        return [*keys, *chinese_keys(name.tokens)]
    keys += [f"@{each}" for each in query_outlet_keys(name)]
    if office := head_office(name):
        keys.append(f"={office}")
    if whole := whole_key(name):
        keys.append(f"#{whole}")
    if bare := without_numbers(name):
        keys.append(f"={bare}")
    return keys


@lru_cache(maxsize=1 << 15)
def _keys_of_word(token: str, person: bool) -> tuple[str, ...]:
    """Return the keys under which a word meets two that are written as one with it."""
    if len(token) < SHORTEST_JOINED[person]:
        return ()
    return (f"+{token}", *(f"+{each}" for each in written_out(token) if not person))


def _joined_pairs(name: Name) -> list[str]:
    """Return neighbouring tokens written as one, both ways round at the comma of `SURNAME, Given`."""
    tokens = name.tokens
    pairs = [a + b for a, b in pairwise(tokens)]
    if len(tokens) > 1:
        pairs.append(tokens[-1] + tokens[0])
    return [pair for pair in pairs if len(pair) >= SHORTEST_JOINED[name.person]]
