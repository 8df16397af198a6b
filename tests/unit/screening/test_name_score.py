"""What two names say for and against each other, comparison by comparison."""

import pytest

from evenhand.screening import compare
from evenhand.screening.names.name_comparisons import name_terms
from evenhand.screening.names.name_score import NameScore, score_names
from evenhand.screening.names.normal_form import read_name
from evenhand.screening.names.weights import (
    GENERATION_MORE,
    MARGIN,
    ORGANISATION,
    OTHER_AIM,
    OTHER_FORM,
    OTHER_FORM_OF_CLASS,
    OTHER_GENERATION,
    PERSON,
    SAME_FORM,
    SAME_GENERATION,
    THRESHOLD,
)
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity


def scored(ours: str, theirs: str, *, person: bool = False) -> NameScore:
    score = score_names(read_name(ours, "name", person=person), read_name(theirs, "name", person=person))
    assert score is not None
    return score


def weights(ours: str, theirs: str, *, person: bool = False) -> dict[str, float]:
    return {term.name: term.weight for term in name_terms(scored(ours, theirs, person=person))}


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [
        ("I. Petrov", "PETROV, Igor", "name.initial"),
        ("Sasha Petrov", "PETROV, Aleksandr", "name.variant"),
        ("محمد", "MUHAMMAD", "name.script"),
        ("Anna Petrov", "PETROV, Zoya", "name.other_given"),
        ("Anna Sidorov", "PETROV, Anna", "name.other_word"),
        ("William G. Frost", "William W. Frost", "name.other_initial"),
        ("Ivan Petrovich Sidorov", "SIDOROV, Ivan Markovich", "name.other_patronymic"),
        ("Jalil Saleh", "Galil Salih", "name.complete"),
        ("Bron Orbach", "Bron Orban", "name.unlike"),
        ("习近朋", "习近平", "name.other_sign"),
    ],
)
def test_a_comparison_says_how_two_names_of_persons_answer_each_other(ours: str, theirs: str, name: str) -> None:
    """An analyst must see why, not only how much."""
    assert weights(ours, theirs, person=True)[name] != 0


@pytest.mark.parametrize(
    ("ours", "theirs", "name", "supports"),
    [
        ("Nordlicht Rundfunk", "Rundfunk Nordlicht", "name.reordered", True),
        ("Nordlichtrundfunk", "Nordlicht Rundfunk", "name.joined", True),
        ("Nordlicht News", "Nordlicht", "name.within", True),
        ("The Nordlicht", "Nordlicht", "name.joined", True),
        ("Nordlicht Solutions (Spain)", "Nordlicht Solutions (Chile)", "name.other_place", False),
        ("Nordlicht Insurance", "Nordlicht Shipping", "org.trade", False),
        ("Spanish Gas Company", "Chilean Gas Company", "org.core", False),
        ("ANO Nordlicht", "Nordlicht GmbH", "org.form", False),
        ("Nordlicht Werk 2", "Nordlicht Werk 2 3", "name.number", False),
        ("NLR", "NLR", "name.short", False),
    ],
)
def test_a_comparison_says_how_two_names_of_organisations_answer_each_other(
    ours: str, theirs: str, name: str, *, supports: bool
) -> None:
    """Places, trades, forms and numbers tell companies of one brand apart."""
    assert (weights(ours, theirs)[name] > 0) is supports


def test_forms_support_within_a_class_and_weigh_little_across() -> None:
    """LLC and GmbH are one class; a public company is seldom a private one."""
    assert scored("Alfa LLC", "Alfa GmbH").form > 0 > scored("Alfa LLC", "Alfa OJSC").form
    assert scored("Alfa LLC", "Alfa KG").form == 0


def test_a_fathers_name_that_one_record_leaves_out_costs_little() -> None:
    """Some registers write it, some do not; another name more is another matter."""
    left_out = scored("Arkady Romanovych Petrov", "PETROV, Arkady", person=True).extra

    assert scored("Arkady Sokol Petrov", "PETROV, Arkady", person=True).extra < left_out < 0


def test_initials_alone_make_no_whole_name() -> None:
    """`N. N.` fits thousands."""
    assert "name.complete" not in weights("N.N.", "Nora Nordlicht", person=True)
    assert "name.complete" in weights("N. Nordlicht", "Nora Nordlicht", person=True)


def test_a_word_out_of_place_that_belongs_to_a_form_costs_little() -> None:
    """`Comopany` is a typing error, not a name."""
    form, word = scored("Nordlicht Comopany", "Nordlicht"), scored("Nordlicht Compass", "Nordlicht")

    assert word.extra < form.extra < 0


def test_every_comparison_of_a_name_adds_up_to_its_total() -> None:
    """A total that its comparisons do not give could not be contested."""
    for ours, theirs in (
        ("Alfa Radio 2 LLC", "Radio Beta 3 OAO"),
        ("Norden Spain Gas", "Norden Chile Oil"),
        ("24", "24"),
    ):
        score = scored(ours, theirs)
        assert sum(term.weight for term in name_terms(score)) == pytest.approx(score.total)


def test_no_agreement_of_the_whole_weighs_more_than_equality() -> None:
    """INVARIANT of the index: `whole` is the most."""
    for kind in (PERSON, ORGANISATION):
        assert kind.whole >= max(kind.complete, kind.within) >= min(kind.complete, kind.within) >= 0
        assert max(kind.prior, kind.both, kind.extra, kind.missing, kind.unlike, kind.short) <= 0


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Norwegian Gas Company", "Syrian Gas Company"), ("Radio Chile", "Radio Iran"), ("Alfa Iran", "Alfa")],
)
def test_a_place_weighs_the_same_whichever_it_is(ours: str, theirs: str) -> None:
    """No country counts more or less than another."""
    swap = {"norwegian": "syrian", "syrian": "norwegian", "chile": "iran", "iran": "chile"}
    mirror = [" ".join(swap.get(word.lower(), word) for word in name.split()) for name in (ours, theirs)]

    assert scored(*mirror).total == pytest.approx(scored(ours, theirs).total)


@pytest.mark.parametrize(
    ("ours", "theirs", "weight"),
    [
        ("Tobias Frost Jr", "Tobias Frost Sr.", OTHER_GENERATION),
        ("Tobias Frost II", "FROST, Tobias III", OTHER_GENERATION),
        ("Tobias Frost the Elder", "Tobias Frost the Younger", OTHER_GENERATION),
        ("Tobias Frost IV", "FROST Jr., Tobias", OTHER_GENERATION),
        ("Тобиас Фрост младший", "Tobias Frost Senior", OTHER_GENERATION),
        ("Tobias Frost (Jr)", "FROST, Tobias, Jr.", SAME_GENERATION),
        ("Tobias Frost Jr", "Tobias Frost II", SAME_GENERATION),
        ("Tobias Frost", "Tobias Frost III", GENERATION_MORE),
    ],
)
def test_the_generation_in_a_name_tells_father_and_son_apart(ours: str, theirs: str, weight: float) -> None:
    """Their names are otherwise equal; one record leaves the generation out, another says it."""
    score = scored(ours, theirs, person=True)

    assert weights(ours, theirs, person=True)["name.generation"] == weight
    assert (score.total >= MARGIN) is (weight != OTHER_GENERATION)


@pytest.mark.parametrize("name", ["Sr. Juan Gomez", "Gomez Neto", "ROJAS, Ana Junior", "KIM Jong Jun", "Jr Frost"])
def test_a_word_that_may_be_a_title_or_a_name_says_no_generation(name: str) -> None:
    """Señor stands in front, Neto is a surname, a given name stands behind a comma, `JR` is two initials."""
    assert read_name(name, "name", person=True).form == ""
    assert "name.complete" in weights("JR Frost", "Juan Rafael Frost", person=True)


@pytest.mark.parametrize(
    ("ours", "theirs", "near"),
    [
        ("AT&T Inc.", "AT&T Inc", 0.95),
        ("H&M", "H and M", 0.95),
        ("Norden 11,420.2-1", "Norden 11 420 21", 0.95),
        ("Норден Эйр", "Norden Air", 0.7),
        ("Korea Trade Bank", "朝鮮貿易銀行", 0.7),
        ("Sturmvogel Logistics Ltfd", "Sturmvogel Logistics Ltd", 0.95),
        ("Sturmvogel Crop", "Sturmvogel Corp", 0.95),
        ("Sturmvogel Tecnhologies", "Sturmvogel Technologies", 0.95),
        ("Banco Nordico Sucursal Lima", "Banco Nordico", 0.7),
    ],
)
def test_one_name_of_an_organisation_written_in_two_ways_is_found(ours: str, theirs: str, near: float) -> None:
    """Signs, figures, alphabets and errors in words that say little are no difference."""
    match = compare(advertiser(ours, schema="Company"), entity("e1", "Company", name=theirs), SUFFIXES)

    assert match.score >= near


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Norden 1420", "Norden 1421"),
        ("Norden 1 2", "Norden 12"),
        ("Norden Inn", "Norden Ink Ltd"),
        ("S and C Trade", "Candid Trading"),
    ],
)
def test_names_that_only_look_alike_are_not_found(ours: str, theirs: str) -> None:
    """Another figure, two letters apart, and words that are no legal form on either side."""
    match = compare(advertiser(ours, schema="Company"), entity("e1", "Company", name=theirs), SUFFIXES)

    assert match.score < THRESHOLD


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Katie Sturmvogel", "Sturmvogel, Katherine"),
        ("Bart Sturmvogel", "Bartholomew Sturmvogel"),
        ("Nic Sturmvogel", "Nicholas Sturmvogel"),
        ("Chico Sturmvogel", "Francisco Sturmvogel"),
        ("Zé Sturmvogel", "José Sturmvogel"),
        ("Pedrinho Sturmvogel", "Pedro Sturmvogel"),
        ("Gui Sturmvogel", "Guilherme Sturmvogel"),
        ("Gosia Sturmvogel", "Małgorzata Sturmvogel"),
        ("Uli Sturmvogel", "Ulrich Sturmvogel"),
        ("Beppe Sturmvogel", "Giuseppe Sturmvogel"),
        ("Nastya Sturmvogel", "Анастасия Sturmvogel"),
    ],
)
def test_a_familiar_form_of_a_given_name_is_found(ours: str, theirs: str) -> None:
    """People sign with what they are called."""
    own, other = (
        scored(ours, theirs.replace("Sturmvogel", surname), person=True) for surname in ("Sturmvogel", "Frost")
    )

    assert own.total >= MARGIN > other.total


def test_an_equal_name_of_a_person_comes_before_a_like_one_and_one_of_changed_places_last() -> None:
    """`Ahmad bin Hasan` is the other's father; a surname in front is no difference."""
    equal, turned, like, changed = (
        scored("Ahmad bin Hasan Frost", other, person=True).total
        for other in (
            "Ahmad bin Hasan Frost",
            "FROST, Ahmad bin Hasan",
            "Ahmet bin Hasan Frost",
            "Hasan bin Ahmad Frost",
        )
    )

    assert equal == turned > like > MARGIN > changed


def test_some_letters_in_a_long_word_are_a_slip_in_a_firm_and_another_family_in_a_person() -> None:
    """Random letters in `Stellaris Logistics` leave the firm; Barkovic and Barlovic are two."""
    firm = scored("Quasartronyc Logistics", "Quasartronic Logistics")
    brand = scored("Stellarxs Holding", "Stellaris Holding")
    family = scored("Nora Barlovxc", "Nora Barlovic", person=True)

    assert firm.total > MARGIN
    assert brand.aligned.pairs[-1].similarity > family.aligned.pairs[-1].similarity
    assert scored("Ptellaris Holding", "Stellaris Holding").total < MARGIN


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Ahmad bin Hasan Frost", "Hasan bin Ahmad Frost", False),
        ("Frost, Ahmad bin Hasan", "Ahmad ibn Hasan Frost", True),
        ("Ahmad bin Hasan", "Ahmad bin Hasan bin Omar", True),
        ("Torvan Abdurrahman Frost", "Torvan Abd al-Rahman Frost", True),
        ("Torvan Iqbal Abdurrahim", "Torvan Iqbal Abdurrahman", False),
    ],
)
def test_a_father_is_not_his_son_and_an_article_takes_the_sound_of_the_next_letter(
    ours: str, theirs: str, same: bool
) -> None:
    """`bin` says who is whose son; `Abdurrahman` is `Abd al-Rahman`."""
    assert (scored(ours, theirs, person=True).total >= MARGIN) is same


def test_a_slip_of_the_pen_comes_before_a_form_of_a_given_name_from_the_table() -> None:
    """Frederick and Friedrich may be two people; Fridrich is a slip. Both stay matches."""
    equal, slip, table = (
        scored(ours, "Friedrich Sturmvogel", person=True).total
        for ours in ("Friedrich Sturmvogel", "Fridrich Sturmvogel", "Frederick Sturmvogel")
    )

    assert equal > slip > table >= MARGIN


@pytest.mark.parametrize(
    ("ours", "theirs", "weight"),
    [
        ("Torvan Halden SAS", "Torvan Halden SARL", OTHER_FORM_OF_CLASS),
        ("ОАО Торван Халден", "ЗАО Торван Халден", OTHER_FORM_OF_CLASS),
        ("OOO Torvan Halden", "Torvan Halden LLC", SAME_FORM),
        ("Torvan Halden Ltd", "Torvan Halden LLC", SAME_FORM),
        ("Torvan Halden AG", "Torvan Halden GmbH", OTHER_FORM),
        ("Torvan Halden e.V.", "Torvan Halden GmbH", OTHER_AIM),
        ("Torvan Halden", "Torvan Halden GmbH", 0.0),
    ],
)
def test_forms_of_one_country_exclude_each_other_and_those_of_two_may_be_one(
    ours: str, theirs: str, weight: float
) -> None:
    """A company is an SAS or a SARL; an OOO calls itself LLC abroad."""
    assert scored(ours, theirs).form == scored(theirs, ours).form == weight


def test_one_slip_and_another_class_of_form_do_not_free_a_listed_company() -> None:
    """Both happen to people who type a name by ear; together they must still be shown to a person."""
    listed = entity("x-1", "Company", name="GLOBAL TOURISTIC SERVICES SAL", country="lb")

    assert compare(advertiser("Global Turistic Services Ltd"), listed, SUFFIXES).score >= THRESHOLD
