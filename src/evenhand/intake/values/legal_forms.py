"""The legal forms of companies and others in seven languages, and which entity each of them is."""

from collections.abc import Mapping
from functools import cache

from evenhand.intake.values.cells import Unusable
from evenhand.model.text_matching import plain

# Which entity a legal form is; who may be a person or a firm is a LegalEntity, which is compared with both.
_LEGAL_FORMS = {
    "Company": (
        "GmbH;AG;UG;UG (haftungsbeschränkt);GmbH & Co. KG;GmbH & Co KG;KG;OHG;KGaA;SE;GesmbH;Sàrl;"
        "Limited;Ltd;Ltd.;PLC;LLC;LLP;Inc;Inc.;Corporation;Corp;Company;Limited company;"
        "SA;S.A.;SAS;SASU;SARL;EURL;SNC;SCA;SCS;SL;S.L.;SLU;SAU;SRL;S.R.L.;Srls;SpA;S.p.A.;Sas;Sapa;Kapitalgesellschaft;"
        "sp. z o.o.;spółka z o.o.;spółka akcyjna;spółka jawna;sp. j.;sp. k.;spółka komandytowa;P.S.A.;"
        "ООО;АО;ПАО;ЗАО;ОАО;НАО;общество с ограниченной ответственностью;акционерное общество;BV;B.V.;NV;N.V.;"
        "société anonyme;société à responsabilité limitée;sociedad limitada;sociedad anónima;"
        "società a responsabilità limitata;società per azioni;Aktiengesellschaft;"
        "Gesellschaft mit beschränkter Haftung"
    ),
    "LegalEntity": (
        "e.K.;e.Kfr.;e.Kfm.;eingetragener Kaufmann;Einzelunternehmen;Einzelunternehmer;Freiberufler;GbR;PartG;"
        "sole trader;sole proprietor;sole proprietorship;partnership;entreprise individuelle;EI;EIRL;"
        "auto-entrepreneur;micro-entreprise;autónomo;empresario individual;ditta individuale;impresa individuale;"
        "libero professionista;jednoosobowa działalność gospodarcza;JDG;spółka cywilna;ИП;"
        "индивидуальный предприниматель"
    ),
    "Organization": (
        "e.V.;eV;eingetragener Verein;Verein;Stiftung;gGmbH;eG;Genossenschaft;association;association loi 1901;"
        "fondation;foundation;charity;non-profit;coopérative;asociación;fundación;cooperativa;associazione;fondazione;"
        "stowarzyszenie;fundacja;spółdzielnia;НКО;АНО;фонд;ассоциация"
    ),
    "PublicBody": (
        "KdöR;AdöR;Körperschaft des öffentlichen Rechts;Anstalt des öffentlichen Rechts;Behörde;public body;"
        "établissement public;EPIC;ente pubblico;entidad pública;ФГУП;МУП;ГУП"
    ),
    "Person": (
        "natürliche Person;Privatperson;natural person;individual;person;personne physique;particulier;"
        "persona física;persona fisica;particular;privato;osoba fizyczna;физическое лицо;физлицо"
    ),
}


def legal_form(text: str) -> str:
    """Return the schema that a legal form says a party has: `GmbH` is a company, `e. V.` an organization."""
    schema = _legal_forms().get(plain(text))
    if schema is None:
        raise Unusable("a known legal form, such as GmbH, SARL, S.p.A., sp. z o.o., ООО")
    return schema


def is_legal_form(text: str) -> bool:
    """Return whether a text is a legal form alone."""
    return plain(text) in _legal_forms()


@cache
def _legal_forms() -> Mapping[str, str]:
    return {plain(form): schema for schema, forms in _LEGAL_FORMS.items() for form in forms.split(";")}
