"""Lists in the console: versions, what changed, entries, and a version that shrank, seen before it is taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.lists import Versions
from evenhand.web.console.console import Console
from tests.networks import MadeNetwork, full_network
from tests.people import write_staff
from tests.unit.web.console.clients import Browser, browser, console_of, run_of

KEY = "house-sanctions"


@pytest.fixture(scope="module")
def shrunk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MadeNetwork, Console]]:
    """Return a network with two versions of a list, whose file has lost most of its entries since."""
    made = full_network(tmp_path_factory.mktemp("lists") / "network")
    made.run()
    row = made.row(KEY, "s-mills")
    row["name"], row["alias"] = "Dravik Mills <script>alert(1)</script>", "Millworks"
    made.run()
    made.lists[KEY] = [row]
    made.write()
    write_staff(made.folder)
    with console_of(made.folder) as console:
        yield made, console


@pytest.fixture(scope="module")
def client(shrunk: tuple[MadeNetwork, Console]) -> Browser:
    return browser(shrunk[1], "ops")


def test_each_list_is_shown_with_its_version(client: Browser) -> None:
    page = client.get("/lists").text

    assert f'href="/lists/{KEY}"' in page
    assert "2 Jan 2026" in page
    assert "in force" in page


def test_what_changed_between_two_versions_is_shown_field_by_field(
    client: Browser, shrunk: tuple[MadeNetwork, Console]
) -> None:
    """As the command line says it, with what went and what came, and nothing of a name is markup."""
    kept = Versions(shrunk[0].network.lists)
    new = kept.current(KEY)
    assert new is not None
    (old,) = [each for each in kept.all(KEY) if each.sha256 != new.sha256]

    page = client.get(f"/lists/{KEY}/changes?old={old.sha256}&new={new.sha256}").text

    assert "<del>Dravik Mills</del>" in page
    assert "<ins>Dravik Mills &lt;script&gt;alert(1)&lt;/script&gt;</ins>" in page
    assert "<ins>Millworks</ins>" in page
    assert "No entry differs" in client.get(f"/lists/{KEY}/changes?old={old.sha256}&new={new.sha256}&op=added").text


@pytest.mark.parametrize("words", ["millworks", "DRAVIK mills", "s-mills"])
def test_an_entry_is_found_by_name_other_name_and_id(client: Browser, words: str) -> None:
    page = client.get(f"/lists/{KEY}", params={"q": words}).text

    assert f'href="/lists/{KEY}/entries/s-mills"' in page
    assert "Millworks" in client.get(f"/lists/{KEY}/entries/s-mills").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/lists/no-such", 404),
        (f"/lists/{KEY}/entries/none", 404),
        (f"/lists/{KEY}/changes", 400),
        (f"/lists/{KEY}/changes?old=..%2f..%2f&new=x", 400),
        (f"/lists/{KEY}/changes?old={'0' * 64}&new={'1' * 64}", 400),
        (f"/lists/{KEY}?q=nothing-like-it", 200),
    ],
)
def test_what_is_not_there_is_said(client: Browser, path: str, status: int) -> None:
    """No path leads to another file, and no search fails."""
    assert client.get(path).status_code == status


@pytest.mark.usefixtures("verbs_called")
def test_a_version_that_shrank_is_taken_by_a_person_who_saw_what_is_missing(
    client: Browser, shrunk: tuple[MadeNetwork, Console]
) -> None:
    """First it is refused and named entry by entry; then a reason is asked for, and recorded with the name."""
    made, console = shrunk
    refused = run_of(console, client.send_form("/lists/fetch", "/lists", list=KEY))
    assert refused.state == "done"
    assert "not updated" in client.get(f"/jobs/{refused.id}").text
    page = client.get(f"/lists/{KEY}").text
    assert "Morvane Holding" in page
    assert "A version that was not taken" in page

    assert client.send_form(f"/lists/{KEY}/accept", "/lists").status_code == 400
    assert browser(console, "lea").send_form(f"/lists/{KEY}/accept", "/lists", why="so").status_code == 403
    taken = run_of(console, client.send_form(f"/lists/{KEY}/accept", "/lists", why="a new house list"))

    assert taken.state == "done"
    current = Versions(made.network.lists).current(KEY)
    assert current is not None
    assert current.entries == 1
    assert "A version that was not taken" not in client.get(f"/lists/{KEY}").text
    (note,) = made.payloads("task")
    assert b"Accepted although entries are missing: list house-sanctions" in note


def test_a_refused_version_is_forgotten_when_another_is_taken_and_not_by_a_run(tmp_path: Path) -> None:
    """A run reads what was fetched before again: that takes nothing, and a person still has to look."""
    made = full_network(tmp_path / "network")
    made.run()
    kept = Versions(made.network.lists)
    current = kept.current(KEY)
    assert current is not None
    (made.network.lists / KEY / "refused.json").write_bytes(
        b'{"sha256":"%s","entries":1,"missing":["s-tulq"],"missing_count":1}' % (b"0" * 64)
    )
    source = next(each for each in made.network.settings.lists if each.key == KEY)

    kept._reread(KEY)
    before = kept.not_taken(KEY)
    kept.take(source, made.folder)

    assert before is not None
    assert before.missing == ("s-tulq",)
    assert kept.not_taken(KEY) is None


def test_sample_lists_are_marked_as_made_and_others_are_not(console_network: Path, client: Browser) -> None:
    """A newcomer must not take the list "sample-eu" for the list of the European Union."""
    with console_of(console_network) as console:
        sample = browser(console, "ana").get("/lists").text

    assert "All of these lists are made for the demonstration" in sample
    assert sample.count(">sample</span>") == 6
    assert "demonstration" not in client.get("/lists").text
