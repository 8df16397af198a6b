"""Texts of older programs, read in the encoding in which they were written, or refused where that is not clear."""

from pathlib import Path

import pytest

from evenhand.model.errors import TableUnreadable
from evenhand.store.delimited_text import encoding_of
from evenhand.store.tables import read_rows
from evenhand.store.text_encodings import guess_encoding

# Names of towns, some common family names: what a table of clients has.
NAMES = {
    "de": "Köln;Müller;Düsseldorf;Großröhrsdorf;Bäcker;Jäger",
    "fr": "Société Générale;Crêperie;Lefèvre;François;Château-Thierry;Hélène;Besançon",
    "es": "Muñoz;González;Martínez;Peña;Cádiz;Málaga;Rodríguez",
    "pt": "São Paulo;João;Gonçalves;Simões;Conceição;Patrícia;Antônia",
    "it": "Forlì;Cantù;Città di Castello;Società;Mondovì;Nicolò",
    "da": "Sørensen;Århus;Møller;Næstved;Jørgensen;Køge",
    "sv": "Malmö;Göteborg;Linköping;Håkansson;Växjö;Söderström",
    "pl": "Łódź;Wrocław;Dąbrowa Górnicza;Świętochłowice;Wiśniewski;Zielińska;Kraków",
    "cs": "Dvořák;Jiří;Plzeň;Ústí nad Labem;Růžička;České Budějovice;Němec",
    "hu": "Győr;Székesfehérvár;Érd;Szőke;Hódmezővásárhely;Erdős;Dunaújváros",
    "hr": "Kovačević;Šibenik;Đakovo;Horvatić;Požega;Čakovec",
    "tr": "Şahin;Yıldız;İzmir;Beşiktaş;Çelik;Ağaoğlu;Kılıç",
    "lt": "Šiauliai;Panevėžys;Mažeikiai;Žukauskienė;Kėdainiai;Plungė;Alytaus apskritis – Lazdijų",
    "ru": "Иванов;Смирнова;ОАО Газпром нефть;Москва;Новосибирск;Кузнецов",
    "uk": "Шевченко;Київ;Запоріжжя;Бондаренко;Ковальчук;Їжакевич",
    "bg": "Иванов;Георгиев;Пловдив;Велико Търново;Стоянова",
    "el": "Παπαδόπουλος;Αθήνα;Θεσσαλονίκη;Γεωργίου;Ελένη",
    "he": "ישראל;תל אביב;חדשות היום;שלום;מזרחי;אברהם;ירושלים",
    "ar": "قناة العالم;وكالة الأنباء;الجزيرة;محمد;دمشق",
}  # fmt: skip


def write(folder: Path, names: str, encoding: str) -> Path:
    rows = "".join(f"a{number};{name}\n" for number, name in enumerate(names.split(";")))
    (folder / "clients.csv").write_bytes(f"id;name\n{rows}".encode(encoding))
    return folder / "clients.csv"


@pytest.mark.parametrize(
    ("encoding", "languages"),
    [
        ("cp1252", "de fr es pt it da sv"),
        ("cp1250", "pl cs hu hr de"),
        ("iso8859-2", "pl cs hu hr de"),
        ("cp1251", "ru uk bg"),
        ("koi8-r", "ru bg"),
        ("koi8-u", "uk"),
        ("cp866", "ru"),
        ("iso8859-5", "ru bg"),
        ("cp1253", "el"),
        ("cp1254", "tr"),
        ("cp1255", "he"),
        ("cp1256", "ar"),
        ("cp1257", "lt"),
        ("cp850", "de fr es pt it da sv"),
        ("cp852", "pl cs hu"),
        ("mac_roman", "fr es"),
        ("utf-8", "de pl ru ar"),
        ("utf-16", "de pl ru ar"),
    ],
)
def test_names_are_read_in_the_encoding_in_which_they_were_written(
    tmp_path: Path, encoding: str, languages: str
) -> None:
    """Another reading gives other names, which screening does not find; one that was guessed is told."""
    for language in languages.split():
        table = read_rows(write(tmp_path, NAMES[language], encoding))

        assert [line.cells[1] for line in table.lines] == NAMES[language].split(";"), language
        assert (table.guessed is None) == encoding.startswith("utf"), language


@pytest.mark.parametrize(
    ("names", "encoding", "told"),
    [
        ("Růžička", "cp1250", "`cp1250 or cp1252`"),
        ("Čapek;Kępno", "cp1250", "`cp1252 or cp1250`"),
        ("Иван", "cp1251", "`cp1251 or cp1252`"),
        ("王伟;李娜;张敏;刘洋;陈静;杨帆;赵磊;黄强;周杰;吴刚", "gb18030", ""),
        ("佐藤;鈴木;高橋;田中;渡辺;伊藤;山本;中村;小林;加藤", "shift_jis", ""),
        ("김민준;이서연;박지훈;최예은;정도윤;강하은;조시우;윤지유;장준서;임수아", "cp949", ""),
    ],
)
def test_an_encoding_that_is_not_clear_is_refused_with_what_to_do(
    tmp_path: Path, names: str, encoding: str, told: str
) -> None:
    """A guess would give a wrong name; to save the file anew takes a minute."""
    with pytest.raises(TableUnreadable) as refused:
        encoding_of(write(tmp_path, names, encoding))

    assert str(refused.value).startswith(
        f"clients.csv:2: is not UTF-8, and its letters do not say clearly in which encoding it is{told and f' {told}'}"
    )
    assert "expected UTF-8; save it as UTF-8, or convert it with `iconv -f ENCODING -t UTF-8`" in str(refused.value)


@pytest.mark.parametrize("text", ["12 €", "20 °C", "§ 5", "Nº 7", "½", "Acme™", "“Acme”", "Acme – Shop", "µm"])
def test_signs_say_nothing_of_the_encoding(tmp_path: Path, text: str) -> None:
    """A table in English with one sign is read as it always was."""
    assert encoding_of(write(tmp_path, text, "cp1252")) == ("cp1252", 2)


def test_one_name_from_abroad_does_not_make_a_western_table_another(tmp_path: Path) -> None:
    """`Chêne` could be a Polish word; among German names it is Swiss."""
    names = f"{NAMES['de']};Chêne-Bougeries;Gruyère"

    assert encoding_of(write(tmp_path, names, "cp1252")).name == "cp1252"


def test_all_words_count_whatever_line_they_are_in() -> None:
    """And no more than are needed are looked at."""
    lines = [b"plain\n"] * 10 + [name.encode("cp1251") + b"\n" for name in NAMES["ru"].split(";")]

    assert guess_encoding(lines).name == guess_encoding([b"".join(lines)]).name == "cp1251"
