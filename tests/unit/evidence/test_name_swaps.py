"""Claims stay the same whoever is named."""

import pytest

from evenhand.evidence import name_swaps
from evenhand.evidence.claims import read_article
from evenhand.evidence.name_exchanges import exchange_words, exchanges, swap_tables
from evenhand.evidence.name_swaps import swap_names
from evenhand.model.claims import Article
from tests.data import DATA, needs_data
from tests.unit.evidence.test_claims import PAGE, WIRE

SEED = DATA / "evidence" / "reuters-2017-10-27.txt"
MIRROR = {
    "Twitter Inc": "Tidewater Ltd", "Twitter": "Tidewater", "Kremlin": "Palace", "Moscow": "Ottawa", "MOSCOW": "OTTAWA",
    "Washington": "Lima", "Russia Today": "Canada Today", "Russian": "Canadian", "Russia": "Canada", "RT": "CT",
    "Sputnik": "Beaver", "U.S.A.": "Republic", "U.S.": "Peruvian", "United States": "Andes", "Dmitry": "Nora",
    "Peskov": "Tremblay", "Vladimir": "Paul", "Putin": "Gagnon", "Donald": "Rosa", "Trump": "Quispe",
    "Reuters": "Cordillera",
    "REUTERS": "CORDILLERA", "He": "She",
}  # fmt: skip


def structure(article: Article) -> list[tuple[object, ...]]:
    """Return what stays of claims when all names are others."""
    return [
        (claim.id, claim.section, claim.form, claim.stance, claim.secondary, claim.denies, claim.denied_by,
         claim.repeat_of, claim.nested_in, claim.resolution, claim.source_count and claim.source_count.n,
         claim.said_on and claim.said_on.value, claim.speaker.kind == "named_person", claim.reported_by is None)
        for claim in article.claims
    ]  # fmt: skip


def test_at_least_twelve_tables_of_different_origin_are_shipped() -> None:
    """And each has enough names: no two persons of a text get the same one."""
    names = [name for name, _ in exchanges()]

    assert len(names) >= 12
    assert len(set(names)) == len(names)
    for given, family in swap_tables().values():
        assert len(set(given)) == len(given) == 10
        assert len(set(family)) == len(family) == 10


def test_claims_of_made_up_items_are_the_same_whoever_is_named() -> None:
    """Three items, all tables: every claim is identical, and in each table at least one text is another."""
    audit = swap_names([(path.name, path.read_bytes(), "text/plain") for path in sorted(WIRE.glob("w0[235].txt"))])

    assert audit.passes
    assert audit.share == 1.0, [result for result in audit.results if result.differences]
    assert all(result.exchanged and result.items > 20 for result in audit.results)


def test_an_audit_fails_where_one_name_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here every claim of whoever is called Novak is lost: the Slavic table tells it, with the claims."""
    real = name_swaps.find_claims

    def biased(document: object, text: str) -> Article:
        found = real(document, text)  # type: ignore[arg-type]
        return Article(document=found.document, claims=() if "Kuznetsov" in text else found.claims)

    monkeypatch.setattr(name_swaps, "find_claims", biased)

    audit = swap_names([("harbour.txt", PAGE.encode(), "text/plain")])

    slavic = next(result for result in audit.results if result.table == "Slavic")
    assert not audit.passes
    assert slavic.identical == 0
    assert slavic.differences[0].before is not None


def test_a_document_without_claims_is_named_and_shows_nothing() -> None:
    """Where nothing was compared nothing is the same."""
    audit = swap_names([("tide.txt", b"The harbour was closed for two days. It will open again in the spring.", None)])

    assert (audit.empty, audit.share, audit.passes) == (("tide.txt",), 0.0, False)


def test_a_text_that_is_not_read_is_not_compared() -> None:
    """That nothing changes in a language that the rules do not know shows nothing."""
    text = (
        "Die Behörde hat Anna Novak am Montag vorgeworfen, dass Gebühren verborgen wurden. Das bestreitet Anna Novak."
    )
    audit = swap_names([("bericht.txt", text.encode(), "text/plain")])

    assert (audit.documents, audit.passes) == (0, False)
    assert audit.unread == ("bericht.txt: not read: language was not recognised as English",)
    assert sum(result.items for result in audit.results) == 0


def test_a_table_that_exchanges_nothing_counts_nothing() -> None:
    """Claims of a text that stayed as it was are not counted as the same."""
    audit = swap_names([("wire.txt", b"The harbour board accused the station of hiding fees on Monday.", "text/plain")])

    assert audit.documents == 1
    assert all((result.items > 0) == (result.exchanged > 0) for result in audit.results)
    assert not any(result.exchanged for result in audit.results if result.table.startswith("states"))


@needs_data
def test_the_mirror_of_the_story_has_the_same_structure() -> None:
    """Another network, other broadcasters, the states exchanged, a spokeswoman: who denies what stays as it is."""
    text = SEED.read_text(encoding="utf-8")
    mirrored = exchange_words(MIRROR)(text)

    assert "Twitter" not in mirrored
    assert structure(read_article(mirrored.encode(), "mirror")) == structure(read_article(text.encode(), "seed"))
