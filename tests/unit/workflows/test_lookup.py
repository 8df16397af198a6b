"""Names beside an index, outside any network: ranked, in sentences, row by row."""

from evenhand.intake.names import Named
from evenhand.screening.names.weights import THRESHOLD
from evenhand.workflows.queries.lookup import look_up
from tests.unit.screening.made_up import advertiser, entity, index_of

INDEX = index_of(
    entity("e1", name="Vessari Telewave", country="qp", website="vessari.example"),
    entity("e2", name="Vessari Telewave Quandar"),
    entity("e3", name="Vessari Telewave", country="qx"),
)


def named(*parties) -> list[Named]:
    return [Named(line, f"row {line}", party) for line, party in enumerate(parties, 2)]


def quiet(stage: str, done: int, total: int) -> None:
    """Show nothing."""


def test_matches_come_best_first_with_the_sentences_of_their_comparisons() -> None:
    """What an analyst repeats is what the score was summed from."""
    (answer,) = look_up(
        named(advertiser("Vessari Telewave", country="QP", domains=("vessari.example",))), INDEX, 10, quiet
    )

    assert [match.rank for match in answer.matches] == list(range(1, len(answer.matches) + 1))
    best = answer.matches[0]
    assert (best.entity_id, best.certain, best.caption, best.kind) == ("e1", True, "Vessari Telewave", "listed")
    assert "the website `vessari.example` belongs to the listed domain `vessari.example`" in best.because
    assert not any("most parties whose names share words" in sentence for sentence in best.because)
    assert {"name.prior", "domain.registrable"} & {each.name for each in best.comparisons}
    assert all(match.score >= THRESHOLD for match in answer.matches)


def test_a_row_that_nobody_is_like_has_an_answer_too() -> None:
    """Rows keep their places: the answers of a file are as long as the file."""
    answers = list(look_up(named(advertiser("Plum Bakery"), advertiser("Vessari Telewave")), INDEX, 10, quiet))

    assert [(each.line, each.id, bool(each.matches)) for each in answers] == [(2, "row 2", False), (3, "row 3", True)]


def test_a_look_alike_of_a_listed_domain_is_shown_with_its_kind() -> None:
    """It is no match, and not nothing."""
    (answer,) = look_up(named(advertiser("Plum Bakery", domains=("vessari-shop.example",))), INDEX, 10, quiet)

    assert [match.kind for match in answer.matches] == ["lookalike_domain"]
    assert not answer.matches[0].certain


def test_there_are_at_most_as_many_matches_as_wanted_and_equal_scores_are_ranked() -> None:
    """Of two that nothing tells apart the one with the smaller id comes first, every time."""
    (whole,) = look_up(named(advertiser("Vessari Telewave")), INDEX, 10, quiet)
    (cut,) = look_up(named(advertiser("Vessari Telewave")), INDEX, 1, quiet)

    assert whole.matches[0].score == whole.matches[1].score
    assert [match.entity_id for match in whole.matches[:2]] == ["e1", "e3"]
    assert cut.matches == whole.matches[:1]


def test_an_advertiser_twice_in_one_file_gets_the_same_scores() -> None:
    """Case 5: no cache by id, and no influence of the rows between."""
    twin = advertiser("Vessari Telewave Quandar")

    first, _, last = look_up(named(twin, advertiser("Vessari Telewave"), twin), INDEX, 10, quiet)

    assert first.matches == last.matches != ()


def test_progress_is_told_from_beginning_to_end() -> None:
    """A long file shows how far it is."""
    seen: list[tuple[str, int, int]] = []

    list(look_up(named(advertiser("Plum Bakery")), INDEX, 10, lambda *told: seen.append(told)))

    assert seen == [("screening", 0, 1), ("screening", 1, 1)]
