"""Headings and sheets that say owners are known, in the singular and the plural: nobody owned is allowed unseen."""

import pytest

from evenhand.intake.headings import match_headings
from evenhand.intake.owner_headings import names_owners

OWNERS = {
    "en": "UBO;UBOs;ubo_name;UBO 2025;Owner;Owners;Shareholder(s);Stockholders;PSC;Parent company;Parent",
    "de": "Gesellschafter/in;Komplementär;Komplementäre;Kommanditist;Kommanditisten;Inhaberin;Aktionäre;Teilhaber",
    "fr": "Associé;Associés;ASSOCIES;Associé(e)s;Titulaire;Bénéficiaire effectif;Commanditaires;Société mère",
    "es": "Socio;Socios;SOCIOS;socia;Titular real;Propietario;Beneficiario final;Partícipes;Composición societaria",
    "it": "Socio;Soci;Socie;Titolare effettivo;Titolari effettivi;Azionista;Compagine societaria;Accomandatari",
    "pl": "Wspólnik;Wspólnicy;WSPÓLNICY;Wspólnik 1;Komplementariusz;Komandytariusze;Beneficjent rzeczywisty",
    "pt": "Sócio;Sócios;SÓCIOS;sócia;socio_nome;Quadro societário;Quadro de sócios;QSA;Beneficiários finais;Acionista",
    "ru": "Учредитель;Участник;Участники общества;Акционер;Бенефициары;Владелец;Собственник;Пайщики",
    "tr": "Ortak;Ortaklar;ortakları;ORTAKLARI;Şirket Ortağı;Hissedarlar;Pay sahipleri;Gerçek Faydalanıcı;Sahibi",
    "nl": "Vennoot;Vennoten;Aandeelhouder;Aandeelhouders;Eigenaar;Eigenaren;Uiteindelijk belanghebbenden",
    "cs": "Společník;Společníci;Akcionář;Skutečný majitel;Skuteční majitelé;Vlastníci;Komanditista",
    "uk": "Бенефіціар;Засновники;Акціонери;Учасник;Власник",
    "ja": "株主;株主名;主要株主;実質的支配者;所有者;親会社",
    "zh": "股东;股東名稱;实际控制人;受益所有人;最终受益人;母公司",
    "ko": "주주;최대주주;실소유자;실제 소유자;모회사",
    "ar": "المالك المستفيد;المساهمون;مالك;الشركاء;المستفيد الحقيقي;الشركة الأم",
    "he": "בעל מניות;בעלי המניות;נהנה סופי;בעלים;חברת אם",
    "ro": "Asociat;Asociați;ASOCIAŢI;Acționar;Acționari;Beneficiari reali;Societatea-mamă",
}
OTHERS = (
    "Gesellschaftsform;Kommanditgesellschaft;Parent category;Sociedad;Società;Société en commandite;Razón social"
    ";Associated company;Associate;Asociación;Asociație;Vennootschap;Wspólnota;Spółka;Partner;Socio de negocio"
    ";会社名;取引先名;公司名称;회사명;اسم الشركة;رقم العميل;שם החברה;Назва"
    ";İş Ortağı;Çözüm ortakları;Nome Fantasia;Tipo societario;Donor;Матрица;Участников;Capital social;Social media"
)


@pytest.mark.parametrize("language", OWNERS)
def test_the_words_of_owners_are_known_as_people_write_them(language: str) -> None:
    """One of them unknown is a table of owners that nobody reads, and nobody is told of."""
    assert [each for each in OWNERS[language].split(";") if not names_owners(each)] == []


def test_who_owns_nobody_is_no_owner() -> None:
    """A warning of every legal form or partner would hide the others."""
    assert [each for each in OTHERS.split(";") if names_owners(each)] == []


@pytest.mark.parametrize(
    "heading",
    [
        "Sócios", "Quadro societário", "Ortaklar", "Wspólnik", "Komplementariusz", "Kommanditisten", "Vennoten",
        "Společníci", "Asociați", "Aktionäre", "株主", "股东", "주주", "المالك المستفيد", "בעלי מניות", "Бенефіціар",
    ],
)  # fmt: skip
def test_a_column_that_can_only_be_of_owners_is_read(heading: str) -> None:
    """In the table of clients; `Socio` and `Associé`, who may be the clerk's partner, are warned of."""
    assert match_headings("advertisers", "a.csv", ["id", "name", heading], {}).places["owners"] == 2
    assert "owners" not in match_headings("advertisers", "a.csv", ["id", "name", "Socio"], {}).places
