"""`evenhand init`: a network that runs at once, and nothing made where something does not hold."""

import io
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any, NoReturn

import pytest

from evenhand.cli.commands import init
from evenhand.store.network import read_network
from tests.commands import DAY_1, LISTED, ORIGIN, append, evenhand, write
from tests.data import DATA, first_entries, needs_data


def test_two_commands_lead_from_a_table_and_a_list_to_decisions(tmp_path: Path) -> None:
    """The table has an export's own headings and delimiter; no setting is edited."""
    network = tmp_path / "shop"
    begun = evenhand("init", network, "--origin", ORIGIN)
    write("data/advertisers.csv", "Account ID;Company;Website\n1;Plum Bakery GmbH;plum.example\n")(network)
    append("lists-in/house-list.csv", LISTED)(network)

    report = evenhand("run", network, "--at", DAY_1, "--json")

    assert begun.status == 0
    assert f"evenhand run {network}" in begun.out
    assert "  Letters are in English.\n  Letters name addresses that belong to nobody: policy_url" in begun.out
    assert report.json["outcomes_in_force"] == {"advertiser": {"allow": 1}}
    assert report.json["network"] == "shop"


@needs_data
def test_the_list_in_the_settings_comments_can_be_taken_into_use(tmp_path: Path) -> None:
    """Taking the `# ` away is all that the commented example asks for; the list is a folder as OFAC publishes it."""
    network = tmp_path / "shop"
    evenhand("init", network, "--origin", ORIGIN)
    text = (network / "evenhand.toml").read_text("utf-8")
    start = text.index("# [[list]]")
    block = text[start : text.index("\n\n", start)]
    (network / "evenhand.toml").write_text(text.replace(block, block.replace("# ", "")), "utf-8")
    (network / "lists-in" / "sdn").mkdir()
    for name, data in first_entries(DATA / "screening" / "lists" / "ofac_sdn_20210707", 500).items():
        (network / "lists-in" / "sdn" / name).write_bytes(data)
    append("data/advertisers.csv", "1,BANCO NACIONAL DE CUBA,,,CU,bnc.example,,,,\n")(network)

    report = evenhand("run", network, "--at", DAY_1, "--json").json

    assert report["lists"][1]["version"]["published_on"] == "2021-07-07"
    assert report["lists"][1]["version"]["entries"] == 500
    assert report["cases"][0]["name"] == "BANCO NACIONAL DE CUBA"


def test_the_settings_written_are_whole(tmp_path: Path) -> None:
    """Every key is there, so that nothing is left to a default that nobody saw."""
    evenhand("init", tmp_path / "new", "--origin", ORIGIN, "--name", 'A "made-up"\\name\x7f\n{host}')

    settings = read_network(tmp_path / "new").settings

    assert settings.network.name == 'A "made-up"\\name\x7f\n{host}'
    assert settings.network.origin == ORIGIN
    assert settings.reasons.policy_url == "https://ads.made-up.example/advertising-policy"
    raw = tomllib.loads((tmp_path / "new" / "evenhand.toml").read_text("utf-8"))
    assert raw["fx"] == {}


@pytest.mark.parametrize(
    "origin",
    [
        "", "a", ".", "..", "https://ads.example/log", "ads example", "Ads.example", "ädvert.example", "a+b.example",
        "ads.example/", "ads.example//x", 'ads.example/"', "ads.example/\x1b", "ads.example\n", "/a.b", "192.0.2.7",
    ],
)  # fmt: skip
def test_an_origin_that_is_no_address_is_refused(origin: str, tmp_path: Path) -> None:
    """It names the log for ever: better asked again now. Nothing is made."""
    status, _, err = evenhand("init", tmp_path / "new", "--origin", origin)

    assert status == 2
    assert "expected an address such as ads.example.org/log" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_over(network: Path, tmp_path: Path) -> None:
    """A second `init` would take a ledger's key away."""
    before = (network / "ledger/private/signing.key").read_bytes()
    (tmp_path / "file").write_text("mine")

    answers = [evenhand("init", each, "--origin", ORIGIN) for each in (network, tmp_path / "file")]

    assert [answer.status for answer in answers] == [2, 2]
    assert all("choose another folder" in answer.err for answer in answers)
    assert (network / "ledger/private/signing.key").read_bytes() == before
    assert (tmp_path / "file").read_text() == "mine"


def test_a_network_is_not_made_again_and_the_message_says_how_to_go_on(tmp_path: Path) -> None:
    """So does `init --table` that was interrupted in its first run: the network is whole."""
    evenhand("init", tmp_path / "new", "--origin", ORIGIN)

    again = evenhand("init", tmp_path / "new", "--origin", ORIGIN)

    assert again.status == 2
    assert f"new: is a network already; evenhand run {tmp_path / 'new'}, or choose another folder" in again.err


@pytest.mark.parametrize("left", ["nothing", "an empty folder"])
@pytest.mark.parametrize("moment", ["mkdir", "copytree", "create_ledger", "_settings"])
def test_an_interrupted_init_is_done_again_by_the_same_command(
    moment: str, left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No half folder: whatever is there is a network or nothing that `init` refuses."""
    folder = tmp_path / "new"
    if left != "nothing":
        folder.mkdir()
    where: Any = {"mkdir": Path, "copytree": shutil}.get(moment, init)
    with monkeypatch.context() as patched:
        patched.setattr(where, moment, interrupt)
        with pytest.raises(KeyboardInterrupt):
            init.begin(folder, "new", ORIGIN)

    done = evenhand("init", folder, "--origin", ORIGIN)

    assert done.status == 0
    assert {each.name for each in folder.iterdir()} == {"data", "evenhand.toml", "ledger", "lists-in", "rulebook"}
    assert evenhand("ledger", "verify", folder).status == 0


def test_a_network_that_was_whole_when_it_was_interrupted_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its key may be in somebody's hands already; what remains is moved to its place."""
    rename = Path.rename

    def stop_before_the_settings(path: Path, target: Path) -> Path:
        return interrupt() if path.name == "evenhand.toml" else rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", stop_before_the_settings)
        with pytest.raises(KeyboardInterrupt):
            init.begin(tmp_path / "new", "new", ORIGIN)
    key = (tmp_path / "new/ledger/public/vkey").read_bytes()

    again = evenhand("init", tmp_path / "new", "--origin", ORIGIN)

    assert (again.status, "is a network already" in again.err) == (2, True)
    assert (tmp_path / "new/ledger/public/vkey").read_bytes() == key
    assert read_network(tmp_path / "new").settings.network.origin == ORIGIN


def interrupt(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def test_an_empty_folder_is_welcome(tmp_path: Path) -> None:
    """People make the folder first."""
    assert evenhand("init", tmp_path, "--origin", ORIGIN).status == 0


def test_without_a_terminal_it_says_which_options_to_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script cannot answer a question; `Interrupted` does not say that one was asked."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    refused = evenhand("init", tmp_path / "n")

    assert refused.status == 2
    assert "--origin: the log needs a name, and there is no terminal to ask on; expected --origin ads" in refused.err
    assert refused.out == "", "nobody is asked where nobody can answer"
    assert "--table FILE and --lists PATH" in refused.err
    assert not (tmp_path / "n").exists()


def test_lists_without_a_table_are_refused_by_their_own_name(tmp_path: Path) -> None:
    """A line about three options that nobody wrote sends them looking."""
    refused = evenhand("init", tmp_path / "new", "--origin", ORIGIN, "--lists", tmp_path)

    assert refused.status == 2
    assert refused.err == (
        "evenhand: --lists: an empty network cannot use what is about a table; expected --table FILE as well; name the"
        " table, or leave it out and enter lists and columns in evenhand.toml\n"
    )
    assert not (tmp_path / "new").exists()
