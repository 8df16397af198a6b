"""A biased analyst is found by the audit, an unbiased one is not; with the countries exchanged it is the same.

Sixty advertisers of two countries bear the names of listed companies, and nothing tells the companies apart from them.
An analyst judges every match. The biased one says `same` of one country much more often; who is unbiased says it as
often of both.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from evenhand.model.audit import AuditReport
from tests.commands import evenhand
from tests.networks import DAY_1, MadeNetwork, empty_network

_EACH = 30
_PREFIXES = ("Dra", "Cal", "Ilv", "Mov", "Tul", "Ves", "Qui", "Oz")
_ENDS = ("vik", "vado", "erton", "vane", "quist", "sari", "llmark", "merel", "thorn", "bridge")


class Countries(NamedTuple):
    """The country that the biased analyst judges more harshly, and the other."""

    harsher: str
    other: str


@pytest.fixture(scope="module", params=[Countries("QM", "QN"), Countries("QN", "QM")], ids=["QM-QN", "QN-QM"])
def countries(request: pytest.FixtureRequest) -> Countries:
    """Return the two countries of a story and of its mirror."""
    found: Countries = request.param
    return found


@pytest.fixture(scope="module")
def waiting(countries: Countries, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network in which sixty equal and more matches wait for a person."""
    made = empty_network(tmp_path_factory.mktemp("waiting") / "network")
    for number, name in enumerate(_names()):
        country = countries.harsher if number % 2 else countries.other
        made.add("house-sanctions", id=f"s-{number}", schema="Company", name=name, topic="made-up")
        made.add("advertisers", id=f"a{number}", name=name, domains=f"a{number}.example", country=country)
    made.run(DAY_1)
    return made


def _names() -> Iterator[str]:
    for number in range(2 * _EACH):
        first, second = (
            _PREFIXES[number % 8] + _ENDS[number // 8],
            _PREFIXES[(number + 3) % 8] + _ENDS[-1 - number // 8],
        )
        yield f"{first} {second}"


def _audited(waiting: MadeNetwork, folder: Path, says_same: Callable[[int, str], bool]) -> AuditReport:
    """Return the audit of a copy in which an analyst has judged every match: `says_same` of number and country."""
    made = waiting.copy(folder / "network")
    countries = {row["id"]: row["country"] for row in made.tables["advertisers"]}
    queue = folder / "queue.csv"
    evenhand("judge", made.folder, "--queue", queue)
    with queue.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        number = int(row["party"][1:])
        row |= {"answer": "same" if says_same(number // 2, countries[row["party"]]) else "not-same"}
        row |= {"by": "A. Analyst", "why": "compared the registers"}
    with queue.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    later = f"{DAY_1 + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    assert evenhand("judge", made.folder, "--file", queue, "--at", later).status == 0
    assert evenhand("audit", "plan", made.folder, "--at", later).status == 0
    found: Any = evenhand("audit", "run", made.folder, "--at", later, "--json")
    report = msgspec.json.decode(found.out, type=AuditReport)
    assert found.status == int(report.found)
    return report


@pytest.fixture(scope="module")
def biased(waiting: MadeNetwork, countries: Countries, tmp_path_factory: pytest.TempPathFactory) -> AuditReport:
    """Return the audit of an analyst who says `same` of four in five of one country, of one in five of the other."""

    def says_same(number: int, country: str) -> bool:
        return number % 5 != 0 if country == countries.harsher else number % 5 == 0

    return _audited(waiting, tmp_path_factory.mktemp("biased"), says_same)


@pytest.fixture(scope="module")
def unbiased(waiting: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> AuditReport:
    """Return the audit of one who says `same` of two in five, whatever the country."""
    return _audited(waiting, tmp_path_factory.mktemp("unbiased"), lambda number, _: number % 5 < 2)


def _verdicts(report: AuditReport) -> dict[str | None, str]:
    assert report.matches is not None
    return {row.value: row.verdict for row in report.matches.groups if row.attribute == "country"}


def test_a_biased_analyst_is_found(biased: AuditReport, countries: Countries) -> None:
    """Of equal matches those of one country were judged the same more often; the rules and the run are not at fault."""
    assert biased.matches is not None
    (row,) = (each for each in biased.matches.groups if each.value == countries.harsher)

    assert biased.found
    assert _verdicts(biased) == {countries.harsher: "worse", countries.other: "not_shown"}
    assert row.n >= _EACH
    assert row.adverse / row.n > 0.7
    assert isinstance(row.ci_low, float)
    assert row.ci_low > 2
    assert biased.matches.inconsistent


def test_the_rules_are_not_accused_of_what_a_person_did(biased: AuditReport) -> None:
    """The ruling of each advertiser is the same for all countries: proved, and replayed."""
    assert biased.proof is not None
    assert biased.flips is not None
    assert [each.result for each in biased.proof.proofs] == ["proved"] * len(biased.proof.proofs)
    assert (biased.flips.found, biased.proof.different, biased.inconsistent) == ((), (), ())
    assert not biased.exploratory


def test_an_unbiased_analyst_is_not_found(unbiased: AuditReport, countries: Countries) -> None:
    """Not shown is not equal: the interval of each odds ratio says what could have been seen."""
    assert unbiased.matches is not None

    assert _verdicts(unbiased) == {countries.harsher: "not_shown", countries.other: "not_shown"}
    assert {row.verdict for row in (*unbiased.matches.groups, *unbiased.matches.selection)} <= {
        "not_shown",
        "untestable",
    }
    assert {row.verdict for row in (*unbiased.groups, *unbiased.selection)} <= {"not_shown", "untestable"}
