"""A table handed in to the console: seen as it is read, mended, put in place; and what is sent wrongly."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from evenhand.web.console import job_runner, upload_checks
from evenhand.web.console.console import Console
from evenhand.workflows.uploads.staging import find_upload
from tests.networks import DAY_1, MadeNetwork, empty_network, full_network
from tests.people import write_staff
from tests.unit.web.console.clients import TOKEN, Browser, browser, console_of, run_of

PAYERS = b"Kennung,Wer\nplain,Plain <script>alert(1)</script>\nmorvane,Morvane Holding\ntulquist,Tulquist Capital\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    found = full_network(tmp_path_factory.mktemp("upload") / "network")
    found.run()
    write_staff(found.folder)
    return found


@pytest.fixture(scope="module")
def console(made: MadeNetwork) -> Iterator[Console]:
    with console_of(made.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(console: Console) -> Browser:
    return browser(console, "ops")


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at no upload: where nothing is said of what is in it, nobody need wait a second for that."""
    monkeypatch.setattr(job_runner, "COMMAND", ("true",))


def handed(client: Browser, data: bytes, name: str = "Kunden März.csv", table: str = "payers") -> Any:
    token = TOKEN.search(client.get("/account").text)
    assert token
    return client.post("/upload", data={"token": token.group(1), "table": table}, files={"file": (name, data)})


def seen(console: Console, client: Browser, place: str) -> str:
    """Return the page of an upload when it was looked at."""
    upload = find_upload(console.network(), place.rpartition("/")[2])
    console.jobs.wait(upload.check, 60)
    return client.get(place).text


@pytest.mark.usefixtures("verbs_called")
def test_a_wrong_heading_is_seen_mended_and_the_table_replaced(
    client: Browser, console: Console, made: MadeNetwork
) -> None:
    """The main job of the page: from a file that cannot be read to a run with the new table."""
    answer = handed(client, PAYERS)
    assert answer.status_code == 303
    place = answer.headers["location"]
    wrong = seen(console, client, place)
    assert "Has no column id and name." in re.sub("<[^>]+>", "", wrong)
    assert "Replace the table" not in wrong
    assert '<option value="Kennung">' in wrong

    answer = client.send_form(f"{place}/read", place, **{"column-id": "Kennung", "column-name": "Wer"})
    assert answer.headers["location"] == place
    right = seen(console, client, place)
    assert "Plain &lt;script&gt;alert(1)&lt;/script&gt;" in right
    assert "<script>alert" not in right
    assert "A run would stop: payers has lost a column" in right
    assert "changed" in right

    assert client.send_form(f"{place}/replace", place).status_code == 400
    done = run_of(console, client.send_form(f"{place}/replace", place, run="yes", why="columns moved"))

    assert (done.state, done.arguments) == ("done", ("--accept-table", "payers"))
    assert made.network.settings.intake.columns == {"payers": {"id": "Kennung", "name": "Wer"}}
    assert (made.folder / made.network.settings.intake.payers).read_bytes() == PAYERS
    assert (made.folder / "data" / "payers.csv").is_file()
    assert client.get(place).status_code == 404


@pytest.mark.usefixtures("unchecked")
def test_an_upload_can_be_thrown_away(client: Browser, made: MadeNetwork) -> None:
    place = handed(client, b"id,name\na,b\n").headers["location"]
    assert place in client.get("/upload").text

    assert client.send_form(f"{place}/discard", place).status_code == 303

    assert client.get(place).status_code == 404
    assert not (made.folder / "console" / "uploads" / place.rpartition("/")[2]).exists()


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ((b"", "empty.csv", "payers"), 400, "the file is empty"),
        ((b"id,name\n", "a.csv", "../staff"), 400, "no such table"),
        ((b"id,name\na,b\n", "../../../evenhand.toml", "payers"), 303, ""),
        ((b"id,name\na,b\n", "a.xlsx", "payers"), 400, "is text, although its name ends in .xlsx"),
        ((b"PK\x03\x04", "a.xlsx", "payers"), 303, ""),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_what_is_sent_wrongly_is_said_and_the_form_shown_again(
    client: Browser, made: MadeNetwork, sent: tuple[bytes, str, str], status: int, said: str
) -> None:
    """No name of a file leads anywhere, and nothing of the network changes."""
    before = {path: path.read_bytes() for path in made.folder.glob("*.toml")}

    answer = handed(client, *sent)

    assert answer.status_code == status
    assert said in answer.text.lower()
    assert {path: path.read_bytes() for path in made.folder.glob("*.toml")} == before


def test_a_form_without_a_file_is_shown_again(client: Browser) -> None:
    answer = client.send_form("/upload", "/account", table="payers")

    assert answer.status_code == 400
    assert "No file was chosen" in answer.text


def test_a_file_above_the_limit_is_refused_before_it_is_read(client: Browser) -> None:
    """By the length that the request says of itself; one that says none is refused too."""
    large = client.post("/upload", headers={"content-length": str(201 << 20), "content-type": "multipart/form-data"})
    unknown = client.post("/upload", content=iter([b"x"]), headers={"content-type": "multipart/form-data"})

    assert (large.status_code, unknown.status_code) == (413, 413)
    assert "too large" in large.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the half file goes with the parser
def test_an_upload_cut_off_in_the_middle_keeps_nothing(client: Browser, made: MadeNetwork) -> None:
    """The body ends before its closing boundary."""
    token = TOKEN.search(client.get("/account").text)
    assert token
    body = (
        b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + token.group(1).encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid,na'
    )  # fmt: skip
    before = sorted((made.folder / "console" / "uploads").rglob("*"))

    answer = client.post("/upload", content=body, headers={"content-type": "multipart/form-data; boundary=b"})

    assert answer.status_code in (400, 403)
    assert sorted((made.folder / "console" / "uploads").rglob("*")) == before


@pytest.mark.parametrize("person", ["aud", "lea"])
def test_who_may_not_replace_a_table_hands_none_in(console: Console, made: MadeNetwork, person: str) -> None:
    """By the staff's rules; the page itself they may read."""
    other = browser(console, person)
    before = sorted((made.folder / "console" / "uploads").rglob("*"))

    assert other.get("/upload").status_code == 200
    assert handed(other, b"id,name\na,b\n").status_code == 403

    assert sorted((made.folder / "console" / "uploads").rglob("*")) == before


def test_no_token_no_upload(client: Browser) -> None:
    answer = client.post("/upload", data={"table": "payers"}, files={"file": ("a.csv", b"id,name\n")})

    assert answer.status_code == 403


def workbook(**sheets: list[list[str]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return made.getvalue()


def campaigns_of(made: MadeNetwork) -> list[list[str]]:
    return list(csv.reader((made.folder / "data" / "campaigns.csv").read_text("utf-8").splitlines()))


@pytest.mark.usefixtures("verbs_called")
def test_a_csv_takes_the_place_of_a_workbooks_sheet(tmp_path: Path, made: MadeNetwork) -> None:
    """The settings remember a sheet, which no CSV has: it is read as a CSV, and the settings lose the sheet."""
    copy = made.copy(tmp_path / "network")
    data = (copy.folder / "data" / "campaigns.csv").read_bytes()
    (copy.folder / "data" / "all.xlsx").write_bytes(workbook(Notes=[["x"]], Orders=campaigns_of(copy)))
    copy.settings["intake"]["campaigns"] = "data/all.xlsx"
    copy.settings["intake.sheets"] = {"campaigns": "Orders"}
    copy.write()
    write_staff(copy.folder)
    with console_of(copy.folder) as console:
        client = browser(console, "ops")
        place = handed(client, data + b"\n", "campaigns.csv", "campaigns").headers["location"]
        page = seen(console, client, place)

        assert "Replace the table" in page
        assert "not a workbook" not in page
        assert 'name="sheet"' not in page
        assert client.send_form(f"{place}/replace", place).status_code == 303

    assert copy.network.settings.intake.sheets == {}
    assert (copy.folder / copy.network.settings.intake.campaigns).read_bytes() == data + b"\n"


@pytest.mark.usefixtures("verbs_called")
def test_the_sheet_is_chosen_among_those_of_the_workbook(client: Browser, console: Console) -> None:
    """It starts with the one that is called as the table is; of another the headings are looked at anew."""
    data = workbook(
        Advertisers=[["id", "name"], ["a", "Alpha Works"]], Creatives=[["a", "b"]],
        Payers=[["Kennung", "Firma"], ["plain", "Plain Payer"]],
    )  # fmt: skip
    place = handed(client, data, "all.xlsx").headers["location"]
    page = seen(console, client, place)
    assert "Read is the sheet <bdi>Payers</bdi>, one of 3" in page
    assert '<option value="Payers" selected>' in page
    assert '<option value="Advertisers">' in page
    assert "Plain Payer" in page

    client.send_form(f"{place}/read", place, sheet="Advertisers", **{"column-name": "Firma"})
    page = seen(console, client, place)

    assert "Read is the sheet <bdi>Advertisers</bdi>, one of 3" in page
    assert "Alpha Works" in page
    assert "Replace the table" in page


@pytest.mark.usefixtures("verbs_called")
def test_a_workbook_without_the_sheet_of_the_settings_can_be_mended(tmp_path: Path, made: MadeNetwork) -> None:
    """The form to choose a sheet is there although nothing of the file was read."""
    copy = made.copy(tmp_path / "network")
    copy.settings["intake.sheets"] = {"payers": "Old"}
    copy.write()
    write_staff(copy.folder)
    with console_of(copy.folder) as console:
        client = browser(console, "ops")
        rows = [["id", "name"], ["plain", "Plain Payer"]]
        place = handed(client, workbook(A=rows, B=rows), "all.xlsx").headers["location"]
        page = seen(console, client, place)
        assert "Has no sheet Old" in re.sub("<[^>]+>", "", page)
        assert '<option value="B">' in page

        client.send_form(f"{place}/read", place, sheet="B")

        assert "Read is the sheet <bdi>B</bdi>, one of 2" in seen(console, client, place)


@pytest.mark.usefixtures("verbs_called")
def test_days_that_can_be_read_in_two_ways_are_said_once(client: Browser, console: Console, made: MadeNetwork) -> None:
    """Not that days are read in one way while some are rejected for two; the page names its own field, no option."""
    header, first, *_ = campaigns_of(made)
    days = {"starts": "01/12/2026", "ends": "13/12/2026"}
    row = [days.get(heading, cell) for heading, cell in zip(header, first, strict=True)]
    data = "\n".join(map(",".join, (header, row))).encode()
    place = handed(client, data, "c.csv", "campaigns").headers["location"]
    page = re.sub("<[^>]+>", "", seen(console, client, place))

    assert "1 cell of starts, 01/12/2026, can be read in two ways and is rejected" in page
    assert "Choose under How to read 03/04/2019" in page
    assert "The other days are read as day/month/year." in page
    assert "--dates" not in page
    assert "[intake]" not in page
    assert "A rejected row is not decided: the campaign&#39;s decision in force stays" in page
    assert "held unscreened" not in page

    client.send_form(f"{place}/read", place, dates="dmy")
    page = re.sub("<[^>]+>", "", seen(console, client, place))

    assert "can be read in two ways" not in page
    assert "Days are read as day/month/year." in page


@pytest.mark.usefixtures("verbs_called")
def test_two_columns_of_one_kind_are_shown_as_read_and_stay_so(client: Browser, console: Console) -> None:
    """The form would otherwise leave both out when it is sent for another reason."""
    data = b"id,name,Website,Internet,Land,Land\nbakery,P,a.example,b.example,DE,\n"
    place = handed(client, data, table="advertisers").headers["location"]
    first = seen(console, client, place)
    joined = '<option value="Website;Internet" selected>'
    assert (joined in first, first.count(">website</span>")) == (True, 2)

    client.send_form(f"{place}/read", place)

    assert joined in seen(console, client, place)
    assert find_upload(console.network(), place.rpartition("/")[2]).reading.columns == {
        "domains": "Website;Internet", "country": "Land",
    }  # fmt: skip


@pytest.mark.usefixtures("verbs_called")
def test_two_columns_that_differ_are_a_question_of_the_page(client: Browser, console: Console) -> None:
    data = b"id,name,Sitzland,Land\nbakery,P,RU,DE\n"
    place = handed(client, data, table="advertisers").headers["location"]

    assert "could each be the country, and differ here" in re.sub("<[^>]+>", "", seen(console, client, place))


@pytest.fixture
def looks_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each look at an upload go on until it is stopped, and nobody wait for it."""
    monkeypatch.setattr(job_runner, "COMMAND", ("/bin/sh", "-c", "exec sleep 60", "look"))
    monkeypatch.setattr(upload_checks, "_WAIT_S", 0.0)


@pytest.mark.usefixtures("looks_last")
def test_of_several_uploads_none_is_cut_off_and_each_has_its_turn(tmp_path: Path, made: MadeNetwork) -> None:
    """Two are looked at, the oldest first; the others wait, and say so."""
    copy = made.copy(tmp_path / "network")
    write_staff(copy.folder)
    with console_of(copy.folder) as console:
        client = browser(console, "ops")
        places = [handed(client, PAYERS, f"{number}.csv").headers["location"] for number in range(4)]
        assert ["It waits for its turn" in client.get(each).text for each in places] == [False, False, True, True]
        first, second, third, fourth = (find_upload(console.network(), each.rpartition("/")[2]) for each in places)

        client.send_form(f"{places[0]}/discard")

        assert ["It waits for its turn" in client.get(each).text for each in places[1:]] == [False, False, True]
        assert find_upload(console.network(), third.id).check
        assert console.jobs.find(first.check).state != "running"
        assert console.jobs.find(second.check).state == "running"
        assert not find_upload(console.network(), fourth.id).check
        for place in places[1:]:
            client.send_form(f"{place}/discard")


@pytest.mark.usefixtures("looks_last")
def test_a_look_that_was_cut_off_is_said_and_can_be_had_again(console: Console, client: Browser) -> None:
    """A server that was stopped, or Cancel: no line about commands, and not Throw it away alone."""
    place = handed(client, PAYERS).headers["location"]
    check = find_upload(console.network(), place.rpartition("/")[2]).check
    console.jobs.cancel(check)
    console.jobs.wait(check, 5)

    page = client.get(place).text
    assert "It was not looked at to the end. Nothing of the network has changed." in page
    assert "the same command" not in page
    assert "Look again" in page

    client.send_form(f"{place}/read", place)
    again = find_upload(console.network(), place.rpartition("/")[2]).check
    assert (again != check, console.jobs.find(again).state) == (True, "running")
    client.send_form(f"{place}/discard")


@pytest.mark.usefixtures("unchecked")
def test_nobody_throws_an_upload_away_while_the_staff_file_is_gone(tmp_path: Path) -> None:
    """As any act of people is refused then: who took the file away would else be one who may do all."""
    made = empty_network(tmp_path / "network")
    write_staff(made.folder)
    made.run(DAY_1)
    with console_of(made.folder) as console:
        client = browser(console, "ops")
        place = handed(client, PAYERS).headers["location"]
        (made.folder / "staff.toml").unlink()

        answers = [client.send_form(f"{place}/{each}") for each in ("discard", "read")]

        assert [each.status_code for each in answers] == [403, 403]
        assert client.get(place).status_code == 200
