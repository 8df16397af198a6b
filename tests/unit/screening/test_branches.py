"""An office of a listed organisation is found by the organisation's name, another company is not."""

import pytest

from evenhand.screening import compare
from evenhand.screening.names.weights import THRESHOLD
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity


def names_match(ours: str, theirs: str) -> bool:
    match = compare(advertiser(ours, schema="Organization"), entity("e1", name=theirs), SUFFIXES)
    assert not match.certain
    return match.score >= THRESHOLD


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Bank Nordlicht Norwegen Filiale Hamburg", "Bank Nordlicht Norwegen"),
        ("Bank Nordlicht Hamburg", "Bank Nordlicht"),
        ("Nordlicht Air Germany Sales Office", "Nordlicht Air"),
        ("Succursale de Paris de la Banque Nordlicht", "Banque Nordlicht"),
        ("Nordlicht Bank (Europe) SE Frankfurt Branch", "Nordlicht Bank"),
        ("Nordlicht Bank PLC Paris", "Nordlicht Bank"),
        ("Oficina de representación Nordlicht Bank", "Nordlicht Bank"),
        ("Представительство Норден Банк в Москве", "Norden Bank"),
        ("Export Bank of Norway Dubai Branch", "Export Bank of Norway"),
        ("Bank Nordlicht, Branch No. 12", "Bank Nordlicht"),
        ("Ansar Bank Oslo", "Ansar Bank"),
        ("بانک نوردن شعبه هامبورگ", "بانک نوردن"),
        ("Nordlicht Bank S.A. Oddział w Polsce", "Nordlicht Bank"),
        ("Nordlicht Bank Oddział we Wrocławiu", "Nordlicht Bank"),
        ("Nordlicht Bank Sp. z o.o. Oddział w Niemczech", "Nordlicht Bank"),
        ("Nordlicht Bank Magyarországi Fióktelepe", "Nordlicht Bank"),
        ("Nordlicht Bank a.s., organizační složka", "Nordlicht Bank"),
        ("Nordlicht Bank, organizačná zložka Slovensko", "Nordlicht Bank"),
        ("Nordlicht Bank Türkiye Merkez Şubesi", "Nordlicht Bank"),
        ("Norden Bank Российский филиал", "Norden Bank"),
        ("Norden Bank представництво в Україні", "Norden Bank"),
        ("Nordlicht Bank ogranak u Srbiji", "Nordlicht Bank"),
        ("Nordlicht Bank Lietuvos filialas", "Nordlicht Bank"),
        ("Nordlicht Bank sivuliike Suomessa", "Nordlicht Bank"),
        ("Norden Bank υποκατάστημα Ελλάδας", "Norden Bank"),
    ],
)
def test_a_branch_of_a_listed_organisation_is_a_possible_match(ours: str, theirs: str) -> None:
    """A bank's office abroad is the bank; its name is what a form asks for first."""
    assert names_match(ours, theirs)


@pytest.mark.parametrize("listed", ["Nordlicht Air", "Zarya Steel Works", "Quandar Petroleum LLC"])
@pytest.mark.parametrize(
    "ours",
    [
        "{} Store", "{} Shop", "{} - Official Store", "{} Flagship Store", "{} Onlineshop", "{} Factory Outlet",
        "{} Shop 24", "{} Amazon Store", "{} Marketplace", "{} Direct", "{} Oficjalny Sklep", "Tienda {}",
        "Loja Oficial {}", "La Boutique {}", "Negozio {}", "{} Winkel", "{} Resmi Mağazası", "{} Интернет-магазин",
        "{}旗舰店", "متجر {}",
    ],
)  # fmt: skip
def test_a_shop_of_a_listed_organisation_is_a_possible_match(ours: str, listed: str) -> None:
    """A word for a shop behind a listed name must not hide it: marketplaces know their sellers by such names."""
    assert names_match(ours.format(listed.removesuffix(" LLC")), listed)


@pytest.mark.parametrize(
    "ours", ["Nordlicht Store", "Store Nordlicht", "Nordlicht Bakery Store", "Sturmvogel Nordlicht Bank Shop"]
)
@pytest.mark.parametrize("listed", ["Nordlicht", "Nordlicht Bank"])
def test_a_shop_that_shares_a_word_with_a_listed_name_is_none_of_it(ours: str, listed: str) -> None:
    """`Star Store` is no shop of an outlet called Star; else every tenth shop would wait for a person."""
    outlet = entity("e1", name=listed, controlTypology="SC")

    assert not names_match(ours, listed)
    assert not compare(advertiser(ours, schema="Organization"), outlet, SUFFIXES).name_only


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Nordlicht Air Tours by Sturmvogel", "Nordlicht Air"),
        ("Bank Nordlicht Norwegen Kaufhaus Sturmvogel", "Bank Nordlicht Norwegen"),
        ("Nordlicht Hamburg", "Nordlicht"),
        ("National Bank Hamburg", "National Bank"),
        ("Nordlicht Bank 3 Hamburg", "Nordlicht Bank 2"),
        ("Nordlicht Bank No. 12", "Nordlicht Bank No. 3"),
        ("Nordlicht Bank No. 12 Hamburg", "Nordlicht Bank"),
        ("Norway Hamburg", "Norway"),
        ("Nordlicht Paris Bank", "Nordlicht Bank"),
        ("Export Bank of Denmark Dubai Branch", "Export Bank of Norway"),
    ],
)
def test_another_name_that_holds_a_listed_one_is_no_branch_of_it(ours: str, theirs: str) -> None:
    """A word of somebody's own, a name that says too little by itself, or a name torn apart."""
    assert not names_match(ours, theirs)


def test_a_branch_says_why_it_was_found() -> None:
    """An analyst sees that the rest of our name are places and words for an office."""
    match = compare(
        advertiser("Nordlicht Bank Niederlassung Wien", schema="Organization"),
        entity("e1", name="Nordlicht Bank"),
        SUFFIXES,
    )

    assert [each.ours for each in match.because if each.name == "name.extra"] == ["niederlassung wien"]
    assert "name.branch" in {each.name for each in match.because}
