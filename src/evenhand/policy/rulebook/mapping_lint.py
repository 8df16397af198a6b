"""What is wrong or doubtful about the mapping of a rulebook: places and lists that nobody knows by these names.

A row with one means nothing: its law binds nobody, its union lacks a member, its list has no entry.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from evenhand.policy.rulebook.known_places import UNIONS, KnownPlaces
from evenhand.policy.rulebook.lint import LintFinding
from evenhand.policy.rulebook.list_mapping import Designations, Laws, Territories
from evenhand.store.country_names import is_user_assigned


def name_findings(
    folder: Path, designations: Designations, laws: Laws, territories: Territories
) -> tuple[LintFinding, ...]:
    """Return findings of no rule: errors on names that are no place, warnings on names that may be mistyped."""
    found = (
        *_territories(territories),
        *_laws(laws, territories),
        *_keys(list_keys(designations.rows), list_keys(laws.rows)),
    )
    return tuple(each._replace(message=f"{folder / each.about}: {each.message}") for each in dict.fromkeys(found))


def list_keys(rows: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the keys of the lists that rows of (list, program) name."""
    return frozenset(key for key, _ in rows)


def near_key(key: str, known: Collection[str]) -> str:
    """Return the key of a list that is written most like another, at most two letters away, or ``""``.

    >>> near_key("eufsf", ["eu-fsf", "un-sc"]), near_key("house-x", ["eu-fsf"])
    ('eu-fsf', '')
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415  only where a key is unknown
    from rapidfuzz.process import extractOne  # noqa: PLC0415

    found = extractOne(key, sorted(known), scorer=OSA.distance, score_cutoff=2)
    return found[0] if found else ""


def _territories(territories: Territories) -> Iterator[LintFinding]:
    known = KnownPlaces.of(territories)
    for each in territories.memberships:
        row = f"row {each.territory},{each.union}"
        if not known.knows(each.territory):
            yield _unknown("territories.csv", row, known.question(each.territory))
        elif is_user_assigned(each.territory) and each.union in UNIONS:
            message = f"{row}: no country has the code {each.territory}, which ISO 3166-1 leaves to its users"
            yield LintFinding("invented-member", "", "warning", message, "territories.csv")
        if each.union not in UNIONS and (near := KnownPlaces().meant(each.union)) in UNIONS:
            message = f"{row}: `{each.union}` is a union of its own; did you mean {near}?"
            yield LintFinding("doubtful-union", "", "warning", message, "territories.csv")


def _laws(laws: Laws, territories: Territories) -> Iterator[LintFinding]:
    known = KnownPlaces.of(territories)
    for (key, program), named in laws.rows.items():
        for place, _ in named:
            if not known.knows(place):
                yield _unknown("laws.csv", f"row {key},{program},{place}", known.question(place))


def _unknown(file: str, row: str, question: str) -> LintFinding:
    message = f"{row}: {question} is no place; expected a code of ISO 3166-1 such as DE, or a union such as EU"
    return LintFinding("unknown-place", "", "error", message, file)


def _keys(designated: frozenset[str], lawful: frozenset[str]) -> Iterator[LintFinding]:
    """Yield a warning on each law of a list without a designation, and on each key almost like that of laws."""
    for key in sorted(lawful - designated):
        near = near_key(key, designated)
        question = f"; did you mean {near}?" if near else ""
        message = f"designations.csv has no list `{key}`, so its laws are nobody's{question}"
        yield LintFinding("unknown-list", "", "warning", message, "laws.csv")
    for key in sorted(designated - lawful):
        if near := near_key(key, lawful):
            message = f"laws.csv has no list `{key}`; did you mean {near}?"
            yield LintFinding("unknown-list", "", "warning", message, "designations.csv")
