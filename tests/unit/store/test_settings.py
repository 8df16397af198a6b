"""`evenhand.toml`: what is wrong is said with the section and key that a person sees in the file."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.cli.commands.init import Inputs, _settings
from evenhand.model.errors import NetworkUnreadable
from evenhand.model.register import PurchaseRules
from evenhand.store.settings import read_settings

SETTINGS = _settings("Made-up", "ads.made-up.example/log", Inputs())


def refusal(folder: Path, text: str | bytes) -> str:
    path = folder / "evenhand.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(NetworkUnreadable) as refused:
        read_settings(folder)
    line = str(refused.value)
    assert "\n" not in line
    return line.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('zone = "Etc/UTC"', "#", "zone in [network] is missing; see the page evenhand-toml of the documentation"),
        (
            "[reasons]",
            "[reasens]",
            "[reasens] is unknown; expected one of network, list, lists, fetch, intake, fx",
        ),
        ("max_refused_share", "max_refuse_share", "max_refuse_share in [intake] is unknown; expected one of"),
        ("[network]", "colour = 1\n[network]", "[colour] is unknown"),
        ("fresh_for_hours = 24", 'fresh_for_hours = "24"', "expected a whole number but there is text in quotes"),
        ("historic = false", 'historic = "no"', "historic in [rulebook]: expected true or false"),
        ('"0.01"', "0.01", "max_refused_share in [intake]: expected text in quotes"),
        ('territories = "EEA"', "territories = 3", "expected text in quotes or a list in brackets"),
        ('territories = "EEA"', 'territories = "EU"', "territories in [network] is `EU`; expected EEA, global"),
        ('territories = "EEA"', 'territories = ["de"]', "territories in [network] is `de`; expected capital codes"),
        ('territories = "EEA"', "territories = []", "territories in [network] is `[]`"),
        ('unknown = "allow"', 'unknown = "yes"', "unknown in [gate] is `yes`; expected allow, hold, refuse"),
        ('payer = "advertiser"', 'payer = "x"', "payer in [intake.absent] is `x`; expected advertiser, undisclosed"),
        ("Etc/UTC", "Europe/Atlantis", "zone in [network] is `Europe/Atlantis`; expected a time zone such as"),
        ("Etc/UTC", "Europe", "zone in [network] is `Europe`"),
        ("Etc/UTC", "../etc/passwd", "zone in [network] is `../etc/passwd`"),
        ('"EUR"', '"Euro"', "currency in [network] is `Euro`; expected three capital letters"),
        ('"0.01"', '"5 %"', "max_refused_share in [intake] is `5 %`"),
        ('"0.01"', '"NaN"', "max_refused_share in [intake] is `NaN`"),
        ('"0.01"', '"1.01"', "max_refused_share in [intake] is `1.01`"),
        ("fresh_for_hours = 24", "fresh_for_hours = 99999999999", "fresh_for_hours in [gate] is `99999999999`"),
        ('1 = ["IAB11-4"]', "1 = []\n7 = [3]", "political_categories in [gate]: expected text in quotes"),
        (
            '1 = ["IAB11-4"]',
            'iab = ["IAB11-4"]',
            "iab in [gate.political_categories] is `IAB11-4`; expected codes by",
        ),
        ('1 = ["IAB11-4"]', '1 = ["IAB11", ""]', "1 in [gate.political_categories] is `IAB11,`; expected codes by"),
        (
            "closed_to_political = []",
            "closed = []",
            "closed in [gate.purchase] is unknown; expected one of verification",
        ),
        (
            "closed_to_political = []",
            'closed_to_political = ["France"]',
            "purchase in [gate] is `France`; expected markets",
        ),
        ("# DE = 2", "de = 2", "purchase in [gate] is `de`; expected markets by capital codes such as DE"),
        ("# DE = 2", "DE = 4", "verification in [gate.purchase]: expected a whole number <= 3"),
        ("# 0 = 500_000_000", "0 = -1", "budget_micros in [gate.purchase]: expected a whole number >= 0"),
        (
            "# 0 = 500_000_000",
            "4 = 5",
            "budget_micros in [gate.purchase] is `4`; expected levels of verification, 0, 1",
        ),
        ("complaint_months = 6", "complaint_months = 5", "expected a whole number from 6 to 120"),
        ('# USD = "0.90"', 'USD = "Infinity"', 'USD in [fx] is `Infinity`; expected a rate such as "0.90"'),
        ('# USD = "0.90"', "USD = 0.9", "fx: expected text in quotes"),
        ("[fx]", '[intake.columns]\nadvertisers = "x"\n[fx]', "columns in [intake]: expected a table of keys"),
    ],
)
def test_what_does_not_fit_is_named_as_it_stands_in_the_file(old: str, new: str, says: str, tmp_path: Path) -> None:
    """Nobody should have to know what `$.intake.absent` means."""
    assert old in SETTINGS

    assert says.replace("fx: ", "") in refusal(tmp_path, SETTINGS.replace(old, new))


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ('key = "one"\npath = "x"', "key in [list] is `one`; expected `<publisher>-<list>` in lower case, each once"),
        ('key = "../x-y"\npath = "x"', "key in [list] is `../x-y`"),
        ('key = "a-b"\npath = "x"\n[[list]]\nkey = "a-b"\npath = "y"', "key in [list] is `a-b`"),
        ('kye = "a-b"\npath = "x"', "kye in [list] is unknown; expected one of key, path, url, published_on"),
        ('path = "x"', "key in [list] is missing"),
        (
            'key = "a-b"\npath = "x"\npublished_on = "soon"',
            "published_on in [list]: expected a date such as 2026-01-31",
        ),
        ('key = "a-b"', "a-b in [list] has `neither`; expected either `path` or `url`"),
        ('key = "a-b"\npath = "x"\nurl = "https://y.example/z"', "a-b in [list] has `x, https://y.example/z`"),
        ('key = "a-b"\nurl = 5', "url in [list]: expected text in quotes or a list in brackets but there is a whole"),
        ('key = "a-b"\nurl = "file:///z"', "url in [list] is `file:///z`; expected http:// or https:// with a host"),
        ('key = "a-b"\nurl = "https://"', "url in [list] is `https://`"),
        ('key = "a-b"\nurl = "https://me:secret@y.example/z"', "without user and password"),
        ('key = "a-b"\nurl = "https://y.example:none/z"', "url in [list] is `https://y.example:none/z`"),
        ('key = "a-b"\nurl = "https://y.example/z z"', "url in [list] is `https://y.example/z z`"),
        (
            'key = "a-b"\nurl = ["https://y.example/Z.csv", "https://x.example/z.csv.gz"]',
            "url in [list] is `z.csv, z.csv`; expected addresses that end in different file names",
        ),
        (
            'key = "a-b"\nurl = "https://y.example/z"\npublished_on = 2026-01-31',
            "published_on in [list] is `2026-01-31`; expected none beside `url`",
        ),
    ],
)
def test_a_bad_list_is_named_too(block: str, says: str, tmp_path: Path) -> None:
    """Keys become folder names, so that they are held to a form."""
    assert says in refusal(tmp_path, f"{SETTINGS}\n[[list]]\n{block}\n")


def test_a_list_comes_from_one_address_or_several(tmp_path: Path) -> None:
    """OFAC's list is four files; how far fetching goes need not be said."""
    blocks = (
        '[[list]]\nkey = "a-b"\nurl = "https://y.example/z.csv"',
        '[[list]]\nkey = "a-c"\nurl = ["https://y.example/z", "http://y.example/y"]',
        '[[list]]\nkey = "a-d"\npath = "x"',
    )
    text = "\n".join((SETTINGS.replace("attempts = 4", "attempts = 2"), *blocks))
    (tmp_path / "evenhand.toml").write_text(text, "utf-8")

    settings = read_settings(tmp_path)

    assert [len(source.urls) for source in settings.lists] == [0, 1, 2, 0]
    assert (settings.fetch.attempts, settings.fetch.redirects) == (2, 5)
    assert "from 1 to 86400" in refusal(tmp_path, SETTINGS.replace("\nseconds = 600", "\nseconds = 0"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[network\n", "is not TOML: expected ']' at the end of a table declaration"),
        (b"\xff\xfe\x00", "is not UTF-8; save it as UTF-8"),
        ("a=" + "[" * 9_000, "is not TOML"),
    ],
)
def test_what_is_no_toml_is_told_with_its_place(content: str | bytes, says: str, tmp_path: Path) -> None:
    """A half-saved file, an editor of another age, a hostile one."""
    assert says in refusal(tmp_path, content)


def test_a_folder_without_settings_is_no_network(tmp_path: Path) -> None:
    """Nor is a file, nor a folder that is not there."""
    (tmp_path / "file").write_text("")

    for place in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(NetworkUnreadable, match=r"not an Evenhand network: no evenhand\.toml"):
            read_settings(place)


def test_settings_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    """A folder of that name stands for every other refusal of the system."""
    (tmp_path / "evenhand.toml").mkdir()

    with pytest.raises(NetworkUnreadable, match="Is a directory"):
        read_settings(tmp_path)


@given(st.text(max_size=60), st.integers(0, len(SETTINGS)))
def test_no_text_breaks_the_reader(text: str, at: int) -> None:
    """Whatever is typed into the file: settings, or our own error and no other."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "evenhand.toml")
        path.write_text(SETTINGS[:at] + text + SETTINGS[at:], encoding="utf-8", errors="replace")
        with suppress(NetworkUnreadable):
            read_settings(Path(folder))


def test_the_gates_tables_may_be_left_out(tmp_path: Path) -> None:
    """Networks made before there were any run on: no category is political, and an order need meet nothing."""
    before, _, rest = SETTINGS.partition("[gate.political_categories]")
    (tmp_path / "evenhand.toml").write_text(before + "[reasons]" + rest.partition("[reasons]")[2])

    gate = read_settings(tmp_path).gate

    assert (gate.political_categories, gate.purchase) == ({}, PurchaseRules())


def test_settings_of_earlier_versions_still_open(tmp_path: Path) -> None:
    """They name how long snapshots are kept, which never had an effect."""
    (tmp_path / "evenhand.toml").write_text(f"{SETTINGS}\n[retention]\nsnapshots_days = 365\n", "utf-8")

    assert read_settings(tmp_path).network.currency == "EUR"
